// Every screen as it is on a bad or a strange day: nothing there yet, answers that take long, a server that fails, and texts that are far longer than
// anybody thought. In both languages, at 1366 x 768 and at 200 %.
// node states.mjs ADDRESS PASSWORD SETTINGS.json: prints one JSON object of what was seen. The test judges it.
import { readFileSync } from "node:fs";
import { Person, startBrowser } from "./person.mjs";

const [address, password, settingsFile] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, "utf8")); // screens: { name: address }, state: empty|full, shots
const seen = { errors: [], serious: [], scripts: 0, wide: [], mute: [], stuck: [], dead: [], clipped: [] };
const browser = await startBrowser();

// What people write: names, titles, reasons. What the program says of itself (states, kinds, digests, addresses) stays as it is.
const written = new Set("full_name name title text value wanted body organ subject note reason snippet identifier who label number notation by operator says message why received_as book_number issued".split(" "));
const long = "Nguyễn Thị Tên Rất Dài Không Ai Ngờ ".repeat(9) + "Khôngcódấucáchnàotrongchữnày".repeat(6);
const stretch = (json, key = "") => {
  if (Array.isArray(json)) return json.map((one) => stretch(one, key));
  if (json && typeof json === "object") return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, stretch(one, name)]));
  return typeof json === "string" && json !== "" && written.has(key) ? long : json;
};
const api = (url) => /^\/(api|iiif)\//.test(url.pathname) && url.pathname !== "/api/session" && !url.pathname.endsWith("/events");

// Where a text is cut off without any sign that more follows.
const clipped = (page) => page.evaluate(() => [...document.querySelectorAll("main *")].filter((one) => {
  const { overflowX, overflowY } = getComputedStyle(one);
  if (one.childElementCount > 0 || !one.textContent.trim() || one.closest(".viewer, .unseen, .grid, option, textarea")) return false;
  return (overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1) || (overflowY === "hidden" && one.scrollHeight > one.clientHeight + 1);
}).map((one) => one.outerHTML.slice(0, 100)));

try {
  for (const language of ["vi", "en"]) {
    const who = await Person.come(browser, address, "mouse", seen, settings.shots, language);
    await who.signIn("minh", password);
    const { page } = who;
    const go = async (where) => {
      await page.goto("about:blank");
      await page.goto(`${address}/#/${where}`);
    };
    const settled = () => page.waitForFunction(() => document.querySelector("main > *") && !document.querySelector("main [aria-busy]"), null, { timeout: 20000 });
    for (const [name, where] of Object.entries(settings.screens)) {
      if (settings.state === "empty") {
        await go(where);
        await settled();
        await page.waitForTimeout(300);
        // Somebody says in words that there is nothing, or what to do.
        if ((await page.locator("main").innerText()).trim().length < 20) seen.mute.push(`${name} ${language}`);
        await who.look(`empty-${name}-${language}`);
        continue;
      }
      // It takes long: that is said, and then the page comes.
      let release;
      const held = new Promise((resolve) => { release = resolve; });
      const hold = async (route) => { await held; await route.continue().catch(() => {}); };
      await page.route(api, hold);
      await go(where);
      await page.waitForSelector("main [aria-busy], main [role=search], main form", { timeout: 20000 });
      if (settings.shots) await page.screenshot({ path: `${settings.shots}/loading-${name}-${language}.png` });
      release();
      await page.unroute(api, hold);
      await settled();
      // The server fails: a sentence, and a button that works as soon as it does.
      const failing = (route) => route.fulfill({ status: 500, contentType: "application/json", body: JSON.stringify({ error: { code: "internal", message: "", subject: "" } }) });
      await page.route(api, failing);
      await go(where);
      const alarmed = await page.waitForSelector("main [role=alert].problem, main form", { timeout: 20000 }).then(() => true, () => false);
      if (!alarmed) seen.mute.push(`${name} ${language}: a failure`);
      await who.look(`error-${name}-${language}`);
      await page.unroute(api, failing);
      const again = page.locator("main .problem[role=alert] + button");
      if (alarmed && (await again.count()) > 0) {
        await again.click();
        const back = await page.waitForFunction(() => !document.querySelector("main .problem[role=alert]") && !document.querySelector("main [aria-busy]"), null, { timeout: 20000 }).then(() => true, () => false);
        if (!back) seen.stuck.push(`${name} ${language}`);
      }
      // Long texts: nothing is wider than the window, nothing is cut off.
      const stretched = async (route) => {
        const answer = await route.fetch();
        if (!/json/.test(answer.headers()["content-type"] ?? "") || answer.status() !== 200 || route.request().url().includes("/iiif/")) return route.fulfill({ response: answer });
        return route.fulfill({ response: answer, json: stretch(await answer.json()) });
      };
      await page.route(api, stretched);
      await go(where);
      await settled();
      const box = page.locator("main form[role=search] input[type=search]");
      if ((await box.count()) > 0) {
        await box.fill(settings.words);
        await page.waitForSelector(".hits li");
      }
      await page.waitForTimeout(600);
      for (const one of await clipped(page)) seen.clipped.push(`${name} ${language}: ${one}`);
      await who.look(`long-${name}-${language}`);
      await page.unroute(api, stretched);
    }
    await who.leave();
  }
  seen.done = true;
} catch (error) {
  seen.failed = error.message;
}
await browser.close();
console.log(JSON.stringify(seen));
