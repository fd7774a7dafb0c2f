// Who asks for copies, by what right: the same form at the counter and for a request that waits.

import { field, h } from "./dom.js";
import { w } from "./words.js";

const relations = ["holder", "legal_representative", "authorised_representative", "parent", "child", "spouse", "sibling", "heir", "presenter", "reader"];
export const kinds = ["register_copy", "certified_copy", "sao_y", "sao_luc", "trich_sao", "reader_copy"];
export const choice = (values, prefix, value) => h("select", { value }, values.map((one) => h("option", { value: one, selected: one === value }, w(`${prefix}.${one}`))));

// { element, body(), first }: `wanted` true: nobody knows yet which entry it is.
export function requestForm({ name = "", wanted = false } = {}) {
  const text = (most = 300, required = false) => h("input", { maxlength: most, required, autocomplete: "off" });
  const input = {
    full_name: text(300, true), organisation: text(), paper_number: text(40, true), address: text(), phone: text(40), basis: text(), holder_name: text(), death_basis: text(), purpose: text(), wanted: h("textarea", { rows: 2, maxlength: 1000, required: wanted }),
  };
  input.full_name.value = name;
  const copies = h("input", { type: "number", min: 1, max: 1000, value: "1", required: true });
  const paper = choice(["cccd", "cmnd", "passport", "other"], "paper", "cccd"), relation = choice(relations, "relation", "holder"), channel = choice(["direct", "post", "online"], "channel", "direct");
  const dead = h("input", { type: "checkbox" });
  // A CCCD has twelve digits: found out here, and again by the server.
  const rule = () => { input.paper_number.pattern = paper.value === "cccd" ? "[0-9]{12}" : paper.value === "cmnd" ? "[0-9]{9}|[0-9]{12}" : ".{1,40}"; };
  paper.addEventListener("change", rule);
  rule();
  const others = h("div", {}, h("div", { class: "row" }, h("div", { class: "grow" }, field(w("holderName"), input.holder_name)), h("div", { class: "grow" }, field(w("basis"), input.basis))),
    h("div", { class: "row" }, h("label", {}, dead, " ", w("holderDead")), h("div", { class: "grow" }, field(w("deathBasis"), input.death_basis))));
  const fold = () => { others.hidden = relation.value === "holder" || relation.value === "presenter" || relation.value === "reader"; };
  relation.addEventListener("change", fold);
  fold();
  const more = h("details", {}, h("summary", {}, w("more")), h("div", { class: "row" }, h("div", { class: "grow" }, field(w("organisation"), input.organisation)), h("div", { class: "grow" }, field(w("address"), input.address)), field(w("phone"), input.phone),
    h("div", { class: "grow" }, field(w("purpose"), input.purpose)), field(w("channel"), channel)));
  const element = h("div", {}, wanted && h("div", {}, field(w("wanted"), input.wanted), h("p", {})),
    h("div", { class: "row" }, h("div", { class: "grow" }, field(w("applicant"), input.full_name)), field(w("paperKind"), paper), field(w("paperNumber"), input.paper_number), field(w("relation"), relation), field(w("copiesWanted"), copies)), others, more);
  const body = () => {
    const given = { paper: paper.value, relation: relation.value, channel: channel.value, copies: Number(copies.value), holder_dead: dead.checked };
    for (const [key, one] of Object.entries(input)) if (one.value.trim()) given[key] = one.value.trim();
    return given;
  };
  return { element, body, first: name ? input.paper_number : wanted ? input.wanted : input.full_name };
}

// A dialog that asks for some words; null when it was closed. fields: [[key, label, value, most]]
export function askFor(title, fields, button, says = "") {
  return new Promise((answer) => {
    let given = null;
    const inputs = fields.map(([key, label, value = "", most = 1000]) => [key, label, h("input", { maxlength: most, required: true, value, autocomplete: "off" })]);
    const dialog = h("dialog", { "aria-label": title, onclose: () => { dialog.remove(); answer(given); } },
      h("form", { onsubmit: (event) => {
        event.preventDefault();
        given = Object.fromEntries(inputs.map(([key, , input]) => [key, input.value.trim()]));
        dialog.close();
      } }, h("h2", {}, title), says && h("p", {}, says), inputs.map(([, label, input]) => h("div", { class: "row" }, h("div", { class: "grow" }, field(label, input)))),
        h("div", { class: "row" }, h("button", { class: "main", type: "submit" }, button), h("button", { type: "button", onclick: () => dialog.close() }, w("cancel")))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A paper that may lack some words: they are asked for, and it is made again with them.
export async function makePaper(save, path, body, usual = {}) {
  const values = {};
  for (let turn = 0; turn < 3; ++turn) {
    try {
      return await save("POST", path, { ...body, values });
    } catch (error) {
      if (error.code !== "needs_values") throw error;
      const keys = error.subject.split(", ");
      const more = await askFor(w("wordsOnForm"), keys.map((key) => [key, w(`value.${key}`), usual[key] ?? ""]), w("make"), w("missingWords"));
      if (!more) return null;
      Object.assign(values, more);
    }
  }
  return null;
}
