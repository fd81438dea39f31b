//! Turns names of the spec into names in Rust. The check of names and the generator both use this module, so they cannot disagree.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// The name of a field, and of the setter of a parameter.
pub(crate) fn field(wire: &str, given: Option<&str>) -> String {
    given.map_or_else(|| wire.to_snake_case(), str::to_owned)
}

/// The name of a variant of an enum.
pub(crate) fn value(wire: &str, given: Option<&str>) -> String {
    given.map_or_else(|| wire.to_upper_camel_case(), str::to_owned)
}

/// The name of an action's method and of its module.
pub(crate) fn method(action: &str, given: Option<&str>) -> String {
    given.map_or_else(|| action.to_snake_case(), str::to_owned)
}

/// The name of the request in an action's module.
pub(crate) const REQUEST: &str = "Request";
/// The name of the response in an action's module.
pub(crate) const RESPONSE: &str = "Response";
/// The name of the builder in an action's module.
pub(crate) const BUILDER: &str = "Builder";

/// The name of an error code. A family of codes is named after its common beginning.
pub(crate) fn code(code: &str, given: Option<&str>) -> String {
    given.map_or_else(|| code.to_upper_camel_case(), str::to_owned)
}

/// The client's method for a waiter.
pub(crate) fn wait(waiter: &str) -> String {
    format!("wait_until_{waiter}")
}

/// The structure that a view of states holds for a state without a variant.
pub(crate) fn other_state(view: &str) -> String {
    format!("Other{view}")
}

/// The names that the module `state` of an action has for a required parameter.
pub(crate) struct Typestate {
    /// The associated type and the type parameter that stand for it.
    pub(crate) parameter: String,
    /// The state with it set.
    pub(crate) with: String,
    /// The trait of the states in which it is set.
    pub(crate) proof: String,
}

/// The names for the parameter whose field has this name.
pub(crate) fn typestate(field: &str) -> Typestate {
    let parameter = field.to_upper_camel_case();
    Typestate { with: format!("With{parameter}"), proof: format!("{parameter}IsSet"), parameter }
}

/// Whether a name is an identifier in Rust: no keyword, and no letter that looks like another one to the compiler.
pub(crate) fn is_identifier(name: &str) -> bool {
    name.is_ascii() && name != "_" && name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
}
