//! The host that is signed is the host that is sent, however the endpoint is written.

use super::{TOKEN, service};
use crate::setup::config::{aliyun_keys, config_at, ksyun_keys, single_attempt_at};
use crate::setup::forward::Forward;
use crate::setup::futures::{now, run};
use crate::setup::script::Script;
use crate::setup::server::{Authority, BOTH, Server};
use crate::setup::shown::everything_shown;
use crate::setup::tunnel::Tunnel;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::{Effect, Signature};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{
    CallOptions, Config, Connection, Error, ErrorKind, Interceptor, Outgoing, Proxy, Refusal, Retries,
    SignatureDifference,
};
use cloudcert_emulator::Emulator;
use std::sync::{Arc, Mutex};

const SCHEMES: [Signature; 4] = [Signature::AliyunV1, Signature::Acs3, Signature::Aws4, Signature::KsyunSimple];

/// Records the host that a request is signed for.
#[derive(Debug, Clone, Default)]
struct Signed(Arc<Mutex<Vec<String>>>);

impl Interceptor for Signed {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), Refusal> {
        self.0.lock().unwrap().push(request.host().to_owned());
        Ok(())
    }
}

/// Calls by a scheme, with the endpoint in the setup or in the call; the host as it is signed, also by the canonical request where there is one.
fn signed(scheme: Signature, config: Config, endpoint: &str, of_call: bool) -> String {
    let hosts = Signed::default();
    let mut config = config.signature(scheme).interceptor(hosts.clone());
    let mut options = CallOptions::new();
    if of_call {
        (config, options) = (config.endpoint("https://elsewhere.example.invalid"), options.endpoint(endpoint));
    } else {
        config = config.endpoint(endpoint);
    }
    let dry = match scheme {
        Signature::AliyunV1 | Signature::Acs3 => {
            let client = cas::Client::new(config).unwrap();
            run(client.call_with("DescribePackageState", [("ProductCode", "p")], Effect::Read, options.clone()))
                .unwrap();
            run(client.dry_run_call_with("DescribePackageState", [("ProductCode", "p")], options)).unwrap()
        }
        _ => {
            let client = kcm::Client::new(config).unwrap();
            run(client.get_token().with_options(options.clone()).send()).unwrap();
            run(client.get_token().with_options(options).dry_run()).unwrap()
        }
    };
    let host = hosts.0.lock().unwrap().pop().unwrap();
    if let Some(canonical) = dry.canonical_request() {
        assert!(canonical.contains(&format!("\nhost:{host}\n")), "{canonical}");
    }
    host
}

/// What is sent and what is signed for each form of an endpoint, by all schemes.
fn forms(config: impl Fn() -> Config, server: &Server, forms: &[(String, String)]) {
    for (endpoint, host) in forms {
        for scheme in SCHEMES {
            for of_call in [false, true] {
                let ours = signed(scheme, config(), endpoint, of_call);
                let seen = server.seen().pop().unwrap();
                assert_eq!(seen.header("host"), Some(ours.as_str()), "{endpoint} {scheme:?}");
                assert_eq!(ours, *host, "{endpoint} {scheme:?}");
            }
        }
    }
}

#[test]
fn each_form_of_an_address_of_this_machine_is_signed_as_it_is_sent() {
    let server = service(None);
    let port = server.address.port();
    let of = |form: &str, host: &str| (form.replace("PORT", &port.to_string()), format!("{host}:{port}"));
    let list = [
        of("http://127.0.0.1:PORT", "127.0.0.1"),
        of("http://127.0.0.1:PORT/", "127.0.0.1"),
        of("http://127.0.0.1:PORT///", "127.0.0.1"),
        of(" http://127.0.0.1:PORT\n", "127.0.0.1"),
        of("HTTP://127.0.0.1:PORT", "127.0.0.1"),
        of("http://127.0.0.1:0PORT", "127.0.0.1"),
        of("http://127.1:PORT", "127.0.0.1"),
        of("http://127.0.1:PORT", "127.0.0.1"),
        of("http://2130706433:PORT", "127.0.0.1"),
        of("http://017700000001:PORT", "127.0.0.1"),
        of("http://0x7f.0.0.1:PORT", "127.0.0.1"),
        of("http://0x7F000001:PORT", "127.0.0.1"),
        of("http://%3127.0.0.1:PORT", "127.0.0.1"),
        of("http://１２７。0.0.1:PORT", "127.0.0.1"),
        of("http://LocalHost:PORT", "localhost"),
        of("http://[::ffff:127.0.0.1]:PORT", "[::ffff:7f00:1]"),
        of("http://[0:0:0:0:0:FFFF:7F00:0001]:PORT", "[::ffff:7f00:1]"),
    ];
    forms(|| single_attempt_at("http://127.0.0.1:1"), &server, &list);
}

#[test]
fn each_form_of_another_host_is_signed_as_it_is_sent() {
    let server = service(None);
    let tunnel = Tunnel::to(server.address, None);
    let plain =
        || single_attempt_at(HOST).connection(Connection::new().proxy(Proxy::new(&*tunnel.url))).dangerous_allow_http();
    let of = |form: &str, host: &str| (form.to_owned(), host.to_owned());
    let list = [
        of("http://KCM.Example.INVALID", "kcm.example.invalid"),
        of("http://kcm.example.invalid:80", "kcm.example.invalid"),
        of("http://kcm.example.invalid:080", "kcm.example.invalid"),
        of("http://kcm.example.invalid:", "kcm.example.invalid"),
        of("http://kcm.example.invalid:443", "kcm.example.invalid:443"),
        of("http://kcm.example.invalid:08080", "kcm.example.invalid:8080"),
        of("http://kcm.example.invalid.", "kcm.example.invalid."),
        of("http://my_host.example.invalid", "my_host.example.invalid"),
        of("http://证书.example.invalid", "xn--1jqs90m.example.invalid"),
        of("http://xn--1JQS90M.example.invalid", "xn--1jqs90m.example.invalid"),
        of("http://Bücher.example.invalid:80", "xn--bcher-kva.example.invalid"),
        of("http://[2001:0DB8:0:0:0:0:0:1]", "[2001:db8::1]"),
        of("http://[2001:db8::0001]:80/", "[2001:db8::1]"),
        of("http://[2001:db8:0::192.0.2.1]:8080", "[2001:db8::c000:201]:8080"),
        of("http://192.0.2.1:0080", "192.0.2.1"),
        of("http://3221225985", "192.0.2.1"),
        of("http://0300.0.02.1", "192.0.2.1"),
    ];
    forms(plain, &server, &list);

    let authority = Authority::new();
    let server = service(Some(authority.tls("kcm.example.invalid", BOTH)));
    let tunnel = Tunnel::to(server.address, None);
    let tls = || {
        single_attempt_at(HOST)
            .connection(Connection::new().root_certificates(authority.pem()).proxy(Proxy::new(&*tunnel.url)))
    };
    let list = [
        of("https://kcm.example.invalid:443", "kcm.example.invalid"),
        of("HTTPS://KCM.example.INVALID:0443/", "kcm.example.invalid"),
        of("https://kcm.example.invalid:", "kcm.example.invalid"),
        of("https://kcm.example.invalid:80", "kcm.example.invalid:80"),
    ];
    forms(tls, &server, &list);
    assert!(tunnel.seen().iter().all(|passed| passed.line().starts_with("CONNECT kcm.example.invalid:")));
}

const HOST: &str = "https://kcm.example.invalid";

#[test]
fn the_endpoint_verifies_the_signature_for_each_form() {
    run(async {
        let endpoint = Emulator::new().serve().await.unwrap();
        let port = endpoint.url().rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
        for form in ["http://127.1:PORT", "HTTP://LOCALHOST:0PORT", "http://2130706433:PORT/"] {
            let url = form.replace("PORT", &port);
            for scheme in SCHEMES {
                let config = |keys| config_at(&*url, keys).signature(scheme);
                if matches!(scheme, Signature::AliyunV1 | Signature::Acs3) {
                    let client = cas::Client::new(config(aliyun_keys())).unwrap();
                    client.describe_package_state().send().await.unwrap();
                } else {
                    kcm::Client::new(config(ksyun_keys())).unwrap().get_token().send().await.unwrap();
                }
            }
        }
    });
}

#[test]
fn an_endpoint_with_more_than_a_host_is_refused_and_the_excess_named() {
    for (endpoint, why) in [
        ("https://user@kcm.example.com", "user name"),
        ("https://user:canary@kcm.example.com", "user name"),
        ("https://@kcm.example.com", "user name"),
        ("https://kcm.example.com/canary", "a path"),
        ("https://kcm.example.com\\canary", "a path"),
        ("https://kcm.example.com?canary", "a query"),
        ("https://kcm.example.com/?", "a query"),
        ("https://kcm.example.com#canary", "a fragment"),
        ("https://[::1]canary", "cannot be read"),
        ("https://[::1].example.com", "cannot be read"),
        ("https://[::1]:80canary", "cannot be read"),
        ("https://[::1", "cannot be read"),
        ("https://::1", "no host"),
        ("https://[fe80::1%25eth0]", "cannot be read"),
        ("https://[127.0.0.1]", "cannot be read"),
        ("https://kcm.example.com:canary", "cannot be read"),
        ("https://kcm.example.com:65536", "cannot be read"),
        ("https://kcm.example.com:-1", "cannot be read"),
        ("https://1.2.3.256", "cannot be read"),
        ("https://0x100000000", "cannot be read"),
        ("https://kcm.exa\nmple.com", "blanks"),
        ("https://kcm.exa mple.com", "blanks"),
        ("https://kcm.example.com\u{0}", "blanks"),
        ("https://kcm.exa%0ample.com", "cannot be read"),
        ("https://a'b.example.com", "characters"),
        ("https://xn--a.example.com", "cannot be read"),
        ("https://", "no host"),
        ("https:///kcm.example.com", "no host"),
        ("https://:443", "no host"),
        ("https:kcm.example.com", "is not a valid URL"),
        ("kcm.example.com", "is not a valid URL"),
        ("", "is not a valid URL"),
        ("ftp://kcm.example.com", "neither https nor http"),
    ] {
        let script = Script::repeat(TOKEN);
        let error = kcm::Client::new(script.config().endpoint(endpoint)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(why), "{endpoint}: {error}");
        assert!(!everything_shown(&error).contains("canary"), "{error}");
        let client = script.kcm_client();
        let error = now(client.get_token().with_options(CallOptions::new().endpoint(endpoint)).send()).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains(why), "{endpoint}: {error}");
        assert!(script.sent().is_empty());
    }
}

/// What becomes of a call whose host is another one at the service.
fn renamed(scheme: Signature, host: &'static str) -> Error {
    run(async {
        let endpoint = Emulator::new().serve().await.unwrap();
        let keys = if scheme == Signature::Aws4 { ksyun_keys() } else { aliyun_keys() };
        let config = config_at(endpoint.url(), keys).signature(scheme);
        let config = config.retries(Retries::none()).transport(Forward { host: Some(host) });
        if scheme == Signature::Aws4 {
            kcm::Client::new(config).unwrap().get_token().send().await.unwrap_err()
        } else {
            cas::Client::new(config).unwrap().describe_package_state().send().await.unwrap_err()
        }
    })
}

#[test]
fn a_host_that_differs_at_the_service_is_named_where_it_can_be_known() {
    for (scheme, host) in [
        (Signature::Acs3, "cas.aliyuncs.com"),
        (Signature::Acs3, "127.0.0.1"),
        (Signature::Acs3, "127.0.0.1:443"),
        (Signature::Aws4, "kcm.api.ksyun.com"),
        (Signature::Aws4, "127.0.0.1:80"),
    ] {
        let error = renamed(scheme, host);
        let Some(SignatureDifference::Value { part, ours, theirs, .. }) = error.signature_difference() else {
            panic!("{scheme:?} {host}: {error}");
        };
        assert_eq!((part.as_str(), theirs.as_str()), ("the header `host`", host), "{error}");
        assert!(ours.starts_with("127.0.0.1:") && ours != theirs, "{ours}");
    }
    // Of another one there is only the hash.
    let error = renamed(Signature::Acs3, "gateway.example.com").to_string();
    assert!(error.contains("The hash of the canonical request differs") && error.contains("`host` first"), "{error}");
}
