//! What the runs of a pair show: what worked and does not any more, and where older and newer programs part.

use super::endpoint::{all_rounds, counterpart, responses, rows};
use super::reading::{Reading, comes, gone, is_alike};
use super::requests::requests;
use super::run::{Key, Round, What};
use super::values::text;
use cloudcert_codegen::model::{Action, Api, ErrorRow, Model};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The result of every run.
pub(super) type Results = BTreeMap<Key, Value>;

/// What an older program meets at a newer endpoint.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What worked and does not, or is lost.
    pub(super) worse: BTreeSet<String>,
    /// Where an older program concludes otherwise than a newer one at the same endpoint.
    pub(super) parted: BTreeSet<String>,
    /// How many requests were taken that were taken before, and how many responses were read.
    pub(super) tried: usize,
}

/// A pair of models: programs of the first, endpoints on the second.
pub(super) struct Pair<'a> {
    pub(super) results: &'a Results,
    pub(super) models: &'a [&'a Model],
    pub(super) client: usize,
    pub(super) endpoint: usize,
}

fn is_ok(result: &Value) -> bool {
    result.get("ok").is_some()
}

/// What an error is, in a word.
fn error(result: &Value) -> String {
    let word = |name: &str| result.get(name).and_then(Value::as_str).map(str::to_owned);
    word("code").or_else(|| word("error")).or_else(|| word("unwritable")).unwrap_or_default()
}

/// Names of parameters that the endpoint ignored.
fn ignored(result: &Value) -> BTreeSet<String> {
    let latest = result["log"].as_array().and_then(|log| log.last());
    let names = latest.and_then(|entry| entry["ignored"].as_array()).into_iter().flatten();
    names.map(text).collect()
}

/// How a program understands an error.
fn understood(result: &Value) -> String {
    if is_ok(result) {
        return "a success".to_owned();
    }
    let part = |name: &str| result.get(name).map(text).unwrap_or_default();
    let known = part("known").replace("Some(", "").replace(')', "");
    let mut said = format!("{} {} ({known}; {})", part("error"), part("status"), part("row").trim());
    for (name, words) in [("outcome_unknown", "outcome unknown"), ("already_done", "already done")] {
        if result.get(name) == Some(&Value::Bool(true)) {
            said = format!("{said}, {words}");
        }
    }
    said
}

impl Pair<'_> {
    fn of(&self, client: usize, endpoint: usize, round: Round, at: usize, action: &str, what: What) -> Option<&Value> {
        self.results.get(&Key { endpoint, against: None, round, client, api: at, action: action.to_owned(), what })
    }

    /// What the older program sees at the newer endpoint, and at an older one.
    fn both(&self, round: Round, at: usize, action: &str, what: &What) -> [Option<&Value>; 2] {
        [self.endpoint, self.client].map(|endpoint| self.of(self.client, endpoint, round, at, action, what.clone()))
    }

    /// What became of a request at the newer endpoint, and at an older one. With advice, both enforce that in which they differ.
    fn asked(&self, at: usize, action: &str, label: &str, advice: bool) -> [Option<&Value>; 2] {
        let key = |endpoint: usize, against: usize| Key {
            endpoint,
            against: advice.then_some(against),
            round: Round::Whole(0),
            client: self.client,
            api: at,
            action: action.to_owned(),
            what: What::Request(label.to_owned()),
        };
        [key(self.endpoint, self.client), key(self.client, self.endpoint)].map(|key| self.results.get(&key))
    }

    /// Judges all actions of the older model.
    pub(super) fn judge(&self) -> Seen {
        let mut seen = Seen::default();
        for (at, api) in self.models[self.client].apis.iter().enumerate() {
            let there = counterpart(self.models[self.endpoint], at, api);
            for action in &api.actions {
                let same = there.and_then(|api| Some((api, api.action(&action.name)?)));
                self.requests(at, api, action, same, &mut seen);
                let Some((there, same)) = same else { continue };
                if self.taken(at, &action.name) {
                    self.variants(at, action, &mut seen);
                    self.errors(at, (api, action), (there, same), &mut seen);
                    self.responses(at, (api, action), (there, same), &mut seen);
                    self.lost(at, action, &mut seen);
                }
                self.flows(at, action, &mut seen);
            }
        }
        seen
    }

    fn requests(&self, at: usize, api: &Api, action: &Action, same: Option<(&Api, &Action)>, seen: &mut Seen) {
        let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut worked = 0;
        let labels = requests(api, action, same);
        for (label, advice) in labels.iter().flat_map(|(label, _)| [(label, false), (label, true)]) {
            let [Some(now), Some(before)] = self.asked(at, &action.name, label, advice) else { continue };
            if !is_ok(before) {
                continue;
            }
            worked += 1;
            if !is_ok(now) {
                let how = if advice { " where advice is enforced" } else { "" };
                refused.entry(format!("{}{how}", error(now))).or_default().push(label.clone());
                continue;
            }
            for name in ignored(now).difference(&ignored(before)) {
                seen.worse.insert(format!("{}: the endpoint ignores {name}", action.name));
            }
            let newer = self.of(self.endpoint, self.endpoint, Round::Whole(0), at, &action.name, full(label));
            if let Some(newer) = newer.filter(|newer| is_ok(newer) && !advice && sent(newer) != sent(now)) {
                let (older, newer) = (sent(now), sent(newer));
                let part = |of: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
                    let own = of.iter().filter(|(name, value)| other.get(*name) != Some(value));
                    own.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
                };
                let (old, new) = (part(&older, &newer), part(&newer, &older));
                seen.parted.insert(format!("{}: `{label}` sends {old:?}, by a newer program {new:?}", action.name));
            }
        }
        seen.tried += worked;
        for (code, labels) in refused {
            let (count, first) = (labels.len(), &labels[0]);
            seen.worse.insert(format!("{}: {count} of {worked} requests get {code}, as `{first}` does", action.name));
        }
    }

    /// Whether the full request was taken before and still is.
    fn taken(&self, at: usize, action: &str) -> bool {
        let both = self.both(Round::Whole(0), at, action, &full("full"));
        both.iter().all(|result| result.is_some_and(is_ok))
    }

    fn variants(&self, at: usize, action: &Action, seen: &mut Seen) {
        let own = |key: &&Key| {
            let same = key.client == self.client && key.endpoint == self.endpoint && key.against.is_none();
            same && key.api == at && key.action == action.name
        };
        for key in self.results.keys().filter(own) {
            let about = match &key.what {
                What::Method(name) => format!("with the method {name}"),
                What::Signature(name) => format!("with the signature {name}"),
                What::Wrapped => "in an envelope".to_owned(),
                _ => continue,
            };
            let [Some(now), before] = self.both(key.round, at, &action.name, &key.what) else { continue };
            let before = before.or_else(|| self.both(Round::Whole(0), at, &action.name, &full("full"))[1]);
            if !before.is_some_and(is_ok) {
                continue;
            }
            if !is_ok(now) {
                seen.worse.insert(format!("{}: a call {about} fails: {}", action.name, error(now)));
            } else if let Some(plain) = self.both(key.round, at, &action.name, &full("full"))[0]
                && !is_alike(&plain["ok"], &now["ok"])
            {
                seen.worse.insert(format!("{}: a response {about} is not read as another", action.name));
            }
        }
    }

    fn errors(&self, at: usize, old: (&Api, &Action), new: (&Api, &Action), seen: &mut Seen) {
        for row in rows(new.0, new.1) {
            let what = What::Error(row.clone());
            let [Some(now), before] = self.both(Round::Whole(0), at, &old.1.name, &what) else { continue };
            let before = before.or_else(|| {
                let renamed = What::Error(alike(old.0, new.0, &row)?);
                self.both(Round::Whole(0), at, &old.1.name, &renamed)[1]
            });
            let about = format!("{}: the error {row} is understood as {}", old.1.name, understood(now));
            match before {
                Some(before) if understood(before) == understood(now) => {}
                Some(before) => drop(seen.worse.insert(format!("{about}, and before as {}", understood(before)))),
                None => drop(seen.worse.insert(format!("{about}, and did not occur before"))),
            }
            let newer = self.of(self.endpoint, self.endpoint, Round::Whole(0), at, &old.1.name, what);
            let Some(newer) = newer else { continue };
            if understood(newer) != understood(now) {
                seen.parted.insert(format!("{about}, by a newer program as {}", understood(newer)));
            }
            if attempts(newer) != attempts(now) {
                let (older, newer) = (attempts(now), attempts(newer));
                let name = &old.1.name;
                seen.parted.insert(format!(
                    "{name}: after the error {row} a call is sent {older} times, by a newer program {newer} times"
                ));
            }
        }
    }

    fn responses(&self, at: usize, old: (&Api, &Action), new: (&Api, &Action), seen: &mut Seen) {
        let model = self.models[self.endpoint];
        let place = model.apis.iter().position(|api| std::ptr::eq(api, new.0)).unwrap();
        let index = new.0.actions.iter().position(|action| std::ptr::eq(action, new.1)).unwrap();
        let name = &old.1.name;
        let mut lines: BTreeMap<String, String> = BTreeMap::new();
        for round in all_rounds(model) {
            let all = responses(model, round);
            let (_, _, sent) = all.iter().find(|(api, action, _)| (*api, *action) == (place, index)).unwrap();
            for xml in [false, true] {
                let what = What::Response { xml };
                let Some(now) = self.of(self.client, self.endpoint, round, at, name, what.clone()) else { continue };
                let form = if xml { " in XML" } else { "" };
                seen.tried += 1;
                // What the program of the newer description cannot read either is no matter of the change.
                let newer = self.of(self.endpoint, self.endpoint, round, at, name, what);
                if !is_ok(now) {
                    let which = if round == Round::Bare { "a bare response" } else { "a response" };
                    if newer.is_none_or(is_ok) {
                        let said = now.get("message").map(text).unwrap_or_default();
                        let said = said
                            .rsplit(": ")
                            .next()
                            .and_then(|said| said.split(" [").next())
                            .unwrap_or_default()
                            .to_owned();
                        seen.worse.insert(format!("{name}: {which}{form} is an error, {}: {said}", error(now)));
                    }
                    continue;
                }
                let mut reading = Reading { api: old.0, xml, found: BTreeMap::new() };
                reading.structure("", &old.1.response, &sent.meaning, &now["ok"]);
                let mut own = Reading { api: new.0, xml, found: BTreeMap::new() };
                if let Some(newer) = newer.filter(|newer| is_ok(newer)) {
                    own.structure("", &new.1.response, &sent.meaning, &newer["ok"]);
                }
                let found = reading.found.into_iter().filter(|(what, _)| !own.found.contains_key(what));
                for (what, example) in found {
                    // What JSON shows already, XML need not show again.
                    if !xml || !lines.contains_key(&what) {
                        lines.entry(format!("{what}{form}")).or_insert(example);
                    }
                }
                for unknown in now["unknown"].as_array().into_iter().flatten() {
                    let (path, value) = (text(&unknown[0]), text(&unknown[1]));
                    let value: String = value.chars().take(40).collect();
                    lines.entry(format!("{path} is read as `Unknown`")).or_insert(format!(", for {value}"));
                }
                if let Some(newer) = newer.filter(|newer| is_ok(newer) && newer["view"] != now["view"]) {
                    let short = |view: &Value| text(view).chars().take(60).collect::<String>();
                    if !text(&newer["view"]).is_empty() && !text(&now["view"]).is_empty() {
                        seen.parted.insert(format!(
                            "{name}: views part, as {} and {}",
                            short(&now["view"]),
                            short(&newer["view"])
                        ));
                    }
                }
            }
        }
        seen.worse.extend(lines.into_iter().map(|(what, example)| format!("{name}: {what}{example}")));
        let before = self.of(self.client, self.client, Round::Whole(0), at, name, What::Response { xml: false });
        let Some(before) = before.filter(|before| is_ok(before)) else { return };
        let mut missing = Vec::new();
        gone(old, new, &old.1.response, &new.1.response, &[], &mut missing);
        for way in missing.iter().filter(|way| comes(&before["ok"], way)) {
            seen.worse.insert(format!("{name}: {} does not come any more", way.join(".")));
        }
        let now = self.of(self.client, self.endpoint, Round::Whole(0), at, name, What::Response { xml: false });
        for field in &old.0.common_response {
            let has = |result: &Value| result["more"].get(&field.wire).is_some();
            if has(before) && !now.is_some_and(has) {
                seen.worse.insert(format!("{name}: {} does not come any more", field.wire));
            }
        }
    }

    /// What a program does about a response that is lost, and about a call that is throttled.
    fn lost(&self, at: usize, action: &Action, seen: &mut Seen) {
        let name = &action.name;
        let own = |key: &&Key| {
            let same = key.client == self.client && key.endpoint == self.endpoint && key.against.is_none();
            same && key.api == at && key.action == *name
        };
        for key in self.results.keys().filter(own) {
            let result = |client: usize| self.of(client, self.endpoint, key.round, at, name, key.what.clone());
            let [Some(older), Some(newer)] = [self.client, self.endpoint].map(result) else { continue };
            let wait = |result: &Value| result.get("retry_after").map(text).unwrap_or_default();
            match &key.what {
                What::Lost(label) if attempts(older) != attempts(newer) => {
                    let (older, newer) = (attempts(older), attempts(newer));
                    seen.parted.insert(format!(
                        "{name}: `{label}` whose response is lost is sent {older} times, by a newer program {newer} times"
                    ));
                }
                What::Throttled if wait(older) != wait(newer) => {
                    let (older, newer) = (wait(older), wait(newer));
                    seen.parted.insert(format!(
                        "{name}: a throttled call waits for {older} ms, of a newer program for {newer} ms"
                    ));
                }
                _ => {}
            }
        }
    }

    fn flows(&self, at: usize, action: &Action, seen: &mut Seen) {
        let waits = action.waiters.iter().map(|waiter| What::Wait(waiter.name.clone()));
        for what in waits.chain([What::Pages]) {
            let mut said = BTreeSet::new();
            for round in all_rounds(self.models[self.endpoint]) {
                let [Some(now), before] = self.both(round, at, &action.name, &what) else { continue };
                let newer = self.of(self.endpoint, self.endpoint, round, at, &action.name, what.clone());
                let shown = |result: &Value| match result.get("ok") {
                    Some(Value::Array(items)) => format!("{} items", items.len()),
                    Some(other) => text(other),
                    None => format!("an error, {}", error(result)),
                };
                let about =
                    if what == What::Pages { "all pages are".to_owned() } else { "a wait ends with".to_owned() };
                let Some(newer) = newer.filter(|newer| shown(newer) != shown(now)) else { continue };
                let text = format!("{}: {about} {}, for a newer program {}", action.name, shown(now), shown(newer));
                let worked = what == What::Pages && is_ok(newer) && before.is_some_and(is_ok) && round != Round::Bare;
                if worked {
                    seen.worse.insert(text);
                } else {
                    said.insert(text);
                }
            }
            seen.parted.extend(said);
        }
    }
}

fn full(label: &str) -> What {
    What::Request(label.to_owned())
}

/// The parameters that the endpoint has seen, as far as it shows them.
fn sent(result: &Value) -> BTreeMap<String, String> {
    let latest = result["log"].as_array().and_then(|log| log.last());
    let all = latest.and_then(|entry| entry["parameters"].as_object()).into_iter().flatten();
    // What the client makes at random says nothing by its value.
    let random = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = |value: &Value| Some(text(value)).filter(|text| !random(text)).unwrap_or_else(|| "(random)".to_owned());
    all.map(|(name, given)| (name.clone(), value(given))).collect()
}

/// How often a call was sent.
fn attempts(result: &Value) -> usize {
    result["log"].as_array().map_or(0, Vec::len)
}

/// The row of the older description that is a row of the newer one by another name.
fn alike(old: &Api, new: &Api, row: &str) -> Option<String> {
    let row = new.errors.iter().find(|of| of.name == row)?;
    let same = |of: &&ErrorRow| {
        (&of.code, &of.inner_code, &of.message_contains) == (&row.code, &row.inner_code, &row.message_contains)
    };
    old.errors.iter().find(same).map(|of| of.name.clone())
}
