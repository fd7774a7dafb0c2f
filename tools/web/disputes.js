// The tie-break: what three persons keyed differently, side by side, letter against letter, beside the picture.

import { get, post } from "./api.js";
import { h, notice, show } from "./dom.js";
import { sentence, w } from "./words.js";
import { Viewer } from "./viewer.js";

// Letters of each text that not all of the texts have at that place, by the longest common run against the first.
export function differing(texts) {
  const letters = texts.map((text) => [...text.normalize("NFC")]);
  const common = (a, b) => {
    const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; --i)
      for (let j = b.length - 1; j >= 0; --j) rows[i][j] = a[i] === b[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
    const same = new Set();
    for (let i = 0, j = 0; i < a.length && j < b.length;) {
      if (a[i] === b[j]) { same.add(i); ++i; ++j; } else if (rows[i + 1][j] >= rows[i][j + 1]) ++i;
      else ++j;
    }
    return same;
  };
  return letters.map((mine, at) => {
    const same = letters.filter((_, other) => other !== at).map((other) => common(mine, other));
    return mine.map((letter, i) => ({ letter, differs: !same.every((set) => set.has(i)) }));
  });
}

const said = (one) => ({ empty: w("none"), illegible: w("illegibleValue"), unknown: w("unknownValue") }[one.state]);

export async function open(place, [book]) {
  const viewer = new Viewer(null);
  const title = h("h1", { role: "status" }, w("disputesOf", book));
  const count = h("span", { class: "tag", role: "status" });
  const side = h("section");
  const station = h("div", { class: "station follows" }, h("section", {}, h("div", { class: "tools" }, viewer.buttons()), viewer.element), side);
  const none = h("p", { class: "empty", hidden: true }, w("noDisputes"));
  show(place, h("div", { class: "tools" }, title, count, h("a", { href: `#/book/${encodeURIComponent(book)}` }, w("backToBook"))), none, station);
  let queue = (await get(`/api/books/${encodeURIComponent(book)}/disputes`)).fields;
  let now = null;

  async function settle(state, text) {
    const value = { key: now.key, state };
    if (state === "written") value.text = text;
    try {
      await post(`/api/entries/${now.entry}/fields`, { revision: now.revision, values: [value] });
      notice(w("saved"));
    } catch (error) {
      notice(error.status === 409 ? w("conflict") : sentence(error), true);
      if (error.status !== 409) return;
    }
    queue = (await get(`/api/books/${encodeURIComponent(book)}/disputes`)).fields;
    await draw();
  }

  const onkey = (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.("input, dialog, #bar") || !now) return;
    const which = now.keyed[Number(event.key) - 1];
    if (which) settle(which.state, which.text);
    else if (event.key.toLowerCase() === "e") side.querySelector("input")?.focus();
    else if (event.key.toLowerCase() === "x") settle("illegible");
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", onkey);

  async function draw() {
    [now] = queue;
    count.textContent = w("waiting", queue.length);
    none.hidden = Boolean(now);
    station.hidden = !now;
    if (!now) return;
    const letters = differing(now.keyed.map((one) => (one.state === "written" ? one.text : "")));
    const input = h("input", { maxlength: 1000, autocomplete: "off", spellcheck: "false", "aria-label": w("newValue", now.label) });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing && input.value.trim()) { event.preventDefault(); settle("written", input.value.trim()); }
      if (event.key === "Escape") side.querySelector("button")?.focus();
    });
    show(side, h("h2", {}, `${w("entry", now.number || "?")}: ${now.label}`),
      h("div", { class: "keyed" }, now.keyed.map((one, i) => h("button", { type: "button", class: "card", onclick: () => settle(one.state, one.text) }, h("kbd", {}, i + 1), " ", h("span", { class: "small quiet" }, one.by),
        h("div", { class: "value" }, said(one) ?? letters[i].map(({ letter, differs }) => (differs ? h("span", { class: "tone" }, letter) : letter)))))),
      h("div", { class: "row" }, h("div", { class: "grow" }, input), h("button", { type: "button", onclick: () => settle("illegible") }, w("illegible"), " ", h("kbd", {}, "X"))), h("p", { class: "quiet small" }, w("disputesSay")));
    side.querySelector("button").focus();
    const where = now.places[0];
    await viewer.look(where?.page ?? 0, [], where && where.box[2] > where.box[0] ? where.box : null);
  }

  await draw();
  return () => {
    document.removeEventListener("keydown", onkey);
    viewer.close();
  };
}
