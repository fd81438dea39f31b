//! Responses in XML are read as the documents print them, and hostile ones are refused.

use crate::setup::futures::now;
use crate::setup::script::{Script, response};
use cloudcert::ErrorKind;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use proptest::prelude::*;

fn xml(status: u16, body: &str) -> Script {
    Script::reply(response(status, "text/xml;charset=utf-8", body.to_owned()))
}

#[test]
fn repeated_elements_are_a_list() {
    let script = xml(
        200,
        "<?xml version=\"1.0\"?>\n<DescribeOrderInstanceListResponse>\
         <OrderList><Status>PAYED</Status><Id>2755629</Id></OrderList>\
         <OrderList><Status>Pending Verification</Status><Id>2755619</Id></OrderList>\
         <TotalCount>145</TotalCount><RequestId>R-1</RequestId></DescribeOrderInstanceListResponse>",
    );
    let client = script.old_client();
    let response = now(client.describe_order_instance_list().send()).unwrap();
    assert_eq!(response.order_list.len(), 2);
    assert_eq!(response.order_list[1].status, Some("Pending Verification".into()));
    assert_eq!((response.total_count, response.request_id()), (Some(145), Some("R-1")));
}

#[test]
fn item_elements_are_a_list_and_nested_structures_are_read() {
    let script = xml(
        200,
        "<ListCertificatesResponse xmlns=\"http://kcm.api.ksyun.com/doc/2016-03-04\"><RequestId>R-2</RequestId>\
         <CertificateSet><item><CertificateId>1612201230001</CertificateId><CertificateStatus>5</CertificateStatus>\
         <Wildcards></Wildcards><AuthContent><RecordType>TXT</RecordType></AuthContent></item></CertificateSet >\
         </ListCertificatesResponse>",
    );
    let client = script.kcm_client();
    let response = now(client.list_certificates().send()).unwrap();
    let certificate = &response.certificate_set[0];
    assert_eq!(certificate.certificate_id.as_str(), "1612201230001");
    assert_eq!(certificate.certificate_status, Some(kcm::types::CertificateStatus::Cancelled));
    assert!(certificate.wildcards.is_empty());
    assert_eq!(certificate.auth_content.as_ref().and_then(|auth| auth.record_type.clone()), Some("TXT".into()));
}

#[test]
fn ids_in_xml_are_exact() {
    let script = xml(200, "<R><RequestId>R</RequestId><OrderId>98987582437920968</OrderId></R>");
    let client = script.cas_client();
    let call = client
        .create_certificate_with_csr_request()
        .csr("-----BEGIN CERTIFICATE REQUEST-----\n")
        .email("ops@example.com")
        .phone("13800000000")
        .username("Li Lei")
        .validate_type("DNS");
    assert_eq!(now(call.send()).unwrap().order_id.get(), 98_987_582_437_920_968);
}

#[test]
fn errors_in_xml_are_understood_in_all_shapes() {
    let flat = xml(
        404,
        "<Error><RequestId>R</RequestId><HostId>cas</HostId><Code>NotFoundOrder</Code><Message>m</Message></Error>",
    );
    let error = now(flat.cas_client().describe_certificate_state().order_id(1).send()).unwrap_err();
    assert_eq!((error.code(), error.request_id()), (Some("NotFoundOrder"), Some("R")));
    for body in [
        "<response><Error><Code>NoSuchEntity</Code><InnerCode>order_not_exist</InnerCode><Message>m</Message></Error><RequestId>R</RequestId></response>",
        "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><InnerCode>order_not_exist</InnerCode><Message>m</Message></Error><RequestId>R</RequestId></ErrorResponse>",
    ] {
        let script = xml(404, body);
        let error = now(script.kcm_client().get_certificate_detail().certificate_id("1").send()).unwrap_err();
        assert_eq!((error.inner_code(), error.request_id()), (Some("order_not_exist"), Some("R")));
    }
}

#[test]
fn html_pages_and_bombs_are_refused() {
    let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><r>&b;</r>";
    let deep = format!("{}{}", "<a>".repeat(500), "</a>".repeat(500));
    for body in ["<html><body>busy</body></html>", "<a><b></a>", bomb, "<a>"] {
        let script = xml(200, body);
        let error = now(script.kcm_client().get_token().send()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{body}: {error}");
    }
    let script = xml(200, &deep);
    assert!(now(script.kcm_client().get_token().send()).is_err());
}

proptest! {
    #[test]
    fn no_response_makes_a_client_panic(status in prop::sample::select(vec![200_u16, 302, 400, 500]), body in "\\PC{0,200}", json: bool) {
        let kind = if json { "application/json" } else { "text/xml" };
        let script = Script::reply(response(status, kind, body));
        let client = script.kcm_client();
        let _ = now(client.get_certificate_detail().certificate_id("1").send());
    }

    #[test]
    fn no_markup_makes_a_client_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "<a>", "</a>", "<item>", "</item>", "<Certificate>", "</Certificate>", "{", "}", "[", "]", "\"Certificate\":", "\"Error\":", "1", ",", "null",
        "<CertificateId>", "</CertificateId>", "\"x\"", "<!--", "-->", "&lt;", "<![CDATA[", "]]>",
    ]), 0..30)) {
        let script = Script::json(parts.concat());
        let client = script.kcm_client();
        let _ = now(client.get_certificate_detail().certificate_id("1").send());
    }
}

#[test]
fn an_element_of_another_name_among_items_is_left_out() {
    let script = xml(
        200,
        "<R><CertificateSet><item><CertificateId>1</CertificateId></item><itm><CertificateId>2</CertificateId></itm>\
         <item><CertificateId>3</CertificateId></item></CertificateSet></R>",
    );
    let response = now(script.kcm_client().list_certificates().send()).unwrap();
    let ids: Vec<&str> =
        response.certificate_set.iter().map(|certificate| certificate.certificate_id.as_str()).collect();
    assert_eq!(ids, ["1", "3"]);
}
