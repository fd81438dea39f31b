//! Instances of CAS 2020-04-07: bought, applied for, validated, issued, and how they end.

use super::*;
use serde_json::json;

/// Instances of the default stock: for one domain, for a wildcard domain, for several, and of a checked organization.
pub(super) const TEST: &str = "cas_dv-cn-example00001";
pub(super) const SINGLE: &str = "cas_dv-cn-example00005";
pub(super) const WILDCARD: &str = "cas_dv-cn-example00008";
pub(super) const SEVERAL: &str = "cas_dv-cn-example00010";
const ORGANIZATION: &str = "cas_ov-cn-example00011";

pub(super) const DAY: u64 = 86_400;

/// A service whose account has a contact.
pub(super) fn service() -> Service {
    with(Settings::default())
}

pub(super) fn with(settings: Settings) -> Service {
    let mut cas = Service::new(CAS2020, world(settings));
    cas.ok("CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000"), ("Email", "ops@example.com")]);
    cas
}

impl Service {
    pub(super) fn of(&mut self, action: &str, instance: &str) -> Result<Fields, Refusal> {
        self.call(action, &[("InstanceId", instance)])
    }

    pub(super) fn instance(&mut self, instance: &str) -> Value {
        self.ok("GetInstanceDetail", &[("InstanceId", instance)])
    }

    pub(super) fn fill(&mut self, instance: &str, params: &[(&str, &str)]) -> Result<Fields, Refusal> {
        self.call("UpdateInstance", &[&[("InstanceId", instance)], params].concat())
    }

    pub(super) fn apply_for(&mut self, instance: &str, domain: &str, method: &str) {
        self.fill(instance, &[("Domain", domain), ("ValidationMethod", method)]).unwrap();
        self.of("ApplyCertificate", instance).unwrap();
    }

    pub(super) fn task(&mut self, instance: &str) -> Value {
        self.ok("GetTaskAttribute", &[("TaskId", instance)])
    }

    /// Probes until the certificate is there, and returns the last response.
    pub(super) fn issue(&mut self, instance: &str, domain: &str) -> Value {
        self.apply_for(instance, domain, "DNS");
        (0..4).map(|_| self.instance(instance)).last().unwrap()
    }

    pub(super) fn listed(&mut self, params: &[(&str, &str)]) -> Vec<String> {
        let listed = self.ok("ListInstances", params);
        let list = listed["InstanceList"].as_array().unwrap();
        list.iter().map(|item| item["InstanceId"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn an_instance_goes_from_the_purchase_to_the_certificate() {
    let mut cas = service();
    let bought = cas.instance(SINGLE);
    assert_eq!((&bought["Status"], &bought["OrderStartTime"]), (&json!("inactive"), &json!(NOW * 1000)));
    assert!(bought.get("CertificateId").is_none() && bought.get("DomainValidationList").is_none());
    assert_eq!(cas.refused("GetTaskAttribute", &[("TaskId", SINGLE)]), "parameter-invalid");

    cas.apply_for(SINGLE, "WWW.example.com", "DNS");
    assert_eq!(cas.task(SINGLE), json!({ "TaskStatus": "processing" }));
    assert_eq!(cas.task(SINGLE), json!({ "TaskStatus": "success" }));
    let pending = cas.instance(SINGLE);
    assert_eq!((&pending["Status"], &pending["Domain"]), (&json!("pending"), &json!("www.example.com")));
    let validation = &pending["DomainValidationList"][0];
    assert_eq!(names(validation), ["Domain", "RootDomain", "ValidationKey", "ValidationType", "ValidationValue"]);
    assert_eq!(
        (&validation["RootDomain"], &validation["ValidationKey"], &validation["ValidationType"]),
        (&json!("example.com"), &json!("_dnsauth.www"), &json!("TXT"))
    );
    assert_eq!(pending, cas.instance(SINGLE), "the record stays the same");

    let issued = cas.instance(SINGLE);
    assert_eq!((&issued["Status"], &issued["CertificateStatus"]), (&json!("normal"), &json!("issued")));
    assert_eq!(issued["CertificateNotBefore"], NOW * 1000);
    assert_eq!(issued["InstanceEndTime"], (NOW + 365 * 86_400 - 1) * 1000);
    assert!(issued.get("DomainValidationList").is_none());
    crate::pki::Csr::read(issued["Csr"].as_str().unwrap()).unwrap();
    let id = issued["CertificateId"].to_string();
    let stored = cas.ok("GetUserCertificateDetail", &[("CertId", &id)]);
    certificate(&stored["Cert"], &["www.example.com"]);
    belongs(stored["Cert"].as_str().unwrap(), stored["Key"].as_str().unwrap()).unwrap();
    assert_eq!(stored["InstanceId"], SINGLE);
    assert_eq!(cas.ok("GetCertificateDetail", &[("CertificateId", &id)])["CertificateSource"], "BUY");
    assert_eq!(issued, cas.instance(SINGLE));
    assert_eq!(cas.state()["instances"]["first"][4]["certificate"].to_string(), id);
}

#[test]
fn every_field_of_the_responses_is_described() {
    let mut cas = service();
    cas.fill(SINGLE, &[("CertificateName", "mine"), ("ResourceGroupId", "rg-one"), ("AutoReissue", "enable")]).unwrap();
    let mut shown = vec![("GetInstanceDetail", cas.issue(SINGLE, "www.example.com"))];
    cas.apply_for(SEVERAL, "example.com,*.example.org", "DNS");
    cas.instance(SEVERAL);
    shown.push(("GetInstanceDetail", cas.instance(SEVERAL)));
    shown.push(("ListInstances", cas.ok("ListInstances", &[])));
    shown.push(("GetInstanceSummary", cas.ok("GetInstanceSummary", &[])));
    let called = call(CAS2020, "GetInstanceDetail", &[]);
    for (action, response) in shown {
        let described = called.api.action(action).unwrap();
        for (name, value) in response.as_object().unwrap() {
            let field = described.response.iter().find(|field| field.wire == *name);
            let field = field.unwrap_or_else(|| panic!("{name} of {action} is in no description"));
            let members =
                field.kind.structure().and_then(|of| field.defines.as_ref().or_else(|| called.api.structure(of)));
            for item in value.as_array().into_iter().flatten().filter_map(Value::as_object) {
                for name in item.keys() {
                    let known = members.is_some_and(|of| of.fields.iter().any(|field| field.wire == *name));
                    assert!(known, "{name} of {} in {action} is in no description", field.wire);
                }
            }
        }
    }
}

#[test]
fn an_application_is_stored_bit_by_bit_until_it_is_handed_in() {
    let mut cas = service();
    let contact = cas.ok("ListContact", &[])["ContactList"][0]["ContactId"].to_string();
    cas.fill(SINGLE, &[("ContactIdList.1", &contact), ("Tags.1.TagKey", "team"), ("Tags.1.TagValue", "web")]).unwrap();
    cas.fill(SINGLE, &[("Domain", "example.com"), ("KeyAlgorithm", "ECC_256"), ("City", "Hangzhou")]).unwrap();
    let stored = cas.instance(SINGLE);
    assert_eq!(stored["ContactIdList"], json!([contact.parse::<i64>().unwrap()]));
    assert_eq!(stored["Tags"], json!([{ "TagKey": "team", "TagValue": "web" }]));
    assert_eq!((&stored["Domain"], &stored["City"]), (&json!("example.com"), &json!("Hangzhou")));

    for wrong in [
        ("ContactIdList.1", "1"),
        ("CompanyId", "1"),
        ("Domain", "no domain"),
        ("Domain", "example.com,example.org"),
        ("Domain", "*.example.com"),
        ("KeyAlgorithm", "SM2"),
        ("Csr", "no csr"),
    ] {
        let params =
            [("City", "Nowhere"), wrong, ("GenerateCsrMethod", if wrong.0 == "Csr" { "upload" } else { "online" })];
        assert_eq!(cas.fill(SINGLE, &params).unwrap_err().row, "parameter-invalid", "{wrong:?}");
    }
    assert_eq!(cas.fill(SINGLE, &[("GenerateCsrMethod", "upload")]).unwrap_err().row, "parameter-missing");
    assert_eq!(cas.instance(SINGLE), stored, "a refused update stores nothing");

    cas.of("ApplyCertificate", SINGLE).unwrap();
    assert_eq!(cas.fill(SINGLE, &[("City", "Beijing")]).unwrap_err().row, "instance-update-protected");
    assert_eq!(cas.of("ApplyCertificate", SINGLE).unwrap_err().row, "parameter-invalid", "one is under way");
    assert_eq!(cas.state()["instances"]["first"][4]["applied"], 2, "and the second call is counted");
    (0..4).for_each(|_| drop(cas.instance(SINGLE)));
    let id = cas.instance(SINGLE)["CertificateId"].to_string();
    let detail = cas.ok("GetCertificateDetail", &[("CertificateId", &id)]);
    assert_eq!((&detail["Algorithm"], &detail["KeySize"]), (&json!("ECC"), &json!(256)));
    assert_eq!((&detail["ContactId"].to_string(), &detail["Tags"]), (&contact, &stored["Tags"]));
}

#[test]
fn what_is_missing_is_named_when_the_application_is_handed_in() {
    let mut cas = Service::new(CAS2020, usual());
    let missing = |cas: &mut Service, instance| {
        let refusal = cas.of("ApplyCertificate", instance).unwrap_err();
        assert_eq!(refusal.row, "parameter-missing");
        refusal.suffix
    };
    assert_eq!(missing(&mut cas, ORGANIZATION), "Domain");
    cas.fill(ORGANIZATION, &[("Domain", "www.example.com")]).unwrap();
    assert_eq!(missing(&mut cas, ORGANIZATION), "ContactIdList");
    cas.ok("CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000")]);
    assert_eq!(missing(&mut cas, ORGANIZATION), "CompanyId");
    let company = cas.ok("CreateCompany", &super::cas2020_contacts::COMPANY)["CompanyId"].to_string();
    cas.fill(ORGANIZATION, &[("CompanyId", &company)]).unwrap();
    cas.of("ApplyCertificate", ORGANIZATION).unwrap();
    (0..4).for_each(|_| drop(cas.instance(ORGANIZATION)));
    let id = cas.instance(ORGANIZATION)["CertificateId"].to_string();
    assert_eq!(cas.ok("GetUserCertificateDetail", &[("CertId", &id)])["OrgName"], "Example Ltd");
    for action in ["ApplyCertificate", "UpdateInstance", "GetInstanceDetail", "CancelPendingCertificate"] {
        assert_eq!(cas.refused(action, &[("InstanceId", "cas_dv-cn-nowhere")]), "instance-not-found");
    }
    assert_eq!(cas.refused("GetTaskAttribute", &[("TaskId", "cas_dv-cn-nowhere")]), "parameter-invalid");
}

#[test]
fn each_domain_has_a_record_of_its_own_of_the_type_that_the_method_says() {
    let mut cas = service();
    cas.apply_for(SEVERAL, "example.com,www.example.co.uk,*.example.org", "DNS");
    cas.instance(SEVERAL);
    let list = cas.instance(SEVERAL)["DomainValidationList"].clone();
    let shown: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| [&one["Domain"], &one["RootDomain"], &one["ValidationKey"]])
        .collect();
    assert_eq!(
        json!(shown),
        json!([
            ["example.com", "example.com", "_dnsauth"],
            ["www.example.co.uk", "example.co.uk", "_dnsauth.www"],
            ["*.example.org", "example.org", "_dnsauth"],
        ])
    );
    assert!(list.as_array().unwrap().iter().all(|one| one["ValidationType"] == "CNAME"));
    assert_ne!(list[0]["ValidationValue"], list[1]["ValidationValue"]);

    cas.apply_for(SINGLE, "www.example.com", "HTTP");
    cas.instance(SINGLE);
    let file = cas.instance(SINGLE)["DomainValidationList"][0].clone();
    assert_eq!(
        (&file["ValidationType"], &file["ValidationKey"]),
        (&json!("HTTP"), &json!("/.well-known/pki-validation/fileauth.txt"))
    );
    (0..2).for_each(|_| drop(cas.instance(SEVERAL)));
    let id = cas.instance(SEVERAL)["CertificateId"].to_string();
    let stored = cas.ok("GetUserCertificateDetail", &[("CertId", &id)]);
    certificate(&stored["Cert"], &["example.com", "www.example.co.uk", "*.example.org"]);
}

#[test]
fn an_own_csr_decides_the_domains_and_no_key_comes_back() {
    let mut cas = service();
    let key = Key::make(Algorithm::Rsa, 99, "mine").unwrap();
    let csr = system_request(&key, "www.example.com").unwrap();
    let own = [("GenerateCsrMethod", "upload"), ("Csr", &csr)];
    let other = [&own[..], &[("Domain", "example.org")]].concat();
    assert_eq!(cas.fill(SINGLE, &other).unwrap_err().row, "parameter-invalid", "the CSR does not name it");
    assert_eq!(cas.fill(WILDCARD, &own).unwrap_err().row, "parameter-invalid", "it is not for such a domain");
    cas.fill(SINGLE, &[("Domain", "example.org")]).unwrap();
    cas.fill(SINGLE, &own).unwrap();
    assert_eq!(cas.instance(SINGLE)["Csr"], csr);
    cas.of("ApplyCertificate", SINGLE).unwrap();
    (0..4).for_each(|_| drop(cas.instance(SINGLE)));
    let id = cas.instance(SINGLE)["CertificateId"].to_string();
    let stored = cas.ok("GetUserCertificateDetail", &[("CertId", &id)]);
    assert!(stored.get("Key").is_none());
    certificate(&stored["Cert"], &["www.example.com"]);
    belongs(stored["Cert"].as_str().unwrap(), &key.pem).unwrap();
}

#[test]
fn an_instance_gets_another_certificate_in_its_time() {
    let mut cas = service();
    let first = cas.issue(SINGLE, "www.example.com");
    cas.wait(100 * DAY);
    cas.fill(SINGLE, &[("Domain", "shop.example.com"), ("KeyAlgorithm", "ECC_256")]).unwrap();
    cas.of("ApplyCertificate", SINGLE).unwrap();
    cas.instance(SINGLE);
    let pending = cas.instance(SINGLE);
    assert_eq!((&pending["Status"], &pending["CertificateStatus"]), (&json!("pending"), &json!("issued")));
    assert_eq!(pending["CertificateId"], first["CertificateId"], "the first one is still there");
    assert_eq!(cas.refused("CancelPendingCertificate", &[("InstanceId", TEST)]), "instance-state-error");
    cas.of("CancelPendingCertificate", SINGLE).unwrap();
    assert_eq!(cas.instance(SINGLE)["Status"], "normal");
    cas.of("ApplyCertificate", SINGLE).unwrap();
    (0..4).for_each(|_| drop(cas.instance(SINGLE)));
    let second = cas.instance(SINGLE);
    assert_ne!(second["CertificateId"], first["CertificateId"]);
    assert_eq!(second["CertificateNotBefore"], (NOW + 100 * 86_400) * 1000);
    assert_eq!(second["InstanceEndTime"], first["InstanceEndTime"], "a certificate does not lengthen the instance");
    let listed = cas.ok("ListCertificates", &[("InstanceId", SINGLE)]);
    assert_eq!(listed["TotalCount"], 2);
}

#[test]
fn what_nobody_can_validate_fails_in_the_task_and_the_instance_can_be_used_again() {
    let mut cas = service();
    cas.apply_for(SINGLE, "www.example.invalid", "DNS");
    cas.apply_for(WILDCARD, "*.example.com", "HTTP");
    for instance in [SINGLE, WILDCARD] {
        assert_eq!(cas.task(instance)["TaskStatus"], "processing");
        let failed = cas.task(instance);
        assert_eq!(failed["TaskStatus"], "failed");
        let shown = cas.instance(instance);
        assert_eq!((&shown["Status"], &shown["PendingResult"]), (&json!("inactive"), &failed["TaskMessage"]));
    }
    let issued = cas.issue(SINGLE, "www.example.com");
    assert_eq!(issued["Status"], "normal");
    assert!(issued.get("PendingResult").is_none());
}

#[test]
fn an_application_that_nobody_proves_fails_after_a_week() {
    let mut cas = with(Settings { polls_until_verified: Some(1000), ..Settings::default() });
    cas.apply_for(SINGLE, "www.example.com", "DNS");
    cas.instance(SINGLE);
    cas.wait(7 * DAY - 1);
    assert_eq!(cas.instance(SINGLE)["Status"], "pending");
    cas.wait(1);
    assert_eq!(cas.instance(SINGLE)["Status"], "inactive");
    assert_eq!(cas.task(SINGLE)["TaskStatus"], "success", "it was handed in all the same");
}

#[test]
fn a_pending_application_is_withdrawn_and_can_come_again() {
    let mut cas = service();
    let instance = [("InstanceId", SINGLE)];
    assert_eq!(cas.refused("CancelPendingCertificate", &instance), "instance-state-error");
    cas.apply_for(SINGLE, "www.example.com", "DNS");
    assert_eq!(cas.refused("CancelPendingCertificate", &instance), "instance-state-error", "the task is at work");
    cas.instance(SINGLE);
    let first = cas.instance(SINGLE)["DomainValidationList"].clone();
    cas.of("CancelPendingCertificate", SINGLE).unwrap();
    assert_eq!(cas.instance(SINGLE)["Status"], "inactive");
    assert_eq!(cas.refused("CancelPendingCertificate", &instance), "instance-state-error");
    cas.of("ApplyCertificate", SINGLE).unwrap();
    cas.instance(SINGLE);
    assert_ne!(cas.instance(SINGLE)["DomainValidationList"], first, "each application has its own record");
}

#[test]
fn a_lost_answer_hides_an_application_that_was_handed_in() {
    let mut cas = service();
    cas.fill(SINGLE, &[("Domain", "www.example.com")]).unwrap();
    cas.force("ApplyCertificate", "unknown-error", true);
    assert_eq!(cas.refused("ApplyCertificate", &[("InstanceId", SINGLE)]), "unknown-error");
    assert_eq!(cas.instance(SINGLE)["Status"], "pending");
    assert_eq!(cas.state()["instances"]["first"][4]["applied"], 1);
}

#[test]
fn the_same_seed_gives_the_same_certificate() {
    let issued = |seed| {
        let mut cas = with(Settings { seed, ..Settings::default() });
        let id = cas.issue(SINGLE, "www.example.com")["CertificateId"].to_string();
        cas.ok("GetUserCertificateDetail", &[("CertId", &id)])
    };
    assert_eq!(issued(3), issued(3));
    assert_ne!(issued(3)["Cert"], issued(4)["Cert"]);
}
