// What is being typed and is not saved yet, kept by the browser until it is: a page that is loaded again still has it.
// Only in this tab, and gone when the person signs out.

import { person } from "./api.js";

const address = (entry, key) => `draft/${person.me?.name}/${entry}/${key}`;

export function keepDraft(entry, key, text) {
  try {
    sessionStorage.setItem(address(entry, key), text);
  } catch {
    // A full store: what was typed stays on the page.
  }
}
export const draftOf = (entry, key) => sessionStorage.getItem(address(entry, key));
export const dropDraft = (entry, key) => sessionStorage.removeItem(address(entry, key));
export function dropDrafts() {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("draft/")) sessionStorage.removeItem(name);
}
