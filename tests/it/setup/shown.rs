//! What a person may see of an error.

use std::error::Error;
use std::fmt::Write;

/// The text and the debug output of an error and of all its sources.
pub(crate) fn everything_shown(error: &dyn Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(next) = source {
        write!(text, " | {next} {next:?}").unwrap();
        source = next.source();
    }
    text
}
