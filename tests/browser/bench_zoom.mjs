// A person zooms into a large page, drags it about and zooms out again, by wheel and mouse. Measures the time from each step until every
// tile in sight is there, frames, and what was asked for. node bench_zoom.mjs ADDRESS NAME PASSWORD PAGE: one JSON object.
import { Person, startBrowser } from "./person.mjs";

const [address, name, password, id] = process.argv.slice(2);
const browser = await startBrowser();
const person = await Person.come(browser, address, "keys", {});
await person.signIn(name, password);
const { page } = person;
let tiles = 0, bytes = 0;
page.on("response", async (response) => {
  if (!response.url().includes("/iiif/") || response.url().endsWith("info.json")) return;
  ++tiles;
  bytes += Number(response.headers()["content-length"] ?? 0);
});
await page.goto(`${address}/#/text/${id}`);
await page.waitForFunction(() => document.querySelector(".viewer")?.dataset.ready, null, { timeout: 60000 });
await page.waitForTimeout(1000);
await page.evaluate(() => {
  window.frames_ = [];
  let last = performance.now();
  const tick = (now) => {
    window.frames_.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
});
const edge = await page.locator(".viewer").boundingBox();
const middle = [edge.x + edge.width / 2, edge.y + edge.height / 2];
const ready = [];
const step = async (work) => {
  const from = Date.now();
  await work();
  await page.waitForFunction(() => document.querySelector(".viewer").dataset.ready, null, { polling: "raf" });
  ready.push(Date.now() - from);
};
await page.mouse.move(...middle);
for (let i = 0; i < 20; ++i) await step(() => page.mouse.wheel(0, -120));
for (let i = 0; i < 10; ++i)
  await step(async () => {
    await page.mouse.move(...middle);
    await page.mouse.down();
    await page.mouse.move(middle[0] - (i % 2 ? 300 : -200), middle[1] - 150, { steps: 6 });
    await page.mouse.up();
  });
for (let i = 0; i < 20; ++i) await step(() => page.mouse.wheel(0, 120));
const frames = (await page.evaluate(() => window.frames_)).sort((a, b) => a - b);
ready.sort((a, b) => a - b);
await browser.close();
const rank = (list, q) => Math.round(list[Math.min(list.length - 1, Math.floor(q * list.length))]);
console.log(JSON.stringify({ steps: ready.length, readyMedianMs: rank(ready, 0.5), readyP95Ms: rank(ready, 0.95), frames: frames.length, p95Frame: rank(frames, 0.95), longFrames: frames.filter((one) => one > 50).length, tiles, kilobytes: Math.round(bytes / 1024) }));
