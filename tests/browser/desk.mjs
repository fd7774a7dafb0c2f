// A clerk's morning in real Chromium, by keys or by mouse: from words that are typed to a copy that is handed over and
// checked in public. node desk.mjs ADDRESS NAME PASSWORD WORDS keys|mouse FOLDER: prints one JSON object of what was seen.
import { Person, startBrowser } from "./person.mjs";

const [address, name, password, words, how, folder] = process.argv.slice(2);
const seen = { errors: [], serious: [], scripts: 0, acts: 0, wide: [] };
const browser = await startBrowser();
const clerk = await Person.come(browser, address, how, seen, folder);
const { page } = clerk;
const look = (where) => clerk.look(where);

// One act of the clerk: a key or a click. What is typed into a box is counted apart.
const typed = [];
async function press(key) {
  ++seen.acts;
  await page.keyboard.press(key);
}
async function click(locator) {
  ++seen.acts;
  await locator.click();
}
const keys = how === "keys";
// Boxes that still need something. By keys: Enter goes on, or to the next box that lacks something. By mouse: a click into
// each box that has not the focus, then one on the button.
async function fillIn() {
  for (let turn = 0; turn < 40; ++turn) {
    const box = page.locator("form.card :invalid:not(fieldset)").first();
    if ((await box.count()) === 0) return;
    const focused = await box.evaluate((one) => one === document.activeElement);
    if (!focused) await (keys ? press("Enter") : click(box));
    if (!(await box.evaluate((one) => one === document.activeElement))) throw new Error("the box that lacks something has not the focus");
    const label = (await box.evaluate((one) => one.labels?.[0]?.textContent)) ?? "";
    typed.push(label);
    await page.keyboard.type(/Số giấy tờ/.test(label) ? "001085012345" : /Trang số/.test(label) ? "7" : `Thử ${label}`);
  }
}

try {
  await clerk.signIn(name, password);
  await page.waitForSelector("form[role=search]");
  await look("desk");
  for (const turn of [1, 2]) {
    typed.length = 0;
    seen.acts = 0;
    await page.goto(`${address}/#/desk`);
    await page.waitForSelector("form[role=search] input");
    await page.locator("form[role=search] input[type=search]").focus();
    if (turn === 1) {
      // What was read from paper is only ever text.
      await page.keyboard.type("kich onerror");
      await page.waitForSelector("a.hit");
      seen.nasty = await page.locator("a.hit").first().textContent();
      await page.locator("form[role=search] input[type=search]").fill("");
      await page.waitForSelector("a.hit", { state: "hidden" });
    }
    await page.keyboard.type(words);
    await page.waitForSelector("a.hit");
    await page.waitForTimeout(400);
    if (turn === 1) await look("found");
    seen.found = await page.locator("a.hit").first().textContent();
    // From the entry that was found on, every key and click is counted.
    if (keys) await press("Enter");
    else await click(page.locator("a.hit").first());
    await page.waitForSelector("form.card button.main:not([disabled])");
    await page.waitForTimeout(300);
    if (turn === 1) await look("counter");
    await fillIn();
    if (keys) await press("Enter");
    else await click(page.locator("form.card button.main"));
    await page.waitForFunction(() => location.hash.startsWith("#/copy/"));
    await page.waitForFunction(() => [...document.querySelectorAll(".papers img")].length > 0 && [...document.querySelectorAll(".papers img")].every((one) => one.complete && one.naturalWidth > 0));
    if (turn === 1) await look("preview");
    if (keys) await press("Enter");
    else await click(page.locator("form.card button.main"));
    await page.waitForSelector(".tag.good");
    await page.waitForFunction(() => [...document.querySelectorAll(".papers img")].length > 0 && [...document.querySelectorAll(".papers img")].every((one) => one.complete && one.naturalWidth > 0));
    if (turn === 1) await look("issued");
    seen.toIssued = seen.acts;
    const download = page.waitForEvent("download");
    await page.waitForTimeout(200);
    if (keys) await press("Enter");
    else await click(page.locator("div.card button.main"));
    seen.file = `${folder}/${how}-${turn}.pdf`;
    await (await download).saveAs(seen.file);
  }
  seen.typed = typed;
  // What lies there from yesterday, in English too.
  await page.goto(`${address}/#/request/new`);
  await page.waitForSelector("form textarea");
  await look("request-new");
  await page.goto(`${address}/#/request/1`);
  await page.waitForSelector("dl.facts");
  await look("request");
  await page.goto(`${address}/#/people`);
  await page.waitForSelector(".problem");
  seen.wrongRole = await page.locator(".problem").textContent();
  const english = await Person.come(browser, address, how, seen, folder, "en");
  await english.signIn(name, password);
  for (const [where, hash, selector] of [["en-desk", "desk", "form[role=search]"], ["en-counter", "counter/entry/1", "form.card"], ["en-copy", "copy/1", ".papers img"], ["en-request", "request/1", "dl.facts"]]) {
    await english.page.goto("about:blank");
    await english.open(hash, selector);
    await english.page.waitForTimeout(500);
    await english.look(where);
  }
  await english.leave();
  // Somebody with nothing but the file.
  const stranger = await Person.come(browser, address, how, seen, folder);
  await stranger.open("verify", "input[type=file]");
  await stranger.give("input[type=file]", seen.file);
  await stranger.use("button.main");
  await stranger.page.waitForSelector(".verdict");
  seen.verdict = await stranger.page.locator(".verdict").getAttribute("class");
  seen.done = true;
} catch (error) {
  seen.failed = error.message;
  if (folder) await page.screenshot({ path: `${folder}/failed.png` });
}
await browser.close();
console.log(JSON.stringify(seen));
