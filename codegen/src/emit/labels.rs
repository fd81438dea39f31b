//! The features that docs of all features show beside an item.

use crate::cargo_features;
use crate::model::Api;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// What docs of all features say an item needs: any of these.
pub(super) fn label(features: impl IntoIterator<Item = String>) -> TokenStream {
    let features: Vec<String> = features.into_iter().collect();
    if let [feature] = features.as_slice() {
        quote!(#[cfg_attr(docsrs, doc(cfg(feature = #feature)))])
    } else {
        quote!(#[cfg_attr(docsrs, doc(cfg(any(#(feature = #features),*))))])
    }
}

/// The features that shared items need.
pub(super) struct Labels<'a> {
    users: BTreeMap<&'a str, BTreeSet<String>>,
    /// How many features have actions. What all of them use needs no label.
    features: usize,
}

impl<'a> Labels<'a> {
    pub(super) fn of(whole: &'a Api) -> Self {
        let features: BTreeSet<String> =
            whole.actions.iter().map(|action| cargo_features::of_action(whole, action)).collect();
        // Without groups, the API version as a whole has the label.
        let users = if features.len() > 1 { cargo_features::users(whole) } else { BTreeMap::new() };
        Self { users, features: features.len() }
    }

    /// The item with its label.
    pub(super) fn before(&self, name: &str, item: TokenStream) -> TokenStream {
        match self.users.get(name).filter(|users| users.len() < self.features) {
            Some(users) => {
                let mut out = label(users.iter().cloned());
                out.extend(item);
                out
            }
            None => item,
        }
    }
}
