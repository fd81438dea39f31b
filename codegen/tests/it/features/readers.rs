//! Every key of the language has a reader: changing its value changes the generated code or a generated document. A key that changes the
//! model's data alone is listed here with the place that reads it there.

use super::mutation::{Key, Language, Place};
use super::{Feature, features};
use crate::fixture::{base, data, repository};
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::explain::{self, Language as Spoken};
use cloudcert_codegen::model::{Match, Model};
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{defects, load};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// A key that changes the model's data alone.
struct Entry {
    of: &'static str,
    key: &'static str,
    /// The file that reads it.
    file: &'static str,
    /// What this file says to do so.
    words: &'static str,
    /// What it reads it for.
    why: &'static str,
}

/// The review of changes reads every key of the model; keys that the local endpoint reads are listed with that.
const READ_FROM_THE_MODEL: &[Entry] = &[
    Entry {
        of: "Action",
        key: "errors",
        file: "emulator/src/service/forced.rs",
        words: "call.action.errors",
        why: "the local endpoint answers with these errors on request",
    },
    Entry {
        of: "Column",
        key: "doc",
        file: "codegen/src/diff/classify/common.rs",
        words: r#""docs-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Column",
        key: "of",
        file: "codegen/src/diff/classify/types.rs",
        words: r#""table-column-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "default",
        file: "codegen/src/diff/classify/services.rs",
        words: r#""common-param-default-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "doc",
        file: "codegen/src/diff/classify/common.rs",
        words: r#""docs-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "enum",
        file: "codegen/src/diff/classify/services.rs",
        words: r#""common-param-enum-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "example",
        file: "codegen/src/diff/classify/common.rs",
        words: r#""example-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "header",
        file: "codegen/src/diff/classify/services.rs",
        words: r#""common-param-carrier-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "required",
        file: "codegen/src/diff/classify/services.rs",
        words: r#""common-param-became-required""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "sensitive",
        file: "codegen/src/diff/classify/services.rs",
        words: r#""common-param-hidden""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "set_by",
        file: "codegen/src/diff/classify/services.rs",
        words: r#""common-param-setter-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "signatures",
        file: "codegen/src/diff/classify/services.rs",
        words: r#""common-param-signatures-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "CommonParameter",
        key: "undocumented",
        file: "codegen/src/diff/classify/common.rs",
        words: r#""became-undocumented""#,
        why: "a change is reported",
    },
    Entry {
        of: "EnumValue",
        key: "misprints",
        file: "codegen/src/diff/classify/types.rs",
        words: r#""enum-misprints-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "ErrorRow",
        key: "scope",
        file: "codegen/src/diff/classify/errors.rs",
        words: r#""error-scope-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Example",
        key: "response",
        file: "codegen/src/diff/classify/mod.rs",
        words: r#""example-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Example",
        key: "title",
        file: "codegen/src/diff/classify/mod.rs",
        words: r#""example-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Field",
        key: "csr_key",
        file: "codegen/src/diff/classify/check.rs",
        words: "Demand::CsrKey",
        why: "a change is reported",
    },
    Entry {
        of: "Field",
        key: "example",
        file: "codegen/src/diff/classify/common.rs",
        words: r#""example-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Field",
        key: "pattern",
        file: "codegen/src/diff/classify/check.rs",
        words: "Demand::Pattern",
        why: "a change is reported",
    },
    Entry {
        of: "Field",
        key: "source",
        file: "codegen/src/diff/classify/common.rs",
        words: r#""provenance-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Field",
        key: "time_layout",
        file: "codegen/src/diff/classify/kind.rs",
        words: r#""time-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Field",
        key: "time_zone",
        file: "codegen/src/diff/classify/kind.rs",
        words: r#""time-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Field",
        key: "values",
        file: "codegen/src/diff/classify/field.rs",
        words: r#"changes.take("values")"#,
        why: "a change is reported",
    },
    Entry {
        of: "History",
        key: "renamed_from",
        file: "codegen/src/diff/item.rs",
        words: "history.renamed_from",
        why: "old and new names are paired",
    },
    Entry {
        of: "History",
        key: "since",
        file: "codegen/src/diff/classify/common.rs",
        words: r#"("since", &history.since)"#,
        why: "a change is reported",
    },
    Entry {
        of: "KeyRule",
        key: "algorithms",
        file: "codegen/src/diff/classify/check.rs",
        words: "Demand::CsrKey",
        why: "a change is reported",
    },
    Entry {
        of: "KeyRule",
        key: "rsa_min_bits",
        file: "codegen/src/diff/classify/check.rs",
        words: "Demand::CsrKey",
        why: "a change is reported",
    },
    Entry {
        of: "Paginator",
        key: "size",
        file: "codegen/src/diff/classify/flow.rs",
        words: r#""paginator-size-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "PatternRule",
        key: "regex",
        file: "codegen/src/diff/classify/check.rs",
        words: "Demand::Pattern",
        why: "a change is reported",
    },
    Entry {
        of: "PatternRule",
        key: "severity",
        file: "codegen/src/diff/classify/check.rs",
        words: "Demand::Pattern",
        why: "a change is reported",
    },
    Entry {
        of: "Protocol",
        key: "clock_window_seconds",
        file: "emulator/src/dialect/gate.rs",
        words: "protocol.clock_window_seconds",
        why: "the local endpoint refuses time stamps outside of the window",
    },
    Entry {
        of: "Protocol",
        key: "envelope",
        file: "emulator/src/response/mod.rs",
        words: "protocol.envelope",
        why: "the local endpoint wraps responses",
    },
    Entry {
        of: "Protocol",
        key: "time_stamps",
        file: "emulator/src/dialect/gate.rs",
        words: "protocol.time_stamps",
        why: "the local endpoint reads time stamps in this format",
    },
    Entry {
        of: "Protocol",
        key: "xml_lists",
        file: "emulator/src/response/mod.rs",
        words: "protocol.xml_lists",
        why: "the local endpoint writes lists in this form",
    },
    Entry {
        of: "Service",
        key: "common_parameters",
        file: "emulator/src/request/check.rs",
        words: "api.common_parameters",
        why: "the local endpoint ignores no parameter that every request may carry",
    },
    Entry {
        of: "Service",
        key: "common_response",
        file: "codegen/src/diff/classify/services.rs",
        words: r#""common-field-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Service",
        key: "tables",
        file: "emulator/src/service/values.rs",
        words: "table.columns",
        why: "the local endpoint looks products up",
    },
    Entry {
        of: "Source",
        key: "kind",
        file: "codegen/src/diff/classify/mod.rs",
        words: r#""source-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Source",
        key: "language",
        file: "codegen/src/diff/classify/mod.rs",
        words: r#""source-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Table",
        key: "columns",
        file: "emulator/src/service/values.rs",
        words: "table.columns",
        why: "the local endpoint looks products up",
    },
    Entry {
        of: "Table",
        key: "doc",
        file: "codegen/src/diff/classify/common.rs",
        words: r#""docs-changed""#,
        why: "a change is reported",
    },
    Entry {
        of: "Table",
        key: "key",
        file: "codegen/src/diff/classify/types.rs",
        words: r#""table-key-changed""#,
        why: "a change is reported",
    },
];

/// Keys whose one value is read by the loader, which refuses any other, with the reason.
const ONE_VALUE: &[(&str, &str, &str)] = &[
    ("DefectRegister", "spec", "the loader knows one version of the language"),
    ("KeyRule", "severity", "only the service can read a CSR for sure, so the loader takes `advice` alone"),
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
    documents: Vec<String>,
    /// Without places in files, which change whenever a line goes.
    data: serde_json::Value,
}

impl Made {
    fn of(model: &Model) -> Self {
        let code = generate(model).into_iter().map(|file| (file.path, file.text)).collect();
        let codes = model.apis.iter().flat_map(|api| &api.errors).map(|row| match &row.code {
            Match::Exact(code) | Match::Prefix(code) => code,
        });
        let explained = codes.flat_map(|code| {
            [Spoken::En, Spoken::Zh].map(|language| explain::explain(model, code, language).unwrap_or_default())
        });
        let documents = std::iter::once(defects::page(model)).chain(explained).collect();
        Self { code, documents, data: serde_json::to_value(model).unwrap() }
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

/// The search for the reader of one key.
struct Search {
    reader: Reader,
    /// The search ends here, because nothing better is expected of the key.
    enough: Reader,
    /// How many values may be tried yet.
    left: usize,
    /// How many values that load may be tried yet. They cost most, because code is generated from each.
    sound: usize,
}

impl Search {
    fn is_over(&self) -> bool {
        self.reader >= self.enough || self.left == 0 || self.sound == 0
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
                self.reader = self.reader.max(made.reader(&Made::of(&model)));
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
fn reader(language: &Language, grounds: &[(usize, Vec<Ground>)], key: &Key) -> Reader {
    let enough = if is_one_value(key) { Reader::Loader } else { Reader::Documents };
    let sound = if is_read_from_the_model(key) { 4 } else { 12 };
    let mut best = Reader::Nobody;
    for (left, grounds) in grounds {
        let left = if is_one_value(key) { 50 } else { *left };
        let mut search = Search { reader: best, enough, left, sound };
        for ground in grounds {
            for place in ground.places.iter().filter(|place| place.key == *key) {
                search.try_values(language, &ground.files, &ground.made, place);
            }
        }
        best = search.reader;
    }
    best
}

/// Struct and key to the best reader, over all fixtures.
fn readers() -> BTreeMap<Key, Reader> {
    let language = Language::new();
    let grounds = grounds(&language);
    let keys = Mutex::new(language.keys().collect::<Vec<_>>());
    let found = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(key) = keys.lock().unwrap().pop() else { return };
                    let reader = reader(&language, &grounds, &key);
                    found.lock().unwrap().insert(key, reader);
                }
            });
        }
    });
    found.into_inner().unwrap()
}

fn is_read_from_the_model((of, key): &Key) -> bool {
    READ_FROM_THE_MODEL.iter().any(|entry| entry.of == of && entry.key == key)
}

fn is_one_value((of, key): &Key) -> bool {
    ONE_VALUE.iter().any(|(known, name, _)| known == of && name == key)
}

#[test]
fn every_key_of_the_language_has_a_reader() {
    let mut wrong = Vec::new();
    for (key, reader) in readers() {
        let expected = match reader {
            Reader::Nobody => is_one_value(&key),
            Reader::Loader => false,
            Reader::Model => is_read_from_the_model(&key),
            Reader::Documents | Reader::Code => !is_read_from_the_model(&key) && !is_one_value(&key),
        };
        if !expected {
            wrong.push(format!("{}.{}: {reader:?}", key.0, key.1));
        }
    }
    assert!(wrong.is_empty(), "keys whose reader is not as expected:\n{}", wrong.join("\n"));
}

#[test]
fn the_readers_of_the_model_are_where_they_are_said_to_be() {
    for Entry { of, key, file, words, why } in READ_FROM_THE_MODEL {
        let text = std::fs::read_to_string(repository().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(text.contains(words), "{of}.{key} ({why}): {file} does not say `{words}`");
    }
}

#[test]
fn the_lists_name_keys_of_the_language() {
    let keys: BTreeSet<_> = Language::new().keys().collect();
    let listed = READ_FROM_THE_MODEL.iter().map(|entry| (entry.of, entry.key));
    for (of, key) in listed.chain(ONE_VALUE.iter().map(|(of, key, _)| (*of, *key))) {
        assert!(keys.contains(&(of.to_owned(), key.to_owned())), "the language has no {of}.{key}");
    }
}
