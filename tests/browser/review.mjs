// One person's morning in real Chromium: signs in, reviews by keys, meets a conflict, a lost connection and an ended session.
// node review.mjs ADDRESS NAME PASSWORD BOOK: prints one JSON object of what was seen. The test judges it.
import { judge, Person, startBrowser } from "./person.mjs";

const [address, name, password, book] = process.argv.slice(2);
const seen = { errors: [], serious: [], scripts: 0 };
const browser = await startBrowser();
const scan = (page, where) => judge(page, seen, where);
const newPerson = async (language) => {
  const person = await Person.come(browser, address, "keys", seen, "", language);
  await person.page.goto(address);
  await person.page.waitForSelector("form input[type=password]");
  return person;
};

const current = (page) => page.locator(".fields li.now");

try {
  const hoa = await newPerson("vi");
  const { page } = hoa;
  await scan(page, "sign in");
  await hoa.signIn(name, password);
  for (const where of ["search", "books", `book/${book}`, "work", "verify"]) {
    await page.goto(`${address}/#/${where}`);
    await page.waitForTimeout(500);
    await scan(page, where);
  }

  // What was read from paper, and what people called things, is text on every page that shows it.
  seen.shown = {};
  const has = async (where, selector) => {
    await page.goto("about:blank");
    await page.goto(`${address}/#/${where}`);
    await page.waitForSelector(selector);
    await page.waitForTimeout(500);
    seen.shown[where.split("/")[0]] = (await page.locator("main").innerText()).includes("<img src=x onerror=");
  };
  await has("search/onerror", ".hits li");
  const { hits } = await page.evaluate(() => fetch("/api/search?q=onerror").then((answer) => answer.json()));
  await has(`document/${hits[0].document}`, ".viewer[data-ready]");
  const { pages } = await page.evaluate((id) => fetch(`/api/documents/${id}/pages`).then((answer) => answer.json()), hits[0].document);
  await has(`text/${pages[0].id}`, ".around mark");
  await has("books", "table");
  await has("work", "table");
  // The report is a file that is opened from the disk, without our headers.
  const report = await page.evaluate(() => fetch("/api/report.html").then((answer) => answer.text()));
  const opened = await hoa.tab();
  await opened.setContent(report);
  seen.shown.report = (await opened.locator("body").innerText()).includes("<img src=x onerror=");
  await opened.close();

  // By keys only: one key a field that was read rightly.
  await page.goto(`${address}/#/review/${book}`);
  await current(page).waitFor();
  await page.waitForSelector(".viewer img");
  await scan(page, "review");
  seen.waiting = await page.locator(".tools .tag").first().textContent();
  const first = await current(page).locator(".head").textContent();
  await page.keyboard.press("Enter");
  await page.waitForFunction((before) => document.querySelector(".fields li.now .head")?.textContent !== before, first);
  seen.afterOneKey = await page.locator(".tools .tag").first().textContent();
  await page.keyboard.press("e");
  await page.keyboard.type("Tràn Thị Gõ Lại <img src=x onerror=alert(1)>");
  seen.typed = await page.locator(".fields li.now input").inputValue();

  // Somebody else is faster.
  const entry = await page.locator(".fields").getAttribute("data-entry");
  await page.evaluate(async (id) => {
    const { csrf } = await (await fetch("/api/session")).json();
    const now = await (await fetch(`/api/entries/${id}`)).json();
    const other = now.fields.find((one) => !one.decided && one.key === "ghiChu") ?? now.fields.findLast((one) => !one.decided);
    await fetch(`/api/entries/${id}/fields`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ revision: now.revision, values: [{ key: other.key, state: "unknown" }] }) });
  }, entry);
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  await scan(page, "conflict");
  seen.conflict = await page.locator("dialog[open]").textContent();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter"); // keep mine
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.waitForTimeout(500);

  // The network goes, and comes back; nothing typed is lost.
  await page.keyboard.press("e");
  await page.keyboard.type("Đang gõ dở");
  await page.context().setOffline(true);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".notice.bad");
  seen.offline = await page.locator(".notice.bad").first().textContent();
  seen.keptOffline = await page.locator(".fields li.now input").inputValue();
  await page.context().setOffline(false);

  // The session ends while somebody types.
  await page.evaluate(async () => {
    const { csrf } = await (await fetch("/api/session")).json();
    await fetch("/api/session", { method: "DELETE", headers: { "X-CSRF-Token": csrf } });
  });
  await page.locator(".fields li.now input").press("Enter");
  await page.waitForSelector("dialog[open] input[type=password]");
  await page.locator("dialog[open] input[type=password]").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  seen.keptAfterSession = await page.locator(".fields li.now input").inputValue();
  const before = await current(page).locator(".head").textContent();
  await page.locator(".fields li.now input").press("Enter");
  await page.waitForFunction((b) => document.querySelector(".fields li.now .head")?.textContent !== b, before);
  seen.done = true;

  // The same in English: no Vietnamese word of ours is left on the page.
  const other = await newPerson("en");
  seen.english = await other.page.locator("form").textContent();
} catch (error) {
  seen.failed = error.message;
}
await browser.close();
console.log(JSON.stringify(seen));
