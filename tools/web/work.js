// How the work goes on, what is to be done again, and who did how much.

import { get, may, post } from "./api.js";
import { h, notice, show } from "./dom.js";
import { uploadPanel } from "./upload.js";
import { day, pageName, sentence, w } from "./words.js";

function bar(label, progress) {
  return h("div", { class: "card" }, h("h2", {}, label), h("progress", { max: Math.max(1, progress.pages), value: progress.pages_done, "aria-label": label }),
    h("p", {}, `${progress.pages_done} / ${progress.pages} ${w("pages").toLowerCase()} ${w("done")}`, progress.pages_need_person > 0 && [" · ", h("span", { class: "tag doubt" }, `${progress.pages_need_person} ${w("needPerson")}`)],
      progress.pages_failed + progress.files_failed > 0 && [" · ", h("span", { class: "tag bad" }, `${progress.pages_failed + progress.files_failed} ${w("failed")}`)],
      progress.queued > 0 && ` · ${progress.queued} ${w("queued")}`));
}

const heads = (names, numbers = []) => h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)), numbers.map((name) => h("th", { scope: "col", class: "number" }, name))));
const scroll = (label, table) => h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table);
const percent = (share) => `${(100 * share).toFixed(1)} %`;

function figures(title, rows) {
  const cells = (row) => [row.pages, row.pages_failed, row.fields, row.fields_an_hour ? Math.round(row.fields_an_hour) : "–", row.machine_wrong, row.corrected, row.fields ? percent(row.error_rate) : "–"];
  return [h("h3", {}, title), scroll(title, h("table", {}, heads([w("name2")], [w("pages"), w("failed"), w("fieldsDecided"), w("fieldsHour"), w("machineWrong"), w("correctedLater"), w("errorRate")]),
    h("tbody", {}, rows.map((row) => h("tr", {}, h("td", {}, row.name), cells(row).map((cell) => h("td", { class: "number" }, cell)))))))];
}

export async function open(place) {
  const whole = h("div", {}, bar(w("whole"), await get("/api/progress")));
  const line = h("p", { class: "quiet small", role: "status" });
  const details = h("div", { "aria-live": "polite" });
  const table = h("div"), rescans = h("div"), report = h("div");
  let chosen = 0, stale = false;

  async function drawBatches() {
    const { batches } = await get("/api/batches");
    show(table, batches.length === 0 ? h("p", { class: "empty" }, w("noBatches")) : scroll(w("batches"), h("table", {}, heads([w("batch"), w("dossier"), w("received"), w("operator")], [w("pages"), w("needPerson"), w("failed")]),
      h("tbody", {}, batches.map(({ id, dossier, operator, received_at, progress }) => h("tr", {},
        h("td", {}, h("button", { type: "button", "aria-expanded": String(chosen === id), onclick: () => openBatch(id) }, `${w("batch")} ${id}`)), h("td", {}, dossier), h("td", {}, day(received_at)), h("td", {}, operator),
        h("td", { class: "number" }, `${progress.pages_done} / ${progress.pages}`), h("td", { class: "number" }, progress.pages_need_person), h("td", { class: "number" }, progress.pages_failed + progress.files_failed)))))));
  }

  async function again(id) {
    try {
      const { jobs } = await post(`/api/batches/${id}/again`, {});
      notice(jobs > 0 ? w("runsAgain", jobs) : w("nothingQuarantined"));
      await openBatch(id);
    } catch (error) {
      notice(sentence(error), true);
    }
  }

  async function quality(id, into) {
    try {
      const answer = await get(`/api/batches/${id}/quality?limit=500`);
      show(into, answer.pages.length === 0 ? h("p", { class: "quiet" }, w("noQualityFindings", answer.looked_at)) : [h("p", {}, answer.findings.map((one) => [h("span", { class: "tag doubt" }, `${one.finding}: ${one.pages}`), " "])),
        h("ul", { class: "hits" }, answer.pages.map((one) => h("li", {}, h("strong", {}, pageName(one.name)), ": ", one.findings.join("; "))))]);
    } catch (error) {
      notice(sentence(error), true);
    }
  }

  async function openBatch(id) {
    chosen = id;
    const batch = await get(`/api/batches/${id}`);
    const refused = batch.refused.length, quarantined = batch.waiting.filter((one) => one.state === "quarantined"), unsure = batch.waiting.filter((one) => one.state !== "quarantined");
    const page = (one) => h("li", {}, h("strong", {}, may("read_records") ? h("a", { href: `#/text/${one.page}` }, pageName(one.name)) : pageName(one.name)), ": ", [...one.reasons, one.why].filter(Boolean).join("; "));
    const measured = h("div");
    show(details, bar(`${w("batch")} ${id}`, batch.progress),
      h("div", { class: "tools" }, may("take_in") && refused + quarantined.length > 0 && h("button", { type: "button", class: "main", onclick: () => again(id) }, w("runAgain")), h("button", { type: "button", onclick: () => quality(id, measured) }, w("quality"))), measured,
      refused > 0 && [h("h3", {}, w("refused")), h("ul", { class: "hits" }, batch.refused.map((one) => h("li", {}, h("strong", {}, one.name), ": ", one.why)))],
      quarantined.length > 0 && [h("h3", {}, w("quarantine")), h("ul", { class: "hits" }, quarantined.map(page))],
      unsure.length > 0 && [h("h3", {}, w("waitingPages")), h("ul", { class: "hits" }, unsure.map(page))]);
    details.scrollIntoView({ block: "nearest" });
  }

  async function drawRescans() {
    const { tickets } = await get("/api/rescans");
    show(rescans, tickets.length === 0 ? h("p", { class: "quiet" }, w("noRescans")) : h("ul", { class: "hits" }, tickets.map((ticket) => h("li", {}, h("a", { href: `#/book/${encodeURIComponent(ticket.book)}` }, ticket.book), ": ", ticket.text))));
  }

  async function drawReport() {
    const answer = await get("/api/report");
    show(report, figures(w("byBook"), answer.books), figures(w("byPerson"), answer.persons), h("p", {}, h("a", { class: "button", href: "/api/report.csv" }, w("asCsv")), " ", h("a", { class: "button", href: "/api/report.html" }, w("asHtml"))));
  }

  const panel = may("take_in") ? await uploadPanel((batch) => { drawBatches(); openBatch(batch); }) : null;
  show(place, h("div", { class: "wide" }, h("h1", {}, w("work")), whole, line, panel?.element, h("h2", {}, w("batches")), table, details, h("h2", {}, w("rescans")), rescans, h("h2", {}, w("report")), report));
  await Promise.all([drawBatches(), drawRescans(), drawReport()]);
  const events = new EventSource("/api/events");
  events.addEventListener("open", () => { line.textContent = w("live"); });
  events.addEventListener("error", () => { line.textContent = w("notLive"); });
  events.addEventListener("progress", (event) => {
    show(whole, bar(w("whole"), JSON.parse(event.data)));
    stale = true;
  });
  const refresh = setInterval(() => {
    if (!stale || document.hidden) return;
    stale = false;
    drawBatches().catch(() => { stale = true; });
  }, 3000);
  return () => {
    clearInterval(refresh);
    events.close();
    panel?.close();
  };
}
