//! The store of certificates of CAS 2020-04-07.

use super::*;
use serde_json::json;

const CERTIFICATE: &str = include_str!("../../../tests/data/pki/ec.pem");
const KEY: &str = include_str!("../../../tests/data/pki/ec-sec1.key");
const OTHER_KEY: &str = include_str!("../../../tests/data/pki/p384-sec1.key");
/// The SHA-256 of [`CERTIFICATE`], as openssl prints it.
const SHA256: &str = "D315A1192BC554BA2BE89948E01C010072396C28CA2BFE9DE84B3A064F761800";

fn service() -> Service {
    let mut cas = Service::new(CAS2020, usual());
    cas.ok("CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000")]);
    cas
}

impl Service {
    fn put(&mut self, name: &str, more: &[(&str, &str)]) -> Result<Fields, Refusal> {
        let own = [("Name", name), ("Cert", CERTIFICATE), ("Key", KEY)];
        self.call("UploadUserCertificate", &[&own[..], more].concat())
    }

    fn stored(&mut self, params: &[(&str, &str)]) -> Vec<String> {
        let listed = self.ok("ListCertificates", params);
        let list = listed["CertificateList"].as_array().unwrap();
        list.iter().map(|item| item["CertificateName"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn a_certificate_is_uploaded_shown_listed_and_deleted() {
    let mut cas = service();
    let more = [("ResourceGroupId", "rg-one"), ("Tags.1.Key", "team"), ("Tags.1.Value", "web"), ("Tags.2.Key", "bare")];
    let made = cas.put("one", &more).unwrap();
    let id = made["CertId"].to_string();
    assert!(made["ResourceId"].as_str().unwrap().starts_with("cas-upload-"), "{made:?}");

    let full = cas.ok("GetUserCertificateDetail", &[("CertId", &id)]);
    assert_eq!((&full["Cert"], &full["Key"], &full["Sha2"]), (&json!(CERTIFICATE), &json!(KEY), &json!(SHA256)));
    assert_eq!((&full["Sans"], &full["OrgName"]), (&json!("api.example.com,example.com"), &json!("Example Ltd")));
    assert_eq!((&full["BuyInAliyun"], &full["Expired"]), (&json!(false), &json!(false)));
    assert_eq!(full["Tags"], json!([{ "TagKey": "team", "TagValue": "web" }, { "TagKey": "bare", "TagValue": "" }]));
    let reading = Reading::of(CERTIFICATE).unwrap();
    assert_eq!((&full["Fingerprint"], &full["SerialNo"]), (&json!(reading.fingerprint), &json!(reading.serial)));
    assert_eq!(full["NotAfter"], reading.to * 1000);
    let filtered = cas.ok("GetUserCertificateDetail", &[("CertId", &id), ("CertFilter", "true")]);
    assert!(!filtered.to_string().contains("BEGIN"));
    assert_eq!(names(&filtered).len() + 2, names(&full).len());

    let detail = cas.ok("GetCertificateDetail", &[("CertificateId", &id)]);
    assert!(!detail.to_string().contains("BEGIN"), "neither certificate nor key");
    assert_eq!((&detail["CertificateSource"], &detail["Algorithm"]), (&json!("UPLOAD"), &json!("ECC")));
    assert_eq!(detail["CertificateChainList"].as_array().unwrap().len(), CERTIFICATE.matches("BEGIN CERT").count());
    assert_eq!(cas.ok("ListCertificates", &[])["CertificateList"][0]["InstanceId"], made["ResourceId"]);
    let called = call(CAS2020, "GetCertificateDetail", &[]);
    for (action, response) in [("GetUserCertificateDetail", &full), ("GetCertificateDetail", &detail)] {
        let described = called.api.action(action).unwrap();
        for name in names(response) {
            assert!(
                described.response.iter().any(|field| field.wire == name),
                "{name} of {action} is in no description"
            );
        }
    }

    for _ in 0..2 {
        cas.ok("DeleteUserCertificate", &[("CertId", &id)]);
    }
    assert_eq!(cas.refused("GetUserCertificateDetail", &[("CertId", &id)]), "parameter-invalid");
    assert_eq!(cas.refused("GetCertificateDetail", &[("CertificateId", &id)]), "parameter-invalid");
    assert_eq!(cas.refused("DeleteUserCertificate", &[("CertId", "1")]), "parameter-invalid");
    cas.put("one", &[]).unwrap();
}

#[test]
fn an_upload_has_a_name_of_its_own_and_the_key_of_its_certificate() {
    let mut cas = service();
    cas.put("one", &[]).unwrap();
    assert_eq!(cas.put("one", &[]).unwrap_err().row, "name-repeated");
    assert_eq!(cas.put(&"x".repeat(64), &[]).unwrap_err().row, "parameter-invalid");
    for (cert, key, row) in [
        (CERTIFICATE, OTHER_KEY, "parameter-invalid"),
        ("nothing", KEY, "parameter-invalid"),
        (CERTIFICATE, "", "parameter-missing"),
        ("", "", "parameter-missing"),
    ] {
        let wrong = [("Name", "two"), ("Cert", cert), ("Key", key)];
        assert_eq!(cas.refused("UploadUserCertificate", &wrong), row);
    }
    assert_eq!(cas.stored(&[]), ["one"]);
}

#[test]
fn a_token_makes_an_upload_happen_once() {
    let mut cas = service();
    let token = [("ClientToken", "a-token")];
    let first = cas.put("one", &token).unwrap();
    assert_eq!(cas.put("one", &token).unwrap(), first);
    assert_eq!(cas.stored(&[]), ["one"]);
    assert_eq!(cas.put("two", &token).unwrap_err().row, "parameter-invalid", "the token belongs to another upload");
    assert_eq!(cas.put("one", &[("ClientToken", "another")]).unwrap_err().row, "name-repeated");
    for wrong in ["é", &"x".repeat(65)] {
        assert_eq!(cas.put("two", &[("ClientToken", wrong)]).unwrap_err().row, "parameter-invalid");
    }
    // What was refused has used up nothing.
    cas.put("two", &[("ClientToken", "another")]).unwrap();
    let delete = [("CertId", first["CertId"].to_string())];
    let delete = [(delete[0].0, delete[0].1.as_str()), ("ClientToken", "a-token")];
    cas.ok("DeleteUserCertificate", &delete);
    cas.ok("DeleteUserCertificate", &delete);
    assert_eq!(cas.stored(&[]), ["two"]);
}

#[test]
fn a_lost_answer_and_a_token_store_one_certificate() {
    let mut cas = service();
    cas.force("UploadUserCertificate", "unknown-error", true);
    let token = [("ClientToken", "a-token")];
    assert_eq!(cas.put("one", &token).unwrap_err().row, "unknown-error");
    let made = cas.put("one", &token).unwrap();
    assert_eq!(cas.ok("ListCertificates", &[])["CertificateList"][0]["CertificateId"], made["CertId"].to_string());
    assert_eq!(cas.stored(&[]).len(), 1);
}

#[test]
fn a_pair_of_sm2_certificates_is_stored_as_given() {
    let mut cas = service();
    let pair = [
        ("SignCert", CERTIFICATE),
        ("SignPrivateKey", KEY),
        ("EncryptCert", CERTIFICATE),
        ("EncryptPrivateKey", OTHER_KEY),
    ];
    let id = cas.ok("UploadUserCertificate", &[&pair[..], &[("Name", "sm")]].concat())["CertId"].to_string();
    let full = cas.ok("GetUserCertificateDetail", &[("CertId", &id)]);
    for (name, text) in pair {
        assert_eq!(full[name], text);
    }
    assert!(full.get("Cert").is_none() && full.get("Key").is_none());
    for left_out in ["SignPrivateKey", "EncryptCert", "EncryptPrivateKey"] {
        let rest: Vec<_> = pair.into_iter().filter(|(name, _)| *name != left_out).collect();
        assert_eq!(
            cas.refused("UploadUserCertificate", &[&rest[..], &[("Name", "other")]].concat()),
            "parameter-missing",
            "{left_out}"
        );
    }
    let both = cas.put("both", &pair).unwrap()["CertId"].to_string();
    assert!(cas.ok("GetUserCertificateDetail", &[("CertId", &both)]).get("SignCert").is_none(), "the pair is ignored");
}

#[test]
fn certificates_of_orders_and_instances_are_in_the_list_with_their_ids() {
    let mut cas = service();
    let order = [
        ("Domain", "www.example.com"),
        ("Email", "ops@example.com"),
        ("Phone", "13800000000"),
        ("Username", "Li Lei"),
        ("ValidateType", "DNS"),
    ];
    let order = cas.ok("CreateCertificateRequest", &order)["OrderId"].to_string();
    let state = (0..4).map(|_| cas.ok("DescribeCertificateState", &[("OrderId", &order)])).last().unwrap();
    let of_order = state["CertId"].as_str().unwrap().to_owned();
    let full = cas.ok("GetUserCertificateDetail", &[("CertId", &of_order)]);
    assert_eq!((&full["OrderId"].to_string(), &full["Cert"]), (&order, &state["Certificate"]));
    let instance = "cas_dv-cn-example00001";
    let of_instance = cas.issue(instance, "test.example.com")["CertificateId"].to_string();
    cas.put("mine", &[("ResourceGroupId", "rg-one")]).unwrap();

    let sources: Vec<_> = ["BUY", "TEST", "UPLOAD"]
        .into_iter()
        .map(|source| {
            let listed = cas.ok("ListCertificates", &[("CertificateSource", source)]);
            assert_eq!(listed["TotalCount"], 1);
            listed["CertificateList"][0]["CertificateId"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(sources[..2], [of_order, of_instance]);
    for (filter, count) in [
        (("InstanceId", instance), 1),
        (("Keyword", "TEST.example"), 1),
        (("Keyword", "example.com"), 3),
        (("Keyword", "cas-upload-"), 1),
        (("ResourceGroupId", "rg-one"), 1),
        (("CertificateStatus", "issued"), 3),
        (("CertificateStatus", "revoked"), 0),
    ] {
        assert_eq!(cas.stored(&[filter]).len(), count, "{filter:?}");
    }
    cas.wait(61 * 86_400);
    assert!(cas.stored(&[("CertificateStatus", "willExpire")]).contains(&format!("cert-{instance}")));
    cas.wait(400 * 86_400);
    assert!(cas.stored(&[("CertificateStatus", "expired")]).contains(&format!("cert-{instance}")));
}

#[test]
fn only_what_nobody_can_use_is_deleted() {
    let mut cas = service();
    let instances = ["cas_dv-cn-example00001", "cas_dv-cn-example00005"];
    let ids = instances.map(|instance| cas.issue(instance, "www.example.com")["CertificateId"].to_string());
    for id in &ids {
        assert_eq!(cas.refused("DeleteUserCertificate", &[("CertId", id)]), "parameter-invalid");
    }
    cas.ok("RevokeCertificate", &[("InstanceId", instances[1])]);
    assert_eq!(cas.stored(&[("CertificateStatus", "revoked")]).len(), 1);
    cas.ok("DeleteUserCertificate", &[("CertId", &ids[1])]);
    cas.wait(91 * 86_400);
    cas.ok("DeleteUserCertificate", &[("CertId", &ids[0])]);
    assert!(cas.stored(&[]).is_empty());
    let uploaded = cas.put("mine", &[]).unwrap()["CertId"].to_string();
    let revoke = [("InstanceId", instances[1]), ("CertificateId", uploaded.as_str())];
    assert_eq!(cas.refused("RevokeCertificate", &revoke), "parameter-invalid");
}

#[test]
fn certificates_are_listed_by_pages() {
    let mut cas = service();
    for number in 0..5 {
        cas.put(&format!("c{number}"), &[]).unwrap();
    }
    assert_eq!(cas.stored(&[("CurrentPage", "2"), ("ShowSize", "2")]), ["c2", "c3"]);
    assert!(cas.stored(&[("CurrentPage", "9")]).is_empty());
    for wrong in [("CurrentPage", "0"), ("ShowSize", "101")] {
        assert_eq!(cas.refused("ListCertificates", &[wrong]), "parameter-invalid");
    }
}

#[test]
fn a_shared_certificate_is_counted_in_the_state_alone() {
    let mut cas = service();
    let id = cas.put("one", &[]).unwrap()["CertId"].to_string();
    let before = cas.ok("GetUserCertificateDetail", &[("CertId", &id)]);
    for target in ["1622883344556677", "1622883344556677", "1622883344556678"] {
        cas.ok("ShareCertificate", &[("CertificateId", &id), ("TargetUserId", target)]);
    }
    assert_eq!(cas.ok("GetUserCertificateDetail", &[("CertId", &id)]), before);
    assert_eq!(cas.state()["certificates"]["shared"], 2);
    let wrong = [("CertificateId", "1"), ("TargetUserId", "1622883344556677")];
    assert_eq!(cas.refused("ShareCertificate", &wrong), "parameter-invalid");
}
