//! Facts that stand in the vendor's sentences only: what is required, which values are expected, examples.

use super::plain::{Item, Shape};

/// The sentence that clients have on required parameters, in every language.
pub(super) const REQUIRED: &str = "This parameter is required.";

/// Fills in what the sentences say. `tells` is whether the source marks required parameters at all.
pub(super) fn fill(item: &mut Item, comment: &str, tells: bool) {
    let required = comment.contains(REQUIRED);
    item.required = (required || tells).then_some(required);
    item.deprecated = comment.contains("This parameter is deprecated") || comment.contains("(deprecated)");
    let text = comment.replace(REQUIRED, "");
    let kept: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.starts_with(EXAMPLE)).collect();
    let text = kept.join("\n");
    if !matches!(item.shape, Shape::Boolean) {
        item.values = values(&text);
    }
    item.text.say(&squeeze(&text));
}

const EXAMPLE: &str = "example:";

/// The example that a comment has below `example:`.
pub(super) fn example(comment: &str) -> Option<&str> {
    let mut lines = comment.lines().map(str::trim).skip_while(|line| !line.starts_with(EXAMPLE));
    let own = lines.next()?.strip_prefix(EXAMPLE)?.trim();
    if own.is_empty() { lines.find(|line| !line.is_empty()) } else { Some(own) }
}

/// Blank lines at most one at a time.
fn squeeze(text: &str) -> String {
    let mut out = String::new();
    let mut blank = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if blank {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        blank = false;
    }
    out
}

/// Most values that a sentence may list; more is prose that was misread.
const MOST: usize = 64;

/// The values that stand behind `Valid values:`, as proposals: in bullets, or in a row.
pub(super) fn values(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(start) = ["Valid values", "取值"].iter().find_map(|word| line.find(word)) else { continue };
        let row = line.get(start..).unwrap_or_default().split_once([':', '：']).map_or("", |(_, row)| row).trim();
        if row.is_empty() {
            let bullets = lines.by_ref().map(str::trim).filter(|line| !line.is_empty());
            for bullet in bullets.map_while(|line| line.strip_prefix(['-', '*', '•'])) {
                found.extend(value(bullet.split_once([':', '：']).map_or(bullet, |(value, _)| value)));
            }
        } else {
            let row = row.split(['。', ';', '；']).next().unwrap_or_default().trim_end_matches('.');
            let row = row.replace(", and ", ", ").replace(" and ", ", ").replace(" or ", ", ").replace('、', ", ");
            let all: Vec<Option<String>> = row.split(',').map(value).collect();
            // A row with a word that is no value is a sentence.
            if all.iter().all(Option::is_some) {
                found.extend(all.into_iter().flatten());
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|value| seen.insert(value.clone()));
    // The words of booleans are no enum.
    if found.iter().all(|value| matches!(value.as_str(), "true" | "false")) || found.len() > MOST {
        found.clear();
    }
    found
}

/// A value without marks and without what it means.
fn value(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.split_once(['(', '（']).map_or(text, |(value, _)| value);
    let text = text.trim().trim_matches(['*', '`', '"', '\'']).trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!text.is_empty() && text.len() <= 64 && text.chars().all(plain)).then(|| text.to_owned())
}
