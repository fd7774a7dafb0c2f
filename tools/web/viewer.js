// A page's picture from IIIF tiles: drag, zoom, and boxes that lead to fields. Only tiles in sight are asked for.

import { get } from "./api.js";
import { h, show } from "./dom.js";
import { w } from "./words.js";

export class Viewer {
  constructor(onpick) {
    this.onpick = onpick;
    this.layer = h("div");
    this.marks = h("div");
    this.says = h("div", { class: "words", hidden: true });
    this.element = h("div", { class: "viewer", tabindex: 0, role: "group", "aria-label": w("picture") }, this.layer, this.marks, this.says);
    this.page = 0;
    this.info = null;
    this.scale = 1;
    this.left = this.top = 0; // of the picture, in its pixels, at the upper left corner
    this.boxes = [];
    this.current = null;
    this.tiles = new Map();
    this.listen();
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.element);
  }

  close() {
    this.resized.disconnect();
  }

  buttons() {
    return [h("button", { type: "button", onclick: () => this.zoom(1.4), "aria-label": w("zoomIn") }, "+"),
      h("button", { type: "button", onclick: () => this.zoom(1 / 1.4), "aria-label": w("zoomOut") }, "−"),
      h("button", { type: "button", onclick: () => this.fit() }, w("fit"))];
  }

  // The page, then the box in the middle of it. `boxes`: [{ box, key, label, doubtful }] in pixels of the master.
  async look(page, boxes, current, masterWidth = 0) {
    this.boxes = boxes;
    this.current = current;
    if (page !== this.page) {
      this.page = page;
      this.info = null;
      this.tiles.clear();
      show(this.layer);
      show(this.marks);
      this.tell(page ? w("loading") : w("noPlace"));
      if (!page) return;
      try {
        const info = await get(`/iiif/${page}/info.json`);
        if (page !== this.page) return;
        this.info = info;
        this.tell("");
      } catch (error) {
        if (page === this.page) this.tell(error.message || w("noPicture"));
        return;
      }
    }
    if (!this.info) return;
    this.factor = masterWidth ? this.info.width / masterWidth : 1;
    this.tell(page && !current ? w("noPlace") : "");
    if (this.current) this.center(this.current);
    else this.fit();
  }

  tell(text) {
    this.says.textContent = text;
    this.says.hidden = !text;
  }

  fit() {
    if (!this.info) return;
    const { clientWidth, clientHeight } = this.element;
    this.scale = Math.min(clientWidth / this.info.width, clientHeight / this.info.height) || 0.1;
    this.left = (this.info.width - clientWidth / this.scale) / 2;
    this.top = (this.info.height - clientHeight / this.scale) / 2;
    this.draw();
  }

  // A field is seen with what stands around it: it fills at most two thirds of the width.
  center(box) {
    const { clientWidth, clientHeight } = this.element;
    const [l, t, r, b] = box.map((value) => value * this.factor);
    const whole = Math.min(clientWidth / this.info.width, clientHeight / this.info.height);
    this.scale = Math.max(whole, Math.min((clientWidth * 0.66) / Math.max(r - l, 1), (clientHeight * 0.3) / Math.max(b - t, 1), 1));
    this.left = (l + r) / 2 - clientWidth / this.scale / 2;
    this.top = (t + b) / 2 - clientHeight / this.scale / 2;
    this.draw();
  }

  zoom(by, x = this.element.clientWidth / 2, y = this.element.clientHeight / 2) {
    if (!this.info) return;
    const scale = Math.min(4, Math.max(0.02, this.scale * by));
    this.left += x / this.scale - x / scale;
    this.top += y / this.scale - y / scale;
    this.scale = scale;
    this.draw();
  }

  draw() {
    if (!this.info || !this.element.clientWidth) return;
    const { clientWidth, clientHeight } = this.element;
    const side = this.info.tiles[0].width;
    const factors = this.info.tiles[0].scaleFactors;
    const factor = factors.filter((one) => one * this.scale * devicePixelRatio <= 1.01).pop() ?? 1;
    const step = side * factor;
    const wanted = new Set();
    const last = [Math.ceil(this.info.width / step), Math.ceil(this.info.height / step)];
    const right = this.left + clientWidth / this.scale, bottom = this.top + clientHeight / this.scale;
    for (let row = Math.max(0, Math.floor(this.top / step)); row < last[1] && row * step < bottom; ++row)
      for (let column = Math.max(0, Math.floor(this.left / step)); column < last[0] && column * step < right; ++column) {
        const [x, y] = [column * step, row * step];
        const [width, height] = [Math.min(step, this.info.width - x), Math.min(step, this.info.height - y)];
        const address = `/iiif/${this.page}/${x},${y},${width},${height}/${Math.ceil(width / factor)},${Math.ceil(height / factor)}/0/default.jpg`;
        wanted.add(address);
        let image = this.tiles.get(address);
        if (!image) {
          image = h("img", { src: address, alt: "", draggable: "false" });
          image.place = [x, y, width, height];
          image.factor = factor;
          this.tiles.set(address, image);
          this.layer.append(image);
        }
      }
    // Coarser tiles stay below until the finer ones are there.
    const ready = [...wanted].every((address) => this.tiles.get(address).complete);
    for (const [address, image] of this.tiles)
      if (!wanted.has(address) && ready) {
        image.remove();
        this.tiles.delete(address);
      } else {
        this.put(image, image.place);
        image.onload = () => this.draw();
      }
    this.drawBoxes();
  }

  put(element, [x, y, width, height]) {
    element.style.left = `${(x - this.left) * this.scale}px`;
    element.style.top = `${(y - this.top) * this.scale}px`;
    element.style.width = `${width * this.scale + 0.5}px`;
    element.style.height = `${height * this.scale + 0.5}px`;
  }

  drawBoxes() {
    const place = (box) => [box[0], box[1], box[2] - box[0], box[3] - box[1]].map((value) => value * this.factor);
    const marks = this.boxes.map((one) => {
      const mark = h("button", { type: "button", tabindex: -1, class: one.doubtful ? "box doubtful" : "box", title: one.label, "aria-label": w("region", one.label), onclick: () => this.onpick?.(one.key) });
      this.put(mark, place(one.box));
      return mark;
    });
    if (this.current) {
      const mark = h("div", { class: "box now" });
      const [x, y, width, height] = place(this.current);
      this.put(mark, [x - 4 / this.scale, y - 4 / this.scale, width + 8 / this.scale, height + 8 / this.scale]);
      marks.push(mark);
    }
    show(this.marks, marks);
  }

  listen() {
    const box = this.element;
    let held = null;
    box.addEventListener("pointerdown", (event) => {
      if (event.target.closest("button")) return;
      held = [event.clientX, event.clientY];
      box.setPointerCapture(event.pointerId);
      box.classList.add("held");
    });
    box.addEventListener("pointermove", (event) => {
      if (!held) return;
      this.left -= (event.clientX - held[0]) / this.scale;
      this.top -= (event.clientY - held[1]) / this.scale;
      held = [event.clientX, event.clientY];
      this.draw();
    });
    const release = () => {
      held = null;
      box.classList.remove("held");
    };
    box.addEventListener("pointerup", release);
    box.addEventListener("pointercancel", release);
    box.addEventListener("wheel", (event) => {
      event.preventDefault();
      const at = box.getBoundingClientRect();
      this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - at.left, event.clientY - at.top);
    }, { passive: false });
    box.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] }[event.key];
      if (move) {
        this.left += move[0] / this.scale;
        this.top += move[1] / this.scale;
        this.draw();
      } else if (event.key === "+" || event.key === "=") this.zoom(1.4);
      else if (event.key === "-") this.zoom(1 / 1.4);
      else if (event.key === "0") this.fit();
      else return;
      event.preventDefault();
    });
  }
}
