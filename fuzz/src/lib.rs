//! What is fuzzed: functions that take any bytes and check what must hold of them. `cargo fuzz` calls them with libFuzzer, the test
//! `fuzz` of the SDK with the corpus and mutations of it, and the program `mutate` for as long as you like.

mod actions;
mod answers;
mod archives;
mod files;
mod mutate;
mod queries;
mod recordings;

pub use actions::ACTIONS;
pub use answers::{error_answer, json_answer, xml_answer};
pub use archives::{pem, zip};
pub use files::credentials_file;
pub use mutate::mutate;
pub use queries::canonical_query;
pub use recordings::{cassette, recording};

/// A target: takes any bytes, and panics if something does not hold.
pub type Target = fn(&[u8]);

/// All targets by the names of their corpora.
pub const TARGETS: [(&str, Target); 9] = [
    ("json_answer", json_answer),
    ("xml_answer", xml_answer),
    ("error_answer", error_answer),
    ("credentials_file", credentials_file),
    ("canonical_query", canonical_query),
    ("recording", recording),
    ("cassette", cassette),
    ("pem", pem),
    ("zip", zip),
];
