// Talks to /api; every failure is one sentence that can be shown.

import { language } from "./words.js";

let csrf = "";
export const person = { me: null };

export class Refused extends Error {
  constructor(status, code, message, subject) {
    super(message);
    Object.assign(this, { status, code, subject });
  }
}

let ended = () => {};
export function whenSessionEnds(callback) {
  ended = callback;
}

export async function ask(method, path, body, more = {}) {
  const headers = { "Accept-Language": language(), ...more };
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  let sent = body;
  if (body !== undefined && !(body instanceof Blob)) {
    headers["Content-Type"] = "application/json";
    sent = JSON.stringify(body);
  } else if (body instanceof Blob) {
    headers["Content-Type"] ??= "application/pdf";
  }
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: sent, credentials: "same-origin" });
  } catch {
    throw new Refused(0, "offline", "", "");
  }
  if (answer.status === 204) return null;
  let json = null;
  try {
    json = await answer.json();
  } catch {
    throw new Refused(answer.status, "internal", "", "");
  }
  if (answer.ok) return json;
  const { code, message, subject } = json.error ?? {};
  if (code === "no_session" && person.me) ended();
  throw new Refused(answer.status, code ?? "internal", message ?? "", subject ?? "");
}

// A file that answers a request, and the name it should have.
export async function fetchFile(method, path, body) {
  const headers = { "Accept-Language": language() };
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: "same-origin" });
  } catch {
    throw new Refused(0, "offline", "", "");
  }
  if (answer.ok) return { blob: await answer.blob(), name: /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "file" };
  const { code, message, subject } = (await answer.json().catch(() => ({}))).error ?? {};
  if (code === "no_session" && person.me) ended();
  throw new Refused(answer.status, code ?? "internal", message ?? "", subject ?? "");
}

// Into the person's downloads.
export async function save(method, path, body) {
  const { blob, name } = await fetchFile(method, path, body);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// What makes a repeated request the same request.
export const newToken = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);

export function remember(me) {
  person.me = me;
  csrf = me ? me.csrf : "";
  return me;
}

export const may = (right) => Boolean(person.me?.rights.includes(right));
