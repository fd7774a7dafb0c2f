// One page of a register from its scan to a copy that a stranger checks, each step by the person whose work it is, by mouse or by
// keys. node chain.mjs ADDRESS PASSWORD mouse|keys SETTINGS.json: prints one JSON object of what was seen. The test judges it.
import { readFileSync } from "node:fs";
import { oneTimeCode, nextCode, Person, startBrowser } from "./person.mjs";

const [address, password, how, settingsFile] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, "utf8")); // book, device, secret (of signing in), signing, folder, shots
const seen = { errors: [], serious: [], scripts: 0, wide: [], steps: [], decided: 0, typed: 0 };
const browser = await startBrowser();
let who;
const come = async (name, secret = "") => {
  who = await Person.come(browser, address, how, seen, settings.shots);
  await who.signIn(name, password, secret);
  return who;
};
const step = (name) => seen.steps.push(name);
const papersThere = (page) => page.waitForFunction(() => [...document.querySelectorAll(".papers img")].length > 0 && [...document.querySelectorAll(".papers img")].every((one) => one.complete && one.naturalWidth > 0));

try {
  // Who scans chooses the book first, sees each side with its verdict, takes the sheet in and sees it being read.
  {
    const quet = await come("quet");
    await quet.use('#bar a[href="#/scan"]');
    await quet.page.waitForFunction(() => document.querySelectorAll("form.card select")[1]?.options.length > 0);
    await quet.look("scan");
    await quet.choose("form.card select", `book ${settings.book}`);
    await quet.write('form.card input[type="number"]', "1");
    await quet.choose(quet.page.locator("form.card select").nth(1), settings.device);
    await quet.use("form.card button.main");
    await quet.page.waitForFunction(() => location.hash.startsWith("#/scan/run/"));
    await quet.page.waitForFunction(() => document.querySelectorAll(".sides li").length === 1 && document.querySelector(".scanned").naturalWidth > 300);
    await quet.look("scanned");
    seen.verdictOfSheet = await quet.page.locator(".sides li").textContent();
    seen.counted = await quet.page.locator(".tools .tag").nth(1).textContent();
    await quet.page.waitForFunction(() => document.querySelectorAll(".lines").length === 0 || document.querySelector("button.main:not([disabled])"));
    if (/quét lại/.test(seen.verdictOfSheet)) {
      await quet.use(quet.page.getByRole("button", { name: "Giữ ảnh này" }));
      await quet.write("dialog[open] input", "Đã nhìn, đọc được");
      await quet.use("dialog[open] button.main");
      await quet.page.waitForSelector("dialog[open]", { state: "detached" });
    }
    await quet.use(quet.page.getByRole("button", { name: "Nhận thành trang" }));
    await quet.noticed("Đã nhận thành trang");
    await quet.use('#bar a[href="#/work"]');
    await quet.page.waitForSelector("table");
    await quet.look("work");
    for (let all = {}; !(all.queued === 0 && all.running === 0 && all.pages_done > 2);) {
      await quet.page.waitForTimeout(500);
      all = await quet.ask("/api/progress");
    }
    await quet.leave();
    step("scanned");
  }

  // Who checks decides field by field, until none waits; then the entry goes through its stages.
  {
    const hoa = await come("hoa");
    await hoa.use('#bar a[href="#/books"]');
    await hoa.page.waitForSelector(`a[href="#/review/${settings.book}"]`);
    await hoa.look("books");
    await hoa.use(`a[href="#/review/${settings.book}"]`);
    await hoa.page.waitForSelector(".fields li.now");
    await hoa.page.waitForFunction(() => document.querySelector(".viewer").dataset.ready);
    await hoa.look("review");
    const accept = hoa.page.locator(".station button.main").first();
    for (let turn = 0; turn < 600; ++turn) {
      const now = await hoa.page.evaluate(() => {
        const one = window.station.field();
        return document.querySelector(".fields li.now") ? { entry: window.station.entry.id, key: one.key, unread: one.state === "unread" } : null;
      });
      if (!now) break;
      // Nobody confirms a binding field whose place is not in sight.
      await hoa.page.waitForFunction(() => {
        const box = window.station?.field()?.places[0]?.box;
        return !box || box[2] <= box[0] || window.station.viewer.sees(box);
      });
      if (hoa.keys) await hoa.page.keyboard.press("Enter");
      else await accept.click();
      if (now.unread) {
        await hoa.page.waitForSelector(".fields li.now input");
        await hoa.page.keyboard.type("Chữ gõ");
        if (hoa.keys) await hoa.page.keyboard.press("Enter");
        else await hoa.page.locator(".fields li.now button.main").click();
        ++seen.typed;
      }
      ++seen.decided;
      await hoa.page.waitForFunction((before) => {
        const one = window.station?.field();
        return document.querySelector(".empty") || (one && !window.station.busy && !window.station.editing && (window.station.entry.id !== before.entry || one.key !== before.key));
      }, now);
    }
    await hoa.page.waitForSelector(".empty");
    await hoa.look("all-done");
    await hoa.use(hoa.page.locator("#content a"));
    await hoa.page.waitForSelector("tbody tr td a");
    await hoa.look("book");
    const { entries } = await hoa.ask(`/api/books/${settings.book}/entries`);
    seen.undecided = entries.reduce((sum, one) => sum + one.undecided, 0);
    seen.entry = entries[0].id;
    seen.who = entries[0].who;
    await hoa.leave();
    // Nobody checks what is one's own: each stage is another person's.
    for (const [name, stages] of [["mai", ["kiểm tra 1"]], ["cuc", ["kiểm tra 2", "xong"]]]) {
      const checker = await come(name);
      await checker.open(`entry/${seen.entry}`, ".fields li.now");
      for (const stage of stages) {
        await checker.use(checker.page.locator(".tools button", { hasText: "Chuyển bước" }));
        await checker.page.waitForFunction((text) => [...document.querySelectorAll(".tools .tag")].some((one) => one.textContent === text), stage);
      }
      if (name === "cuc") seen.stage = (await checker.ask(`/api/entries/${seen.entry}`)).stage;
      await checker.look("entry");
      await checker.leave();
    }
    step("reviewed");
  }

  // The clerk finds it by the name, and lays the copy before who signs.
  {
    const thu = await come("thu");
    await thu.write("form[role=search] input[type=search]", seen.who);
    const hit = `a.hit[href="#/counter/entry/${seen.entry}"]`;
    await thu.page.waitForSelector(hit);
    await thu.look("found");
    await thu.use(hit);
    await thu.page.waitForSelector("form.card button.main:not([disabled])");
    for (let turn = 0; turn < 40; ++turn) {
      const box = thu.page.locator("form.card :invalid:not(fieldset)").first();
      if ((await box.count()) === 0) break;
      const label = (await box.evaluate((one) => one.labels?.[0]?.textContent)) ?? "";
      await thu.write(box, /Số giấy tờ/.test(label) ? "001085012345" : /Trang số/.test(label) ? "7" : `Thử ${label}`);
    }
    await thu.look("counter");
    await thu.use("form.card button.main");
    await thu.page.waitForFunction(() => location.hash.startsWith("#/copy/"));
    await papersThere(thu.page);
    await thu.look("preview");
    seen.copy = Number((await thu.page.evaluate(() => location.hash)).split("/")[2]);
    await thu.leave();
    step("composed");
  }

  // Who signs came in with a one-time code, and signs with the code of the key.
  {
    const lan = await come("lan", settings.secret);
    await lan.use(`a[href="#/copy/${seen.copy}"]`);
    await papersThere(lan.page);
    await lan.write('form.card input[autocomplete="one-time-code"]', oneTimeCode(settings.signing));
    await lan.use("form.card button.main");
    await lan.page.waitForSelector(".tag.good");
    await papersThere(lan.page);
    await lan.look("issued");
    const download = lan.page.waitForEvent("download");
    await lan.use("div.card button.main");
    seen.file = `${settings.folder}/issued.pdf`;
    await (await download).saveAs(seen.file);
    await lan.leave();
    step("issued");
  }

  // Somebody with nothing but the file.
  const stranger = async () => {
    who = await Person.come(browser, address, how, seen, settings.shots);
    await who.page.goto(address);
    await who.use('#content a[href="#/verify"]');
    await who.give("input[type=file]", seen.file);
    await who.use("button.main");
    await who.page.waitForSelector(".verdict");
    const said = { class: await who.page.locator(".verdict").getAttribute("class"), text: await who.page.locator("#content").textContent() };
    return said;
  };
  seen.verdict = await stranger();
  await who.look("verify");
  await who.leave();
  step("verified");

  // It was wrong: who signs takes it back, and the stranger is told.
  {
    await nextCode();
    const lan = await come("lan", settings.secret);
    await lan.open(`copy/${seen.copy}`, ".tag.good");
    await lan.use(lan.page.getByRole("button", { name: "Thu hồi" }));
    await lan.write("dialog[open] input", "Sổ ghi sai ngày sinh");
    await lan.look("revoke");
    await lan.use("dialog[open] button.main");
    await lan.page.waitForSelector(".tag.bad");
    seen.revoked = await lan.page.locator("#content").textContent();
    await lan.leave();
  }
  seen.afterwards = await stranger();
  await who.look("verify-revoked");
  step("revoked");
  seen.done = true;
} catch (error) {
  seen.failed = error.message;
  await who?.page.screenshot({ path: `${settings.folder}/failed.png` }).catch(() => {});
}
await browser.close();
console.log(JSON.stringify(seen));
