import { get } from "./api.js";
import { h, show } from "./dom.js";
import { w } from "./words.js";

function bar(label, progress) {
  return h("div", { class: "card" }, h("h2", {}, label), h("progress", { max: Math.max(1, progress.pages), value: progress.pages_done, "aria-label": label }),
    h("p", {}, `${progress.pages_done} / ${progress.pages} ${w("pages").toLowerCase()} ${w("done")}`, progress.pages_need_person > 0 && [" · ", h("span", { class: "tag doubt" }, `${progress.pages_need_person} ${w("needPerson")}`)],
      progress.pages_failed + progress.files_failed > 0 && [" · ", h("span", { class: "tag bad" }, `${progress.pages_failed + progress.files_failed} ${w("failed")}`)],
      progress.queued > 0 && ` · ${progress.queued} ${w("queued")}`));
}

export async function open(place) {
  const { batches } = await get("/api/batches");
  const whole = h("div", {}, bar(w("whole"), await get("/api/progress")));
  const line = h("p", { class: "quiet small", role: "status" });
  const details = h("div", { "aria-live": "polite" });
  const rows = batches.map(({ id, dossier, operator, received_at, progress }) => h("tr", {},
    h("td", {}, h("button", { type: "button", onclick: () => openBatch(id) }, `${w("batch")} ${id}`)), h("td", {}, dossier), h("td", {}, new Date(received_at).toLocaleString()), h("td", {}, operator),
    h("td", { class: "number" }, `${progress.pages_done} / ${progress.pages}`), h("td", { class: "number" }, progress.pages_need_person), h("td", { class: "number" }, progress.pages_failed + progress.files_failed)));

  async function openBatch(id) {
    const batch = await get(`/api/batches/${id}`);
    show(details, bar(`${w("batch")} ${id}`, batch.progress),
      batch.refused.length > 0 && [h("h2", {}, w("refused")), h("ul", { class: "hits" }, batch.refused.map((one) => h("li", {}, h("strong", {}, one.name), ": ", one.why)))],
      batch.waiting.length > 0 && [h("h2", {}, w("waitingPages")), h("ul", { class: "hits" }, batch.waiting.map((one) => h("li", {}, h("strong", {}, one.name), ": ", [...one.reasons, one.why].filter(Boolean).join("; "))))]);
    details.scrollIntoView({ block: "nearest" });
  }

  show(place, h("div", { class: "wide" }, h("h1", {}, w("work")), whole, line, h("h2", {}, w("batches")), batches.length === 0 ? h("p", { class: "empty" }, w("noBatches")) :
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": w("batches") }, h("table", {}, h("thead", {}, h("tr", {}, [w("batch"), "", w("received"), w("operator")].map((one) => h("th", { scope: "col" }, one)), [w("pages"), w("needPerson"), w("failed")].map((one) => h("th", { scope: "col", class: "number" }, one)))), h("tbody", {}, rows))), details));
  const events = new EventSource("/api/events");
  events.addEventListener("open", () => { line.textContent = w("live"); });
  events.addEventListener("error", () => { line.textContent = w("notLive"); });
  events.addEventListener("progress", (event) => show(whole, bar(w("whole"), JSON.parse(event.data))));
  return () => events.close();
}
