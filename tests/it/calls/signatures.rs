//! A signature that the service does not accept is explained by comparing the two strings to sign.

use crate::setup::config::ksyun_keys;
use crate::setup::forward::Forward;
use crate::setup::futures::{now, run};
use crate::setup::script::{Script, json_response, pairs};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Signature;
use cloudcert::http::{HttpRequest, Transport, TransportFuture};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::sign::{aliyun_v1, encode};
use cloudcert::testing::Recorder;
use cloudcert::{CallOptions, Config, Credentials, Error, SignatureDifference};
use cloudcert_emulator::Emulator;
use proptest::prelude::*;

/// Changes what was signed, as a proxy may, and sends it on.
#[derive(Debug)]
struct Meddler {
    from: &'static str,
    to: &'static str,
}

impl Transport for Meddler {
    fn send(&self, mut request: HttpRequest) -> TransportFuture<'_> {
        let sent = format!("{}\n{}", request.query, request.body);
        assert!(sent.contains(self.from), "{} is not in {sent}", self.from);
        request.query = request.query.replace(self.from, self.to);
        request.body = request.body.replace(self.from, self.to);
        Forward { host: None }.send(request)
    }
}

/// The error of a call in whose request `from` is changed to `to` on the way.
fn meddled(scheme: Signature, secret: &str, change: Option<(&'static str, &'static str)>) -> Error {
    run(async {
        let endpoint = Emulator::new().serve().await.unwrap();
        let id = if matches!(scheme, Signature::Aws4 | Signature::KsyunSimple) { "AKLTtestid" } else { "testid" };
        let mut config = Config::new(Credentials::new(id, secret)).endpoint(endpoint.url()).signature(scheme);
        if let Some((from, to)) = change {
            config = config.transport(Meddler { from, to });
        }
        if id == "testid" {
            let client = cas::Client::new(config).unwrap();
            let call = client.create_certificate_request().domain("www.example.com").email("who@example.com");
            let call = call.phone("13800000000").username("Li Lei").validate_type(cas::types::ValidateType::Dns);
            call.product_code("digicert-free-1-free").send().await.unwrap_err()
        } else {
            kcm::Client::new(config).unwrap().get_certificate_detail().certificate_id("c+1").send().await.unwrap_err()
        }
    })
}

#[test]
fn a_wrong_secret_is_told_from_a_request_that_was_changed() {
    for scheme in [Signature::AliyunV1, Signature::Acs3, Signature::Aws4, Signature::KsyunSimple] {
        let error = meddled(scheme, "wrong", None);
        assert_eq!(error.signature_difference(), Some(&SignatureDifference::None), "{scheme:?}: {error}");
        assert!(error.to_string().contains("the access key secret does not belong to this access key id"), "{error}");
        assert!(!error.outcome_unknown(), "a request with a wrong signature is not executed");
    }
}

#[test]
fn a_change_on_the_way_is_named() {
    let v1 = |from, to| meddled(Signature::AliyunV1, "testsecret", Some((from, to))).to_string();
    let simple = |from, to| meddled(Signature::KsyunSimple, "testsecret", Some((from, to))).to_string();
    insta::assert_snapshot!(explained(&v1("www.example.com", "www.example.org")), @"The strings to sign first differ in the parameter `Domain`: `www.example.com` here, `www.example.org` at the service");
    insta::assert_snapshot!(explained(&v1("Li%20Lei", "Han%20Meimei")), @"The strings to sign first differ in the parameter `Username`: `[redacted]` here, `[redacted]` at the service");
    insta::assert_snapshot!(explained(&v1("&Email=who%40example.com", "")), @"The service did not see the parameter `Email`, which was signed: something on the way removed it");
    insta::assert_snapshot!(explained(&v1("Action=", "A=1&Action=")), @"The service saw the parameter `A`, which was not signed: something on the way added it");
    insta::assert_snapshot!(explained(&simple("c%2B1", "c+1")), @"The strings to sign first differ in the parameter `CertificateId`: `c+1` here, `c 1` at the service (a plus sign was taken for a blank on the way)");
    // Where headers are signed, the hash of the body differs first.
    let signed_by_alibaba = meddled(Signature::Acs3, "testsecret", Some(("www.example.com", "www.example.org")));
    let by_kingsoft = meddled(Signature::Aws4, "testsecret", Some(("c%2B1", "c%2B2")));
    for error in [signed_by_alibaba, by_kingsoft] {
        assert!(error.to_string().contains("The hash of the canonical request differs ("), "{error}");
        assert!(error.to_string().contains("compare the canonical request of a dry run"), "{error}");
    }
}

/// The part of the message about the difference.
fn explained(error: &str) -> &str {
    let start = error
        .find("The service saw")
        .or_else(|| error.find("The service did not"))
        .or_else(|| error.find("The strings to sign first"));
    error[start.unwrap_or(0)..].split(" [request id").next().unwrap()
}

#[test]
fn a_dry_run_explains_the_message_of_another_attempt() {
    let client = Script::default().cas_client();
    let call = client.describe_certificate_state().order_id(98_987_582_437_920_968);
    let dry = now(call.dry_run()).unwrap();
    let ours = dry.exact_string_to_sign();
    let quote = |text: String| dry.difference(&format!("Not matched. server string to sign is:{text}"));
    assert_eq!(dry.difference("The signature is wrong."), None);
    let later = ours.expose().replace("nonce-0001", "nonce-0002").replace("2026-01-02", "2026-01-03");
    assert_ne!(later, ours.expose());
    assert_eq!(quote(later), Some(SignatureDifference::None), "nonce and time are those of each attempt");
    let get = quote(ours.expose().replacen("POST", "GET", 1)).unwrap().to_string();
    assert_eq!(get, "the strings to sign first differ in the method: `POST` here, `GET` at the service");
    let rounded = quote(ours.expose().replace("920968", "920960")).unwrap().to_string();
    insta::assert_snapshot!(rounded, @"the strings to sign first differ in the parameter `OrderId`: `98987582437920968` here, `98987582437920960` at the service");
}

#[test]
fn a_canonical_request_that_the_service_quotes_is_compared_line_by_line() {
    for (scheme, word) in
        [(Signature::Acs3, "CanonicalRequest"), (Signature::Aws4, "The Canonical String should have been")]
    {
        let config = Script::default().config().signature(scheme);
        let dry = if scheme == Signature::Acs3 {
            now(cas::Client::new(config).unwrap().describe_package_state().dry_run()).unwrap()
        } else {
            now(kcm::Client::new(config).unwrap().list_certificates().dry_run()).unwrap()
        };
        let canonical = dry.canonical_request().unwrap();
        let host = canonical.lines().find(|line| line.starts_with("host:")).unwrap();
        let theirs = canonical.replace(host, "host:internal.example.com");
        let message = format!("Not matched. {word} '{theirs}' {}", dry.string_to_sign());
        let difference = dry.difference(&message).unwrap().to_string();
        assert!(difference.contains("the header `host`: `"), "{difference}");
        assert!(difference.contains("`internal.example.com` at the service"), "{difference}");
        assert_eq!(dry.difference(&format!("{word} '{canonical}'")), Some(SignatureDifference::None));
        // Without it there is only a hash, which differs for every attempt and proves nothing.
        assert_eq!(dry.difference(dry.string_to_sign()), None);
        let other = dry.string_to_sign().replacen("HMAC-SHA256\n", "HMAC-SHA256\n2", 1);
        let scope = dry.difference(&other.replace("cn-beijing-6", "cn-shanghai-2")).map(|d| d.to_string());
        let expected = (scheme == Signature::Aws4).then_some(true);
        assert_eq!(scope.map(|text| text.contains("the credential scope")), expected);
    }
}

proptest! {
    #[test]
    fn a_parameter_that_differs_is_named(
        names in proptest::collection::btree_set("[A-Z][a-z]{2,8}", 1..6),
        value in "\\PC{0,20}",
        other in "\\PC{1,20}",
        index in any::<prop::sample::Index>(),
    ) {
        prop_assume!(value != other);
        let parameters: Vec<(String, String)> = names.iter().map(|name| (name.clone(), value.clone())).collect();
        let client = Script::default().cas_client();
        let dry = now(client.dry_run_call("Any", parameters.clone())).unwrap();
        let mut pairs = pairs(&dry.request().body);
        pairs.retain(|(name, _)| name != "Signature");
        let changed = &parameters[index.index(parameters.len())].0;
        for (name, value) in &mut pairs {
            if name == changed {
                value.clone_from(&other);
            }
        }
        let message = format!("server string to sign is:{}", aliyun_v1::string_to_sign("POST", &pairs));
        let difference = dry.difference(&message).unwrap().to_string();
        prop_assert!(difference.contains(&format!("the parameter `{changed}`")), "{}", difference);
        // Nothing is known about the parameters of such an action, so no value is shown.
        prop_assert!(difference.contains("`[redacted]` here"), "{}", difference);
    }

    #[test]
    fn no_message_makes_the_comparison_panic(message in "\\PC{0,200}") {
        for scheme in [Signature::AliyunV1, Signature::Acs3] {
            let client = cas::Client::new(Script::default().config().signature(scheme)).unwrap();
            let dry = now(client.describe_package_state().dry_run()).unwrap();
            for text in [message.clone(), format!("POST&%2F&{}", encode(&message)), format!("POST\n/\n{message}\n\n{message}\n")] {
                let _ = dry.difference(&text).map(|difference| difference.to_string());
            }
        }
    }
}

#[test]
fn a_dry_run_prints_request_string_to_sign_and_curl_command() {
    let client = Script::default().cas_client();
    let call = client.describe_certificate_state().order_id(98_987_582_437_920_968);
    let dry = now(call.with_options(CallOptions::new().extra_parameter("Later", "a'b\"c\\")).dry_run()).unwrap();
    // A release changes the version, and must not have to change this test.
    let plain =
        |text: String| text.replace(concat!("cloudcert/", env!("CARGO_PKG_VERSION"), " "), "cloudcert/VERSION ");
    insta::assert_snapshot!(plain(dry.to_string()), @r##"
    POST https://cas.aliyuncs.com/
    content-type: application/x-www-form-urlencoded
    user-agent: cloudcert/VERSION rust

    OrderId=98987582437920968&Later=[redacted]&Action=DescribeCertificateState&Version=2020-04-07&Format=JSON&AccessKeyId=testid&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=nonce-0001&Timestamp=2026-01-02T03%3A04%3A05Z&Signature=[redacted]

    string to sign:
    POST&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeCertificateState%26Format%3DJSON%26Later%3D[redacted]%26OrderId%3D98987582437920968%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3Dnonce-0001%26SignatureVersion%3D1.0%26Timestamp%3D2026-01-02T03%253A04%253A05Z%26Version%3D2020-04-07
    "##);
    insta::assert_snapshot!(plain(dry.curl().clone()), @r##"
    curl --config - <<'END'
    globoff
    url = "https://cas.aliyuncs.com/"
    request = "POST"
    header = "content-type: application/x-www-form-urlencoded"
    header = "user-agent: cloudcert/VERSION rust"
    data-raw = "OrderId=98987582437920968&Later=[redacted]&Action=DescribeCertificateState&Version=2020-04-07&Format=JSON&AccessKeyId=testid&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=nonce-0001&Timestamp=2026-01-02T03%3A04%3A05Z&Signature=[redacted]"
    END
    "##);
}

/// Names in the string to sign of a hostile service.
#[test]
fn names_in_a_difference_are_cut_escaped_and_scrubbed() {
    let keys = Credentials::new("testid", "the-key-of-Somebody/0+1").with_token("the-token-of-Somebody/0+1");
    let config = || Script::default().config_with_keys(keys.clone());
    let order = |config| {
        let order = cas::Client::new(config).unwrap().create_certificate_request().domain("www.example.com");
        let order =
            order.email("who@mail.example.com").phone("13812345678").username("Zhuge Liang").validate_type("DNS");
        order.product_code("digicert-free-1-free")
    };
    let secrets =
        ["the-key-of-Somebody/0+1", "the-token-of-Somebody/0+1", "13812345678", "Zhuge Liang", "who@mail.example.com"];
    let mut compared = 0;
    for scheme in [Signature::AliyunV1, Signature::Acs3] {
        let dry = now(order(config().signature(scheme)).dry_run()).unwrap();
        let ours = dry.exact_string_to_sign().expose().to_owned();
        for text in secrets.into_iter().chain(["\u{1b}[2J\u{202e}\u{2028}x", &"long ".repeat(2000)]) {
            let named = if scheme == Signature::AliyunV1 {
                // Parameters, encoded twice; the first name in the alphabet is compared first.
                vec![
                    ours.replacen("POST&%2F&", &format!("POST&%2F&{}%3D1%26", encode(&encode(&format!("A{text}")))), 1),
                    ours.replacen("www.example.com", &encode(&encode(text)), 1),
                    ours.replacen("Domain%3D", &format!("Dom{}%3D", encode(&encode(text))), 1),
                ]
            } else {
                let canonical = dry.canonical_request().unwrap();
                let line = text.replace('\n', " ");
                vec![
                    canonical.replacen("host:", &format!("a-{line}:1\nhost:"), 1),
                    canonical.replacen("host:", &format!("host:{line}"), 1),
                    canonical.replacen("POST\n/\n\n", &format!("POST\n/\nA{}=1\n", encode(&line)), 1),
                ]
            };
            for theirs in named {
                let message = format!("server string to sign is:{theirs}");
                let Some(difference) = dry.difference(&message) else { continue };
                let echo = json_response(
                    400,
                    serde_json::json!({"Code": "SignatureDoesNotMatch", "Message": message}).to_string(),
                );
                let error = now(order(Script::reply(echo).config_with_keys(keys.clone()).signature(scheme)).send())
                    .unwrap_err();
                for shown in [
                    difference.to_string(),
                    format!("{difference:?}"),
                    error.to_string(),
                    format!("{error:?} {:?}", error.signature_difference()),
                ] {
                    assert!(shown.len() < 3000, "{scheme:?}: {} bytes", shown.len());
                    assert!(
                        !shown.contains(|c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{2028}')),
                        "{shown:?}"
                    );
                    for secret in secrets {
                        assert!(!shown.contains(secret), "{scheme:?}: {shown}");
                    }
                }
                assert!(difference.to_string().len() < 500, "{difference}");
                compared += 1;
            }
        }
    }
    assert!(compared >= 36, "{compared}");
}

/// Changes the header with the signature on the way, and sends the request on.
#[derive(Debug)]
struct Rewriter(&'static str, &'static str);

impl Transport for Rewriter {
    fn send(&self, mut request: HttpRequest) -> TransportFuture<'_> {
        for (name, value) in &mut request.headers {
            if *name == "authorization" {
                assert!(value.contains(self.0), "{} is not in {value}", self.0);
                *value = value.replace(self.0, self.1);
            }
        }
        if self.0.is_empty() {
            request.headers.retain(|(name, _)| *name != "x-amz-date");
        }
        Forward { host: None }.send(request)
    }
}

/// The endpoint quotes the header with the signature, as the vendor documents it.
#[test]
fn a_header_that_the_service_quotes_is_shown_without_its_signature() {
    for (from, to, said) in [
        ("Credential=", "Who=", "requires 'Credential' parameter. Authorization="),
        ("SignedHeaders=", "Headers=", "requires 'SignedHeaders' parameter. Authorization="),
        ("Signature=", "Sign=", "requires 'Signature' parameter. Authorization="),
        ("", "", "'X-Amz-Date' or a 'Date' header, Authorization="),
    ] {
        run(async {
            let endpoint = Emulator::new().serve().await.unwrap();
            let keys = ksyun_keys();
            let config = Config::new(keys).endpoint(endpoint.url()).signature(Signature::Aws4);
            let recorder = Recorder::new(Rewriter(from, to));
            let client = kcm::Client::new(config.transport(recorder.clone())).unwrap();
            let error = client.get_certificate_detail().certificate_id("7").send().await.unwrap_err();
            let raw = error.raw_message().unwrap().expose();
            assert!(raw.contains(said), "{raw}");
            let signature = raw.rsplit_once('=').unwrap().1.trim_end_matches('.');
            assert_eq!(signature.len(), 64, "the endpoint quotes the header whole: {raw}");
            let written_down = recorder.cassette().to_json();
            for shown in [error.to_string(), format!("{error:?}"), error.message().to_owned(), written_down.clone()] {
                assert!(!shown.contains(&signature[..16]) && !shown.contains(&signature[48..]), "{shown}");
            }
            assert!(error.to_string().contains(said) && !written_down.contains("AKLT"), "{error}\n{written_down}");
        });
    }
}
