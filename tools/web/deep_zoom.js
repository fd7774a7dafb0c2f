// A page to be read, by OpenSeadragon: gliding zoom, two fingers, a small map of the page. Where fields are decided on the station's own viewer
// stands (viewer.js), which knows what is in sight; the calls are the same. Where set-up could not fetch the library, it stands here too.

import { get } from "./api.js";
import { h } from "./dom.js";
import { Viewer } from "./viewer.js";
import { w } from "./words.js";

let library = null;

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = h("script", { src: "/assets/openseadragon.min.js" });
    script.onload = () => resolve(window.OpenSeadragon);
    script.onerror = () => {
      script.remove();
      library = null;
      reject(new Error("openseadragon"));
    };
    document.head.append(script);
  });
  return library;
}

export async function readingViewer() {
  try {
    return new DeepZoom(await load());
  } catch {
    return new Viewer();
  }
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class DeepZoom {
  constructor(OpenSeadragon) {
    this.OpenSeadragon = OpenSeadragon;
    this.stage = h("div", { class: "deep", role: "group", "aria-label": w("picture") });
    this.says = h("div", { class: "words", hidden: true });
    this.element = h("div", { class: "viewer" }, this.stage, this.says);
    this.page = 0;
    this.info = null;
    this.osd = null;
    window.reading = this; // for tests, which ask what is shown
  }

  close() {
    this.osd?.destroy();
    this.osd = null;
  }

  buttons() {
    const button = (name, act, label) => h("button", { type: "button", onclick: () => this.info && act(this.osd.viewport), "aria-label": label }, name);
    return [button("+", (view) => view.zoomBy(1.4), w("zoomIn")), button("−", (view) => view.zoomBy(1 / 1.4), w("zoomOut")), button(w("fit"), (view) => view.goHome()), button(w("turn"), (view) => view.setRotation((view.getRotation() + 90) % 360))];
  }

  tell(text) {
    this.says.textContent = text;
    this.says.hidden = !text;
  }

  // Made when it stands in the page: it measures its place.
  stand() {
    const time = calm() ? 0 : 0.3;
    this.osd = this.OpenSeadragon({
      element: this.stage, prefixUrl: "", drawer: "canvas", showNavigationControl: false, showNavigator: true, navigatorPosition: "BOTTOM_RIGHT", navigatorSizeRatio: 0.16, animationTime: time, springStiffness: 10, visibilityRatio: 0.3,
      minZoomImageRatio: 0.8, maxZoomPixelRatio: 4, gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true }, gestureSettingsTouch: { clickToZoom: false, pinchRotate: false }, gestureSettingsPen: { clickToZoom: false },
    });
    this.osd.canvas.setAttribute("role", "group"); // has the keys: arrows, + and −, 0
    this.osd.canvas.setAttribute("aria-label", w("picture"));
    this.osd.world.addHandler("add-item", ({ item }) => item.addHandler("fully-loaded-change", ({ fullyLoaded }) => { this.element.dataset.ready = fullyLoaded ? this.page : ""; }));
  }

  // As Viewer.look; `boxes` are not drawn, the current one is.
  async look(page, boxes, current, masterWidth = 0) {
    if (page !== this.page) {
      this.page = page;
      this.info = null;
      this.element.dataset.ready = "";
      this.osd?.close();
      this.tell(page ? w("loading") : w("noPlace"));
      if (!page) return;
      try {
        const info = await get(`/iiif/${page}/info.json`);
        if (page !== this.page) return;
        if (!this.osd) this.stand();
        await new Promise((resolve, reject) => {
          this.osd.addOnceHandler("open", resolve);
          this.osd.addOnceHandler("open-failed", () => reject(new Error("")));
          this.osd.open({ ...info, id: `${location.origin}/iiif/${page}` });
        });
        if (page !== this.page) return;
        this.info = info;
        this.osd.viewport.setRotation(info.turned ?? 0, true);
        this.osd.viewport.goHome(true);
        this.tell("");
      } catch (error) {
        if (page === this.page) this.tell(error.message || w("noPicture"));
        return;
      }
    }
    if (!this.info) return;
    this.osd.clearOverlays();
    if (!current) return;
    const factor = masterWidth ? this.info.width / masterWidth : 1;
    const [left, top, right, bottom] = current.map((value) => value * factor);
    const place = (x, y, width, height) => this.osd.viewport.imageToViewportRectangle(x, y, width, height);
    this.osd.addOverlay({ element: h("div", { class: "box now" }), location: place(left, top, right - left, bottom - top) });
    // With what stands around it.
    const [wide, high] = [Math.max(right - left, 200) * 0.5, Math.max(bottom - top, 80) * 1.5];
    this.osd.viewport.fitBounds(place(left - wide, top - high, right - left + 2 * wide, bottom - top + 2 * high));
  }
}
