// A request that is recorded, and one that waits.

import { get, newToken, post, save } from "./api.js";
import { copyTag, day } from "./desk.js";
import { dropDraft, fillFromDraft, keepForm } from "./drafts.js";
import { field, h, notice, show } from "./dom.js";
import { askFor, choice, kinds, makePaper, requestForm } from "./request_form.js";
import { language, sentence, w } from "./words.js";

function record(place) {
  const form = requestForm({ wanted: true });
  const kind = choice(kinds, "copyKind", "register_copy");
  const token = newToken();
  const draft = "request/new";
  const problem = h("div", { role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    try {
      const made = await post("/api/requests", { ...form.body(), kind: kind.value, token });
      dropDraft("form", draft);
      notice(w("recorded", made.id, day(made.deadline)));
      location.hash = `#/request/${made.id}`;
    } catch (error) {
      show(problem, h("p", { class: "problem" }, sentence(error)));
    }
  };
  const whole = h("form", { class: "card", onsubmit: send }, problem, field(w("kindOfCopy"), kind), h("p", {}), form.element, h("p", {}), h("button", { class: "main", type: "submit" }, w("recordRequest")));
  show(place, h("div", { class: "wide" }, h("h1", {}, w("requestTitle")), whole));
  for (const one of fillFromDraft(whole, draft)) if (one.tagName === "SELECT") one.dispatchEvent(new Event("change"));
  keepForm(whole, draft);
  form.first.focus();
}

export async function open(place, [id = "new"]) {
  if (id === "new") return record(place);
  const path = `/api/requests/${Number(id)}`;
  async function draw() {
    const request = await get(path);
    const waits = request.state === "received";
    const act = (work) => async () => {
      try {
        await work();
      } catch (error) {
        notice(sentence(error), true);
      }
    };
    const notFound = act(async () => {
      const given = await askFor(w("notFoundReply"), [["searched", w("searchedWhere")]], w("notFoundReply"));
      if (!given) return;
      const { reply_number } = await post(`${path}/not-found`, given);
      notice(w("answered", reply_number));
      await draw();
    });
    const end = (state) => act(async () => {
      const given = await askFor(w(state === "answered" ? "endRequest" : "withdrawn"), [["note", w("note")]], w("save"));
      if (!given) return;
      await post(`${path}/end`, { state, ...given });
      await draw();
    });
    const row = (label, value) => value && [h("dt", {}, w(label)), h("dd", {}, value)];
    show(place, h("div", { class: "wide" }, h("h1", {}, w("request", request.id), " ", h("span", { class: waits ? (request.overdue ? "tag bad" : "tag doubt") : "tag good" }, request.overdue ? w("overdue") : w(`request.${request.state}`))),
      h("dl", { class: "facts card" }, row("applicant", request.full_name), row("organisation", request.organisation), row("relation", w(`relation.${request.relation}`)), row("kindOfCopy", w(`copyKind.${request.kind}`)), row("copiesWanted", String(request.copies)), row("wanted", request.wanted || request.source?.title),
        row("channel", w(`channel.${request.channel}`)), row("received", `${day(request.received_at)} · ${request.by}`), row("deadline", language() === "vi" ? request.deadline_in_words : day(request.deadline)), row("note", request.note), row("reply", request.reply_number)),
      h("div", { class: "row" }, waits && h("a", { class: "button", href: request.source?.kind === "entry" ? `#/counter/entry/${request.source.id}/${request.id}` : `#/desk/request/${request.id}` }, w("lookFor")),
        h("button", { type: "button", onclick: act(() => makePaper(save, `${path}/paper`, { form: "slip" })) }, w("slip")),
        request.reply_number && h("button", { type: "button", onclick: act(() => makePaper(save, `${path}/paper`, { form: "reply" })) }, w("reply")),
        waits && h("button", { type: "button", onclick: notFound }, w("notFoundReply")), waits && h("button", { type: "button", onclick: end("answered") }, w("endRequest")), waits && h("button", { type: "button", onclick: end("withdrawn") }, w("withdrawn"))),
      h("h2", {}, w("madeCopies")), request.made.length === 0 ? h("p", { class: "quiet" }, w("noCopies")) : h("ul", { class: "hits" }, request.made.map((copy) => h("li", {}, h("a", { href: `#/copy/${copy.id}` }, copy.number || String(copy.id)), " ", copyTag(copy))))));
  }
  await draw();
}
