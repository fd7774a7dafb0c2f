import { person, post, remember } from "./api.js";
import { field, h, show } from "./dom.js";
import { sentence, w } from "./words.js";

function form(done, says) {
  const name = h("input", { autocomplete: "username", required: true, autocapitalize: "none", spellcheck: "false", maxlength: 100, value: person.me?.name ?? "" });
  const password = h("input", { type: "password", autocomplete: "current-password", required: true, maxlength: 1000 });
  const problem = h("div", { role: "alert" });
  const button = h("button", { class: "main", type: "submit" }, w("signIn"));
  const element = h("form", { class: "card narrow", onsubmit: send }, h("h1", {}, w("signIn")), says && h("p", {}, says), problem,
    field(w("name"), name), field(w("password"), password), button);
  async function send(event) {
    event.preventDefault();
    button.disabled = true;
    try {
      remember(await post("/api/session", { name: name.value.trim().toLowerCase(), password: password.value }));
      done();
    } catch (error) {
      show(problem, h("p", { class: "problem" }, sentence(error)));
      password.value = "";
      password.focus();
    }
    button.disabled = false;
  }
  return { element, first: person.me ? password : name };
}

export function signIn(place, done) {
  const { element, first } = form(done);
  show(place, element, h("p", { class: "narrow" }, h("a", { href: "#/verify" }, w("verifyLink"))));
  first.focus();
}

// Over what is being typed, which stays as it is.
let asking = null;
export function signInAgain(done) {
  if (asking) return;
  const { element, first } = form(() => {
    asking.close();
    done("");
  }, w("sessionEnded"));
  asking = h("dialog", { onclose: () => { asking.remove(); asking = null; } }, element);
  document.body.append(asking);
  asking.showModal();
  first.focus();
}
