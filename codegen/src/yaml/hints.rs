//! What to do about text that is not YAML.

const TABS: &str = "use blanks: YAML takes no tabs for indentation or after a colon";
const COLON: &str = "quote a text that holds a colon before a blank: `doc: \"Two forms: JSON and XML.\"`";
const INDENTATION: &str = "indent this line as far as its neighbours, and end each key with a colon";
const SIGN: &str = "quote a text that begins with a sign: `doc: \"@ is the root.\"`";
const QUOTE: &str = "in double quotes write \\\" for a quote, in single quotes write it twice";
const OPEN: &str = "close the quote";
const BRACKETS: &str = "separate what is in brackets by commas, and close each bracket once";

/// What the parser says, and what helps then. The first row that fits decides.
const HINTS: [(&str, &str); 14] = [
    ("tabs disallowed", TABS),
    ("whitespace", TABS),
    ("flow mapping", BRACKETS),
    ("flow sequence", BRACKETS),
    ("misplaced bracket", BRACKETS),
    ("mapping values", INDENTATION),
    ("block mapping", INDENTATION),
    ("block collection", INDENTATION),
    ("trailing content", QUOTE),
    ("quoted scalar", OPEN),
    ("unexpected character", SIGN),
    ("node content", SIGN),
    ("are not allowed in this context", SIGN),
    ("block scalar", SIGN),
];

/// Returns what helps against an error of the parser. `text` is split where the error is.
pub(super) fn hint(error: &str, (before, after): (&str, &str)) -> Option<&'static str> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let second_colon = after.starts_with(':') && line.contains(": ");
    if second_colon && (error.contains("mapping values") || error.contains("flow mapping")) {
        return Some(COLON);
    }
    HINTS.iter().find(|(said, _)| error.contains(said)).map(|(_, help)| *help)
}
