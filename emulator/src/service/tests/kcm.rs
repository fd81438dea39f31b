use super::*;
use serde_json::json;

pub(super) const COMPANY: [(&str, &str); 5] = [
    ("CompanyName", "Example Ltd"),
    ("State", "Beijing"),
    ("City", "Beijing"),
    ("Address", "1 Example Road"),
    ("PostalCode", "100000"),
];
const CONTACT: (&str, &str) = ("Contact", r#"{"FirstName":"Lei","LastName":"Li","Phone":"13800000000"}"#);
pub(super) const SUBMIT: (&str, &str) = ("IsSubmit", "1");
const DNS: (&str, &str) = ("AuthMethod", "DNS");
pub(super) const SYSTEM: (&str, &str) = ("CsrSource", "SYSTEM");

pub(super) fn service() -> Service {
    Service::new(KCM, usual())
}

impl Service {
    pub(super) fn apply(
        &mut self,
        domain: &str,
        code: &str,
        domains: &str,
        wildcards: &str,
    ) -> Result<String, Refusal> {
        let params = [
            ("MainDomain", domain),
            ("CertificateCode", code),
            ("YearLength", "1"),
            ("DomainCount", domains),
            ("WildcardCount", wildcards),
        ];
        let response = self.call("ApplyCertificate", &params)?;
        Ok(response["Certificate"]["CertificateId"].as_str().unwrap().to_owned())
    }

    /// An order of one domain that can be completed.
    pub(super) fn ordered(&mut self, code: &str) -> String {
        let id = self.apply("www.example.com", code, "1", "0").unwrap();
        self.wait(2);
        id
    }

    pub(super) fn update(&mut self, id: &str, params: &[(&str, &str)]) -> Result<Fields, Refusal> {
        self.call("UpdateCertificate", &[&[("CertificateId", id)], params].concat())
    }

    pub(super) fn detail(&mut self, id: &str) -> Value {
        self.ok("GetCertificateDetail", &[("CertificateId", id)])["Certificate"].clone()
    }

    /// A submitted order with everything that products of any level need.
    pub(super) fn submitted(&mut self, code: &str) -> String {
        let id = self.ordered(code);
        let more = [CONTACT, DNS, SYSTEM, SUBMIT, ("Department", "IT"), ("CompanyPhone", "13800000000")];
        self.update(&id, &[&COMPANY[..], &more].concat()).unwrap();
        id
    }

    pub(super) fn issued(&mut self, code: &str) -> String {
        let id = self.submitted(code);
        while self.detail(&id)["CertificateStatus"] == 1 {}
        assert_eq!(self.detail(&id)["CertificateStatus"], 2);
        id
    }

    pub(super) fn token(&mut self) -> String {
        self.ok("GetToken", &[])["Token"].as_str().unwrap().to_owned()
    }

    pub(super) fn revoke(&mut self, id: &str, token: &str, letter: &[(&str, &str)]) -> Result<Fields, Refusal> {
        let params = [("CertificateId", id), ("Reason", "The private key has leaked"), ("Token", token)];
        self.call("RevokeCertificate", &[&params, letter].concat())
    }

    pub(super) fn spent(&self) -> i64 {
        self.state()["spent"]["amount"].as_i64().unwrap()
    }
}

#[test]
fn an_order_is_completed_reviewed_issued_and_downloaded() {
    let mut kcm = service();
    let key = Key::make(Algorithm::Rsa, 99, "mine").unwrap();
    let id = kcm.ordered("SECDV01");
    assert_eq!(id, "2601020300001");
    assert_eq!(kcm.detail(&id)["CertificateStatus"], 0);
    let csr = system_request(&key, "www.example.com").unwrap();
    let response = kcm.update(&id, &[&COMPANY[..], &[CONTACT, DNS, SUBMIT, ("CSR", &csr)]].concat()).unwrap();
    assert_eq!(response["Certificate"]["CertificateStatus"], "1", "an update responses numbers as texts");
    assert_eq!(response["Contact"]["LastName"], "Li", "the contact stands beside the certificate");
    assert!(response["Certificate"].get("Contact").is_none());

    let reviewed = kcm.detail(&id);
    assert_eq!(reviewed["CertificateStatus"], 1);
    assert_eq!(reviewed["Contact"]["LastName"], "Li", "the contact stands in the certificate");
    assert_eq!(reviewed["AuthContent"]["CheckName"], "_dnsauth.www.example.com");
    assert_eq!(names(&reviewed["AuthContent"]), ["CheckName", "CheckValue", "RecordType"]);
    assert_eq!(kcm.refused("GetDownloadLink", &[("CertificateId", &id)]), "cert-status-error");
    kcm.detail(&id);
    let issued = kcm.detail(&id);
    assert_eq!((&issued["CertificateStatus"], &issued["IssueTime"]), (&json!(2), &json!("2026-01-02 03:04:07")));
    assert!(issued.get("AuthContent").is_none());

    let url = kcm.ok("GetDownloadLink", &[("CertificateId", &id)])["DownloadUrl"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("http://127.0.0.1:8080").unwrap();
    let (kind, bytes) = crate::service::fetch(path, &mut kcm.world).unwrap();
    assert_eq!(kind, "application/zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(archive.file_names().count(), 3, "the key of a CSR is not in it");
    let chain = std::io::read_to_string(archive.by_name("fullchain.pem").unwrap()).unwrap();
    certificate(&json!(chain), &["www.example.com"]);
    belongs(&chain, &key.pem).unwrap();
    for wrong in ["/kcm/download/", "/kcm/download/2601020300001/0.zip", "/kcm/download/1/1.zip", "/other"] {
        assert!(crate::service::fetch(wrong, &mut kcm.world).is_none(), "{wrong}");
    }
}

#[test]
fn keys_of_the_service_are_in_the_archive_and_of_the_algorithm_asked_for() {
    for algorithm in [None, Some("ECC")] {
        let mut kcm = service();
        let id = kcm.ordered("SECDV01");
        let mut params = [&COMPANY[..], &[CONTACT, DNS, SYSTEM, SUBMIT]].concat();
        params.extend(algorithm.map(|algorithm| ("Algorithm", algorithm)));
        kcm.update(&id, &params).unwrap();
        for _ in 0..3 {
            kcm.detail(&id);
        }
        let url = kcm.ok("GetDownloadLink", &[("CertificateId", &id)])["DownloadUrl"].as_str().unwrap().to_owned();
        let bytes = crate::service::fetch(&url["http://127.0.0.1:8080".len()..], &mut kcm.world).unwrap().1;
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = |name| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
        let key = text("private.key");
        belongs(&text("certificate.pem"), &key).unwrap();
        assert_eq!(key.contains("BEGIN RSA PRIVATE KEY"), algorithm.is_none());
        assert!(kcm.detail(&id)["CSR"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    }
}

#[test]
fn a_new_certificate_cannot_be_completed_for_two_seconds() {
    let mut kcm = service();
    let id = kcm.apply("www.example.com", "SECDV01", "1", "0").unwrap();
    assert_eq!(kcm.update(&id, &COMPANY).unwrap_err().row, "order-not-exist");
    kcm.wait(1);
    assert_eq!(kcm.update(&id, &COMPANY).unwrap_err().row, "order-not-exist");
    kcm.wait(1);
    kcm.update(&id, &COMPANY).unwrap();
}

#[test]
fn a_draft_is_kept_and_a_submission_names_what_is_missing() {
    let mut kcm = service();
    let id = kcm.ordered("SECOV01");
    let missing = |kcm: &mut Service, params: &[(&str, &str)], name: &str| {
        let refusal = kcm.update(&id, params).unwrap_err();
        assert_eq!(refusal.row, "missing-parameter", "{refusal:?}");
        assert!(refusal.message.contains(name), "{name}: {}", refusal.message);
    };
    missing(&mut kcm, &[SUBMIT], "CSR");
    kcm.update(&id, &[("CSR", &csr("www.example.com"))]).unwrap();
    missing(&mut kcm, &[SUBMIT], "Contact");
    kcm.update(&id, &[CONTACT]).unwrap();
    for (name, value) in COMPANY {
        missing(&mut kcm, &[SUBMIT], name);
        kcm.update(&id, &[(name, value)]).unwrap();
    }
    missing(&mut kcm, &[SUBMIT], "Department");
    kcm.update(&id, &[("Department", "IT")]).unwrap();
    missing(&mut kcm, &[SUBMIT], "CompanyPhone");
    assert_eq!(kcm.detail(&id)["CertificateStatus"], 0);
    kcm.update(&id, &[SUBMIT, ("CompanyPhone", "01012345678")]).unwrap();
    assert_eq!(kcm.detail(&id)["Department"], "IT");
    assert_eq!(kcm.detail(&id)["AuthMethod"], "DNS", "the documented default");
    assert_eq!(kcm.update(&id, &[SUBMIT]).unwrap_err().row, "cert-status-error");
}

#[test]
fn stored_contacts_and_companies_stand_for_their_data() {
    let mut kcm = service();
    let id = kcm.ordered("SECDV01");
    let stored = [("ContactId", "200001"), ("CompanyId", "300001")];
    kcm.update(&id, &[&stored[..], &[DNS, SYSTEM, SUBMIT]].concat()).unwrap();
    let detail = kcm.detail(&id);
    assert_eq!(detail["CertificateStatus"], 1);
    assert!(detail.get("CompanyId").is_none());
}

#[test]
fn levels_and_brands_differ_in_what_they_need() {
    let mut kcm = service();
    // No department and no company phone for DV, if the contact has a phone.
    let id = kcm.ordered("SECDV01");
    kcm.update(&id, &[&COMPANY[..], &[CONTACT, DNS, SYSTEM, SUBMIT]].concat()).unwrap();
    let id = kcm.ordered("SECDV01");
    let no_phone = ("Contact", r#"{"FirstName":"Lei"}"#);
    let refusal = kcm.update(&id, &[&COMPANY[..], &[no_phone, DNS, SYSTEM, SUBMIT]].concat()).unwrap_err();
    assert!(refusal.message.contains("CompanyPhone"), "{}", refusal.message);
    // No record for OV, except from Sectigo.
    let id = kcm.ordered("GSOV01");
    let more = [CONTACT, SYSTEM, SUBMIT, ("Department", "IT"), ("CompanyPhone", "13800000000")];
    kcm.update(&id, &[&COMPANY[..], &more].concat()).unwrap();
    assert!(kcm.detail(&id).get("AuthContent").is_none());
    kcm.detail(&id);
    assert_eq!(kcm.detail(&id)["CertificateStatus"], 2, "people have checked the applicant");
    let id = kcm.submitted("GEODV03");
    assert_eq!(kcm.detail(&id)["AuthContent"]["RecordType"], "CNAME");
}

#[test]
fn file_validation_has_no_record_type_and_fails_for_wildcards() {
    let mut kcm = service();
    let file = ("AuthMethod", "FILE");
    let id = kcm.ordered("SECDV01");
    kcm.update(&id, &[&COMPANY[..], &[CONTACT, file, SYSTEM, SUBMIT]].concat()).unwrap();
    let content = kcm.detail(&id)["AuthContent"].clone();
    assert_eq!(names(&content), ["CheckName", "CheckValue"]);
    assert_eq!(content["CheckName"], "www.example.com/.well-known/pki-validation/fileauth.txt");

    let id = kcm.apply("*.example.com", "SECDV02", "0", "1").unwrap();
    kcm.wait(2);
    kcm.update(&id, &[&COMPANY[..], &[CONTACT, file, SYSTEM, SUBMIT]].concat()).unwrap();
    kcm.detail(&id);
    kcm.detail(&id);
    let failed = kcm.detail(&id);
    assert_eq!(failed["CertificateStatus"], 4);
    assert!(failed["FailReason"].as_str().unwrap().contains("wildcard"));
    assert_eq!(kcm.ok("CancelTransaction", &[("CertificateId", &id)])["Certificate"]["CertificateStatus"], "5");
}

#[test]
fn further_domains_are_counted_and_certified() {
    let mut kcm = service();
    let id = kcm.apply("www.example.com", "SECDV03", "3", "1").unwrap();
    kcm.wait(2);
    let wrong = [
        ("AdditionalDomains", "a.example.com,b.example.com,c.example.com"),
        ("AdditionalDomains", "*.example.com"),
        ("Wildcards", "a.example.com"),
        ("Wildcards", "*.a.example.com,*.b.example.com"),
    ];
    for (name, value) in wrong {
        assert_eq!(kcm.update(&id, &[(name, value)]).unwrap_err().row, "parameter-value-invalid", "{value}");
    }
    assert_eq!(kcm.update(&id, &[("Wildcards", "*.a.invalid")]).unwrap_err().row, "domain-not-exist");
    assert!(kcm.detail(&id).get("Wildcards").is_none(), "a refused update saves nothing");
    let more = [("AdditionalDomains", "a.example.com, b.example.com"), ("Wildcards", "*.example.com")];
    let key = Key::make(Algorithm::Ecc, 1, "").unwrap();
    let csr = system_request(&key, "www.example.com").unwrap();
    kcm.update(&id, &[&COMPANY[..], &more, &[CONTACT, DNS, SUBMIT, ("CSR", &csr)]].concat()).unwrap();
    for _ in 0..3 {
        kcm.detail(&id);
    }
    let url = kcm.ok("GetDownloadLink", &[("CertificateId", &id)])["DownloadUrl"].as_str().unwrap().to_owned();
    let bytes = crate::service::fetch(&url["http://127.0.0.1:8080".len()..], &mut kcm.world).unwrap().1;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let leaf = std::io::read_to_string(archive.by_name("certificate.pem").unwrap()).unwrap();
    let expected = ["www.example.com", "a.example.com", "b.example.com", "*.example.com"];
    assert_eq!(Reading::of(&leaf).unwrap().sans, expected);
}

#[test]
fn an_update_that_cannot_be_right_is_refused() {
    let mut kcm = service();
    let id = kcm.ordered("SECDV01");
    let large = "A".repeat(900_000);
    let cases = [
        ("AuthMethod", "MAIL"),
        ("Contact", "Li Lei"),
        ("CSR", "nothing"),
        ("CSR", &csr("other.example.com")),
        ("BusinessLicence", &large),
    ];
    for (name, value) in cases {
        let refusal = kcm.update(&id, &[(name, value)]).unwrap_err();
        assert_eq!(refusal.row, "parameter-value-invalid");
        assert!(refusal.message.contains("out-of-range value was supplied") && refusal.message.contains(name));
    }
    for (name, value) in [("CsrSource", "NOBODY"), ("Algorithm", "DSA")] {
        let source = if name == "Algorithm" { SYSTEM } else { DNS };
        assert_eq!(kcm.update(&id, &[SUBMIT, source, (name, value)]).unwrap_err().row, "parameter-value-invalid");
    }
}
