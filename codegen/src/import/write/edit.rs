//! Edits of a YAML text by the positions that the reader has: what is not edited stays letter for letter.

use super::yaml::Yaml;
use crate::yaml::{Entry, Kind, Mapping, Node};
use std::ops::Range;

/// A change of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edit {
    /// The bytes that it replaces; empty for an insertion.
    range: Range<usize>,
    text: Text,
}

#[derive(Debug, Clone, PartialEq)]
enum Text {
    /// Goes into a line as it is.
    Inline(String),
    /// Lines of their own, indented by so many blanks.
    Lines(String, usize),
}

/// The entry of a key.
pub(super) fn entry<'a>(node: &'a Node, key: &str) -> Option<&'a Entry> {
    mapping(node)?.get(key)
}

/// A mapping.
pub(super) fn mapping(node: &Node) -> Option<&Mapping> {
    match &node.kind {
        Kind::Mapping(mapping) => Some(mapping),
        _ => None,
    }
}

/// The scalar under a key.
pub(super) fn scalar<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    match &entry(node, key)?.value.kind {
        Kind::Scalar(text) => Some(text),
        _ => None,
    }
}

/// Replaces a scalar, whatever its quotes.
pub(super) fn replace(node: &Node, by: &str) -> Edit {
    Edit { range: node.span.clone(), text: Text::Inline(by.to_owned()) }
}

/// Adds a key right after that of another one, in the line below or in the same braces.
pub(super) fn after(text: &str, owner: &Node, key: &str, new: (&str, &Yaml)) -> Option<Edit> {
    let entry = entry(owner, key)?;
    let end = match &entry.value.kind {
        Kind::Scalar(_) if !entry.value.span.is_empty() => entry.value.span.end,
        // A list in brackets.
        Kind::Sequence(_) if text.as_bytes().get(entry.value.span.start) == Some(&b'[') => {
            closing(text, &entry.value)? + 1
        }
        _ => return None,
    };
    if in_braces(text, owner) {
        return Some(Edit { range: end..end, text: Text::Inline(format!(", {}: {}", new.0, new.1.flow())) });
    }
    let indent = column(text, entry.key_span.start);
    let at = line_end(text, end);
    Some(Edit { range: at..at, text: Text::Lines(new.1.block(new.0, indent), indent) })
}

/// Adds entries at the end of the mapping under a key, or of the owner itself. None if the text is written in a way that cannot be
/// edited like this.
pub(super) fn append(text: &str, owner: &Node, key: Option<&str>, new: &[(String, Yaml)]) -> Option<Vec<Edit>> {
    let Some(key) = key else { return at_end(text, owner, new) };
    let Some(entry) = entry(owner, key) else {
        return at_end(text, owner, &[(key.to_owned(), Yaml::Map(new.to_vec()))]);
    };
    let braces = in_braces(text, owner);
    match &entry.value.kind {
        Kind::Mapping(mapping) if mapping.entries().is_empty() && !braces => {
            let (start, close) = (entry.value.span.start, closing(text, &entry.value)?);
            let bare = text.get(start + 1..close)?.trim_matches(' ').is_empty();
            if bare { below(text, entry, start..close + 1, new) } else { at_end(text, &entry.value, new) }
        }
        Kind::Mapping(_) => at_end(text, &entry.value, new),
        // Nothing, or a word for nothing.
        Kind::Scalar(said)
            if !braces && entry.value.plain && matches!(said.as_str(), "" | "~" | "null" | "Null" | "NULL") =>
        {
            let span = if entry.value.span.is_empty() { 0..0 } else { entry.value.span.clone() };
            below(text, entry, span, new)
        }
        _ => None,
    }
}

/// Puts a block below a key, in place of the braces or the word that stand behind it.
fn below(text: &str, entry: &Entry, instead_of: Range<usize>, new: &[(String, Yaml)]) -> Option<Vec<Edit>> {
    let indent = column(text, entry.key_span.start) + 2;
    let mut edits = Vec::new();
    let mut end = entry.key_span.end;
    if !instead_of.is_empty() {
        end = instead_of.end;
        let rest = text.get(end..line_end(text, end))?.trim();
        let blanks = if rest.is_empty() { trailing_blanks(text.get(..instead_of.start)?) } else { 0 };
        edits.push(Edit { range: instead_of.start - blanks..end, text: Text::Inline(String::new()) });
    }
    let at = line_end(text, end);
    edits.push(Edit { range: at..at, text: Text::Lines(blocks(new, indent), indent) });
    Some(edits)
}

/// Adds entries at the end of a mapping that has some, or of braces.
fn at_end(text: &str, node: &Node, new: &[(String, Yaml)]) -> Option<Vec<Edit>> {
    let entries = mapping(node)?.entries();
    if in_braces(text, node) {
        let close = closing(text, node)?;
        let last = entries.last().map_or(node.span.start + 1, |last| entry_end(text, last));
        let comma = !entries.is_empty() && !has_comma(text.get(last..close)?);
        let pairs: Vec<String> =
            new.iter().map(|(key, value)| format!("{}: {}", super::yaml::word(key), value.flow())).collect();
        let text = format!("{}{}", if comma { ", " } else { "" }, pairs.join(", "));
        return Some(vec![Edit { range: close..close, text: Text::Inline(text) }]);
    }
    let last = entries.last()?;
    let indent = column(text, last.key_span.start);
    let at = block_end(text, last, indent);
    Some(vec![Edit { range: at..at, text: Text::Lines(blocks(new, indent), indent) }])
}

fn blocks(new: &[(String, Yaml)], indent: usize) -> String {
    new.iter().map(|(key, value)| value.block(&super::yaml::word(key), indent)).collect()
}

/// Whether a mapping is written in braces.
fn in_braces(text: &str, node: &Node) -> bool {
    text.as_bytes().get(node.span.start) == Some(&b'{')
}

/// Whether there is a comma outside of comments.
fn has_comma(text: &str) -> bool {
    text.lines().any(|line| line.split('#').next().unwrap_or_default().contains(','))
}

fn trailing_blanks(text: &str) -> usize {
    text.len() - text.trim_end_matches(' ').len()
}

/// The number of characters before a byte in its line.
fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    before.get(start..).unwrap_or_default().chars().count()
}

/// The byte after the line that holds another one.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |i| at + i + 1)
}

/// The bracket that closes braces or a list. The reader's span may reach over the comment behind it.
fn closing(text: &str, node: &Node) -> Option<usize> {
    let start = match &node.kind {
        Kind::Scalar(_) => return None,
        Kind::Mapping(map) => map.entries().last().map(|last| entry_end(text, last)),
        Kind::Sequence(items) => items.last().map(|last| leaf_end(text, last)),
    };
    let mut at = start.unwrap_or(0).max(node.span.start + 1);
    loop {
        let rest = text.get(at..)?;
        match rest.chars().next()? {
            '}' | ']' => return Some(at),
            '#' => at = line_end(text, at),
            c if c.is_whitespace() || matches!(c, ',' | ':') => at += c.len_utf8(),
            _ => return None,
        }
    }
}

fn entry_end(text: &str, entry: &Entry) -> usize {
    // A value that is not there is put where the next token begins.
    if entry.value.span.is_empty() {
        return entry.key_span.end;
    }
    leaf_end(text, &entry.value).max(entry.key_span.end)
}

/// Where the last part of a value ends that says so itself; texts in blocks do not.
fn leaf_end(text: &str, node: &Node) -> usize {
    let open = text.as_bytes().get(node.span.start);
    match &node.kind {
        Kind::Scalar(_) if matches!(open, Some(b'|' | b'>')) && !node.plain => node.span.start,
        Kind::Scalar(_) => node.span.end,
        Kind::Mapping(_) | Kind::Sequence(_) if matches!(open, Some(b'{' | b'[')) => {
            closing(text, node).map_or(node.span.end, |close| close + 1)
        }
        Kind::Mapping(map) => map.entries().last().map_or(node.span.start, |last| entry_end(text, last)),
        Kind::Sequence(items) => items.last().map_or(node.span.start, |last| leaf_end(text, last)),
    }
}

/// The byte after the last line of an entry of a block: all lines that are indented deeper than its key, comments among them.
fn block_end(text: &str, entry: &Entry, indent: usize) -> usize {
    let sure = entry_end(text, entry);
    // A span that ends with a line does not reach into the next one.
    let sure = text.get(..sure).map_or(sure, |before| before.trim_end().len()).max(entry.key_span.start);
    let mut end = line_end(text, sure);
    let mut at = end;
    let listed = matches!(entry.value.kind, Kind::Sequence(_));
    while at < text.len() {
        let next = line_end(text, at);
        let line = text.get(at..next).unwrap_or_default();
        let (body, depth) = (line.trim(), line.len() - line.trim_start_matches(' ').len());
        let inside = depth > indent || (listed && depth == indent && (body == "-" || body.starts_with("- ")));
        // A comment may stand anywhere, so what follows it decides.
        let open = body.is_empty() || (!inside && body.starts_with('#'));
        if !open && !inside {
            break;
        }
        if !open {
            end = next;
        }
        at = next;
    }
    end
}

/// The text after all edits.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    // At one place the deeper lines come first: they end what stands above.
    let depth = |edit: &Edit| match &edit.text {
        Text::Inline(_) => usize::MAX,
        Text::Lines(_, indent) => *indent,
    };
    edits.sort_by(|a, b| (a.range.start, depth(b)).cmp(&(b.range.start, depth(a))));
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = String::with_capacity(text.len() + 1024);
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.range.start)?);
        at = edit.range.end;
        match edit.text {
            Text::Inline(inline) => out.push_str(&inline),
            Text::Lines(lines, _) => {
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push_str(newline);
                }
                out.push_str(&lines.replace('\n', newline));
            }
        }
    }
    out.push_str(text.get(at..)?);
    Some(out)
}
