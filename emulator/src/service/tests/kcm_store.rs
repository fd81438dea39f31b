//! Certificates that are issued again, uploaded, or used by load balancers, and companies.

use super::kcm::service;
use super::*;
use serde_json::json;

const PEM: &str = include_str!("../../../tests/data/pki/ec.pem");
const KEY: &str = include_str!("../../../tests/data/pki/ec-pkcs8.key");

impl Service {
    /// Returns a file of the archive of a certificate, and fails if there is none.
    fn archived(&mut self, id: &str, file: &str) -> String {
        let link = self.ok("GetDownloadLink", &[("CertificateId", id)]);
        let path = link["DownloadUrl"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        let (_, bytes) = crate::service::fetch(&path, &mut self.world).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        std::io::read_to_string(archive.by_name(file).unwrap()).unwrap()
    }

    fn review(&mut self, id: &str) {
        while self.detail(id)["CertificateStatus"] == 1 {}
        assert_eq!(self.detail(id)["CertificateStatus"], 2);
    }

    fn for_balancers(&mut self, name: &str) -> String {
        let own = [("CertificateName", name), ("PublicKey", PEM), ("PrivateKey", KEY)];
        self.ok("CreateCertificate", &own)["Certificate"]["CertificateId"].as_str().unwrap().to_owned()
    }

    fn uploaded(&mut self, name: &str) -> String {
        let upload = self.ok("UploadCertificate", &[("CertName", name), ("CertFile", PEM), ("CertKey", KEY)]);
        upload["Ret"]["CertID"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_certificate_is_issued_again_with_its_key_or_with_a_new_one() {
    let mut kcm = service();
    let id = kcm.issued("SECDV01");
    let named = [("CertificateId", id.as_str())];
    let before = (kcm.archived(&id, "certificate.pem"), kcm.archived(&id, "private.key"));
    assert!(kcm.ok("ReIssueCertificate", &named).as_object().unwrap().is_empty());
    assert_eq!(kcm.detail(&id)["CertificateStatus"], 1);
    assert_eq!(kcm.refused("GetDownloadLink", &named), "cert-status-error");
    assert_eq!(kcm.refused("ReIssueCertificate", &named), "cert-status-error");
    kcm.review(&id);
    let again = (kcm.archived(&id, "certificate.pem"), kcm.archived(&id, "private.key"));
    assert!(again.0 != before.0 && again.1 == before.1, "another certificate for the same key");
    belongs(&again.0, &again.1).unwrap();
    kcm.ok("ReIssueCertificate", &[named[0], ("CsrSource", "new")]);
    kcm.review(&id);
    let renewed = (kcm.archived(&id, "certificate.pem"), kcm.archived(&id, "private.key"));
    assert!(renewed.0 != again.0 && renewed.1 != again.1);
    belongs(&renewed.0, &renewed.1).unwrap();
    assert_eq!(kcm.state()["certificates"]["latest"][0]["reissues"], 2);
    assert_eq!(kcm.spent(), 100, "it costs nothing");
    assert_eq!(kcm.refused("ReIssueCertificate", &[named[0], ("CsrSource", "SYSTEM")]), "parameter-value-invalid");
    assert_eq!(kcm.refused("ReIssueCertificate", &[("CertificateId", "1")]), "order-not-exist");
}

#[test]
fn the_key_of_a_csr_stays_when_its_certificate_is_issued_again() {
    let mut kcm = service();
    let key = Key::make(Algorithm::Rsa, 7, "mine").unwrap();
    let id = kcm.ordered("SECDV01");
    let csr = system_request(&key, "www.example.com").unwrap();
    let stored = [("ContactId", "1"), ("CompanyId", "300001"), ("AuthMethod", "DNS"), ("IsSubmit", "1"), ("CSR", &csr)];
    kcm.update(&id, &stored).unwrap();
    kcm.review(&id);
    kcm.ok("ReIssueCertificate", &[("CertificateId", &id)]);
    kcm.review(&id);
    belongs(&kcm.archived(&id, "certificate.pem"), &key.pem).unwrap();
    kcm.force("ReIssueCertificate", "service-unavailable", true);
    let new = [("CertificateId", id.as_str()), ("CsrSource", "new")];
    assert_eq!(kcm.refused("ReIssueCertificate", &new), "service-unavailable");
    kcm.review(&id);
    belongs(&kcm.archived(&id, "certificate.pem"), &kcm.archived(&id, "private.key")).unwrap();
}

#[test]
fn a_certificate_is_uploaded_once() {
    let mut kcm = service();
    let upload = [("CertName", "mine"), ("CertFile", PEM), ("CertKey", KEY), ("ProjectId", "100001")];
    let stored = kcm.ok("UploadCertificate", &upload);
    assert_eq!(stored["Success"], true);
    let shown = &stored["Ret"];
    assert_eq!((&shown["MainDomain"], &shown["CertName"]), (&json!("api.example.com"), &json!("mine")));
    assert_eq!(shown["Domains"], json!(["api.example.com", "example.com"]));
    assert_eq!((&shown["AdditionalDomains"], &shown["DomainCount"]), (&json!(["example.com"]), &json!(2)));
    let print = shown["FingerPrint"].as_str().unwrap();
    assert!(print.len() == 40 && print.chars().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase()), "{print}");

    let twice = kcm.call("UploadCertificate", &[("CertName", "other"), ("CertFile", PEM), ("CertKey", KEY)]);
    assert!(twice.unwrap_err().message.contains("Duplicate certificate file"));
    let state = kcm.state()["uploads"].clone();
    assert_eq!((&state["total"], &state["latest"][0]["submitted"]), (&json!(1), &json!(2)), "refused calls count");
    assert!(!kcm.state().to_string().contains("PRIVATE"));
    let list = kcm.ok("ListUserCertificates", &[("Page", "1"), ("PageSize", "100")]);
    assert_eq!(list["Ret"]["Certs"], json!([shown]));
    let after = kcm.ok("ListUserCertificates", &[("Page", "2"), ("PageSize", "100")]);
    assert_eq!(after["Ret"]["Certs"], json!([]));

    let key = Key::make(Algorithm::Ecc, 1, "").unwrap().pem;
    for (name, value, row) in [
        ("CertName", "", "parameter-value-missing"),
        ("CertFile", "nothing", "parameter-value-invalid"),
        ("CertKey", key.as_str(), "parameter-value-invalid"),
        ("ProjectId", "x", "parameter-value-invalid"),
    ] {
        let mut wrong = upload;
        wrong.iter_mut().filter(|(of, _)| *of == name).for_each(|(_, given)| *given = value);
        assert_eq!(kcm.refused("UploadCertificate", &wrong), row, "{name}");
    }
}

#[test]
fn a_load_balancer_certificate_is_stored_changed_listed_and_deleted() {
    let mut kcm = service();
    let first = kcm.for_balancers("shop");
    let second = kcm.for_balancers("shop");
    assert_ne!(first, second, "nothing refuses a second one");
    // One client writes line breaks as a backslash and an n.
    let [pem, key] = [PEM, KEY].map(|text| text.replace('\n', "\\n"));
    let written = [("PublicKey", pem.as_str()), ("PrivateKey", key.as_str()), ("Description", "note")];
    let third = kcm.ok("CreateCertificate", &written)["Certificate"].clone();
    assert_eq!(names(&third), ["CertAuthority", "CertificateId", "CommonName", "CreateTime", "ExpireTime"]);
    assert_eq!(
        (&third["CommonName"], &third["CreateTime"]),
        (&json!("api.example.com"), &json!("2026-01-02 03:04:05"))
    );

    let listed = kcm.ok("DescribeCertificates", &[]);
    assert_eq!(listed["CertificateSet"].as_array().unwrap().len(), 3);
    assert!(!listed.to_string().contains("PRIVATE") && !kcm.state().to_string().contains("BEGIN"));
    assert_eq!(listed["CertificateSet"][2]["PublicKey"], PEM);
    let one = kcm.ok("DescribeCertificates", &[("CertificateId.1", &second)]);
    assert_eq!(one["CertificateSet"][0]["CertificateId"], json!(second));
    let page = kcm.ok("DescribeCertificates", &[("Page", "2"), ("PageSize", "2")]);
    assert_eq!(page["CertificateSet"][0]["Description"], "note");

    let changed = kcm.ok("ModifyCertificate", &[("CertificateId", &first), ("CertificateName", "in-use by www")]);
    let changed = &changed["Certificate"];
    assert_eq!((&changed["CertificateName"], &changed["Source"]), (&json!("in-use by www"), &json!("own")));
    assert_eq!(kcm.state()["balancers"]["latest"][2]["changes"], 1);
    assert_eq!(kcm.refused("DeleteCertificate", &[("CertificateId", &first)]), "https-status-error");
    kcm.ok("ModifyCertificate", &[("CertificateId", &first), ("CertificateName", "free")]);
    for _ in 0..2 {
        assert_eq!(kcm.ok("DeleteCertificate", &[("CertificateId", &first)])["Return"], true);
    }
    assert_eq!(kcm.state()["balancers"]["total"], 2);
    for action in ["ModifyCertificate", "DeleteCertificate"] {
        assert_eq!(kcm.refused(action, &[("CertificateId", "1")]), "parameter-value-invalid");
    }
}

#[test]
fn an_uploaded_certificate_is_used_by_its_id() {
    let mut kcm = service();
    let upload = kcm.uploaded("mine");
    let by_id = [("Source", "kcm"), ("SslCertificateId", upload.as_str())];
    let id = kcm.ok("CreateCertificate", &by_id)["Certificate"]["CertificateId"].as_str().unwrap().to_owned();
    assert_eq!(kcm.ok("DescribeCertificates", &[])["CertificateSet"][0]["SslCertificateId"], json!(upload));
    let own = [("CertificateId", id.as_str()), ("PublicKey", PEM), ("PrivateKey", KEY)];
    assert_eq!(kcm.ok("ModifyCertificate", &own)["Certificate"]["Source"], "own");
    let back = kcm.ok("ModifyCertificate", &[("CertificateId", id.as_str()), by_id[1]]);
    assert_eq!(back["Certificate"]["Source"], "kcm");
    let authority = [("CertificateType", "CA"), ("PublicKey", PEM)];
    kcm.ok("CreateCertificate", &authority);
    for (call, row) in [
        (&[][..], "missing-parameter"),
        (&[("PublicKey", PEM)], "missing-parameter"),
        (&[("Source", "kcm")], "missing-parameter"),
        (&by_id[1..], "missing-parameter"),
        (&[("Source", "own"), by_id[1]], "parameter-value-invalid"),
        (&[("Source", "kcm"), ("SslCertificateId", "1")], "parameter-value-invalid"),
        (&[("PublicKey", "nothing"), ("PrivateKey", KEY)], "parameter-value-invalid"),
        (&[("CertificateType", "X"), ("PublicKey", PEM)], "parameter-value-invalid"),
    ] {
        assert_eq!(kcm.refused("CreateCertificate", call), row, "{call:?}");
    }
}

#[test]
fn companies_are_listed_and_named_by_certificates() {
    let mut kcm = service();
    let page = kcm.ok("DescribeCompany", &[("Page", "2"), ("PageSize", "1")]);
    assert_eq!((&page["Total"], &page["Success"]), (&json!("2"), &json!(true)));
    assert_eq!(page["CompanySet"][0]["CompanyId"], 300_002);
    let id = kcm.ordered("SECOV01");
    let stored = [
        ("ContactId", "1"),
        ("CompanyId", "300002"),
        ("AuthMethod", "DNS"),
        ("IsSubmit", "1"),
        ("CsrSource", "SYSTEM"),
    ];
    kcm.update(&id, &stored).unwrap();
    kcm.review(&id);
    let reading = Reading::of(&kcm.archived(&id, "certificate.pem")).unwrap();
    assert_eq!(reading.organization.as_deref(), Some("Example Shop Ltd"));
}
