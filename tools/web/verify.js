// For everybody: is this copy genuine, and does it still hold?

import { post } from "./api.js";
import { field, fileButton, h, show } from "./dom.js";
import { sentence, w } from "./words.js";

// `given`: the address of a code that a telephone opened.
export function open(place, [given = ""] = []) {
  const file = h("input", { type: "file", accept: "application/pdf,.pdf", "aria-label": w("chooseFile") });
  const code = h("textarea", { rows: 2, maxlength: 4000, spellcheck: "false" });
  const answer = h("div", { "aria-live": "polite" });
  const buttons = [];
  async function check(path, body) {
    buttons.forEach((one) => { one.disabled = true; });
    show(answer, h("p", { class: "quiet" }, w("checking")));
    try {
      const { verdict, status, lines } = await post(path, body);
      show(answer, h("div", { class: `verdict ${verdict}` }, w(`verdict.${verdict}`)), h("p", {}, w(`status.${status}`)), h("p", {}, w(`means.${verdict === "invalid" && ["replaced", "revoked", "voided"].includes(status) ? status : verdict}`)),
        h("h2", {}, w("whatWasChecked")), h("ul", { class: "lines" }, lines.map((line) => h("li", {}, line))));
    } catch (error) {
      show(answer, h("p", { class: "problem", role: "alert" }, sentence(error)));
    }
    buttons.forEach((one) => { one.disabled = false; });
  }
  const upload = h("button", { class: "main", type: "button", onclick: () => {
    if (!file.files[0]) return show(answer, h("p", { class: "problem", role: "alert" }, w("chooseFirst")));
    return check("/api/verify", file.files[0]);
  } }, w("check"));
  const look = h("button", { type: "button", onclick: () => (code.value.trim() ? check("/api/verify/code", { text: code.value.trim() }) : code.focus()) }, w("checkCode"));
  buttons.push(upload, look);
  show(place, h("div", { class: "wide" }, h("h1", {}, w("verifyTitle")), h("p", {}, w("verifySays")), h("div", { class: "card" }, h("div", { class: "tools" }, fileButton(file, w("chooseFile"))), upload),
    h("div", { class: "card" }, field(w("qrText"), code), h("p", {}), look), answer));
  if (given.startsWith("HTTP")) {
    code.value = given;
    check("/api/verify/code", { text: given });
  }
  document.title = `${w("verify")} – ${w("console")}`;
}
