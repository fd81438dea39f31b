//! Values in an unusual notation are read, and unreadable ones do not spoil the response around them.

use crate::setup::futures::now;
use crate::setup::script::{Script, response};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Effect;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{CallOptions, Error, ErrorKind};
use proptest::prelude::*;
use serde_json::json;

type Order = cas::create_certificate_request::Response;

fn order(body: impl Into<String>) -> Result<Order, Error> {
    let script = Script::reply(response(200, "text/plain", body));
    let client = script.cas_client();
    let request: cas::create_certificate_request::Request = serde_json::from_str("{}").unwrap();
    now(client.send_with(request, CallOptions::new().skip_validation()))
}

fn list(body: impl Into<String>) -> Result<kcm::list_certificates::Response, Error> {
    let script = Script::reply(response(200, "text/plain", body));
    now(script.kcm_client().list_certificates().send())
}

fn untyped(body: &str) -> serde_json::Value {
    let script = Script::json(body);
    let client = script.kcm_client();
    now(client.call("Later", [("A", "b")], Effect::Read)).unwrap().value
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(13), ..ProptestConfig::default() })]

    #[test]
    fn a_whole_number_is_the_same_however_it_is_written(id: i64, zeros in 0_usize..40, point in 1_usize..19) {
        prop_assume!(id != 0);
        let (sign, digits) = if id < 0 { ("-", id.unsigned_abs().to_string()) } else { ("", id.to_string()) };
        let (zeros, point) = ("0".repeat(zeros), point.min(digits.len()));
        let (whole, rest) = digits.split_at(point);
        for number in [
            format!("{sign}{digits}"),
            format!("{sign}{digits}.0{zeros}"),
            format!("{sign}{digits}e0"),
            format!("{sign}{digits}{zeros}e-{}", zeros.len()),
            format!("{sign}{whole}.{rest}0E+{}", rest.len()),
            format!("{sign}0.{zeros}{digits}e{}", digits.len() + zeros.len()),
        ] {
            let bodies = [
                format!("{{\"OrderId\":{number}}}"),
                format!("{{\"OrderId\":\"{number}\"}}"),
                format!("<R><OrderId> {number}\n</OrderId></R>"),
            ];
            for body in bodies {
                prop_assert_eq!(order(body.clone()).map(|order| order.order_id.get()).ok(), Some(id), "{}", body);
            }
            // An id that is a text is the same number too.
            let read = list(format!("{{\"CertificateSet\":[{{\"CertificateId\":{number}}}]}}")).unwrap();
            prop_assert_eq!(read.certificate_set[0].certificate_id.as_str(), id.to_string());
        }
        // Half a number more is another one, and no whole one.
        let error = order(format!("{{\"OrderId\":{sign}{digits}.5}}")).unwrap_err();
        prop_assert!(error.to_string().contains("lacks OrderId"), "{}", error);
    }

    #[test]
    fn json_reads_as_serde_json_reads_it(text in r#"(\{|\[|\}|\]|,|:|"[a-zé\\"u0-9]{0,4}"|null|true|-?[0-9]{1,3}(\.[0-9]{1,2})?(e[0-9])?| |\n){0,12}"#) {
        let body = format!("{{\"A\":[{text}]}}");
        let theirs: Result<serde_json::Value, _> = serde_json::from_str(&body);
        if let Ok(theirs) = theirs {
            prop_assert_eq!(untyped(&body), theirs, "{}", body);
        }
    }
}

#[test]
fn numbers_out_of_range_are_no_ids() {
    for number in
        ["9223372036854775808", "-9223372036854775809", "9223372036854775808.0", "1e400", "-1e400", "1e19", "1e-1"]
    {
        for body in [format!("{{\"OrderId\":{number}}}"), format!("<R><OrderId>{number}</OrderId></R>")] {
            let error = order(body).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Response);
            assert!(error.to_string().contains("lacks OrderId") && error.outcome_unknown(), "{error}");
        }
    }
    // As a text it is what is written, also beyond the range of a number.
    let read =
        list(r#"{"CertificateSet":[{"CertificateId":123456789012345678901234567890,"MainDomain":1.50}]}"#).unwrap();
    assert_eq!(read.certificate_set[0].certificate_id.as_str(), "123456789012345678901234567890");
    assert_eq!(read.certificate_set[0].main_domain.as_deref(), Some("1.50"));
}

#[test]
fn an_unreadable_value_in_an_unknown_field_affects_nothing_else() {
    for odd in [
        r#""\ud800""#,
        r#""\udc00x""#,
        r#""\ud800\ud800""#,
        r#""\ud800\u0041""#,
        r#""\q""#,
        r#""\x41""#,
        r#""\u12""#,
        r#""\uZZZZ""#,
        "\"a\nb\tc\u{0}\"",
        "1e400",
        "-1e400",
        "1E+99999999999999999999",
        "NaN",
        "Infinity",
        "-Infinity",
        "01",
        "+1",
        "1.",
        ".5",
        "0x1F",
        "123456789012345678901234567890",
        r#"{"\ud800":1,"a":[1e400,"\ud800"]}"#,
        r#"[{"a":NaN}]"#,
    ] {
        for body in [
            format!("{{\"OrderId\":77,\"Later\":{odd}}}"),
            format!("{{\"Later\":{odd},\"OrderId\":77}}"),
            format!("{{\"Later\":[{{\"Inner\":{odd}}}],\"OrderId\":77}}"),
            format!("{{\"RequestId\":{odd},\"OrderId\":77}}"),
            format!("{{\"Error\":{{\"Later\":{odd}}},\"OrderId\":77}}"),
        ] {
            let read = order(body.clone()).unwrap_or_else(|error| panic!("{body}: {error}"));
            assert_eq!(read.order_id.get(), 77, "{body}");
        }
    }
    for odd in ["&nbsp;", "&#xd800;", "&#0;", "&#99999999999;", "A & B", "&", "]]>"] {
        let read = order(format!("<R><Later>{odd}</Later><OrderId>77</OrderId></R>"));
        assert_eq!(read.unwrap_or_else(|error| panic!("{odd}: {error}")).order_id.get(), 77, "{odd}");
    }
    // As much as possible is retained.
    let value = untyped(r#"{"A":1e400,"B":"x\ud800y","C":NaN,"D":"\q","E":1e2,"F":18446744073709551615,"G":-0.0}"#);
    let retained = json!({"A":"1e400","B":"x\u{fffd}y","C":"NaN","D":"\u{fffd}q","E":100.0,"F":u64::MAX,"G":-0.0});
    assert_eq!(value, retained);
}

#[test]
fn malformed_structure_is_an_error() {
    for body in [
        r#"{"OrderId":77"#,
        r#"{"OrderId":77,}"#,
        r#"{"OrderId":77} x"#,
        "{OrderId:77}",
        "{'OrderId':77}",
        r#"{"OrderId" 77}"#,
        r#"{"OrderId":77 "A":1}"#,
        r#"{"OrderId":77,"A":}"#,
        r#"{"OrderId":77,"A":[1,]}"#,
        r#"{"OrderId":77,"A":tru}"#,
        r#"{"OrderId":77,"A":undefined}"#,
        r#"{"OrderId":77]"#,
        r#"{"OrderId":77}{"OrderId":78}"#,
        "NaN",
        "busy",
        r#"{"OrderId":77,"A":"\"}"#,
        "<R><OrderId>77</OrderId>",
        "<R><OrderId>77</A></R>",
        "<R/><OrderId>77</OrderId>",
        "<R><OrderId>77</OrderId></R>x",
        "<1/>",
        "< R/>",
        "<R><OrderId>77</OrderId><!DOCTYPE R></R>",
        "<R><OrderId>77</OrderId></R",
        "<R><OrderId>77</OrderId><!-- </R>",
    ] {
        let error = order(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{body}");
        assert!(error.to_string().contains("cannot be read") && error.outcome_unknown(), "{body}: {error}");
    }
}

#[test]
fn an_unreadable_value_in_a_known_field_is_left_out_unless_people_read_it() {
    // What is for people is worth more than the character that is lost; half an id, half a word of a list, is none.
    let read = list(
        r#"{"CertificateSet":[{"CertificateId":"1","CertificateName":"a\ud800","CertificateBrand":"Geo\ud800","CertificateStatus":"5\ud800","YearLength":1e400}]}"#,
    )
    .unwrap();
    let certificate = &read.certificate_set[0];
    assert_eq!(certificate.certificate_name.as_deref(), Some("a\u{fffd}"));
    assert_eq!(
        (&certificate.certificate_brand, &certificate.certificate_status, certificate.year_length),
        (&None, &None, None)
    );
    let error = list(r#"{"CertificateSet":[{"CertificateId":"1\ud800"}]}"#).unwrap_err();
    assert!(error.to_string().contains("lacks CertificateSet.1.CertificateId"), "{error}");
    // Half a secret is worse than none.
    for body in ["{\"Token\":\"abc\\ud800\"}", "{\"Token\":\"abc\\q\"}", "<R><Token>abc&x;</Token></R>"] {
        let script = Script::reply(response(200, "text/plain", body));
        let error = now(script.kcm_client().get_token().send()).unwrap_err();
        assert!(error.to_string().contains("lacks Token"), "{error}");
    }
    // A truth is a number that is one.
    let script = Script::json(r#"{"Expired":1.0,"BuyInAliyun":1e400,"Name":"n"}"#);
    let client = script.old_client();
    let read = now(client.describe_user_certificate_detail().cert_id(1).send()).unwrap();
    assert_eq!((read.expired, read.buy_in_aliyun), (Some(true), None));
}

#[test]
fn an_error_whose_text_cannot_be_read_is_an_error() {
    for body in [
        r#"{"RequestId":"R\ud800","Code":"NotFoundOrder","Message":"a\ud800\q"}"#,
        r#"{"Later":1e400,"Code":"NotFoundOrder","Message":"\ud800"}"#,
        "<E><Code>NotFoundOrder</Code><Message>&nbsp;R & D</Message></E>",
    ] {
        let script = Script::reply(response(404, "text/plain", body));
        let client = script.cas_client();
        let error = now(client.describe_certificate_state().order_id(1).send()).unwrap_err();
        assert_eq!(error.code(), Some("NotFoundOrder"), "{body}");
        assert!(error.message().contains('\u{fffd}'), "{error}");
    }
}

#[test]
fn a_response_truncated_after_its_error_code_retains_the_code_in_both_formats() {
    for body in [
        r#"{"RequestId":"R","Code":"NotFoundOrder","Message":"m"#,
        "<E><RequestId>R</RequestId><Code>NotFoundOrder</Code><Mess",
    ] {
        let script = Script::reply(response(404, "text/plain", body));
        let client = script.cas_client();
        let error = now(client.describe_certificate_state().order_id(1).send()).unwrap_err();
        assert_eq!((error.code(), error.request_id()), (Some("NotFoundOrder"), Some("R")), "{body}");
    }
    // A code that is not there to its end is none.
    for body in [r#"{"Code":"NotFound"#, r#"{"Code":404"#, "<E><Code>NotFound"] {
        let script = Script::reply(response(404, "text/plain", body));
        let client = script.cas_client();
        let error = now(client.describe_certificate_state().order_id(1).send()).unwrap_err();
        assert_eq!(error.code(), None, "{body}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    for mark in ["\u{feff}", "\u{feff}\n", " \u{feff} ", "\u{feff}\u{feff}"] {
        for body in
            [r#"{"OrderId":77}"#, "<R><OrderId>77</OrderId></R>", "<?xml version=\"1.0\"?><R><OrderId>77</OrderId></R>"]
        {
            let read = order(format!("{mark}{body}")).unwrap_or_else(|error| panic!("{mark:?}{body}: {error}"));
            assert_eq!(read.order_id.get(), 77);
        }
        let script = Script::reply(response(
            404,
            "text/plain",
            format!("{mark}{{\"Code\":\"NotFoundOrder\",\"Message\":\"m\"}}"),
        ));
        let client = script.cas_client();
        let error = now(client.describe_certificate_state().order_id(1).send()).unwrap_err();
        assert_eq!(error.code(), Some("NotFoundOrder"));
        let error = order(format!("{mark}<!DOCTYPE html><html>")).unwrap_err();
        assert!(error.to_string().contains("an HTML page"), "{error}");
    }
    assert!(order("{\u{feff}\"OrderId\":77}").unwrap_err().to_string().contains("it is not valid JSON"));
}

#[test]
fn an_html_page_is_reported_as_one() {
    for body in [
        "<html><p>busy",
        "<HTML>",
        "<!doctype HTML PUBLIC \"-//W3C//DTD\">\n<head>",
        "<?xml version=\"1.0\"?><!DOCTYPE html><html/>",
    ] {
        let error = order(body).unwrap_err();
        assert!(error.to_string().contains("an HTML page"), "{body}: {error}");
    }
}
