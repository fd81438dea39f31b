// Draws lists into tables without touching what stays the same, so that nothing jumps and the focus stays.
// Whatever the endpoint says becomes a text node.

import { t, word, has } from "./words.js";

export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Makes the children of a node those of a list: removes what is gone, adds what is new, and updates the rest where it is.
export function keyed(parent, items, keyOf, create, update) {
  const keys = new Set(items.map(keyOf));
  for (const node of [...parent.children]) if (!keys.has(node.dataset.key)) node.remove();
  const held = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let node = held.get(key);
    if (!node) {
      node = create(item);
      node.dataset.key = key;
      held.set(key, node);
    }
    update(node, item);
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
}

const drawn = new WeakMap();

// Draws a cell: `{text, wire, tone, kind, title}`, or a text. `build` makes its content if it is more than a text.
function drawCell(node, cell) {
  const value = typeof cell === "object" ? cell : { text: cell };
  const mark = JSON.stringify(value);
  if (drawn.get(node) === mark) return;
  drawn.set(node, mark);
  node.className = value.kind ?? "";
  node.title = value.title ?? "";
  node.replaceChildren();
  if (value.tone) {
    node.append(make("span", { className: `state ${value.tone}` }, value.text));
    if (value.wire && value.wire !== value.text) node.append(" ", make("code", { className: "wire" }, value.wire));
  } else if (value.of !== undefined) {
    node.append(make("meter", { min: 0, max: Math.max(value.of, 1), value: value.used }), ` ${value.used} / ${value.of}`);
  } else {
    node.append(value.text);
  }
}

// Draws a table into a place. A row is `{key, cells}` or, below another row, `{key, detail}` with pairs of names and values.
export function table(place, caption, columns, rows, fill) {
  let whole = place.querySelector("table");
  const fresh = !whole;
  if (fresh) {
    whole = make("table", {}, make("caption", { className: "unseen" }), make("thead", {}, make("tr")), make("tbody"));
    place.append(whole);
  }
  setText(whole.caption, caption);
  const head = whole.tHead.rows[0];
  keyed(head, columns, (column) => column.name, () => make("th", { scope: "col" }), (node, column) => {
    setText(node, column.text);
    node.className = column.kind ?? "";
  });
  const create = () => make("tr", { className: fresh ? "" : "new" });
  keyed(whole.tBodies[0], rows, (row) => row.key, create, (node, row) => {
    if (row.detail) return drawDetail(node, row, columns.length);
    row.cells.forEach((cell, index) => {
      const place = node.cells[index] ?? node.appendChild(index === 0 ? make("th", { scope: "row" }) : make("td"));
      if (cell?.fill) fill(place, cell.fill);
      else drawCell(place, cell);
    });
    while (node.cells.length > row.cells.length) node.deleteCell(-1);
  });
}

function drawDetail(node, row, width) {
  const mark = JSON.stringify([row.detail, width]);
  if (drawn.get(node) === mark) return;
  drawn.set(node, mark);
  node.className = "detail";
  const list = make("dl");
  for (const [name, value] of row.detail) list.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  node.replaceChildren(make("td", { colSpan: width }, list));
}

// Seconds since 1970 as the clock of the endpoint writes them.
export function time(seconds) {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().slice(0, 19).replace("T", " ");
}

const GOOD = new Set(["certificate", "issued", "Issued", "normal", "success", "rollback_success", "ksyun-kcm-2016-03-04.2"]);
const BAD = new Set(["verify_fail", "CHECKED_FAIL", "error", "rollback_error", "revoked", "expired", "ksyun-kcm-2016-03-04.3", "ksyun-kcm-2016-03-04.4"]);
const BUSY = new Set(["process", "domain_verify", "CHECKING", "pending", "processing", "scheduling", "rollback", "willExpire", "ksyun-kcm-2016-03-04.0", "ksyun-kcm-2016-03-04.1"]);

// A state as a word, with the name that it has on the wire.
export function state(api, value) {
  const own = `${api}.${value}`;
  const name = has("state", own) ? own : String(value);
  const tone = GOOD.has(name) ? "good" : BAD.has(name) ? "bad" : BUSY.has(name) ? "busy" : "idle";
  return { text: word("state", name), wire: String(value), tone };
}

const TIMES = new Set(["placed", "ordered", "from", "to"]);
const MONO = new Set(["id", "domain", "domains", "serial", "fingerprint", "certificate", "product", "spec", "resource"]);

function cellOf(api, name, value) {
  if (value === null || value === undefined) return { text: "–", kind: "dim" };
  if (name === "state" || name === "status") return state(api, value);
  if (TIMES.has(name)) return { text: time(value).slice(0, 16), title: time(value), kind: "mono" };
  if (typeof value === "boolean") return { text: t(value ? "yes" : "no") };
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== "object");
    return plain ? { text: value.join(", "), kind: "mono long", title: value.join(", ") } : { text: String(value.length), kind: "num" };
  }
  if (typeof value === "object") return { text: JSON.stringify(value), kind: "mono long" };
  const text = String(value);
  if (MONO.has(name)) return { text, kind: "mono long", title: text.length > 20 ? text : "" };
  return typeof value === "number" ? { text, kind: "num" } : { text, kind: "long" };
}

const FIRST = ["domain", "domains", "state", "status", "id", "name", "product", "spec", "used", "issued", "certificate", "price", "placed", "ordered", "from", "to"];

function rank(name) {
  const place = FIRST.indexOf(name);
  return place < 0 ? FIRST.length : place;
}

// Draws a list of objects of the state, with a column for each of their members.
export function rows(place, api, caption, list) {
  const names = [...new Set(list.flatMap((row) => Object.keys(row)))].filter((name) => name !== "of");
  names.sort((one, two) => rank(one) - rank(two) || (one < two ? -1 : 1));
  const isNumber = (name) => list.every((row) => typeof row[name] === "number" && !TIMES.has(name) && !MONO.has(name) && name !== "status" && !("of" in row && name === "used"));
  const columns = names.map((name) => ({ name, text: word("column", name), kind: isNumber(name) ? "num" : "" }));
  const cell = (row, name) => (name === "used" && "of" in row ? { used: row.used, of: row.of, kind: "quota" } : cellOf(api, name, row[name]));
  table(place, caption, columns, list.map((row) => ({ key: String(row.id ?? row.product), cells: names.map((name) => cell(row, name)) })));
}
