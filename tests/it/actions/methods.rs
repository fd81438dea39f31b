//! Every action is sent by an HTTP method that its description names, under every signature scheme, and never by one that would put a
//! secret into the URL.

use super::sample::{Style, members};
use super::{Case, cases};
use crate::setup::futures::now;
use crate::setup::marked::SECRET;
use crate::setup::script::{Script, pairs};
use cloudcert::api::{Effect, Signature};
use cloudcert::http::{HttpRequest, Method};
use cloudcert::model::{self, Sensitivity};
use cloudcert::{CallOptions, Credentials, ErrorKind};
use serde_json::Value;

fn request(case: &Case) -> Value {
    Value::Object(members(case.api, &case.action.parameters, Style::MARKED))
}

/// The methods that the description names, the one to use first.
fn described(case: &Case) -> Vec<Method> {
    let method = |method: &model::Method| match method {
        model::Method::Get => Method::Get,
        model::Method::Post => Method::Post,
    };
    case.action.methods.iter().map(method).collect()
}

/// Whether a call may be sent by this method: the action takes it, and it puts no secret into the URL.
pub(super) fn may(case: &Case, scheme: Signature, method: Method) -> bool {
    let secret = case.action.parameters.iter().any(|field| field.sensitivity == Some(Sensitivity::Secret));
    let in_url = method == Method::Get && (secret || matches!(scheme, Signature::AliyunV1 | Signature::KsyunSimple));
    described(case).contains(&method) && !in_url
}

/// Keys with a mark in each part, which would be found in a URL.
fn keys() -> Credentials {
    Credentials::new(format!("{SECRET}id"), format!("{SECRET}key")).with_token(format!("{SECRET}token"))
}

fn inspect(about: &str, sent: &HttpRequest) {
    for mark in [SECRET, "Signature=", "SecurityToken=", "Accesskey="] {
        assert!(!sent.query.contains(mark), "{about}: {mark} stands in the URL {}", sent.query);
    }
    match sent.method {
        Method::Get => {
            assert!(sent.body.is_empty() && (!sent.query.is_empty() || scheme_has_no_form(sent)), "{about}");
        }
        Method::Post => assert!(sent.query.is_empty() && !sent.body.is_empty() || scheme_has_no_form(sent), "{about}"),
    }
}

/// Whether the action is in a header, so that a call without parameters has neither query nor form.
fn scheme_has_no_form(sent: &HttpRequest) -> bool {
    sent.query.is_empty() && sent.headers.iter().any(|(name, _)| *name == "x-acs-action")
}

#[test]
fn each_action_is_sent_by_the_first_of_its_methods() {
    let mut got = 0;
    for case in cases() {
        for scheme in case.schemes() {
            let about = format!("{} by {scheme:?}", case.action.name);
            let script = Script::json("{}");
            let _ = (case.call)(script.config_with_keys(keys()).signature(scheme), &request(&case));
            let sent = script.sent().remove(0);
            let wanted = described(&case).into_iter().find(|method| may(&case, scheme, *method)).unwrap();
            assert_eq!(sent.method, wanted, "{about}");
            assert!(sent.method == Method::Post || case.action.effect == model::Effect::Read, "{about}");
            inspect(&about, &sent);
            got += usize::from(sent.method == Method::Get);
        }
    }
    assert!(got > 0, "the reads of Kingsoft Cloud");
}

#[test]
fn no_action_is_sent_by_a_method_that_it_does_not_take() {
    let mut taken = 0;
    let mut refused = 0;
    for case in cases() {
        for scheme in case.schemes() {
            for method in [Method::Get, Method::Post] {
                let about = format!("{} by {scheme:?} and {method:?}", case.action.name);
                let may = may(&case, scheme, method);
                // The preference of a client gives way.
                let script = Script::json("{}");
                let config = script.config_with_keys(keys()).signature(scheme);
                let _ = (case.call)(config.clone().method(method), &request(&case));
                let sent = script.sent().remove(0);
                let reads = case.action.effect == model::Effect::Read;
                assert_eq!(sent.method == method, may && (reads || method == Method::Post), "{about}");
                inspect(&about, &sent);
                // The method of a call is an error, and nothing is sent.
                let options = CallOptions::new().skip_validation().method(method);
                let script = Script::json("{}");
                let config = script.config_with_keys(keys()).signature(scheme);
                let result = (case.call_with)(config.clone(), &request(&case), options.clone());
                let dry = (case.dry_run_with)(config, &request(&case), options);
                if may {
                    assert_eq!(script.sent()[0].method, method, "{about}");
                    assert_eq!(dry.unwrap().request().method, method, "{about}");
                    taken += 1;
                    continue;
                }
                for error in [result.err().unwrap(), dry.err().unwrap()] {
                    assert_eq!(error.kind(), ErrorKind::Config, "{about}: {error}");
                    let other = if method == Method::Get { "POST" } else { "GET" };
                    assert!(error.message().contains(&format!("use {other}")), "{about}: {error}");
                }
                assert!(script.sent().is_empty(), "{about}");
                refused += 1;
            }
        }
    }
    assert!(taken > 40 && refused > 20, "{taken} taken, {refused} refused");
}

#[test]
fn a_call_by_name_takes_no_other_method_either() {
    use cloudcert::aliyun_cas::v2018_07_13 as old;
    let get = || CallOptions::new().method(Method::Get);
    let script = Script::repeat("{}");
    let kcm = script.kcm_client();
    let old = old::Client::new(script.config().signature(Signature::Acs3)).unwrap();
    for name in ["ApplyCertificate", "UpdateCertificate", "RevokeCertificate", "CancelTransaction", "ExtendCertificate"]
    {
        let error = now(kcm.call_with(name, [("CertificateId", "7")], Effect::Order, get())).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.message().contains("use POST"), "{error}");
        let error = now(kcm.dry_run_call_with(name, [("CertificateId", "7")], get())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    // Its document has it sent by GET, but it contains a private key.
    let upload = old.call_with("CreateUserCertificate", [("Key", "x")], Effect::Order, get());
    assert_eq!(now(upload).unwrap_err().kind(), ErrorKind::Config);
    assert!(script.sent().is_empty());
    let asked = now(kcm.call_with("GetToken", [("a", "b")], Effect::Read, get()));
    assert!(asked.is_ok() && script.sent()[0].method == Method::Get);
    let usual = now(kcm.call("GetToken", [("a", "b")], Effect::Read));
    assert!(usual.is_ok() && script.sent()[1].method == Method::Post, "nobody knows what is a secret among them");
}

#[test]
fn extra_parameters_go_into_the_url_only_if_the_call_asks_for_it() {
    use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
    let script = Script::repeat("{}");
    for config in [script.config(), script.config().method(Method::Get)] {
        let client = kcm::Client::new(config).unwrap();
        let _ = now(client.list_certificates().extra_parameter("Later", "x").send());
        let sent = script.sent().pop().unwrap();
        assert_eq!((sent.method, sent.query.as_str()), (Method::Post, ""));
        let options = CallOptions::new().extra_parameter("Later", "x").method(Method::Get);
        let _ = now(client.list_certificates().with_options(options).send());
        let sent = script.sent().pop().unwrap();
        assert!(sent.method == Method::Get && pairs(&sent.query).contains(&("Later".into(), "x".into())));
    }
}
