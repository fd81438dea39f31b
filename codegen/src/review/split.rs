//! Takes the documentation out of formatted code.

/// A generated file in its two halves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The code; its lines are those of the file, without documentation.
    pub code: String,
    /// The documentation, in the order of the file.
    pub docs: Vec<Documented>,
}

/// The documentation of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documented {
    /// The item's path below its module: `Client::create_order`, or the module's name for what documents the module.
    pub path: String,
    /// The lines of its documentation.
    pub lines: Vec<String>,
}

/// Splits a formatted file of the module `module`.
#[must_use]
pub fn split(module: &str, text: &str) -> Split {
    let mut reader = Splitter::default();
    for line in text.lines() {
        reader.line(module, line);
    }
    // Documentation without an item does not compile. It must still be shown.
    let Splitter { code, mut docs, outer, .. } = reader;
    if !outer.is_empty() {
        docs.push(Documented { path: module.to_owned(), lines: outer });
    }
    Split { code, docs }
}

/// The state after some lines of a file.
#[derive(Default)]
struct Splitter {
    code: String,
    docs: Vec<Documented>,
    /// The items around the next line, each with its indentation and name.
    around: Vec<(usize, String)>,
    /// Outer documentation whose item has not come yet.
    outer: Vec<String>,
    /// An attribute over several lines is open.
    attribute: bool,
}

impl Splitter {
    fn line(&mut self, module: &str, line: &str) {
        let begun = line.trim_start();
        if let Some(comment) = begun.strip_prefix("//!") {
            self.inner(module, said(comment));
        } else if let Some(comment) = begun.strip_prefix("///") {
            self.outer.push(said(comment));
        } else {
            self.code.push_str(line);
            self.code.push('\n');
            self.item(line.len() - begun.len(), begun);
        }
    }

    /// A line about the module itself. Its lines stand together at the top of a file.
    fn inner(&mut self, module: &str, line: String) {
        match self.docs.last_mut() {
            Some(of) if of.path == module => of.lines.push(line),
            _ => self.docs.push(Documented { path: module.to_owned(), lines: vec![line] }),
        }
    }

    /// A line of code. If it begins an item, the documentation before it belongs to that item.
    fn item(&mut self, depth: usize, begun: &str) {
        if self.attribute || begun.starts_with("#[") {
            self.attribute = !begun.ends_with(']');
            return;
        }
        let name = match named(begun) {
            Some(name) => name,
            None if self.outer.is_empty() || begun.is_empty() => return,
            None => identifier(begun.trim_start_matches("pub ")).to_owned(),
        };
        self.around.retain(|(other, _)| *other < depth);
        self.around.push((depth, name));
        if !self.outer.is_empty() {
            let path = self.around.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("::");
            self.docs.push(Documented { path, lines: std::mem::take(&mut self.outer) });
        }
    }
}

/// The text of a documentation comment without the blank that rustfmt puts before it.
fn said(comment: &str) -> String {
    comment.strip_prefix(' ').unwrap_or(comment).to_owned()
}

const KINDS: [&str; 8] = ["struct ", "enum ", "trait ", "type ", "fn ", "mod ", "const ", "static "];

/// The name of the item that a line begins, if it says what kind of item it is: fields and variants do not.
fn named(line: &str) -> Option<String> {
    let line = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
    if let Some(implementation) = line.strip_prefix("impl").filter(|rest| rest.starts_with([' ', '<'])) {
        let of = past_generics(implementation).trim_start();
        let of = of.split_once(" for ").map_or(of, |(_, of)| of);
        return Some(identifier(of.rsplit_once("::").map_or(of, |(_, last)| last)).to_owned());
    }
    let line = line.strip_prefix("async ").unwrap_or(line);
    KINDS.iter().find_map(|kind| line.strip_prefix(kind)).map(|rest| identifier(rest).to_owned())
}

/// What follows the parameters of an `impl`, if it has any.
fn past_generics(text: &str) -> &str {
    let mut open = 0_usize;
    for (index, letter) in text.char_indices() {
        match letter {
            '<' => open += 1,
            '>' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return text.get(index..).unwrap_or_default().trim_start_matches('>');
        }
    }
    ""
}

fn identifier(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}
