//! Pauses between two actions that are about the same thing: who waits, for what, and how long.

use super::access::{Way, text};
use super::literal::integer;
use crate::model::{Action, Api};
use proc_macro2::TokenStream;
use quote::quote;

/// What an operation says about its pauses; nothing, if there are none.
pub(super) fn pauses(api: &Api, action: &Action) -> TokenStream {
    let held: Vec<TokenStream> = waits(action)
        .map(|(after, seconds)| {
            let id = link(action, after).map_or_else(every, |(wire, _)| {
                let path = [wire.to_owned()];
                Way::parameter(api, action, &path)
                    .map_or_else(every, |way| text(api, &way.value(&quote!(self)), way.last))
            });
            hold(&action.name, after, &id, seconds)
        })
        .collect();
    let held = (!held.is_empty()).then(|| {
        quote! {
            fn held(&self) -> Vec<crate::pace::Hold> {
                Vec::from([#(#held),*])
            }
        }
    });
    let mut named = false;
    let mut holds = Vec::new();
    for waiting in &api.actions {
        for (after, seconds) in waits(waiting).filter(|(after, _)| *after == action.name) {
            let way = link(waiting, after).and_then(|(_, path)| Way::answer(api, action, path));
            named |= way.is_some();
            let id = way.map_or_else(every, |way| text(api, &way.value(&quote!(answer)), way.last));
            holds.push(hold(&waiting.name, after, &id, seconds));
        }
    }
    let answer = if named { quote!(answer) } else { quote!(_answer) };
    let holds = (!holds.is_empty()).then(|| {
        quote! {
            fn holds(#answer: &Self::Response) -> Vec<crate::pace::Hold> {
                Vec::from([#(#holds),*])
            }
        }
    });
    quote!(#held #holds)
}

/// What the docs of an action say about a pause.
pub(super) fn words(action: &Action, after: &str, seconds: u32) -> String {
    let of = link(action, after).map_or_else(String::new, |(wire, _)| format!(" for the same `{wire}`"));
    format!(
        "The client keeps this pause: a call that comes earlier waits until {seconds} s have passed since `{after}` was answered{of}."
    )
}

/// The actions that an action waits after, and how many seconds.
fn waits(action: &Action) -> impl Iterator<Item = (&str, u32)> {
    action.preconditions.iter().filter_map(|condition| Some((condition.after.as_deref()?, condition.wait_seconds?)))
}

/// The parameter that holds what the action before has answered, and the way to it in that answer.
fn link<'a>(action: &'a Action, after: &str) -> Option<(&'a str, &'a [String])> {
    action.parameters.iter().find_map(|field| {
        let (_, path) = field.obtained_from.iter().find(|(from, _)| from == after)?;
        Some((field.wire.as_str(), path.as_slice()))
    })
}

/// The pause is not about one thing: it holds for every call.
fn every() -> TokenStream {
    quote!(Some(String::new()))
}

fn hold(action: &str, after: &str, id: &TokenStream, seconds: u32) -> TokenStream {
    let seconds = integer(seconds.into());
    quote!(crate::pace::Hold { action: #action, after: #after, id: #id, seconds: #seconds })
}
