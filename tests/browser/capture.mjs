// The capture page and the telephone's page in real Chromium: a stack with a jam, verdicts and pictures as they come, a sheet that is
// replaced, one put in between, one kept in spite of its verdict; photographs over a lost connection; files that are dropped.
// And a stack whose cover sheets say where it belongs, and one whose backs come as a second pass.
// node capture.mjs ADDRESS PASSWORD SETTINGS.json: prints one JSON object of what was seen. The test judges it.
import { readFileSync } from "node:fs";
import { Person, startBrowser } from "./person.mjs";

const [address, password, settingsFile] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, "utf8")); // book, device, covers, coverSides, photographs, sideways, dropped, shots
const seen = { errors: [], serious: [], scripts: 0, wide: [], steps: [] };
const browser = await startBrowser();
let who;
const step = (name) => seen.steps.push(name);
const ended = (person) => person.page.waitForFunction(() => ![...document.querySelectorAll(".tools .tag")].some((one) => /đang quét/.test(one.textContent)), null, { timeout: 120000 });
const rows = (person) => person.page.locator(".sides li").allTextContents();

try {
  {
    // A jam: what happened, what to do, and what is missing are said where the operator looks.
    const quet = (who = await Person.come(browser, address, "mouse", seen, settings.shots));
    await quet.signIn("quet", password);
    await quet.page.goto(`${address}/#/scan`);
    await quet.page.waitForFunction(() => document.querySelectorAll("form.card select")[1]?.options.length > 0);
    await quet.choose("form.card select", `book ${settings.book}`);
    await quet.write('form.card input[type="number"]', "2");
    await quet.choose(quet.page.locator("form.card select").nth(1), settings.jammed);
    await quet.choose(quet.page.locator("form.card select").nth(2), "adf");
    await quet.use("form.card button.main");
    await quet.page.waitForSelector(".problem");
    await quet.page.waitForFunction(() => document.querySelectorAll(".sides li:not(.waiting)").length === 1);
    await quet.look("jam");
    seen.jam = [await quet.page.locator(".problem").textContent(), await quet.page.locator(".tools .tag").first().textContent(), await quet.page.locator(".station").innerText()];
    const { sessions } = await quet.ask("/api/capture/sessions");
    await quet.ask(`/api/capture/sessions/${sessions[0].session}/drop`, "POST", { reason: "thử" });
    await quet.context.close();
    step("jam");
  }
  {
    const quet = (who = await Person.come(browser, address, "keys", seen, settings.shots));
    await quet.signIn("quet", password);
    await quet.use('#bar a[href="#/scan"]');
    await quet.page.waitForFunction(() => document.querySelectorAll("form.card select")[1]?.options.length > 0);
    // Without a book nothing begins.
    await quet.use("form.card button.main");
    seen.withoutPlace = await quet.page.evaluate(() => location.hash);
    await quet.choose("form.card select", `book ${settings.book}`);
    await quet.write('form.card input[type="number"]', "3");
    await quet.choose(quet.page.locator("form.card select").nth(1), settings.device);
    await quet.choose(quet.page.locator("form.card select").nth(2), "adf");
    await quet.use("form.card button.main");
    await quet.page.waitForFunction(() => location.hash.startsWith("#/scan/run/"));
    await quet.page.waitForFunction(() => document.querySelectorAll(".sides li").length >= 1);
    await ended(quet);
    await quet.page.waitForFunction(() => document.querySelectorAll(".sides li").length === 3 && document.querySelector(".scanned").naturalWidth > 300);
    seen.counted = await quet.page.locator(".tools .tag").nth(1).textContent();
    seen.rows = await rows(quet);
    await quet.look("capture");
    seen.session = (await quet.ask("/api/capture/sessions")).sessions[0].session;
    step("stack");

    // The second sheet again, with a reason; the old picture stays in the list.
    for (const [key, reason] of [["r", "Góc bị gập"], ["i", "Tờ rời kẹp trong sổ"]]) {
      await quet.page.locator(".sides button").nth(1).focus();
      await quet.page.keyboard.press("Enter");
      await quet.page.keyboard.press(key);
      await quet.page.waitForSelector("dialog[open]");
      if (key === "r") await quet.look("rescan");
      await quet.write("dialog[open] input", reason);
      await quet.page.keyboard.press("Enter");
      await quet.page.waitForSelector("dialog[open]", { state: "detached" });
      await quet.page.waitForFunction((n) => document.querySelectorAll(".sides li:not(.waiting)").length === n, key === "r" ? 4 : 7, { timeout: 60000 });
      await ended(quet);
    }
    seen.after = (await quet.ask(`/api/capture/sessions/${seen.session}`)).images.map((one) => [one.sheet, one.insert, one.decision, one.reason ?? ""]);
    step("replaced");

    // Whatever the machine doubts, a person decides.
    for (let turn = 0; turn < 10; ++turn) {
      const images = (await quet.ask(`/api/capture/sessions/${seen.session}`)).images;
      const at = images.findIndex((one) => one.decision === "none" && one.verdict === "rescan");
      if (at < 0) break;
      await quet.page.locator(".sides button").nth(at).focus();
      await quet.page.keyboard.press("Enter");
      await quet.page.keyboard.press("a");
      await quet.write("dialog[open] input", "Đã nhìn tận mắt");
      await quet.page.keyboard.press("Enter");
      await quet.page.waitForSelector("dialog[open]", { state: "detached" });
      await quet.page.waitForTimeout(400);
    }
    await quet.use(quet.page.getByRole("button", { name: "Nhận thành trang" }));
    // Six sheets stay, three were declared: somebody must say why that is right.
    await quet.page.waitForSelector("dialog[open]");
    seen.difference = await quet.page.locator("dialog[open]").textContent();
    await quet.write("dialog[open] input", "Đếm sót một tờ rời");
    await quet.page.keyboard.press("Enter");
    await quet.noticed("Đã nhận thành trang");
    seen.finished = await quet.ask(`/api/capture/sessions/${seen.session}`);
    await quet.look("capture-finished");
    await quet.leave();
    step("pages");
  }

  // A stack of mixed papers: its covers say where each belongs, so nobody chooses a place.
  {
    const quet = (who = await Person.come(browser, address, "mouse", seen, settings.shots));
    await quet.signIn("quet", password);
    await quet.open("scan", "form.card select");
    await quet.page.waitForFunction(() => document.querySelectorAll("form.card select")[1]?.options.length > 0);
    await quet.choose("form.card select", "covers");
    await quet.choose(quet.page.locator("form.card select").nth(1), settings.covers);
    await quet.choose(quet.page.locator("form.card select").nth(2), "adf");
    await quet.use("form.card button.main");
    await quet.page.waitForFunction(() => location.hash.startsWith("#/scan/run/"));
    await quet.page.waitForFunction((n) => document.querySelectorAll(".sides li:not(.waiting)").length === n, settings.coverSides);
    await ended(quet);
    seen.coverRows = await rows(quet);
    seen.coverTitle = await quet.page.locator("h1").textContent();
    await quet.look("covers");
    for (;;) {
      const doubtful = quet.page.locator(".sides li.doubtful button").first();
      if ((await doubtful.count()) === 0) break;
      await doubtful.click();
      await quet.use(quet.page.getByRole("button", { name: "Giữ ảnh này" }));
      await quet.write("dialog[open] input", "Đã nhìn tận mắt");
      await quet.use("dialog[open] button.main");
      await quet.page.waitForSelector("dialog[open]", { state: "detached" });
      await quet.page.waitForTimeout(400);
    }
    await quet.use(quet.page.getByRole("button", { name: "Nhận thành trang" }));
    await quet.noticed("Đã nhận thành trang");
    const session = (await quet.ask("/api/capture/sessions")).sessions[0];
    seen.coverBatches = session.batches.length;
    await quet.leave();
    step("covers");
  }

  // A feeder that sees one side: the fronts, then the stack turned over.
  {
    const quet = (who = await Person.come(browser, address, "keys", seen, settings.shots));
    await quet.signIn("quet", password);
    await quet.open("scan", "form.card select");
    await quet.page.waitForFunction(() => document.querySelectorAll("form.card select")[1]?.options.length > 0);
    await quet.choose("form.card select", `book ${settings.book}`);
    await quet.choose(quet.page.locator("form.card select").nth(1), settings.device);
    await quet.choose(quet.page.locator("form.card select").nth(2), "adf");
    await quet.reach("form.card input[type=checkbox]");
    await quet.page.keyboard.press("Space");
    await quet.use("form.card button.main");
    await quet.page.waitForFunction(() => location.hash.startsWith("#/scan/run/"));
    await quet.page.waitForFunction(() => document.querySelectorAll(".sides li:not(.waiting)").length === 3);
    await ended(quet);
    seen.onlyFronts = (await rows(quet)).every((row) => row.includes("mặt trước"));
    seen.finishBeforeBacks = await quet.page.getByRole("button", { name: "Nhận thành trang" }).isDisabled();
    await quet.look("second-pass");
    await quet.use(quet.page.getByRole("button", { name: "Quét mặt sau" }));
    await quet.page.waitForFunction(() => document.querySelectorAll(".sides li:not(.waiting)").length === 6, null, { timeout: 60000 });
    await ended(quet);
    await quet.page.waitForFunction(() => ![...document.querySelectorAll(".tools button")].some((one) => one.textContent === "Quét mặt sau"));
    const session = (await quet.ask("/api/capture/sessions")).sessions[0].session;
    seen.bothSides = (await quet.ask(`/api/capture/sessions/${session}`)).images.map((one) => [one.sheet, one.side]);
    await quet.leave();
    step("second pass");
  }

  // A telephone: a narrow screen, photographs one after the other; the connection goes in the middle of one.
  {
    const phone = (who = await Person.come(browser, address, "mouse", seen, settings.shots));
    await phone.page.setViewportSize({ width: 390, height: 844 });
    await phone.signIn("quet", password);
    await phone.open("photographs", "input[type=file]");
    seen.cameraBeforePlace = await phone.page.locator("input[type=file]").isDisabled();
    await phone.choose("section.card select", `book ${settings.book}`);
    let cut = 0;
    await phone.page.route("**/api/uploads/*?offset=*", (route) => (cut++ === 0 ? route.abort("connectionreset") : route.continue()));
    await phone.give("input[type=file]", settings.photographs);
    await phone.page.waitForFunction((n) => document.querySelectorAll(".hits li").length === n, settings.photographs.length, { timeout: 60000 });
    seen.cut = cut;
    seen.wideOnPhone = await phone.page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
    if (settings.shots) await phone.page.screenshot({ path: `${settings.shots}/photographs-390.png` });
    seen.named = await phone.page.locator(".hits li").allTextContents();
    await phone.look("photographs");
    seen.photographed = (await phone.page.evaluate(() => location.hash)).split("/")[2];
    seen.provenance = (await phone.ask(`/api/capture/sessions/${seen.photographed}`)).images.map((one) => [one.sheet, one.by, one.device.slice(0, 14), one.settings.source, one.received_as]);
    // Held on its side: it is shown, and judged, as it was held.
    await phone.give("input[type=file]", settings.sideways);
    await phone.page.waitForFunction((n) => document.querySelectorAll(".hits li").length === n, settings.photographs.length + 1, { timeout: 60000 });
    const sideways = (await phone.ask(`/api/capture/sessions/${seen.photographed}`)).images.at(-1);
    seen.sideways = { stored: sideways.width > sideways.height, findings: sideways.findings.map((one) => one.code) };
    seen.sideways.shownTall = await phone.page.evaluate(async (where) => {
      const picture = await createImageBitmap(await (await fetch(where)).blob());
      return picture.height > picture.width;
    }, `/api/capture/sessions/${seen.photographed}/images/${sideways.image}`);
    await phone.leave();
    step("photographs");
  }

  // Files are dropped on the page of work: what a drag from the desktop gives.
  {
    const hoa = (who = await Person.come(browser, address, "mouse", seen, settings.shots));
    await hoa.signIn("quet", password);
    await hoa.open("work", ".drop input");
    const bytes = readFileSync(settings.dropped).toString("base64");
    const files = await hoa.page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], "thả vào.jpg", { type: "image/jpeg" }));
      return transfer;
    }, bytes);
    await hoa.page.dispatchEvent(".drop", "dragover", { dataTransfer: files });
    seen.over = await hoa.page.locator(".drop").getAttribute("class");
    await hoa.look("drop");
    await hoa.page.dispatchEvent(".drop", "drop", { dataTransfer: files });
    await hoa.page.waitForFunction(() => document.querySelector(".card .hits .small")?.textContent.includes("100 %"), null, { timeout: 30000 });
    seen.droppedAs = (await hoa.ask("/api/uploads")).uploads.map((one) => [one.name, one.bytes, one.received]);
    seen.overAfter = await hoa.page.locator(".drop").getAttribute("class");
    await hoa.leave();
    step("dropped");
  }

  // Somebody without the right, by the address.
  {
    const thu = (who = await Person.come(browser, address, "mouse", seen, settings.shots));
    await thu.signIn("thu", password);
    await thu.open("scan", ".problem");
    seen.wrongRole = await thu.page.locator(".problem").textContent();
    await thu.leave();
  }
  seen.done = true;
} catch (error) {
  seen.failed = error.message;
  await who?.page.screenshot({ path: `${settings.shots || "."}/failed.png` }).catch(() => {});
}
await browser.close();
console.log(JSON.stringify(seen));
