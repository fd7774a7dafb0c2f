// Rows that the machine drew wrongly, and notes for colleagues: what the review station does with a whole entry.

import { get, post } from "./api.js";
import { field, h, notice, show } from "./dom.js";
import { day, sentence, w } from "./words.js";

// Where a row is likely to end: in the middle of where it stands on the page in sight.
export function placeInSight(entry, page) {
  return entry.places.find((one) => one.page === page) ?? entry.places[0];
}

// Resolves with the mark that takes it back, or null when it was given up.
export async function splitRow(viewer, entry) {
  const place = placeInSight(entry, viewer.page);
  if (!place) return null;
  await viewer.look(place.page, [], place.box);
  const y = await viewer.chooseLine((place.box[1] + place.box[3]) / 2, w("splitSays"));
  if (y === null) return null;
  return post(`/api/entries/${entry.id}/split`, { revision: entry.revision, page: place.page, y });
}

export const mergeRow = (entry) => post(`/api/entries/${entry.id}/merge`, { revision: entry.revision });
export const undoRow = (book, mark) => post(`/api/books/${encodeURIComponent(book)}/rows/${mark}/undo`, {});

const line = (note) => h("li", {}, h("span", { class: "small quiet" }, `${day(note.at)} · ${note.by}`), h("div", {}, note.text));

// A dialog with what was noted, and room for more. Resolves when it is closed.
export async function openNotes(entry) {
  let { notes } = await get(`/api/entries/${entry.id}/notes`);
  const list = h("ul", { class: "lines" });
  const draw = () => show(list, notes.length === 0 ? h("li", { class: "quiet" }, w("noNotes")) : notes.map(line));
  const text = h("textarea", { rows: 3, maxlength: 1000 });
  const save = async () => {
    if (!text.value.trim()) return text.focus();
    try {
      ({ notes } = await post(`/api/entries/${entry.id}/notes`, { text: text.value.trim() }));
      text.value = "";
      draw();
      notice(w("saved"));
    } catch (error) {
      notice(sentence(error), true);
    }
  };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) save();
  });
  draw();
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-labelledby": "notes-title", onclose: () => { dialog.remove(); resolve(notes); } },
      h("h2", { id: "notes-title" }, w("notesOf", entry.number || "?")), list, field(w("newNote"), text),
      h("p", { class: "tools" }, h("button", { type: "button", class: "main", onclick: save }, w("save"), " ", h("kbd", {}, "Ctrl+Enter")), h("button", { type: "button", onclick: () => dialog.close() }, w("close"), " ", h("kbd", {}, "Esc"))));
    document.body.append(dialog);
    dialog.showModal();
    text.focus();
  });
}
