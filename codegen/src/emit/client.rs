//! The client of an API version.

use super::docs::Docs;
use super::hosts;
use super::info::info;
use super::provider::Provider;
use super::shapes::has_link;
use crate::model::Api;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The client with what is no action: how it is made, and the ways for requests as data and for actions that are not known.
pub(super) fn client(api: &Api) -> TokenStream {
    let (info, beginnings) = (info(api), beginnings(api));
    let docs = Docs::new(&format!("A client of {} {}.", api.title.en, api.version))
        .markdown("Cheap to clone; clones share connections. Every action is a method that begins a request.");
    let (file, docs) = (Docs::new("The client.").inner(), hosts::by_region(docs, api).outer());
    let credentials =
        Docs::new("The credentials that a call would use now; they tell their source and their end.").outer();
    let (requests, unknown, download) = (requests(), unknown(), has_link(api).then(download));
    quote! {
        #file
        #docs
        #[derive(Debug, Clone)]
        pub struct Client {
            pub(super) core: crate::client::Core,
        }

        impl Client {
            #beginnings

            #credentials
            pub fn credentials(&self) -> crate::Pending<crate::Credentials> {
                self.core.credentials()
            }

            #requests
            #download
            #unknown
        }

        #info
    }
}

/// Ways for requests as data.
fn requests() -> TokenStream {
    let guard = Docs::new("Looks before a request that must not be sent twice, so that its outcome can be found out.")
        .markdown("See [`Guarded`](crate::Guarded); a builder does the same by `guard`.")
        .outer();
    quote! {
        #[doc = " Sends a request structure; a builder does the same."]
        pub fn send<R: crate::Operation>(&self, request: R) -> crate::Pending<R::Response> {
            self.send_with(request, crate::CallOptions::default())
        }

        #[doc = " Sends a request structure with options of its own."]
        pub fn send_with<R: crate::Operation>(
            &self,
            request: R,
            options: crate::CallOptions,
        ) -> crate::Pending<R::Response> {
            self.core.send(request, options)
        }

        #guard
        pub fn guard<R: crate::Reconcile>(&self, request: R) -> crate::Pending<crate::Guarded<R>> {
            self.guard_with(request, crate::CallOptions::default())
        }

        #[doc = " The same with options of its own."]
        pub fn guard_with<R: crate::Reconcile>(
            &self,
            request: R,
            options: crate::CallOptions,
        ) -> crate::Pending<crate::Guarded<R>> {
            crate::Guarded::begin(self.core.clone(), request, options)
        }

        #[doc = " The signed request of a request structure, which is not sent."]
        pub fn dry_run<R: crate::Operation>(&self, request: R) -> crate::Pending<crate::DryRun> {
            self.dry_run_with(request, crate::CallOptions::default())
        }

        #[doc = " The same with options of its own."]
        pub fn dry_run_with<R: crate::Operation>(
            &self,
            request: R,
            options: crate::CallOptions,
        ) -> crate::Pending<crate::DryRun> {
            self.core.dry_send(request, options)
        }
    }
}

/// Ways for actions that this version does not know.
fn unknown() -> TokenStream {
    let call = Docs::new("Calls an action that this version does not know: signed, sent, and decoded to JSON.")
        .markdown(
            "The effect says whether the call may be repeated; for an action that is known after all, the more careful one counts. Nothing is validated, and \
             parameters do not travel in the URL unless the options of this call say so.",
        )
        .outer();
    quote! {
        #call
        pub fn call<K: Into<String>, V: Into<String>>(
            &self,
            action: impl Into<String>,
            parameters: impl IntoIterator<Item = (K, V)>,
            effect: crate::api::Effect,
        ) -> crate::Pending<crate::RawResponse> {
            self.call_with(action, parameters, effect, crate::CallOptions::default())
        }

        #[doc = " The same with options of its own."]
        pub fn call_with<K: Into<String>, V: Into<String>>(
            &self,
            action: impl Into<String>,
            parameters: impl IntoIterator<Item = (K, V)>,
            effect: crate::api::Effect,
            options: crate::CallOptions,
        ) -> crate::Pending<crate::RawResponse> {
            let parameters = parameters.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
            self.core.call(action.into(), parameters, effect, options)
        }

        #[doc = " The signed request of an action that this version does not know; it is not sent. Values are not shown."]
        pub fn dry_run_call<K: Into<String>, V: Into<String>>(
            &self,
            action: impl Into<String>,
            parameters: impl IntoIterator<Item = (K, V)>,
        ) -> crate::Pending<crate::DryRun> {
            self.dry_run_call_with(action, parameters, crate::CallOptions::default())
        }

        #[doc = " The same with options of its own."]
        pub fn dry_run_call_with<K: Into<String>, V: Into<String>>(
            &self,
            action: impl Into<String>,
            parameters: impl IntoIterator<Item = (K, V)>,
            options: crate::CallOptions,
        ) -> crate::Pending<crate::DryRun> {
            let parameters = parameters.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
            self.core.dry_call(action.into(), parameters, options)
        }
    }
}

fn download() -> TokenStream {
    let docs = Docs::new("Fetches what a download link leads to. Nothing is signed, and the link is shown by nothing.")
        .outer();
    quote! {
        #docs
        pub fn download(&self, link: impl Into<crate::Secret>) -> crate::Download {
            crate::Download::new(&self.core, link.into())
        }
    }
}

/// How a client is made.
fn beginnings(api: &Api) -> TokenStream {
    let new = Docs::new("A client with this setup.")
        .markdown("# Errors\n\nIf it cannot work: a region without a known host, plain http, a signature that the API does not take.")
        .outer();
    let from_credentials = Provider::of(&api.provider).map(from_credentials);
    quote! {
        #new
        pub fn new(config: crate::Config) -> Result<Self, crate::Error> {
            crate::client::Core::new(&API, config).map(|core| Self { core })
        }

        #from_credentials
    }
}

/// Clients that find their credentials as the tools of their cloud do.
fn from_credentials(provider: Provider) -> TokenStream {
    let environment = Docs::new("A client with the access key of the environment variables of this cloud.")
        .markdown("# Errors\n\nIf they are not set; the error names them.")
        .outer();
    let chain = match provider {
        Provider::Aliyun => "aliyun",
        Provider::Ksyun => "ksyun",
    };
    let chain = Docs::new("A client that looks for credentials where this cloud's tools put them, at its first call.")
        .markdown(&format!("The sources and their order: [`Chain::{chain}`](crate::credentials::Chain::{chain})."))
        .markdown(
            "# Errors\n\nIf the HTTP client cannot be made. That there are no credentials is said by the first call.",
        )
        .outer();
    let provider = format_ident!("{}", format!("{provider:?}"));
    quote! {
        #environment
        pub fn from_env() -> Result<Self, crate::Error> {
            crate::client::Core::from_env(&API, crate::api::Provider::#provider).map(|core| Self { core })
        }

        #chain
        pub fn from_default_chain() -> Result<Self, crate::Error> {
            crate::client::Core::from_default_chain(&API, crate::api::Provider::#provider).map(|core| Self { core })
        }
    }
}
