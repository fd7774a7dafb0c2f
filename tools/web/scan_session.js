// One scan session: its pictures as they come, each with its verdict; what a person says about them; and pages at the end.

import { ask, get, post } from "./api.js";
import { h, show } from "./dom.js";
import { DeviceForm } from "./scan_form.js";
import { sentence, w } from "./words.js";

const classOf = { note: "tag good", look: "tag doubt", rescan: "tag bad" };
const nameOf = (one) => `${one.insert > 0 ? w("sheetInsert", one.sheet, one.insert) : w("sheet", one.sheet)}, ${w(one.side)}`;

export class ScanSession {
  constructor(place, askFor, notice) {
    Object.assign(this, { place, askFor, notice, run: null, session: null, chosen: 0, newest: true, closed: false, stream: null, timer: 0, looked: "", coming: [] });
    this.title = h("h1", {});
    this.count = h("span", { class: "tag", role: "status" });
    this.state = h("span", { class: "tag", role: "status" });
    this.meter = h("progress", { max: 1, value: 0, hidden: true, "aria-label": w("declared") });
    this.says = h("div", { "aria-live": "polite" });
    this.picture = h("img", { class: "scanned", alt: "", hidden: true });
    this.picture.addEventListener("load", () => this.pictureShown());
    this.picture.addEventListener("error", () => this.pictureShown());
    this.verdict = h("div", { class: "tools", role: "status" });
    this.list = h("ul", { class: "fields sides", "aria-label": w("sidesOf") });
    this.acts = h("div", { class: "tools" });
    this.ends = h("div");
    this.device = null;
    this.how = h("div");
    const auto = h("input", { type: "checkbox", checked: true, onchange: () => { this.newest = auto.checked; } });
    show(place, h("div", { class: "tools" }, this.title, this.state, this.count, h("a", { href: "#/scan" }, w("backToScan"))), this.meter, this.says,
      h("div", { class: "station" }, h("section", {}, h("div", { class: "tools" }, this.verdict), h("div", { class: "scanned-frame" }, this.picture, h("p", { class: "empty" }, w("noPictureYet"))), h("label", { class: "check" }, auto, " ", w("newest"))),
        h("section", { class: "scrolls" }, this.acts, h("p", { class: "small quiet" }, w("keysScan")), this.list, this.ends, this.how)));
    this.onkey = (event) => this.keyPressed(event);
    document.addEventListener("keydown", this.onkey);
  }

  close() {
    this.closed = true;
    this.stream?.close();
    clearTimeout(this.timer);
    document.removeEventListener("keydown", this.onkey);
  }

  keyPressed(event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]") || event.target.closest?.("input, textarea, select, #bar")) return;
    const run = { ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1), a: () => this.decide("accepted"), x: () => this.decide("rejected"), r: () => this.again("replace"), i: () => this.again("insert") }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run();
  }

  // ---- What happens

  async follow(id) {
    this.run = await get(`/api/capture/runs/${id}`);
    if (this.run.session) this.session = await get(`/api/capture/sessions/${this.run.session}`);
    this.draw();
    if (this.run.state !== "running") return;
    this.stream?.close();
    this.stream = new EventSource(`/api/capture/runs/${id}/events`);
    this.stream.addEventListener("side", (event) => this.sideCame(JSON.parse(event.data)));
    this.stream.addEventListener("state", (event) => this.stateCame(JSON.parse(event.data)));
  }

  async show(id) {
    this.session = await get(`/api/capture/sessions/${id}`);
    const { runs } = await get("/api/capture/runs");
    const mine = runs.find((one) => one.session === id && one.state === "running");
    if (mine) return this.follow(mine.run);
    this.draw();
  }

  // The verdict is there before the picture is in the archive: it is said at once.
  sideCame(side) {
    this.coming.push(side);
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), 150);
  }

  async refresh(tries = 20) {
    if (this.closed) return;
    try {
      if (!this.run?.session && this.run) this.run = await get(`/api/capture/runs/${this.run.run}`);
      const id = this.run?.session || this.session?.session;
      if (id) this.session = await get(`/api/capture/sessions/${id}`);
      const there = new Set((this.session?.images ?? []).map((one) => one.digest));
      this.coming = this.coming.filter((side) => !there.has(side.digest));
      if (this.newest) this.chosen = this.latest()?.image ?? 0;
      this.draw();
    } catch (error) {
      if (error.code !== "offline") return this.notice(sentence(error), true);
    }
    if (this.coming.length > 0 && tries > 0) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.refresh(tries - 1), 300);
    }
  }

  async stateCame({ state }) {
    if (state === "running") return this.refresh();
    this.stream?.close();
    this.stream = null;
    try {
      this.run = await get(`/api/capture/runs/${this.run.run}`);
    } catch (error) {
      this.notice(sentence(error), true);
    }
    await this.refresh();
  }

  latest() {
    const images = this.session?.images ?? [];
    return images.reduce((last, one) => (!last || one.at > last.at || (one.at === last.at && one.image > last.image) ? one : last), null);
  }

  image() {
    return this.session?.images.find((one) => one.image === this.chosen) ?? null;
  }

  // ---- What is shown

  draw() {
    if (this.closed) return;
    const { session, run } = this;
    const running = run?.state === "running";
    const target = (session ?? run)?.book || (session ?? run)?.dossier || w("byCovers");
    this.title.textContent = session ? `${w("session", session.session)}: ${target}` : `${w("scanTitle")}: ${target}`;
    this.state.textContent = running ? w("run.running") : run?.state === "failed" && session?.state === "open" ? w("run.failed") : session ? w(`session.${session.state}`) : run ? w(`run.${run.state}`) : "";
    const sheets = Math.max(session?.sheets ?? 0, ...this.coming.filter(() => run?.role === "stack").map((side) => side.sheet), 0);
    const declared = session?.declared ?? run?.wish.declared ?? null;
    this.count.textContent = declared === null ? w("sheetsOnly", sheets) : w("sheetsOf", sheets, declared);
    this.meter.hidden = declared === null;
    this.meter.max = Math.max(1, declared ?? 1);
    this.meter.value = sheets;
    const failed = run?.state === "failed";
    show(this.says, failed && h("div", { class: "problem" }, run.why.startsWith(run.device) ? run.why : run.why.charAt(0).toUpperCase() + run.why.slice(1)), running && (session?.images ?? []).length + this.coming.length === 0 && h("p", { class: "quiet" }, w("firstSheet")));
    const focused = document.activeElement?.dataset?.image;
    show(this.list, (session?.images ?? []).map((one) => this.row(one)), this.coming.map((one) => this.row({ ...one, image: 0, insert: 0, decision: "none" })));
    if (focused) this.list.querySelector(`[data-image="${focused}"]`)?.focus({ preventScroll: true });
    if (!this.image() && session?.images.length) this.chosen = this.latest().image;
    this.list.querySelector(".now")?.scrollIntoView({ block: "nearest" });
    this.look();
    this.buttons(running, failed);
  }

  row(one) {
    const now = one.image !== 0 && one.image === this.chosen;
    const tags = [one.cover && h("span", { class: "tag" }, w("coverSheet")), one.blank && h("span", { class: "tag" }, w("blankSide")), one.decision !== "none" ? h("span", { class: "tag" }, w(`decision.${one.decision}`)) : h("span", { class: classOf[one.verdict] }, w(`verdict.${one.verdict}`))];
    const gone = one.decision === "rejected" || one.decision === "replaced";
    return h("li", { class: [one.image === 0 && "waiting", now && "now", gone ? "gone" : one.decision === "accepted" ? "decided" : one.verdict === "rescan" ? "doubtful" : null].filter(Boolean).join(" ") || null },
      h("button", { type: "button", class: "value", "data-image": one.image || null, "aria-current": now ? "true" : null, disabled: one.image === 0, onclick: () => this.choose(one.image) }, nameOf(one)), h("div", { class: "head" }, h("span", {}, tags), h("span", { class: "reason" }, one.reason ?? "")),
      one.findings.length > 0 && h("div", { class: "why" }, one.findings.map((finding) => finding.text).join("; ")));
  }

  choose(image) {
    this.chosen = image;
    this.newest = false;
    this.place.querySelector(".station input[type=checkbox]").checked = false;
    this.draw();
  }

  step(by) {
    const images = this.session?.images ?? [];
    const at = images.findIndex((one) => one.image === this.chosen);
    const next = images[Math.min(images.length - 1, Math.max(0, at + by))];
    if (next) this.choose(next.image);
  }

  // One picture at a time: a fast feeder must not make the server draw what nobody has time to see.
  look() {
    const one = this.image();
    show(this.verdict, one && [h("strong", {}, nameOf(one)), " ", h("span", { class: classOf[one.verdict] }, w(`verdict.${one.verdict}`)), " ", one.findings.map((finding) => finding.text).join("; "), h("span", { class: "small quiet" }, ` ${one.width} × ${one.height}, ${Math.round(one.dpi)} dpi`)]);
    this.place.querySelector(".scanned-frame .empty").hidden = Boolean(one);
    this.picture.hidden = !one;
    if (!one || this.looked) return;
    const address = `/api/capture/sessions/${this.session.session}/images/${one.image}`;
    if (this.picture.getAttribute("src") === address) return;
    this.looked = address;
    this.picture.alt = w("pictureAlt", nameOf(one));
    this.picture.setAttribute("src", address);
  }

  pictureShown() {
    this.looked = "";
    this.look();
  }

  buttons(running, failed) {
    const { session, run } = this;
    const one = this.image();
    const over = !session || session.state === "finished" || session.state === "dropped";
    const button = (word, act, more = {}) => h("button", { type: "button", onclick: act, ...more }, w(word));
    const backs = session?.images.some((other) => other.side === "back");
    const two = run?.wish.two_passes || session?.problems.some((text) => /\d+ fronts|\d+ mặt trước/.test(text));
    const focused = this.acts.contains(document.activeElement) ? document.activeElement.textContent : "";
    show(this.acts, running && button("stopScan", () => this.stop(), { class: "main" }),
      failed && run.code === "conflict" && run.role === "stack" && [button("returnedSheet", () => this.goOn({ returned: true }), { class: "main" }), button("newStack", () => this.goOn({ anew: true }))],
      failed && run.code !== "conflict" && button("goOnScan", () => this.goOn({}), { class: "main" }),
      !running && two && !backs && !over && button("scanBacks", () => this.scanAgain({ role: "backs", session: session.session })),
      one && !over && [button("acceptPicture", () => this.decide("accepted")), button("rejectPicture", () => this.decide("rejected")), !running && button("rescan", () => this.again("replace")), !running && button("insertAfter", () => this.again("insert"))]);
    if (focused) [...this.acts.querySelectorAll("button")].find((other) => other.textContent === focused)?.focus();
    show(this.ends, session && !over && !running && [session.problems.length > 0 && [h("h2", {}, w("standsInWay")), h("ul", { class: "lines" }, session.problems.map((text) => h("li", {}, text)))],
      session.differences.length > 0 && [h("h2", {}, w("differs")), h("ul", { class: "lines" }, session.differences.map((text) => h("li", {}, text)))],
      h("div", { class: "tools" }, button("finishScan", () => this.finish(), { class: "main", disabled: session.problems.length > 0 }), button("dropScan", () => this.drop()))],
    session?.batches.length > 0 && h("p", {}, h("a", { href: "#/work" }, w("finishedAs", session.batches.join(", ")))));
  }

  // ---- What a person does

  async act(work) {
    try {
      await work();
    } catch (error) {
      this.notice(sentence(error), true);
    }
    await this.refresh();
  }

  stop() {
    this.notice(w("stopping"));
    return this.act(() => ask("DELETE", `/api/capture/runs/${this.run.run}`));
  }

  goOn(more) {
    return this.start({ ...this.run.wish, ...more });
  }

  async start(wish) {
    try {
      const run = await post("/api/capture/runs", wish);
      this.coming = [];
      history.replaceState(null, "", `#/scan/run/${run.run}`);
      this.newest = true;
      await this.follow(run.run);
    } catch (error) {
      this.notice(sentence(error), true);
    }
  }

  async decide(decision) {
    const one = this.image();
    if (!one || this.session.state === "finished") return;
    const given = await this.askFor(w(decision === "accepted" ? "acceptPicture" : "rejectPicture"), [["reason", w(decision === "accepted" ? "acceptWhy" : "rejectWhy"), one.findings[0]?.text ?? ""]], w("save"));
    if (given) await this.act(async () => { this.session = await post(`/api/capture/sessions/${this.session.session}/images/${one.image}/decision`, { decision, ...given }); });
    this.list.querySelector(".now button")?.focus();
  }

  // The same device as before, or the one that is chosen now.
  async again(role) {
    const one = this.image();
    if (!one || this.run?.state === "running" || this.session.state === "finished") return;
    const given = await this.askFor(w(role === "replace" ? "rescan" : "insertAfter"), [["reason", w(role === "replace" ? "rescanWhy" : "insertWhy"), role === "replace" ? one.findings[0]?.text ?? "" : ""]], w("startScan"), w("placeSheet"));
    if (given) await this.scanAgain({ role, session: this.session.session, sheet: one.sheet, back: role === "replace" && one.side === "back", ...given });
  }

  async scanAgain(order) {
    const last = this.run?.wish ?? new DeviceForm().last();
    if (!last.device) {
      this.device ??= new DeviceForm();
      show(this.how, h("h2", {}, w("settings")), this.device.element);
      if (!this.device.device.value) await this.device.search(false);
      if (!this.device.device.value) return this.notice(w("noScanners"), true);
    }
    const { device, source, mode, dpi, width_mm, height_mm } = last.device ? last : this.device.wish();
    await this.start({ device, source, mode, dpi, width_mm, height_mm, ...order, ...(order.role === "replace" && { pages: 1 }) });
  }

  async finish() {
    const body = {};
    if (this.session.differences.length > 0) {
      const given = await this.askFor(w("finishScan"), [["accept", w("finishAnyway")]], w("finishScan"), this.session.differences.join("; "));
      if (!given) return;
      Object.assign(body, given);
    }
    await this.act(async () => {
      const { batches } = await post(`/api/capture/sessions/${this.session.session}/finish`, body);
      this.notice(w("finishedAs", batches.join(", ")));
    });
  }

  async drop() {
    const given = await this.askFor(w("dropScan"), [["reason", w("dropWhy")]], w("dropScan"));
    if (!given) return;
    await this.act(async () => {
      await post(`/api/capture/sessions/${this.session.session}/drop`, given);
      this.notice(w("dropped"));
    });
  }
}
