//! Calls over a script: what is sent, and what a response or an error becomes.

use crate::setup::futures::now;
use crate::setup::requests::order;
use crate::setup::script::{Reply, Script, pairs};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::{Effect, Signature};
use cloudcert::http::Method;
use cloudcert::ksyun_kcm::v2016_03_04::{self as kcm, types::CertificateStatus};
use cloudcert::{CallOptions, Credentials, ErrorKind, Operation, Severity};

#[test]
fn an_order_at_alibaba_is_a_signed_form_and_its_id_stays_exact() {
    for body in
        [r#"{"OrderId":98987582437920968,"RequestId":"R-1"}"#, r#"{"OrderId":"98987582437920968","RequestId":"R-1"}"#]
    {
        let script = Script::json(body);
        let response = now(order(&script.cas_client()).send()).unwrap();
        assert_eq!(response.order_id.get(), 98_987_582_437_920_968);
        assert_eq!(response.request_id(), Some("R-1"));
        let sent = script.sent();
        assert_eq!(sent[0].base, "https://cas.aliyuncs.com/");
        assert_eq!((sent[0].method, sent[0].query.as_str()), (Method::Post, ""));
        let form = pairs(&sent[0].body);
        let expected = [
            ("AccessKeyId", "testid"),
            ("Action", "CreateCertificateRequest"),
            ("Domain", "www.example.com"),
            ("Email", "ops@example.com"),
            ("Format", "JSON"),
            ("Phone", "13800000000"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", "nonce-0001"),
            ("SignatureVersion", "1.0"),
            ("Timestamp", "2026-01-02T03:04:05Z"),
            ("Username", "Li Lei"),
            ("ValidateType", "DNS"),
            ("Version", "2020-04-07"),
        ];
        let rest: Vec<(&str, &str)> =
            form.iter().filter(|(k, _)| k != "Signature").map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(rest, expected);
        let unsigned: Vec<(String, String)> = form.iter().filter(|(k, _)| k != "Signature").cloned().collect();
        let signature = cloudcert::sign::aliyun_v1::sign("POST", &unsigned, &"testsecret".into()).signature;
        assert!(form.contains(&("Signature".into(), signature)));
    }
}

#[test]
fn acs3_signs_headers_and_keeps_the_token_out_of_the_form() {
    let script = Script::json(r#"{"OrderId":1}"#);
    let config = script.config().signature(Signature::Acs3);
    let client = cas::Client::new(config).unwrap();
    now(client.send(order(&script.cas_client()).into_request())).unwrap();
    let sent = &script.sent()[0];
    let header = |name: &str| sent.headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
    assert_eq!(header("x-acs-action"), Some("CreateCertificateRequest"));
    assert_eq!(header("x-acs-date"), Some("2026-01-02T03:04:05Z"));
    let names = [
        "accept",
        "content-type",
        "x-acs-action",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-version",
    ];
    let headers: Vec<(&str, &str)> =
        names.iter().map(|name| (*name, header(name).unwrap())).chain([("host", "cas.aliyuncs.com")]).collect();
    let payload_hash = cloudcert::sign::sha256_hex(sent.body.as_bytes());
    let request = cloudcert::sign::Request {
        method: "POST",
        path: "/",
        query: "",
        headers: &headers,
        payload_hash: &payload_hash,
    };
    let signature = cloudcert::sign::acs3::sign(&request, &"testsecret".into()).signature;
    let expected = format!(
        "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=accept;content-type;host;x-acs-action;x-acs-content-sha256;\
         x-acs-date;x-acs-signature-nonce;x-acs-version,Signature={signature}"
    );
    assert_eq!(header("authorization"), Some(expected.as_str()));
    assert!(pairs(&sent.body).iter().all(|(k, _)| k != "Action" && k != "Signature"));
}

#[test]
fn kingsoft_gets_digits_json_text_and_comma_lists() {
    let script = Script::json(
        r#"{"UpdateCertificateResponse":{"RequestId":"R-2","Certificate":{"CertificateId":"7","CertificateStatus":"1"}}}"#,
    );
    let client = script.kcm_client();
    let mut contact = kcm::types::Contact::default();
    contact.phone = Some("13800000000".into());
    let response = now(client
        .update_certificate()
        .certificate_id("7")
        .is_submit(true)
        .contact(contact)
        .additional_domains(["a.example.com", "b.example.com"])
        .send())
    .unwrap();
    let certificate = response.certificate.unwrap();
    assert_eq!(certificate.certificate_status, Some(CertificateStatus::InReview));
    let sent = &script.sent()[0];
    let form = pairs(&sent.body);
    for (key, value) in [
        ("Action", "UpdateCertificate"),
        ("AdditionalDomains", "a.example.com,b.example.com"),
        ("Contact", r#"{"Phone":"13800000000"}"#),
        ("IsSubmit", "1"),
        ("Version", "2016-03-04"),
    ] {
        assert!(form.contains(&(key.into(), value.into())), "{key}: {form:?}");
    }
    assert!(sent.headers.iter().any(|(n, v)| *n == "authorization" && v.contains("/cn-beijing-6/kcm/aws4_request")));
}

#[test]
fn lists_are_sent_numbered_and_read_from_one_or_many_items() {
    for body in [
        r#"{"CertificateSet":[{"CertificateId":1,"DomainCount":"2"}]}"#,
        r#"{"CertificateSet":{"CertificateId":"1","DomainCount":2}}"#,
        r#"{"ListCertificatesResponse":{"CertificateSet":[{"CertificateId":"1","DomainCount":2,"Later":{"x":[1]}}]}}"#,
    ] {
        let script = Script::json(body);
        let client = script.kcm_client();
        let response = now(client.list_certificates().certificate_ids(["a", "b"]).send()).unwrap();
        assert_eq!(response.certificate_set.len(), 1, "{body}");
        assert_eq!(response.certificate_set[0].certificate_id.as_str(), "1");
        assert_eq!(response.certificate_set[0].domain_count, Some(2));
        let query = pairs(&script.sent()[0].query);
        assert!(query.contains(&("CertificateId.2".into(), "b".into())), "{query:?}");
    }
}

#[test]
fn unknown_fields_are_retained() {
    let script = Script::json(r#"{"Type":"frozen","Later":[1,"x"],"RequestId":"R"}"#);
    let client = script.cas_client();
    let response = now(client.describe_certificate_state().order_id(5).send()).unwrap();
    assert_eq!(
        response.kind.as_ref().map(cloudcert::aliyun_cas::v2020_04_07::types::ApplicationState::as_str),
        Some("frozen")
    );
    assert_eq!(response.unknown().get("Later").unwrap()[1], "x");
}

#[test]
fn required_parameters_with_a_default_are_sent() {
    let script = Script::json(r#"{"TotalCount":"0"}"#);
    let client = script.old_client();
    now(client.describe_user_certificate_list().send()).unwrap();
    let form = pairs(&script.sent()[0].body);
    assert!(form.contains(&("CurrentPage".into(), "1".into())) && form.contains(&("ShowSize".into(), "50".into())));
}

#[test]
fn all_mistakes_are_reported_before_anything_is_sent() {
    let script = Script::default();
    let client = script.kcm_client();
    let request: kcm::apply_certificate::Request =
        serde_json::from_str(r#"{"MainDomain":"not a domain","CertificateCode":"SYMCDV02","DomainCount":-1}"#).unwrap();
    let error = now(client.send(request)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let said: Vec<(Severity, &str)> = error.problems().iter().map(|p| (p.severity, p.parameter.as_ref())).collect();
    assert!(said.contains(&(Severity::Error, "WildcardCount")), "{said:?}");
    assert!(said.contains(&(Severity::Error, "DomainCount")), "{said:?}");
    assert!(said.contains(&(Severity::Advice, "MainDomain")), "{said:?}");
    assert!(script.sent().is_empty());
    assert!(!error.outcome_unknown());
}

#[test]
fn advice_does_not_block() {
    let script = Script::json(r#"{"OrderId":1}"#);
    let request = order(&script.cas_client()).product_code("a-later-code").into_request();
    let advice = request.validate().unwrap();
    assert!(advice.iter().any(|p| p.parameter == "ProductCode"), "{advice:?}");
    now(script.cas_client().send(request)).unwrap();
}

#[test]
fn requests_from_json_refuse_what_they_do_not_know() {
    use kcm::update_certificate::Request;
    let error = serde_json::from_str::<Request>(r#"{"CertificateIdd":"7"}"#).unwrap_err();
    assert!(error.to_string().contains("no parameter `CertificateIdd`"), "{error}");
    let error = serde_json::from_str::<Request>(r#"{"ContactId":"seven"}"#).unwrap_err();
    assert!(error.to_string().contains("wrong type"), "{error}");
    let request: Request = serde_json::from_str(r#"{"CertificateId":7,"IsSubmit":true}"#).unwrap();
    assert_eq!(request.effect(), Effect::SubmitOnce);
    assert_eq!(Request::default().effect(), Effect::Idempotent);
}

#[test]
fn errors_of_both_clouds_are_complete_in_one_line() {
    let script =
        Script::error(404, r#"{"Code":"NotRemainCount","Message":"No quota.","RequestId":"R-4","HostId":"cas"}"#);
    let error = now(order(&script.cas_client()).send()).unwrap_err();
    assert_eq!(cas::ErrorCode::of(&error), Some(cas::ErrorCode::NotRemainCount));
    let text = error.to_string();
    assert!(text.starts_with("CreateCertificateRequest: NotRemainCount (HTTP 404): No quota. "), "{text}");
    assert!(text.ends_with("[request id R-4]"), "{text}");
    assert!(!error.outcome_unknown());

    let script = Script::error(
        400,
        r#"{"RequestId":"R-5","Error":{"Code":"InvalidParameterValue","InnerCode":"invalid_token","Message":"token invalid"}}"#,
    );
    let client = script.kcm_client();
    let call = client.revoke_certificate().certificate_id("7").reason("lost").token("t").send();
    let error = now(call).unwrap_err();
    assert_eq!(kcm::InnerCode::of(&error), Some(kcm::InnerCode::InvalidToken));
    assert_eq!(error.inner_code(), Some("invalid_token"));
}

#[test]
fn throttling_is_told_by_its_code_and_leaves_no_doubt() {
    let script =
        Script::error(400, r#"{"Code":"Throttling.User","Message":"Request was denied due to user flow control."}"#);
    let error = now(order(&script.cas_client()).send()).unwrap_err();
    assert!(error.is_throttled() && !error.outcome_unknown());
    let script = Script::error(409, r#"{"Error":{"Code":"LimitExceeded","Message":"too fast"}}"#);
    let error = now(script.kcm_client().get_token().send()).unwrap_err();
    assert!(error.is_throttled());
}

#[test]
fn an_order_whose_response_is_lost_may_have_been_placed() {
    let doubtful = [
        Script::reply(Reply::lost()),
        Script::json(r#"{"RequestId":"R"}"#),
        Script::json("{\"OrderId\":1"),
        Script::json("<html>"),
        Script::error(500, r#"{"Code":"InternalError","Message":"x"}"#),
        Script::error(502, "<html>bad gateway</html>"),
        Script::error(500, r#"{"Code":"Error","Message":"x"}"#),
    ];
    for script in doubtful {
        let error = now(order(&script.cas_client()).send()).unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
        assert!(error.to_string().contains("find out before calling again"), "{error}");
    }
    let error = now(order(&Script::reply(Reply::not_sent()).cas_client()).send()).unwrap_err();
    assert!(!error.outcome_unknown(), "{error}");
    let script = Script::reply(Reply::lost());
    let error = now(script.kcm_client().get_token().send()).unwrap_err();
    assert!(!error.outcome_unknown(), "a read has no outcome to worry about: {error}");
}

#[test]
fn secrets_are_never_in_a_url() {
    let script = Script::repeat("{}");
    let client = kcm::Client::new(script.config().method(Method::Get)).unwrap();
    let _ = now(client.revoke_certificate().certificate_id("7").reason("x").token("t").send());
    let get = CallOptions::new().method(Method::Get);
    let revoke = client.revoke_certificate().certificate_id("7").reason("x").token("t").with_options(get.clone());
    let error = now(revoke.send()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("use POST"), "{error}");
    let temporary = Credentials::new("id", "secret").with_token("sts");
    for (keys, scheme) in [
        (Credentials::new("id", "secret"), Signature::AliyunV1),
        (temporary.clone(), Signature::AliyunV1),
        (temporary, Signature::Acs3),
    ] {
        let client = cas::Client::new(script.config_with_keys(keys).signature(scheme).method(Method::Get)).unwrap();
        now(client.describe_package_state().send()).unwrap();
    }
    let methods: Vec<Method> = script.sent().iter().map(|sent| sent.method).collect();
    assert_eq!(methods, [Method::Post, Method::Post, Method::Post, Method::Get]);
    assert!(script.sent().iter().all(|sent| sent.query.is_empty()), "nothing of the signature stands in a URL");
}

#[test]
fn a_client_with_unusable_settings_is_refused_at_once() {
    let script = Script::default();
    for (config, part) in [
        (script.config().region("mars-1"), "mars-1"),
        (script.config().endpoint("http://cas.aliyuncs.com"), "plain http"),
        (script.config().endpoint("cas.aliyuncs.com"), "https://"),
        (script.config().endpoint("https://user@host"), "a user name"),
        (script.config().signature(Signature::Aws4), "Aws4"),
    ] {
        let error = cas::Client::new(config).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    cas::Client::new(script.config().endpoint("http://127.0.0.1:8080")).unwrap();
    cas::Client::new(script.config().endpoint("http://[::1]:8080/")).unwrap();
    cas::Client::new(script.config().region("cn-shanghai")).unwrap();
}

#[test]
fn an_action_that_the_spec_does_not_know_can_be_called() {
    let script = Script::json(r#"{"RequestId":"R-9","CertList":[{"Id":98987582437920968}]}"#);
    let client = script.cas_client();
    let response = now(client.call("ListUserCertificateOrder", [("CurrentPage", "1")], Effect::Read)).unwrap();
    assert_eq!(response.metadata.request_id.as_deref(), Some("R-9"));
    assert_eq!(response.value["CertList"][0]["Id"], 98_987_582_437_920_968_i64);
    assert!(pairs(&script.sent()[0].body).contains(&("Action".into(), "ListUserCertificateOrder".into())));
}

#[test]
fn nothing_shows_a_secret_or_personal_data() {
    let script = Script::json(r#"{"Type":"certificate","Certificate":"PEM","PrivateKey":"canary-key"}"#);
    let client = script.cas_client();
    let response = now(client.describe_certificate_state().order_id(5).send()).unwrap();
    assert_eq!(response.private_key.as_ref().map(cloudcert::Secret::expose), Some("canary-key"));
    let request = order(&script.cas_client()).into_request();
    let upload = script.old_client().create_user_certificate().name("n").cert("PEM").key("canary-key");
    let upload_shown = format!("{upload:?} {upload:#?}");
    let shown = format!(
        "{response:?} {response:#?} {} {request:?} {upload_shown} {} {client:?}",
        serde_json::to_string(&response).unwrap(),
        serde_json::to_string(&upload.into_request()).unwrap(),
    );
    for hidden in ["canary", "testsecret", "13800000000", "ops@example.com", "Li Lei"] {
        assert!(!shown.contains(hidden), "{hidden} is shown");
    }
}

#[test]
fn an_upload_with_code_200_and_no_id_has_succeeded() {
    let script = Script::json(r#"{"RequestId":"R","HostId":"cas.aliyuncs.com","Code":"200"}"#);
    let client = script.old_client();
    let response = now(client.create_user_certificate().name("n").cert("PEM").key("k").send()).unwrap();
    assert_eq!((response.cert_id, response.code.as_deref()), (None, Some("200")));
    assert_eq!(response.host_id.as_deref(), Some("cas.aliyuncs.com"));
}
