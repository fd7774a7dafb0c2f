// Blind second keying: the picture of a field, an input, nothing else. What others keyed and what the machine read is not
// asked for, so that it cannot show.

import { get, may, post } from "./api.js";
import { h, notice, show } from "./dom.js";
import { draftOf, dropDraft, keepDraft } from "./drafts.js";
import { sentence, w } from "./words.js";
import { Viewer } from "./viewer.js";

export async function open(place, [book]) {
  const path = `/api/books/${encodeURIComponent(book)}`;
  const viewer = new Viewer(null);
  const title = h("h1", { role: "status" }, w("keyingOf", book));
  const count = h("span", { class: "tag", role: "status" });
  const label = h("label", { for: "keyed" });
  const input = h("input", { id: "keyed", maxlength: 1000, autocomplete: "off", spellcheck: "false" });
  const codes = h("p", { class: "small quiet" });
  const says = h("p", { class: "quiet" }, w("keyingSays"));
  const form = h("form", { class: "card", onsubmit: (event) => { event.preventDefault(); key(input.value.trim() ? "written" : "empty"); } }, label, input, codes,
    h("div", { class: "tools" }, h("button", { class: "main", type: "submit" }, w("save"), " ", h("kbd", {}, "Enter")),
      h("button", { type: "button", onclick: () => key("illegible") }, w("illegible"), " ", h("kbd", {}, "F8")),
      h("button", { type: "button", onclick: () => key("unknown") }, w("unknownField"), " ", h("kbd", {}, "F9")),
      h("button", { type: "button", onclick: () => later() }, w("later"), " ", h("kbd", {}, "F10"))), says);
  let queue = [], waiting = 0, busy = false;
  show(place, h("div", { class: "tools" }, title, count, h("a", { href: `#/book/${encodeURIComponent(book)}` }, w("backToBook")),
    may("check_records") && h("a", { href: `#/disputes/${encodeURIComponent(book)}` }, w("disputes"))),
  h("div", { class: "station follows" }, h("section", {}, h("div", { class: "tools" }, viewer.buttons()), viewer.element), h("section", {}, form)));
  const onkey = (event) => {
    const run = { F8: () => key("illegible"), F9: () => key("unknown"), F10: () => later() }[event.key];
    if (!run || event.isComposing || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    run();
  };
  document.addEventListener("keydown", onkey);
  input.addEventListener("input", () => { if (queue[0]) keepDraft(queue[0].entry, `keying ${queue[0].key}`, input.value); });

  async function fill() {
    const answer = await get(`${path}/keying?limit=50`);
    queue = answer.fields;
    waiting = answer.waiting;
  }

  async function draw() {
    if (queue.length === 0) await fill();
    const [now] = queue;
    if (!now) {
      viewer.close();
      return show(place, h("h1", {}, w("keyingOf", book)), h("p", { class: "empty" }, w("allKeyed")), h("p", {}, h("a", { href: `#/book/${encodeURIComponent(book)}` }, w("backToBook"))));
    }
    count.textContent = w("waiting", waiting);
    label.textContent = now.label;
    codes.textContent = now.codes.length > 0 && now.codes.length <= 12 ? now.codes.join(" · ") : "";
    input.value = draftOf(now.entry, `keying ${now.key}`) ?? "";
    input.focus();
    const where = now.places[0];
    await viewer.look(where?.page ?? 0, [], where && where.box[2] > where.box[0] ? where.box : null);
    for (const next of queue.slice(1, 3)) if (next.places[0]) viewer.prepare(next.places[0].page, next.places[0].box);
  }

  async function key(state) {
    const [now] = queue;
    if (!now || busy) return;
    busy = true;
    const body = { key: now.key, state };
    if (state === "written") body.text = input.value.trim();
    try {
      const answer = await post(`/api/entries/${now.entry}/keyings`, body);
      if (answer.state === "disputed" || answer.state === "split") notice(w(`keyed.${answer.state}`));
      dropDraft(now.entry, `keying ${now.key}`);
      queue.shift();
      --waiting;
    } catch (error) {
      notice(sentence(error), true);
      if (error.status === 409 || error.status === 404) queue.shift(); // settled or keyed meanwhile
    }
    busy = false;
    return draw().catch((error) => notice(sentence(error), true));
  }

  function later() {
    if (queue.length > 1) queue.push(queue.shift());
    draw();
  }

  await draw();
  return () => {
    document.removeEventListener("keydown", onkey);
    viewer.close();
  };
}
