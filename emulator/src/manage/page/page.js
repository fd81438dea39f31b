// Keeps the page up to date, and does what its buttons say. It talks to the management API of the endpoint that it came from.

import { change, load, name as languageName, other, t, word } from "./words.js";
import { make, setText, table } from "./show.js";
import { services } from "./services.js";
import * as faults from "./faults.js";
import * as clock from "./clock.js";

const PAUSE = 1000;
const PATIENCE = 5000;
const SHOWN = 100;
const $ = (id) => document.getElementById(id);

let state = null;
let version = null;
let lostSince = null;

// Numbers that a script cannot hold exactly, such as ids, become texts. Texts that look like them stay as they are.
function parse(text) {
  const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  return JSON.parse(text.replace(token, (found) => (/^-?\d{16,}$/.test(found) ? `"${found}"` : found)));
}

async function ask(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });
  if (response.status === 304) return { response, value: null };
  const text = await response.text();
  if (!response.ok) {
    let why = `${response.status} ${text.slice(0, 300)}`;
    try {
      why = JSON.parse(text).error ?? why;
    } catch {
      // Not of the endpoint, but of something in between.
    }
    throw new Error(why);
  }
  return { response, value: parse(text) };
}

// Sends a change, says below its buttons what came of it, and shows the new state.
async function send(method, path, body, note, done) {
  const options = method === "POST" ? { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : { method };
  try {
    await ask(path, options);
    tell(note, done, false);
    return true;
  } catch (error) {
    tell(note, t("refused", { why: error.message }), true);
    return false;
  } finally {
    await poll();
  }
}

function tell(note, text, bad) {
  const node = $(note);
  node.classList.toggle("bad", bad);
  node.textContent = text;
}

let polling = null;

// Asks for the state once. Whoever asks while that is under way waits for it and asks again.
async function poll() {
  const before = polling;
  const own = (async () => {
    await before;
    await update();
  })();
  polling = own;
  await own;
}

async function update() {
  try {
    const headers = version === null ? {} : { "If-None-Match": version };
    const { response, value } = await ask(`state?limit=${SHOWN}`, { headers });
    if (value !== null) {
      const first = state === null;
      version = response.headers.get("ETag");
      const news = first || value.requests.seen < state.requests.seen ? 0 : value.requests.seen - state.requests.seen;
      state = value;
      clock.take(state.clock);
      draw();
      announce(news);
    }
    lostSince = null;
  } catch {
    lostSince ??= new Date();
  }
  drawLink();
}

function drawLink() {
  const lost = lostSince !== null;
  $("link").classList.toggle("lost", lost);
  const since = lost ? new Date(lostSince - lostSince.getTimezoneOffset() * 60000).toISOString().slice(11, 19) : "";
  setText($("link-text"), lost ? t("lost", { since }) : t("connected"));
}

let unannounced = 0;
let announcing = false;

// Tells screen readers of new requests, but not of each.
function announce(count) {
  unannounced += count;
  if (unannounced === 0 || announcing) return;
  announcing = true;
  $("news").textContent = t("news", { count: unannounced });
  unannounced = 0;
  setTimeout(() => {
    announcing = false;
    announce(0);
  }, PATIENCE);
}

const open = new Set();

function status(request) {
  if (request.status === null) return { text: t("closed"), tone: "bad", kind: "" };
  const tone = request.status < 400 ? "good" : request.status < 500 ? "busy" : "bad";
  return { text: String(request.status), tone };
}

const dash = { text: "–", kind: "dim" };

function requestRows(request) {
  const names = Object.entries(request.parameters);
  const head = { "request.time": request.time, "request.api": request.api, "request-id": request.request_id, method: request.method };
  const detail = [...Object.entries(head).map(([key, value]) => [t(key), value || "–"]), ...names];
  if (request.ignored.length > 0) detail.push([t("ignored"), request.ignored.join(", ")]);
  const executed = request.executed ? (request.described ? "described" : "yes") : "no";
  const row = {
    key: `request-${request.number}`,
    cells: [
      { text: String(request.number), kind: "num" },
      { text: request.time.slice(5, 19).replace("T", " "), title: request.time, kind: "mono aside" },
      request.api ? { text: word("short", request.api), title: request.api, kind: "aside" } : { ...dash, kind: "dim aside" },
      request.action ? { text: request.action, kind: "mono long", title: request.action } : dash,
      request.effect ? { text: word("effect", request.effect), title: request.effect, kind: `effect ${request.effect}` } : dash,
      status(request),
      request.code ? { text: request.code, kind: "mono long", title: request.code } : dash,
      request.fault ? { text: request.fault, tone: "bad" } : dash,
      { text: t(executed), kind: request.executed ? "" : "dim" },
      { fill: { number: request.number, count: names.length } },
    ],
  };
  return open.has(request.number) ? [row, { key: `detail-${request.number}`, detail }] : [row];
}

// The button that shows the parameters of a request.
function fillButton(place, { number, count }) {
  let button = place.firstElementChild;
  if (!button) {
    button = make("button", { type: "button", className: "quiet" });
    button.addEventListener("click", () => {
      if (!open.delete(number)) open.add(number);
      drawRequests();
    });
    place.append(button);
  }
  setText(button, t("show-parameters", { count }));
  button.setAttribute("aria-label", t("parameters-of", { count, number }));
  button.setAttribute("aria-expanded", String(open.has(number)));
}

const COLUMNS = ["number", "time", "api", "action", "effect", "http", "code", "fault", "executed", "parameters"];

function drawRequests() {
  const { seen, latest } = state.requests;
  const none = seen === 0;
  $("requests-empty").hidden = !none;
  $("requests-table").hidden = none;
  setText($("requests-count"), latest.length < seen ? t("latest-of", { shown: latest.length, total: seen }) : String(seen));
  const columns = COLUMNS.map((name) => ({ name, text: t(`request.${name}`), kind: { number: "num", time: "aside", api: "aside" }[name] }));
  table($("requests-table"), t("requests"), columns, [...latest].reverse().flatMap(requestRows), fillButton);
  for (const number of open) if (number + latest.length <= seen) open.delete(number);
}

function draw() {
  drawRequests();
  services($("services"), state.services);
  faults.draw(state);
  const plays = "ksyun-kcm-2016-03-04" in state.services;
  const call = "?Action=ListCertificates&Version=2016-03-04";
  const signed = `curl --aws-sigv4 aws:amz:cn-beijing-6:kcm --user AKLTtestid:testsecret \\\n    '${location.origin}/${call}'`;
  setText($("first-command"), plays ? signed : `curl ${location.origin}/_emulator/choices`);
  setText($("first-sdk"), `export CLOUDCERT_ENDPOINT_URL=${location.origin}`);
}

function drawWords() {
  const language = $("language");
  setText(language, languageName(other()));
  language.lang = other();
  language.title = t("language-label");
  if (state !== null) draw();
  clock.draw();
  drawLink();
}

function listen() {
  $("language").addEventListener("click", () => {
    change(other());
    faults.words();
    drawWords();
  });
  $("reset").addEventListener("click", () => {
    $("confirm").returnValue = "";
    $("confirm").showModal();
  });
  $("confirm").addEventListener("close", async () => {
    if ($("confirm").returnValue === "yes") await send("POST", "reset", {}, "page-note", t("reset-done"));
  });
  clock.listen(send);
  faults.listen(send, tell);
}

async function started(step) {
  for (;;) {
    try {
      return await step();
    } catch {
      await pause(PAUSE);
    }
  }
}

function pause(time) {
  return new Promise((resolve) => setTimeout(resolve, time));
}

// Nobody looks at a hidden tab: it rests until it is seen again.
function seen() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

// The address under which the endpoint is reached from here, which it need not know itself.
setText($("url"), location.origin);
await started(load);
listen();
drawWords();
await poll();
faults.choose(await started(async () => (await ask("choices")).value));
for (;;) {
  await pause(PAUSE);
  await seen();
  await poll();
}
