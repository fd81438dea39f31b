//! The client of an API version.

use super::docs::Docs;
use super::hosts;
use super::index::Indexed;
use super::info::info;
use super::provider::Provider;
use super::shapes::has_link;
use crate::model::Api;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The client apart from its actions: constructors, and methods for requests as data and for unknown actions.
pub(super) fn client(api: &Indexed<'_>) -> TokenStream {
    let (info, beginnings) = (info(api.whole), beginnings(api));
    let docs = Docs::new(&format!("A client of {}, API version {}.", api.title.en, api.version))
        .paragraph(&format!("{}：API 版本 {} 的客户端。", api.title.zh, api.version))
        .markdown("Clones are cheap and share connections. Every action is a method that starts a request.")
        .markdown("克隆开销很小，并共用连接。每个接口对应一个方法，由它开始一次请求。");
    let (file, docs) = (Docs::own(["The client.", "客户端。"]).inner(), hosts::by_region(docs, api).outer());
    let credentials = Docs::own(["Returns the credentials that a call would use now.", "返回此刻调用会使用的凭证。"])
        .markdown("They name their source and when they expire.")
        .markdown("其中注明来源和过期时间。")
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
        .markdown("在发送不可重复的请求之前先行查询，以便事后判断结果。参见 [`Guarded`](crate::Guarded)；构造器的 `guard` 方法与此相同。")
        .outer();
    let again = Docs::new("Takes up a guarded call that another process may have sent, by the probe that it saved.")
        .markdown("Sends no probe yet, and `send` refuses until `find_out` has proved that the call was not executed. Pass the same request, to the\nsame account and endpoint. See [`Guarded`](crate::Guarded) for what may be believed after a restart.")
        .markdown("根据先前保存的查询结果，接手另一进程可能已发送的调用。此时不会查询；在 `find_out` 证明未执行之前，`send` 一律拒绝。请传入相同的请求，并使用同一账号和接入地址。重启后哪些结论可信，参见 [`Guarded`](crate::Guarded)。")
        .markdown("# Errors\n\nThe errors of validating the request; if the probe was saved for another action, API version or set of recipes.\n\n校验请求时的错误；或保存的查询结果属于其他操作、其他 API 版本或其他查询方法。")
        .outer();
    quote! {
        #[doc = " Sends a request structure. The `send` method of a builder does the same.\u{1f}\u{1f} 发送请求结构；构造器的 `send` 方法与此相同。"]
        pub fn send<R: crate::Operation>(&self, request: R) -> crate::Pending<R::Response> {
            self.send_with(request, crate::CallOptions::default())
        }

        #[doc = " Sends a request structure with these call options.\u{1f}\u{1f} 以这些调用选项发送请求结构。"]
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

        #[doc = " Does the same as [`guard`](Self::guard), with these call options.\u{1f}\u{1f} 与 [`guard`](Self::guard) 相同，并使用这些调用选项。"]
        pub fn guard_with<R: crate::Reconcile>(
            &self,
            request: R,
            options: crate::CallOptions,
        ) -> crate::Pending<crate::Guarded<R>> {
            crate::Guarded::begin(self.core.clone(), request, options)
        }

        #again
        pub fn guard_again<R: crate::Reconcile>(
            &self,
            request: R,
            saved: &crate::SavedProbe,
        ) -> crate::Pending<crate::Guarded<R>> {
            self.guard_again_with(request, saved, crate::CallOptions::default())
        }

        #[doc = " Does the same as [`guard_again`](Self::guard_again), with these call options.\u{1f}\u{1f} 与 [`guard_again`](Self::guard_again) 相同，并使用这些调用选项。"]
        pub fn guard_again_with<R: crate::Reconcile>(
            &self,
            request: R,
            saved: &crate::SavedProbe,
            options: crate::CallOptions,
        ) -> crate::Pending<crate::Guarded<R>> {
            crate::Guarded::again(self.core.clone(), request, options, saved.clone())
        }

        #[doc = " Signs a request structure without sending it.\u{1f}\u{1f} 对请求结构签名，但不发送。"]
        pub fn dry_run<R: crate::Operation>(&self, request: R) -> crate::Pending<crate::DryRun> {
            self.dry_run_with(request, crate::CallOptions::default())
        }

        #[doc = " Does the same as [`dry_run`](Self::dry_run), with these call options.\u{1f}\u{1f} 与 [`dry_run`](Self::dry_run) 相同，并使用这些调用选项。"]
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
    let call = Docs::own([
        "Calls an action that this version does not know, and decodes the response as JSON.",
        "调用本版本不认识的接口，并将响应按 JSON 解码。",
    ])
        .markdown(
            "The effect decides whether the call may be retried. For an action that this version does know, the more cautious effect applies. \
             Nothing is validated. Parameters travel in the URL only if the options of this call say so.",
        )
        .markdown("`effect` 决定能否重试；对已知接口取更谨慎的一种。不做任何校验。仅当本次调用的选项要求时，参数才放入 URL。")
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

        #[doc = " Does the same as [`call`](Self::call), with these call options.\u{1f}\u{1f} 与 [`call`](Self::call) 相同，并使用这些调用选项。"]
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

        #[doc = " Signs a request of an action that this version does not know, without sending it. Values of parameters are not shown.\u{1f}\u{1f} 对本版本不认识的接口的请求签名，但不发送；不显示参数的值。"]
        pub fn dry_run_call<K: Into<String>, V: Into<String>>(
            &self,
            action: impl Into<String>,
            parameters: impl IntoIterator<Item = (K, V)>,
        ) -> crate::Pending<crate::DryRun> {
            self.dry_run_call_with(action, parameters, crate::CallOptions::default())
        }

        #[doc = " Does the same as [`dry_run_call`](Self::dry_run_call), with these call options.\u{1f}\u{1f} 与 [`dry_run_call`](Self::dry_run_call) 相同，并使用这些调用选项。"]
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
    let docs = Docs::own([
        "Downloads what a link leads to. The request is not signed, and nothing prints the link.",
        "下载链接所指的内容。请求不签名，链接不会被打印。",
    ])
    .outer();
    quote! {
        #docs
        pub fn download(&self, link: impl Into<crate::Secret>) -> crate::Download {
            crate::Download::new(&self.core, link.into())
        }
    }
}

/// The constructors of a client.
fn beginnings(api: &Api) -> TokenStream {
    let new = Docs::own(["Creates a client with this configuration.", "以此配置创建客户端。"])
        .markdown(
            "# Errors\n\nIf the configuration cannot work: a region without a known host, plain HTTP, or a signature scheme that the API \
             does not accept.",
        )
        .markdown("配置无法工作时返回错误：地域没有已知的接入地址、使用明文 HTTP，或签名方式不被该 API 接受。")
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
    let environment = Docs::own([
        "Creates a client with the access key from the environment variables of this cloud.",
        "以该云的环境变量中的访问密钥创建客户端。",
    ])
    .markdown("# Errors\n\nIf the variables are not set. The error names them.")
    .markdown("变量未设置时返回错误，并指明变量名。")
    .outer();
    let chain = match provider {
        Provider::Aliyun => "aliyun",
        Provider::Ksyun => "ksyun",
    };
    let chain = Docs::own([
        "Creates a client that looks for credentials where the tools of this cloud put them.",
        "创建客户端，从该云的工具存放凭证的位置查找凭证。",
    ])
        .markdown(&format!(
            "The first call looks for them. [`Chain::{chain}`](crate::credentials::Chain::{chain}) lists the sources in their order."
        ))
        .markdown("# Errors\n\nIf the HTTP client cannot be created. Missing credentials are an error of the first call.")
        .markdown("无法创建 HTTP 客户端时返回错误。缺少凭证是第一次调用的错误。")
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
