// The frame around the pages: who is signed in, which page is shown, what happens when a session ends.

import { ask, get, may, person, remember, whenSessionEnds } from "./api.js";
import { h, notice, show } from "./dom.js";
import { dropDrafts } from "./drafts.js";
import { language, sentence, speak, w } from "./words.js";
import { signIn, signInAgain } from "./sign_in.js";

const pages = {
  desk: { load: () => import("./desk.js"), right: "issue_copies" },
  request: { load: () => import("./request.js"), right: "issue_copies", under: "desk" },
  counter: { load: () => import("./counter.js"), right: "issue_copies", under: "desk" },
  copy: { load: () => import("./copy.js"), right: "issue_copies", under: "desk" },
  search: { load: () => import("./search.js"), right: "read_records" },
  books: { load: () => import("./books.js"), right: "read_records" },
  book: { load: () => import("./book.js"), right: "read_records", under: "books" },
  review: { load: () => import("./review.js"), right: "read_records", under: "books" },
  entry: { load: () => import("./review.js"), right: "read_records", under: "books" },
  pages: { load: () => import("./pages.js"), right: "read_records", under: "books" },
  keying: { load: () => import("./keying.js"), right: "key_fields", under: "books" },
  disputes: { load: () => import("./disputes.js"), right: "check_records", under: "books" },
  text: { load: () => import("./text.js"), right: "read_records", under: "search" },
  document: { load: () => import("./document.js"), right: "read_records", under: "search" },
  work: { load: () => import("./work.js"), right: "see_work" },
  scan: { load: () => import("./scan.js"), right: "take_in" },
  photographs: { load: () => import("./photographs.js"), right: "take_in", under: "scan" },
  people: { load: () => import("./people.js"), right: "manage_people" },
  log: { load: () => import("./log.js"), right: "read_log" },
  verify: { load: () => import("./verify.js") },
};
const inTheBar = ["desk", "search", "books", "scan", "work", "people", "log", "verify"];

let leave = () => {};
let shownFor = 0;

// A telephone that read a copy's code opens /T/TOKEN#PAYLOAD: that is the public page, whatever stands behind the mark.
const fromCode = location.pathname.startsWith("/T/") ? `${location.origin.toUpperCase()}${location.pathname}${location.hash}` : "";

function route() {
  if (fromCode) return { name: "verify", rest: [fromCode] };
  const [name = "", ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { name, rest };
}

function drawBar(current) {
  const links = inTheBar.filter((name) => !pages[name].right || may(pages[name].right))
    .map((name) => h("a", { href: `#/${name}`, "aria-current": (pages[current]?.under ?? current) === name ? "page" : null }, w(name)));
  const other = language() === "vi" ? "en" : "vi";
  show(document.getElementById("bar"),
    h("a", { class: "mark", href: "#/" }, w("console")),
    person.me?.trial && h("span", { class: "trial" }, w("trial")),
    h("nav", { "aria-label": w("console") }, person.me ? links : []),
    person.me && h("span", { class: "small" }, person.me.full_name || person.me.name),
    person.me && h("button", { type: "button", onclick: signOut }, w("signOut")),
    h("button", { type: "button", lang: other, onclick: () => { speak(other); draw(); } }, w("language")));
  document.querySelector(".skip").textContent = w("skip");
}

async function signOut() {
  try {
    await ask("DELETE", "/api/session");
  } catch (error) {
    if (error.code !== "no_session") return notice(sentence(error), true);
  }
  dropDrafts();
  // Whoever came from the provider signs out there too.
  if (person.me?.elsewhere) return location.assign("/api/sign-in/end");
  remember(null);
  location.hash = "#/";
  draw();
}

export async function draw() {
  const turn = ++shownFor;
  const content = document.getElementById("content");
  let { name, rest } = route();
  leave();
  leave = () => {};
  if (!person.me && name !== "verify") {
    drawBar("");
    document.title = `${w("signIn")} – ${w("console")}`;
    return signIn(content, draw);
  }
  if (name === "") name = inTheBar.find((one) => pages[one].right && may(pages[one].right)) ?? "verify";
  drawBar(name);
  const page = pages[name];
  if (!page) return show(content, h("p", { class: "empty" }, w("notFound")));
  if (page.right && !may(page.right)) return show(content, h("p", { class: "problem wide" }, w("noRight")));
  document.title = `${w(page.under ?? name)} – ${w("console")}`;
  show(content, h("p", { class: "quiet", "aria-busy": "true" }, w("loading")));
  try {
    const module = await page.load();
    if (turn !== shownFor) return;
    const left = await module.open(content, rest, name);
    if (turn !== shownFor) return left?.();
    leave = left ?? (() => {});
  } catch (error) {
    if (turn !== shownFor || error.code === "no_session") return;
    show(content, h("div", { class: "wide" }, h("div", { class: "problem", role: "alert" }, sentence(error)), h("button", { type: "button", onclick: draw }, w("again"))));
  }
}

whenSessionEnds(() => signInAgain(drawBar));
window.addEventListener("hashchange", () => {
  draw();
  document.getElementById("content").focus();
});

speak(language());
try {
  remember(await get("/api/session"));
} catch (error) {
  if (error.code === "offline") notice(sentence(error), true);
}
draw();
