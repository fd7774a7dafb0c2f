// What an admin changes about one account: roles, scope, second factor, identities at a provider.

import { ask, get, post } from "./api.js";
import { field, h, notice, show } from "./dom.js";
import { sentence, w } from "./words.js";

const roles = ["scanner", "keyer", "checker", "clerk", "signer", "auditor", "admin"];
const lines = (input) => input.value.split("\n").map((one) => one.trim()).filter(Boolean);

export async function change(person, done) {
  const path = `/api/people/${encodeURIComponent(person.name)}`;
  const boxes = roles.map((role) => h("input", { type: "checkbox", value: role, checked: person.roles.includes(role) }));
  const everything = h("input", { type: "checkbox", checked: person.everything });
  const bodies = h("textarea", { rows: 2, value: person.bodies.join("\n") }), books = h("textarea", { rows: 2, value: person.books.join("\n") });
  const problem = h("div", { role: "alert" }), factor = h("div"), elsewhere = h("div");
  const act = (work) => async (event) => {
    event?.preventDefault();
    show(problem);
    try {
      await work();
    } catch (error) {
      show(problem, h("p", { class: "problem" }, sentence(error)));
    }
  };
  const saveRights = act(async () => {
    await ask("PUT", `${path}/rights`, { roles: boxes.filter((box) => box.checked).map((box) => box.value), everything: everything.checked, bodies: lines(bodies), books: lines(books) });
    notice(w("rightsChanged"));
    dialog.close();
  });
  const newFactor = act(async () => {
    const { secret, address } = await ask("POST", `${path}/second-factor`);
    show(factor, h("p", {}, w("factorShown")), h("p", {}, h("code", {}, secret)), h("p", { class: "small" }, address));
  });
  const removeFactor = act(async () => {
    await ask("DELETE", `${path}/second-factor`);
    dialog.close();
  });
  const issuer = h("input", { type: "url", maxlength: 300 }), subject = h("input", { maxlength: 255 });
  async function drawIdentities() {
    const { identities } = await get(`${path}/identities`);
    show(elsewhere, h("h2", {}, w("identities")), identities.length > 0 && h("ul", { class: "hits" }, identities.map((one) => h("li", {}, `${one.issuer} · ${one.subject} `, h("button", { type: "button", onclick: act(async () => {
      await post(`${path}/identities/remove`, one);
      await drawIdentities();
    }) }, w("unlink"))))), h("div", { class: "row" }, h("div", { class: "grow" }, field(w("issuer"), issuer)), h("div", { class: "grow" }, field(w("subjectThere"), subject)), h("button", { type: "button", onclick: act(async () => {
      await post(`${path}/identities`, { issuer: issuer.value.trim(), subject: subject.value.trim() });
      issuer.value = subject.value = "";
      await drawIdentities();
    }) }, w("link"))));
  }
  const dialog = h("dialog", { "aria-label": person.name, onclose: () => { dialog.remove(); done(); } }, h("form", { onsubmit: saveRights }, h("h2", {}, [person.name, person.full_name].filter(Boolean).join(" · ")), problem,
    h("fieldset", {}, h("legend", {}, w("roles")), h("div", { class: "row" }, boxes.map((box) => h("label", {}, box, " ", w(`role.${box.value}`))))),
    h("fieldset", {}, h("legend", {}, w("scope")), h("label", {}, everything, " ", w("everything")), h("div", { class: "row" }, h("div", { class: "grow" }, field(w("bodies"), bodies)), h("div", { class: "grow" }, field(w("booksOf"), books)))),
    h("p", {}), h("div", { class: "row" }, h("button", { class: "main", type: "submit" }, w("save")), h("button", { type: "button", onclick: () => dialog.close() }, w("cancel")))),
  h("h2", {}, w("secondFactor")), h("div", { class: "row" }, h("button", { type: "button", onclick: newFactor }, w("newFactor")), person.second_factor && h("button", { type: "button", onclick: removeFactor }, w("removeFactor"))), factor, elsewhere);
  document.body.append(dialog);
  dialog.showModal();
  await act(drawIdentities)();
}
