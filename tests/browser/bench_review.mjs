// A person who reads well reviews a volume whose truth is known: right fields by Enter, wrong ones retyped. Counts key presses,
// and for each page change the time until the field's place on the new page is in sight with its pixels.
// node bench_review.mjs ADDRESS NAME PASSWORD BOOK TRUTH [MOST]: one JSON object.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [address, name, password, book, truthFile, most = "100000"] = process.argv.slice(2);
const truth = JSON.parse(readFileSync(truthFile, "utf8"));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1366, height: 768 } });
const page = await context.newPage();
// Inside of the page: from the key press on until another page's pixels are there.
await page.addInitScript(() => {
  window.changes = [];
  document.addEventListener("keydown", () => {
    const viewer = document.querySelector(".viewer");
    if (!viewer) return;
    const from = performance.now(), before = viewer.dataset.ready, head = document.querySelector(".fields li.now .head")?.textContent;
    const look = () => {
      const now = document.querySelector(".viewer")?.dataset.ready;
      if (now && now !== before) window.changes.push(performance.now() - from);
      else if (performance.now() - from < 5000 && (!now || document.querySelector(".fields li.now .head")?.textContent === head)) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
});
await page.goto(address);
await page.waitForSelector("form input[type=password]");
await page.keyboard.type(name);
await page.keyboard.press("Tab");
await page.keyboard.type(password);
await page.keyboard.press("Enter");
await page.waitForSelector("#bar nav a");
const pages = (await page.evaluate(async (b) => (await (await fetch(`/api/books/${b}/pages`)).json()).pages, book)).map((one) => one.page);
await page.goto(`${address}/#/review/${book}`);
await page.waitForSelector(".fields li.now");

const share = (a, b) => {
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]), h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const both = w > 0 && h > 0 ? w * h : 0;
  return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
};
// The entry of the truth that stands where this one does.
const known = (place) => truth.pages[pages.indexOf(place.page)]?.entries.find((one) => (one.boxes ?? [one.box]).some((box) => share(box, place.box) > 0.4) || share(one.box, place.box) > 0.4);
const seen = { fields: 0, right: 0, keysRight: 0, wrong: 0, keysWrong: 0, typed: 0, unknown: 0, bindingConfirmed: 0, bindingUnseen: 0, bulk: 0 };
const entries = new Map();
let keys = 0;
const press = async (key) => {
  ++keys;
  await page.keyboard.press(key);
};
const state = () => page.evaluate(() => {
  const station = window.station;
  const one = station?.field();
  if (!one) return null;
  const box = one.places[0]?.box;
  return { entry: station.entry.id, key: one.key, state: one.state, value: one.value, binding: one.binding, places: station.entry.places, placed: Boolean(box && box[2] > box[0]), sees: box ? station.viewer.sees(box) : false, decided: one.decided };
});
const moved = (before) => page.waitForFunction((b) => {
  const one = window.station?.field();
  return !document.querySelector(".fields li.now") || (one && !window.station.busy && (window.station.entry.id !== b.entry || one.key !== b.key));
}, before, { timeout: 15000 });

while (seen.fields < Number(most)) {
  const now = await state();
  if (!now) break;
  // A person begins to read when the picture is there; how long that took is measured apart.
  await page.waitForFunction(() => {
    const one = window.station?.field(), box = one?.places[0]?.box;
    return !one || !box || box[2] <= box[0] || window.station.viewer.sees(box);
  }, null, { timeout: 8000 }).catch(() => {});
  const at = await state();
  const place = at.places[0];
  const said = place && known(place)?.fields[at.key]?.value;
  ++seen.fields;
  const from = keys;
  const same = said !== undefined && at.state === "written" && at.value.normalize("NFC") === said.normalize("NFC");
  const emptyRight = (said === undefined || said === "") && at.state === "empty";
  if (same || emptyRight) {
    if (at.binding && at.placed && !at.sees) ++seen.bindingUnseen;
    await press("Enter");
    await moved(at).catch(async () => {
      await press("Enter"); // it was shown first
      await moved(at);
    });
    ++seen.right;
    seen.keysRight += keys - from;
    if (at.binding) ++seen.bindingConfirmed;
  } else if (said === undefined || said === "") {
    ++seen.unknown; // a row or field that the truth does not know: nothing stands there
    await press("o");
    await moved(at);
  } else {
    await press("e");
    await page.waitForSelector(".fields li.now input");
    await page.locator(".fields li.now input").fill(said);
    await press("Enter");
    await moved(at);
    ++seen.wrong;
    seen.keysWrong += keys - from;
    seen.typed += [...said].length;
  }
  if (seen.fields === 1) seen.history = at.entry;
  entries.set(at.entry, true);
}
const sorted = (await page.evaluate(() => window.changes)).sort((a, b) => a - b);
const rank = (q) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0);
// How the archive says that they were decided: one at a time.
const hows = {};
for (const id of entries.keys()) {
  const { changes } = await page.evaluate(async (one) => (await fetch(`/api/entries/${one}/history`)).json(), id);
  for (const change of changes) hows[change.how] = (hows[change.how] ?? 0) + 1;
}
await browser.close();
console.log(JSON.stringify({ ...seen, entries: entries.size, hows, changes: sorted.length, changeMedian: rank(0.5), changeP95: rank(0.95), changeMost: Math.round(sorted.at(-1) ?? 0) }));
