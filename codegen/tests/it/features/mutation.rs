//! Changes one value of a spec at a time, as the JSON Schema of the language describes it.

use crate::fixture::repository;
use cloudcert_codegen::schema::schema;
use cloudcert_codegen::source::SourceFile;
use serde_json::Value as Shape;
use serde_yaml::Value;
use std::collections::BTreeSet;

/// The language, by its schema.
pub(super) struct Language(Shape);

/// A struct of the language, and a key of it.
pub(super) type Key = (String, String);

/// What a walk over a file calls with each key and the path of its value.
type Visit<'a> = dyn FnMut(Key, &[Value]) + 'a;

/// Where the value of a key stands.
pub(super) struct Place {
    pub(super) key: Key,
    file: usize,
    /// Keys and indexes from the root of the file to the value.
    path: Vec<Value>,
}

impl Language {
    pub(super) fn new() -> Self {
        let reference = std::fs::read_to_string(repository().join("spec/README.md")).unwrap();
        Self(serde_json::from_str(&schema(&reference)).unwrap())
    }

    /// Every struct and key.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        let structs = self.0["$defs"].as_object().unwrap().iter().filter(|(_, shape)| shape["properties"].is_object());
        structs.flat_map(|(of, shape)| {
            shape["properties"].as_object().unwrap().keys().map(|key| (of.clone(), key.clone()))
        })
    }

    /// Every place of a spec that has a value.
    pub(super) fn places(&self, files: &[SourceFile]) -> Vec<Place> {
        let mut places = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let of = super::language_of(&file.path);
            let value = serde_yaml::from_slice(&file.bytes).unwrap();
            let shape = serde_json::json!({"$ref": format!("#/$defs/{of}")});
            self.walk(&value, &shape, &mut Vec::new(), &mut |key, path| {
                places.push(Place { key, file: index, path: path.to_vec() });
            });
        }
        places
    }

    /// The name of a struct or an enum with its definition.
    fn named<'a>(&'a self, shape: &'a Shape) -> Option<(&'a str, &'a Shape)> {
        let name = shape["$ref"].as_str()?.rsplit('/').next()?;
        Some((name, &self.0["$defs"][name]))
    }

    /// The form of a shape that a value has, if it has several.
    fn form<'a>(value: &Value, shape: &'a Shape) -> &'a Shape {
        let fits = |form: &&Shape| match value {
            Value::Mapping(_) => form["$ref"].is_string() || form["type"] == "object",
            Value::Sequence(_) => form["type"] == "array",
            _ => !form["$ref"].is_string() && form["type"] != "array",
        };
        shape["anyOf"].as_array().and_then(|forms| forms.iter().find(fits)).unwrap_or(shape)
    }

    fn walk(&self, value: &Value, shape: &Shape, path: &mut Vec<Value>, visit: &mut Visit<'_>) {
        let shape = Self::form(value, shape);
        let mut step = |key: Value, value: &Value, shape: &Shape, name: Option<Key>| {
            path.push(key);
            if let Some(name) = name {
                visit(name, path);
            }
            self.walk(value, shape, path, visit);
            path.pop();
        };
        let named = self.named(shape).filter(|(_, of)| of["properties"].is_object());
        match value {
            Value::Mapping(map) => {
                for (key, value) in map {
                    let word = key.as_str().unwrap_or_default();
                    match named {
                        Some((of, all)) => {
                            step(key.clone(), value, &all["properties"][word], Some((of.to_owned(), word.to_owned())));
                        }
                        None => step(key.clone(), value, &shape["additionalProperties"], None),
                    }
                }
            }
            Value::Sequence(items) => {
                for (index, value) in items.iter().enumerate() {
                    step(Value::from(index), value, &shape["items"], None);
                }
            }
            _ => {}
        }
    }

    /// The spec with other values at a place, the plainest first. Not all of them are sound.
    pub(super) fn changes<'a>(
        &'a self,
        files: &'a [SourceFile],
        place: &'a Place,
    ) -> impl Iterator<Item = Vec<SourceFile>> + 'a {
        let root: Value = serde_yaml::from_slice(&files[place.file].bytes).unwrap();
        let old = at(&root, &place.path).clone();
        let of = &self.0["$defs"][&place.key.0];
        let required = of["required"].as_array().unwrap().iter().any(|key| *key == place.key.1);
        let mut others: Vec<Option<Value>> =
            self.others(&old, &of["properties"][&place.key.1], &words(files)).into_iter().map(Some).collect();
        if !required {
            others.push(None);
        }
        others.into_iter().map(move |other| {
            let mut root = root.clone();
            put(&mut root, &place.path, other.clone());
            let mut files = files.to_vec();
            files[place.file].bytes = serde_yaml::to_string(&root).unwrap().into_bytes();
            if let (Some(old), Some(Some(new))) = (old.as_str(), other.as_ref().map(Value::as_str)) {
                rename(&mut files, place, old, new);
            }
            files
        })
    }

    /// Other values of a shape than this one.
    fn others(&self, old: &Value, shape: &Shape, words: &BTreeSet<String>) -> Vec<Value> {
        let shape = Self::form(old, shape);
        if let Some((_, of)) = self.named(shape) {
            if let Some(all) = of["enum"].as_array() {
                let all = all.iter().filter_map(Shape::as_str).map(Value::from);
                return all.filter(|other| other != old).collect();
            }
            let member = |key: &Value| of["properties"][key.as_str().unwrap_or_default()].clone();
            return self.inside(old, &member, words);
        }
        match old {
            Value::Bool(truth) => vec![Value::from(!truth)],
            Value::Number(_) => match old.as_i64() {
                Some(number) => [1, -1, 10].map(|step| Value::from(number.saturating_add(step))).to_vec(),
                None => vec![Value::from(old.as_f64().unwrap() + 1.0)],
            },
            Value::String(text) => texts(text, words).into_iter().map(Value::from).collect(),
            Value::Mapping(_) => self.inside(old, &|_| shape["additionalProperties"].clone(), words),
            Value::Sequence(_) => self.inside(old, &|_| shape["items"].clone(), words),
            _ => Vec::new(),
        }
    }

    /// The same structure, map or list with one value changed, or without one.
    fn inside(&self, old: &Value, shape: &dyn Fn(&Value) -> Shape, words: &BTreeSet<String>) -> Vec<Value> {
        let steps: Vec<(Value, &Value)> = match old {
            Value::Mapping(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Sequence(items) => items.iter().enumerate().map(|(n, value)| (Value::from(n), value)).collect(),
            _ => Vec::new(),
        };
        let with = |key: &Value, value: Option<Value>| {
            let mut new = old.clone();
            put(&mut new, std::slice::from_ref(key), value);
            new
        };
        let none = BTreeSet::new();
        let changed = steps.iter().map(|(key, value)| {
            // The words of the whole spec only for names in lists and maps. A structure is changed in many places, a little in each.
            let (words, most) = if value.is_string() && !words.is_empty() { (words, usize::MAX) } else { (&none, 6) };
            self.others(value, &shape(key), words).into_iter().take(most).map(|other| with(key, Some(other)))
        });
        let gone = steps.iter().map(|(key, _)| with(key, None));
        by_turns(changed).into_iter().chain(gone).collect()
    }
}

/// The first of each, then the second of each, and so on.
fn by_turns<T>(lists: impl Iterator<Item = impl Iterator<Item = T>>) -> Vec<T> {
    let mut lists: Vec<_> = lists.collect();
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(lists.iter_mut().filter_map(Iterator::next));
        if all.len() == before {
            return all;
        }
    }
}

/// Other texts: prose that goes on, another number or date, and the other words of the spec, which may be names of things.
fn texts(old: &str, words: &BTreeSet<String>) -> Vec<String> {
    let with = |digit, other| old.replace::<char>(digit, other);
    let plain = [format!("{old}x"), with('1', "2"), with('2', "3"), with('3', "4")].into_iter();
    plain.chain(words.iter().cloned()).filter(|new| new != old).collect()
}

/// Every name and word of a spec.
fn words(files: &[SourceFile]) -> BTreeSet<String> {
    fn collect(value: &Value, words: &mut BTreeSet<String>) {
        match value {
            Value::String(text) if !text.contains(' ') && text.is_ascii() => {
                words.insert(text.clone());
            }
            Value::Mapping(map) => map.iter().for_each(|(key, value)| {
                collect(key, words);
                collect(value, words);
            }),
            Value::Sequence(items) => items.iter().for_each(|item| collect(item, words)),
            _ => {}
        }
    }
    let mut words = BTreeSet::new();
    for file in files {
        collect(&serde_yaml::from_slice(&file.bytes).unwrap(), &mut words);
    }
    words
}

/// Names of folders and files repeat what is said in them: they change together.
fn rename(files: &mut [SourceFile], place: &Place, old: &str, new: &str) {
    let folder = match (place.key.0.as_str(), place.key.1.as_str()) {
        ("ApiInfo", "provider" | "service" | "version") => true,
        ("Action", "action") => false,
        _ => return,
    };
    let path = files[place.file].path.clone();
    let (home, name) = path.split_once('/').unwrap();
    let moved = if folder { home.replace(old, new) } else { home.to_owned() };
    for file in files.iter_mut().filter(|file| file.path.starts_with(home)) {
        let own = file.path == path && !folder;
        let name = if own { name.replace(old, new) } else { file.path.split_once('/').unwrap().1.to_owned() };
        file.path = format!("{moved}/{name}");
    }
}

fn at<'a>(value: &'a Value, path: &[Value]) -> &'a Value {
    path.iter().fold(value, |value, step| match value {
        Value::Sequence(items) => &items[usize::try_from(step.as_u64().unwrap()).unwrap()],
        other => &other[step],
    })
}

/// Replaces a value, or takes it away.
fn put(value: &mut Value, path: &[Value], new: Option<Value>) {
    let (step, rest) = path.split_first().unwrap();
    let index = step.as_u64().and_then(|index| usize::try_from(index).ok());
    match (value, index) {
        (Value::Sequence(items), Some(index)) => match (rest, new) {
            ([], None) => drop(items.remove(index)),
            ([], Some(new)) => items[index] = new,
            (_, new) => put(&mut items[index], rest, new),
        },
        (Value::Mapping(map), _) => match (rest, new) {
            ([], None) => drop(map.remove(step)),
            ([], Some(new)) => drop(map.insert(step.clone(), new)),
            (_, new) => put(&mut map[step], rest, new),
        },
        _ => unreachable!("a path leads through mappings and lists"),
    }
}
