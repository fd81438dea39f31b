//! Cooldowns between two actions on the same thing: which action waits, after which one, and for how long.

use super::access::{Accessor, text};
use super::literal::integer;
use crate::model::{Action, Api, Text};
use proc_macro2::TokenStream;
use quote::quote;

/// The methods of an operation that name its cooldowns; nothing if it has none.
pub(super) fn cooldowns(api: &Api, action: &Action) -> TokenStream {
    let waits_for: Vec<TokenStream> = waits(action)
        .map(|(after, seconds)| {
            let id = link(action, after).map_or_else(every, |(wire, _)| {
                let path = [wire.to_owned()];
                Accessor::parameter(api, action, &path)
                    .map_or_else(every, |accessor| text(api, &accessor.value(&quote!(self)), accessor.last))
            });
            cooldown(&action.name, after, &id, seconds)
        })
        .collect();
    let waits_for = (!waits_for.is_empty()).then(|| {
        quote! {
            fn cooldowns(&self) -> Vec<crate::cooldown::Cooldown> {
                Vec::from([#(#waits_for),*])
            }
        }
    });
    let mut named = false;
    let mut starts = Vec::new();
    for waiting in &api.actions {
        for (after, seconds) in waits(waiting).filter(|(after, _)| *after == action.name) {
            let accessor = link(waiting, after).and_then(|(_, path)| Accessor::response(api, action, path));
            named |= accessor.is_some();
            let id =
                accessor.map_or_else(every, |accessor| text(api, &accessor.value(&quote!(response)), accessor.last));
            starts.push(cooldown(&waiting.name, after, &id, seconds));
        }
    }
    let response = if named { quote!(response) } else { quote!(_response) };
    let starts = (!starts.is_empty()).then(|| {
        quote! {
            fn starts_cooldowns(#response: &Self::Response) -> Vec<crate::cooldown::Cooldown> {
                Vec::from([#(#starts),*])
            }
        }
    });
    quote!(#waits_for #starts)
}

/// A cooldown in the docs of an action.
pub(super) fn words(action: &Action, after: &str, seconds: u32) -> Text {
    let [en, zh] = link(action, after).map_or_else(Default::default, |(wire, _)| {
        [format!(" for the same `{wire}`"), format!("针对同一 `{wire}` 的")]
    });
    Text {
        en: format!("The client waits until {seconds} s have passed since the response of `{after}`{en}."),
        zh: format!("客户端会等到{zh} `{after}` 返回满 {seconds} 秒后再发送。"),
    }
}

/// The actions after which an action waits, and for how many seconds.
fn waits(action: &Action) -> impl Iterator<Item = (&str, u32)> {
    action.preconditions.iter().filter_map(|condition| Some((condition.after.as_deref()?, condition.wait_seconds?)))
}

/// The parameter whose value comes from the response of the action before, and the path to it there.
fn link<'a>(action: &'a Action, after: &str) -> Option<(&'a str, &'a [String])> {
    action.parameters.iter().find_map(|field| {
        let (_, path) = field.obtained_from.iter().find(|(from, _)| from == after)?;
        Some((field.wire.as_str(), path.as_slice()))
    })
}

/// The id of a cooldown that applies to every call.
fn every() -> TokenStream {
    quote!(Some(String::new()))
}

fn cooldown(action: &str, after: &str, id: &TokenStream, seconds: u32) -> TokenStream {
    let seconds = integer(seconds.into());
    quote!(crate::cooldown::Cooldown { action: #action, after: #after, id: #id, seconds: #seconds })
}
