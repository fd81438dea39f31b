//! What can be wrong with a request, as code.

use super::condition::{absent, expression, named, present};
use super::types::integer;
use crate::model::{
    Action, Api, Check, Condition, Demand, Field, Need, Rule, RuleDemand, Severity, Table, TableBound, Type,
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

fn severity(severity: Severity) -> TokenStream {
    match severity {
        Severity::Error => quote!(crate::Severity::Error),
        Severity::Advice => quote!(crate::Severity::Advice),
    }
}

fn parameter(api: &Api, action: &Action, field: &Field) -> TokenStream {
    let (wire, name) = (&field.wire, format_ident!("{}", field.name));
    let given = present(api, action, std::slice::from_ref(wire));
    let mut out = TokenStream::new();
    if field.need == Need::Required {
        out.extend(quote!(out.required(#wire, #given);));
    }
    for needed in &field.needed_if {
        let (when, how, doc) = (expression(api, action, &needed.when), severity(needed.severity), &needed.doc.en);
        let absent = absent(api, action, std::slice::from_ref(wire));
        out.extend(quote! {
            if #absent && #when {
                out.add(#how, #wire, #doc);
            }
        });
    }
    for check in &field.checks {
        out.extend(value_check(field, check));
    }
    if let Type::Enum(of) = &field.kind {
        let of = format_ident!("{of}");
        out.extend(quote! {
            if matches!(&self.#name, Some(#of::Unknown(_))) {
                out.add(crate::Severity::Advice, #wire, "is none of the values that the documents list");
            }
        });
    }
    out
}

fn value_check(field: &Field, check: &Check) -> TokenStream {
    let (wire, name, how) = (&field.wire, format_ident!("{}", field.name), severity(check.severity));
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
            let (min, max) = (bound(min), bound(max));
            quote!(out.range(#how, #wire, self.#name.map(i64::from), #min, #max);)
        }
        Demand::Length { min, max } => {
            let (min, max) = (bound(min), bound(max));
            quote!(out.length(#how, #wire, self.#name.as_deref(), #min, #max);)
        }
        Demand::Count { min, max } => {
            let (min, max) = (bound(min), bound(max));
            quote!(out.count(#how, #wire, self.#name.len(), #min, #max);)
        }
        Demand::MaxBytes(most) => {
            let most = integer(i64::try_from(*most).unwrap_or(i64::MAX));
            quote!(out.picture(#how, #wire, self.#name.as_deref(), #most);)
        }
        Demand::Format(format) => {
            let format = named(*format);
            match field.kind {
                Type::CommaList | Type::List(_) => quote! {
                    for item in &self.#name {
                        out.shape(#how, #wire, Some(item), crate::check::Format::#format);
                    }
                },
                _ => quote!(out.shape(#how, #wire, self.#name.as_deref(), crate::check::Format::#format);),
            }
        }
        // What is in a CSR is not looked into: that it is one is.
        Demand::CsrKey { .. } => quote!(out.csr(#how, #wire, self.#name.as_deref());),
        // No pattern stands in a request so far; the runtime carries no expressions.
        Demand::Pattern(_) => TokenStream::new(),
    }
}

fn of_rule(api: &Api, action: &Action, rule: &Rule) -> TokenStream {
    let (how, doc) = (severity(rule.severity), &rule.doc.en);
    let when = rule.when.as_ref().map(|when| grouped(api, action, when));
    // One test of when and demand together, so that no `if` stands alone in another.
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
        RuleDemand::Shape { path, format } => {
            let Some(field) = path.first().and_then(|wire| action.parameter(wire)) else { return TokenStream::new() };
            let (name, format) = (format_ident!("{}", field.name), named(*format));
            let broken =
                quote!(self.#name.as_deref().is_some_and(|v| !crate::check::is(v, crate::check::Format::#format)));
            report(broken, &path.join("."))
        }
        RuleDemand::Table { table, key, within } => {
            let Some(table) = api.table(table) else { return TokenStream::new() };
            let checks = table_check(action, table, key, within, &how);
            match when {
                Some(when) => quote!(if #when { #checks }),
                None => checks,
            }
        }
    }
}

/// A condition that something is joined to.
fn grouped(api: &Api, action: &Action, when: &Condition) -> TokenStream {
    let inner = expression(api, action, when);
    if matches!(when, Condition::Any(_)) { quote!((#inner)) } else { inner }
}

/// The parameter that a refused combination is reported under.
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

/// Bounds that a table gives for the value of another parameter.
fn table_check(action: &Action, table: &Table, key: &str, within: &[TableBound], how: &TokenStream) -> TokenStream {
    let Some(key) = action.parameter(key) else { return TokenStream::new() };
    let key_name = format_ident!("{}", key.name);
    let column = |name: &str| table.columns.iter().position(|column| column.name == name);
    let checks = within.iter().filter_map(|bound| {
        let field = action.parameter(&bound.parameter)?;
        let (min, max) = (column(&bound.min)?, column(&bound.max)?);
        let mut groups: BTreeMap<(i64, i64), Vec<&str>> = BTreeMap::new();
        for row in &table.rows {
            let bounds = (row.cells.get(min)?.as_i64()?, row.cells.get(max)?.as_i64()?);
            groups.entry(bounds).or_default().push(&row.value);
        }
        let rows = groups.iter().map(|((low, high), values)| {
            let (low, high) = (integer(*low), integer(*high));
            quote!(#(#values)|* => (#low, #high),)
        });
        let (wire, name) = (&field.wire, format_ident!("{}", field.name));
        Some(quote! {
            let bounds: Option<(i64, i64)> = self.#key_name.as_ref().and_then(|v| {
                Some(match v.as_str() {
                    #(#rows)*
                    _ => return None,
                })
            });
            if let Some((min, max)) = bounds {
                out.range(#how, #wire, self.#name.map(i64::from), Some(min), Some(max));
            }
        })
    });
    quote!(#({ #checks })*)
}
