// Files go to the server in pieces: what arrived stays there, so a lost connection, a closed tab or a restart costs one
// piece. Choosing the same file again goes on where it stopped.

import { ask, get, post, Refused } from "./api.js";
import { field, fileButton, h, notice, show } from "./dom.js";
import { sentence, w } from "./words.js";

const pauses = [1000, 2000, 4000, 8000, 15000];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// `told` is called with what arrived so far. Gives up only on what will not pass: a refusal, or `stopped()`.
export async function send(file, upload, told, stopped) {
  let { received } = upload;
  for (let failures = 0; received < upload.bytes && !stopped();) {
    const piece = file.slice(received, Math.min(received + upload.most_piece_bytes, upload.bytes));
    try {
      const digest = hex(await crypto.subtle.digest("SHA-256", await piece.arrayBuffer()));
      const answer = await ask("PUT", `/api/uploads/${upload.id}?offset=${received}`, piece, { "Content-Type": "application/octet-stream", "X-Piece-SHA256": digest });
      received = answer.received;
      failures = 0;
      told(received, "");
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // the file is gone or may not be read
      if (error.status === 409) received = (await get(`/api/uploads/${upload.id}`)).received;
      else if (error.code === "offline" || error.code === "busy" || error.status >= 500) {
        told(received, w("waitsForServer"));
        await pause(pauses[Math.min(failures++, pauses.length - 1)]);
      } else throw error;
    }
  }
  return received === upload.bytes;
}

// A place to drop files, what is on its way, and the button that makes a batch of it.
export async function uploadPanel(made) {
  const { books, dossiers } = await get("/api/capture/targets");
  let uploads = (await get("/api/uploads")).uploads.map((upload) => ({ ...upload, says: "" }));
  let closed = false;
  const list = h("ul", { class: "hits" });
  const chooser = h("input", { type: "file", multiple: true, accept: ".pdf,.tif,.tiff,.jpg,.jpeg,.png,.jp2,.webp,.bmp", "aria-label": w("chooseFiles") });
  const drop = h("div", { class: "drop" }, h("p", {}, w("dropHere")), fileButton(chooser, w("chooseFiles"), false));
  const where = h("select", {}, h("option", { value: "" }, w("noPlaceYet")), books.map((book) => h("option", { value: `book ${book.code}` }, `${w("book")} ${book.code}`)), dossiers.map((one) => h("option", { value: `dossier ${one.code}` }, `${one.code} ${one.title}`)));
  const one = h("input", { type: "checkbox", id: "one-document" });
  const make = h("button", { type: "button", class: "main", onclick: () => makeBatch() }, w("makeBatch"));
  const status = h("p", { class: "quiet small", role: "status" });

  function draw() {
    show(list, uploads.map((upload) => h("li", {}, h("strong", {}, upload.name), h("progress", { max: upload.bytes, value: upload.received, "aria-label": upload.name }),
      h("div", { class: "small" }, `${Math.floor((100 * upload.received) / upload.bytes)} %`, upload.says && ` · ${upload.says}`, !upload.file && upload.received < upload.bytes && ` · ${w("chooseAgain")}`, " ",
        h("button", { type: "button", "aria-label": `${w("remove")}: ${upload.name}`, onclick: () => forget(upload) }, w("remove"))))));
    make.disabled = uploads.length === 0 || uploads.some((upload) => upload.received < upload.bytes);
    status.textContent = uploads.length === 0 ? "" : w("arrived", uploads.filter((upload) => upload.received === upload.bytes).length, uploads.length);
  }

  async function forget(upload) {
    upload.stopped = true;
    try {
      await ask("DELETE", `/api/uploads/${upload.id}`);
    } catch (error) {
      if (error.status !== 404) return notice(sentence(error), true);
    }
    uploads = uploads.filter((other) => other !== upload);
    draw();
  }

  async function take(files) {
    for (const file of [...files].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))) {
      let upload = uploads.find((other) => !other.file && other.name === file.name && other.bytes === file.size && other.received < other.bytes);
      try {
        if (!upload) {
          upload = { ...(await post("/api/uploads", { name: file.name, bytes: file.size })), says: "" };
          uploads.push(upload);
        }
        upload.file = file;
        draw();
        await send(file, upload, (received, says) => { Object.assign(upload, { received, says }); if (!closed) draw(); }, () => upload.stopped || closed);
      } catch (error) {
        if (upload) upload.says = sentence(error);
        notice(`${file.name}: ${sentence(error)}`, true);
        draw();
      }
    }
  }

  async function makeBatch() {
    make.disabled = true;
    const [kind, code] = [where.value.split(" ")[0], where.value.split(" ").slice(1).join(" ")];
    try {
      const batch = await post("/api/uploads/batch", { uploads: uploads.map((upload) => upload.id), one_document: one.checked, ...(kind && { [kind]: code }) });
      notice(w("batchMade", batch.batch));
      uploads = (await get("/api/uploads")).uploads.map((upload) => ({ ...upload, says: "" }));
      made(batch.batch);
    } catch (error) {
      notice(sentence(error), true);
    }
    draw();
  }

  chooser.addEventListener("change", () => take(chooser.files));
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files);
  });
  draw();
  const element = h("section", { class: "card" }, h("h2", {}, w("sendScans")), drop, list, status, h("div", { class: "row" }, h("div", { class: "grow" }, field(w("whereTo"), where)),
    h("label", { class: "check", for: "one-document" }, one, " ", w("oneDocument")), make));
  return { element, close: () => { closed = true; } };
}
