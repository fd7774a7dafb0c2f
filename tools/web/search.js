import { get } from "./api.js";
import { field, h, show } from "./dom.js";
import { date, sentence, w } from "./words.js";

const step = 20;

export function open(place, [given = ""]) {
  const words = h("input", { type: "search", placeholder: w("searchHint"), maxlength: 300, value: given, "aria-describedby": "found" });
  const from = h("input", { type: "date" });
  const to = h("input", { type: "date" });
  const organ = h("input", { maxlength: 200 });
  const count = h("p", { id: "found", role: "status", class: "quiet" }, w("typeToSearch"));
  const list = h("ul", { class: "hits" });
  const more = h("button", { type: "button", hidden: true, onclick: () => look(true) }, w("more"));
  let turn = 0, shown = 0, timer = 0;

  const form = h("form", { class: "card", role: "search", onsubmit: (event) => { event.preventDefault(); look(false); } },
    h("div", { class: "row" }, h("div", { class: "grow" }, field(w("search"), words)), h("button", { class: "main", type: "submit" }, w("find"))),
    h("div", { class: "row" }, field(w("from"), from), field(w("to"), to), h("div", { class: "grow" }, field(w("organ"), organ))));
  // Results as one types, but not in the middle of a word that the input method is still composing.
  words.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => look(false), 250);
  });

  function hit(one) {
    const where = one.page > 0 ? w("page", one.page) : w("inMetadata");
    const number = one.number || one.notation ? `${one.number}/${one.notation}` : "";
    return h("li", {}, h("a", { href: `#/document/${one.document}/${one.page || 1}` }, [one.identifier, where].join(", ")), " ",
      h("span", { class: "quiet" }, [one.type, number, date(one.issued), one.organ].filter(Boolean).join(" · ")),
      h("div", { class: "snippet" }, one.snippet.map(([text, found]) => (found ? h("mark", {}, text) : text))));
  }

  async function look(further) {
    const now = ++turn;
    if (!words.value.trim() && !from.value && !to.value && !organ.value.trim()) {
      show(list);
      more.hidden = true;
      count.textContent = w("typeToSearch");
      return;
    }
    const query = new URLSearchParams({ q: words.value, limit: step, offset: further ? shown : 0 });
    if (from.value) query.set("from", from.value);
    if (to.value) query.set("to", to.value);
    if (organ.value.trim()) query.set("body", organ.value.trim());
    try {
      const answer = await get(`/api/search?${query}`);
      if (now !== turn) return;
      if (!further) show(list);
      shown = (further ? shown : 0) + answer.hits.length;
      list.append(...answer.hits.map(hit));
      count.textContent = answer.most ? w("foundMost", answer.total) : answer.total ? w("found", answer.total) : w("nothingFound");
      more.hidden = shown >= answer.total;
    } catch (error) {
      if (now === turn) count.textContent = sentence(error);
    }
  }

  show(place, h("div", { class: "wide" }, h("h1", {}, w("search")), form, count, list, more));
  words.focus();
  if (given) look(false);
  return () => clearTimeout(timer);
}
