//! The description as data, for the SDK's feature `model`.
//!
//! The build script writes the model as JSON, one file an API version. The types are a package of their own, `cloudcert-model`, because
//! generator and users both need them, and users must not compile a YAML reader for them.

use super::docs::Docs;
#[cfg(feature = "data")]
use super::files::Output;
use crate::model::{Api, Model};
use proc_macro2::TokenStream;
use quote::quote;

/// The description of every API version as JSON, a file each. The build script writes them if the feature is on.
///
/// # Errors
///
/// None in practice: a model holds only what JSON can express.
#[cfg(feature = "data")]
pub fn data(model: &Model) -> Result<Vec<Output>, serde_json::Error> {
    let file = |api| Ok(Output { path: path(api), text: serde_json::to_string(api)? });
    model.apis.iter().map(file).collect()
}

/// The module that includes these files.
pub(super) fn module(model: &Model) -> TokenStream {
    let docs = Docs::new("The description that this SDK was made from, as JSON.").inner();
    let rows = model.apis.iter().map(|api| {
        let (feature, path) = (&api.id, path(api));
        quote!(
            #[cfg(feature = #feature)]
            include_str!(#path)
        )
    });
    quote! {
        #docs
        pub(crate) const APIS: &[&str] = &[#(#rows),*];
    }
}

fn path(api: &Api) -> String {
    format!("{}/model.json", api.modules.join("/"))
}
