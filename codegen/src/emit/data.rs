//! The description as data, for the SDK's feature `model`.
//!
//! The build script writes the model as JSON, one file an API version: a line for the API version without its actions, then a line for each action.
//! So a program that needs one action reads one. The types are a package of their own, `cloudcert-model`, because
//! generator and users both need them, and users must not compile a YAML reader for them.

use super::docs::Docs;
#[cfg(feature = "data")]
use super::files::Output;
#[cfg(feature = "data")]
use crate::format::HEADER;
use crate::model::{Api, Model};
use proc_macro2::TokenStream;
use quote::quote;

/// The description of every API version as lines of JSON, a file each. An action's line begins with its name and a tab. The build script writes them if the feature is on.
///
/// # Errors
///
/// None in practice: a model holds only what JSON can express.
#[cfg(feature = "data")]
pub fn data(model: &Model) -> Result<Vec<Output>, serde_json::Error> {
    let file = |api| Ok(Output { path: path(api), text: lines(api)? });
    model.apis.iter().map(file).collect()
}

#[cfg(feature = "data")]
fn lines(api: &Api) -> Result<String, serde_json::Error> {
    let shared = Api { actions: Vec::new(), ..api.clone() };
    let mut text = serde_json::to_string(&shared)? + "\n";
    for action in &api.actions {
        text.extend([action.name.as_str(), "\t", &serde_json::to_string(action)?, "\n"]);
    }
    Ok(text)
}

/// A call of the macro `each_action!` with the module of every action, for tests and fuzzing, which treat all alike. A new action is in it by
/// itself.
///
/// ```text
/// each_action! {
///     "aliyun-cas-2020-04-07" cloudcert::aliyun_cas::v2020_04_07 { describe_package_state none, }
///     "ksyun-kcm-2016-03-04" cloudcert::ksyun_kcm::v2016_03_04 { get_token inner, }
/// }
/// ```
///
/// `inner` stands where the API has inner error codes.
#[cfg(feature = "data")]
#[must_use]
pub fn actions(model: &Model) -> Output {
    let mut text = format!("{HEADER}each_action! {{\n");
    for api in &model.apis {
        let inner = if api.errors.iter().any(|row| row.inner_code.is_some()) { "inner" } else { "none" };
        let rows = api.actions.iter().map(|action| format!("{} {inner}, ", action.method));
        let rows = rows.collect::<String>();
        let module = api.modules.join("::");
        text.extend(["    \"", &api.id, "\" cloudcert::", &module, " { ", &rows, "}\n"]);
    }
    text.push_str("}\n");
    Output { path: "actions.rs".to_owned(), text }
}

/// The module that includes these files.
pub(super) fn module(model: &Model) -> TokenStream {
    let docs = Docs::new("The description that this SDK was made from, as lines of JSON.").inner();
    let rows = model.apis.iter().map(|api| {
        let path = path(api);
        let id = &api.id;
        quote!((#id, include_str!(#path)))
    });
    quote! {
        #docs
        pub(crate) const APIS: &[(&str, &str)] = &[#(#rows),*];
    }
}

fn path(api: &Api) -> String {
    format!("{}/model.jsonl", api.modules.join("/"))
}
