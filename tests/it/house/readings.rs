//! Readings of contradictory documents that users meet in a request.

use crate::setup::futures::now;
use crate::setup::script::Script;
use cloudcert::{ErrorKind, Operation};

#[test]
fn what_is_no_csr_is_refused_and_its_key_is_the_services_business() {
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
    // Whatever key it has: the service judges that.
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
        let order = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
        let order = order.phone("13800000000").username("Li Lei").validate_type("DNS");
        let error = now(order.send()).unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
        let info = error.info().unwrap();
        assert!(info.remedy.contains("find out first whether it was"), "{code}: {}", info.remedy);
        assert!(info.remedy_zh.contains("须先确认是否已执行"), "{code}: {}", info.remedy_zh);
        // A read that meets the same error is no order.
        let script = Script::error(500, format!(r#"{{"Code":"{code}","Message":"m","RequestId":"R"}}"#));
        let client = script.cas_client();
        let error = now(client.describe_certificate_state().order_id(7).send()).unwrap_err().to_string();
        assert!(!error.contains("order") && error.contains("a read, can be sent again"), "{error}");
    }
}
