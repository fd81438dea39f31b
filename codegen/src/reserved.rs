//! Names that the generated code and the runtime's macros take, so that nothing of a spec may be called so. Tests compare each list
//! with the sources of the macros and with what the generator makes of every feature.

/// The methods that macros of the runtime give the items that they are called for, as they stand there.
pub const MADE: [(&str, &[&str]); 3] = [
    (
        "builder",
        &[
            "send(self) -> $crate::Pending<$response> $($complete)*",
            "dry_run(self) -> $crate::Pending<$crate::DryRun> $($complete)*",
            "into_request(self) -> $request",
            "extra_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self",
            "skip_validation(mut self) -> Self",
            "with_options(mut self, options: $crate::CallOptions) -> Self",
        ],
    ),
    ("response", &["metadata(&self) -> &$crate::Metadata", "request_id(&self) -> Option<&str>", UNKNOWN]),
    ("structure", &[UNKNOWN]),
];

const UNKNOWN: &str = "unknown(&self) -> &$crate::Unknown";

/// The names of the methods that a macro of the runtime makes.
pub fn made(by: &str) -> impl Iterator<Item = &'static str> {
    let methods = MADE.iter().find(|(name, _)| *name == by).map_or(&[][..], |(_, methods)| methods);
    methods.iter().map(|method| method.split(['(', '<']).next().unwrap_or(method))
}

/// Methods that the generator gives a builder beside those: of lists and of guarded calls. None may have another meaning elsewhere.
pub const BUILDER: &[&str] = &["guard", "items", "pages"];

/// Methods of every client, and those that it has for its users from traits: a method of ours would hide them.
pub const CLIENT: &[&str] = &[
    "call",
    "call_with",
    "credentials",
    "download",
    "dry_run",
    "dry_run_call",
    "dry_run_call_with",
    "dry_run_with",
    "from_default_chain",
    "from_env",
    "guard",
    "guard_with",
    "new",
    "send",
    "send_with",
];

/// Methods of traits that a client has. One of ours would hide them from those who write `client.clone()`.
pub const CLIENT_TRAITS: &[&str] =
    &["borrow", "borrow_mut", "clone", "clone_from", "clone_into", "fmt", "into", "to_owned", "try_into", "type_id"];

/// Methods that requests, and the structures in them, have from traits and by `Default`. A setter of that name would hide them.
pub const SENT_TRAITS: &[&str] = &[
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "default",
    "effect",
    "fmt",
    "from",
    "into",
    "problems",
    "serialize",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
    "validate",
];

/// Modules beside those of the actions; and names that are no files on Windows.
pub const MODULES: &[&str] = &["client", "error_code", "types"];

/// Fields of every response and of every part of one, which are not public.
pub const FIELDS: &[&str] = &["guaranteed", "metadata", "unknown"];

/// The variant of an open enum for values that are not known.
pub const OPEN: &str = "Unknown";

/// The variant of a view for states that are not known.
pub const OTHER: &str = "Other";

/// Types in the module that tells which required parameters are set.
pub const STATES: &[&str] = &["Complete", "Empty", "Full", "Set", "State", "Unset"];

/// What stands in generated code and in the runtime's macros without a path: a type of that name would be taken for it. The rest of the
/// prelude is here too, for programs that import all of a module.
pub const TYPES: &[&str] = &[
    "AsMut",
    "AsRef",
    "Box",
    "Builder",
    "Client",
    "Clone",
    "Copy",
    "D",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "ErrorCode",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "InnerCode",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "K",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Request",
    "Response",
    "Result",
    "S",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "V",
    "Vec",
];

/// Whether a module of this name could not be a file everywhere.
#[must_use]
pub fn is_device(name: &str) -> bool {
    let numbered = |start: &str| name.strip_prefix(start).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    matches!(name, "aux" | "con" | "nul" | "prn") || numbered("com") || numbered("lpt")
}
