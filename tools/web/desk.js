// The clerk's desk: one box to find an entry or a document while one types, and what waits.

import { get } from "./api.js";
import { field, h, show } from "./dom.js";
import { date, day, sentence, w } from "./words.js";

const fewDocuments = 5;

export { day };
export const copyTag = (copy) => h("span", { class: copy.state === "issued" ? "tag good" : ["revoked", "voided", "refused"].includes(copy.state) ? "tag bad" : "tag doubt" }, w(`copyState.${copy.state}`));

// One entry as a clerk tells it from others.
function entryHit(hit, request) {
  return h("li", {}, h("a", { class: "hit", href: `#/counter/entry/${hit.id}${request ? `/${request}` : ""}` }, [hit.number || "?", hit.who].filter(Boolean).join(" · ")), " ",
    h("span", { class: "quiet" }, [hit.title || hit.kind, hit.book_number || hit.book, hit.body].filter(Boolean).join(" · ")), " ",
    hit.struck_out && h("span", { class: "tag bad" }, w("struckOut")), hit.open > 0 ? h("span", { class: "tag doubt" }, w("openFields", hit.open)) : h("span", { class: "tag good" }, w("readyForCopy")),
    h("div", { class: "snippet" }, hit.facts.map((fact) => `${fact.label}: ${fact.value}`).join(" · ")));
}

function documentHit(hit) {
  const number = hit.number || hit.notation ? `${hit.number}/${hit.notation}` : "";
  return h("li", {}, h("a", { class: "hit", href: `#/document/${hit.document}/${hit.page || 1}` }, [hit.identifier, hit.page > 0 ? w("page", hit.page) : w("inMetadata")].join(", ")), " ",
    h("span", { class: "quiet" }, [hit.type, number, date(hit.issued), hit.organ].filter(Boolean).join(" · ")),
    h("div", { class: "snippet" }, hit.snippet.map(([text, found]) => (found ? h("mark", {}, text) : text))));
}

async function queue(place) {
  const [{ requests }, { copies }] = await Promise.all([get("/api/requests"), get("/api/copies?open=true&limit=20")]);
  const head = (...keys) => h("thead", {}, h("tr", {}, keys.map((key) => h("th", { scope: "col" }, w(key)))));
  show(place, h("div", { class: "row" }, h("h2", { class: "grow" }, w("queue")), h("a", { class: "button", href: "#/request/new" }, w("newRequest"))),
    requests.length === 0 ? h("p", { class: "empty" }, w("noQueue")) :
      h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": w("queue") }, h("table", {}, head("number", "deadline", "applicant", "wanted"), h("tbody", {}, requests.map((one) => h("tr", {},
        h("td", {}, h("a", { href: `#/request/${one.id}` }, String(one.id))), h("td", {}, day(one.deadline), " ", one.overdue && h("span", { class: "tag bad" }, w("overdue"))),
        h("td", {}, one.full_name), h("td", {}, one.wanted || one.source?.title)))))),
    copies.length > 0 && [h("h2", {}, w("openCopies")), h("ul", { class: "hits" }, copies.map((one) => h("li", {}, h("a", { href: `#/copy/${one.id}` }, one.number || String(one.id)), " ", copyTag(one), " ", h("span", { class: "quiet" }, [w(`copyKind.${one.kind}`), one.source?.title, one.by].filter(Boolean).join(" · ")))))]);
}

export async function open(place, [what = "", id = ""]) {
  const request = what === "request" ? await get(`/api/requests/${Number(id)}`) : null;
  const words = h("input", { type: "search", placeholder: w("deskHint"), maxlength: 300, "aria-describedby": "found" });
  const narrow = { person: h("input", { maxlength: 200 }), number: h("input", { maxlength: 60, size: 10 }), date: h("input", { maxlength: 40, size: 12, placeholder: "5/9/2005" }), place: h("input", { maxlength: 200 }) };
  const kind = h("select", {}, h("option", { value: "" }, w("anyKind")));
  const count = h("p", { id: "found", role: "status", class: "quiet" }, w("keysDesk"));
  const entries = h("ul", { class: "hits" }), documents = h("ul", { class: "hits" });
  const entriesHead = h("h2", {}, w("entriesFound")), documentsHead = h("h2", {}, w("documentsFound"));
  const found = h("div", { hidden: true }, entriesHead, entries, documentsHead, documents);
  const waiting = h("div");
  let turn = 0, timer = 0;

  async function look() {
    const now = ++turn;
    const given = Object.entries(narrow).filter(([, input]) => input.value.trim());
    const typed = words.value.trim();
    found.hidden = !typed && given.length === 0;
    waiting.hidden = !found.hidden;
    if (found.hidden) {
      count.textContent = w("keysDesk");
      return;
    }
    const query = new URLSearchParams({ limit: 20 });
    if (typed) query.set("q", typed);
    for (const [key, input] of given) query.set(key, input.value.trim());
    if (kind.value) query.set("kind", kind.value);
    // Documents are looked for by the same words; a kind of book has none.
    const all = [typed, ...given.map(([, input]) => input.value.trim())].join(" ");
    try {
      const [inBooks, inDocuments] = await Promise.all([get(`/api/entries?${query}`), kind.value ? { total: 0, hits: [] } : get(`/api/search?${new URLSearchParams({ q: all, limit: fewDocuments })}`)]);
      if (now !== turn) return;
      show(entries, inBooks.hits.map((hit) => entryHit(hit, request?.id)));
      show(documents, inDocuments.hits.map(documentHit));
      entriesHead.hidden = inBooks.hits.length === 0;
      documentsHead.hidden = inDocuments.hits.length === 0;
      count.textContent = inBooks.total + inDocuments.total === 0 ? w("nothingFound") : inBooks.most ? w("foundMany", inBooks.total) : w("foundEntries", inBooks.total, inDocuments.total);
    } catch (error) {
      if (now === turn) count.textContent = sentence(error);
    }
  }

  // Results as one types, but not in the middle of a word that the input method is still composing.
  const soon = (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  };
  for (const input of [words, ...Object.values(narrow)]) {
    input.addEventListener("input", soon);
    input.addEventListener("compositionend", soon);
  }
  kind.addEventListener("change", look);
  const onkey = (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const inField = ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement?.tagName);
    if (event.key === "/" && !inField) {
      event.preventDefault();
      return words.select();
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || document.activeElement === kind || found.hidden) return;
    const hits = [...found.querySelectorAll("a.hit")];
    const at = hits.indexOf(document.activeElement);
    const next = event.key === "ArrowDown" ? hits[at + 1] : at > 0 ? hits[at - 1] : at === 0 ? words : null;
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  document.addEventListener("keydown", onkey);

  show(place, h("h1", {}, w("desk")), request && h("p", { class: "card" }, w("forRequest", request.id, [request.full_name, request.wanted].filter(Boolean).join(" · ")), " ", h("a", { href: "#/desk" }, w("stopRequest"))),
    h("form", { class: "card", role: "search", onsubmit: (event) => {
      event.preventDefault();
      // The one that is meant, when only one is left.
      const hits = found.hidden ? [] : [...entries.querySelectorAll("a.hit")];
      if (hits.length > 0) hits[0].focus();
      if (hits.length === 1) hits[0].click();
    } }, field(w("search"), words), h("p", {}), h("div", { class: "row" }, h("div", { class: "grow" }, field(w("person"), narrow.person)), field(w("number"), narrow.number), field(w("date"), narrow.date),
      h("div", { class: "grow" }, field(w("place"), narrow.place)), field(w("kindOfBook"), kind)), h("button", { type: "submit", class: "unseen" }, w("find"))),
    count, found, waiting);
  words.focus();
  const [{ books }] = await Promise.all([get("/api/books"), queue(waiting)]);
  const kinds = new Map(books.map((book) => [book.kind, book.title || book.kind]));
  kind.append(...[...kinds].map(([value, text]) => h("option", { value }, text)));
  return () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", onkey);
  };
}
