// The text layer, word by word over the picture: the least certain words first, one key a right word. Saved together when
// the page is left or done; the PDF gets a new text layer, its picture stays byte for byte.

import { get, may, post } from "./api.js";
import { h, notice, show } from "./dom.js";
import { draftOf, dropDraft, keepDraft } from "./drafts.js";
import { pageName, sentence, w } from "./words.js";
import { Viewer } from "./viewer.js";

const doubtfulBelow = 0.8;

export async function open(place, [id]) {
  const page = await get(`/api/pages/${id}`);
  let words = page.words.map((word, at) => ({ ...word, at, before: word.text, looked: false }));
  const kept = draftOf(id, "words");
  if (kept) {
    const unsaved = JSON.parse(kept);
    for (const word of words) {
      const mine = unsaved.find((one) => one.before === word.before && String(one.box) === String(word.box));
      if (mine) word.text = mine.text;
    }
    for (const one of unsaved) if (one.before === "" && one.text) words.push({ ...one, at: words.length, confidence: 1, looked: true });
  }
  const doubtful = words.filter((word) => word.confidence < doubtfulBelow).sort((a, b) => a.confidence - b.confidence);
  const nowhere = { text: "", before: "", box: null, at: -1, confidence: 1, looked: true }; // of a page without words
  let now = doubtful[0] ?? words[0] ?? nowhere, editing = false, adding = false;
  const viewer = new Viewer((at) => { now = words[at]; draw(); });
  const count = h("span", { class: "tag", role: "status" });
  const around = h("p", { class: "around", "aria-live": "polite" });
  const input = h("input", { id: "word", maxlength: 100, autocomplete: "off", spellcheck: "false" });
  const label = h("label", { for: "word" }, w("wordSays"));
  const listHead = h("h2", {}, w("changedWords"));
  const list = h("ul", { class: "lines" });
  const save = h("button", { type: "button", onclick: () => send() }, w("saveWords"), " ", h("kbd", {}, "Ctrl+S"));
  show(place, h("div", { class: "tools" }, h("h1", {}, w("textOf", pageName(page.name))), count, h("a", { href: `#/document/${page.document}` }, w("backToDocument"))),
    h("div", { class: "station follows" }, h("section", {}, h("div", { class: "tools" }, viewer.buttons()), viewer.element),
      h("section", {}, h("div", { class: "tools" }, may("key_fields") && [h("button", { type: "button", class: "main", onclick: () => step(1) }, w("accept"), " ", h("kbd", {}, "Enter")),
        h("button", { type: "button", onclick: () => edit() }, w("retype"), " ", h("kbd", {}, "E")), h("button", { type: "button", onclick: () => { now.text = ""; changed(); } }, w("noWord"), " ", h("kbd", {}, "O"))],
      h("button", { type: "button", onclick: () => move(-1) }, w("previous"), " ", h("kbd", {}, "P")), h("button", { type: "button", onclick: () => move(1) }, w("next"), " ", h("kbd", {}, "N")),
      may("key_fields") && [h("button", { type: "button", onclick: () => back() }, w("undo"), " ", h("kbd", {}, "U")), h("button", { type: "button", onclick: () => add() }, w("addWord"), " ", h("kbd", {}, "A")), save]),
      around, h("div", { class: "card" }, label, input), listHead, list)));
  input.readOnly = true;
  const changedWords = () => words.filter((word) => word.text !== word.before);

  function changed() {
    const unsaved = changedWords().map(({ box, before, text }) => ({ box, before, text }));
    if (unsaved.length > 0) keepDraft(id, "words", JSON.stringify(unsaved));
    else dropDraft(id, "words");
    editing = false;
    draw();
  }

  // A word that was not read: its place is drawn over the picture, then it is typed.
  async function add() {
    if (!may("key_fields") || adding || editing) return;
    adding = true;
    const box = await viewer.chooseBox(w("drawWord"));
    adding = false;
    if (!box) return draw();
    now = { box, before: "", text: "", at: words.length, confidence: 1, looked: true, added: true };
    words.push(now);
    edit();
  }
  // An added word that says nothing was never there.
  function forgetEmpty() {
    words = words.filter((word) => !word.added || word.text !== "" || word.before !== "").map((word, at) => Object.assign(word, { at }));
    if (!words.includes(now)) now = words[Math.min(now.at, words.length - 1)] ?? nowhere;
  }
  function back() {
    now.text = now.before;
    forgetEmpty();
    changed();
  }

  function edit() {
    if (!may("key_fields") || now === nowhere) return;
    editing = true;
    draw();
    input.focus();
    input.select();
  }

  // The next doubtful word that was not looked at; without one, the next word of the page.
  function step(by) {
    now.looked = true;
    const next = doubtful.find((word) => !word.looked);
    if (next) now = next;
    else return move(by);
    draw();
  }

  function move(by) {
    if (words.length > 0) now = words[(now.at + by + words.length) % words.length];
    editing = false;
    draw();
  }

  async function send() {
    const mine = changedWords();
    if (mine.length === 0) return notice(w("nothingChanged"));
    try {
      for (let from = 0; from < mine.length; from += 500) {
        const some = mine.slice(from, from + 500);
        await post(`/api/pages/${id}/words`, { words: some.map(({ box, before, text }) => ({ box, before, text })) });
        for (const word of some) word.before = word.text;
      }
      dropDraft(id, "words");
      words = words.filter((word) => word.text !== "").map((word, at) => ({ ...word, at }));
      now = words[Math.min(now.at, words.length - 1)];
      notice(w("wordsSaved"));
      draw();
    } catch (error) {
      notice(error.status === 409 ? w("wordsChanged") : sentence(error), true);
    }
  }

  const onkey = (event) => {
    if (event.isComposing || adding || document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      return send();
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.("#bar")) return;
    if (event.target === input && editing) {
      if (event.key === "Enter") {
        event.preventDefault();
        const text = input.value.trim();
        if (/\s/.test(text)) return notice(w("oneWord"), true);
        now.text = text;
        now.looked = true;
        forgetEmpty();
        changed();
        step(1);
      } else if (event.key === "Escape") {
        editing = false;
        forgetEmpty();
        draw();
      }
      return;
    }
    if (event.key === "Enter" && event.target.closest?.("button, a")) return;
    const run = { Enter: () => step(1), e: edit, o: () => { now.text = ""; changed(); }, n: () => move(1), p: () => move(-1), u: back, a: add }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run();
  };
  document.addEventListener("keydown", onkey);

  function draw() {
    count.textContent = w("wordsLeft", doubtful.filter((word) => !word.looked).length);
    show(around, words.slice(Math.max(0, now.at - 6), now.at).map((word) => `${word.text} `), h("mark", {}, words.length === 0 ? w("noWords") : now.text || w("noWord")), words.slice(now.at + 1, now.at + 7).map((word) => ` ${word.text}`));
    input.value = now.text;
    input.readOnly = !editing;
    if (!editing) viewer.element.focus({ preventScroll: true });
    show(list, changedWords().map((word) => h("li", {}, word.before ? h("del", {}, word.before) : w("wordAdded"), " → ", h("ins", {}, word.text || w("noWord")))));
    save.disabled = listHead.hidden = changedWords().length === 0;
    viewer.look(Number(id), words.map((word) => ({ box: word.box, key: word.at, label: word.text, doubtful: word.confidence < doubtfulBelow && !word.looked })).filter((one) => one.key !== now.at), now.box, page.width);
  }

  const warn = (event) => { if (changedWords().length > 0) event.preventDefault(); };
  window.addEventListener("beforeunload", warn);
  draw();
  return () => {
    document.removeEventListener("keydown", onkey);
    window.removeEventListener("beforeunload", warn);
    viewer.close();
  };
}
