//! Every key of the language has a reader: changing its value changes the generated code or a generated document. A key that changes the
//! model's data alone is listed here with the file that reads it there.

use super::described::{Described, wanted};
use super::mutation::{Key, Language, Place};
use super::{Feature, features};
use crate::fixture::{base, data, repository};
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::explain::{self, Language as Spoken};
use cloudcert_codegen::model::{Match, Model};
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{defects, load};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock};

/// A key that changes the model's data alone: struct, key, the file that reads it, and what this file says to do so.
type Entry = (&'static str, &'static str, &'static str, &'static str);

/// Keys that the local endpoint reads, by files of `emulator/src`.
#[rustfmt::skip]
const READ_BY_THE_ENDPOINT: &[Entry] = &[
    ("Protocol", "envelope", "response/mod.rs", "protocol.envelope"),
    ("Protocol", "time_stamps", "dialect/gate.rs", "protocol.time_stamps"),
    ("Protocol", "xml_lists", "response/mod.rs", "protocol.xml_lists"),
];

/// Keys that only the review of changes reads, by files of `codegen/src/diff`.
#[rustfmt::skip]
const READ_BY_THE_REVIEW: &[Entry] = &[
    ("Column", "type", "classify/types.rs", r#""table-column-changed""#),
    ("EnumValue", "misprints", "classify/types.rs", r#""enum-misprints-changed""#),
    ("PatternRule", "severity", "classify/check.rs", "Demand::Pattern"),
];

/// Why the number of a defect cannot change by itself.
const DESCRIBED: &str = "`defects.yaml` must describe each number, and each description needs its number";

/// Keys whose one value is read by the loader, which refuses any other, with the reason.
const ONE_VALUE: &[(&str, &str, &str)] = &[
    ("Action", "defects", DESCRIBED),
    ("CommonParameter", "defects", DESCRIBED),
    ("Endpoints", "defects", DESCRIBED),
    ("EnumSpec", "defects", DESCRIBED),
    ("EnumValue", "defects", DESCRIBED),
    ("ErrorRow", "defects", DESCRIBED),
    ("Field", "defects", DESCRIBED),
    ("Service", "defects", DESCRIBED),
    ("Table", "defects", DESCRIBED),
    ("TypeSpec", "defects", DESCRIBED),
    ("KeyRule", "severity", "only the service can read a CSR for sure, so the loader takes `advice` alone"),
    ("Reconcile", "impossible", "it has the one value `true`; without it there is no recipe"),
    ("Rule", "refuse", "a rule has exactly one demand, and this one is made by `true`"),
    ("Service", "spec", "the loader knows one version of the language"),
    ("Service", "uses", "without the file what it defines is missing"),
];

/// Who notices that a value has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reader {
    /// The loader takes no other value.
    Nobody,
    /// Another value is taken, and changes nothing.
    Loader,
    /// The model's data changes.
    Model,
    /// A generated document changes.
    Documents,
    /// The generated code or its documentation changes.
    Code,
}

/// What is made of a spec.
struct Made {
    code: Vec<(String, String)>,
    docs: Described,
    documents: Vec<String>,
    /// Without places in files, which change whenever a line goes.
    data: serde_json::Value,
}

impl Made {
    fn of(model: &Model) -> Self {
        let output = generate(model);
        let docs = Described::of(&output);
        let code = output.into_iter().map(|file| (file.path, file.text)).collect();
        let codes = model.apis.iter().flat_map(|api| &api.errors).map(|row| match &row.code {
            Match::Exact(code) | Match::Prefix(code) => code,
        });
        let explained = codes.flat_map(|code| {
            [Spoken::En, Spoken::Zh].map(|language| explain::explain(model, code, language).unwrap_or_default())
        });
        let documents = std::iter::once(defects::page(model)).chain(explained).collect();
        Self { code, docs, documents, data: serde_json::to_value(model).unwrap() }
    }

    fn reader(&self, changed: &Self) -> Reader {
        if self.code != changed.code {
            Reader::Code
        } else if self.documents != changed.documents {
            Reader::Documents
        } else if self.data != changed.data {
            Reader::Model
        } else {
            Reader::Loader
        }
    }
}

/// Who reads a key, and where the docs say it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    reader: Reader,
    /// An item whose docs change with a value of the key, by language.
    pub(super) said: [Option<String>; 2],
}

/// The search for the reader of one key, and for its place in the docs.
struct Search {
    found: Found,
    /// The search ends here, because nothing better is expected of the key.
    enough: Reader,
    /// The languages whose docs are searched.
    wanted: [bool; 2],
    /// How many values may be tried yet.
    left: usize,
    /// How many values that load may be tried yet. They cost most, because code is generated from each.
    sound: usize,
}

impl Search {
    fn is_over(&self) -> bool {
        let said = self.wanted.iter().zip(&self.found.said).all(|(wanted, said)| !wanted || said.is_some());
        (self.found.reader >= self.enough && said) || self.left == 0 || self.sound == 0
    }

    /// Tries other values at a place. Where one loads and changes little, the next place tells more than the next value.
    fn try_values(&mut self, language: &Language, files: &[SourceFile], made: &Made, place: &Place) {
        let mut sound = self.sound.div_ceil(2);
        for changed in language.changes(files, place) {
            if self.is_over() || sound == 0 {
                return;
            }
            self.left -= 1;
            if let Ok(model) = load(&changed) {
                let changed = Made::of(&model);
                self.found.reader = self.found.reader.max(made.reader(&changed));
                for (said, now) in self.found.said.iter_mut().zip(made.docs.difference(&changed.docs)) {
                    *said = said.take().or(now);
                }
                self.sound -= 1;
                sound -= 1;
            }
        }
    }
}

/// A sound spec, what is made of it, and every place of it that has a value.
struct Ground {
    files: Vec<SourceFile>,
    made: Made,
    places: Vec<Place>,
}

impl Ground {
    fn of(language: &Language, files: Vec<SourceFile>) -> Self {
        let made = Made::of(&load(&files).unwrap_or_else(|findings| panic!("{findings}")));
        let places = language.places(&files);
        Self { files, made, places }
    }
}

/// The small specs of the features, and with more values to try the whole small spec and the one that has everything twice, so that each
/// name has another one to be changed to.
fn grounds(language: &Language) -> Vec<(usize, Vec<Ground>)> {
    let twins = std::fs::read_to_string(data().join("twins.yaml")).unwrap();
    let twins = serde_yaml::from_str::<Feature>(&twins).unwrap().after();
    let small = features().into_values().map(|feature| Ground::of(language, feature.after())).collect();
    let large = [base(), twins].map(|files| Ground::of(language, files)).into();
    vec![(400, small), (1000, large)]
}

/// Changes the values of a key one by one.
fn found(language: &Language, grounds: &[(usize, Vec<Ground>)], key: &Key) -> Found {
    let enough = if is_one_value(key) { Reader::Loader } else { Reader::Documents };
    let most = if is_read_from_the_model(key) { 4 } else { 12 };
    let mut found = Found { reader: Reader::Nobody, said: [None, None] };
    for (left, grounds) in grounds {
        let left = if is_one_value(key) { 50 } else { *left };
        let mut search = Search { found, enough, wanted: wanted(key), left, sound: most };
        for ground in grounds {
            for place in ground.places.iter().filter(|place| place.key == *key) {
                search.try_values(language, &ground.files, &ground.made, place);
            }
        }
        found = search.found;
    }
    found
}

/// What becomes of each key, over all fixtures.
pub(super) fn all_found() -> &'static BTreeMap<Key, Found> {
    static FOUND: OnceLock<BTreeMap<Key, Found>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let language = Language::new();
        let grounds = grounds(&language);
        let keys = Mutex::new(language.keys().collect::<Vec<_>>());
        let all = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(|| {
                    loop {
                        let Some(key) = keys.lock().unwrap().pop() else { return };
                        let found = found(&language, &grounds, &key);
                        all.lock().unwrap().insert(key, found);
                    }
                });
            }
        });
        all.into_inner().unwrap()
    })
}

fn is_read_from_the_model((of, key): &Key) -> bool {
    READ_BY_THE_ENDPOINT.iter().chain(READ_BY_THE_REVIEW).any(|(known, name, ..)| known == of && name == key)
}

fn is_one_value((of, key): &Key) -> bool {
    ONE_VALUE.iter().any(|(known, name, _)| known == of && name == key)
}

#[test]
fn every_key_of_the_language_has_a_reader() {
    let mut wrong = Vec::new();
    for (key, Found { reader, .. }) in all_found() {
        let expected = match reader {
            Reader::Nobody => is_one_value(key),
            Reader::Loader => false,
            Reader::Model => is_read_from_the_model(key),
            Reader::Documents | Reader::Code => !is_read_from_the_model(key) && !is_one_value(key),
        };
        if !expected {
            wrong.push(format!("{}.{}: {reader:?}", key.0, key.1));
        }
    }
    assert!(wrong.is_empty(), "keys whose reader is not as expected:\n{}", wrong.join("\n"));
}

#[test]
fn the_readers_of_the_model_are_where_they_are_said_to_be() {
    for (folder, entries) in [("emulator/src", READ_BY_THE_ENDPOINT), ("codegen/src/diff", READ_BY_THE_REVIEW)] {
        for (of, key, file, words) in entries {
            let path = repository().join(folder).join(file);
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(text.contains(words), "{of}.{key}: {folder}/{file} does not say `{words}`");
        }
    }
}

#[test]
fn the_lists_name_keys_of_the_language() {
    let keys: BTreeSet<_> = Language::new().keys().collect();
    let listed = READ_BY_THE_ENDPOINT.iter().chain(READ_BY_THE_REVIEW).map(|(of, key, ..)| (*of, *key));
    for (of, key) in listed.chain(ONE_VALUE.iter().map(|(of, key, _)| (*of, *key))) {
        assert!(keys.contains(&(of.to_owned(), key.to_owned())), "the language has no {of}.{key}");
    }
}
