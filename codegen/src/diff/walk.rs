//! Walks over two models side by side and pairs their items. An item without a counterpart is new or gone.

use super::classify;
use super::finding::{DiffFinding, Subject};
use super::item::Item;
use super::rules::UNCLASSIFIED;
use super::usage::{Direction, Usage};
use super::values::{Changes, short};
use super::{Bump, ChangeRule, Level, rule};
use crate::model::{Action, Api, Place};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The input of the comparison of one API version.
pub(super) struct Pair<'a> {
    pub(super) base: &'a Api,
    pub(super) head: &'a Api,
    pub(super) base_usage: Usage<'a>,
    pub(super) head_usage: Usage<'a>,
    /// Enums and structures that were given another name: old to new.
    pub(super) renamed: BTreeMap<&'a str, &'a str>,
}

impl<'a> Pair<'a> {
    pub(super) fn new(base: &'a Api, head: &'a Api) -> Self {
        let mut renamed = BTreeMap::new();
        let types = |api: &'a Api| -> Vec<(&'a str, Option<&'a str>)> {
            let enums = api.enums.iter().map(|of| (of.name.as_str(), Item::Enum(of).renamed_from()));
            enums.chain(api.types.iter().map(|of| (of.name.as_str(), Item::Type(of).renamed_from()))).collect()
        };
        let (old, new) = (types(base), types(head));
        let names = |list: &[(&'a str, Option<&'a str>)]| list.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>();
        let (old_names, new_names) = (names(&old), names(&new));
        for (now, from) in &new {
            if let Some(from) = from.filter(|from| old_names.contains(from) && !new_names.contains(from)) {
                renamed.insert(from, *now);
            }
        }
        // When comparing backwards, a rename is declared in the first model.
        for (then, from) in &old {
            if let Some(from) = from.filter(|from| new_names.contains(from) && !old_names.contains(from)) {
                renamed.insert(then, from);
            }
        }
        Self { base_usage: Usage::new(base), head_usage: Usage::new(head), base, head, renamed }
    }

    /// The name in the second model of a type of the first.
    pub(super) fn new_name<'b>(&self, name: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.renamed.get(name).copied().unwrap_or(name)
    }
}

/// A place, and the number of steps that lead to it.
type Known<'a> = (Option<&'a Place>, usize);

/// The state of the walk, with its findings.
pub(super) struct Walk<'a> {
    pub(super) pair: &'a Pair<'a>,
    pub(super) found: Vec<Found>,
    /// The action that the walk is in, in both models.
    pub(super) action: Option<(&'a Action, &'a Action)>,
    /// Whether the items here are sent or read.
    pub(super) side: Direction,
    /// Whether the items here are members of a structure, which are not parameters.
    pub(super) nested: bool,
    /// The name of the type of the structure that the walk is in.
    pub(super) structure: Option<String>,
    /// Actions that share the items here.
    pub(super) affected: Vec<String>,
    /// No code is generated for the items here.
    pub(super) no_code: bool,
    /// Members below are not compared: their structure has changed as a whole.
    pub(super) hide_members: bool,
    /// Reported structures that one field defines in one model and several fields share in the other.
    pub(super) moved: BTreeSet<&'a str>,
    base_way: Vec<String>,
    head_way: Vec<String>,
    /// The nearest places that the model knows, and the number of steps that lead to them.
    place: [Known<'a>; 2],
}

/// A finding, and the paths to its places.
pub(super) struct Found {
    pub(super) finding: DiffFinding,
    pub(super) base_way: Option<Vec<String>>,
    pub(super) head_way: Option<Vec<String>>,
    /// The number of steps of each path that lead to the places of the finding.
    pub(super) steps: [usize; 2],
}

impl<'a> Walk<'a> {
    pub(super) fn new(pair: &'a Pair<'a>) -> Self {
        Self {
            pair,
            found: Vec::new(),
            action: None,
            side: Direction::Unused,
            nested: false,
            structure: None,
            affected: Vec::new(),
            no_code: false,
            hide_members: false,
            moved: BTreeSet::new(),
            base_way: Vec::new(),
            head_way: Vec::new(),
            place: [(None, 0); 2],
        }
    }

    /// The uses in the first or in the second model.
    pub(super) fn usage(&self, base: bool) -> &Usage<'a> {
        if base { &self.pair.base_usage } else { &self.pair.head_usage }
    }

    /// Compares an item in the first model with its counterpart in the second.
    pub(super) fn items(&mut self, base: Item<'a>, head: Item<'a>) {
        if base.is_same(head) {
            return;
        }
        let (base_length, head_length) = (self.base_way.len(), self.head_way.len());
        self.base_way.extend(base.steps());
        self.head_way.extend(head.steps());
        let outer = self.place;
        self.known(base, head);
        let mut changes = Changes::between(base.attributes(), head.attributes());
        let first = self.found.len();
        // Findings about an action itself are filed under it too.
        if let (Item::Action(old), Item::Action(new)) = (base, head) {
            self.action = Some((old, new));
        }
        classify::changed(self, base, head, &mut changes);
        classify::rust(self, first, Some(base), Some(head));
        for (key, (before, after)) in changes.rest() {
            let text = |value: &serde_json::Value| (!value.is_null()).then(|| format!("{key}: {}", short(value)));
            self.report_rule(UNCLASSIFIED, text(&before), text(&after)).at(&key);
        }
        classify::inside(self, base, head);
        if base.key() != head.key() {
            self.no_worse(first, base, head);
        }
        self.place = outer;
        self.base_way.truncate(base_length);
        self.head_way.truncate(head_length);
    }

    /// Limits the level of a declared rename to that of one item removed and one added. On the wire the limit holds for every finding about the
    /// item, because older programs know the old name only.
    fn no_worse(&mut self, first: usize, base: Item<'a>, head: Item<'a>) {
        if !base.is_on_the_wire() {
            return;
        }
        let gone = classify::presence(self, base, true).and_then(|(id, _)| rule(rule(id)?.mirror));
        let came = classify::presence(self, head, false).and_then(|(id, _)| rule(id));
        let (Some(gone), Some(came)) = (gone, came) else { return };
        let most = gone.wire.max(came.wire);
        for found in self.found.iter_mut().skip(first) {
            found.finding.wire = found.finding.wire.min(most);
        }
    }

    /// Compares what two items contain: section by section, each by its key.
    pub(super) fn children(&mut self, base: Vec<Item<'a>>, head: Vec<Item<'a>>) {
        let mut sections: Vec<(&str, Vec<Item<'a>>, Vec<Item<'a>>)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (first, item) in base.into_iter().map(|item| (true, item)).chain(head.into_iter().map(|item| (false, item)))
        {
            let index = *places.entry(item.section()).or_insert(sections.len());
            if index == sections.len() {
                sections.push((item.section(), Vec::new(), Vec::new()));
            }
            if let Some((_, old, new)) = sections.get_mut(index) {
                if first { old.push(item) } else { new.push(item) }
            }
        }
        let around = self.side;
        for (_, old, new) in sections {
            if let Some(item) = old.first().or(new.first()) {
                self.side = classify::side(*item, around);
            }
            self.section(old, new);
        }
        self.side = around;
    }

    fn section(&mut self, base: Vec<Item<'a>>, head: Vec<Item<'a>>) {
        let mut old: HashMap<String, Vec<Item<'a>>> = HashMap::new();
        let order: Vec<String> = base.iter().map(|item| item.key()).collect();
        for item in base {
            old.entry(item.key()).or_default().push(item);
        }
        let mut new: Vec<(String, Item<'a>)> = Vec::new();
        for item in head {
            // Of several items with one key, equal ones are paired first.
            let twins = old.get_mut(&item.key());
            match twins.and_then(|twins| Some(twins.remove(twins.iter().position(|twin| twin.is_same(item))?))) {
                Some(twin) => self.items(twin, item),
                None => new.push((item.key(), item)),
            }
        }
        let mut came: Vec<Item<'a>> = Vec::new();
        for (key, item) in new {
            match old.get_mut(&key).filter(|twins| !twins.is_empty()) {
                Some(twins) => {
                    let twin = twins.remove(0);
                    self.items(twin, item);
                }
                None => came.push(item),
            }
        }
        let mut gone: Vec<Item<'a>> = Vec::new();
        for key in order {
            gone.extend(old.get_mut(&key).map(std::mem::take).into_iter().flatten());
        }
        for (before, after) in classify::renames(&mut gone, &mut came) {
            self.items(before, after);
        }
        let hints = classify::suspected(&gone, &came);
        for item in &gone {
            self.alone(*item, true, hints.iter().find(|hint| hint.from == item.key()));
        }
        for item in &came {
            self.alone(*item, false, hints.iter().find(|hint| hint.to == item.key()));
        }
    }

    /// An item without a counterpart.
    pub(super) fn alone(&mut self, item: Item<'a>, gone: bool, hint: Option<&classify::Suspicion>) {
        let (base_length, head_length) = (self.base_way.len(), self.head_way.len());
        self.base_way.extend(item.steps());
        self.head_way.extend(item.steps());
        let outer = self.place;
        self.known(item, item);
        if let Some((added, text)) = classify::presence(self, item, gone) {
            let mirror = rule(added).map_or(added, |rule| rule.mirror);
            let (id, before, after) = if gone { (mirror, Some(text), None) } else { (added, None, Some(text)) };
            let first = self.found.len();
            let (inside, hint) = (item.size(), hint.map(|hint| hint.text.clone()));
            let wire = classify::removed(self, item).filter(|_| gone);
            self.report(id, before, after).edit(|found| {
                found.finding.inside = inside;
                if let Item::Action(of) = item {
                    found.finding.subject.action = Some(of.name.clone());
                }
                found.finding.source = found.finding.source.min(classify::level_alone(item, found.finding.rule));
                found.finding.wire = wire.unwrap_or(found.finding.wire);
                found.finding.hint = hint;
                if gone {
                    found.head_way = None;
                    found.finding.head = None;
                } else {
                    found.base_way = None;
                    found.finding.base = None;
                }
            });
            let (before, after) = if gone { (Some(item), None) } else { (None, Some(item)) };
            classify::rust(self, first, before, after);
        }
        self.place = outer;
        self.base_way.truncate(base_length);
        self.head_way.truncate(head_length);
    }

    /// Remembers the places of the two items that the walk has just entered.
    fn known(&mut self, base: Item<'a>, head: Item<'a>) {
        let [old, new] = &mut self.place;
        for (known, item, way) in [(old, base, &self.base_way), (new, head, &self.head_way)] {
            if let Some(place) = item.place() {
                *known = (Some(place), way.len());
            }
        }
    }

    /// Reports a change by the id of its rule.
    pub(super) fn report(&mut self, id: &str, before: Option<String>, after: Option<String>) -> Reported<'_> {
        self.report_rule(rule(id).unwrap_or(UNCLASSIFIED), before, after)
    }

    /// Reports a change in what is sent, what is read, or both. For both, the worse level holds.
    pub(super) fn report_by_side(
        &mut self,
        suffix: &str,
        before: Option<String>,
        after: Option<String>,
    ) -> Reported<'_> {
        let (sent, read) = (rule(&format!("param-{suffix}")), rule(&format!("field-{suffix}")));
        let side = self.side;
        let first = if side.is_sent() { sent } else { read.or(sent) };
        self.report_rule(first.unwrap_or(UNCLASSIFIED), before, after).edit(|found| {
            let finding = &mut found.finding;
            if let (Direction::Both, Some(read)) = (side, read) {
                finding.wire = finding.wire.max(read.wire);
                finding.source = finding.source.max(read.source);
                finding.bump = finding.bump.max(read.bump);
            }
            if side == Direction::Unused {
                finding.wire = Level::None;
            }
        })
    }

    fn report_rule(
        &mut self,
        rule: &'static ChangeRule,
        before: Option<String>,
        after: Option<String>,
    ) -> Reported<'_> {
        let api = self.pair.head.id.clone();
        let (base_way, head_way) = (self.base_way.clone(), self.head_way.clone());
        let path = std::iter::once(&api).chain(&head_way).map(String::as_str).collect::<Vec<_>>().join("/");
        let action = self.action.map(|(_, head)| head.name.clone());
        let finding = DiffFinding {
            rule,
            wire: rule.wire,
            source: if self.no_code { Level::None } else { rule.source },
            bump: rule.bump,
            subject: Subject { api, action, path },
            before,
            after,
            rust: None,
            base: self.place[0].0.cloned(),
            head: self.place[1].0.cloned(),
            affected: self.affected.clone(),
            also: Vec::new(),
            inside: 0,
            hint: None,
            fingerprint: String::new(),
        };
        let steps = self.place.map(|(_, steps)| steps);
        self.found.push(Found { finding, base_way: Some(base_way), head_way: Some(head_way), steps });
        Reported(self.found.last_mut())
    }
}

/// A new finding, for its reporter to adjust.
pub(super) struct Reported<'a>(Option<&'a mut Found>);

impl Reported<'_> {
    fn edit(mut self, edit: impl FnOnce(&mut Found)) -> Self {
        if let Some(found) = self.0.as_deref_mut() {
            edit(found);
        }
        self
    }

    /// Adds the key in the item to the paths of the finding.
    pub(super) fn at(self, key: &str) -> Self {
        self.edit(|found| {
            for way in [&mut found.base_way, &mut found.head_way].into_iter().flatten() {
                way.push(key.to_owned());
            }
        })
    }

    /// Overrides the usual level for sources.
    pub(super) fn source(self, level: Level) -> Self {
        self.edit(|found| found.finding.source = level)
    }

    /// Overrides the usual level on the wire.
    pub(super) fn wire(self, level: Level) -> Self {
        self.edit(|found| found.finding.wire = level)
    }

    /// Says what to do about it.
    pub(super) fn hint(self, text: &str) -> Self {
        self.edit(|found| found.finding.hint = Some(text.to_owned()))
    }

    /// Overrides the usual release.
    pub(super) fn bump(self, bump: Bump) -> Self {
        self.edit(|found| found.finding.bump = bump)
    }
}
