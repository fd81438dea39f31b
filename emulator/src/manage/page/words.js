// The words of the page, in the language of the person. `words.json` has a table for each language.

const STORED = "cloudcert-emulator.language";
let tables = {};
let language = "en";

// What is stored may be out of reach: a browser can be told to keep nothing.
function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function known(tag) {
  const name = String(tag ?? "").toLowerCase().split("-")[0];
  return Object.hasOwn(tables, name) ? name : undefined;
}

export async function load() {
  const response = await fetch("words.json");
  tables = await response.json();
  const asked = new URLSearchParams(location.search).get("lang");
  language = [asked, stored(), ...navigator.languages].map(known).find(Boolean) ?? "en";
  apply();
}

// The language that the switch leads to.
export function other() {
  const names = Object.keys(tables);
  return names[(names.indexOf(language) + 1) % names.length];
}

export function change(name) {
  language = name;
  try {
    localStorage.setItem(STORED, name);
  } catch {
    // It holds until the page is loaded again.
  }
  const address = new URL(location.href);
  if (address.searchParams.has("lang")) {
    address.searchParams.set("lang", name);
    history.replaceState(null, "", address);
  }
  apply();
}

// A text of the page. `{name}` in it stands for a value.
export function t(key, values = {}) {
  const text = tables[language]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

// The word for something that the endpoint names, or the name itself where there is none.
export function word(kind, name) {
  return tables[language]?.[`${kind}.${name}`] ?? String(name);
}

export function has(kind, name) {
  return tables[language]?.[`${kind}.${name}`] !== undefined;
}

export function name(of) {
  return tables[of]?.["language"] ?? of;
}

function apply() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-p]")) node.placeholder = t(node.dataset.p);
}
