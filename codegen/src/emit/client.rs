//! The client of an API version.

use super::docs::Docs;
use super::hosts;
use super::info::info;
use super::provider::Provider;
use super::shapes::has_link;
use crate::model::Api;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The client apart from its actions: constructors, and methods for requests as data and for unknown actions.
pub(super) fn client(api: &Api) -> TokenStream {
    let (info, beginnings) = (info(api), beginnings(api));
    let docs = Docs::new(&format!("A client of {}, API version {}.", api.title.en, api.version))
        .markdown("Clones are cheap and share connections. Every action is a method that starts a request.");
    let (file, docs) = (Docs::new("The client.").inner(), hosts::by_region(docs, api).outer());
    let credentials = Docs::new("Returns the credentials that a call would use now.")
        .markdown("They name their source and when they expire.")
        .outer();
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

/// Methods for requests as data.
fn requests() -> TokenStream {
    let guard = Docs::new("Probes before a request that must not be sent twice, so that its outcome can be found out.")
        .markdown("See [`Guarded`](crate::Guarded). The `guard` method of a builder does the same.")
        .outer();
    quote! {
        #[doc = " Sends a request structure. The `send` method of a builder does the same."]
        pub fn send<R: crate::Operation>(&self, request: R) -> crate::Pending<R::Response> {
            self.send_with(request, crate::CallOptions::default())
        }

        #[doc = " Sends a request structure with these call options."]
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

        #[doc = " Does the same as [`guard`](Self::guard), with these call options."]
        pub fn guard_with<R: crate::Reconcile>(
            &self,
            request: R,
            options: crate::CallOptions,
        ) -> crate::Pending<crate::Guarded<R>> {
            crate::Guarded::begin(self.core.clone(), request, options)
        }

        #[doc = " Signs a request structure without sending it."]
        pub fn dry_run<R: crate::Operation>(&self, request: R) -> crate::Pending<crate::DryRun> {
            self.dry_run_with(request, crate::CallOptions::default())
        }

        #[doc = " Does the same as [`dry_run`](Self::dry_run), with these call options."]
        pub fn dry_run_with<R: crate::Operation>(
            &self,
            request: R,
            options: crate::CallOptions,
        ) -> crate::Pending<crate::DryRun> {
            self.core.dry_send(request, options)
        }
    }
}

/// Methods for actions that this version does not know.
fn unknown() -> TokenStream {
    let call = Docs::new("Calls an action that this version does not know, and decodes the response as JSON.")
        .markdown(
            "The effect decides whether the call may be retried. For an action that this version does know, the more cautious effect applies. \
             Nothing is validated. Parameters travel in the URL only if the options of this call say so.",
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

        #[doc = " Does the same as [`call`](Self::call), with these call options."]
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

        #[doc = " Signs a request of an action that this version does not know, without sending it. Values of parameters are not shown."]
        pub fn dry_run_call<K: Into<String>, V: Into<String>>(
            &self,
            action: impl Into<String>,
            parameters: impl IntoIterator<Item = (K, V)>,
        ) -> crate::Pending<crate::DryRun> {
            self.dry_run_call_with(action, parameters, crate::CallOptions::default())
        }

        #[doc = " Does the same as [`dry_run_call`](Self::dry_run_call), with these call options."]
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
    let docs =
        Docs::new("Downloads what a link leads to. The request is not signed, and nothing prints the link.").outer();
    quote! {
        #docs
        pub fn download(&self, link: impl Into<crate::Secret>) -> crate::Download {
            crate::Download::new(&self.core, link.into())
        }
    }
}

/// The constructors of a client.
fn beginnings(api: &Api) -> TokenStream {
    let new = Docs::new("Creates a client with this configuration.")
        .markdown(
            "# Errors\n\nIf the configuration cannot work: a region without a known host, plain HTTP, or a signature scheme that the API \
             does not accept.",
        )
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

/// Constructors that find credentials as the tools of the cloud do.
fn from_credentials(provider: Provider) -> TokenStream {
    let environment = Docs::new("Creates a client with the access key from the environment variables of this cloud.")
        .markdown("# Errors\n\nIf the variables are not set. The error names them.")
        .outer();
    let chain = match provider {
        Provider::Aliyun => "aliyun",
        Provider::Ksyun => "ksyun",
    };
    let chain = Docs::new("Creates a client that looks for credentials where the tools of this cloud put them.")
        .markdown(&format!(
            "The first call looks for them. [`Chain::{chain}`](crate::credentials::Chain::{chain}) lists the sources in their order."
        ))
        .markdown("# Errors\n\nIf the HTTP client cannot be created. Missing credentials are an error of the first call.")
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
