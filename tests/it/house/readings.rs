//! Readings of contradictory documents that users meet in a request.

use crate::setup::futures::now;
use crate::setup::requests::order;
use crate::setup::script::Script;
use cloudcert::{ErrorKind, Operation};

#[test]
fn anything_but_a_csr_is_refused_and_the_service_judges_its_key() {
    let script = Script::repeat(r#"{"OrderId": 1}"#);
    let client = script.cas_client();
    let order = |csr: &str| {
        let order = client.create_certificate_with_csr_request().csr(csr).email("ops@example.com");
        order.phone("13800000000").username("Li Lei").validate_type("DNS")
    };
    for csr in ["", "MIIC1TCCAb0CAQAw", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"] {
        let error = now(order(csr).send()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{csr}");
        assert!(error.problems().iter().any(|problem| problem.parameter == "Csr"), "{error}");
    }
    assert!(script.sent().is_empty());
    // The service judges the key, so any key passes.
    let weak = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let csr = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap();
    let csr = csr.serialize_request(&weak).unwrap().pem().unwrap();
    assert!(order(&csr).into_request().validate().unwrap().is_empty(), "nothing advises on a CSR that is not checked");
    now(order(&csr).send()).unwrap();
}

#[test]
fn no_error_advises_to_order_again() {
    for code in ["FlowControlError", "OperationDenied.SystemUpgrading", "InternalError", "ServiceUnavailable", "Error"]
    {
        let script = Script::error(500, format!(r#"{{"Code":"{code}","Message":"m","RequestId":"R"}}"#));
        let client = script.cas_client();
        let error = now(order(&client).send()).unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
        let info = error.info().unwrap();
        assert!(info.remedy.contains("find out first whether it was"), "{code}: {}", info.remedy);
        assert!(info.remedy_zh.contains("须先确认是否已执行"), "{code}: {}", info.remedy_zh);
        // A read with the same error is not an order.
        let script = Script::error(500, format!(r#"{{"Code":"{code}","Message":"m","RequestId":"R"}}"#));
        let client = script.cas_client();
        let error = now(client.describe_certificate_state().order_id(7).send()).unwrap_err().to_string();
        assert!(
            !error.contains("order") && error.contains("may be repeated: send it again") && !error.contains("executed"),
            "{error}"
        );
    }
}
