import { get } from "./api.js";
import { readingViewer } from "./deep_zoom.js";
import { h, show } from "./dom.js";
import { date, w } from "./words.js";

export async function open(place, [id, wanted = "1"]) {
  const document = await get(`/api/documents/${Number(id)}`);
  const { pages } = await get(`/api/documents/${Number(id)}/pages`);
  const viewer = await readingViewer();
  const widths = new Map();
  const title = h("h1", {}, `${w("document")}: ${document.identifier}`);
  const list = h("ol", { class: "fields" });
  const at = h("span", { role: "status" });
  const words = h("a", { class: "button", href: `#/document/${document.id}` }, w("correctText"));
  let current = Math.max(0, pages.findIndex((one) => one.page_of_document === Number(wanted)));

  async function look(box = null) {
    const page = pages[current];
    if (!page) return viewer.look(0, [], null);
    at.textContent = `${w("page", page.page_of_document)} / ${pages.length}`;
    if (page.state === "restricted") {
      await viewer.look(0, [], null);
      return viewer.tell(w("restricted"));
    }
    if (!widths.has(page.id)) widths.set(page.id, await get(`/api/pages/${page.id}`).then((one) => one.width, () => 0));
    await viewer.look(page.id, [], box, widths.get(page.id));
    if (!box) viewer.tell("");
    words.href = `#/text/${page.id}`;
  }
  const shown = (one) => (one.key === "hasRedSeal" || one.key === "numberHandwritten" ? ({ y: w("yes"), n: w("no") }[one.value] ?? one.value) : date(one.value));
  const step = (by) => { current = Math.min(pages.length - 1, Math.max(0, current + by)); look(); };
  const fields = (document.fields ?? []).filter((one) => one.value || one.state === "handwritten" || one.state === "illegible");
  show(list, fields.map((one) => h("li", {}, h("div", { class: "head" }, h("span", {}, w(`field.${one.key}`)), h("span", {}, one.by ? w("by", one.by) : w("read", Math.round(100 * one.confidence)))),
    h("button", { type: "button", class: one.value ? "value" : "value none", onclick: () => {
      const index = pages.findIndex((page) => page.page_of_document === one.page);
      if (index < 0) return;
      current = index;
      look(one.box[2] > one.box[0] ? one.box : null);
    } }, shown(one) || w("illegibleValue")))));
  show(place, title, h("p", { class: "quiet" }, [document.type, document.number && `${document.number}/${document.notation}`, date(document.issued), document.organ].filter(Boolean).join(" · ")),
    document.state === "restricted" && h("p", { class: "problem" }, w("restricted")),
    h("div", { class: "station" }, h("section", {}, h("div", { class: "tools" }, h("button", { type: "button", onclick: () => step(-1), "aria-label": w("previous") }, "‹"), at, h("button", { type: "button", onclick: () => step(1), "aria-label": w("next") }, "›"), viewer.buttons(), words), viewer.element),
      h("section", {}, h("h2", {}, w("fields")), list)));
  await look();
  return () => viewer.close();
}
