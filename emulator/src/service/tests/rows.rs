//! Every error row that the spec lists for an action can be reached.

use super::*;
use std::collections::BTreeSet;

pub(super) const PERSON: [(&str, &str); 4] =
    [("Email", "ops@example.com"), ("Phone", "13800000000"), ("Username", "Li Lei"), ("ValidateType", "DNS")];

/// Rows that a service returns for reasons inside the vendor, so that only a forced error brings them.
const OF_ITS_OWN: [&str; 6] =
    ["unknown-error", "delete-failed", "user-not-exists", "ip-not-allowed", "service-unavailable", "revoke-fail"];

/// The rows of an API version that were reached, with their actions.
pub(super) struct Met {
    pub(super) service: Service,
    rows: BTreeSet<(String, String)>,
}

impl Met {
    fn new(api: &'static str, world: World) -> Self {
        let mut met = Self { service: Service::new(api, world), rows: BTreeSet::new() };
        let actions = &model::api(api).unwrap().actions;
        for (action, row) in actions.iter().flat_map(|action| action.errors.iter().map(move |row| (action, row))) {
            if OF_ITS_OWN.contains(&row.as_str()) {
                met.service.force(&action.name, row, false);
                met.meet(&action.name, &[]);
            }
        }
        met
    }

    pub(super) fn meet(&mut self, action: &str, params: &[(&str, &str)]) -> String {
        let row = self.service.refused(action, params);
        self.rows.insert((action.to_owned(), row.clone()));
        row
    }

    /// Meets a row that only a forced error brings, if the action lists it.
    pub(super) fn force(&mut self, action: &str, row: &str) {
        if call(self.service.api, action, &[]).action.errors.iter().any(|listed| listed == row) {
            self.service.force(action, row, false);
            self.meet(action, &[]);
        }
    }

    /// Checks that all listed rows were reached.
    fn check(self) {
        let api = model::api(self.service.api).unwrap();
        let listed: BTreeSet<_> = api
            .actions
            .iter()
            .flat_map(|action| action.errors.iter().map(|row| (action.name.clone(), row.clone())))
            .collect();
        let unmet: Vec<_> = listed.difference(&self.rows).collect();
        assert!(unmet.is_empty(), "nobody met {unmet:?}");
    }
}

#[test]
fn every_row_of_the_new_version() {
    let quota = [("geotrust-dv-1-starter".to_owned(), 1)].into();
    let mut met = Met::new(CAS2020, world(Settings { quota, ..Settings::default() }));
    let csr = csr("www.example.com");
    let product = |code| ("ProductCode", code);
    for (action, own, wrong) in [
        ("CreateCertificateRequest", ("Domain", "www.example.com"), ("Domain", "*.example.com")),
        ("CreateCertificateWithCsrRequest", ("Csr", csr.as_str()), ("Csr", "nothing")),
    ] {
        met.meet(action, &[&PERSON[..], &[own, product("cfca-ov-1-personal")]].concat());
        met.meet(action, &[&PERSON[..], &[wrong, product("geotrust-dv-1-starter")]].concat());
    }
    rows_living::wrong_domains(&mut met);
    met.meet("DescribePackageState", &[product("cfca-ov-1-personal")]);
    let order = [&PERSON[..], &[("Domain", "www.example.com"), product("geotrust-dv-1-starter")]].concat();
    let id = met.service.ok("CreateCertificateRequest", &order)["OrderId"].to_string();
    met.meet("CreateCertificateRequest", &order);
    met.meet(
        "CreateCertificateWithCsrRequest",
        &[&PERSON[..], &[("Csr", &csr), product("geotrust-dv-1-starter")]].concat(),
    );
    met.meet("DeleteCertificateRequest", &[("OrderId", &id)]);
    met.meet("DeleteCertificateRequest", &[("OrderId", "1")]);
    met.meet("DescribeCertificateState", &[("OrderId", "1")]);
    rows_living::package_orders(&mut met, &id);

    let upload = [
        ("Name", "one"),
        ("Cert", include_str!("../../../tests/data/pki/ec.pem")),
        ("Key", include_str!("../../../tests/data/pki/ec-pkcs8.key")),
    ];
    met.service.ok("UploadUserCertificate", &upload);
    met.meet("UploadUserCertificate", &upload);
    let id = met.service.ok("UploadCsr", &[("Csr", &csr)])["CsrId"].to_string();
    met.meet("UpdateCsr", &[("CsrId", &id), upload[2]]);
    of_instances(&mut met);
    met.check();
}

/// Meets what an instance answers that does not exist, and one in each state that forbids something.
fn of_instances(met: &mut Met) {
    let nowhere = [("InstanceId", "cas_dv-cn-nowhere")];
    let actions = [
        "ApplyCertificate",
        "CancelPendingCertificate",
        "DeleteInstance",
        "GetInstanceDetail",
        "RefundInstance",
        "RevokeCertificate",
        "UpdateInstance",
    ];
    for action in actions {
        assert_eq!(met.meet(action, &nowhere), "instance-not-found");
    }
    let instance = [("InstanceId", "cas_dv-cn-example00001")];
    met.meet("CancelPendingCertificate", &instance);
    met.meet("DeleteInstance", &instance);
    met.service.ok("CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000")]);
    met.service.ok("UpdateInstance", &[instance[0], ("Domain", "www.example.com")]);
    met.service.ok("ApplyCertificate", &instance);
    met.meet("UpdateInstance", &instance);
    met.meet("RefundInstance", &instance);
    met.service.ok("GetInstanceDetail", &instance);
    met.service.ok("CancelPendingCertificate", &instance);
    met.service.ok("RefundInstance", &instance);
    met.meet("RefundInstance", &instance);
}

#[test]
fn every_row_of_the_old_version() {
    let mut met = Met::new(CAS2018, usual());
    let certificate = include_str!("../../../tests/data/pki/ec.pem");
    let upload =
        [("Name", "one"), ("Cert", certificate), ("Key", include_str!("../../../tests/data/pki/ec-pkcs8.key"))];
    met.service.ok("CreateUserCertificate", &upload);
    met.meet("CreateUserCertificate", &upload);
    met.check();
}

#[test]
fn every_row_of_kcm() {
    let mut met = Met::new(KCM, usual());
    let one = [("YearLength", "1"), ("DomainCount", "1"), ("WildcardCount", "0")];
    let order = |domain, code| [&one[..], &[("MainDomain", domain), ("CertificateCode", code)]].concat();
    let apply = |met: &mut Met, domain, code| {
        let response = met.service.ok("ApplyCertificate", &order(domain, code));
        response["Certificate"]["CertificateId"].as_str().unwrap().to_owned()
    };
    met.meet("ApplyCertificate", &one);
    met.meet("ApplyCertificate", &order("www.example.invalid", "SECDV01"));
    met.meet("ApplyCertificate", &order("www.example.org", "GEODV03"));
    let free: Vec<_> = (0..20).map(|_| apply(&mut met, "www.example.com", "GEODV01")).collect();
    met.meet("ApplyCertificate", &order("www.example.com", "GEODV01"));

    // Whatever takes an id knows when there is none, and when there is no such order.
    let token = met.service.ok("GetToken", &[])["Token"].as_str().unwrap().to_owned();
    let revoke = [("Reason", "lost"), ("Token", token.as_str())];
    for action in
        ["UpdateCertificate", "GetCertificateDetail", "GetDownloadLink", "CancelTransaction", "ExtendCertificate"]
    {
        met.meet(action, &[]);
        met.meet(action, &[("CertificateId", "1")]);
    }
    met.meet("RevokeCertificate", &[]);
    met.meet("RevokeCertificate", &[&revoke[..], &[("CertificateId", "1")]].concat());
    met.meet("ListCertificates", &[("Filter.1.Name", "domain"), ("Filter.1.Value.1", "x")]);
    met.meet("ListCertificates", &[("Filter.1.Name", "main-domain")]);

    let unfiled = apply(&mut met, "www.example.org", "SECDV01");
    let several = met.service.ok(
        "ApplyCertificate",
        &[
            ("MainDomain", "*.example.com"),
            ("CertificateCode", "GEODV02"),
            ("YearLength", "1"),
            ("DomainCount", "0"),
            ("WildcardCount", "1"),
        ],
    );
    let several = several["Certificate"]["CertificateId"].as_str().unwrap().to_owned();
    met.service.wait(2);
    met.meet("UpdateCertificate", &[("CertificateId", &several), ("Wildcards", "*.example.org")]);
    met.meet("UpdateCertificate", &[("CertificateId", &several), ("Wildcards", "*.example.invalid")]);

    let stored =
        [("ContactId", "1"), ("CompanyId", "1"), ("AuthMethod", "DNS"), ("CsrSource", "SYSTEM"), ("Algorithm", "ECC")];
    for id in [&unfiled, &free[0]] {
        met.meet("GetDownloadLink", &[("CertificateId", id)]);
        met.meet("ExtendCertificate", &[&one[..], &[("CertificateId", id), ("CertificateCode", "SECDV01")]].concat());
        met.service.ok("UpdateCertificate", &[&stored[..], &[("CertificateId", id), ("IsSubmit", "1")]].concat());
        met.meet("UpdateCertificate", &[("CertificateId", id)]);
        for _ in 0..3 {
            met.service.ok("GetCertificateDetail", &[("CertificateId", id)]);
        }
    }
    met.meet("ExtendCertificate", &[&one[..], &[("CertificateId", &unfiled), ("CertificateCode", "GEODV03")]].concat());
    met.meet("ExtendCertificate", &[&one[..], &[("CertificateId", &free[0]), ("CertificateCode", "GEODV01")]].concat());
    met.meet("CancelTransaction", &[("CertificateId", &unfiled)]);
    met.meet("RevokeCertificate", &[("CertificateId", &unfiled), ("Reason", "lost"), ("Token", "x")]);
    met.service.ok("RevokeCertificate", &[&revoke[..], &[("CertificateId", &unfiled)]].concat());
    met.meet("CancelTransaction", &[("CertificateId", &unfiled)]);
    let again = met.service.ok("GetToken", &[])["Token"].as_str().unwrap().to_owned();
    met.meet("RevokeCertificate", &[("CertificateId", &unfiled), ("Reason", "lost"), ("Token", &again)]);
    met.service.ok("CancelTransaction", &[("CertificateId", &several)]);
    met.meet("CancelTransaction", &[("CertificateId", &several)]);
    rows_living::kcm(&mut met);
    met.check();
}

#[test]
fn a_mishap_after_the_call_hides_a_success_once() {
    let mut cas = Service::new(CAS2020, usual());
    cas.force("CreateCertificateRequest", "unknown-error", true);
    let order = [&PERSON[..], &[("Domain", "www.example.com")]].concat();
    assert_eq!(cas.refused("CreateCertificateRequest", &order), "unknown-error");
    assert_eq!(cas.ok("DescribePackageState", &[])["UsedCount"], "1", "the order was placed");
    cas.ok("CreateCertificateRequest", &order);
    cas.force("CreateCertificateRequest", "order-not-found", false);
    cas.ok("CreateCertificateRequest", &order);
}
