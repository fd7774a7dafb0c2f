// Scrolls through all pages of a thick book, in steps of most of a screen, and measures frames, elements and requests.
// node bench_pages.mjs ADDRESS NAME PASSWORD BOOK: one JSON object.
import { Person, startBrowser } from "./person.mjs";

const [address, name, password, book] = process.argv.slice(2);
const browser = await startBrowser();
const person = await Person.come(browser, address, "keys", {});
await person.signIn(name, password);
const { page } = person;
let requests = 0;
page.on("request", (request) => { if (request.url().endsWith("/thumbnail")) ++requests; });
const from = Date.now();
await page.goto(`${address}/#/pages/${book}`);
await page.waitForSelector(".grid .page");
const opened = Date.now() - from;
await page.waitForTimeout(1500);
const asked = requests;
const seen = await page.evaluate(async () => {
  const grid = document.querySelector(".grid");
  // First the same number of frames at rest: what the machine itself makes late.
  let late = 0;
  for (let i = 0, before = performance.now(); i < 241; ++i) {
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    if (now - before > 50) ++late;
    before = now;
  }
  const frames = [];
  let last = performance.now(), most = 0, stop = false;
  const tick = (now) => {
    frames.push(now - last);
    last = now;
    most = Math.max(most, document.querySelectorAll(".grid .page").length);
    if (!stop) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  for (let top = 0; top < grid.scrollHeight; top += 60) {
    grid.scrollTop = top;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  stop = true;
  frames.shift();
  frames.sort((a, b) => a - b);
  return { pages: Number(document.querySelector(".grid .page").getAttribute("aria-setsize")), frames: frames.length, medianFrame: Math.round(frames[Math.floor(frames.length / 2)]), p95Frame: Math.round(frames[Math.floor(frames.length * 0.95)]),
    longFrames: frames.filter((one) => one > 50).length, longFramesAtRest: late, mostElements: most };
});
await browser.close();
console.log(JSON.stringify({ ...seen, openedMs: opened, thumbnailsAtFirst: asked }));
