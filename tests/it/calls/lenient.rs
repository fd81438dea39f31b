//! Values off the wire are read as numbers or as texts, in requests and in responses.

use crate::setup::futures::run;
use crate::setup::script::{Script, response};
use cloudcert::aliyun_cas::v2018_07_13::describe_user_certificate_list::Request as List;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::ksyun_kcm::v2016_03_04::update_certificate::Request as Update;
use cloudcert::wire::Scalar;
use proptest::prelude::*;
use serde_json::{Value, json};

proptest! {
    #[test]
    fn a_number_reads_the_same_as_a_text(number: i64) {
        for text in [number.to_string(), format!(" {number}\n")] {
            prop_assert_eq!(Scalar::Text(&text).whole(), Some(number));
        }
        let text = number.to_string();
        prop_assert_eq!(Scalar::Text(&text).text(), Some(text.clone()));
    }

    #[test]
    fn only_a_number_is_read_as_a_number(text in "\\PC{0,24}") {
        prop_assert_eq!(Scalar::Text(&text).whole(), text.trim().parse().ok());
    }

    #[test]
    fn a_boolean_has_few_spellings(text in "\\PC{0,6}|true|TRUE|False|0|1| 1 ") {
        let expected = match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        };
        prop_assert_eq!(Scalar::Text(&text).truth(), expected);
    }

    #[test]
    fn an_id_survives_the_wire_as_number_and_as_text(id: i64) {
        prop_assume!(id != 0);
        for body in [json!({"OrderId": id}), json!({"OrderId": id.to_string()})] {
            let script = Script::json(body.to_string());
            let client = script.cas_client();
            let request: cas::create_certificate_request::Request =
                serde_json::from_str("{}").unwrap();
            let options = cloudcert::CallOptions::new().skip_validation();
            prop_assert_eq!(run(client.send_with(request, options)).unwrap().order_id.get(), id);
        }
    }

    #[test]
    fn a_request_from_json_becomes_the_same_json(
        page in prop::option::of(any::<i32>()),
        name in prop::option::of("\\PC{1,12}"),
        domains in prop::collection::vec("\\PC{0,8}", 0..4),
        company in prop::option::of(any::<i64>()),
        submit in prop::option::of(any::<bool>()),
    ) {
        let without_nulls = |value: Value| {
            let members = value.as_object().unwrap().clone().into_iter();
            Value::Object(members.filter(|(_, v)| !v.is_null() && *v != json!([])).collect())
        };
        let list = without_nulls(json!({"CurrentPage": page}));
        let read: List = serde_json::from_value(list.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), list);
        let update = without_nulls(json!({
            "CertificateId": name, "AdditionalDomains": domains, "CompanyId": company, "IsSubmit": submit,
        }));
        let read: Update = serde_json::from_value(update.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), update);
    }

    #[test]
    fn no_json_makes_a_request_panic_and_what_is_refused_is_not_quoted(name in "\\PC{0,12}", text in "\\PC{6,12}", number: f64) {
        for value in [json!(text), json!(number), json!([text]), json!({"x": text}), json!(null), json!(true)] {
            let document = json!({ name.clone(): value, "Contact": value, "CompanyId": value, "Algorithm": value });
            if let Err(error) = serde_json::from_value::<Update>(document) {
                prop_assert!(!error.to_string().contains(&text) || name.contains(&text), "{}", error);
            }
        }
    }
}

#[test]
fn a_list_in_one_text_is_a_list() {
    use cloudcert::aliyun_cas::v2018_07_13::Client;
    for (kind, body) in [
        ("application/json", r#"{"Sans":"www.example.com, example.com"}"#),
        ("application/json", r#"{"Sans":["www.example.com","example.com"]}"#),
        ("text/xml", "<R><Sans>www.example.com,example.com</Sans></R>"),
    ] {
        let script = Script::reply(response(200, kind, body.to_owned()));
        let response =
            run(Client::new(script.config()).unwrap().describe_user_certificate_detail().cert_id(1).send()).unwrap();
        assert_eq!(response.sans, ["www.example.com", "example.com"], "{body}");
    }
    let script = Script::json(r#"{"Sans":""}"#);
    let response =
        run(Client::new(script.config()).unwrap().describe_user_certificate_detail().cert_id(1).send()).unwrap();
    assert!(response.sans.is_empty());
}

#[test]
fn an_element_that_does_not_fit_is_left_out() {
    let script = Script::json(r#"{"CertificateSet":[{"CertificateId":"1"},null,"x",{"CertificateId":"2"}]}"#);
    let response = run(script.kcm_client().list_certificates().send()).unwrap();
    let ids: Vec<&str> = response.certificate_set.iter().map(|c| c.certificate_id.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
}

#[test]
fn a_response_as_json_is_the_json_that_arrived() {
    let body = json!({"A": [1, null, [], [{"B": ["x"]}, {}]], "C": {}, "D": null});
    let script = Script::json(body.to_string());
    let call = script.kcm_client().call("Later", [("A", "b")], cloudcert::api::Effect::Read);
    let value = run(call).unwrap().value;
    assert_eq!(value, body);
}

#[test]
fn guaranteed_fields_must_be_in_each_item_of_a_list() {
    for (body, lacks) in [
        (r#"{"CertificateSet":[{"CertificateId":"1"},{"ProjectId":"2"}]}"#, "CertificateSet.2.CertificateId"),
        (r#"{"CertificateSet":[{"CertificateId":null}]}"#, "CertificateSet.1.CertificateId"),
    ] {
        let script = Script::json(body);
        let error = run(script.kcm_client().list_certificates().send()).unwrap_err();
        assert_eq!(error.kind(), cloudcert::ErrorKind::Response);
        assert!(error.to_string().ends_with(&format!("the response lacks {lacks}")), "{error}");
    }
    for (body, lacks) in [
        ("{}", "Certificate"),
        (r#"{"Certificate":{}}"#, "Certificate.CertificateId"),
        (r#"{"Certificate":{"CertificateId":""}}"#, "Certificate.CertificateId"),
    ] {
        let script = Script::json(body);
        let client = script.kcm_client();
        let error = run(client.get_certificate_detail().certificate_id("7").send()).unwrap_err();
        assert!(error.to_string().ends_with(&format!("the response lacks {lacks}")), "{error}");
    }
}

#[test]
fn a_name_with_escapes_is_the_name() {
    let script = Script::json(r#"{"Certificate\u0053et":[{"Certificate\u0049d":"1","L\u00e4ter":2}]}"#);
    let response = run(script.kcm_client().list_certificates().send()).unwrap();
    assert_eq!(response.certificate_set[0].certificate_id.as_str(), "1");
    assert_eq!(response.certificate_set[0].unknown().get("Läter"), Some(&json!(2)));
}

#[test]
fn everything_before_a_byte_that_is_not_utf_8_is_read() {
    let send = |status, body: &[u8]| {
        let script = Script::reply(cloudcert::testing::Reply::status(status, body));
        run(script.cas_client().describe_package_state().send()).unwrap_err()
    };
    let refused = send(400, b"{\"Code\":\"NotFoundOrder\",\"RequestId\":\"R\",\"Message\":\"\xff\"}");
    assert_eq!((refused.code(), refused.request_id()), (Some("NotFoundOrder"), Some("R")));
    for body in [b"{\"ProductCode\":\"\xe5\"}".as_slice(), b"{}\xff", b"<R>\xff</R>"] {
        let error = send(200, body);
        assert_eq!(error.kind(), cloudcert::ErrorKind::Response);
        assert!(error.to_string().contains("it is not UTF-8"), "{error}");
    }
}
