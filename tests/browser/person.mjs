// Somebody in front of real Chromium, who works by mouse only or by keys only, and what is looked at on each screen. Text is typed
// either way; the mouse never touches what keys are to reach, and the other way round.
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const mostTabs = 400;

export const startBrowser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

// RFC 6238, 30 s, six digits; `secret` in base 32.
export function oneTimeCode(secret) {
  let bits = "";
  for (const letter of secret) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  return String((digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
// A code is used once: the next one comes with the next half minute.
export const nextCode = () => new Promise((resolve) => setTimeout(resolve, 30200 - (Date.now() % 30000)));

// Serious findings of axe on what is shown now go to `seen.serious`.
export async function judge(page, seen, where) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  for (const violation of result.violations)
    if (["serious", "critical"].includes(violation.impact)) seen.serious.push(`${where}: ${violation.id}: ${violation.nodes[0].html.slice(0, 160)}`);
}

export class Person {
  // `seen` collects { errors, serious, scripts, wide }; `shots`: a folder for pictures of each screen, "" = none. `options`: of the browser.
  static async come(browser, address, how, seen, shots = "", language = "vi", options = {}) {
    const person = new Person();
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, bypassCSP: true, acceptDownloads: true, ...options });
    context.setDefaultTimeout(60000); // a page that nobody looked at yet is made first
    Object.assign(person, { address, how, seen, shots, context });
    if (shots) mkdirSync(shots, { recursive: true });
    await context.addInitScript((l) => { if (location.protocol !== "about:") localStorage.setItem("language", l); }, language);
    person.page = await person.tab();
    return person;
  }

  async tab() {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.seen.errors.push(error.message));
    page.on("dialog", (dialog) => {
      if (dialog.type() === "beforeunload") return dialog.accept(); // the page's own question: yes, leave
      ++this.seen.scripts;
      dialog.dismiss();
    });
    return page;
  }

  get keys() {
    return this.how === "keys";
  }

  async open(where, selector) {
    await this.page.goto(`${this.address}/#/${where}`);
    if (selector) await this.page.waitForSelector(selector);
  }

  // By keys: Tab until it has the focus.
  async reach(target) {
    const element = this.one(target);
    await element.waitFor();
    for (let tabs = 0; tabs <= mostTabs; ++tabs) {
      if (await element.evaluate((one) => one === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`keys do not reach ${target}`);
  }

  one(target) {
    return typeof target === "string" ? this.page.locator(target).first() : target.first();
  }

  // A button or a link.
  async use(target) {
    if (!this.keys) return this.one(target).click();
    await this.reach(target);
    await this.page.keyboard.press("Enter");
  }

  async write(target, text) {
    if (this.keys) await this.reach(target);
    else await this.one(target).click();
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  // Of a list that drops down: by keys its arrows; the mouse opens a list that is the system's own, which a test cannot click.
  async choose(target, value) {
    const list = this.one(target);
    if (!this.keys) {
      await list.click();
      await this.page.keyboard.press("Escape");
      return void (await list.selectOption(value));
    }
    await this.reach(target);
    await this.page.keyboard.press("Home");
    for (let step = 0; step < 200 && (await list.inputValue()) !== value; ++step) await this.page.keyboard.press("ArrowDown");
    if ((await list.inputValue()) !== value) throw new Error(`the list has no ${value}`);
  }

  // Pressed again when nothing opened, as a person would: on a busy machine Chromium drops a key while the page is drawn anew.
  async give(target, file) {
    for (let left = 5; ; --left) {
      if (this.keys) await this.reach(target);
      const chooser = this.page.waitForEvent("filechooser", { timeout: left > 1 ? 10000 : 60000 }).catch((late) => (left > 1 ? null : Promise.reject(late)));
      if (this.keys) await this.page.keyboard.press("Space");
      else await this.one(target).click();
      const opened = await chooser;
      if (opened) return opened.setFiles(file);
    }
  }

  async signIn(name, password, secret = "") {
    const form = "form.card.narrow";
    await this.page.goto(this.address);
    await this.page.waitForSelector(`${form} input[type=password]`);
    await this.write(`${form} input[autocomplete=username]`, name);
    await this.write(`${form} input[type=password]`, password);
    await this.use(`${form} button.main`);
    if (secret) {
      await this.page.waitForSelector(`${form} input[autocomplete=one-time-code]`);
      await this.look(`sign-in-code`);
      await this.write(`${form} input[autocomplete=one-time-code]`, oneTimeCode(secret));
      await this.use(`${form} button.main`);
    }
    await this.page.waitForSelector("#bar nav a");
  }

  // axe, and 200 % zoom of a window of 1366 pixels, which is 683 of them: nothing is wider than the window.
  async look(where) {
    const { page, seen, shots } = this;
    const name = `${where}-${this.how}`;
    await judge(page, seen, where);
    if (await page.evaluate(() => /\[object |undefined/.test(document.body.innerText))) seen.errors.push(`${where}: a text is none`);
    if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
    await page.setViewportSize({ width: 683, height: 384 });
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1)) seen.wide.push(where);
    if (shots) await page.screenshot({ path: `${shots}/${name}-200.png`, fullPage: true });
    await page.setViewportSize({ width: 1366, height: 768 });
  }

  // What the page itself would ask; no part of what a person does.
  ask(path, method = "GET", body = null) {
    return this.page.evaluate(async ([p, m, b]) => {
      const { csrf } = await (await fetch("/api/session")).json();
      const answer = await fetch(p, m === "GET" ? {} : { method: m, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: b === null ? undefined : JSON.stringify(b) });
      return answer.status === 204 ? null : answer.json();
    }, [path, method, body]);
  }

  noticed(text) {
    return this.page.waitForFunction((t) => [...document.querySelectorAll(".notice")].some((one) => one.textContent.includes(t)), text);
  }

  async leave() {
    await this.context.close();
  }
}
