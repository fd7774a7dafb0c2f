// Who did what, and who looked at which record.

import { get, save } from "./api.js";
import { day } from "./desk.js";
import { field, h, notice, show } from "./dom.js";
import { sentence, w } from "./words.js";

const step = 200;

// An event of a kind that the pages do not know keeps its own name. A list is a list.
const called = (what) => (w(`event.${what}`) === `event.${what}` ? what : w(`event.${what}`));
const noted = (note) => {
  try {
    const list = JSON.parse(note);
    return Array.isArray(list) ? list.join(", ") : note;
  } catch {
    return note;
  }
};

export async function open(place) {
  const body = h("tbody");
  const more = h("button", { type: "button", onclick: () => look(true) }, w("more"));
  const nothing = h("p", { class: "empty", hidden: true }, w("noEvents"));
  const only = { by: h("input", { maxlength: 100, size: 14 }), what: h("input", { maxlength: 60, size: 16, placeholder: "view_entry" }), subject: h("input", { maxlength: 200, placeholder: "entry 12" }) };
  let last = 0;
  const query = (more) => {
    const asked = new URLSearchParams(more);
    for (const [key, input] of Object.entries(only)) if (input.value.trim()) asked.set(key, input.value.trim());
    return asked;
  };
  async function look(further) {
    if (!further) last = 0;
    try {
      const answer = await get(`/api/log?${query({ after: last, limit: step })}`);
      if (!further) show(body);
      body.append(...answer.events.map((one) => h("tr", {}, h("td", {}, day(one.at)), h("td", {}, one.by), h("td", { title: one.what }, called(one.what)), h("td", {}, one.subject), h("td", {}, noted(one.note)))));
      last = answer.last;
      more.hidden = !answer.more;
      nothing.hidden = body.childElementCount > 0;
    } catch (error) {
      notice(sentence(error), true);
    }
  }
  show(place, h("h1", {}, w("log")), h("form", { class: "row", role: "search", onsubmit: (event) => { event.preventDefault(); look(false); } }, field(w("name"), only.by), field(w("what"), only.what), h("div", { class: "grow" }, field(w("subject"), only.subject)),
    h("button", { type: "submit" }, w("find")), h("button", { type: "button", onclick: () => save("GET", `/api/log/export?${query({})}`).catch((error) => notice(sentence(error), true)) }, w("exportLog"))),
  h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": w("log") }, h("table", {}, h("thead", {}, h("tr", {}, ["at", "by", "what", "subject", "note"].map((key) => h("th", { scope: "col" }, key === "by" ? w("name") : w(key))))), body)), nothing, more);
  await look(false);
}
