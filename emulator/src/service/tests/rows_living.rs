//! Error rows of the actions that no document describes. Each is met whether the spec lists it for the action or it is borrowed.

use super::rows::{Met, PERSON};

/// Meets the rows of the newer calls about orders. `order` is pending, and its package is used up.
pub(super) fn package_orders(met: &mut Met, order: &str) {
    let product = ("ProductCode", "geotrust-dv-1-starter");
    let place = |product, domain| [&PERSON[..], &[product, ("Domain", domain)]].concat();
    let create = "CreateCertificateForPackageRequest";
    met.meet(create, &place(("ProductCode", "cfca-ov-1-personal"), "www.example.com"));
    met.meet(create, &place(product, "www.example.com"));
    for action in ["CancelOrderRequest", "CancelCertificateForPackageRequest", "RenewCertificateOrderForPackageRequest"]
    {
        met.meet(action, &[("OrderId", "1")]);
    }
    let id = [("OrderId", order)];
    met.meet("RenewCertificateOrderForPackageRequest", &id);
    for _ in 0..4 {
        met.service.ok("DescribeCertificateState", &id);
    }
    met.meet("CancelOrderRequest", &id);
    met.meet("RenewCertificateOrderForPackageRequest", &id);
    met.service.ok("CancelCertificateForPackageRequest", &id);
    met.meet("CancelCertificateForPackageRequest", &id);
    // The package of an order never goes away, so only a forced error says so.
    met.force("RenewCertificateOrderForPackageRequest", "package-not-found");
}

/// Meets a refusal of domains that do not fit together. A package with a certificate left is needed.
pub(super) fn wrong_domains(met: &mut Met) {
    let wrong = [("ProductCode", "geotrust-dv-1-starter"), ("Domain", "www.example.com,*.example.com")];
    met.meet("CreateCertificateForPackageRequest", &wrong);
}

/// Meets the rows of certificates that are issued again, uploaded, or used by load balancers.
pub(super) fn kcm(met: &mut Met) {
    for action in ["ReIssueCertificate", "CreateCertificate", "ModifyCertificate", "DeleteCertificate"] {
        met.meet(action, &[]);
    }
    met.meet("DescribeCertificates", &[("CertificateId.1", "")]);
    met.meet("ReIssueCertificate", &[("CertificateId", "1")]);
    let ordered = met.service.ordered("SECDV01");
    met.meet("ReIssueCertificate", &[("CertificateId", &ordered)]);
    let never = met.service.apply("*.example.com", "SYMCDV02", "0", "1").unwrap();
    met.meet("ReIssueCertificate", &[("CertificateId", &never)]);
    let used = [
        ("CertificateName", "in-use"),
        ("PublicKey", include_str!("../../../tests/data/pki/ec.pem")),
        ("PrivateKey", include_str!("../../../tests/data/pki/ec-pkcs8.key")),
    ];
    let used = met.service.ok("CreateCertificate", &used)["Certificate"]["CertificateId"].clone();
    met.meet("DeleteCertificate", &[("CertificateId", used.as_str().unwrap())]);
}
