//! Every key of the language has a reader: changing its value changes the generated code or a generated document. A key that changes the
//! model's data alone is listed here with the place that reads it there.

use super::mutation::{Language, Place};
use super::{Feature, features};
use crate::fixture::{base, data, repository};
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::explain::{self, Language as Spoken};
use cloudcert_codegen::model::{Match, Model};
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{defects, load};
use std::collections::{BTreeMap, BTreeSet};

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

/// What is known of a key so far.
struct Known {
    reader: Reader,
    /// How many values to try yet, sound or not, before the search ends.
    left: usize,
    /// How many sound values to try yet.
    sound: usize,
}

impl Known {
    fn is_done(&self) -> bool {
        self.reader >= Reader::Documents || self.left == 0 || self.sound == 0
    }

    /// Tries other values at a place. Where one is sound and changes little, the next place tells more than the next value.
    fn try_values(&mut self, language: &Language, files: &[SourceFile], made: &Made, place: &Place) {
        let mut sound = self.sound.div_ceil(2);
        for changed in language.changes(files, place) {
            if self.is_done() || sound == 0 {
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

/// The small spec with everything twice, so that each name has another one to be changed to.
fn twins() -> Vec<SourceFile> {
    let text = std::fs::read_to_string(data().join("twins.yaml")).unwrap();
    serde_yaml::from_str::<Feature>(&text).unwrap().after()
}

/// Struct and key to the best reader, over all fixtures.
fn readers() -> BTreeMap<(String, String), Reader> {
    let language = Language::new();
    let new = || Known { reader: Reader::Nobody, left: 0, sound: 0 };
    let mut known: BTreeMap<_, _> = language.keys().map(|key| (key, new())).collect();
    let small: Vec<_> = features().into_values().map(|feature| feature.after()).collect();
    for (specs, left, sound) in [(small, 200, 10), (vec![base(), twins()], 1000, 12)] {
        known.values_mut().for_each(|known| (known.left, known.sound) = (left, sound));
        look_into(&language, &specs, &mut known);
    }
    known.into_iter().map(|(key, known)| (key, known.reader)).collect()
}

/// Changes the values of specs one by one.
fn look_into(language: &Language, specs: &[Vec<SourceFile>], known: &mut BTreeMap<(String, String), Known>) {
    for files in specs {
        let places = language.places(files);
        if places.iter().all(|place| known[&place.key].is_done()) {
            continue;
        }
        let made = Made::of(&load(files).unwrap_or_else(|findings| panic!("{findings}")));
        for place in places {
            let known = known.get_mut(&place.key).unwrap();
            if !known.is_done() {
                known.try_values(language, files, &made, &place);
            }
        }
    }
}

#[test]
fn every_key_of_the_language_has_a_reader() {
    let mut wrong = Vec::new();
    for ((of, key), reader) in readers() {
        let from_model = READ_FROM_THE_MODEL.iter().any(|entry| entry.of == of && entry.key == key);
        let one_value = ONE_VALUE.iter().any(|(struct_, name, _)| *struct_ == of && *name == key);
        let expected = match reader {
            Reader::Nobody => one_value,
            Reader::Loader => false,
            Reader::Model => from_model,
            Reader::Documents | Reader::Code => !from_model && !one_value,
        };
        if !expected {
            wrong.push(format!("{of}.{key}: {reader:?}"));
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
