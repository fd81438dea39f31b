//! Whatever a text of the spec looks like, in the docs it is prose: no block of code that would be compiled, no heading, no list, no
//! markup, and it reads as it was written.

use crate::compiles::{compile, with_crate};
use crate::features::Made;
use crate::fixture::base;
use cloudcert_codegen::emit::{Output, generate};
use cloudcert_codegen::load;
use cloudcert_codegen::model::Model;
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::collections::BTreeSet;

/// The headings of the generated docs, none of which a text of the spec may make.
const HEADINGS: &[&str] = &[
    "Errors",
    "Every request",
    "Every response",
    "Example",
    "Examples",
    "Operations",
    "Optional parameters",
    "Protocol",
    "Regions",
    "Required parameters",
    "Rules",
    "Sending",
    "Setters",
    "Sources",
    "Table",
];

/// What the links of the generated docs begin with.
const LINKS: &[&str] = &["crate::", "v2026_01_01::Client::", "Self::", "super::", "super#", "Builder#"];

const HOSTILE: [&str; 53] = [
    "~~~",
    "~~~rust\nlet x = y;\n~~~",
    "```",
    "```\nlet x = y;\n```",
    "```no_run",
    "````",
    "`",
    "``",
    "` `",
    "``a` b",
    "a `b` c",
    "a ``b`` c",
    "    indented = code;",
    "\tindented = code;",
    "a\n\n    indented = code;",
    "a\r\r    indented = code;",
    "a\r~~~",
    "a\u{b}~~~\u{c}```\u{85}~~~",
    "a\u{1f}~~~\u{1f}let x = y;",
    "a\u{1f}\u{1f}    code();",
    "a\u{2028}~~~\u{2029}~~~",
    "# Heading",
    "#",
    "###### x",
    "a\n===",
    "a\n---",
    "---",
    "***",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "12) item",
    "> quote",
    "a | b\n--|--\nc | d",
    "| a |",
    "<script>alert(1)</script>",
    "<!-- x",
    "<b>bold</b>",
    "<https://example.com>",
    "&lt;b&gt; &#60;b&#62;",
    "[x]: https://example.com",
    "[x](https://example.com)",
    "![x](y.png)",
    "[^1]: note",
    "[`Option`]",
    "\\[a](b) \\",
    "\\`a\\`",
    "*a* _b_ __c__ **d** ~e~ ~~f~~",
    "- [ ] task",
    "$x$ https://example.com/a_b_c*d~e?f=[g]&amp;h.",
    "\u{202e}txet\u{2066}x\u{feff}",
    "\"#; */ /* {} \\u{0}",
];

/// The base spec with these texts in the place of all of its own, the first of them at `from`.
fn spec(from: usize) -> Model {
    spec_with(|next| HOSTILE[(from + next) % HOSTILE.len()])
}

/// The base spec with a text of ours in the place of each of its own, by its number from 1.
fn spec_with(of: impl Fn(usize) -> &'static str) -> Model {
    let mut files = base();
    let mut next = 0;
    for file in &mut files {
        let old = String::from_utf8(file.bytes.clone()).unwrap();
        let line = |line: &str| {
            let (indent, said) = line.split_at(line.len() - line.trim_start().len());
            let texts = ["title", "doc", "meaning", "cause", "remedy"];
            let key = said.split(": ").next().unwrap_or_default();
            let chinese = if key.ends_with("_zh") { "域" } else { "" };
            // What begins a list or a source has no text of ours.
            if !texts.contains(&key.trim_end_matches("_zh"))
                || !old.contains(&format!("{key}_zh: ")) && chinese.is_empty()
            {
                return format!("{line}\n");
            }
            next += usize::from(chinese.is_empty());
            let text = format!("{}{chinese}", of(next));
            // As YAML takes it: what it does not know of JSON is nothing of these.
            let escaped: String = text
                .chars()
                .map(|sign| {
                    if sign.is_control() || !sign.is_ascii() {
                        format!("\\u{:04x}", u32::from(sign))
                    } else {
                        match sign {
                            '"' | '\\' => format!("\\{sign}"),
                            _ => sign.to_string(),
                        }
                    }
                })
                .collect();
            format!("{indent}{key}: \"{escaped}\"\n")
        };
        file.bytes = old.lines().map(line).collect::<String>().into_bytes();
    }
    load(&files).unwrap_or_else(|findings| panic!("{findings}"))
}

/// The docs of every item in a file.
struct Docs(Vec<String>);

impl<'ast> Docs {
    fn attributes(&mut self, attributes: &'ast [syn::Attribute]) {
        let text = |attribute: &syn::Attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        };
        let lines: Vec<String> = attributes.iter().filter_map(text).collect();
        if !lines.is_empty() {
            self.0.push(lines.iter().flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect());
        }
    }

    fn items(&mut self, items: &'ast [syn::Item]) {
        for item in items {
            match item {
                syn::Item::Struct(of) => {
                    self.attributes(&of.attrs);
                    of.fields.iter().for_each(|field| self.attributes(&field.attrs));
                }
                syn::Item::Enum(of) => {
                    self.attributes(&of.attrs);
                    of.variants.iter().for_each(|variant| self.attributes(&variant.attrs));
                }
                syn::Item::Mod(of) => {
                    self.attributes(&of.attrs);
                    self.items(of.content.as_ref().map_or(&[], |(_, items)| items));
                }
                syn::Item::Impl(of) => {
                    self.attributes(&of.attrs);
                    for item in &of.items {
                        if let syn::ImplItem::Fn(of) = item {
                            self.attributes(&of.attrs);
                        }
                    }
                }
                syn::Item::Type(of) => self.attributes(&of.attrs),
                syn::Item::Trait(of) => self.attributes(&of.attrs),
                _ => {}
            }
        }
    }
}

fn docs(files: &[Output]) -> Vec<String> {
    let mut docs = Docs(Vec::new());
    for file in files {
        let parsed = syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
        docs.attributes(&parsed.attrs);
        docs.items(&parsed.items);
    }
    docs.0
}

/// What stays of a text for who reads it, whatever its blanks and marks of code.
fn plain(text: &str) -> String {
    let kept = |sign: &char| !matches!(sign, '`' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let spaced = |sign: char| if sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}') { ' ' } else { sign };
    text.chars().filter(kept).map(spaced).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What Markdown makes of a documentation comment.
#[derive(Default)]
struct Markup {
    /// All markup but that of words and addresses.
    marks: Vec<String>,
    headings: BTreeSet<String>,
    links: BTreeSet<String>,
    /// What is to be read: each paragraph, item and cell on a line.
    text: String,
}

impl Markup {
    fn of(doc: &str) -> Self {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS;
        let (mut of, mut code, mut heading) = (Self::default(), false, 0);
        for event in Parser::new_ext(doc, options) {
            match event {
                Event::Text(_) if code => {}
                Event::Text(part) | Event::Code(part) => of.text.push_str(&part),
                Event::SoftBreak => of.text.push(' '),
                Event::Start(Tag::Link { link_type: LinkType::Autolink, .. }) | Event::End(TagEnd::Link) => {}
                // The example of an action, whose values stand in it.
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) => {
                    code = true;
                    of.marks.push(format!("block of {kind}"));
                }
                Event::End(TagEnd::CodeBlock) => code = false,
                Event::End(end) => {
                    if matches!(end, TagEnd::Heading(_)) {
                        of.headings.insert(of.text.split_off(heading));
                    }
                    of.text.push('\n');
                }
                Event::Start(tag) => {
                    match &tag {
                        Tag::Heading { .. } => heading = of.text.len(),
                        Tag::Link { dest_url, .. } => {
                            of.links.insert(dest_url.to_string());
                        }
                        _ => {}
                    }
                    of.marks.push(format!("{tag:?}"));
                }
                other => of.marks.push(format!("{other:?}")),
            }
        }
        of
    }
}

#[test]
fn texts_are_prose_and_read_as_they_were_written() {
    let harmless: Vec<_> = docs(&generate(&spec_with(|_| "word"))).iter().map(|doc| Markup::of(doc).marks).collect();
    let (mut read, mut headings, mut links) = (String::new(), BTreeSet::new(), BTreeSet::new());
    for from in [0, 7, 19, 31, 43] {
        let docs = docs(&generate(&spec(from)));
        assert_eq!(docs.len(), harmless.len());
        for (doc, harmless) in docs.iter().zip(&harmless) {
            let of = Markup::of(doc);
            assert_eq!(of.marks, *harmless, "a text is markup in\n{doc}");
            read.extend(of.text.lines().flat_map(|line| [plain(line), "\n".to_owned()]));
            headings.extend(of.headings);
            links.extend(of.links);
        }
    }
    // The title of a group is the heading above its methods.
    headings.retain(|heading| !HOSTILE.iter().any(|text| plain(text) == plain(heading)));
    assert!(headings.iter().all(|heading| HEADINGS.contains(&heading.as_str())), "{headings:?}");
    assert!(links.iter().all(|to| LINKS.iter().any(|start| to.starts_with(start))), "{links:?}");
    for text in HOSTILE.iter().map(|text| plain(text)) {
        assert!(read.contains(&text), "{text:?} is not to be read");
    }
}

#[test]
fn docs_with_such_texts_compile() {
    let made = |from| Made { name: format!("hostile-{from}"), model: spec(from), fault: None };
    with_crate("prose", &[made(0), made(31)], Vec::new(), |package| {
        let said: String = compile::check(package).iter().map(|diagnostic| diagnostic.rendered.as_str()).collect();
        assert!(said.is_empty(), "{said}");
    });
}
