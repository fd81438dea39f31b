//! The data of an API version for the runtime.

use super::literal::effect;
use super::{errors, operation};
use crate::model::{Api, ErrorStyle, RetryAfter, RetryAfterUnit, SignatureScheme, UnknownRegion};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The static that the client hands to the runtime.
pub(super) fn info(api: &Api) -> TokenStream {
    let (id, version, protocol) = (&api.id, &api.version, &api.protocol);
    let family = format_ident!("{}", format!("{:?}", protocol.family));
    let service = &api.service;
    let nested_errors = protocol.error_style == ErrorStyle::Nested;
    let signatures = protocol.signatures.iter().map(|scheme| {
        format_ident!(
            "{}",
            match scheme {
                SignatureScheme::AliyunV1 => "AliyunV1",
                SignatureScheme::Acs3 => "Acs3",
                SignatureScheme::Aws4 => "Aws4",
                SignatureScheme::KsyunSimple => "KsyunSimple",
            }
        )
    });
    let name = protocol.signing_name.as_deref().unwrap_or(&api.service);
    let region = protocol.signing_region.as_deref().unwrap_or(&api.endpoints.default_region);
    let hosts = api.endpoints.hosts.iter().map(|row| {
        let region = match &row.region {
            crate::model::Match::Exact(region) => region.clone(),
            crate::model::Match::Prefix(start) => format!("{start}*"),
        };
        let host = &row.host;
        quote!((#region, #host))
    });
    let any = api.endpoints.unknown_region == UnknownRegion::UseDefault;
    let retry_after = match &protocol.retry_after {
        Some(RetryAfter { header, unit: RetryAfterUnit::Milliseconds }) => {
            quote!(Some((#header, ::std::time::Duration::from_millis(1))))
        }
        Some(RetryAfter { header, unit: RetryAfterUnit::Seconds }) => {
            quote!(Some((#header, ::std::time::Duration::from_secs(1))))
        }
        None => quote!(None),
    };
    let effects = api.actions.iter().map(|action| {
        let most = action.effect_when.iter().map(|(_, effect)| *effect).fold(action.effect, Ord::max);
        let (name, effect) = (&action.name, effect(most));
        quote!((#name, #effect))
    });
    let methods = api.actions.iter().map(|action| {
        let (name, methods) = (&action.name, operation::methods(api, action));
        quote!((#name, #methods))
    });
    let (success, rows) = (&protocol.success_codes, errors::rows(api));
    quote! {
        pub(super) static API: crate::api::ApiInfo = crate::api::ApiInfo {
            id: #id,
            service: #service,
            version: #version,
            family: crate::api::Family::#family,
            nested_errors: #nested_errors,
            signatures: &[#(crate::api::Signature::#signatures),*],
            signing_name: #name,
            default_region: #region,
            hosts: &[#(#hosts),*],
            any_region: #any,
            success_codes: &[#(#success),*],
            retry_after: #retry_after,
            effects: &[#(#effects),*],
            methods: &[#(#methods),*],
            errors: #rows,
        };
    }
}
