import { get, post } from "./api.js";
import { field, h, notice, show } from "./dom.js";
import { change } from "./person.js";
import { sentence, w } from "./words.js";

const roles = ["scanner", "keyer", "checker", "clerk", "signer", "auditor", "admin"];
const lines = (input) => input.value.split("\n").map((one) => one.trim()).filter(Boolean);

export async function open(place) {
  const list = h("div");
  async function draw() {
    const { people } = await get("/api/people");
    show(list, h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": w("people") }, h("table", {}, h("thead", {}, h("tr", {}, ["name", "fullName", "roles", "scope", "state"].map((key) => h("th", { scope: "col" }, w(key))), h("th", {}, ""))),
      h("tbody", {}, people.map((one) => {
        const to = one.state === "active" ? "disabled" : "active";
        return h("tr", {}, h("td", {}, one.name), h("td", {}, one.full_name), h("td", {}, one.roles.map((role) => w(`role.${role}`)).join(", "), " ", one.second_factor && h("span", { class: "tag" }, w("factorOn"))), h("td", {}, one.everything ? w("everything") : [...one.bodies, ...one.books].join(", ")),
          h("td", {}, h("span", { class: one.state === "active" ? "tag good" : "tag bad" }, w(one.state))), h("td", {}, h("button", { type: "button", onclick: () => change(one, draw) }, w("change"), h("span", { class: "small" }, " ", one.name)), " ", h("button", { type: "button", onclick: () => set(one.name, to) }, w(to === "active" ? "enable" : "disable"), h("span", { class: "small" }, " ", one.name))));
      })))));
  }
  async function set(name, state) {
    try {
      await post(`/api/people/${encodeURIComponent(name)}/state`, { state });
      await draw();
    } catch (error) {
      notice(sentence(error), true);
    }
  }
  const name = h("input", { required: true, maxlength: 40, pattern: "[a-z0-9._\\-]+", autocapitalize: "none", autocomplete: "off" });
  const full = h("input", { maxlength: 200, autocomplete: "off" });
  const password = h("input", { type: "password", required: true, minlength: 12, autocomplete: "new-password" });
  const everything = h("input", { type: "checkbox" });
  const bodies = h("textarea", { rows: 2 });
  const books = h("textarea", { rows: 2 });
  const boxes = roles.map((role) => h("input", { type: "checkbox", value: role }));
  const form = h("form", { class: "card", onsubmit: create }, h("h2", {}, w("newPerson")), h("div", { class: "row top" }, h("div", { class: "grow" }, field(w("name"), name)), h("div", { class: "grow" }, field(w("fullName"), full)), h("div", { class: "grow" }, field(w("password"), password), h("div", { class: "small quiet" }, w("passwordRule")))),
    h("fieldset", {}, h("legend", {}, w("roles")), h("div", { class: "row" }, boxes.map((box) => h("label", {}, box, " ", w(`role.${box.value}`))))),
    h("fieldset", {}, h("legend", {}, w("scope")), h("label", {}, everything, " ", w("everything")), h("div", { class: "row" }, h("div", { class: "grow" }, field(w("bodies"), bodies)), h("div", { class: "grow" }, field(w("booksOf"), books)))),
    h("p", {}), h("button", { class: "main", type: "submit" }, w("create")));
  async function create(event) {
    event.preventDefault();
    try {
      await post("/api/people", { name: name.value.trim(), full_name: full.value.trim(), password: password.value, roles: boxes.filter((box) => box.checked).map((box) => box.value), everything: everything.checked, bodies: lines(bodies), books: lines(books) });
      form.reset();
      notice(w("created"));
      await draw();
    } catch (error) {
      notice(sentence(error), true);
    }
  }
  show(place, h("div", { class: "wide" }, h("h1", {}, w("people")), list, h("p", {}), form));
  await draw();
}
