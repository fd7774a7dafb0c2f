import { get, may, post } from "./api.js";
import { field, h, notice, show } from "./dom.js";
import { pageName, sentence, w } from "./words.js";
import { years } from "./books.js";

const step = 100;

export async function open(place, [code]) {
  const path = `/api/books/${encodeURIComponent(code)}`;
  const book = await get(path);
  const number = h("input", { maxlength: 40, size: 12 });
  const body = h("tbody");
  const more = h("button", { type: "button", hidden: true, onclick: () => look(true) }, w("more"));
  const nothing = h("p", { class: "empty", hidden: true }, w("noEntries"));
  let shown = 0, turn = 0;
  const row = (entry) => h("tr", {},
    h("td", {}, h("a", { href: `#/entry/${entry.id}` }, entry.number || "?")), h("td", {}, entry.who), h("td", {}, pageName(entry.page_name)),
    h("td", {}, h("span", { class: entry.stage === "final" ? "tag good" : "tag" }, w(`stage.${entry.stage}`))),
    h("td", { class: "number" }, entry.undecided));
  async function look(further) {
    const now = ++turn;
    const query = new URLSearchParams({ limit: step, offset: further ? shown : 0 });
    if (number.value.trim()) query.set("number", number.value.trim());
    try {
      const { entries } = await get(`${path}/entries?${query}`);
      if (now !== turn) return;
      if (!further) show(body);
      shown = (further ? shown : 0) + entries.length;
      body.append(...entries.map(row));
      more.hidden = entries.length < step;
      nothing.hidden = shown > 0;
    } catch (error) {
      notice(sentence(error), true);
    }
  }
  number.addEventListener("input", () => look(false));

  const findings = h("div");
  async function tickets() {
    if (!may("see_work")) return;
    const list = (await get(`${path}/tickets?open=true`)).tickets;
    show(findings, h("h2", {}, w("tickets")), list.length === 0 ? h("p", { class: "quiet" }, w("noTickets")) : h("ul", { class: "hits" }, list.map((ticket) => {
      const reason = h("input", { maxlength: 500, "aria-label": `${w("reason")}: ${ticket.text}`, placeholder: w("reason") });
      const settle = async () => {
        if (!reason.value.trim()) return reason.focus();
        try {
          await post(`${path}/tickets/${ticket.id}/settle`, { reason: reason.value.trim() });
          notice(w("settled"));
          tickets();
        } catch (error) {
          notice(sentence(error), true);
        }
      };
      return h("li", {}, ticket.text, may("check_records") && h("div", { class: "row" }, h("div", { class: "grow" }, reason), h("button", { type: "button", onclick: settle }, w("settle"))));
    })));
  }

  show(place, h("h1", {}, `${book.title || book.kind}: ${book.code}`),
    h("p", { class: "quiet" }, [book.number, years(book), book.body].filter(Boolean).join(" · ")),
    h("div", { class: "row" }, h("a", { class: "button", href: `#/review/${encodeURIComponent(code)}` }, w("review")), h("a", { class: "button", href: `#/pages/${encodeURIComponent(code)}` }, w("pages")),
      may("key_fields") && h("a", { class: "button", href: `#/keying/${encodeURIComponent(code)}` }, w("keying")), may("check_records") && h("a", { class: "button", href: `#/disputes/${encodeURIComponent(code)}` }, w("disputes")), field(w("filterNumber"), number)),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": w("list") }, h("table", {}, h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, w("number")), h("th", { scope: "col" }, w("who")), h("th", { scope: "col" }, w("page", "")), h("th", { scope: "col" }, w("stage")), h("th", { scope: "col", class: "number" }, w("undecided")))), body)),
    nothing, more, findings);
  await look(false);
  await tickets();
}
