// A stock Mirador in real Chromium opens a book and searches in it. The viewer's page stands on the console's own address (the
// browser is told so), because the session's cookie is for no other; every request for pictures and words is the server's own.
// node mirador.mjs ADDRESS COOKIE BOOK WORD: prints one JSON object of what was seen. The test judges it.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [address, cookie, book, word] = process.argv.slice(2);
const script = readFileSync("mirador.min.js", "utf8");
const manifest = `${address}/iiif/book/${book}/manifest.json`;
const html = `<!doctype html><html><head><meta charset="utf-8"></head><body><div id="m" style="position:absolute;inset:0"></div><script src="/viewer/mirador.js"></script><script>
window.viewer = Mirador.viewer({ id: "m", language: "en", window: { allowClose: false, defaultSideBarPanel: "search", sideBarOpen: true, panels: { search: true, info: true } }, windows: [{ manifestId: ${JSON.stringify(manifest)}, defaultSearchQuery: ${JSON.stringify(word)} }] });
</script></body></html>`;
const seen = { refused: [], tiles: 0, errors: [] };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const [name, value] = cookie.split("=");
  await context.addCookies([{ name, value, url: address }]);
  const page = await context.newPage();
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("response", (response) => {
    if (!response.url().includes("/iiif/")) return;
    if (response.status() >= 400) seen.refused.push(`${response.status()} ${response.url()}`);
    else if (/\/default\.jpg$/.test(response.url())) ++seen.tiles;
  });
  await page.route("**/viewer/index.html", (route) => route.fulfill({ contentType: "text/html", body: html }));
  await page.route("**/viewer/mirador.js", (route) => route.fulfill({ contentType: "text/javascript", body: script }));
  await page.goto(`${address}/viewer/index.html`);
  await page.waitForSelector(".mirador-window", { timeout: 60000 });
  await page.waitForFunction(() => Object.values(window.viewer.store.getState().manifests ?? {}).some((one) => one.json), null, { timeout: 60000 });
  seen.canvases = await page.evaluate(() => Object.values(window.viewer.store.getState().manifests)[0].json.items.length);
  await page.waitForFunction(() => JSON.stringify(window.viewer.store.getState().searches).includes("xywh"), null, { timeout: 60000 });
  seen.found = await page.evaluate(() => {
    const searches = window.viewer.store.getState().searches;
    return (JSON.stringify(searches).match(/xywh=/g) ?? []).length;
  });
  for (let i = 0; i < 100 && seen.tiles === 0; ++i) await page.waitForTimeout(200);
  await page.waitForTimeout(2500);
  // The picture is on the screen: the middle of it is not one colour.
  const shot = await page.screenshot(process.env.SHOT ? { path: process.env.SHOT } : {});
  const canvas = await context.newPage();
  seen.inked = await canvas.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const c = document.createElement("canvas");
    [c.width, c.height] = [image.width, image.height];
    const context2d = c.getContext("2d");
    context2d.drawImage(image, 0, 0);
    const { data: pixels } = context2d.getImageData(600, 200, 500, 400);
    let dark = 0;
    for (let i = 0; i < pixels.length; i += 4) dark += pixels[i] < 110 ? 1 : 0;
    return dark / (pixels.length / 4);
  }, shot.toString("base64"));
} catch (error) {
  seen.failed = error.message;
}
await browser.close();
console.log(JSON.stringify(seen));
