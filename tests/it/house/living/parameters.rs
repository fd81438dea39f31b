//! Parameters: what is required, what is advised, and what the client sends by itself.

use super::{action, advice, has, mistakes, names, sent, sent_to_kcm};
use crate::setup::futures::now;
use crate::setup::script::{Script, pairs};
use cloudcert::Operation;
use cloudcert::aliyun_cas::v2020_04_07::types::CloudName;
use cloudcert::aliyun_cas::v2020_04_07::{
    self as cas, add_cloud_access, create_certificate_for_package_request, create_certificate_request,
    create_certificate_with_csr_request, create_company, create_csr, create_wh_client_certificate, decrypt, encrypt,
    renew_certificate_order_for_package_request, sign, update_company, update_instance, upload_csr,
    upload_user_certificate, verify,
};
use cloudcert::ksyun_kcm::v2016_03_04::modify_certificate;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Whether one is advised on a parameter.
fn advised<R: Operation + DeserializeOwned>(request: Value, parameter: &str) -> bool {
    advice::<R>(request).iter().any(|of| of == parameter)
}

#[test]
fn an_order_is_advised_to_have_20_tags_and_an_upload_100() {
    let tags = |count: usize| json!({"Tags": vec![json!({"Key": "k", "Value": "v"}); count]});
    let orders = [
        advised::<create_certificate_request::Request>,
        advised::<create_certificate_with_csr_request::Request>,
        advised::<create_certificate_for_package_request::Request>,
        advised::<renew_certificate_order_for_package_request::Request>,
    ];
    for order in orders {
        assert!(!order(tags(20), "Tags") && order(tags(21), "Tags"));
    }
    let upload = advised::<upload_user_certificate::Request>;
    assert!(!upload(tags(100), "Tags") && upload(tags(101), "Tags"));
    assert!(!mistakes::<upload_user_certificate::Request>(tags(101)).contains(&"Tags".to_owned()), "it is sent");
}

#[test]
fn periods_in_the_name_of_a_csr_stop_no_call() {
    let problems = |name: &str| {
        let named = json!({"Name": name});
        let of =
            [advised::<create_csr::Request>, advised::<upload_csr::Request>].map(|said| said(named.clone(), "Name"));
        let wrong = [mistakes::<create_csr::Request>(named.clone()), mistakes::<upload_csr::Request>(named)];
        assert!(wrong.iter().flatten().all(|parameter| parameter != "Name"), "{wrong:?}");
        of
    };
    // Which characters it may have is documented only. Its length is checked, as advice.
    assert_eq!((problems("csr-www.example"), problems("csr-www_example")), ([false; 2], [false; 2]));
    assert_eq!((problems(&"n".repeat(50)), problems(&"n".repeat(51))), ([false; 2], [true; 2]));
    let name = "csr-www.example";
    let made = sent(|client| {
        let csr = client.create_csr().algorithm("ECC").key_size(256).common_name("www.example.com").country_code("CN");
        csr.locality("Hangzhou").province("Zhejiang").name(name).send()
    });
    assert!(has(&made, "Name", name), "{made:?}");
}

#[test]
fn an_application_is_set_in_parts() {
    let set = |part: Value| {
        let mut request = json!({"InstanceId": "i"});
        request.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        assert_eq!(mistakes::<update_instance::Request>(request.clone()), [""; 0], "{request}");
        advice::<update_instance::Request>(request)
    };
    // Neither contacts nor domain nor CSR are needed in one call.
    for part in
        [json!({}), json!({"City": "Hangzhou"}), json!({"Domain": ["www.example.com"]}), json!({"ContactIdList": [5]})]
    {
        assert_eq!(set(part), [""; 0]);
    }
    let csr = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap();
    let csr = csr.serialize_request(&rcgen::KeyPair::generate().unwrap()).unwrap().pem().unwrap();
    let domain = ["www.example.com"];
    assert_eq!(set(json!({"GenerateCsrMethod": "online", "Domain": domain})), [""; 0]);
    assert_eq!(set(json!({"GenerateCsrMethod": "online", "Domain": domain, "Csr": csr})), ["Csr"]);
    assert_eq!(set(json!({"GenerateCsrMethod": "upload", "Csr": csr})), [""; 0]);
    assert_eq!(set(json!({"GenerateCsrMethod": "upload", "Domain": domain})), ["Csr"]);
    // What is left out is not sent, so that the service keeps it.
    let nothing = sent(|client| client.update_instance().instance_id("i").send());
    for name in ["ContactIdList", "Domain", "Csr", "City", "Province"] {
        assert!(!names(&nothing, name), "{nothing:?}");
    }
    let place = sent(|client| client.update_instance().instance_id("i").city("Hangzhou").province("Zhejiang").send());
    assert!(has(&place, "City", "Hangzhou") && has(&place, "Province", "Zhejiang"), "{place:?}");
}

#[test]
fn an_upload_is_advised_to_have_one_certificate_with_what_belongs_to_it() {
    let of = |given: &[&str]| {
        let mut request = json!({"Name": "n"});
        for name in given {
            request[name] = json!("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        }
        assert_eq!(mistakes::<upload_user_certificate::Request>(request.clone()), [""; 0], "{request}");
        advice::<upload_user_certificate::Request>(request)
    };
    let sm2 = ["SignCert", "SignPrivateKey", "EncryptCert", "EncryptPrivateKey"];
    assert_eq!((of(&["Cert", "Key"]), of(&sm2)), (vec![], vec![]));
    assert_ne!(of(&[]), [""; 0], "a certificate is needed");
    assert_eq!((of(&["Cert"]), of(&["Key", "SignCert"]).contains(&"Cert".to_owned())), (vec!["Key".to_owned()], true));
    assert_eq!(of(&["SignCert"]), ["SignPrivateKey", "EncryptCert", "EncryptPrivateKey"]);
    assert_ne!(of(&["Cert", "Key", "SignCert"]), [""; 0], "Cert and Key win");
}

#[test]
fn only_a_new_company_needs_a_language() {
    let (made, changed) =
        (mistakes::<create_company::Request>(json!({})), mistakes::<update_company::Request>(json!({})));
    assert!(made.contains(&"Lang".to_owned()), "{made:?}");
    assert!(!changed.contains(&"Lang".to_owned()), "{changed:?}");
    let but = |list: &[String], own: &str| list.iter().filter(|of| *of != own).cloned().collect::<Vec<_>>();
    let (mut made, mut changed) = (but(&made, "Lang"), but(&changed, "CompanyId"));
    made.sort();
    changed.sort();
    assert_eq!(made, changed, "all others are the same");
}

#[test]
fn the_form_of_a_message_has_no_default() {
    for missing in [mistakes::<sign::Request>(json!({})), mistakes::<verify::Request>(json!({}))] {
        assert!(missing.contains(&"MessageType".to_owned()), "{missing:?}");
    }
}

#[test]
fn a_certificate_is_advised_to_be_named_in_one_of_two_ways() {
    fn check<R: Operation + DeserializeOwned>() {
        let named = |request: Value| {
            assert!(!mistakes::<R>(request.clone()).contains(&"CertIdentifier".to_owned()), "it is optional");
            advice::<R>(request)
        };
        assert_ne!(named(json!({})), [""; 0], "a certificate must be named");
        assert_eq!(named(json!({"CertIdentifier": "c"})), [""; 0]);
        assert_eq!(named(json!({"CustomIdentifier": "c"})), ["WarehouseId"]);
        assert_eq!(named(json!({"CustomIdentifier": "c", "WarehouseId": 12})), [""; 0]);
    }
    check::<sign::Request>();
    check::<verify::Request>();
    check::<encrypt::Request>();
    check::<decrypt::Request>();
}

#[test]
fn begin_and_end_of_a_client_certificate_go_together() {
    let of = |request: Value| advice::<create_wh_client_certificate::Request>(request);
    assert_eq!(of(json!({"BeforeTime": 1_767_196_800, "AfterTime": 1_798_732_800})), [""; 0]);
    assert_eq!(of(json!({"AfterTime": 1_798_732_800})), ["BeforeTime"]);
    assert_eq!(of(json!({"BeforeTime": 1_767_196_800, "Days": 5})), ["AfterTime"]);
    assert_eq!(of(json!({"Days": 5})), [""; 0]);
}

/// Every call about tags and resource groups, without a region and a kind of resource.
fn of_resources(client: &cas::Client) {
    let _ = now(client.list_tag_keys().send());
    let _ = now(client.list_tag_resources().resource_id(["r"]).send());
    let _ = now(client.tag_resources().resource_id(["r"]).send());
    let _ = now(client.untag_resources().resource_id(["r"]).send());
    let _ = now(client.move_resource_group().resource_id("r").resource_group_id("g").send());
}

#[test]
fn calls_of_tags_and_groups_name_the_region_and_instances_by_themselves() {
    let script = Script::repeat("{}");
    of_resources(&cas::Client::new(script.config().region("ap-southeast-1")).unwrap());
    assert_eq!(script.sent().len(), 5);
    for request in script.sent() {
        let form = pairs(&request.body);
        assert!(has(&form, "RegionId", "ap-southeast-1") && has(&form, "ResourceType", "instance"), "{form:?}");
    }
    let own = sent(|client| {
        let call = client.move_resource_group().resource_id("r").resource_group_id("g");
        call.resource_type("Certificate").region_id("cn-hangzhou").send()
    });
    assert!(has(&own, "RegionId", "cn-hangzhou") && has(&own, "ResourceType", "Certificate"), "{own:?}");
}

#[test]
fn lists_of_companies_and_contacts_have_no_page_size_of_their_own() {
    let companies = sent(|client| client.list_companies().send());
    let contacts = sent(|client| client.list_contact().send());
    assert!(!names(&companies, "ShowSize") && !names(&contacts, "ShowSize"), "{companies:?}, {contacts:?}");
    assert!(has(&sent(|client| client.list_companies().show_size(7).send()), "ShowSize", "7"));
}

/// A text speaks of `AkType` and of Azure, which no source has among the parameters and values.
#[test]
fn an_access_key_of_another_cloud_is_three_texts() {
    let stored = |cloud: CloudName| {
        sent(|client| client.add_cloud_access().cloud_name(cloud).secret_id("AKIDEXAMPLE0001").secret_key("key").send())
    };
    let wanted = [("CloudName", "Tencent"), ("SecretId", "AKIDEXAMPLE0001"), ("SecretKey", "key")];
    let form = stored(CloudName::Tencent);
    assert!(wanted.iter().all(|(name, value)| has(&form, name, value)), "{form:?}");
    let all = action("AddCloudAccess").parameters.iter().map(|of| of.wire.as_str());
    assert_eq!(all.collect::<Vec<_>>(), wanted.map(|(name, _)| name));
    let azure = json!({"CloudName": "Azure", "SecretId": "i", "SecretKey": "key"});
    assert_eq!(advice::<add_cloud_access::Request>(azure), ["CloudName"]);
    assert!(has(&stored(CloudName::from("Azure")), "CloudName", "Azure"), "the enum is open");
}

#[test]
fn a_load_balancer_certificate_is_changed_by_its_id() {
    let missing = mistakes::<modify_certificate::Request>(json!({"CertificateName": "n"}));
    assert_eq!(missing, ["CertificateId"]);
}

#[test]
fn line_breaks_of_a_load_balancer_certificate_are_sent_as_they_are_given() {
    let escaped = r"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for text in [escaped, broken] {
        let made = sent_to_kcm(|client| client.create_certificate().public_key(text).private_key(text).send());
        assert!(has(&made, "PublicKey", text) && has(&made, "PrivateKey", text), "{made:?}");
        let changed = sent_to_kcm(|client| client.modify_certificate().certificate_id("c").public_key(text).send());
        assert!(has(&changed, "PublicKey", text), "{changed:?}");
    }
}
