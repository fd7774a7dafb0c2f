import { get } from "./api.js";
import { h, notice, show } from "./dom.js";
import { sentence, w } from "./words.js";

const step = 200;

export async function open(place) {
  const body = h("tbody");
  const more = h("button", { type: "button", onclick: look }, w("more"));
  let last = 0;
  async function look() {
    try {
      const { events } = await get(`/api/log?after=${last}&limit=${step}`);
      body.append(...events.map((one) => h("tr", {}, h("td", {}, new Date(one.at).toLocaleString()), h("td", {}, one.by), h("td", {}, one.what), h("td", {}, one.subject), h("td", {}, one.note))));
      last = events.at(-1)?.id ?? last;
      more.hidden = events.length < step;
    } catch (error) {
      notice(sentence(error), true);
    }
  }
  await look();
  show(place, h("h1", {}, w("log")), body.childElementCount === 0 ? h("p", { class: "empty" }, w("noEvents")) :
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": w("log") }, h("table", {}, h("thead", {}, h("tr", {}, ["at", "by", "what", "subject", "note"].map((key) => h("th", { scope: "col" }, key === "by" ? w("name") : w(key))))), body)), more);
}
