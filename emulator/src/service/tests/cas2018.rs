use super::*;
use serde_json::json;

const CERTIFICATE: &str = include_str!("../../../tests/data/pki/ec.pem");
const KEY: &str = include_str!("../../../tests/data/pki/ec-sec1.key");
const OTHER_KEY: &str = include_str!("../../../tests/data/pki/p384-sec1.key");

fn service() -> Service {
    Service::new(CAS2018, usual())
}

impl Service {
    fn audit(&mut self, instance: &str, domain: &str, method: &str) -> Result<Fields, Refusal> {
        let params = [
            ("City", "hangzhou"),
            ("Domain", domain),
            ("DomainVerifyType", method),
            ("Email", "ops@example.com"),
            ("InstanceId", instance),
            ("Mobile", "13800000000"),
            ("Province", "zhejiang"),
            ("Username", "Li Lei"),
        ];
        self.call("CreateDVOrderAudit", &params)
    }

    fn result(&mut self, instance: &str) -> Value {
        self.ok("DescribeDVOrderResult", &[("InstanceId", instance)])
    }

    fn status(&mut self, instance: &str) -> String {
        let listed = self.ok("DescribeOrderInstanceList", &[("StartIndex", "0")]);
        let list = listed["OrderList"].as_array().unwrap();
        let found = list.iter().find(|item| item["InstanceId"] == instance).unwrap();
        found["Status"].as_str().unwrap().to_owned()
    }

    fn upload(&mut self, name: &str) -> Result<Fields, Refusal> {
        self.call("CreateUserCertificate", &[("Name", name), ("Cert", CERTIFICATE), ("Key", KEY)])
    }
}

#[test]
fn an_instance_is_submitted_checked_and_issued() {
    let mut cas = service();
    let id = "cas-cn-example00001";
    assert_eq!(cas.status(id), "PAYED");
    assert_eq!(cas.refused("DescribeDVOrderResult", &[("InstanceId", id)]), "parameter-invalid");
    assert!(cas.audit(id, "www.example.com,*.example.org", "DNS").unwrap().is_empty());
    assert_eq!(cas.audit(id, "www.example.com", "DNS").unwrap_err().row, "parameter-invalid", "it is submitted once");
    assert_eq!(cas.status(id), "CHECKING");

    let checking = cas.result(id);
    assert_eq!(names(&checking), ["CheckName", "CheckType", "CheckValue", "OrderStatus"]);
    assert_eq!(
        (&checking["OrderStatus"], &checking["CheckName"]),
        (&json!("checking"), &json!("_dnsauth.www.example.com"))
    );
    assert_eq!(checking, cas.result(id));
    let issued = cas.result(id);
    assert_eq!(names(&issued), ["Certificate", "OrderStatus", "PrivateKey"]);
    certificate(&issued["Certificate"], &["www.example.com", "*.example.org"]);
    belongs(issued["Certificate"].as_str().unwrap(), issued["PrivateKey"].as_str().unwrap()).unwrap();
    assert_eq!(cas.status(id), "Issued");
    let listed = cas.ok("DescribeUserCertificateList", &[]);
    assert_eq!(listed["CertificateList"][0]["buyInAliyun"], true);
}

#[test]
fn file_validation_names_its_address_and_fails_for_wildcards() {
    let mut cas = service();
    cas.audit("cas-cn-example00002", "www.example.com", "FILE").unwrap();
    let checking = cas.result("cas-cn-example00002");
    assert_eq!(checking["CheckName"], "www.example.com/.well-known/pki-validation/fileauth.txt");
    cas.audit("cas-cn-example00003", "*.example.com", "FILE").unwrap();
    cas.result("cas-cn-example00003");
    cas.result("cas-cn-example00003");
    assert_eq!(cas.result("cas-cn-example00003"), json!({ "OrderStatus": "check_fail" }));
    assert_eq!(cas.status("cas-cn-example00003"), "CHECKED_FAIL");
}

#[test]
fn instances_are_listed_from_an_index() {
    let mut cas = service();
    let mut all = Vec::new();
    for start in ["0", "10", "20"] {
        let page = cas.ok("DescribeOrderInstanceList", &[("StartIndex", start)]);
        assert_eq!(page["TotalCount"], 12);
        all.extend(page["OrderList"].as_array().unwrap().iter().map(|item| item["InstanceId"].to_string()));
    }
    assert_eq!(all.len(), 12);
    all.dedup();
    assert_eq!(all.len(), 12);
    assert_eq!(cas.refused("DescribeOrderInstanceList", &[("StartIndex", "-1")]), "parameter-invalid");
    assert_eq!(cas.audit("cas-cn-nowhere", "www.example.com", "DNS").unwrap_err().row, "parameter-invalid");
    assert_eq!(cas.audit("cas-cn-example00001", "www example", "DNS").unwrap_err().row, "parameter-invalid");
}

#[test]
fn a_certificate_is_uploaded_listed_shown_and_deleted() {
    let mut cas = service();
    let id = cas.upload("one").unwrap()["CertId"].to_string();
    let listed = cas.ok("DescribeUserCertificateList", &[("CurrentPage", "1"), ("ShowSize", "50")]);
    let item = &listed["CertificateList"][0];
    assert_eq!((&item["sans"], &item["orgName"]), (&json!("api.example.com,example.com"), &json!("Example Ltd")));
    assert_eq!(
        (&item["buyInAliyun"], &item["expired"], &item["country"]),
        (&json!(false), &json!(false), &json!("CN"))
    );
    assert!(!listed.to_string().contains("BEGIN"), "a list holds neither certificate nor key");

    let detail = cas.ok("DescribeUserCertificateDetail", &[("CertId", &id)]);
    assert_eq!((&detail["Cert"], &detail["Key"]), (&json!(CERTIFICATE), &json!(KEY)));
    for (name, value) in item.as_object().unwrap() {
        let capital = name[..1].to_uppercase() + &name[1..];
        assert_eq!(&detail[&capital], value, "{capital}");
    }
    let described = call(CAS2018, "DescribeUserCertificateDetail", &[]).action;
    for name in names(&detail) {
        assert!(described.response.iter().any(|field| field.wire == name), "{name} is in no description");
    }

    cas.ok("DeleteUserCertificate", &[("CertId", &id)]);
    cas.ok("DeleteUserCertificate", &[("CertId", &id)]);
    assert_eq!(cas.refused("DescribeUserCertificateDetail", &[("CertId", &id)]), "parameter-invalid");
    assert_eq!(cas.refused("DeleteUserCertificate", &[("CertId", "1")]), "parameter-invalid");
    cas.upload("one").unwrap();
}

#[test]
fn an_upload_has_a_name_of_its_own_and_the_key_of_its_certificate() {
    let mut cas = service();
    cas.upload("one").unwrap();
    assert_eq!(cas.upload("one").unwrap_err().row, "name-repeated");
    let wrong = cas.call("CreateUserCertificate", &[("Name", "two"), ("Cert", CERTIFICATE), ("Key", OTHER_KEY)]);
    let refusal = wrong.unwrap_err();
    assert_eq!(refusal.row, "parameter-invalid");
    assert!(refusal.message.contains("does not belong") && !refusal.message.contains("BEGIN"), "{}", refusal.message);
    let wrong = [("Name", "two"), ("Cert", "nothing"), ("Key", KEY)];
    assert_eq!(cas.refused("CreateUserCertificate", &wrong), "parameter-invalid");
    assert_eq!(cas.ok("DescribeUserCertificateList", &[])["TotalCount"], 1);
}

#[test]
fn certificates_are_listed_by_pages_and_expire_by_the_clock() {
    let mut cas = service();
    for number in 0..5 {
        cas.upload(&format!("c{number}")).unwrap();
    }
    let page = |cas: &mut Service, page: &str| {
        let listed = cas.ok("DescribeUserCertificateList", &[("CurrentPage", page), ("ShowSize", "2")]);
        assert_eq!((&listed["TotalCount"], &listed["ShowSize"]), (&json!(5), &json!(2)));
        let names = listed["CertificateList"].as_array().unwrap().iter().map(|item| item["name"].to_string());
        names.collect::<Vec<_>>()
    };
    assert_eq!(page(&mut cas, "1").len() + page(&mut cas, "2").len() + page(&mut cas, "3").len(), 5);
    assert_eq!(page(&mut cas, "3"), ["\"c4\""]);
    assert!(page(&mut cas, "4").is_empty());
    assert_eq!(cas.refused("DescribeUserCertificateList", &[("CurrentPage", "0")]), "parameter-invalid");
    let expires = Reading::of(CERTIFICATE).unwrap().to;
    cas.world.shared.clock.set(expires + 1);
    assert_eq!(cas.ok("DescribeUserCertificateList", &[])["CertificateList"][0]["expired"], true);
}
