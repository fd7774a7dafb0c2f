// The review station and the dashboard in real Chromium: rows, notes, what is typed over a lost connection and a reload, two tabs,
// blind keying, the tie-break, the text layer, all pages of a book, files in pieces. By keys, but for what is chosen by mouse.
// node station.mjs ADDRESS PASSWORD BOOK FILE SIDEWAYS [SHOTS]: SIDEWAYS is a document that lies on its side. It prints one JSON object of what was seen. The test judges it.
import { mkdirSync } from "node:fs";
import { judge, Person, startBrowser } from "./person.mjs";

const [address, password, book, file, sideways, shots] = process.argv.slice(2);
const seen = { errors: [], serious: [], scripts: 0, wide: [], steps: [] };
const browser = await startBrowser();
if (shots) mkdirSync(shots, { recursive: true });

async function signedIn(name, language = "vi", options = {}) {
  const person = await Person.come(browser, address, "keys", seen, "", language, options);
  await person.signIn(name, password);
  return person.page;
}

const scan = (page, where) => judge(page, seen, where);
const step = (name) => seen.steps.push(name);
const go = async (page, where, selector) => {
  await page.goto(`${address}/#/${where}`);
  await page.waitForSelector(selector);
};
const api = (page, path, body) => page.evaluate(async ([p, b]) => {
  const { csrf } = await (await fetch("/api/session")).json();
  const answer = await fetch(p, b === null ? {} : { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify(b) });
  return answer.json();
}, [path, body ?? null]);
const entries = async (page) => (await api(page, `/api/books/${book}/entries`)).entries;
const noticed = (page, text) => page.waitForFunction((t) => [...document.querySelectorAll(".notice")].some((one) => one.textContent.includes(t)), text);

try {
  const lan = await signedIn("lan");

  // Rows by keys: split, undo, join, undo.
  const before = await entries(lan);
  await go(lan, `entry/${before[1].id}`, ".fields li.now");
  await lan.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  await lan.keyboard.press("s");
  await lan.waitForSelector(".viewer .cut");
  await lan.keyboard.press("ArrowDown");
  if (shots) await lan.screenshot({ path: `${shots}/split.png` });
  await lan.keyboard.press("Enter");
  await noticed(lan, "Đã tách");
  seen.afterSplit = (await entries(lan)).length - before.length;
  await lan.keyboard.press("u");
  await noticed(lan, "Đã hoàn tác");
  seen.afterUndo = (await entries(lan)).length - before.length;
  await lan.keyboard.press("m");
  await noticed(lan, "Đã gộp");
  seen.afterMerge = (await entries(lan)).length - before.length;
  await lan.keyboard.press("u");
  await lan.waitForFunction(() => document.querySelector(".fields li.now"));
  await lan.waitForTimeout(800);
  seen.afterAll = (await entries(lan)).length - before.length;
  step("rows");

  // A note by keys.
  await lan.keyboard.press("t");
  await lan.waitForSelector("dialog[open] textarea");
  await lan.keyboard.type("Hỏi lại cán bộ hộ tịch");
  await lan.keyboard.press("Control+Enter");
  await lan.waitForSelector("dialog[open] .lines li div");
  seen.note = await lan.locator("dialog[open] .lines").textContent();
  await scan(lan, "notes");
  await lan.keyboard.press("Escape");
  step("note");

  // What is typed survives a reload, and is saved by itself when the network is back.
  await go(lan, `review/${book}`, ".fields li.now");
  await lan.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  await lan.keyboard.press("e");
  await lan.keyboard.type("Nguyễn Đang Gõ");
  await lan.reload();
  await lan.waitForSelector(".fields li.now input");
  seen.draft = await lan.locator(".fields li.now input").inputValue();
  const head = await lan.locator(".fields li.now .head").textContent();
  await lan.context().setOffline(true);
  await lan.locator(".fields li.now input").press("Enter");
  await noticed(lan, "sẽ tự lưu");
  await lan.context().setOffline(false);
  await lan.waitForFunction((h) => document.querySelector(".fields li.now .head")?.textContent !== h, head, { timeout: 15000 });
  seen.savedByItself = true;
  step("draft");

  // Two tabs of one person: the second is told that the first was faster, and nothing is overwritten unseen.
  const tab = await lan.context().newPage();
  tab.on("pageerror", (error) => seen.errors.push(error.message));
  const third = before[2].id;
  for (const one of [lan, tab]) {
    await go(one, `entry/${third}`, ".fields li.now");
    await one.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  }
  const typed = async (page, text) => {
    await page.bringToFront();
    await page.keyboard.press("e");
    await page.waitForSelector(".fields li.now input");
    await page.locator(".fields li.now input").fill(text);
    await page.keyboard.press("Enter");
  };
  await typed(lan, "Người thứ nhất");
  await lan.waitForFunction(() => document.querySelector(".fields li.decided"));
  await typed(tab, "Người thứ hai");
  await tab.waitForSelector("dialog[open]");
  seen.twoTabs = await tab.locator("dialog[open]").textContent();
  if (shots) await tab.screenshot({ path: `${shots}/conflict.png` });
  await scan(tab, "conflict");
  await tab.keyboard.press("Enter"); // what stands there stays
  await tab.waitForSelector("dialog[open]", { state: "detached" });
  const kept = await api(tab, `/api/entries/${third}`);
  seen.keptOfFirst = kept.fields.some((one) => one.value === "Người thứ nhất") && !kept.fields.some((one) => one.value === "Người thứ hai");
  await tab.close();
  step("tabs");

  // Blind keying: three persons, three values; a fourth decides by one key.
  const texts = { lan: "Trần Thị Hoa", hoa: "Trần Thị Hóa", tuan: "Trần Thi Hoa" };
  for (const [name, text] of Object.entries(texts)) {
    const page = name === "lan" ? lan : await signedIn(name);
    await go(page, `keying/${book}`, "#keyed");
    await page.waitForFunction(() => document.activeElement?.id === "keyed" && document.querySelector("label[for=keyed]").textContent);
    await page.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
    if (name === "lan") await scan(page, "keying");
    const label = await page.locator("label[for=keyed]").textContent();
    seen.keyedLabels = [...(seen.keyedLabels ?? []), label];
    await page.keyboard.type(text);
    const waiting = await page.locator(".tag").first().textContent();
    await page.keyboard.press("Enter");
    await page.waitForFunction((w) => document.querySelector(".tag").textContent !== w, waiting);
  }
  const huy = await signedIn("huy");
  await go(huy, `disputes/${book}`, ".keyed button");
  seen.dispute = await huy.locator(".keyed").textContent();
  seen.differing = await huy.locator(".keyed .tone").allTextContents();
  await scan(huy, "disputes");
  if (shots) await huy.screenshot({ path: `${shots}/disputes-vi.png` });
  await huy.keyboard.press("2");
  await huy.waitForSelector(".empty");
  step("keying");

  // The text layer by keys; the least certain word is looked at first.
  const page = (await api(lan, `/api/books/${book}/pages`)).pages[0].page;
  await go(lan, `text/${page}`, ".around mark");
  await lan.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  await scan(lan, "text");
  await lan.keyboard.press("e");
  await lan.keyboard.press("Control+A");
  await lan.keyboard.type("Chữsửa");
  await lan.keyboard.press("Enter");
  await lan.reload();
  await lan.waitForSelector("ins");
  seen.wordKept = await lan.locator("ins").textContent();
  await lan.keyboard.press("Control+s");
  await noticed(lan, "Đã lưu");
  seen.wordSaved = (await api(lan, `/api/pages/${page}`)).words.some((word) => word.text === "Chữsửa");
  // Words that were missed: one placed by the arrows, one drawn with the mouse; Escape leaves none behind.
  const wordsBefore = (await api(lan, `/api/pages/${page}`)).words.length;
  await lan.getByRole("button", { name: "Vừa khung" }).click();
  await lan.locator(".viewer").focus();
  await lan.keyboard.press("a");
  await lan.waitForSelector(".box.new");
  if (shots) await lan.screenshot({ path: `${shots}/add-word.png` });
  await lan.keyboard.press("Escape");
  const free = async (key) => {
    // Somewhere on the picture where nothing is read.
    const boxes = await lan.evaluate(() => [...document.querySelectorAll(".viewer .box")].map((one) => one.getBoundingClientRect()).map(({ left, top, right, bottom }) => [left, top, right, bottom]));
    const edge = await lan.locator(".viewer").boundingBox();
    const picture = await lan.evaluate(() => [...document.querySelectorAll(".viewer img")].map((one) => one.getBoundingClientRect()).reduce((all, { left, top, right, bottom }) => [Math.min(all[0], left), Math.min(all[1], top), Math.max(all[2], right), Math.max(all[3], bottom)], [1e9, 1e9, 0, 0]));
    const inside = [Math.max(edge.x, picture[0]) + 4, Math.max(edge.y, picture[1]) + 4, Math.min(edge.x + edge.width, picture[2]) - 74, Math.min(edge.y + edge.height, picture[3]) - 60];
    const places = [];
    for (let y = inside[1]; y < inside[3]; y += 12)
      for (let x = inside[0]; x < inside[2]; x += 14)
        if (boxes.every(([l, t, r, b]) => r < x || l > x + 60 || b < y || t > y + 16)) places.push([x, y]);
    return places[Math.floor(places.length * key)];
  };
  // By keys only: the box is brought to where nothing is read, made a little wider, and what stands there is typed.
  await lan.locator(".viewer").focus();
  await lan.keyboard.press("a");
  await lan.waitForSelector(".box.new:focus");
  const [toX, toY] = await free(0.6);
  const at = () => lan.locator(".box.new").boundingBox();
  for (const [axis, to, back, on] of [["x", toX, "ArrowLeft", "ArrowRight"], ["y", toY, "ArrowUp", "ArrowDown"]])
    for (let presses = 0, here; presses < 300 && Math.abs((here = (await at())[axis]) - to) > 4; ++presses) await lan.keyboard.press(here > to ? back : on);
  const asPlaced = await at();
  await lan.keyboard.press("Shift+ArrowLeft");
  await lan.keyboard.press("Shift+ArrowLeft");
  seen.narrower = asPlaced.width - (await at()).width;
  await lan.keyboard.press("Enter");
  await lan.waitForFunction(() => document.activeElement?.id === "word" && !document.activeElement.readOnly);
  await lan.keyboard.type("Gõphím");
  await lan.keyboard.press("Enter");
  await lan.waitForSelector("ins");
  await lan.getByRole("button", { name: "Vừa khung" }).click();
  const [x, y] = await free(0.3);
  await lan.getByRole("button", { name: /^Thêm từ/ }).click();
  await lan.waitForSelector(".box.new");
  await lan.mouse.move(x, y);
  await lan.mouse.down();
  await lan.mouse.move(x + 60, y + 16, { steps: 4 });
  await lan.mouse.up();
  await lan.waitForFunction(() => document.activeElement?.id === "word" && !document.activeElement.readOnly);
  await lan.keyboard.type("Vẽchuột");
  await lan.keyboard.press("Enter");
  seen.addedShown = await lan.locator("ins").allTextContents();
  await scan(lan, "added word");
  await lan.reload(); // what was added and not saved is still there
  await lan.waitForSelector("ins");
  await lan.keyboard.press("Control+s");
  await noticed(lan, "Đã lưu");
  const wordsAfter = (await api(lan, `/api/pages/${page}`)).words;
  seen.added = [wordsAfter.length - wordsBefore, ...["Gõphím", "Vẽchuột"].map((text) => wordsAfter.some((one) => one.text === text))];
  step("text");

  // Fingers on a tablet: two of them make the picture larger about their middle, one moves it, a tap chooses the field.
  const tablet = await signedIn("hoa", "vi", { viewport: { width: 1180, height: 820 }, hasTouch: true });
  await go(tablet, `entry/${before[0].id}`, ".fields li.now");
  await tablet.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  const touches = await tablet.context().newCDPSession(tablet);
  const touch = (type, ...points) => touches.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([atX, atY], id) => ({ x: atX, y: atY, id })) });
  const view = () => tablet.evaluate(() => (({ left, top, scale }) => ({ left, top, scale }))(window.station.viewer));
  const frame = await tablet.locator(".viewer").boundingBox();
  const chosen = await tablet.evaluate(() => window.station.key);
  for (const mark of await tablet.locator(".viewer .box:not(.now)").all()) {
    const { x: left, y: top, width, height } = await mark.boundingBox();
    const [tapX, tapY] = [left + width / 2, top + height / 2];
    if (tapX < frame.x || tapX > frame.x + frame.width || tapY < frame.y || tapY > frame.y + frame.height) continue; // beyond the edge
    await tablet.touchscreen.tap(tapX, tapY);
    break;
  }
  await tablet.waitForFunction((key) => window.station.key !== key, chosen);
  await tablet.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  const [midX, midY] = [frame.x + frame.width * 0.1, frame.y + frame.height * 0.9];
  const underFingers = (v) => [v.left + (midX - frame.x) / v.scale, v.top + (midY - frame.y) / v.scale];
  const small = await view();
  await touch("touchStart", [midX - 20, midY], [midX + 20, midY]);
  for (let apart = 20; apart <= 60; apart += 5) await touch("touchMove", [midX - apart, midY], [midX + apart, midY]);
  await touch("touchEnd");
  const large = await view();
  seen.pinch = { grew: large.scale / small.scale, moved: Math.max(...underFingers(small).map((value, axis) => Math.abs(value - underFingers(large)[axis]) * large.scale)) };
  await touch("touchStart", [midX, midY]);
  for (let far = 0; far <= 50; far += 10) await touch("touchMove", [midX + far, midY - far]);
  await touch("touchEnd");
  const panned = await view();
  seen.pan = [(large.left - panned.left) * large.scale, (panned.top - large.top) * large.scale, panned.scale / large.scale];
  seen.scrolledByTouch = await tablet.evaluate(() => scrollY);
  await tablet.context().close();
  step("touch");

  // What lies on its side in the file stands upright in the frame, with its words where they are; and can be turned by hand.
  const lying = await signedIn("hoa");
  await go(lying, `text/${(await api(lying, `/api/documents/${sideways}/pages`)).pages[0].id}`, ".around mark");
  await lying.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  await lying.getByRole("button", { name: "Vừa khung" }).click();
  await lying.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  const shape = () => lying.evaluate(() => {
    const flat = [...document.querySelectorAll(".viewer .box")].map((one) => one.getBoundingClientRect()).filter(({ width, height }) => Math.max(width, height) > 2.5 * Math.min(width, height));
    const tiles = [...document.querySelectorAll(".viewer img")].map((one) => one.getBoundingClientRect());
    const span = (low, high) => Math.max(...tiles.map((one) => one[high])) - Math.min(...tiles.map((one) => one[low]));
    return { flat: flat.length, across: flat.filter(({ width, height }) => width > height).length, tall: span("top", "bottom") > span("left", "right") };
  });
  seen.upright = await shape();
  if (shots) await lying.screenshot({ path: `${shots}/sideways.png` });
  await lying.getByRole("button", { name: "Xoay" }).click();
  await lying.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
  seen.turnedByHand = await shape();
  // To be read: OpenSeadragon shows it upright, by wheel, by two fingers, by keys, and where a field stands.
  await lying.context().close();
  const reader = await signedIn("hoa", "vi", { viewport: { width: 1366, height: 768 }, hasTouch: true });
  await go(reader, `document/${sideways}`, ".viewer[data-ready]:not([data-ready=''])");
  const deep = () => reader.evaluate(() => {
    const { osd } = window.reading ?? {};
    return osd && { zoom: osd.viewport.getZoom(), turn: osd.viewport.getRotation(), map: Boolean(document.querySelector(".navigator canvas")), overlays: osd.currentOverlays.length, moving: osd.viewport.getZoom() !== osd.viewport.getZoom(true) };
  });
  const still = () => reader.waitForFunction(() => !window.reading || (Math.abs(window.reading.osd.viewport.getZoom() / window.reading.osd.viewport.getZoom(true) - 1) < 0.001 && document.querySelector(".viewer").dataset.ready));
  // Where the library could not be fetched, our own viewer stands in, as the other steps have seen.
  const home = await deep();
  seen.deep = home ? { home } : null;
  if (home) {
    await scan(reader, "document");
    if (shots) await reader.screenshot({ path: `${shots}/document.png` });
    const stage = await reader.locator(".viewer").boundingBox();
    const [centreX, centreY] = [stage.x + stage.width / 2, stage.y + stage.height / 2];
    await reader.mouse.move(centreX, centreY);
    for (let i = 0; i < 5; ++i) {
      await reader.mouse.wheel(0, -120);
      await reader.waitForTimeout(80);
    }
    await still();
    seen.deep.wheel = await deep();
    const fingers = await reader.context().newCDPSession(reader);
    const put = (type, apart) => fingers.send("Input.dispatchTouchEvent", { type, touchPoints: apart === null ? [] : [{ x: centreX - apart, y: centreY, id: 0 }, { x: centreX + apart, y: centreY, id: 1 }] });
    await put("touchStart", 60);
    for (let apart = 60; apart >= 30; apart -= 5) await put("touchMove", apart);
    await put("touchEnd", null);
    await still();
    seen.deep.pinch = await deep();
    await reader.locator(".viewer .openseadragon-canvas[aria-label]").focus();
    await reader.keyboard.press("+");
    await still();
    seen.deep.key = await deep();
    await reader.locator(".fields .value:not(.none)").first().click();
    await reader.waitForFunction(() => window.reading.osd.currentOverlays.length === 1);
    await still();
    if (shots) await reader.screenshot({ path: `${shots}/document-field.png` });
    // The place of the field is within the frame.
    seen.deep.fieldInSight = await reader.evaluate(() => {
      const [mark, frame] = [".viewer .box.now", ".viewer"].map((one) => document.querySelector(one).getBoundingClientRect());
      return mark.width > 4 && mark.left >= frame.left && mark.right <= frame.right && mark.top >= frame.top && mark.bottom <= frame.bottom;
    });
  }
  await reader.context().close();
  step("turned");

  // All pages.
  await go(lan, `pages/${book}`, ".grid .page img");
  await scan(lan, "pages");
  await lan.keyboard.press("End");
  seen.lastPage = await lan.locator(".tools .tag").textContent();
  // A thick book: the same page five hundred times. Only what is in sight exists and is asked for.
  let thumbnails = 0;
  const thick = async (route) => {
    const { pages: all } = await (await route.fetch()).json();
    return route.fulfill({ json: { pages: Array.from({ length: 500 }, (_, i) => ({ ...all[0], name: `${i + 1}` })) } });
  };
  await lan.route(`**/api/books/${book}/pages`, thick);
  lan.on("request", (request) => { if (request.url().endsWith("/thumbnail")) ++thumbnails; });
  await lan.goto("about:blank");
  await go(lan, `pages/${book}`, ".grid .page img");
  await lan.waitForTimeout(500);
  seen.thick = { elements: await lan.locator(".grid .page").count(), thumbnails };
  await lan.locator(".grid").focus();
  await lan.keyboard.press("End");
  await lan.waitForSelector("#page-499");
  seen.thick.atTheEnd = await lan.locator(".grid .page").count();
  seen.thick.inSight = await lan.locator("#page-499").evaluate((one) => one.getBoundingClientRect().bottom <= innerHeight + 1);
  await lan.unroute(`**/api/books/${book}/pages`, thick);
  step("pages");

  // Files in pieces: the network goes after the first piece, twice.
  await go(lan, "work", ".drop input");
  let failures = 0, pieces = 0;
  await lan.route("**/api/uploads/*?offset=*", (route) => {
    if (++pieces > 1 && failures < 2) {
      ++failures;
      return route.abort("connectionreset");
    }
    return route.continue();
  });
  await lan.locator(".drop input").setInputFiles(file);
  await lan.waitForFunction(() => document.querySelector(".card .hits .small")?.textContent.includes("100 %"), null, { timeout: 60000 });
  seen.uploadFailures = failures;
  await scan(lan, "work");
  await lan.locator("select").selectOption(`book ${book}`);
  await lan.getByRole("button", { name: "Nhận thành lô" }).click();
  await noticed(lan, "Đã nhận thành lô");
  seen.uploaded = (await api(lan, "/api/batches")).batches[0];
  step("upload");

  // What was refused says why, and runs again by a button.
  const refused = (await api(lan, "/api/batches")).batches.find((one) => one.progress.files_failed > 0);
  await lan.getByRole("button", { name: `Lô ${refused.id}`, exact: true }).click();
  await lan.waitForFunction(() => [...document.querySelectorAll("h3")].some((one) => one.textContent === "Tệp bị từ chối"));
  seen.refused = await lan.locator("main").innerText();
  await scan(lan, "quarantine");
  if (shots) await lan.screenshot({ path: `${shots}/quarantine.png`, fullPage: true });
  await lan.getByRole("button", { name: "Chất lượng ảnh" }).click();
  await lan.getByRole("button", { name: "Chạy lại phần lỗi" }).click();
  await noticed(lan, "được chạy lại");
  seen.ranAgain = true;
  step("again");

  // Every screen in both languages, and at 200 % zoom: nothing runs out of the page sideways.
  const screens = { review: `review/${book}`, entry: `entry/${before[0].id}`, keying: `keying/${book}`, disputes: `disputes/${book}`, text: `text/${page}`, pages: `pages/${book}`, work: "work", document: `document/${sideways}`, search: "search/thong" };
  for (const language of ["vi", "en"])
    for (const zoom of [1, 2]) {
      const other = await signedIn("huy", language, zoom === 2 ? { viewport: { width: 683, height: 384 }, deviceScaleFactor: 2 } : {});
      for (const [name, where] of Object.entries(screens)) {
        await go(other, where, "h1, .empty");
        await other.waitForTimeout(900);
        const wide = await other.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wide > 1) seen.wide.push(`${name} ${language} ${zoom}: ${wide}`);
        if (zoom === 2) await scan(other, `${name} at 200 %`);
        if (shots) await other.screenshot({ path: `${shots}/${name}-${language}${zoom === 2 ? "-200" : ""}.png` });
      }
      await other.context().close();
    }
  seen.done = true;
} catch (error) {
  seen.failed = error.message;
}
await browser.close();
console.log(JSON.stringify(seen));
