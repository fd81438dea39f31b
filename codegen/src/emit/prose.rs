//! Texts of the spec as prose in Markdown, whatever they look like.

/// One line of documentation, with a blank before it as rustdoc expects, and with unintended markup escaped.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    push_line(text, &mut out);
    out
}

/// A text of the spec as part of the generator's own Markdown.
pub(super) fn prose(text: &str) -> String {
    line(text).trim_start().to_owned()
}

/// Writes a text as plain prose: only pairs of backticks around code and addresses keep their meaning in Markdown. The text stays on one
/// line, because rustdoc would take the beginning of another line for a heading, a list, or a block of code to compile.
pub(super) fn push_line(text: &str, out: &mut String) {
    let text: String = text.trim().chars().filter_map(printed).collect();
    out.push(' ');
    let mut rest = push_beginning(text.trim(), out);
    while let Some((before, from)) = rest.split_once('`') {
        push_prose(before, out);
        // Several backticks would open code that several close: only single ones mean code here.
        let code = from.split_once('`').filter(|(code, after)| !code.trim().is_empty() && !after.starts_with('`'));
        rest = if let Some((code, after)) = code {
            out.extend(["`", code, "`"]);
            after
        } else {
            out.push_str("\\`");
            from
        };
    }
    push_prose(rest, out);
}

/// A character as it may stand in a comment. rustc refuses characters that change the direction of text, and several characters end a line.
fn printed(sign: char) -> Option<char> {
    match sign {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
        _ if sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}') => Some(' '),
        _ => Some(sign),
    }
}

/// Escapes what is markup only at the beginning of a line, and returns the rest.
fn push_beginning<'a>(text: &'a str, out: &mut String) -> &'a str {
    if text.starts_with(['#', '+', '-', '=', '>']) {
        out.push('\\');
        return text;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
    if digits > 0 && rest.starts_with(['.', ')']) {
        out.extend([number, "\\"]);
        return rest;
    }
    text
}

/// Turns addresses into links, and escapes Markdown.
fn push_prose(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"')).unwrap_or(from.len());
        // Punctuation at the end belongs to the sentence.
        let address = from.split_at(end).0.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        push_escaped(before, out);
        if address.ends_with("://") {
            out.push_str(address);
        } else {
            out.extend(["<", address, ">"]);
        }
        rest = from.split_at(address.len()).1;
    }
    push_escaped(rest, out);
}

fn push_escaped(text: &str, out: &mut String) {
    let mut before = None;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let inside = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
        let marks = match sign {
            '[' | ']' | '<' | '*' | '\\' | '~' => true,
            // Between letters it stands for nothing else, and names are full of it.
            '_' => !(inside(before) && inside(signs.peek().copied())),
            '&' => signs.peek().is_some_and(|next| *next == '#' || next.is_ascii_alphabetic()),
            _ => false,
        };
        if marks {
            out.push('\\');
        }
        out.push(sign);
        before = Some(sign);
    }
}
