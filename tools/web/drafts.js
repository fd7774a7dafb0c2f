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

// A whole form: what stands in it by the words of its labels, from now on and again after the page was loaded anew. Returns the
// fields that have another value than before.
const labelOf = (one) => one.labels?.[0]?.textContent ?? "";
const controls = (form) => [...form.querySelectorAll("input, select, textarea")].filter((one) => labelOf(one) && one.type !== "file" && one.type !== "password");
export function fillFromDraft(form, name) {
  const kept = JSON.parse(draftOf("form", name) ?? "{}");
  return controls(form).filter((one) => {
    const key = one.type === "checkbox" ? "checked" : "value";
    if (!(labelOf(one) in kept) || one[key] === kept[labelOf(one)]) return false;
    one[key] = kept[labelOf(one)];
    return true;
  });
}
export function keepForm(form, name) {
  const keep = () => keepDraft("form", name, JSON.stringify(Object.fromEntries(controls(form).map((one) => [labelOf(one), one.type === "checkbox" ? one.checked : one.value]))));
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
}
