// Elements without markup: text is only ever text, so nothing that was read from paper can become a script.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (name === "checked") element.checked = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  put(element, children);
  return element;
}

function put(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function show(place, ...children) {
  place.replaceChildren();
  put(place, children);
}

export function notice(text, bad = false) {
  const element = h("div", { class: bad ? "notice bad" : "notice" }, text);
  document.getElementById("notices").append(element);
  setTimeout(() => element.remove(), bad ? 9000 : 3500);
}

// A file input under a button of ours, and beside it the names of what was chosen.
export function fileButton(input, text, names = true) {
  const chosen = h("span", { class: "small quiet" });
  if (names) input.addEventListener("change", () => { chosen.textContent = [...input.files].map((file) => file.name).join(", "); });
  return h("span", { class: "file" }, input, h("span", { class: "button", "aria-hidden": "true" }, text), chosen);
}

let numbers = 0;
// A labelled field: [label, input] with the one for the other.
export function field(label, input) {
  input.id ||= `f${++numbers}`;
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input);
}
