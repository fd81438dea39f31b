//! The checks of a request, as code.

use super::access::{Accessor, Scalar, given, number, scalar, shared, value};
use super::condition::{absent, expression, grouped, misshapen, present};
use super::literal::{self, integer, refused, severity};
use crate::model::{
    Action, Api, Check, Condition, Demand, Field, Need, Rule, RuleDemand, Sensitivity, Table, TableBound, Type,
};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// The body of `problems`.
pub(super) fn body(api: &Api, action: &Action) -> TokenStream {
    let parameters = action.parameters.iter().map(|field| parameter(api, action, field));
    let rules = action.rules.iter().map(|rule| of_rule(api, action, rule));
    let checks: TokenStream = parameters.chain(rules).collect();
    if checks.is_empty() {
        return quote!(Vec::new());
    }
    quote! {
        let mut out = crate::check::Problems::default();
        #checks
        out.finish()
    }
}

/// A field of the request itself, or of a structure inside it, and the expression of its owner.
struct Place<'a> {
    owner: TokenStream,
    /// Whether the owner is a structure inside the request.
    inside: bool,
    /// Its path on the wire, from the request down.
    wire: String,
    field: &'a Field,
}

fn parameter(api: &Api, action: &Action, field: &Field) -> TokenStream {
    let place = Place { owner: quote!(self), inside: false, wire: field.wire.clone(), field };
    let mut out = by_itself(api, &place);
    let path = std::slice::from_ref(&field.wire);
    for needed in &field.needed_if {
        let (when, how, doc) = (grouped(api, action, &needed.when), severity(needed.severity), &needed.doc.en);
        let (absent, wire) = (absent(api, action, path), &field.wire);
        out.extend(quote! {
            if #absent && #when {
                out.add(#how, #wire, #doc);
            }
        });
    }
    out.extend(inside(api, action, &place, &mut Vec::new()));
    out
}

/// The checks of a field that depend on no other field.
fn by_itself(api: &Api, place: &Place<'_>) -> TokenStream {
    let Place { owner, inside, wire, field } = place;
    let name = format_ident!("{}", field.name);
    let mut out = TokenStream::new();
    if field.need == Need::Required {
        let given = given(owner, field, true);
        out.extend(quote!(out.required(#wire, #given);));
    }
    for check in &field.checks {
        out.extend(value_check(api, place, check));
    }
    match &field.kind {
        Type::Enum(of) => {
            let of = shared(of, *inside);
            out.extend(quote!(out.listed(#wire, !matches!(&#owner.#name, Some(#of::Unknown(_))));));
        }
        Type::List(item) => {
            if let Type::Enum(of) = &**item {
                let of = shared(of, *inside);
                out.extend(quote!(out.listed(#wire, !#owner.#name.iter().any(|v| matches!(v, #of::Unknown(_))));));
            }
        }
        Type::F64 => {
            let name = format_ident!("{}", field.name);
            out.extend(quote!(out.finite(#wire, #owner.#name);));
        }
        Type::Image => {
            let text = value(api, owner, field, *inside).tokens();
            out.extend(quote!(out.base64(#wire, #text);));
        }
        Type::Pem if field.sensitivity != Some(Sensitivity::Secret) => {
            let text = value(api, owner, field, *inside).tokens();
            out.extend(quote!(out.pem(#wire, #text);));
        }
        _ => {}
    }
    out
}

/// The checks of the members of a structure, or of each structure in a list.
fn inside<'a>(api: &'a Api, action: &'a Action, place: &Place<'a>, around: &mut Vec<&'a str>) -> TokenStream {
    // A structure may hold a list of its own kind. Only the outermost one is checked.
    let of = place.field.kind.structure().filter(|of| !around.contains(of));
    let Some(of) = of else { return TokenStream::new() };
    around.push(of);
    let checks: TokenStream = action
        .members(api, of)
        .iter()
        .map(|field| {
            let place = Place { owner: quote!(v), inside: true, wire: format!("{}.{}", place.wire, field.wire), field };
            let (itself, inside) = (by_itself(api, &place), inside(api, action, &place, around));
            quote!(#itself #inside)
        })
        .collect();
    around.pop();
    let (owner, name) = (&place.owner, format_ident!("{}", place.field.name));
    if checks.is_empty() {
        checks
    } else if place.field.kind.is_list() {
        quote!(for v in &#owner.#name { #checks })
    } else {
        quote!(if let Some(v) = &#owner.#name { #checks })
    }
}

fn value_check(api: &Api, place: &Place<'_>, check: &Check) -> TokenStream {
    let Place { owner, inside, wire, field } = place;
    let (name, how) = (format_ident!("{}", field.name), severity(check.severity));
    let text = || value(api, owner, field, *inside).tokens();
    let bound = |bound: &Option<i64>| {
        if let Some(n) = bound {
            let n = integer(*n);
            quote!(Some(#n))
        } else {
            quote!(None)
        }
    };
    match &check.demand {
        Demand::Range { min, max } => {
            let (number, min, max) = (number(owner, field).tokens(), bound(min), bound(max));
            quote!(out.range(#how, #wire, #number, #min, #max);)
        }
        Demand::Length { min, max } => {
            let (text, min, max) = (text(), bound(min), bound(max));
            quote!(out.length(#how, #wire, #text, #min, #max);)
        }
        Demand::Count { min, max } => {
            let (min, max) = (bound(min), bound(max));
            quote!(out.count(#how, #wire, #owner.#name.len(), #min, #max);)
        }
        Demand::MaxBytes(most) => {
            let (text, most) = (text(), integer(i64::try_from(*most).unwrap_or(i64::MAX)));
            quote!(out.picture(#how, #wire, #text, #most);)
        }
        Demand::Format(format) => {
            let format = literal::format(*format);
            if field.kind.is_list() {
                quote! {
                    for item in &#owner.#name {
                        out.shape(#how, #wire, Some(item), crate::check::TextFormat::#format);
                    }
                }
            } else {
                let text = text();
                quote!(out.shape(#how, #wire, #text, crate::check::TextFormat::#format);)
            }
        }
        // The runtime has no regular expressions and does not parse CSRs. The docs state both demands, and the service checks them.
        Demand::Pattern(_) | Demand::CsrKey { .. } => TokenStream::new(),
    }
}

fn of_rule(api: &Api, action: &Action, rule: &Rule) -> TokenStream {
    let (how, doc) = (severity(rule.severity), &rule.doc.en);
    let when = rule.when.as_ref().map(|when| grouped(api, action, when));
    // `when` and the demand are one test: clippy refuses an `if` that contains nothing but another `if`.
    let report = |broken: TokenStream, wire: &str| {
        if let Some(when) = &when {
            quote!(if #when && #broken { out.add(#how, #wire, #doc); })
        } else {
            quote!(if #broken { out.add(#how, #wire, #doc); })
        }
    };
    match &rule.demand {
        RuleDemand::Require(paths) => {
            paths.iter().map(|path| report(absent(api, action, path), &path.join("."))).collect()
        }
        RuleDemand::Forbid(paths) => {
            paths.iter().map(|path| report(present(api, action, path), &path.join("."))).collect()
        }
        RuleDemand::RequireOneOf(paths) => {
            let none = paths.iter().map(|path| absent(api, action, path));
            let wire = paths.iter().map(|path| path.join(".")).collect::<Vec<_>>().join(", ");
            report(quote!(#(#none)&&*), &wire)
        }
        RuleDemand::Refuse => {
            let wire = first_parameter(rule);
            let when = rule.when.as_ref().map(|when| expression(api, action, when));
            quote!(if #when { out.add(#how, #wire, #doc); })
        }
        RuleDemand::Shape { path, format } => report(misshapen(api, action, path, *format), &path.join(".")),
        RuleDemand::Table { table, key, within } => {
            let checks = match api.table(table) {
                Some(table) => table_check(api, action, table, key, within, &how),
                None => refused(&format!("the table `{table}`")),
            };
            match when {
                Some(when) => quote!(if #when { #checks }),
                None => checks,
            }
        }
    }
}

/// The parameter that a refused combination is reported for.
fn first_parameter(rule: &Rule) -> String {
    fn first(condition: &Condition) -> Option<String> {
        use Condition as C;
        match condition {
            C::OneOf { path, .. } | C::Present(path) | C::Absent(path) | C::Is { path, .. } => Some(path.join(".")),
            C::All(list) | C::Any(list) => list.iter().find_map(first),
            C::Not(inner) => first(inner),
        }
    }
    rule.when.as_ref().and_then(first).unwrap_or_default()
}

/// Checks that parameters are within the bounds of the table row that the key picks.
fn table_check(
    api: &Api,
    action: &Action,
    table: &Table,
    key: &str,
    within: &[TableBound],
    how: &TokenStream,
) -> TokenStream {
    let path = |path: &str| -> Vec<String> { path.split('.').map(str::to_owned).collect() };
    let Some(key) = Accessor::parameter(api, action, &path(key)) else { return refused(&format!("`{key}`")) };
    let (number, key) = (scalar(api, key.last) == Some(Scalar::Number), key.value(&quote!(self)).tokens());
    let value =
        |value: &str| if number { value.parse().map_or_else(|_| refused(value), integer) } else { quote!(#value) };
    let column = |name: &str| table.columns.iter().position(|column| column.name == name);
    let checks = within.iter().map(|bound| {
        let field = Accessor::parameter(api, action, &path(&bound.parameter));
        let (Some(field), Some(min), Some(max)) = (field, column(&bound.min), column(&bound.max)) else {
            return refused(&format!("the bounds of `{}`", bound.parameter));
        };
        let mut groups: BTreeMap<(i64, i64), Vec<TokenStream>> = BTreeMap::new();
        for row in &table.rows {
            let cell = |index: usize| row.cells.get(index).and_then(serde_json::Value::as_i64);
            let (Some(min), Some(max)) = (cell(min), cell(max)) else {
                return refused(&format!("the row `{}` of `{}`", row.value, table.name));
            };
            groups.entry((min, max)).or_default().push(value(&row.value));
        }
        let rows = groups.iter().map(|((low, high), values)| {
            let (low, high) = (integer(*low), integer(*high));
            quote!(#(#values)|* => (#low, #high),)
        });
        let (wire, number) = (&bound.parameter, field.number(&quote!(self)).tokens());
        quote! {
            let bounds: Option<(i64, i64)> = #key.and_then(|v| {
                Some(match v {
                    #(#rows)*
                    _ => return None,
                })
            });
            if let Some((min, max)) = bounds {
                out.range(#how, #wire, #number, Some(min), Some(max));
            }
        }
    });
    quote!(#({ #checks })*)
}
