// The capture station: book or dossier first, then the scanner; every side is seen and judged while the sheet is still in the hand.
//   #/scan                 what may be scanned, and what is not done
//   #/scan/run/3           a stack that is being scanned on this server
//   #/scan/session/7       its pictures, until they are pages

import { get, post } from "./api.js";
import { field, h, notice, show } from "./dom.js";
import { askFor } from "./request_form.js";
import { DeviceForm, targetChoice } from "./scan_form.js";
import { ScanSession } from "./scan_session.js";
import { day, sentence, w } from "./words.js";

const where = (row) => row.book || row.dossier || w("byCovers");

export function sessionLine(row) {
  const count = row.declared === null ? w("sheetsOnly", row.sheets) : w("sheetsOf", row.sheets, row.declared);
  const phone = row.device.startsWith("phone");
  return h("li", {}, h("a", { href: `#/${phone ? "photographs" : "scan/session"}/${row.session}` }, `${w("session", row.session)}: ${where(row)}`), " ", h("span", { class: "tag" }, w(`session.${row.state}`)), " ",
    row.waiting > 0 && h("span", { class: "tag bad" }, w("needWord", row.waiting)), " ", h("span", { class: "quiet" }, [count, row.by, day(row.started_at)].join(" · ")));
}

async function begin(place) {
  const [targets, { sessions }, { runs }] = await Promise.all([get("/api/capture/targets"), get("/api/capture/sessions?open=true"), get("/api/capture/runs")]);
  const target = targetChoice(targets);
  const declared = h("input", { type: "number", min: 1, max: 100000, "aria-describedby": "declared-hint" });
  const device = new DeviceForm();
  const problem = h("div", { role: "alert" });
  const start = h("button", { class: "main", type: "submit" }, w("startScan"));
  async function send(event) {
    event.preventDefault();
    if (!target.value) return target.focus();
    start.disabled = true;
    show(problem);
    const [kind, code] = [target.value.split(" ")[0], target.value.split(" ").slice(1).join(" ")];
    try {
      const wish = { ...device.wish(), role: "stack", ...(kind !== "covers" && { [kind]: code }) };
      if (declared.value) wish.declared = Number(declared.value);
      const run = await post("/api/capture/runs", wish);
      location.hash = `#/scan/run/${run.run}`;
    } catch (error) {
      show(problem, h("p", { class: "problem" }, sentence(error)));
      start.disabled = false;
    }
  }
  const running = runs.filter((one) => one.state === "running");
  show(place, h("div", { class: "wide" }, h("div", { class: "row" }, h("h1", { class: "grow" }, w("scanTitle")), h("a", { class: "button", href: "#/photographs" }, w("byPhone"))),
    h("form", { class: "card", onsubmit: send }, h("div", { class: "row" }, h("div", { class: "grow" }, field(w("scanTarget"), target)), field(w("declared"), declared)), h("p", { id: "declared-hint", class: "small quiet" }, w("declaredHint")),
      device.element, problem, start),
    running.length > 0 && [h("h2", {}, w("run.running")), h("ul", { class: "hits" }, running.map((run) => h("li", {}, h("a", { href: `#/scan/run/${run.run}` }, `${run.device}: ${where(run)}`), " ", h("span", { class: "quiet" }, run.by))))],
    h("h2", {}, w("openSessions")), sessions.length === 0 ? h("p", { class: "quiet" }, w("noSessions")) : h("ul", { class: "hits" }, sessions.map(sessionLine))));
  target.focus();
  await device.search(false);
}

export async function open(place, [what = "", id = ""]) {
  if (what !== "run" && what !== "session") return begin(place);
  const station = new ScanSession(place, askFor, notice);
  await (what === "run" ? station.follow(Number(id)) : station.show(Number(id)));
  return () => station.close();
}
