// One entry at the counter: its page, what it says, its history, its copies, and the form of a new copy.

import { get, newToken, post } from "./api.js";
import { copyTag, day } from "./desk.js";
import { dropDraft, fillFromDraft, keepForm } from "./drafts.js";
import { field, h, notice, show } from "./dom.js";
import { choice, kinds, requestForm } from "./request_form.js";
import { Viewer } from "./viewer.js";
import { sentence, w } from "./words.js";

const valueOf = (one) => ({ unread: w("unread"), empty: w("none"), illegible: w("illegibleValue"), unknown: w("unknownValue") }[one.state] ?? one.value);

export async function open(place, [what, id, requestId = ""]) {
  const source = { [what]: Number(id) };
  const entry = await get(`/api/entries/${Number(id)}`);
  const [{ copies }, request] = await Promise.all([get(`/api/copies?entry=${entry.id}&limit=50`), requestId ? get(`/api/requests/${Number(requestId)}`) : null]);
  const viewer = new Viewer();
  const widths = new Map();
  async function look(places) {
    const at = places[0] ?? entry.places[0];
    if (!at) return viewer.look(0, [], null);
    if (!widths.has(at.page)) widths.set(at.page, await get(`/api/pages/${at.page}`).then((page) => page.width, () => 0));
    const box = at.box[2] > at.box[0] ? at.box : null;
    await viewer.look(at.page, [], box, widths.get(at.page));
    if (!box) viewer.tell("");
  }

  const open = entry.fields.filter((one) => one.binding && !one.decided && one.state !== "unread").length;
  const facts = h("ol", { class: "fields short" }, entry.fields.filter((one) => one.decided || one.state !== "unread").map((one) => h("li", { class: one.decided ? "decided" : "doubtful" },
    h("div", { class: "head" }, h("span", { class: one.binding ? "binding" : null }, one.label), h("span", {}, one.decided ? w("by", one.by) : w("read", Math.round(100 * (one.machine?.confidence ?? 0))))),
    h("button", { type: "button", class: one.value ? "value" : "value none", onclick: () => look(one.places) }, valueOf(one)))));
  const history = h("details", { ontoggle: fill }, h("summary", {}, w("historyOf")));
  async function fill() {
    if (!history.open || history.childElementCount > 1) return;
    const { changes } = await get(`/api/entries/${entry.id}/history`);
    history.append(h("ul", { class: "lines" }, changes.map((one) => h("li", {}, [day(one.at), one.by, one.key, one.value].filter(Boolean).join(" · ")))));
  }

  // The holder is who asks, unless the clerk says otherwise.
  const holder = entry.fields.find((one) => one.kind === "name" && one.value)?.value ?? "";
  const who = request ? null : requestForm({ name: holder });
  const kind = choice(kinds, "copyKind", request?.kind ?? "register_copy");
  // A certified copy of a paper original is made by who held it in the hand.
  const seen = h("input", { type: "checkbox" });
  const original = h("label", { class: "check", hidden: true }, seen, " ", w("originalSeen"));
  const words = h("div", { class: "row" });
  const problem = h("div", { role: "alert" });
  const compose = h("button", { class: "main", type: "submit" }, w("compose"));
  let inputs = new Map(), madeRequest = request?.id ?? null;
  const tokens = { copy: newToken(), request: newToken() };

  async function ask() {
    original.hidden = kind.value !== "certified_copy";
    seen.required = !original.hidden;
    compose.disabled = true;
    show(problem);
    try {
      const needs = await get(`/api/copies/needs?${new URLSearchParams({ kind: kind.value, [what]: id, request: "true" })}`);
      inputs = new Map(needs.keys.map((key) => [key, h("input", { maxlength: 500, required: true, value: needs.usual[key] ?? inputs.get(key)?.value ?? "" })]));
      show(words, [...inputs].map(([key, input]) => h("div", { class: "grow" }, field(w(`value.${key}`), input))));
      compose.disabled = entry.struck_out;
    } catch (error) {
      show(problem, h("p", { class: "problem" }, sentence(error)));
    }
  }
  async function send(event) {
    event.preventDefault();
    if (compose.disabled) return;
    compose.disabled = true;
    show(problem, h("p", { class: "quiet", role: "status" }, w("composing")));
    try {
      if (!madeRequest) madeRequest = (await post("/api/requests", { ...who.body(), kind: kind.value, source_kind: what, source: Number(id), token: tokens.request })).id;
      const values = Object.fromEntries([...inputs].map(([key, input]) => [key, input.value.trim()]));
      const copy = await post("/api/copies", { kind: kind.value, ...source, request: madeRequest, values, token: tokens.copy, ...(seen.required && { original_presented: seen.checked }) });
      dropDraft("form", draft);
      location.hash = `#/copy/${copy.id}`;
    } catch (error) {
      if (error.code === "no_session") show(problem);
      else show(problem, h("p", { class: "problem" }, sentence(error)));
      compose.disabled = false;
    }
  }
  kind.addEventListener("change", ask);
  const draft = `counter/${what}/${id}/${requestId}`;
  let form = null;

  const heading = [entry.title, w("entry", entry.number || "?")].filter(Boolean).join(": ");
  show(place, h("div", { class: "tools" }, h("h1", {}, heading), entry.struck_out && h("span", { class: "tag bad" }, w("struckOut")), h("a", { href: `#/entry/${entry.id}` }, w("toReview"))),
    h("div", { class: "station" }, h("section", {}, h("div", { class: "tools" }, viewer.buttons()), viewer.element),
      h("section", { class: "scrolls" }, open > 0 && h("p", { class: "problem" }, w("notConfirmed", open)),
        form = h("form", { class: "card", onsubmit: send }, h("h2", {}, w("copyOf")), request ? h("p", {}, w("request", request.id), ": ", request.full_name) : who.element, h("p", {}), field(w("kindOfCopy"), kind), original, h("h2", {}, w("wordsOnForm")), words, problem, compose),
        h("h2", {}, w("earlierCopies")), copies.length === 0 ? h("p", { class: "quiet" }, w("noCopies")) : h("ul", { class: "hits" }, copies.map((copy) => h("li", {}, h("a", { href: `#/copy/${copy.id}` }, copy.number || String(copy.id)), " ", copyTag(copy), " ", h("span", { class: "quiet" }, day(copy.at))))),
        h("h2", {}, w("fields")), facts, history)));
  await Promise.all([ask(), look([])]);
  // What was typed before the page was loaded anew, or before the session ended.
  for (let turn = 0; turn < 2; ++turn) {
    const changed = fillFromDraft(form, draft);
    if (changed.includes(kind)) await ask();
    for (const one of changed) if (one.tagName === "SELECT" && one !== kind) one.dispatchEvent(new Event("change"));
  }
  keepForm(form, draft);
  (who?.first ?? (compose.disabled ? kind : compose)).focus();
  if (entry.struck_out) notice(w("struckOut"), true);
  return () => viewer.close();
}
