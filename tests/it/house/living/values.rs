//! Values of enums: their spellings, and which enum a field has.

use super::{action, advice, cas, has, kcm, sent, sent_to_kcm};
use crate::setup::futures::now;
use cloudcert::aliyun_cas::v2020_04_07::types::{
    Brand, CertificateStatusCode, CloudAccessStatus, CloudName, CloudProduct, EncryptionAlgorithm, InstanceStatus,
    MessageType, OrderStatus, PlaintextEncoding, ServiceEdition, ValidationType, WarehouseCertStatus, WarehouseKind,
};
use cloudcert::aliyun_cas::v2020_04_07::{list_cloud_access, list_worker_resource};
use cloudcert::ksyun_kcm::v2016_03_04::types::{CsrSource, LoadBalancerCertificateType, ReissueCsr};
use serde_json::json;

#[test]
fn the_edition_of_an_instance_is_one_of_the_list_of_instances() {
    let client = cas(&json!({"VersionType": "ultimate", "Status": "normal"}));
    let detail = now(client.get_instance_detail().instance_id("i").send()).unwrap();
    assert_eq!((detail.version_type, detail.status), (Some(ServiceEdition::Ultimate), Some(InstanceStatus::Normal)));
}

#[test]
fn the_status_of_a_warehouse_certificate_has_two_spellings() {
    for written in ["REVOKE", "revoked"] {
        let client = cas(&json!({"CertStatus": written}));
        let detail = now(client.describe_warehouse_cert().cert_identifier("c").send()).unwrap();
        assert_eq!(detail.cert_status, Some(WarehouseCertStatus::Revoke), "{written}");
    }
}

#[test]
fn states_of_orders_are_compared_letter_for_letter_within_their_family() {
    let order = |written: &str| {
        let client = cas(&json!({"CertificateOrderList": [{"Status": written}], "TotalCount": 1}));
        now(client.list_user_certificate_order().send()).unwrap().certificate_order_list.remove(0).status.unwrap()
    };
    let of_a_job = |written: &str| {
        let client = cas(&json!({"Data": [{"StatusCode": written}]}));
        now(client.list_deployment_job_cert().job_id(8).send()).unwrap().data.remove(0).status_code.unwrap()
    };
    assert_eq!((order("PAYED"), order("CHECKED_FAIL")), (OrderStatus::Payed, OrderStatus::CheckedFail));
    assert_eq!(of_a_job("payed"), CertificateStatusCode::Payed);
    assert_eq!(of_a_job("checkedFail"), CertificateStatusCode::CheckedFail);
    for other in ["payed", "checkedFail", "domain_verify", "willExpire"] {
        assert_eq!(order(other), OrderStatus::Unknown(other.into()));
    }
    for other in ["PAYED", "CHECKED_FAIL", "verify_fail", "willExpire"] {
        assert_eq!(of_a_job(other), CertificateStatusCode::Unknown(other.into()));
    }
}

#[test]
fn a_file_that_proves_a_domain_has_two_names() {
    for (written, kind) in [("HTTP", ValidationType::Http), ("FILE", ValidationType::File)] {
        let client = cas(&json!({"DomainValidationList": [{"ValidationType": written}]}));
        let detail = now(client.get_instance_detail().instance_id("i").send()).unwrap();
        assert_eq!(detail.domain_validation_list[0].validation_type, Some(kind), "{written}");
    }
}

#[test]
fn a_brand_is_spelled_as_in_responses() {
    let sent = sent(|client| client.list_instances().brand(Brand::DigiCert).send());
    assert!(has(&sent, "Brand", "DigiCert"), "{sent:?}");
    let client = cas(&json!({"InstanceList": [{"Brand": "DigiCert"}], "TotalCount": 1}));
    assert_eq!(now(client.list_instances().send()).unwrap().instance_list[0].brand, Some(Brand::DigiCert));
    assert_eq!(Brand::from("Digicert"), Brand::Unknown("Digicert".into()));
}

/// What a source misspells is neither sent nor read as the value that is meant.
#[test]
fn misprints_of_values_are_no_spellings() {
    for (written, known) in [("normal", true), ("nomal", false)] {
        let client = cas(&json!({"CloudAccessList": [{"ServiceStatus": written}], "TotalCount": 1}));
        let status = now(client.list_cloud_access().send()).unwrap().cloud_access_list.remove(0).service_status;
        assert_eq!(status == Some(CloudAccessStatus::Normal), known, "{written}");
        assert_eq!(status.unwrap().as_str(), written);
    }
    let sent = sent(|client| client.encrypt().algorithm(EncryptionAlgorithm::RsaesOaepSha1).plaintext("key").send());
    assert!(has(&sent, "Algorithm", "RSAES_OAEP_SHA_1"), "{sent:?}");
    assert_eq!(EncryptionAlgorithm::from("RSAESOAEPSHA_1"), EncryptionAlgorithm::Unknown("RSAESOAEPSHA_1".into()));
}

#[test]
fn every_provider_of_the_enum_can_be_listed_and_counted() {
    for provider in CloudName::VALUES {
        let name = provider.as_str();
        let asked = sent(|client| client.list_cloud_access().cloud_name(provider.clone()).send());
        assert!(has(&asked, "CloudName", name), "{asked:?}");
        assert_eq!(advice::<list_cloud_access::Request>(json!({"CloudName": name})), [""; 0]);
    }
    assert_eq!(action("ListCloudAccess").parameter("CloudName").unwrap().values, [""; 0], "all of the enum");
    // Alibaba Cloud is counted beside the other clouds.
    let rows = json!([
        {"CloudName": "aliyun", "CloudProduct": "OSS", "TotalCount": 3},
        {"CloudName": "Tencent", "CloudProduct": "TencentCDN", "TotalCount": 2},
    ]);
    let counts = now(cas(&json!({"Data": rows})).describe_cloud_resource_status().send()).unwrap().data;
    let counts: Vec<_> = counts.into_iter().map(|row| (row.cloud_name, row.cloud_product, row.total_count)).collect();
    let wanted = [
        (Some(CloudName::Aliyun), Some(CloudProduct::Oss), Some(3)),
        (Some(CloudName::Tencent), Some(CloudProduct::TencentCdn), Some(2)),
    ];
    assert_eq!(counts, wanted);
}

/// Those of Huawei and AWS are in one list only, and the Chinese text of the filter is that of another one.
#[test]
fn a_worker_may_be_for_every_product_whose_resources_are_listed() {
    for product in CloudProduct::VALUES {
        let name = product.as_str();
        let asked = sent(|client| client.list_worker_resource().job_id(8).cloud_product(product.clone()).send());
        assert!(has(&asked, "CloudProduct", name), "{asked:?}");
        let request = json!({"JobId": 8, "CloudProduct": name});
        assert_eq!(advice::<list_worker_resource::Request>(request), [""; 0]);
        let client = cas(&json!({"Data": [{"CloudProduct": name}], "Total": 1}));
        let worker = now(client.list_worker_resource().job_id(8).send()).unwrap().data.remove(0);
        let resource = now(client.list_cloud_resources().send()).unwrap().data.remove(0);
        assert_eq!((worker.cloud_product.as_ref(), resource.cloud_product.as_ref()), (Some(product), Some(product)));
    }
    for product in ["HuaweiCDN", "AwsCloudFront", "TencentWAF", "CDN", "DCDN", "DDOS"] {
        assert!(CloudProduct::VALUES.contains(&CloudProduct::from(product)), "{product}");
    }
    assert_eq!(action("ListWorkerResource").parameter("CloudProduct").unwrap().values, [""; 0], "all of the enum");
    let other = json!({"JobId": 8, "CloudProduct": "error"});
    assert_eq!(advice::<list_worker_resource::Request>(other), ["CloudProduct"], "a status is no product");
}

#[test]
fn the_kind_of_a_warehouse_is_an_enum_in_one_list_and_a_text_in_the_others() {
    for kind in ["uploadCA", "uploadPCA", "aliyunPCA", "ssl", "free", "disable"] {
        let client = cas(&json!({"CertWarehouseList": [{"Type": kind}], "TotalCount": 1}));
        let listed = now(client.list_cert_warehouse().send()).unwrap().cert_warehouse_list.remove(0).kind.unwrap();
        assert!(WarehouseKind::VALUES.contains(&listed) && listed.as_str() == kind, "{kind}");
    }
    assert_eq!(WarehouseKind::from("pcaCaCert"), WarehouseKind::Unknown("pcaCaCert".into()));
    let created = sent(|client| client.create_warehouse().kind("pcaCertificate").send());
    assert!(has(&created, "Type", "pcaCertificate"), "{created:?}");
    let client = cas(&json!({"Data": [{"WarehouseType": "pcaCaCert"}], "TotalCount": 1}));
    let listed = now(client.list_warehouse().send()).unwrap().data.remove(0);
    assert_eq!(listed.warehouse_type.as_deref(), Some("pcaCaCert"));
}

#[test]
fn a_message_is_sent_in_the_form_that_the_action_takes() {
    let signed = |kind: MessageType, message: &str| {
        sent(|client| {
            let call = client.sign().message(message).message_type(kind).signing_algorithm("SHA256withRSA");
            call.cert_identifier("c").send()
        })
    };
    let text = signed(MessageType::Raw, "hello");
    assert!(has(&text, "MessageType", "RAW") && has(&text, "Message", "hello"), "{text:?}");
    let encoded = signed(MessageType::Base64, "aGVsbG8=");
    assert!(has(&encoded, "MessageType", "BASE64") && has(&encoded, "Message", "aGVsbG8="), "{encoded:?}");
    let taken = |name: &str| action(name).parameter("MessageType").unwrap().values.as_slice();
    assert_eq!(taken("Verify"), ["RAW", "DIGEST"]);
    assert_eq!(taken("Sign"), [""; 0], "all of the enum");
    // Encrypt and Decrypt have an enum of their own, which spells one of them in another way.
    assert_eq!(PlaintextEncoding::VALUES, [PlaintextEncoding::Base64, PlaintextEncoding::Raw]);
    assert_eq!(PlaintextEncoding::from("Base64"), PlaintextEncoding::Base64);
    assert_eq!(MessageType::from("Base64"), MessageType::Unknown("Base64".into()));
}

#[test]
fn the_csr_of_a_reissue_is_not_that_of_an_update() {
    let reissued =
        |csr: ReissueCsr| sent_to_kcm(|client| client.reissue_certificate().certificate_id("7").csr_source(csr).send());
    let updated =
        |csr: CsrSource| sent_to_kcm(|client| client.update_certificate().certificate_id("7").csr_source(csr).send());
    assert!(has(&reissued(ReissueCsr::New), "CsrSource", "new"));
    assert!(has(&updated(CsrSource::User), "CsrSource", "USER"));
    assert!(has(&updated(CsrSource::System), "CsrSource", "SYSTEM"));
    assert_eq!(CsrSource::from("new"), CsrSource::Unknown("new".into()));
    assert_eq!(ReissueCsr::from("USER"), ReissueCsr::Unknown("USER".into()));
}

#[test]
fn a_load_balancer_certificate_has_a_kind_and_a_text_that_no_source_explains() {
    let row = json!({"CertificateId": "c", "CertificateType": "SVR", "CertType": "any text"});
    let client = kcm(&json!({"CertificateSet": [row]}));
    let listed = now(client.describe_certificates().send()).unwrap().certificate_set.remove(0);
    assert_eq!(listed.certificate_type, Some(LoadBalancerCertificateType::Server));
    assert_eq!(listed.cert_type.as_deref(), Some("any text"));
}
