// A telephone's browser: photographs go in pieces to the server and become sheets of a session, judged like those of a feeder.

import { get, post } from "./api.js";
import { field, fileButton, h, notice, show } from "./dom.js";
import { askFor } from "./request_form.js";
import { targetChoice } from "./scan_form.js";
import { sessionLine } from "./scan.js";
import { send } from "./upload.js";
import { sentence, w } from "./words.js";

export async function open(place, [id = ""]) {
  const [targets, { sessions }] = await Promise.all([get("/api/capture/targets"), get("/api/capture/sessions?open=true")]);
  let session = id ? await get(`/api/capture/sessions/${Number(id)}`) : null;
  let closed = false, busy = false;
  const waiting = [];
  const target = targetChoice({ ...targets, covers: false });
  const declared = h("input", { type: "number", min: 1, max: 100000 });
  const camera = h("input", { type: "file", accept: "image/jpeg,image/png,image/webp", capture: "environment", multiple: true, "aria-label": w("takePicture") });
  const line = h("p", { class: "quiet", role: "status" });
  const meter = h("progress", { max: 1, value: 0, hidden: true, "aria-label": w("sendingPictures") });
  const list = h("ul", { class: "hits" });
  const ends = h("div", { class: "row" });
  const choose = h("div", { class: "row" }, h("div", { class: "grow" }, field(w("scanTarget"), target)), field(w("declared"), declared));
  const others = sessions.filter((row) => row.device.startsWith("phone"));

  function draw() {
    choose.hidden = Boolean(session);
    camera.disabled = !session && !target.value;
    show(list, [...(session?.images ?? [])].reverse().filter((one) => one.decision !== "replaced").map((one) => h("li", { class: one.decision === "rejected" ? "gone" : null }, h("strong", {}, one.insert > 0 ? w("sheetInsert", one.sheet, one.insert) : w("sheet", one.sheet)), " ",
      one.decision === "none" ? h("span", { class: { note: "tag good", look: "tag doubt", rescan: "tag bad" }[one.verdict] }, w(`verdict.${one.verdict}`)) : h("span", { class: "tag" }, w(`decision.${one.decision}`)), " ", one.findings.map((finding) => finding.text).join("; "), one.received_as && h("div", { class: "small quiet" }, one.received_as),
      session.state !== "finished" && one.insert === 0 && h("div", { class: "tools" }, h("button", { type: "button", onclick: () => again(one) }, w("replaceThis"), h("span", { class: "small" }, ` ${w("sheet", one.sheet)}`)),
        one.decision === "none" && one.verdict === "rescan" && h("button", { type: "button", onclick: () => keep(one) }, w("acceptPicture"), h("span", { class: "small" }, ` ${w("sheet", one.sheet)}`))))));
    const over = session && (session.state === "finished" || session.state === "dropped");
    camera.disabled ||= over;
    show(ends, session && !over && h("button", { class: "main", type: "button", disabled: busy || waiting.length > 0 || session.images.length === 0, onclick: finish }, w("phoneDone")), session && h("span", { class: "quiet" }, session.declared === null ? w("sheetsOnly", session.sheets) : w("sheetsOf", session.sheets, session.declared)));
  }

  // One after the other, so that sheets keep the order in which they were photographed.
  async function sendAll() {
    if (busy) return;
    busy = true;
    while (waiting.length > 0 && !closed) {
      const { file, more } = waiting[0];
      line.textContent = w("waitingPictures", waiting.length);
      meter.hidden = false;
      draw();
      try {
        const { uploads } = await get("/api/uploads");
        const upload = uploads.find((one) => one.name === file.name && one.bytes === file.size) ?? (await post("/api/uploads", { name: file.name, bytes: file.size }));
        const whole = await send(file, upload, (received, says) => { meter.value = received / file.size; if (says) line.textContent = says; }, () => closed);
        if (!whole) break;
        const [kind, code] = [target.value.split(" ")[0], target.value.split(" ").slice(1).join(" ")];
        const wish = session ? { session: session.session } : { [kind]: code, ...(declared.value && { declared: Number(declared.value) }) };
        session = await post("/api/capture/photographs", { upload: upload.id, ...wish, ...more });
        history.replaceState(null, "", `#/photographs/${session.session}`);
        notice(w("tookPicture", more.replace ?? session.sheets));
      } catch (error) {
        // The network is away: what arrived is there, and this picture is tried again.
        if (error.code === "offline" || error.code === "no_session") {
          line.textContent = sentence(error);
          await new Promise((resolve) => setTimeout(resolve, 3000));
          continue;
        }
        notice(`${file.name}: ${sentence(error)}`, true);
      }
      waiting.shift();
    }
    busy = false;
    meter.hidden = true;
    line.textContent = "";
    if (!closed) draw();
  }

  const take = (files, more = {}) => {
    for (const file of files) waiting.push({ file, more });
    camera.value = "";
    sendAll();
  };
  camera.addEventListener("change", () => take(Array.from(camera.files)));
  target.addEventListener("change", draw);

  async function again(one) {
    const given = await askFor(w("replaceThis"), [["reason", w("rescanWhy"), one.findings[0]?.text ?? ""]], w("takePicture"));
    if (!given) return;
    const other = h("input", { type: "file", accept: camera.accept, capture: "environment", onchange: () => take(Array.from(other.files).slice(0, 1), { replace: one.sheet, ...given }) });
    other.click();
  }
  async function keep(one) {
    const given = await askFor(w("acceptPicture"), [["reason", w("acceptWhy"), one.findings[0]?.text ?? ""]], w("save"));
    if (!given) return;
    try {
      session = await post(`/api/capture/sessions/${session.session}/images/${one.image}/decision`, { decision: "accepted", ...given });
    } catch (error) {
      notice(sentence(error), true);
    }
    draw();
  }
  async function finish() {
    const body = {};
    if (session.differences.length > 0) {
      const given = await askFor(w("finishScan"), [["accept", w("finishAnyway")]], w("finishScan"), session.differences.join("; "));
      if (!given) return;
      Object.assign(body, given);
    }
    try {
      const { batches } = await post(`/api/capture/sessions/${session.session}/finish`, body);
      notice(w("finishedAs", batches.join(", ")));
      session = await get(`/api/capture/sessions/${session.session}`);
    } catch (error) {
      notice(sentence(error), true);
    }
    draw();
  }

  show(place, h("div", { class: "wide" }, h("h1", {}, session ? `${w("photographs")}: ${session.book || session.dossier}` : w("photographs")), h("p", {}, w("phoneSays")),
    h("section", { class: "card" }, choose, h("div", { class: "camera" }, fileButton(camera, w("takePicture"), false)), line, meter, ends), list,
    !session && others.length > 0 && [h("h2", {}, w("openPhoneSession")), h("ul", { class: "hits" }, others.map(sessionLine))]));
  draw();
  return () => { closed = true; };
}
