//! Whatever a service quotes of a request, in whatever form: no error and no recording shows it.

use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::script::pairs;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Signature;
use cloudcert::http::{HttpRequest, HttpResponse, Transport, TransportFuture};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::sign::encode;
use cloudcert::testing::{Recorder, Replay, Reply, Script};
use cloudcert::{Config, Credentials, Error, Retries};
use serde_json::json;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

/// Where an error says something.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Message,
    Code,
    InnerCode,
    RequestId,
    Header,
    Name,
    BrokenOff,
}

const PLACES: [Place; 7] =
    [Place::Message, Place::Code, Place::InnerCode, Place::RequestId, Place::Header, Place::Name, Place::BrokenOff];

/// Responds to every request with an error that quotes something of it, and records what it quoted.
#[derive(Clone)]
struct Echo {
    place: Place,
    quote: Arc<dyn Fn(&HttpRequest) -> String + Send + Sync>,
    quoted: Arc<Mutex<String>>,
}

impl std::fmt::Debug for Echo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Echo({:?})", self.place)
    }
}

impl Echo {
    fn new(place: Place, quote: impl Fn(&HttpRequest) -> String + Send + Sync + 'static) -> Self {
        Self { place, quote: Arc::new(quote), quoted: Arc::default() }
    }
}

impl Transport for Echo {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let text = (self.quote)(&request);
        self.quoted.lock().unwrap().clone_from(&text);
        let at = |place: Place, plain: &str| if self.place == place { text.clone() } else { plain.to_owned() };
        let mut error =
            json!({"Type": "Sender", "Code": at(Place::Code, "Odd"), "InnerCode": at(Place::InnerCode, "odd")});
        error["Message"] = json!(format!("not valid: {}", at(Place::Message, "it")));
        let mut body =
            json!({"RequestId": at(Place::RequestId, "R-1"), "Code": error["Code"], "Message": error["Message"]});
        if request.api().starts_with("ksyun") {
            body = json!({"RequestId": at(Place::RequestId, "R-1"), "Error": error});
        }
        if self.place == Place::Name {
            body[text.as_str()] = json!(text);
        }
        let mut text_of_body = body.to_string();
        if self.place == Place::BrokenOff {
            text_of_body =
                json!({"RequestId": text, "Error": {"Code": "Odd", "InnerCode": text, "Message": text}}).to_string();
            text_of_body.truncate(text_of_body.len() - 1);
        }
        let mut headers = vec![("content-type".to_owned(), at(Place::Header, "application/json"))];
        if self.place == Place::Header {
            headers.push(("x-kss-request-id".to_owned(), text.clone()));
            headers.push(("x-acs-request-id".to_owned(), text));
            text_of_body = String::from("{}");
        }
        Box::pin(std::future::ready(Ok(HttpResponse::new(400, headers, text_of_body))))
    }
}

/// The signature of a request, wherever its scheme puts it.
fn signature(request: &HttpRequest) -> String {
    if let Some(header) = request.header("authorization") {
        return header.rsplit_once("Signature=").unwrap().1.to_owned();
    }
    let pairs = pairs(&format!("{}&{}", request.query, request.body));
    pairs.into_iter().find(|(name, _)| name == "Signature").unwrap().1
}

const TOKEN: &str = "STS-token/of+somebody=0123456789abcdef";
const PHONE: &str = "13812345678";
const NAME: &str = "Zhuge Liangkong";

/// A call that has a token, secrets of its own, or personal data, signed by this scheme.
fn call_signed_by(scheme: Signature, transport: impl Transport) -> Error {
    let alibaba = matches!(scheme, Signature::AliyunV1 | Signature::Acs3);
    let keys =
        Credentials::new(if alibaba { "LTAI5t-id" } else { "AKLTtestid" }, "the-key-of-Somebody/0+1").with_token(TOKEN);
    let config = Config::new(keys).transport(transport).environment(ManualClock::new()).retries(Retries::none());
    let config = config.signature(scheme);
    if alibaba {
        let order = cas::Client::new(config).unwrap().create_certificate_request().domain("www.example.com");
        let order = order.email("who@mail.example.com").phone(PHONE).username(NAME).validate_type("DNS");
        now(order.product_code("digicert-free-1-free").send()).unwrap_err()
    } else {
        let revoke = kcm::Client::new(config).unwrap().revoke_certificate().certificate_id("7");
        now(revoke.token("the-token-of-GetToken+0123").reason("lost").send()).unwrap_err()
    }
}

const SCHEMES: [Signature; 4] = [Signature::AliyunV1, Signature::Acs3, Signature::Aws4, Signature::KsyunSimple];

/// Everything that a person may see of an error and of its sources.
fn shown(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {:?}", error.signature_difference());
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        write!(text, " {next} {next:?}").unwrap();
        source = next.source();
    }
    let parts = [Some(error.message()), error.code(), error.inner_code(), error.request_id(), error.redacted_body()];
    text.extend(parts.into_iter().flatten());
    text
}

/// Whether any sixteen characters of a quote are shown.
fn tells(shown: &str, quoted: &str) -> Option<String> {
    let letters: Vec<char> = quoted.chars().collect();
    let runs = letters.windows(16.min(letters.len())).map(|run| run.iter().collect::<String>());
    runs.into_iter().find(|run| shown.contains(run.as_str()))
}

/// Responds with the quote in every place. Neither the error nor the recording may show it.
fn quote(scheme: Signature, what: &str, quote: fn(&HttpRequest) -> String) {
    for place in PLACES {
        let echo = Echo::new(place, quote);
        let recorder = Recorder::new(echo.clone());
        let error = call_signed_by(scheme, recorder.clone());
        let quoted = echo.quoted.lock().unwrap().clone();
        assert!(quoted.len() >= 9, "{what}: {quoted}");
        let (shown, written_down) = (shown(&error), recorder.cassette().to_json());
        for (where_it_is, text) in [("the error", &shown), ("the recording", &written_down)] {
            let found = tells(text, &quoted);
            assert_eq!(found, None, "{scheme:?}: {what} in {place:?} is in {where_it_is}: {text}");
        }
        if place == Place::Message {
            let raw = error.raw_message().map(cloudcert::Secret::expose);
            assert_eq!(raw, Some(format!("not valid: {quoted}").as_str()), "the original is retained");
            assert!(error.message().starts_with("not valid: [redacted]"), "{error}");
        }
    }
}

#[test]
fn a_quoted_signature_is_not_shown() {
    for scheme in SCHEMES {
        quote(scheme, "the signature", signature);
        quote(scheme, "the signature, encoded", |request| encode(&encode(&signature(request))));
        quote(scheme, "a part of the signature", |request| signature(request)[5..25].to_owned());
        quote(scheme, "the signature in capitals", |request| signature(request).to_uppercase());
        quote(scheme, "the token", |_| TOKEN.to_owned());
        quote(scheme, "the token as HTML", |_| {
            TOKEN.replace('/', "&#x2f;").replace('+', "&#43;").replace('=', "&equals;")
        });
        quote(scheme, "the token as JSON", |_| TOKEN.replace('/', "\\/").replace('+', "\\u002b"));
        quote(scheme, "the end of the secret of the key", |_| "key-of-Somebody%2f0%2b1".to_owned());
    }
    // The header whole, and the request as it travelled: only the secrets are removed from these.
    for scheme in [Signature::Acs3, Signature::Aws4] {
        let echo =
            Echo::new(Place::Message, |request| format!("Authorization={}", request.header("authorization").unwrap()));
        let recorder = Recorder::new(echo.clone());
        let error = call_signed_by(scheme, recorder.clone());
        assert!(
            error.message().contains("SignedHeaders=") && error.message().ends_with("Signature=[redacted]"),
            "{error}"
        );
        let quoted = echo.quoted.lock().unwrap().clone();
        let secret = quoted.rsplit_once("Signature=").unwrap().1;
        assert_eq!(tells(&recorder.cassette().to_json(), secret), None);
    }
    for scheme in [Signature::AliyunV1, Signature::KsyunSimple] {
        let echo = Echo::new(Place::Message, |request| request.body.clone());
        let error = call_signed_by(scheme, echo.clone());
        let sent = pairs(&echo.quoted.lock().unwrap());
        for (_, value) in
            sent.iter().filter(|(name, _)| ["Signature", "SecurityToken", "Username", "Phone"].contains(&name.as_str()))
        {
            assert_eq!(tells(&shown(&error), value), None, "{error}");
        }
    }
}

#[test]
fn quoted_personal_data_is_not_shown() {
    for scheme in [Signature::AliyunV1, Signature::Acs3] {
        quote(scheme, "the name", |_| NAME.to_owned());
        quote(scheme, "the name in capitals, in a form", |_| NAME.to_uppercase().replace(' ', "+"));
        quote(scheme, "the name as JSON", |_| NAME.replace('Z', "\\u005a"));
        quote(scheme, "the number", |_| PHONE.to_owned());
        quote(scheme, "the number in groups", |_| "138 1234 5678".to_owned());
        quote(scheme, "the address", |_| "Who%40Mail.example.com".to_owned());
    }
}

/// What a service says about people whom the request does not name.
#[test]
fn a_recording_retains_the_documented_part_of_a_message() {
    let say = |message: &'static str| {
        let recorder = Recorder::new(Echo::new(Place::Message, |_| message.to_owned()));
        let error = call_signed_by(Signature::Aws4, recorder.clone());
        (error, recorder.cassette())
    };
    let messages = [
        "User: lilei@corp.example.com is not authorized to perform: kcm:RevokeCertificate.",
        "the account 73400112 of Han Meimei in shop.example.net has no balance",
        "用户 韩梅梅 (13900000000) 无权限",
        "Credential should be scoped to a valid region, not:moon of Han Meimei.",
    ];
    for message in messages {
        let (error, cassette) = say(message);
        assert!(error.to_string().contains(message), "an error says what the service says: {error}");
        let text = cassette.to_json();
        for private in ["lilei", "corp.example", "73400112", "Meimei", "example.net", "韩梅梅", "1390000", "moon"] {
            assert!(!text.contains(private), "{text}");
        }
        assert_eq!(text.contains("to a valid region"), message.contains("to a valid region"), "{text}");
    }
    for code in ["shop.example.net", "lilei@corp.example.com", "1390000", "Han Meimei"] {
        let recorder = Recorder::new(Echo::new(Place::Code, move |_| code.to_owned()));
        assert_eq!(call_signed_by(Signature::Acs3, recorder.clone()).code(), Some(code));
        assert!(!recorder.cassette().to_json().contains(code), "{code} is no word");
    }
    // The same row is found when it is played.
    let documented = "Credential should be scoped with a valid terminator: 'aws4_request', not: Han Meimei.";
    let recorder = Recorder::new(Script::new().then(Reply::error(403, "SignatureDoesNotMatch", documented)));
    let first = call_signed_by(Signature::Aws4, recorder.clone());
    let again = call_signed_by(Signature::Aws4, Replay::new(recorder.cassette()));
    assert!(first.info().is_some());
    assert!(std::ptr::eq(first.info().unwrap(), again.info().unwrap()), "{first}, then {again}");
    assert!(again.message().contains("valid terminator") && !again.message().contains("Meimei"), "{again}");
}

/// What forges a line, clears a terminal, turns text around, or hides it.
const FORGED: &str = "ok\r\n2026-01-02 INFO paid\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{202e}evil\u{2066}\u{200f}\u{61c}\u{2028}\u{2029}\u{85}\u{200b}\u{feff}\u{0}end";

#[test]
fn no_text_of_a_service_forges_a_line_or_reverses_text() {
    for scheme in SCHEMES {
        for place in PLACES {
            let echo = Echo::new(place, |_| FORGED.to_owned());
            let recorder = Recorder::new(echo);
            let error = call_signed_by(scheme, recorder.clone());
            let texts =
                [error.to_string(), format!("{error:?}"), format!("{:?}", error.info()), recorder.cassette().to_json()];
            for (number, text) in texts.iter().enumerate() {
                let bad = |c: char| c.is_control() && (c != '\n' || number < 3);
                let turning = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' | '\u{61c}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
                assert!(!text.contains(bad) && !text.contains(turning), "{scheme:?} {place:?}: {text:?}");
            }
            if place == Place::Message {
                assert!(texts[0].contains("ok\\r\\n2026-01-02 INFO paid\\u{1b}[2J"), "{}", texts[0]);
                assert!(error.message().contains(FORGED), "what was said stays in the accessor");
            }
        }
    }
}

#[test]
fn long_texts_of_a_service_are_cut() {
    for scheme in SCHEMES {
        for place in PLACES {
            let recorder = Recorder::new(Echo::new(place, |_| "Ab ".repeat(50_000)));
            let error = call_signed_by(scheme, recorder.clone());
            let written_down = recorder.cassette().to_json();
            for text in [error.to_string(), format!("{error:?}"), written_down] {
                assert!(text.len() < 7_000, "{scheme:?} {place:?}: {} bytes", text.len());
            }
        }
        let long = call_signed_by(scheme, Echo::new(Place::Message, |_| "long ".repeat(2_000)));
        assert!(long.to_string().contains(" bytes more)"), "{long}");
        assert_eq!(long.message().len(), "not valid: ".len() + 10_000, "the accessor has all of it");
        assert!(long.raw_message().is_none());
        let code = call_signed_by(scheme, Echo::new(Place::Code, |_| "Odd.".repeat(100)));
        assert!(!code.to_string().contains(&"Odd.".repeat(40)) && code.code().unwrap().len() == 400, "{code}");
    }
}

/// A public field of a successful response contains something that must not be shown.
#[test]
fn a_recording_contains_no_secret_in_a_public_field() {
    let pem = "-----BEGIN PRIVATE KEY-----\nc29tZXRoaW5nIHRoYXQgaXMgbm8ga2V5IGF0IGFsbA\n-----END PRIVATE KEY-----\n";
    let texts = [
        TOKEN.to_owned(),
        TOKEN[7..30].to_owned(),
        TOKEN.to_lowercase(),
        encode(&encode(TOKEN)),
        TOKEN.replace('/', "\\u002f"),
        TOKEN.replace('+', "&#43;"),
        STANDARD.encode(format!("x:{TOKEN}")),
        "the-key-of-somebody/0 1".to_owned(),
        pem.to_owned(),
        pem.replace('\n', "\\n"),
        STANDARD.encode(pem),
        "https%3A%2F%2Fcerts.example.com%2Fa.zip%3FExpires%3D1".to_owned(),
        "https:\\/\\/certs.example.com\\/a.zip?Expires=1".to_owned(),
        "Signature=0123456789abcdef0123456789abcdef".to_owned(),
    ];
    let keys = Credentials::new("LTAI5t-id", "the-key-of-Somebody/0+1").with_token(TOKEN);
    for text in texts {
        let plain = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        for (content, retained) in [(plain, true), (text.as_str(), false)] {
            let response = json!({"Type": "domain_verify", "RequestId": "R-1", "Content": content, "Certificate": plain, "Domain": "www.example.com"});
            let recorder = Recorder::new(Script::new().then(Reply::json(response)));
            let config = Config::new(keys.clone()).transport(recorder.clone()).environment(ManualClock::new());
            now(cas::Client::new(config).unwrap().describe_certificate_state().order_id(5).send()).unwrap();
            let written_down = recorder.cassette().to_json();
            let written = json!(content).to_string();
            assert_eq!(written_down.contains(written.trim_matches('"')), retained, "{content}: {written_down}");
            assert!(
                written_down.contains("BEGIN CERTIFICATE") && written_down.contains("www.example.com"),
                "{written_down}"
            );
        }
    }
}

/// An RSA key and its certificate have half of their bytes in common, which are public.
#[test]
fn a_recording_retains_a_certificate_beside_its_redacted_key() {
    let modulus: Vec<u8> = (0..240_u32).map(|n| u8::try_from(n.wrapping_mul(151) % 251).unwrap()).collect();
    for shift in 0..3 {
        let body = |start: &str| STANDARD.encode([start.as_bytes(), &modulus].concat());
        let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", body("abc"));
        let certificate =
            format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", body(&"xyz"[..shift]));
        let response =
            json!({"Type": "certificate", "RequestId": "R-1", "PrivateKey": key, "Certificate": certificate});
        let recorder = Recorder::new(
            Script::new()
                .then(Reply::json(response))
                .then(Reply::json(json!({"Type": "certificate", "RequestId": "R-2", "Certificate": certificate}))),
        );
        let config = Config::new(Credentials::new("id", "secret-of-it"))
            .transport(recorder.clone())
            .environment(ManualClock::new());
        let client = cas::Client::new(config).unwrap();
        for _ in 0..2 {
            now(client.describe_certificate_state().order_id(5).send()).unwrap();
        }
        let written_down = recorder.cassette().to_json();
        assert_eq!(written_down.matches(&json!(certificate).to_string()).count(), 2, "{written_down}");
        assert!(!written_down.contains("PRIVATE KEY"), "{written_down}");
    }
}
