// All pages of a book, however thick: only rows in sight exist, and only their thumbnails are asked for.

import { get } from "./api.js";
import { h, show } from "./dom.js";
import { pageName, w } from "./words.js";

const cell = [150, 230]; // width and height of a page in the grid, in px of the page
const spare = 2; // rows beyond the edge

export async function open(place, [book]) {
  const { pages } = await get(`/api/books/${encodeURIComponent(book)}/pages`);
  const grid = h("div", { class: "grid", role: "listbox", tabindex: 0, "aria-label": w("pagesOf", book) });
  const at = h("span", { class: "tag", role: "status" });
  const inner = h("div", { class: "inner" });
  grid.append(inner);
  show(place, h("div", { class: "tools" }, h("h1", {}, w("pagesOf", book)), pages.length > 0 && at, h("a", { href: `#/book/${encodeURIComponent(book)}` }, w("backToBook"))),
    pages.length === 0 ? h("p", { class: "empty" }, w("noPages")) : grid);
  if (pages.length === 0) return () => {};
  const shown = new Map(); // index -> element
  let now = 0, columns = 1, waiting = 0;

  const make = (index) => {
    const page = pages[index];
    const unread = page.state === "received" || page.state === "reading"; // or read anew: then its picture is there
    const picture = page.state === "restricted" ? h("div", { class: "none" }, w("restrictedShort"))
      : h("img", { src: `/api/pages/${page.page}/thumbnail`, alt: "", decoding: "async", onerror: (event) => event.target.replaceWith(h("div", { class: "none" }, w(unread ? "notRead" : "noPicture"))) });
    const element = h("div", { class: "page", id: `page-${index}`, role: "option", "aria-selected": String(index === now), "aria-setsize": pages.length, "aria-posinset": index + 1, onclick: () => { now = index; open(); } },
      picture, h("div", { class: "small" }, h("strong", {}, index + 1), ` ${pageName(page.name)}`, page.role === "evidence" && [" ", h("span", { class: "tag" }, w("evidence"))],
        (page.state === "needs_person" || page.state === "quarantined") && [" ", h("span", { class: "tag doubt" }, w(`page.${page.state}`))]));
    element.style.left = `${(index % columns) * cell[0]}px`;
    element.style.top = `${Math.floor(index / columns) * cell[1]}px`;
    return element;
  };

  function draw() {
    waiting = 0;
    const first = Math.max(0, Math.floor(grid.scrollTop / cell[1]) - spare) * columns;
    const last = Math.min(pages.length, (Math.ceil((grid.scrollTop + grid.clientHeight) / cell[1]) + spare) * columns);
    for (const [index, element] of shown)
      if (index < first || index >= last) {
        element.querySelector("img")?.removeAttribute("src"); // what is no longer in sight is not loaded to its end
        element.remove();
        shown.delete(index);
      }
    for (let index = first; index < last; ++index)
      if (!shown.has(index)) {
        const element = make(index);
        shown.set(index, element);
        inner.append(element);
      }
    at.textContent = w("pageOf", now + 1, pages.length);
  }
  const later = () => { waiting ||= requestAnimationFrame(draw); };

  function measure() {
    columns = Math.max(1, Math.floor(grid.clientWidth / cell[0]));
    inner.style.height = `${Math.ceil(pages.length / columns) * cell[1]}px`;
    for (const element of shown.values()) element.remove();
    shown.clear();
    draw();
  }

  function select(index) {
    now = Math.min(pages.length - 1, Math.max(0, index));
    const top = Math.floor(now / columns) * cell[1];
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + cell[1] > grid.scrollTop + grid.clientHeight) grid.scrollTop = top + cell[1] - grid.clientHeight;
    draw();
    for (const [i, element] of shown) element.setAttribute("aria-selected", String(i === now));
    grid.setAttribute("aria-activedescendant", `page-${now}`);
  }

  const open = () => { location.hash = `#/text/${pages[now].page}`; };
  grid.addEventListener("scroll", later, { passive: true });
  grid.addEventListener("keydown", (event) => {
    const rows = Math.max(1, Math.floor(grid.clientHeight / cell[1]));
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, ArrowDown: now + columns, ArrowUp: now - columns, PageDown: now + rows * columns, PageUp: now - rows * columns, Home: 0, End: pages.length - 1 }[event.key];
    if (event.key === "Enter") open();
    else if (to !== undefined) select(to);
    else return;
    event.preventDefault();
  });
  const resized = new ResizeObserver(measure);
  resized.observe(grid);
  measure();
  select(0);
  grid.focus();
  return () => resized.disconnect();
}
