//! Readings of contradictory documents that users meet in a request.

use crate::script::{Script, now};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::{ErrorKind, Operation};

#[test]
fn what_is_no_csr_is_refused_and_its_key_is_the_services_business() {
    let script = Script::repeat(r#"{"OrderId": 1}"#);
    let client = Client::new(script.config()).unwrap();
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
    assert!(order(&csr).into_request().validate().unwrap().is_empty(), "no advice is given on what is not looked at");
    now(order(&csr).send()).unwrap();
}
