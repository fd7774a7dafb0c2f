// Where sheets go, and which scanner takes them how. What was chosen last is chosen again.

import { get } from "./api.js";
import { field, h, show } from "./dom.js";
import { sentence, w } from "./words.js";

const kept = "scanner";

export function targetChoice({ books, dossiers, covers }) {
  return h("select", { required: true }, h("option", { value: "" }, w("chooseTarget")), books.map((one) => h("option", { value: `book ${one.code}` }, [`${w("book")} ${one.code}`, one.title, one.number].filter(Boolean).join(" · "))),
    dossiers.map((one) => h("option", { value: `dossier ${one.code}` }, `${w("dossier")} ${one.code} · ${one.title}`)), covers && h("option", { value: "covers" }, w("byCovers")));
}

const list = (values, prefix, value) => h("select", {}, values.map((one) => h("option", { value: one, selected: one === value }, w(`${prefix}.${one}`))));

export class DeviceForm {
  constructor() {
    const last = this.last();
    this.device = h("select", { required: true });
    this.source = list(["", "flatbed", "adf", "adf-duplex"], "source", last.source ?? "");
    this.mode = list(["colour", "gray", "lineart"], "mode", last.mode ?? "colour");
    this.dpi = h("input", { type: "number", min: 50, max: 1200, step: 1, required: true, value: String(last.dpi ?? 300), size: 6 });
    this.paper = list(["0x0", "210x297", "297x420", "148x210"], "paperSize", `${last.width_mm ?? 0}x${last.height_mm ?? 0}`);
    this.passes = h("input", { type: "checkbox" });
    this.says = h("p", { class: "small quiet", role: "status" });
    this.can = h("details", { hidden: true, ontoggle: () => this.offers() }, h("summary", {}, w("canDo")));
    this.element = h("div", {}, h("div", { class: "row" }, h("div", { class: "grow" }, field(w("scanner"), this.device)), h("button", { type: "button", onclick: () => this.search(true) }, w("searchAgain"))), this.says,
      h("div", { class: "row" }, field(w("paperFrom"), this.source), field(w("mode"), this.mode), field(w("dpi"), this.dpi), field(w("paperSize"), this.paper), h("label", { class: "check" }, this.passes, " ", w("twoPasses"))), this.can);
    this.device.addEventListener("change", () => { this.can.open = false; });
  }

  last() {
    try {
      return JSON.parse(localStorage.getItem(kept) ?? "{}");
    } catch {
      return {};
    }
  }

  async search(anew) {
    this.says.textContent = w("searching");
    try {
      const { devices } = await get(`/api/capture/devices${anew ? "?anew=true" : ""}`);
      const last = this.last().device;
      show(this.device, devices.map((one) => h("option", { value: one.device, selected: one.device === last }, [one.vendor, one.model].filter(Boolean).join(" ") || one.device)));
      this.says.textContent = devices.length === 0 ? w("noScanners") : "";
      this.can.hidden = devices.length === 0;
    } catch (error) {
      this.says.textContent = sentence(error);
    }
  }

  async offers() {
    const device = this.device.value;
    if (!this.can.open || !device) return;
    try {
      const { offers } = await get(`/api/capture/offers?device=${encodeURIComponent(device)}`);
      if (device !== this.device.value) return;
      show(this.can, h("summary", {}, w("canDo")), h("dl", { class: "facts" }, offers.map((one) => [h("dt", {}, one.setting), h("dd", {}, one.offers)])));
    } catch (error) {
      show(this.can, h("summary", {}, w("canDo")), h("p", { class: "problem" }, sentence(error)));
    }
  }

  wish() {
    const [width_mm, height_mm] = this.paper.value.split("x").map(Number);
    const wish = { device: this.device.value, source: this.source.value, mode: this.mode.value, dpi: Number(this.dpi.value), width_mm, height_mm };
    localStorage.setItem(kept, JSON.stringify(wish));
    return { ...wish, two_passes: this.passes.checked };
  }
}
