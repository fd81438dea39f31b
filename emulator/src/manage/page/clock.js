// The clock of the endpoint. It ticks here between two answers of the endpoint.

import { setText, time } from "./show.js";
import { t } from "./words.js";

const $ = (id) => document.getElementById(id);
let taken = null;
let touched = false;

export function take({ seconds, running }) {
  taken = { seconds, running, at: performance.now() };
  draw();
}

function now() {
  return taken.seconds + (taken.running ? Math.floor((performance.now() - taken.at) / 1000) : 0);
}

export function draw() {
  if (taken === null) return;
  const text = time(now());
  setText($("clock"), text);
  $("clock").dateTime = `${text.replace(" ", "T")}Z`;
  setText($("clock-state"), t(taken.running ? "running" : "stopped"));
  $("clock-state").className = `tag ${taken.running ? "good" : "busy"}`;
  setText($("clock-run"), t(taken.running ? "stop" : "run"));
  drawGap(now() - Math.floor(Date.now() / 1000));
  // Follows the clock, minute by minute, until somebody sets it to something else.
  const field = $("clock-to");
  const minute = text.slice(0, 16).replace(" ", "T");
  if (!touched && document.activeElement !== field && field.value !== minute) field.value = minute;
}

// Services refuse signatures that are more minutes off than this.
const WINDOW = 15;

function drawGap(gap) {
  const size = Math.round(Math.abs(gap) / 60);
  const [unit, name] = [[1440, "days"], [60, "hours"]].find(([unit]) => size >= unit) ?? [1, "minutes"];
  $("clock-gap").hidden = size < WINDOW;
  setText($("clock-gap"), t(gap > 0 ? "clock-ahead" : "clock-behind", { time: t(name, { count: Math.floor(size / unit) }) }));
}

export function listen(send) {
  const change = (body, done) => send("POST", "clock", body, "clock-note", t(done));
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.addEventListener("click", () => change({ advance_seconds: Number(button.dataset.advance) }, "clock-moved"));
  }
  $("clock-run").addEventListener("click", () => change({ running: !taken.running }, taken.running ? "clock-stopped" : "clock-runs"));
  $("clock-to").addEventListener("input", () => {
    touched = true;
  });
  $("clock-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    // The field leaves out seconds that are 0.
    const text = $("clock-to").value;
    touched = !(await change({ set: `${text.length === 16 ? `${text}:00` : text.slice(0, 19)}Z` }, "clock-moved"));
  });
  setInterval(draw, 250);
}
