//! Accessors: from a request or a response to what the spec names by a path, as expressions.
//!
//! Conditions, checks, waits and pages all use this file. It knows every type, how deep a field stands, and which fields are guaranteed.

use super::literal::refused;
use crate::model::{Action, Api, Base, Field, Sensitivity, Type};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// What a value can be compared as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Text,
    Number,
    Truth,
}

/// What the value of a field can be compared as, if the field holds a single one.
pub(super) fn scalar(api: &Api, field: &Field) -> Option<Scalar> {
    let based = |base: Base| if base == Base::String { Scalar::Text } else { Scalar::Number };
    match &field.kind {
        Type::Id(name) => api.ids.iter().find(|id| id.name == *name).map(|id| based(id.base)),
        Type::Enum(name) => api.enumeration(name).map(|of| based(of.base)),
        Type::I32 | Type::I64 => Some(Scalar::Number),
        Type::Boolean { .. } => Some(Scalar::Truth),
        Type::Structure(_)
        | Type::JsonText(_)
        | Type::List(_)
        | Type::CommaList(_)
        | Type::JsonList(_)
        | Type::Map(_)
        | Type::JsonMap(_)
        | Type::F64
        | Type::Any => None,
        Type::String | Type::Pem | Type::Csr | Type::Image | Type::Time { .. } | Type::Url | Type::SecretUrl => {
            Some(Scalar::Text)
        }
    }
}

fn is_secret(field: &Field) -> bool {
    field.sensitivity == Some(Sensitivity::Secret) || field.kind == Type::SecretUrl
}

/// An expression that reads a value.
pub(super) enum Access {
    /// The value itself.
    Present(TokenStream),
    /// An `Option`, and the function that maps what it holds to the value.
    Optional(TokenStream, Option<TokenStream>),
}

impl Access {
    /// As an `Option`.
    pub(super) fn tokens(&self) -> TokenStream {
        match self {
            Self::Present(value) => quote!(Some(#value)),
            Self::Optional(option, Some(map)) => quote!(#option.map(#map)),
            Self::Optional(option, None) => quote!(#option),
        }
    }

    /// The value, or another one if there is none.
    pub(super) fn or(&self, default: &TokenStream) -> TokenStream {
        match self {
            Self::Present(value) => value.clone(),
            Self::Optional(option, Some(map)) => quote!(#option.map_or(#default, #map)),
            Self::Optional(option, None) => quote!(#option.unwrap_or(#default)),
        }
    }

    /// The same expression for an owner that may be absent.
    fn inside(&self, owner: &TokenStream) -> Self {
        let inner = match self {
            Self::Present(value) => quote!(#owner.map(|v| #value)),
            Self::Optional(..) => {
                let option = self.tokens();
                quote!(#owner.and_then(|v| #option))
            }
        };
        Self::Optional(inner, None)
    }
}

/// Names a shared type in the module of an action: by its name alone, which needs an import, or `qualified` by its full path.
pub(super) fn shared(name: &str, qualified: bool) -> TokenStream {
    let name = format_ident!("{name}");
    if qualified { quote!(super::types::#name) } else { quote!(#name) }
}

/// Reads a single value of `owner` (the request, the response, or a structure within one) as `&str`, number or `bool`. Exposes secrets.
///
/// Returns [`Access::Present`] for a guaranteed field, otherwise [`Access::Optional`]. `qualified` names the field's type by its full path, for a
/// module that may not import it. For a list or a structure the expression is a compile error.
pub(super) fn value(api: &Api, owner: &TokenStream, field: &Field, qualified: bool) -> Access {
    let name = format_ident!("{}", field.name);
    let place = quote!(#owner.#name);
    let Some(scalar) = scalar(api, field) else {
        return Access::Present(refused(&format!("`{}` as a single value", field.wire)));
    };
    let (by, copies) = match &field.kind {
        _ if is_secret(field) => (Some((quote!(crate::Secret), format_ident!("expose"))), false),
        Type::Enum(of) | Type::Id(of) => {
            let id = matches!(field.kind, Type::Id(_));
            let getter = match scalar {
                Scalar::Text | Scalar::Truth => "as_str",
                Scalar::Number if id => "get",
                Scalar::Number if api.enumeration(of).is_some_and(|of| of.base == Base::I64) => "as_i64",
                Scalar::Number => "as_i32",
            };
            (Some((shared(of, qualified), format_ident!("{getter}"))), id && scalar == Scalar::Number)
        }
        Type::Time { .. } => (Some((quote!(crate::Time), format_ident!("as_str"))), false),
        _ => (None, scalar != Scalar::Text),
    };
    if field.guaranteed {
        return Access::Present(match by {
            Some((_, getter)) => quote!(#place.#getter()),
            None if copies => place,
            None => quote!(#place.as_str()),
        });
    }
    let option = match (&by, copies) {
        (_, true) => place,
        (Some(_), false) => quote!(#place.as_ref()),
        (None, false) => quote!(#place.as_deref()),
    };
    Access::Optional(option, by.map(|(of, getter)| quote!(#of::#getter)))
}

/// A number of an owner, as `i64`.
pub(super) fn number(owner: &TokenStream, field: &Field) -> Access {
    let name = format_ident!("{}", field.name);
    match (&field.kind, field.guaranteed) {
        (Type::I64, true) => Access::Present(quote!(#owner.#name)),
        (Type::I64, false) => Access::Optional(quote!(#owner.#name), None),
        (Type::I32, true) => Access::Present(quote!(i64::from(#owner.#name))),
        (Type::I32, false) => Access::Optional(quote!(#owner.#name), Some(quote!(i64::from))),
        _ => Access::Present(refused(&format!("`{}` as a number", field.wire))),
    }
}

/// A single value as a text, as `Option<String>`.
pub(super) fn text(api: &Api, value: &Access, field: &Field) -> TokenStream {
    match value {
        Access::Present(value) => quote!(Some(#value.to_string())),
        Access::Optional(..) => {
            let option = value.tokens();
            if scalar(api, field) == Some(Scalar::Text) {
                quote!(#option.map(str::to_owned))
            } else {
                quote!(#option.map(|v| v.to_string()))
            }
        }
    }
}

/// Whether a parameter of an owner is given. An empty list is not.
pub(super) fn given(owner: &TokenStream, field: &Field, wanted: bool) -> TokenStream {
    let name = format_ident!("{}", field.name);
    match (field.kind.is_list(), wanted) {
        (true, true) => quote!(!#owner.#name.is_empty()),
        (true, false) => quote!(#owner.#name.is_empty()),
        (false, true) => quote!(#owner.#name.is_some()),
        (false, false) => quote!(#owner.#name.is_none()),
    }
}

/// Leads from a request or a response to one of its fields, however deep it stands.
pub(super) struct Accessor<'a> {
    api: &'a Api,
    /// The structures around it, the outermost first.
    outer: Vec<&'a Field>,
    /// The field itself.
    pub(super) last: &'a Field,
    /// Whether the code is for another action's module, which need not know its types.
    away: bool,
}

/// The request, response or structure that has the field.
enum Owner {
    Present(TokenStream),
    /// An `Option` of a reference to it.
    Optional(TokenStream),
}

impl<'a> Accessor<'a> {
    /// To a parameter, or to a member of one.
    pub(super) fn parameter(api: &'a Api, action: &'a Action, path: &[String]) -> Option<Self> {
        Self::find(api, action, &action.parameters, path)
    }

    /// To a field of the response, or to a member of one.
    pub(super) fn response(api: &'a Api, action: &'a Action, path: &[String]) -> Option<Self> {
        Self::find(api, action, &action.response, path)
    }

    /// The same accessor, for code in the module of another action.
    pub(super) fn away(self) -> Self {
        Self { away: true, ..self }
    }

    fn find(api: &'a Api, action: &'a Action, fields: &'a [Field], path: &[String]) -> Option<Self> {
        let (first, rest) = path.split_first()?;
        let mut last = fields.iter().find(|field| field.wire == *first)?;
        let mut outer = Vec::new();
        for wire in rest {
            let (Type::Structure(of) | Type::JsonText(of)) = &last.kind else { return None };
            outer.push(last);
            last = action.members(api, of).iter().find(|field| field.wire == *wire)?;
        }
        Some(Self { api, outer, last, away: false })
    }

    fn owner(&self, root: &TokenStream) -> Owner {
        self.outer.iter().fold(Owner::Present(root.clone()), |owner, field| {
            let name = format_ident!("{}", field.name);
            match (owner, field.guaranteed) {
                (Owner::Present(owner), true) => Owner::Present(quote!(#owner.#name)),
                (Owner::Present(owner), false) => Owner::Optional(quote!(#owner.#name.as_ref())),
                (Owner::Optional(owner), true) => Owner::Optional(quote!(#owner.map(|v| &v.#name))),
                (Owner::Optional(owner), false) => Owner::Optional(quote!(#owner.and_then(|v| v.#name.as_ref()))),
            }
        })
    }

    /// The single value at its end.
    pub(super) fn value(&self, root: &TokenStream) -> Access {
        match self.owner(root) {
            Owner::Present(owner) => value(self.api, &owner, self.last, self.away || !self.outer.is_empty()),
            Owner::Optional(owner) => value(self.api, &quote!(v), self.last, true).inside(&owner),
        }
    }

    /// The number at its end, as `i64`.
    pub(super) fn number(&self, root: &TokenStream) -> Access {
        match self.owner(root) {
            Owner::Present(owner) => number(&owner, self.last),
            Owner::Optional(owner) => number(&quote!(v), self.last).inside(&owner),
        }
    }

    /// The result of a test of the owner, or `without` if there is no owner.
    pub(super) fn test(
        &self,
        root: &TokenStream,
        test: impl Fn(&TokenStream) -> TokenStream,
        without: bool,
    ) -> TokenStream {
        match self.owner(root) {
            Owner::Present(owner) => test(&owner),
            Owner::Optional(owner) => {
                let (inner, with) = (test(&quote!(v)), if without { quote!(is_none_or) } else { quote!(is_some_and) });
                quote!(#owner.#with(|v| #inner))
            }
        }
    }

    /// The list at its end, taken out of the response.
    pub(super) fn taken(&self, root: &TokenStream) -> TokenStream {
        let list = format_ident!("{}", self.last.name);
        let mut owner = Owner::Present(root.clone());
        for field in &self.outer {
            let name = format_ident!("{}", field.name);
            owner = match (owner, field.guaranteed) {
                (Owner::Present(owner), true) => Owner::Present(quote!(#owner.#name)),
                (Owner::Present(owner), false) => Owner::Optional(quote!(#owner.#name)),
                (Owner::Optional(owner), true) => Owner::Optional(quote!(#owner.map(|v| v.#name))),
                (Owner::Optional(owner), false) => Owner::Optional(quote!(#owner.and_then(|v| v.#name))),
            };
        }
        match owner {
            Owner::Present(owner) => quote!(#owner.#list),
            Owner::Optional(owner) => quote!(#owner.map(|v| v.#list).unwrap_or_default()),
        }
    }

    /// An expression over the owner, or `without` if there is no owner.
    pub(super) fn made(
        &self,
        root: &TokenStream,
        make: impl Fn(&TokenStream) -> TokenStream,
        without: &TokenStream,
    ) -> TokenStream {
        match self.owner(root) {
            Owner::Present(owner) => make(&owner),
            Owner::Optional(owner) => {
                let inner = make(&quote!(v));
                quote!(#owner.map_or(#without, |v| #inner))
            }
        }
    }
}
