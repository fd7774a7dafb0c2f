// What goes wrong at the clerk's desk, in real Chromium: the connection is lost, the page is loaded anew, the session ends, two tabs, two
// persons at one copy, a wrong role; and the certifier's and the body's signatures, replacing and revoking. By mouse.
// node troubles.mjs ADDRESS PASSWORD SETTINGS.json: prints one JSON object of what was seen. The test judges it.
import { readFileSync } from "node:fs";
import { nextCode, oneTimeCode, Person, startBrowser } from "./person.mjs";

const [address, password, settingsFile] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, "utf8")); // entry, secret, signing, folder, shots
const seen = { errors: [], serious: [], scripts: 0, wide: [], steps: [] };
const browser = await startBrowser();
let who;
const step = (name) => seen.steps.push(name);
const come = async (name, secret = "") => {
  const person = (who = await Person.come(browser, address, "mouse", seen, settings.shots));
  await person.signIn(name, password, secret);
  return person;
};
const compose = "form.card button.main:not([disabled])";
const fillIn = async (person) => {
  for (let turn = 0; turn < 40; ++turn) {
    const box = person.page.locator("form.card :invalid:not(fieldset)").first();
    if ((await box.count()) === 0) return;
    const label = (await box.evaluate((one) => one.labels?.[0]?.textContent)) ?? "";
    if ((await box.getAttribute("type")) === "checkbox") await box.check();
    else await person.write(box, /Số giấy tờ/.test(label) ? "001085012345" : /Trang số/.test(label) ? "7" : `Thử ${label}`);
  }
};
const standing = (person) => person.page.evaluate(() => Object.fromEntries([...document.querySelectorAll("form.card input, form.card select")].filter((one) => one.labels?.[0]).map((one) => [one.labels[0].textContent, one.value])));
const endSession = (person) => person.ask("/api/session", "DELETE");
const again = async (person, form) => {
  await person.write(`${form} input[type=password]`, password);
  await person.use(`${form} button.main`);
};
const onCopy = async (person) => {
  await person.page.waitForFunction(() => location.hash.startsWith("#/copy/"));
  await person.page.waitForSelector(".papers img");
  return Number((await person.page.evaluate(() => location.hash)).split("/")[2]);
};
const problem = (page) => page.locator(".problem").first().textContent();

try {
  const thu = await come("thu");

  // The connection is lost while a copy is ordered: it is said, and the same order goes on later, once.
  await thu.open(`counter/entry/${settings.entry}`, compose);
  await fillIn(thu);
  await thu.context.setOffline(true);
  await thu.use(compose);
  await thu.page.waitForSelector("form.card .problem");
  seen.offline = await problem(thu.page);
  await thu.look("lost-connection");
  seen.keptOffline = await standing(thu);
  await thu.context.setOffline(false);
  await thu.use(compose);
  seen.first = await onCopy(thu);
  seen.madeAfterLoss = (await thu.ask("/api/copies?open=true")).copies.length;
  step("lost connection");

  // The page is loaded anew in the middle of the form.
  await thu.open(`counter/entry/${settings.entry}`, compose);
  await fillIn(thu);
  await thu.write("form.card input[autocomplete=off]", "Nguyễn Thị Gõ Dở");
  const before = await standing(thu);
  await thu.page.reload();
  await thu.page.waitForSelector(compose);
  await thu.page.waitForTimeout(300);
  seen.sameAfterReload = JSON.stringify(await standing(thu)) === JSON.stringify(before);

  // The session ends under the form: the same person signs in over it.
  await endSession(thu);
  await thu.use(compose);
  await thu.page.waitForSelector("dialog[open] input[type=password]");
  await thu.look("session-ended");
  await again(thu, "dialog[open]");
  await thu.page.waitForSelector("dialog[open]", { state: "detached" });
  seen.sameAfterSession = JSON.stringify(await standing(thu)) === JSON.stringify(before);
  await thu.use(compose);
  seen.second = await onCopy(thu);

  // It ends, and the page is loaded anew: signing in leads to where one was.
  await endSession(thu);
  await thu.page.reload();
  await thu.page.waitForSelector("form.narrow input[type=password]");
  await thu.write("form.narrow input[autocomplete=username]", "thu");
  await again(thu, "form.narrow");
  seen.back = await onCopy(thu);
  step("session");

  // Two persons at one copy: the clerk gives it up while the signer looks at it.
  const lan = await come("lan", settings.secret);
  await lan.open(`copy/${seen.first}`, ".papers img");
  await thu.open(`copy/${seen.first}`, ".papers img");
  await thu.use(thu.page.getByRole("button", { name: "Bỏ bản này" }).or(thu.page.getByRole("button", { name: /^(Bỏ|Huỷ)/ })));
  await thu.write("dialog[open] input", "Người xin rút lại");
  await thu.use("dialog[open] button.main");
  await thu.page.waitForSelector(".tag.bad");
  await lan.write('form.card input[autocomplete="one-time-code"]', oneTimeCode(settings.signing));
  await lan.use("form.card button.main");
  await lan.page.waitForSelector(".problem");
  seen.conflict = await problem(lan.page);
  seen.conflictState = (await lan.ask(`/api/copies/${seen.first}`)).state;
  await lan.look("conflict");
  step("conflict");

  // Two tabs of one signer: one signs, the other does not sign again.
  const tab = await lan.tab();
  for (const page of [lan.page, tab]) {
    await page.bringToFront();
    await page.goto("about:blank");
    await page.goto(`${address}/#/copy/${seen.second}`);
    await page.waitForSelector('form.card input[autocomplete="one-time-code"]');
  }
  await nextCode();
  await lan.page.bringToFront();
  await lan.write('form.card input[autocomplete="one-time-code"]', oneTimeCode(settings.signing));
  await lan.use("form.card button.main");
  await lan.page.waitForSelector(".tag.good");
  await nextCode();
  await tab.bringToFront();
  await tab.locator('form.card input[autocomplete="one-time-code"]').fill(oneTimeCode(settings.signing));
  await tab.locator("form.card button.main").click();
  await tab.waitForSelector(".tag.good");
  seen.twoTabs = (await lan.ask(`/api/copies/${seen.second}`)).history.filter((one) => one.state === "issued").length;
  await tab.close();
  step("two tabs");

  // A certified copy needs two signatures: the certifier's own, then the body's.
  await thu.open(`counter/entry/${settings.entry}`, compose);
  await thu.choose("form.card select >> nth=-1", "certified_copy");
  await thu.page.waitForSelector("form.card label.check:not([hidden]) input");
  await thu.page.waitForTimeout(500);
  await thu.look("certified");
  await fillIn(thu);
  await thu.use(compose);
  seen.certified = await onCopy(thu);
  seen.clerkWaits = await thu.page.locator(".scrolls .card").first().textContent();
  seen.clerkMaySign = await thu.page.locator(".scrolls form.card").count();
  await lan.open("desk", "form[role=search]");
  await lan.open(`copy/${seen.certified}`, '.scrolls form.card input[autocomplete="one-time-code"]');
  seen.firstOf = await lan.page.locator(".scrolls form.card p").first().textContent();
  await nextCode();
  await lan.write('form.card input[autocomplete="one-time-code"]', oneTimeCode(settings.signing));
  await lan.use("form.card button.main");
  await lan.page.waitForFunction((before) => document.querySelector(".scrolls form.card p")?.textContent !== before || document.querySelector(".problem"), seen.firstOf);
  seen.secondOf = await lan.page.locator(".scrolls form.card p").first().textContent();
  await lan.look("second-signature");
  await nextCode();
  await lan.write('form.card input[autocomplete="one-time-code"]', oneTimeCode(settings.signing));
  await lan.use("form.card button.main");
  await lan.page.waitForSelector(".tag.good");
  const download = lan.page.waitForEvent("download");
  await lan.use("div.card button.main");
  seen.file = `${settings.folder}/certified.pdf`;
  await (await download).saveAs(seen.file);
  step("two signatures");

  // Replaced by the signer, then another one revoked.
  for (const [copy, name, reason, into] of [[seen.certified, "Thay thế", "Cấp lại bản đúng", ".tag.bad, .tag.doubt"], [seen.second, "Thu hồi", "Cấp nhầm người", ".tag.bad"]]) {
    await lan.open("desk", "form[role=search]");
    await lan.open(`copy/${copy}`, ".tag.good");
    await lan.use(lan.page.getByRole("button", { name, exact: true }));
    await lan.write("dialog[open] input", reason);
    await lan.use("dialog[open] button.main");
    await lan.page.waitForSelector(into);
    seen.ended = [...(seen.ended ?? []), [(await lan.ask(`/api/copies/${copy}`)).state, (await lan.page.locator("#content").textContent()).includes(reason)]];
  }
  step("taken back");

  // A request that nothing is found for: recorded, answered by a numbered reply, its paper made.
  await thu.open("request/new", "form textarea");
  await thu.write("form textarea", "Khai sinh năm 1985 của Lê Văn Thử");
  await fillIn(thu);
  await thu.use("form button.main");
  await thu.page.waitForFunction(() => /^#\/request\/\d+$/.test(location.hash));
  await thu.page.waitForSelector("dl.facts");
  await thu.use(thu.page.getByRole("button", { name: "Không tìm thấy" }));
  await thu.write("dialog[open] input", "Sổ khai sinh 1984, 1985, 1986");
  await thu.use("dialog[open] button.main");
  await thu.page.waitForFunction(() => [...document.querySelectorAll("h1 .tag")].some((one) => one.textContent === "không tìm thấy"));
  seen.notFound = await thu.page.locator("dl.facts").textContent();
  await thu.look("not-found");
  step("not found");

  // Whose work it is not.
  const quet = await come("quet");
  seen.wrongRole = [];
  for (const where of ["desk", `copy/${seen.second}`, `counter/entry/${settings.entry}`, "people", "log", "review/KS.2005.01"]) {
    await quet.page.goto("about:blank");
    await quet.open(where, ".problem");
    seen.wrongRole.push(await problem(quet.page));
  }
  await quet.look("wrong-role");
  // What a page hides the server refuses too.
  seen.refused = (await quet.ask(`/api/copies/${seen.second}/revoke`, "POST", { reason: "a" })).error.code;
  step("roles");
  seen.done = true;
} catch (error) {
  seen.failed = error.message;
  await who?.page.screenshot({ path: `${settings.shots || settings.folder}/failed.png` }).catch(() => {});
}
await browser.close();
console.log(JSON.stringify(seen));
