//! The texts for reviewers hold the whole output: what is not in the code is in the documentation.

use crate::features;
use crate::fixture::{base, model};
use cloudcert_codegen::emit::{Output, generate};
use cloudcert_codegen::load;
use cloudcert_codegen::review::{View, files, split};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::BTreeMap;

/// Our output, that of the small spec, and that of each feature of the generator.
fn outputs() -> Vec<Vec<Output>> {
    let mut all = vec![generate(model()), generate(&load(&base()).unwrap())];
    all.extend(features::made().iter().map(|made| generate(&made.model)));
    all
}

/// Takes `#[doc = "..."]` and `#![doc = "..."]` out of tokens, and keeps their texts. The compiler turns comments into these.
fn undocumented(tokens: TokenStream, docs: &mut Vec<String>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut rest = tokens.as_slice();
    while let [first, after @ ..] = rest {
        let inner = matches!(after.first(), Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
        let attribute = after.get(usize::from(inner));
        if let (TokenTree::Punct(mark), Some(TokenTree::Group(group))) = (first, attribute)
            && mark.as_char() == '#'
            && let Some(text) = documentation(group)
        {
            docs.push(text);
            rest = &after[usize::from(inner) + 1..];
            continue;
        }
        kept.push(match first {
            TokenTree::Group(group) => Group::new(group.delimiter(), undocumented(group.stream(), docs)).into(),
            other => other.clone(),
        });
        rest = after;
    }
    kept.into_iter().collect()
}

/// The text in `[doc = "..."]`.
fn documentation(group: &Group) -> Option<String> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Ident(doc), TokenTree::Punct(_), TokenTree::Literal(text)]
            if group.delimiter() == Delimiter::Bracket && doc == "doc" =>
        {
            Some(syn::parse_str::<syn::LitStr>(&text.to_string()).unwrap().value())
        }
        _ => None,
    }
}

#[test]
fn code_and_documentation_are_the_whole_file() {
    let mut documented = 0;
    for file in outputs().iter().flatten() {
        let parts = split("module", &file.text);
        let mut docs = Vec::new();
        let code = undocumented(file.text.parse().unwrap(), &mut docs);
        assert_eq!(parts.code.parse::<TokenStream>().unwrap().to_string(), code.to_string(), "{}", file.path);

        let shown: Vec<&String> = parts.docs.iter().flat_map(|item| &item.lines).collect();
        let said: Vec<&str> = docs.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        assert_eq!(shown, said, "{}", file.path);
        // Blanks and line ends are in the code as well.
        assert_eq!(file.text.lines().count(), parts.code.lines().count() + shown.len(), "{}", file.path);
        documented += shown.len();
    }
    assert!(documented > 10_000, "{documented}");
}

#[test]
fn every_line_of_documentation_is_in_a_text_below_its_item() {
    for output in outputs() {
        let texts: BTreeMap<String, String> = files(&output).into_iter().map(|text| (text.path, text.text)).collect();
        for file in &output {
            let (folder, name) = file.path.trim_end_matches(".rs").rsplit_once('/').unwrap_or(("", &file.path));
            let path = |view: &str| format!("{folder}/{view}/{}", name.trim_end_matches(".rs"));
            let path = |view: &str| path(view).trim_start_matches('/').to_owned();
            let docs = split("module", &file.text).docs;
            assert_eq!(texts[&path("code")], split("module", &file.text).code);
            let mut lines = texts.get(&path("docs")).map_or("", String::as_str).lines();
            for item in docs {
                let head = lines.next().unwrap();
                assert!(head == item.path || item.path == "module", "{}: {head}", file.path);
                for line in item.lines {
                    let shown = lines.next().unwrap();
                    assert_eq!(shown, format!("    {line}").trim_end(), "{}: {head}", file.path);
                }
                assert_eq!(lines.next(), Some(""), "{}: {head}", file.path);
            }
            assert_eq!(lines.next(), None, "{}", file.path);
        }
    }
}

#[test]
fn items_are_named_by_their_path_in_the_module() {
    let text = "//! A module.\n//!\n//! More.\nuse a::B;\n\n/// A structure.\n#[derive(\n    Clone,\n)]\npub struct Order<S = state::Empty> {\n    \
        /// A field.\n    ///\n    ///     code\n    pub id: u64,\n    call: S,\n}\n\nimpl<S: Into<Vec<u8>>> Order<S>\nwhere\n    S: Clone,\n{\n    \
        /// A method.\n    #[must_use = \"a // b\"]\n    pub async fn send(self) {\n        const A: u8 = 1;\n    }\n}\n\npub mod state {\n    \
        /// A trait.\n    pub trait Complete {\n        /// A type.\n        type Id;\n    }\n}\n\n/// An enum.\npub enum E {\n    \
        /// A variant.\n    One(u8),\n    /// Another.\n    Two {\n        /// Inside.\n        text: u8,\n    },\n}\n\n\
        impl std::fmt::Debug for E {\n    /// Shows.\n    fn fmt(&self) {}\n}\n";
    let parts = split("orders", text);
    let paths: Vec<&str> = parts.docs.iter().map(|item| item.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "orders",
            "Order",
            "Order::id",
            "Order::send",
            "state::Complete",
            "state::Complete::Id",
            "E",
            "E::One",
            "E::Two",
            "E::Two::text",
            "E::fmt",
        ]
    );
    assert_eq!(parts.docs[0].lines, ["A module.", "", "More."]);
    assert_eq!(parts.docs[2].lines, ["A field.", "", "    code"]);
    assert!(parts.code.contains("    #[must_use = \"a // b\"]\n    pub async fn send"));
    assert!(!parts.code.contains("///") && !parts.code.contains("//!"));
}

#[test]
fn the_path_of_a_text_tells_what_it_shows() {
    assert_eq!(View::of("acme_ca/v1/code/api"), Some(View::Code));
    assert_eq!(View::of("docs/mod"), Some(View::Docs));
    assert_eq!(View::of("acme_ca/v1/api"), Some(View::Items));
    assert_eq!(View::of("acme_ca/v1/order"), None);
    assert_eq!(View::of("code"), None);
}
