// A page's picture from IIIF tiles: drag, zoom, and boxes that lead to fields. Only tiles in sight are asked for.

import { get } from "./api.js";
import { h, show } from "./dom.js";
import { listen } from "./gestures.js";
import { boxOf, rectOf, sizeTurned, turned } from "./turns.js";
import { w } from "./words.js";

const infos = new Map(); // page -> promise of its info.json
const fetched = new Map(); // address of a tile -> image, the last ones
const turnedByHand = new Map(); // page -> degrees beyond those that its reading says

function infoOf(page) {
  if (!infos.has(page)) {
    if (infos.size > 300) infos.delete(infos.keys().next().value);
    infos.set(page, get(`/iiif/${page}/info.json`).catch((error) => {
      infos.delete(page);
      throw error;
    }));
  }
  return infos.get(page);
}

// Degrees clockwise that the picture is shown turned by: what lies on its side or on its head is read upright.
const turnOf = (page, info) => ((info.turned ?? 0) + (turnedByHand.get(page) ?? 0)) % 360;

// The tiles of `info` that a rectangle of the shown picture needs at this scale.
function tilesFor(page, info, shown, scale) {
  const turn = turnOf(page, info);
  const [left, top, right, bottom] = boxOf(turned(rectOf(shown), sizeTurned(info, turn), 360 - turn));
  const side = info.tiles[0].width;
  const factor = info.tiles[0].scaleFactors.filter((one) => one * scale * devicePixelRatio <= 1.01).pop() ?? 1;
  const step = side * factor;
  const last = [Math.ceil(info.width / step), Math.ceil(info.height / step)];
  const tiles = [];
  for (let row = Math.max(0, Math.floor(top / step)); row < last[1] && row * step < bottom; ++row)
    for (let column = Math.max(0, Math.floor(left / step)); column < last[0] && column * step < right; ++column) {
      const [x, y] = [column * step, row * step];
      const [width, height] = [Math.min(step, info.width - x), Math.min(step, info.height - y)];
      tiles.push({ place: [x, y, width, height], address: `/iiif/${page}/${x},${y},${width},${height}/${Math.ceil(width / factor)},${Math.ceil(height / factor)}/0/default.jpg` });
    }
  return tiles;
}

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
    this.left = this.top = 0; // of the picture as it is shown, in its pixels, at the upper left corner
    this.boxes = [];
    this.current = null;
    this.tiles = new Map();
    listen(this);
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.element);
  }

  close() {
    this.resized.disconnect();
  }

  buttons() {
    return [h("button", { type: "button", onclick: () => this.zoom(1.4), "aria-label": w("zoomIn") }, "+"),
      h("button", { type: "button", onclick: () => this.zoom(1 / 1.4), "aria-label": w("zoomOut") }, "−"),
      h("button", { type: "button", onclick: () => this.fit() }, w("fit")),
      h("button", { type: "button", onclick: () => this.turn() }, w("turn"))];
  }

  get degrees() {
    return turnOf(this.page, this.info);
  }

  // Width and height of the picture as it is shown.
  get size() {
    return sizeTurned(this.info, this.degrees);
  }

  // A box in pixels of the master, as it is shown; and back.
  shown(box) {
    return boxOf(turned(rectOf(box.map((value) => value * this.factor)), this.info, this.degrees));
  }
  onMaster(box) {
    return boxOf(turned(rectOf(box), this.size, 360 - this.degrees)).map((value) => Math.round(value / this.factor));
  }

  // A quarter clockwise, for as long as the pages are open: the reading was unsure, or wrong.
  turn() {
    if (!this.info) return;
    turnedByHand.set(this.page, ((turnedByHand.get(this.page) ?? 0) + 90) % 360);
    for (const image of this.tiles.values()) image.remove();
    this.tiles.clear();
    if (this.current) this.center(this.current);
    else this.fit();
  }

  // The page, then the box in the middle of it. `boxes`: [{ box, key, label, doubtful }] in pixels of the master.
  async look(page, boxes, current, masterWidth = 0) {
    this.boxes = boxes;
    this.current = current;
    if (page !== this.page) {
      this.page = page;
      this.element.dataset.ready = "";
      this.info = null;
      this.tiles.clear();
      show(this.layer);
      show(this.marks);
      this.tell(page ? w("loading") : w("noPlace"));
      if (!page) return;
      try {
        const info = await infoOf(page);
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
    [this.left, this.top, this.scale] = this.around(this.size, null);
    this.draw();
  }

  // A field is seen with what stands around it: it fills at most two thirds of the width.
  center(box) {
    [this.left, this.top, this.scale] = this.around(this.size, this.shown(box));
    this.draw();
  }

  // Left, top and scale that show the box; the whole picture without one. Both as they are shown.
  around({ width, height }, box) {
    const { clientWidth, clientHeight } = this.element;
    const whole = Math.min(clientWidth / width, clientHeight / height) || 0.1;
    const [l, t, r, b] = box ?? [0, 0, width, height];
    const share = clientHeight < 250 ? 0.7 : 0.3; // of a low frame a field gets more
    const scale = box ? Math.max(whole, Math.min((clientWidth * 0.66) / Math.max(r - l, 1), (clientHeight * share) / Math.max(b - t, 1), 1)) : whole;
    return [(l + r) / 2 - clientWidth / scale / 2, (t + b) / 2 - clientHeight / scale / 2, scale];
  }

  // A line across the picture that the arrows and a click move: resolves with its y in master pixels, or null. Rows of a page that lies on its
  // side have none.
  async chooseLine(at, says) {
    if (this.degrees % 180 !== 0) return void this.tell(w("noLineOnSide"));
    let y = this.shown([0, at, 0, at])[1];
    const there = () => this.onMaster([0, y, 0, y])[1];
    const line = h("div", { class: "cut", role: "slider", tabindex: 0, "aria-label": says, "aria-orientation": "vertical" });
    const place = () => {
      line.style.top = `${(y - this.top) * this.scale}px`;
      line.setAttribute("aria-valuenow", there());
      line.setAttribute("aria-valuetext", String(there()));
    };
    this.element.append(line);
    this.tell(says);
    place();
    line.focus();
    try {
      return await new Promise((resolve) => {
        line.addEventListener("keydown", (event) => {
          event.stopPropagation();
          const step = (event.shiftKey ? 12 : 2) / this.scale;
          if (event.key === "ArrowUp") y -= step;
          else if (event.key === "ArrowDown") y += step;
          else if (event.key === "Enter") resolve(there());
          else if (event.key === "Escape") resolve(null);
          else return;
          event.preventDefault();
          place();
        });
        line.addEventListener("blur", () => setTimeout(() => { if (!line.contains(document.activeElement) && !this.picking) resolve(null); }));
        this.picking = null;
        this.onpress = (event) => {
          this.picking = true;
          y = this.top + (event.clientY - this.element.getBoundingClientRect().top) / this.scale;
          place();
          queueMicrotask(() => { line.focus(); this.picking = null; });
        };
      });
    } finally {
      this.onpress = null;
      line.remove();
      this.tell("");
    }
  }

  // A box that is drawn with the mouse or moved by the arrows (Shift: its size): resolves with it in master pixels, or null.
  async chooseBox(says) {
    const { clientWidth, clientHeight } = this.element;
    const middle = [this.left + clientWidth / this.scale / 2, this.top + clientHeight / this.scale / 2];
    let box = [middle[0] - 40 / this.scale, middle[1] - 12 / this.scale, middle[0] + 40 / this.scale, middle[1] + 12 / this.scale];
    const frame = h("div", { class: "box new", tabindex: 0, role: "group", "aria-label": says });
    const place = () => this.put(frame, [box[0], box[1], box[2] - box[0], box[3] - box[1]]);
    const at = (event) => {
      const edge = this.element.getBoundingClientRect();
      return [this.left + (event.clientX - edge.left) / this.scale, this.top + (event.clientY - edge.top) / this.scale];
    };
    this.element.append(frame);
    this.tell(says);
    place();
    frame.focus();
    const { width, height } = this.size;
    try {
      return await new Promise((resolve) => {
        const done = (yes) => {
          const [l, t, r, b] = box;
          const edges = [Math.max(0, l), Math.max(0, t), Math.min(width, r), Math.min(height, b)];
          resolve(yes && edges[2] - edges[0] >= 2 && edges[3] - edges[1] >= 2 ? this.onMaster(edges) : null);
        };
        frame.addEventListener("keydown", (event) => {
          event.stopPropagation();
          const step = (event.ctrlKey ? 1 : 6) / this.scale;
          const [x, y] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
          if (event.key === "Enter") done(true);
          else if (event.key === "Escape") done(false);
          else if (x === 0 && y === 0) return;
          else if (event.shiftKey) box = [box[0], box[1], Math.max(box[0] + 2, box[2] + x), Math.max(box[1] + 2, box[3] + y)];
          else box = [box[0] + x, box[1] + y, box[2] + x, box[3] + y];
          event.preventDefault();
          place();
        });
        frame.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== frame && !this.picking) done(false); }));
        this.onpress = (event) => {
          this.picking = true;
          const [x, y] = at(event);
          const move = (moved) => {
            const [right, bottom] = at(moved);
            box = [Math.min(x, right), Math.min(y, bottom), Math.max(x, right), Math.max(y, bottom)];
            place();
          };
          const end = () => {
            this.element.removeEventListener("pointermove", move);
            this.element.removeEventListener("pointerup", end);
            this.picking = null;
            frame.focus();
            if ((box[2] - box[0]) * this.scale > 4 && (box[3] - box[1]) * this.scale > 4) done(true);
          };
          this.element.addEventListener("pointermove", move);
          this.element.addEventListener("pointerup", end);
          this.element.setPointerCapture(event.pointerId);
        };
      });
    } finally {
      this.onpress = null;
      frame.remove();
      this.tell("");
    }
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
    const wanted = new Set();
    for (const { place, address } of tilesFor(this.page, this.info, [this.left, this.top, this.left + clientWidth / this.scale, this.top + clientHeight / this.scale], this.scale)) {
      wanted.add(address);
      if (this.tiles.has(address)) continue;
      const image = fetched.get(address) ?? h("img", { src: address, alt: "", draggable: "false" });
      fetched.delete(address);
      image.place = place;
      this.tiles.set(address, image);
      this.layer.append(image);
    }
    // Coarser tiles stay below until the finer ones are there.
    const ready = [...wanted].every((address) => this.tiles.get(address).complete);
    for (const [address, image] of this.tiles)
      if (!wanted.has(address) && ready) {
        image.remove();
        this.tiles.delete(address);
      } else {
        this.putTile(image);
        image.onload = () => this.draw();
      }
    // What is in sight now, for who waits for it: the station confirms nothing that was not.
    this.element.dataset.ready = ready ? this.page : "";
    this.drawBoxes();
  }

  // Whether the box is wholly in sight, with its pixels there: within the frame, and the frame within the window.
  sees(box) {
    if (!this.info || !box || Number(this.element.dataset.ready) !== this.page) return false;
    const [l, t, r, b] = this.shown(box);
    const { clientWidth, clientHeight } = this.element;
    const edge = this.element.getBoundingClientRect();
    const out = { left: Math.max(0, -edge.left), top: Math.max(0, -edge.top), right: Math.max(0, edge.right - innerWidth), bottom: Math.max(0, edge.bottom - innerHeight) };
    const slack = 2 / this.scale;
    return l >= this.left + out.left / this.scale - slack && t >= this.top + out.top / this.scale - slack &&
      r <= this.left + (clientWidth - out.right) / this.scale + slack && b <= this.top + (clientHeight - out.bottom) / this.scale + slack;
  }

  // Gets what look() will need for this box, so that the next page is there when it is asked for.
  async prepare(page, box, masterWidth = 0) {
    try {
      const info = await infoOf(page);
      const { clientWidth, clientHeight } = this.element;
      if (!clientWidth) return;
      const factor = masterWidth ? info.width / masterWidth : 1;
      const turn = turnOf(page, info);
      const [left, top, scale] = this.around(sizeTurned(info, turn), box ? boxOf(turned(rectOf(box.map((value) => value * factor)), info, turn)) : null);
      for (const { address } of tilesFor(page, info, [left, top, left + clientWidth / scale, top + clientHeight / scale], scale)) {
        if (this.tiles.has(address) || fetched.has(address)) continue;
        if (fetched.size > 120) fetched.delete(fetched.keys().next().value);
        fetched.set(address, h("img", { src: address, alt: "", draggable: "false" }));
      }
    } catch {
      // It is asked for again when it is looked at.
    }
  }

  put(element, [x, y, width, height]) {
    element.style.left = `${(x - this.left) * this.scale}px`;
    element.style.top = `${(y - this.top) * this.scale}px`;
    element.style.width = `${width * this.scale + 0.5}px`;
    element.style.height = `${height * this.scale + 0.5}px`;
  }

  // A tile is turned about its middle.
  putTile(image) {
    const [x, y, width, height] = turned(image.place, this.info, this.degrees);
    const [, , wide, high] = image.place;
    this.put(image, [x + (width - wide) / 2, y + (height - high) / 2, wide, high]);
    image.style.transform = this.degrees ? `rotate(${this.degrees}deg)` : "";
  }

  drawBoxes() {
    const place = (box) => rectOf(this.shown(box));
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
}
