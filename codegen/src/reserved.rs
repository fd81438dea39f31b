//! Reserved names: the generated code and the runtime's macros use them, so items of a spec must not. Tests compare each list with the
//! sources of the macros and with the output of the generator for every feature.

/// The methods that macros of the runtime generate, by macro, as their sources spell them.
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

/// The names of the methods that a macro of the runtime generates.
pub fn made(by: &str) -> impl Iterator<Item = &'static str> {
    let methods = MADE.iter().find(|(name, _)| *name == by).map_or(&[][..], |(_, methods)| methods);
    methods.iter().map(|method| method.split(['(', '<']).next().unwrap_or(method))
}

/// Methods that the generator adds to the builders of lists and of guarded calls. They are reserved for every builder.
pub const BUILDER: &[&str] = &["guard", "guard_again", "items", "pages"];

/// Methods of every client.
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
    "guard_again",
    "guard_again_with",
    "guard_with",
    "new",
    "send",
    "send_with",
];

/// Methods that a client has from traits. A generated method would hide them from users who write `client.clone()`.
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

/// Modules of every API version besides those of its actions.
pub const MODULES: &[&str] = &["client", "dynamic", "error_code", METHODS, "types"];

/// The module with the client's methods for actions without a group.
pub const METHODS: &str = "methods";

/// The module with the client's methods for the actions of a group.
#[must_use]
pub fn methods_of(group: &str) -> String {
    format!("{METHODS}_{}", group.replace('-', "_"))
}

/// Private fields of every response, and of every structure in one.
pub const FIELDS: &[&str] = &["guaranteed", "metadata", "unknown"];

/// The variant of an open enum for unknown values.
pub const OPEN: &str = "Unknown";

/// The variant of a view for unknown states.
pub const OTHER: &str = "Other";

/// Types in the module `state` of an action, which tracks the required parameters that are set.
pub const STATES: &[&str] = &["Complete", "Empty", "Full", "Set", "State", "Unset"];

/// Names that generated code and the runtime's macros use without a path: a type of that name would shadow them. The rest of the prelude is
/// here too, for programs that import everything of a module.
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

/// Whether a module of this name cannot be a file on Windows, because the name is that of a device.
#[must_use]
pub fn is_device(name: &str) -> bool {
    let numbered = |start: &str| name.strip_prefix(start).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    matches!(name, "aux" | "con" | "nul" | "prn") || numbered("com") || numbered("lpt")
}
