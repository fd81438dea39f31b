//! The kinds of findings.

/// Declares the codes once: variant, name as printed, one line on what it means.
macro_rules! codes {
    ($($variant:ident $name:literal $meaning:literal,)*) => {
        /// What kind of finding it is. The name is stable: tests, editors and reviewers refer to it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name as printed, `unknown-key`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

codes! {
    // Files.
    TooLarge "too-large" "A file or the tree is larger than the limits.",
    InvalidUtf8 "invalid-utf8" "A file is not UTF-8.",
    UnexpectedFile "unexpected-file" "A file or folder that the layout of the spec does not know.",
    MissingFile "missing-file" "A file that the layout needs is not there.",
    // YAML.
    Syntax "syntax" "The file is not YAML.",
    ForbiddenYaml "forbidden-yaml" "An anchor, alias, tag, merge key, second document or key that is no text.",
    TooDeep "too-deep" "Nesting deeper than the limit.",
    DuplicateKey "duplicate-key" "A key stands twice in one mapping.",
    // Shape.
    UnknownKey "unknown-key" "A key that the language does not have.",
    MissingKey "missing-key" "A key that is required is absent.",
    WrongType "wrong-type" "A value of another type than the key takes.",
    UnknownWord "unknown-word" "A word that is not among those the key takes.",
    MissingTranslation "missing-translation" "A text without English or without Chinese.",
    // Headers.
    LanguageVersion "language-version" "A version of the spec language that this loader does not know.",
    NameMismatch "name-mismatch" "A file or folder is not named after what it holds.",
    // Names and references.
    DuplicateDefinition "duplicate-definition" "Something is defined twice over several files.",
    DuplicateWireName "duplicate-wire-name" "Two parameters would travel under one name.",
    InvalidIdentifier "invalid-identifier" "A name that cannot become a Rust identifier.",
    IdentifierClash "identifier-clash" "Two names that become one Rust identifier.",
    DanglingReference "dangling-reference" "A name that nothing defines.",
    Unused "unused" "Something that nothing refers to.",
    // Fields.
    Inapplicable "inapplicable" "A key that makes no sense on this type or in this place.",
    RecursiveType "recursive-type" "A structure that contains itself other than in a list.",
    InvalidBound "invalid-bound" "Bounds without an end, or with the smallest above the largest.",
    InvalidPattern "invalid-pattern" "A regular expression that does not compile.",
    ValueMismatch "value-mismatch" "A default, example or constant that does not fit its type.",
    SecretExposed "secret-exposed" "A secret that would travel in a query, or stands in the spec.",
    // Rules and flows.
    InvalidRule "invalid-rule" "A rule or condition without exactly one demand or test.",
    Incomparable "incomparable" "A comparison of what cannot be equal.",
    InvalidFlow "invalid-flow" "A paginator, waiter, state view or recipe that cannot work.",
    // Content.
    InvalidError "invalid-error" "An error row that cannot be told apart or cannot occur.",
    InvalidEndpoint "invalid-endpoint" "An endpoint table that cannot be used.",
    InvalidHistory "invalid-history" "A history that cannot have happened.",
    InvalidTable "invalid-table" "A table with a missing row or a cell of the wrong type.",
    InvalidExample "invalid-example" "An example that lacks what the action needs.",
    DuplicateDefect "duplicate-defect" "A defect number that stands twice.",
    DefectWithoutReading "defect-without-reading" "A defect of the documents without the reading chosen.",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
