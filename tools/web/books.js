import { get } from "./api.js";
import { h, show } from "./dom.js";
import { w } from "./words.js";

export const years = (book) => (book.year_from === book.year_to ? String(book.year_from) : `${book.year_from}–${book.year_to}`);

export async function open(place) {
  const { books } = await get("/api/books");
  const rows = books.map((book) => h("tr", {},
    h("td", {}, h("a", { href: `#/book/${encodeURIComponent(book.code)}` }, book.code), h("div", { class: "small quiet" }, book.title)),
    h("td", {}, book.number), h("td", {}, years(book)), h("td", {}, book.body),
    h("td", { class: "number" }, book.pages), h("td", { class: "number" }, book.entries),
    h("td", { class: "number" }, book.open_tickets ? h("span", { class: "tag doubt" }, book.open_tickets) : "0"),
    h("td", {}, h("a", { href: `#/review/${encodeURIComponent(book.code)}` }, w("review"), h("span", { class: "small" }, " ", book.code)))));
  show(place, h("h1", {}, w("books")), books.length === 0 ? h("p", { class: "empty" }, w("noBooks")) :
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": w("books") }, h("table", {}, h("thead", {}, h("tr", {}, ["book", "number", "year", "body"].map((key) => h("th", { scope: "col" }, w(key))),
      ["pages", "entries", "open"].map((key) => h("th", { scope: "col", class: "number" }, w(key))), h("th", { scope: "col" }, w("review")))), h("tbody", {}, rows))));
}
