// The review station: picture beside fields. One key a correct field; nothing is decided that was not in sight.

import { get, may, post } from "./api.js";
import { h, notice, show } from "./dom.js";
import { draftOf, dropDraft, keepDraft } from "./drafts.js";
import { mergeRow, openNotes, splitRow, undoRow } from "./rows.js";
import { day, sentence, w } from "./words.js";
import { Viewer } from "./viewer.js";

const batchOfFields = 200;
const retryAfter = 3000; // ms, while the server cannot be reached

// Fields of one entry stand together where its weightiest one stood: the page changes once an entry, not once a field.
function byEntry(fields) {
  const groups = new Map();
  for (const one of fields) groups.set(one.entry, [...(groups.get(one.entry) ?? []), one]);
  return [...groups.values()].flat();
}

// A letter whose mark makes another word of it stands out, so that the eye stops there.
function withTones(text, alternatives) {
  const plain = (c) => c.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  const letters = [...text.normalize("NFC")];
  const differ = new Set();
  for (const other of alternatives) {
    const others = [...other.normalize("NFC")];
    if (others.length !== letters.length) continue;
    letters.forEach((letter, i) => { if (letter !== others[i] && plain(letter) === plain(others[i])) differ.add(i); });
  }
  return letters.map((letter, i) => (differ.has(i) ? h("span", { class: "tone" }, letter) : letter));
}

const shown = (field) => ({ unread: w("unread"), empty: w("none"), illegible: w("illegibleValue"), unknown: w("unknownValue") }[field.state] ?? field.value);

class Station {
  constructor(place, book) {
    this.place = place;
    this.book = book; // null: one entry only
    this.queue = [];
    this.waiting = 0;
    this.entry = null;
    this.key = "";
    this.done = [];
    this.editing = null;
    this.busy = false;
    this.coming = new Map(); // entries that were fetched ahead
    this.again = 0;
    this.closed = false;
    this.viewer = new Viewer((key) => this.pick(key));
    this.list = h("ol", { class: "fields" });
    this.title = h("h1", { role: "status" });
    this.count = h("span", { class: "tag", role: "status" });
    this.back = h("span");
    const does = [["accept", "Enter", () => this.accept()], ["retype", "E", () => this.retype()], ["illegible", "X", () => this.decide("illegible")],
      ["emptyField", "O", () => this.decide("empty")], ["previous", "P", () => this.step(-1)], ["next", "N", () => this.step(1)], ["undo", "U", () => this.undo()], ["split", "S", () => this.split()], ["merge", "M", () => this.merge()], ["note", "T", () => this.note()]];
    const buttons = does.filter(([name]) => may("key_fields") || name === "previous" || name === "next")
      .map(([name, key, run]) => h("button", { type: "button", class: name === "accept" ? "main" : null, onclick: run }, w(name), " ", h("kbd", {}, key)));
    show(place, h("div", { class: "tools" }, this.title, this.count, this.back),
      h("div", { class: "station follows" }, h("section", {}, h("div", { class: "tools" }, this.viewer.buttons()), this.viewer.element),
        h("section", {}, h("div", { class: "tools" }, buttons), this.list)));
    this.onkey = (event) => this.keyPressed(event);
    document.addEventListener("keydown", this.onkey);
  }

  close() {
    this.closed = true;
    clearTimeout(this.again);
    document.removeEventListener("keydown", this.onkey);
    this.viewer.close();
  }

  keyPressed(event) {
    // What the input method is composing belongs to it; in a field every letter belongs to the value.
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input, textarea, select, #bar")) return;
    const onButton = event.target.closest?.("button, a");
    const run = { Enter: onButton ? null : () => this.accept(), e: () => this.retype(), x: () => this.decide("illegible"), o: () => this.decide("empty"), n: () => this.step(1), p: () => this.step(-1), u: () => this.undo(),
      s: () => this.split(), m: () => this.merge(), t: () => this.note() }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run();
  }

  async fill() {
    const answer = await get(`/api/books/${encodeURIComponent(this.book)}/review?limit=${batchOfFields}`);
    this.queue = byEntry(answer.fields);
    this.waiting = answer.waiting;
  }

  hint(key) {
    return this.queue.find((one) => one.entry === this.entry?.id && one.key === key);
  }

  async go(entry, key) {
    if (this.entry?.id !== entry) {
      // What was fetched ahead may be older than what somebody else did since: its revision says so when it is saved.
      this.entry = (await this.coming.get(entry)) ?? (await get(`/api/entries/${entry}`));
      this.coming.delete(entry);
    }
    this.key = key || this.entry.fields.find((one) => !one.decided && one.state !== "unread")?.key || this.entry.fields[0]?.key || "";
    const draft = draftOf(this.entry.id, this.key);
    if (draft !== null && may("key_fields") && !this.field()?.decided) this.editing = { text: draft };
    await this.draw();
  }

  async nextInQueue() {
    while (this.queue.length > 0) {
      const [first] = this.queue;
      try {
        await this.go(first.entry, first.key);
      } catch (error) {
        if (error.status !== 404) throw error;
        this.queue.shift();
        continue;
      }
      if (!this.field()?.decided) return;
      this.queue.shift(); // somebody else was faster
    }
    await this.fill();
    if (this.queue.length > 0) return this.nextInQueue();
    this.entry = null;
    this.viewer.close();
    show(this.place, h("h1", {}, w("reviewing", this.book)), h("p", { class: "empty" }, w("allDone")), h("p", {}, h("a", { href: `#/book/${encodeURIComponent(this.book)}` }, w("backToBook"))));
  }

  field(key = this.key) {
    return this.entry?.fields.find((one) => one.key === key);
  }

  pick(key) {
    if (this.editing) return;
    this.key = key;
    this.draw();
  }

  step(by) {
    if (!this.entry || this.editing) return;
    if (this.book && by > 0 && this.queue.length > 1 && this.hint(this.key)) {
      this.queue.push(...this.queue.splice(this.queue.indexOf(this.hint(this.key)), 1)); // later
      return this.nextInQueue();
    }
    const at = this.entry.fields.findIndex((one) => one.key === this.key);
    const to = this.entry.fields[(at + by + this.entry.fields.length) % this.entry.fields.length];
    if (to) this.pick(to.key);
  }

  async draw() {
    const { entry } = this;
    this.title.textContent = `${this.book ? `${w("reviewing", this.book)} · ` : `${entry.book} · `}${w("entry", entry.number || "?")}`;
    this.count.hidden = !this.book;
    this.count.textContent = w("waiting", this.waiting);
    show(this.back, h("a", { href: `#/book/${encodeURIComponent(entry.book)}` }, w("backToBook")), " ", this.stages());
    this.list.dataset.entry = entry.id;
    show(this.list, entry.fields.map((one) => this.row(one)));
    this.list.querySelector(".now")?.scrollIntoView({ block: "nearest" });
    if (!this.editing) this.list.querySelector(".now .value")?.focus({ preventScroll: true });
    await this.look();
    this.prepareNext();
  }

  // What the next field and the next entries need is fetched while this one is looked at.
  prepareNext() {
    const next = this.queue.find((one) => one.entry === this.entry?.id && one.key !== this.key);
    const others = [];
    for (const one of this.queue) {
      if (one.entry === this.entry?.id || others.some((other) => other.entry === one.entry)) continue;
      others.push(one);
      if (others.length === 2) break;
    }
    for (const one of [next, ...others].filter(Boolean)) {
      if (one.places[0]) this.viewer.prepare(one.places[0].page, one.places[0].box);
      if (one.entry !== this.entry?.id && !this.coming.has(one.entry)) {
        if (this.coming.size > 4) this.coming.delete(this.coming.keys().next().value);
        this.coming.set(one.entry, get(`/api/entries/${one.entry}`).catch(() => null));
      }
    }
  }

  async look() {
    const now = this.field();
    const place = now?.places[0] ?? this.entry.places[0];
    if (!place) return this.viewer.look(0, [], null);
    const boxes = this.entry.fields.flatMap((one) => one.places.filter((other) => other.page === place.page && one.key !== this.key)
      .map((other) => ({ box: other.box, key: one.key, label: one.label, doubtful: !one.decided && !one.machine?.sure })));
    const box = now?.places[0]?.box ?? null;
    await this.viewer.look(place.page, boxes, box && box[2] > box[0] ? box : this.entry.places.find((one) => one.page === place.page)?.box ?? null);
  }

  stages() {
    const to = { entry: "check_1", check_1: "check_2", check_2: "final" }[this.entry.stage];
    return [h("span", { class: "tag" }, w(`stage.${this.entry.stage}`)), " ", to && may("check_records") && h("button", { type: "button", onclick: () => this.move(to) }, `${w("moveOn")}: ${w(`stage.${to}`)}`),
      " ", h("button", { type: "button", onclick: () => this.history() }, w("history"))];
  }

  row(one) {
    const hint = this.hint(one.key);
    const now = one.key === this.key;
    const percent = one.machine ? Math.round(100 * one.machine.confidence) : 0;
    const who = one.decided ? w("by", one.by) : !one.machine || one.state === "unread" ? "" : w(one.machine.sure ? "sure" : "read", percent);
    const alternatives = hint?.alternatives ?? one.machine?.alternatives ?? [];
    const doubtful = !one.decided && (!one.machine?.sure || hint?.tone_marks);
    const value = h("button", { type: "button", class: one.state === "written" ? "value" : "value none", "aria-current": now ? "true" : null, onclick: () => this.pick(one.key) },
      one.state === "written" && !one.decided ? withTones(one.value, alternatives) : shown(one));
    value.addEventListener("keydown", (event) => { if (event.key === "Enter" && now && !event.isComposing) { event.preventDefault(); event.stopPropagation(); this.accept(); } });
    const why = [hint?.tone_marks && w("toneMarks"), ...(hint?.why ?? one.machine?.doubts ?? [])].filter(Boolean);
    return h("li", { class: [now && "now", one.decided ? "decided" : doubtful && "doubtful"].filter(Boolean).join(" ") || null },
      h("div", { class: "head" }, h("span", { class: one.binding ? "binding" : null, title: one.binding ? w("binding") : null }, one.label), h("span", {}, who)),
      now && this.editing ? this.editor(one) : value,
      now && !one.decided && why.length > 0 && h("div", { class: "why" }, why.join("; ")),
      now && may("key_fields") && !this.editing && !one.decided && alternatives.length > 0 && h("div", { class: "choices" }, alternatives.slice(0, 4).map((text) => h("button", { type: "button", onclick: () => this.decide("written", text) }, text))));
  }

  editor(one) {
    const input = h("input", { maxlength: 1000, value: this.editing.text, "aria-label": w("newValue", one.label), spellcheck: "false", autocomplete: "off" });
    input.addEventListener("input", () => { this.editing.text = input.value; keepDraft(this.entry.id, one.key, input.value); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") {
        event.preventDefault();
        event.stopPropagation();
        this.decide(input.value.trim() ? "written" : "empty", input.value.trim());
      } else if (event.key === "Escape") {
        event.stopPropagation();
        this.giveUp(one.key);
      }
    });
    queueMicrotask(() => {
      input.focus();
      input.select();
    });
    return h("div", {}, input, h("div", { class: "choices" }, h("button", { type: "button", class: "main", onclick: () => this.decide(input.value.trim() ? "written" : "empty", input.value.trim()) }, w("save")),
      h("button", { type: "button", onclick: () => this.decide("unknown") }, w("unknownField")), h("button", { type: "button", onclick: () => this.giveUp(one.key) }, w("cancel"))));
  }

  giveUp(key) {
    dropDraft(this.entry.id, key);
    clearTimeout(this.again);
    this.editing = null;
    this.draw();
  }

  retype() {
    const one = this.field();
    if (!one || !may("key_fields")) return;
    this.editing = { text: one.state === "written" ? one.value : "" };
    this.draw();
  }

  accept() {
    const one = this.field();
    if (!one || one.decided) return this.after();
    if (one.state === "unread") return this.retype();
    // Nobody vouches for what was not in sight: the first key shows it, the next one confirms.
    const box = one.places[0]?.box;
    if (one.binding && box && box[2] > box[0] && (this.viewer.page !== one.places[0].page || !this.viewer.sees(box))) {
      notice(w("lookFirst"));
      return this.look();
    }
    return this.send("confirm", { revision: this.entry.revision, key: one.key }, one, shown(one));
  }

  decide(state, text = "") {
    const one = this.field();
    if (!one) return;
    const value = { key: one.key, state };
    if (state === "written") value.text = text;
    return this.send("fields", { revision: this.entry.revision, values: [value] }, one, state === "written" ? text : shown({ state }));
  }

  async send(what, body, before, mine) {
    if (this.busy || !may("key_fields")) return;
    this.busy = true;
    try {
      this.entry = await post(`/api/entries/${this.entry.id}/${what}`, body);
      this.done.push({ entry: this.entry.id, before });
      this.editing = null;
      dropDraft(this.entry.id, before.key);
      clearTimeout(this.again);
      const index = this.queue.findIndex((one) => one.entry === this.entry.id && one.key === before.key);
      if (index >= 0) {
        this.queue.splice(index, 1);
        --this.waiting;
      }
    } catch (error) {
      this.busy = false;
      if (error.status === 409) return this.conflict(what, body, before, mine, error);
      // The network is away: it is saved by itself when it is back, unless it was given up.
      if (error.code === "offline") {
        clearTimeout(this.again);
        this.again = setTimeout(() => { if (!this.closed) this.send(what, body, before, mine); }, retryAfter);
        return notice(w("savedLater"), true);
      }
      return notice(sentence(error), true);
    }
    this.busy = false;
    await this.after();
  }

  async after() {
    if (this.book) return this.nextInQueue().catch((error) => notice(sentence(error), true));
    const at = this.entry.fields.findIndex((one) => one.key === this.key);
    const rest = [...this.entry.fields.slice(at + 1), ...this.entry.fields.slice(0, at)];
    this.key = rest.find((one) => !one.decided && one.state !== "unread")?.key ?? rest[0]?.key ?? this.key;
    return this.draw();
  }

  // Somebody else's value is never overwritten unseen.
  async conflict(what, body, before, mine, error) {
    let current;
    try {
      current = await get(`/api/entries/${this.entry.id}`);
    } catch (failed) {
      return notice(sentence(failed), true);
    }
    if (current.revision === this.entry.revision) return notice(sentence(error), true);
    const theirs = current.fields.find((one) => one.key === before.key);
    const close = () => dialog.close();
    const dialog = h("dialog", { "aria-labelledby": "conflict-title", onclose: () => dialog.remove() }, h("h2", { id: "conflict-title" }, w("conflict")), h("p", {}, w("conflictSays")),
      h("div", { class: "side" }, h("div", { class: "card" }, h("div", { class: "quiet" }, w("yours")), h("strong", {}, mine)),
        h("div", { class: "card" }, h("div", { class: "quiet" }, w("theirs")), h("strong", {}, shown(theirs)), theirs.decided && h("div", { class: "small" }, w("by", theirs.by)))),
      h("div", { class: "tools" }, h("button", { type: "button", class: "main", onclick: () => { close(); this.entry = current; this.editing = null; this.draw(); } }, w("takeTheirs")),
        h("button", { type: "button", onclick: () => { close(); this.entry = current; this.send(what, { ...body, revision: current.revision }, before, mine); } }, w("keepMine"))));
    document.body.append(dialog);
    dialog.showModal();
  }

  // What was decided stays in the history; undoing says again what stood there before, where it was a decision or a reading.
  async undo() {
    const last = this.done.pop();
    if (!last) return notice(w("nothingToUndo"));
    if (last.mark) return this.undoRow(last.mark);
    this.coming.delete(last.entry);
    const { before } = last;
    try {
      const entry = await get(`/api/entries/${last.entry}`);
      if (before.state !== "unread" && !(before.state === entry.fields.find((one) => one.key === before.key)?.state && before.value === entry.fields.find((one) => one.key === before.key)?.value)) {
        const value = { key: before.key, state: before.state };
        if (before.state === "written") value.text = before.value;
        this.entry = await post(`/api/entries/${last.entry}/fields`, { revision: entry.revision, values: [value] });
        notice(w("undone"));
      } else {
        this.entry = entry;
      }
      this.editing = null;
      this.key = before.key;
      await this.draw();
    } catch (error) {
      notice(sentence(error), true);
    }
  }

  async split() {
    if (!this.entry || this.editing || this.busy || !may("key_fields")) return;
    await this.changeRows(() => splitRow(this.viewer, this.entry), "rowSplit");
  }

  async merge() {
    if (!this.entry || this.editing || this.busy || !may("key_fields")) return;
    await this.changeRows(() => mergeRow(this.entry), "rowMerged");
  }

  async undoRow(mark) {
    await this.changeRows(() => undoRow(this.entry.book, mark), "undone", false);
  }

  // Rows are others now: everything is looked up anew, and the entry that stands there is shown.
  async changeRows(change, says, remembered = true) {
    this.busy = true;
    const { id, book, places } = this.entry;
    try {
      const done = await change();
      if (done) {
        if (remembered) this.done.push({ mark: done.mark });
        notice(w(says));
        this.coming.clear();
        if (this.book) await this.fill();
        const at = done.entries.find((one) => one.id === id) ?? this.nearest(done.entries, places[0]);
        this.entry = null;
        this.busy = false;
        if (at) return await this.go(at.id, "");
        location.hash = `#/book/${encodeURIComponent(book)}`;
      } else {
        await this.draw();
      }
    } catch (error) {
      notice(sentence(error), true);
      if (error.status === 409) this.entry = await get(`/api/entries/${id}`).catch(() => this.entry);
      await this.draw();
    } finally {
      this.busy = false;
    }
  }

  nearest(entries, place) {
    const far = (one) => Math.abs((one.places[0]?.box[1] ?? 0) - (place?.box[1] ?? 0));
    return entries.filter((one) => one.places[0]?.page === place?.page).sort((a, b) => far(a) - far(b))[0] ?? entries[0];
  }

  async note() {
    if (!this.entry || this.editing || !may("key_fields")) return;
    try {
      await openNotes(this.entry);
      this.list.querySelector(".now .value")?.focus({ preventScroll: true });
    } catch (error) {
      notice(sentence(error), true);
    }
  }

  async move(to) {
    try {
      this.entry = await post(`/api/entries/${this.entry.id}/stage`, { to });
      notice(w("moved"));
      await this.draw();
    } catch (error) {
      notice(sentence(error), true);
    }
  }

  async history() {
    const { changes } = await get(`/api/entries/${this.entry.id}/history`);
    const label = (key) => this.field(key)?.label ?? (key.startsWith("check") || key === "entry" || key === "final" ? w(`stage.${key}`) : key);
    const dialog = h("dialog", { "aria-label": w("history"), onclose: () => dialog.remove() }, h("h2", {}, w("changed")), changes.length === 0 ? h("p", { class: "empty" }, w("noHistory")) :
      h("div", { class: "scroll", tabindex: 0 }, h("table", {}, h("tbody", {}, changes.map((one) => h("tr", {}, h("td", {}, day(one.at)), h("td", {}, one.by), h("td", {}, label(one.key)), h("td", {}, one.how === "stage" ? "" : shown(one))))))),
      h("p", {}, h("button", { type: "button", onclick: () => dialog.close() }, w("close"))));
    document.body.append(dialog);
    dialog.showModal();
  }
}

export async function open(place, [name, key], page) {
  const station = new Station(place, page === "review" ? name : null);
  window.station = station; // for the bench, which asks what is in sight
  try {
    if (page === "review") {
      await station.fill();
      await station.nextInQueue();
    } else {
      await station.go(Number(name), key);
    }
  } catch (error) {
    station.close();
    throw error;
  }
  return () => station.close();
}

