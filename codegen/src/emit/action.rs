//! An action's module: request, response, builder, pages, waits, states and recipe, put together.

use super::docs::Docs;
use super::index::Indexed;
use super::naming::Names;
use super::shapes::Role;
use super::structure::{part, structure};
use super::{builder, describe, example, flow, operation, reconcile, shapes};
use crate::model::Action;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The module of an action.
pub(super) fn file(api: &Indexed<'_>, action: &Action) -> TokenStream {
    let names = Names::of(action);
    let (request, response) = (&names.request, &names.response);
    let docs = describe::brief(api, action).inner();
    let name = &action.name;
    let about = Docs::own([
        &format!("The request of `{name}` as plain data. Build it by setters, field by field, or read it from JSON."),
        &format!("`{name}` 的请求数据，可用设置方法构造、逐个字段设置，也可从 JSON 读取。"),
    ])
    .markdown("Required parameters may be absent until the request is validated or sent. [`Builder`] has the rules.")
    .markdown("校验或发送之前可以缺少必填参数。规则见 [`Builder`]。");
    let parameters: Vec<_> = action.parameters.iter().collect();
    let request_struct =
        structure((api, Some(action)), request, &about, &parameters, Role::Request, action.history.as_ref());
    let about = Docs::own([&format!("The response of `{name}`."), &format!("`{name}` 的响应。")])
        .markdown(&example::responses(api, action));
    let fields: Vec<_> = action.response.iter().collect();
    let response_struct = structure((api, Some(action)), response, &about, &fields, Role::Response, None);
    let parts = shapes::in_place(action).into_iter().map(|of| part(api, of, api.sent.contains(of.name.as_str())));
    let shared: Vec<_> = shapes::shared(api, action).into_iter().map(|name| format_ident!("{name}")).collect();
    let imports = (!shared.is_empty()).then(|| quote!(use super::types::{#(#shared), *};));
    let mut file = quote! {
        #docs
        #imports
    };
    // Handed over as a whole: `quote` copies what it interpolates token by token.
    file.extend([
        request_struct,
        operation::operation(api, action, &names),
        response_struct,
        quote!(crate::operation::response!(#response);),
    ]);
    let builder = builder::builder(api, action, &names);
    let flows = flow::flows(api, action, &names);
    file.extend(parts.chain([builder, flows]).chain(reconcile::reconcile(api, action, &names)));
    file
}
