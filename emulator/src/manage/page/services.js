// Draws the state of the services. Which lists and numbers a service has, its state says: an object with `total` and rows is a list,
// a number stands for itself.

import { t, word } from "./words.js";
import { keyed, make, rows, setText, state as stateCell } from "./show.js";

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// Takes the state of a service apart: lists, and numbers beside them.
function parts(value, path = "") {
  const lists = [];
  const figures = [];
  const list = (at, shown, total, stock) => lists.push({ path: at, rows: shown, total, stock });
  for (const [name, inner] of Object.entries(value)) {
    const at = path ? `${path}.${name}` : name;
    if (name.endsWith("_total") && Array.isArray(value[name.slice(0, -"_total".length)])) continue;
    if (Array.isArray(inner)) {
      list(at, inner, value[`${name}_total`] ?? inner.length, true);
    } else if (!isObject(inner)) {
      figures.push({ path: at, text: String(inner), empty: inner === 0 });
    } else if (Array.isArray(inner.latest) || Array.isArray(inner.first)) {
      const { total, latest, first, ...rest } = inner;
      list(at, latest ?? first, total, !latest);
      figures.push(...parts(rest, at).figures);
    } else if ("used" in inner && "limit" in inner) {
      figures.push({ path: at, text: t("used-of", inner), empty: false });
    } else if ("amount" in inner && "currency" in inner) {
      figures.push({ path: at, text: `${inner.currency} ${inner.amount}`, empty: false });
    } else if (Object.values(inner).length > 0 && Object.values(inner).every((one) => isObject(one) && "used" in one)) {
      const quotas = Object.entries(inner).map(([product, { used, total, ...rest }]) => ({ product, used, of: total, ...rest }));
      list(at, quotas, quotas.length, false);
    } else {
      const below = parts(inner, at);
      lists.push(...below.lists);
      figures.push(...below.figures);
    }
  }
  return { lists, figures };
}

const FIRST = ["orders", "certificates", "packages", "instances", "deployment.jobs"];
const rank = (list) => (FIRST.includes(list.path) ? FIRST.indexOf(list.path) : FIRST.length);

function stateOf(row) {
  return row.state ?? row.status;
}

// How many rows are in each state.
function tally(list) {
  const counts = new Map();
  for (const row of list.rows) {
    const name = stateOf(row);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts];
}

function createList(list) {
  // What moves is open: rows with a state, and quotas. What was bought in advance is not.
  const open = !list.stock && list.rows.some((row) => stateOf(row) !== undefined || "of" in row);
  const summary = make("summary", {}, make("h3"), make("span", { className: "tag" }), make("span", { className: "tally" }));
  const place = make("div", { className: "scroll", tabIndex: 0 });
  place.setAttribute("role", "region");
  return make("details", { open }, summary, place);
}

function drawList(node, api, list) {
  const title = word("section", list.path);
  const shown = list.rows.length;
  const [heading, count, tallies] = node.querySelector("summary").children;
  setText(heading, title);
  setText(count, shown < list.total ? t("latest-of", { shown, total: list.total }) : String(list.total));
  keyed(tallies, tally(list), ([name]) => String(name), () => make("span"), (part, [name, number]) => {
    const { text, tone } = stateCell(api, name);
    part.className = `state ${tone}`;
    setText(part, `${text} ${number}`);
  });
  const place = node.querySelector(".scroll");
  place.setAttribute("aria-label", title);
  rows(place, api, title, list.rows);
}

function createService(id) {
  const title = make("h2", { id: `service-${id}` });
  const header = make("header", {}, title, make("code", { className: "wire" }, id), make("span", { className: "grow" }), make("span", { className: "figures" }));
  const node = make("section", { className: "panel service" }, header, make("div", { className: "lists" }), make("p", { className: "dim none" }));
  node.setAttribute("aria-labelledby", title.id);
  return node;
}

function drawService(node, [id, value]) {
  const { lists, figures } = parts(value);
  lists.sort((one, two) => rank(one) - rank(two));
  const full = lists.filter((list) => list.total > 0);
  const empty = lists.filter((list) => list.total === 0);
  setText(node.querySelector("h2"), word("api", id));
  keyed(node.querySelector(".figures"), figures.filter((figure) => !figure.empty), (figure) => figure.path, () => make("span", {}, make("span", { className: "dim" }), " ", make("b")), (part, figure) => {
    setText(part.firstElementChild, word("section", figure.path));
    setText(part.lastElementChild, figure.text);
  });
  keyed(node.querySelector(".lists"), full, (list) => list.path, createList, (part, list) => drawList(part, id, list));
  const names = empty.map((list) => word("section", list.path)).join(t("comma"));
  const none = node.querySelector(".none");
  none.hidden = empty.length === 0;
  setText(none, t("none-yet", { names }));
}

// The latest version of a service comes first.
export function byVersion(one, two) {
  const [own, other] = [one, two].map((id) => id.replace(/-\d{4}-\d{2}-\d{2}$/, ""));
  if (own !== other) return own < other ? -1 : 1;
  return one > two ? -1 : 1;
}

export function services(place, all) {
  keyed(place, Object.entries(all).sort(([one], [two]) => byVersion(one, two)), ([id]) => id, ([id]) => createService(id), drawService);
}
