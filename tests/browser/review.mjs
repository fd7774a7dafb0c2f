// One person's morning in real Chromium: signs in, reviews by keys, meets a conflict, a lost connection and an ended session.
// node review.mjs ADDRESS NAME PASSWORD BOOK: prints one JSON object of what was seen. The test judges it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [address, name, password, book] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const seen = { errors: [], serious: [], scripts: 0 };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

async function newPage(language) {
  // axe is put into the page, which its own policy forbids to everybody else.
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, bypassCSP: true });
  const page = await context.newPage();
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("dialog", (dialog) => { ++seen.scripts; dialog.dismiss(); });
  await page.goto(address);
  await page.evaluate((l) => localStorage.setItem("language", l), language);
  await page.reload();
  await page.waitForSelector("form input[type=password]");
  return page;
}

async function scan(page, where) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  for (const violation of result.violations)
    if (["serious", "critical"].includes(violation.impact)) seen.serious.push(`${where}: ${violation.id}: ${violation.nodes[0].html.slice(0, 120)}`);
}

async function signIn(page) {
  await page.keyboard.type(name); // the first field has the focus
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#bar nav a");
}

const current = (page) => page.locator(".fields li.now");

try {
  const page = await newPage("vi");
  await scan(page, "sign in");
  await signIn(page);
  for (const where of ["search", "books", `book/${book}`, "work", "verify"]) {
    await page.goto(`${address}/#/${where}`);
    await page.waitForTimeout(500);
    await scan(page, where);
  }

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
  const other = await newPage("en");
  seen.english = await other.locator("form").textContent();
} catch (error) {
  seen.failed = error.message;
}
await browser.close();
console.log(JSON.stringify(seen));
