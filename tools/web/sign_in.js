import { get, person, post, remember } from "./api.js";
import { field, h, show } from "./dom.js";
import { sentence, w } from "./words.js";

// `why`: what the provider's way ended with, as the address says.
function form(done, says, why = "") {
  const name = h("input", { autocomplete: "username", required: true, autocapitalize: "none", spellcheck: "false", maxlength: 100, value: person.me?.name ?? "" });
  const password = h("input", { type: "password", autocomplete: "current-password", required: true, maxlength: 1000 });
  const code = h("input", { inputmode: "numeric", autocomplete: "one-time-code", pattern: "[0-9]{6}", maxlength: 6 });
  const second = h("div", { hidden: true }, field(w("code"), code));
  const problem = h("div", { role: "alert" }, why && h("p", { class: "problem" }, w(`provider.${why}`)));
  const button = h("button", { class: "main", type: "submit" }, w("signIn"));
  const other = h("p");
  const element = h("form", { class: "card narrow", onsubmit: send }, h("h1", {}, w("signIn")), says && h("p", {}, says), problem,
    field(w("name"), name), field(w("password"), password), second, button, other);
  async function send(event) {
    event.preventDefault();
    button.disabled = true;
    try {
      const body = { name: name.value.trim().toLowerCase(), password: password.value };
      if (!second.hidden && code.value.trim()) body.code = code.value.trim();
      remember(await post("/api/session", body));
      done();
    } catch (error) {
      const asks = error.code === "needs_code" && second.hidden;
      if (asks) second.hidden = false;
      show(problem, h("p", { class: asks ? "quiet" : "problem" }, sentence(error)));
      code.value = "";
      if (error.code === "needs_code" || error.code === "wrong_code") code.focus();
      else {
        password.value = "";
        password.focus();
      }
    }
    button.disabled = false;
  }
  // Who works elsewhere in the province may have an account there.
  get("/api/sign-in").then(({ provider }) => { if (provider) show(other, h("a", { class: "button", href: "/api/sign-in/start" }, provider)); }, () => {});
  return { element, first: person.me ? password : name };
}

export function signIn(place, done) {
  const why = /^#\/sign-in\/(\w+)$/.exec(location.hash)?.[1] ?? "";
  const { element, first } = form(() => {
    if (why) location.hash = "#/";
    done();
  }, "", why);
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
  asking = h("dialog", { "aria-label": w("signIn"), onclose: () => { asking.remove(); asking = null; } }, element);
  document.body.append(asking);
  asking.showModal();
  first.focus();
}
