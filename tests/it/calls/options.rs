//! Options of a single call: endpoint, method, timeouts, extra parameters, and what is retained of a response.

use crate::setup::futures::now;
use crate::setup::script::{Script, pairs};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::{Effect, Signature};
use cloudcert::http::{Format, Method};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{CallOptions, Config, ErrorKind};
use std::time::Duration;

fn package(script: &Script, options: CallOptions) -> Result<(), cloudcert::Error> {
    let client = script.cas_client();
    now(client.describe_package_state().with_options(options).send()).map(|_| ())
}

#[test]
fn a_call_with_its_own_endpoint_goes_there_and_is_signed_for_it() {
    let script = Script::json(r#"{"Token":"t"}"#);
    let client = script.kcm_client();
    let request = kcm::get_token::Request::default();
    now(client.send_with(request, CallOptions::new().endpoint("https://kcm.example.com:8443/"))).unwrap();
    let sent = &script.sent()[0];
    assert_eq!(sent.base, "https://kcm.example.com:8443/");
    let header = |name: &str| sent.headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str()).unwrap();
    let headers: Vec<(&str, &str)> = ["x-amz-date", "x-amz-content-sha256"]
        .map(|name| (name, header(name)))
        .into_iter()
        .chain([("host", "kcm.example.com:8443")])
        .collect();
    let request = cloudcert::sign::Request {
        method: "GET",
        path: "/",
        query: "Action=GetToken&Version=2016-03-04",
        headers: &headers,
        payload_hash: &cloudcert::sign::sha256_hex(b""),
    };
    let scope = cloudcert::sign::aws4::Scope { time: "20260102T030405Z", region: "cn-beijing-6", service: "kcm" };
    let signature = cloudcert::sign::aws4::sign(&request, &scope, &"testsecret".into()).signature;
    let expected = format!(
        "AWS4-HMAC-SHA256 Credential=testid/20260102/cn-beijing-6/kcm/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}"
    );
    assert_eq!(header("authorization"), expected);
}

#[test]
fn an_unsafe_endpoint_is_refused_for_a_call_too() {
    let script = Script::default();
    for url in ["http://cas.aliyuncs.com", "https://user@host", "https://host/path", "host"] {
        let error = package(&script, CallOptions::new().endpoint(url)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{url}");
    }
    assert!(script.sent().is_empty());
}

#[test]
fn method_and_format_are_chosen_for_a_client_or_a_call() {
    let script = Script::repeat("<DescribePackageStateResponse/>");
    package(&script, CallOptions::new().format(Format::Xml)).unwrap();
    assert!(pairs(&script.sent()[0].body).contains(&("Format".into(), "XML".into())));
    let error = package(&script, CallOptions::new().method(Method::Get)).unwrap_err();
    assert!(error.message().contains("AliyunV1") && error.message().contains("use POST"), "{error}");
    let client = cas::Client::new(script.config().signature(Signature::Acs3)).unwrap();
    let options = CallOptions::new().method(Method::Get);
    now(client.describe_package_state().product_code("a").with_options(options).send()).unwrap();
    assert_eq!((script.sent()[1].query.as_str(), script.sent()[1].body.as_str()), ("ProductCode=a", ""));

    let accept = |signature| {
        let script = Script::repeat("<R/>");
        let config = script.config().signature(signature).format(Format::Xml);
        let sent = |script: &Script| {
            let headers = script.sent()[0].headers.clone();
            headers.into_iter().find(|(name, _)| *name == "accept").map(|(_, value)| value)
        };
        if signature == Signature::Acs3 {
            now(cas::Client::new(config).unwrap().describe_package_state().send()).unwrap();
        } else {
            now(kcm::Client::new(config).unwrap().list_certificates().send()).unwrap();
        }
        sent(&script)
    };
    for signature in [Signature::Acs3, Signature::Aws4, Signature::KsyunSimple] {
        assert_eq!(accept(signature).as_deref(), Some("application/xml"), "{signature:?}");
    }
}

#[test]
fn a_call_never_outlives_its_operation() {
    let script = Script::repeat("{}");
    package(&script, CallOptions::new()).unwrap();
    package(&script, CallOptions::new().attempt_timeout(Duration::from_secs(40))).unwrap();
    package(&script, CallOptions::new().attempt_timeout(Duration::from_secs(90))).unwrap();
    package(&script, CallOptions::new().operation_timeout(Duration::from_secs(2))).unwrap();
    let timeouts: Vec<u64> = script.sent().iter().map(|request| request.timeout.as_secs()).collect();
    assert_eq!(timeouts, [15, 40, 60, 2]);
    let sent = &script.sent()[0];
    assert_eq!((sent.connect_timeout.as_secs(), sent.read_timeout.as_secs()), (5, 15));
}

#[test]
fn an_extra_parameter_replaces_a_known_one_and_never_one_of_the_signature() {
    let script = Script::repeat("{}");
    let client = script.cas_client();
    let call = client.describe_package_state().product_code("a").extra_parameter("ProductCode", "b");
    now(call.extra_parameter("Later", "c").send()).unwrap();
    let form = pairs(&script.sent()[0].body);
    let product: Vec<&str> = form.iter().filter(|(k, _)| k == "ProductCode").map(|(_, v)| v.as_str()).collect();
    assert_eq!(product, ["b"]);
    assert!(form.contains(&("Later".into(), "c".into())));
    for name in ["Action", "Signature", "Timestamp", "AccessKeyId"] {
        let error = package(&script, CallOptions::new().extra_parameter(name, "x")).unwrap_err();
        assert!(error.to_string().contains("belongs to the signature"), "{error}");
    }
}

#[test]
fn the_raw_response_is_retained_on_request_and_never_shown() {
    let body = r#"{"RequestId":"R","Type":"certificate","PrivateKey":"canary-key"}"#;
    let script = Script::repeat(body);
    let client = script.cas_client();
    let call = |options| now(client.describe_certificate_state().order_id(5).with_options(options).send()).unwrap();
    assert_eq!(call(CallOptions::new()).metadata().body(), None);
    let retained = call(CallOptions::new().keep_body());
    assert_eq!(retained.metadata().body(), Some(body.as_bytes()));
    assert!(!format!("{retained:?} {:?}", retained.metadata()).contains("canary"));
    let options = CallOptions::new().keep_body();
    let response = now(client.call_with("Later", [("A", "b")], Effect::Read, options)).unwrap();
    assert_eq!(response.metadata.body(), Some(body.as_bytes()));
}

#[test]
fn a_response_without_a_guaranteed_field_is_retained_redacted() {
    let script = Script::json(r#"{"RequestId":"R-7","Later":"canary","OrderIdd":5}"#);
    let client = script.cas_client();
    let request = serde_json::from_str::<cas::create_certificate_request::Request>("{}").unwrap();
    let error = now(client.send_with(request, CallOptions::new().skip_validation())).unwrap_err();
    assert_eq!((error.kind(), error.request_id()), (ErrorKind::Response, Some("R-7")));
    assert!(error.outcome_unknown());
    assert_eq!(error.redacted_body(), Some(r#"{"Later":"[redacted]","OrderIdd":"[redacted]"}"#));
}

#[test]
fn an_extra_parameter_that_changes_the_effect_counts_as_the_worse_one() {
    use cloudcert::testing::Reply;
    let script = Script::replies([Reply::lost(), Reply::json("{}")]);
    let client = kcm::Client::new(script.config().retries(cloudcert::Retries::new())).unwrap();
    let draft = client.update_certificate().certificate_id("c-1").is_submit(false);
    let error = now(draft.extra_parameter("IsSubmit", "1").skip_validation().send()).unwrap_err();
    assert!(error.outcome_unknown(), "a submission is no draft: {error}");
    assert_eq!(script.sent().len(), 1);

    // A guard would probe for something else.
    let order =
        client.apply_certificate().main_domain("www.example.com").extra_parameter("MainDomain", "other.example.com");
    let order = order.certificate_code("SECDV01").year_length(1).domain_count(1).wildcard_count(0);
    assert_eq!(now(order.guard()).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(script.sent().len(), 1);

    // An action that is known is what it is, whatever the caller says.
    let script = Script::replies([Reply::lost(), Reply::json("{}")]);
    let client = cas::Client::new(script.config().retries(cloudcert::Retries::new())).unwrap();
    let error =
        now(client.call("CreateCertificateRequest", [("Domain", "www.example.com")], Effect::Read)).unwrap_err();
    assert!(error.outcome_unknown() && script.sent().len() == 1, "{error}");
}

#[test]
fn unknown_parameters_are_in_no_url_and_no_message() {
    let key = "a-key-that-is-long-enough";
    let script = Script::repeat(&format!(r#"{{"Code":"Bad","Message":"not {key}"}}"#));
    let client = cas::Client::new(script.config().signature(Signature::Acs3).method(Method::Get)).unwrap();
    let error = now(client.call("Later", [("Key", key)], Effect::Read)).unwrap_err();
    assert_eq!(script.sent()[0].method, Method::Post);
    assert!(!format!("{error} {error:?}").contains(key), "{error}");
    assert!(error.raw_message().unwrap().expose().contains(key));
    let options = CallOptions::new().method(Method::Get);
    let _ = now(client.call_with("Later", [("CurrentPage", "1")], Effect::Read, options));
    assert_eq!(script.sent()[1].method, Method::Get, "who says so for this call may");
    let shown = format!("{:?}", CallOptions::new().endpoint("https://user:canary@host.example.com/canary"));
    assert!(shown.contains("https://host.example.com") && !shown.contains("canary"), "{shown}");
}

#[test]
fn an_endpoint_is_shown_by_its_host_only_whatever_its_password_holds() {
    let passwords = [
        "canary",
        "can/ary",
        "can@ary",
        "c@n/canary",
        "can?ary",
        "can#ary",
        "can\\ary",
        "c%2Fanary",
        "ключ/canary",
        "//canary",
        "a@canary/b@c",
        ":canary:",
        "can ary",
    ];
    for (start, end) in
        [("https://", ""), ("http://", "/canary"), ("https://", "/?canary=canary@x"), ("ftp://", ""), ("", "")]
    {
        for password in passwords {
            let url = format!("{start}user:{password}@host.example.com{end}");
            let config = Config::new(cloudcert::Credentials::new("id", "secret")).endpoint(&url);
            for shown in
                [format!("{:?}", CallOptions::new().endpoint(&url)), format!("{config:?}"), format!("{config:#?}")]
            {
                for bad in ["canary", "ary", "user", "c@n", "c%2F", "ключ", "can\\"] {
                    assert!(!shown.contains(bad), "{bad} of {url} is shown: {shown}");
                }
            }
        }
    }
    for plain in ["canary", "canary://host", "https:canary", "https:///canary", "https://ca nary", "https://"] {
        assert!(!format!("{:?}", CallOptions::new().endpoint(plain)).contains("canary"), "{plain}");
    }
    for (url, host) in
        [("https://user:x@host.example.com/p", "https://host.example.com"), ("http://[::1]:80/", "http://[::1]:80")]
    {
        assert!(format!("{:?}", CallOptions::new().endpoint(url)).contains(&format!("\"{host}\"")), "{url}");
    }
}
