// The faults in force, and the form that adds one. What there is to choose from comes from the endpoint.

import { keyed, make, setText } from "./show.js";
import { byVersion } from "./services.js";
import { t, word } from "./words.js";

const $ = (id) => document.getElementById(id);
let choices = { kinds: [], apis: [] };
let sendChange = null;

export function draw(state) {
  setText($("faults-count"), String(state.faults));
  $("faults-empty").hidden = state.faults > 0 || state.chaos;
  $("faults-chaos").hidden = !state.chaos;
  $("faults-clear").disabled = state.faults === 0 && !state.chaos;
  const hidden = state.faults - state.rules.length;
  $("faults-more").hidden = hidden <= 0;
  setText($("faults-more"), t("more-rules", { count: hidden }));
  keyed($("faults"), state.rules, (rule) => String(rule.number), create, update);
}

function create(rule) {
  const button = make("button", { type: "button", className: "quiet" });
  button.addEventListener("click", () => remove(rule.number, button));
  return make("li", {}, make("div", {}, make("strong"), make("span", { className: "dim" })), button);
}

async function remove(number, button) {
  const item = button.closest("li");
  const near = item.nextElementSibling ?? item.previousElementSibling;
  await sendChange("DELETE", `faults/${number}`, null, "fault-note", t("fault-removed"));
  // The button is gone, and whoever used the keyboard goes on beside it.
  if (!button.isConnected) (near?.querySelector("button") ?? $("fault-kind")).focus();
}

// A fault in words: its kind and what it has.
function inWords(fault) {
  if (fault === null) return t("passes");
  const { kind, ...members } = fault;
  const given = Object.entries(members).filter(([, value]) => value !== null && value !== false && value !== "");
  return [kind, ...given.map(([name, value]) => (value === true ? name : `${name} ${brief(String(value))}`))].join(" · ");
}

const LONGEST = 60;

function brief(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function update(node, rule) {
  const [text, button] = node.children;
  const what = rule.fault ? inWords(rule.fault) : t("script", { count: rule.steps, next: inWords(rule.script[0]) });
  const limits = [rule.action ?? t("every-call")];
  if (rule.times !== undefined) limits.push(t("times-left", { count: rule.times }));
  if (rule.probability !== undefined) limits.push(t("probability", { share: rule.probability }));
  setText(text.firstElementChild, what);
  setText(text.lastElementChild, limits.join(" · "));
  setText(button, t("remove"));
  button.setAttribute("aria-label", t("remove-rule", { what }));
}

export function choose(given) {
  choices = { ...given, apis: given.apis.sort((one, two) => byVersion(one.id, two.id)) };
  words();
}

// Draws the form anew, in the language that the page has now, and keeps what is chosen.
export function words() {
  const [kind, action] = [$("fault-kind"), $("fault-action")];
  const before = [kind.value, action.value];
  kind.replaceChildren(...choices.kinds.map((one) => option(one.kind, `${one.kind} – ${word("fault", one.kind)}`)));
  const groups = choices.apis.map((api) => {
    const group = make("optgroup", { label: word("api", api.id) });
    group.append(...api.actions.map((one) => option(one.name, one.name)));
    return group;
  });
  action.replaceChildren(option("", t("every-call")), ...groups);
  if (before[0] !== "") [kind.value, action.value] = before;
  members();
}

function option(value, text) {
  return make("option", { value }, text);
}

// The names of errors that a call of the chosen action can meet, or any call.
function errors() {
  const action = $("fault-action").value;
  const able = choices.apis.flatMap((api) => {
    const actions = api.actions.filter((one) => action === "" || one.name === action);
    return actions.length === 0 ? [] : [...actions.flatMap((one) => one.errors), ...api.errors];
  });
  return [...new Set(able)].sort();
}

function field(name, { default: usual, required }) {
  const id = `fault-member-${name}`;
  let input;
  if (name === "row") {
    input = make("select", {}, ...errors().map((row) => option(row, row)));
  } else if (typeof usual === "boolean") {
    input = make("input", { type: "checkbox" });
  } else if (typeof usual === "string") {
    input = make("input", { type: "text", placeholder: usual });
  } else {
    input = make("input", { type: "number", step: 1, placeholder: usual ?? "", required, value: required ? (usual ?? "") : "" });
  }
  input.id = id;
  input.name = name;
  input.dataset.usual = typeof usual;
  return [make("label", { htmlFor: id, title: name }, word("member", name)), input];
}

// Draws the fields of the chosen kind. What was typed into fields of the same name stays.
function members() {
  const kind = choices.kinds.find((one) => one.kind === $("fault-kind").value);
  const place = $("fault-members");
  const before = new Map([...place.querySelectorAll("input, select")].map((input) => [input.name, input]));
  place.replaceChildren(...Object.entries(kind?.members ?? {}).flatMap(([name, member]) => field(name, member)));
  for (const input of place.querySelectorAll("input, select")) {
    const old = before.get(input.name);
    if (input.type === "checkbox") input.checked = old?.checked ?? false;
    else if (input.tagName === "INPUT" ? old?.value : [...input.options].some((one) => one.value === old?.value)) input.value = old.value;
  }
}

function chosen() {
  const fault = { kind: $("fault-kind").value };
  for (const input of $("fault-members").querySelectorAll("input, select")) {
    if (input.type === "checkbox") {
      if (input.checked) fault[input.name] = true;
    } else if (input.value !== "") {
      fault[input.name] = input.type === "number" ? Number(input.value) : input.value;
    }
  }
  const rule = { fault };
  if ($("fault-action").value !== "") rule.action = $("fault-action").value;
  if ($("fault-times").value !== "") rule.times = Number($("fault-times").value);
  return rule;
}

export function listen(send) {
  sendChange = send;
  $("fault-kind").addEventListener("change", members);
  $("fault-action").addEventListener("change", () => {
    if ($("fault-member-row")) members();
  });
  $("fault-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send("POST", "faults", { faults: [chosen()] }, "fault-note", t("fault-added"));
  });
  $("faults-clear").addEventListener("click", async () => {
    await send("DELETE", "faults", null, "fault-note", t("faults-removed"));
    $("fault-kind").focus();
  });
}
