// One copy: its pages as they will be signed, signing, handing over, taking back.

import { get, may, person, post, save } from "./api.js";
import { copyTag, day } from "./desk.js";
import { field, h, notice, show } from "./dom.js";
import { askFor, makePaper } from "./request_form.js";
import { sentence, w } from "./words.js";

export async function open(place, [id]) {
  const path = `/api/copies/${Number(id)}`;
  const pages = h("div", { class: "papers", tabindex: 0, role: "region", "aria-label": w("preview") });
  const side = h("section", { class: "scrolls" });
  const problem = h("div", { role: "alert" });
  let copy = await get(path);

  async function draw() {
    const issued = Boolean(copy.issued_at);
    show(pages, h("p", { class: "quiet", role: "status" }, w("drawing")));
    const { papers } = await get(`${path}/papers`);
    show(pages, Array.from({ length: papers }, (_, i) => h("img", { src: `${path}/papers/${i + 1}`, alt: w("previewPage", i + 1) })));
    pages.setAttribute("aria-label", issued ? w("previewIssued") : w("preview"));
  }

  // Reads what waits now; composes it anew when it is too old to be signed.
  async function prepare() {
    const before = copy.waits_for?.digest;
    copy = await post(`${path}/prepare`);
    if (before && copy.waits_for && before !== copy.waits_for.digest) notice(w("looksChanged"), true);
  }

  const code = h("input", { inputmode: "numeric", autocomplete: "one-time-code", pattern: "[0-9]{6,8}", maxlength: 8, size: 10 });
  async function sign(event) {
    event.preventDefault();
    const button = side.querySelector("button.main");
    button.disabled = true;
    show(problem, h("p", { class: "quiet", role: "status" }, w("signing")));
    try {
      const body = { digest: copy.waits_for?.digest ?? "0".repeat(64) };
      if (code.value.trim()) body.code = code.value.trim();
      copy = await post(`${path}/sign`, body);
      show(problem);
      code.value = "";
      if (copy.state === "issued") notice(w("issued", copy.number));
      else if (copy.state === "numbered" || copy.state === "signed") await prepare(); // the next signature
      buttons();
      await draw();
    } catch (error) {
      if (error.code === "conflict") {
        await prepare().catch(() => {});
        await draw().catch(() => {});
        buttons();
      }
      show(problem, h("p", { class: "problem" }, sentence(error)));
      code.value = "";
      button.disabled = false;
      (code.isConnected ? code : button).focus();
    }
  }

  const act = (work) => async () => {
    show(problem);
    try {
      await work();
    } catch (error) {
      show(problem, h("p", { class: "problem" }, sentence(error)));
    }
  };
  const takeBack = (what, title, more = []) => act(async () => {
    const given = await askFor(w(title), [...more, ["reason", w("reasonKept")]], w(title));
    if (!given) return;
    if (given.by_copy) given.by_copy = Number(given.by_copy);
    copy = await post(`${path}/${what}`, given);
    notice(w("done2"));
    buttons();
  });
  const over = (form, label) => act(async () => {
    const given = await askFor(w(form === "print" ? "printForm" : "receipt"), [["person", w(label)]], w("make"));
    if (given) await makePaper(save, `${path}/paper`, { form, ...given });
  });

  function buttons() {
    const waits = copy.waits_for, open = copy.state === "numbered" || copy.state === "signed";
    const mine = !waits || waits.role !== "certifier" || may("revoke_copies");
    const row = (label, value) => value && [h("dt", {}, w(label)), h("dd", {}, value)];
    const main = open && mine ? h("form", { class: "card", onsubmit: sign }, h("p", {}, w(waits?.role === "certifier" ? "waitsCertifier" : "waitsBody")), waits?.code && field(w("code"), code), waits?.code && h("p", { class: "small quiet" }, w("codeHint", person.me.name)),
      h("button", { class: "main", type: "submit" }, w(waits ? "sign" : "goOn"))) :
      open ? h("p", { class: "card" }, w("waitsCertifier")) :
      copy.state === "issued" && h("div", { class: "card" }, h("button", { class: "main", type: "button", onclick: act(() => save("GET", `${path}/file`)) }, w("handOver")), " ", h("button", { type: "button", onclick: over("receipt", "recipient") }, w("receipt")), " ",
        h("button", { type: "button", onclick: over("print", "converter") }, w("printForm")));
    code.required = Boolean(waits?.code);
    show(side, h("h1", {}, w("copy", copy.number || copy.id), " ", copyTag(copy)), problem, main,
      h("dl", { class: "facts" }, row("kindOfCopy", w(`copyKind.${copy.kind}`)), row("subject", copy.source?.title && (copy.source.kind === "entry" ? h("a", { href: `#/counter/entry/${copy.source.id}` }, copy.source.title) : copy.source.title)),
        row("requestTitle", copy.request && h("a", { href: `#/request/${copy.request}` }, String(copy.request))), row("at", day(copy.at)), row("who2", copy.by), row("reason", copy.reason), row("replacedByCopy", copy.replaced_by && h("a", { href: `#/copy/${copy.replaced_by}` }, String(copy.replaced_by)))),
      h("div", { class: "row" }, open && h("button", { type: "button", onclick: takeBack("void", "giveUp") }, w("giveUp")), copy.state === "issued" && h("button", { type: "button", onclick: takeBack("replace", "replace") }, w("replace")),
        copy.state === "issued" && may("revoke_copies") && h("button", { type: "button", onclick: takeBack("revoke", "revoke") }, w("revoke"))),
      copy.history && [h("h2", {}, w("history")), h("ul", { class: "lines" }, copy.history.filter((one, i, all) => one.state !== all[i - 1]?.state).map((one) => h("li", {}, `${day(one.at)} · ${w(`copyState.${one.state}`)}`)))]);
    // The next thing to do has the focus: one key goes on.
    (code.isConnected ? code : side.querySelector("button.main"))?.focus();
  }

  show(place, h("div", { class: "station" }, h("section", {}, pages), side));
  show(pages, h("p", { class: "quiet", role: "status" }, w("drawing")));
  show(side, h("h1", {}, w("copy", copy.number || copy.id), " ", copyTag(copy)), h("p", { class: "quiet", "aria-busy": "true" }, w("loading")));
  if (copy.state === "numbered" || copy.state === "signed") {
    const { history } = copy;
    await prepare().catch((error) => show(problem, h("p", { class: "problem" }, sentence(error))));
    copy.history ??= history;
  }
  buttons();
  await draw().catch((error) => show(pages, h("p", { class: "problem" }, sentence(error))));
}
