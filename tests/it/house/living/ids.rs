//! Ids: which action returns what another takes, and how they are written.

use super::{advice, cas, form, has, sent};
use crate::setup::futures::now;
use crate::setup::script::Script;
use cloudcert::aliyun_cas::v2020_04_07::types::{CertId, CertIdentifier, InstanceId, WarehouseId, WarehouseInstanceId};
use cloudcert::aliyun_cas::v2020_04_07::{get_task_attribute, revoke_certificate};
use serde_json::json;

#[test]
fn the_id_of_a_certificate_is_a_number_that_may_come_as_a_text() {
    for written in [json!(17_281_539), json!("17281539")] {
        let client = cas(&json!({"CertificateList": [{"CertificateId": written}], "TotalCount": 1}));
        let list = now(client.list_certificates().send()).unwrap();
        assert_eq!(list.certificate_list[0].certificate_id, Some(CertId::from(17_281_539)), "{written}");
    }
    let script = Script::repeat("{}");
    now(script.cas_client().delete_cloud_access().access_id(888).send()).unwrap();
    assert!(has(&form(&script), "AccessId", "888"));
}

#[test]
fn certificates_of_resources_are_sent_as_a_list_in_json() {
    let certificates = [CertId::from(1), CertId::from(2)];
    let sent = sent(|client| client.list_cloud_resources().cert_ids(certificates).send());
    assert!(has(&sent, "CertIds", "[1,2]"), "{sent:?}");
}

/// The id of a task is that of the instance, and the one of a bought instance may look in either way.
#[test]
fn the_id_of_an_instance_goes_wherever_an_instance_or_its_task_is_named() {
    for id in ["cas_dv-cn-example0001", "cas-cn-example0001"] {
        let client = cas(&json!({"InstanceList": [{"InstanceId": id}], "TotalCount": 1}));
        let listed = now(client.list_instances().send()).unwrap().instance_list[0].instance_id.clone().unwrap();
        let task = sent(|client| client.get_task_attribute().task_id(listed.clone()).send());
        assert!(has(&task, "TaskId", id), "{task:?}");
        assert_eq!(advice::<get_task_attribute::Request>(json!({"TaskId": id})), [""; 0]);
        let revoked = sent(|client| client.revoke_certificate().instance_id(listed).certificate_id(7).send());
        assert!(has(&revoked, "InstanceId", id), "{revoked:?}");
        let revoked = json!({"InstanceId": id, "CertificateId": 7});
        assert_eq!(advice::<revoke_certificate::Request>(revoked), [""; 0]);
    }
}

/// The example is the id of a listener, for which there is another field.
#[test]
fn a_worker_names_the_instance_of_its_certificate() {
    let worker = json!({"CertInstanceId": "cas_dv-cn-example0001", "ListenerId": "lsn-example0001@443"});
    let client = cas(&json!({"Data": [worker], "Total": 1}));
    let worker = now(client.list_worker_resource().job_id(8).send()).unwrap().data.remove(0);
    assert_eq!(worker.listener_id.as_deref(), Some("lsn-example0001@443"));
    let instance: InstanceId = worker.cert_instance_id.unwrap();
    let sent = sent(|client| client.get_instance_detail().instance_id(instance).send());
    assert!(has(&sent, "InstanceId", "cas_dv-cn-example0001"), "{sent:?}");
}

#[test]
fn a_certificate_identifier_ends_in_the_region_of_either_site() {
    for identifier in ["10203041-cn-hangzhou", "10203041-ap-southeast-1"] {
        let client = cas(&json!({"CertificateList": [{"CertIdentifier": identifier}], "TotalCount": 1}));
        let listed = now(client.list_certificates().send()).unwrap().certificate_list.remove(0).cert_identifier;
        assert_eq!(listed, Some(CertIdentifier::from(identifier)));
        let call = sent(|client| {
            let call = client.sign().message("aGVsbG8=").message_type("BASE64").signing_algorithm("SHA256withRSA");
            call.cert_identifier(listed.unwrap()).send()
        });
        assert!(has(&call, "CertIdentifier", identifier), "{call:?}");
    }
}

#[test]
fn a_warehouse_has_one_text_id_and_one_number() {
    let created = cas(&json!({"WarehouseInstanceId": "cas-wh-example1"}));
    let created: WarehouseInstanceId = now(created.create_warehouse().send()).unwrap().warehouse_instance_id;
    let asked = sent(|client| client.list_cert_warehouse().instance_id(created.clone()).send());
    assert!(has(&asked, "InstanceId", "cas-wh-example1"), "{asked:?}");
    for number in [json!(12), json!("12")] {
        let row = json!({"InstanceId": "cas-wh-example1", "PcaInstanceId": "pca-example0001", "WhId": number});
        let client = cas(&json!({"CertWarehouseList": [row], "TotalCount": 1}));
        let listed = now(client.list_cert_warehouse().send()).unwrap().cert_warehouse_list.remove(0);
        assert_eq!(listed.instance_id, Some(created.clone()));
        let number = listed.wh_id.unwrap();
        assert_eq!(number, WarehouseId::from(12));
        let verified = sent(|client| {
            let call = client.verify().message("aGVsbG8=").message_type("RAW").signature_value("c2ln");
            call.signing_algorithm("SHA256withRSA").custom_identifier("c").warehouse_id(number).send()
        });
        assert!(has(&verified, "WarehouseId", "12"), "{verified:?}");
    }
}

#[test]
fn a_renewal_returns_the_id_of_the_new_order() {
    let client = cas(&json!({"OrderId": 90_071_992_547_409_975_i64}));
    let renewed = now(client.renew_certificate_order_for_package_request().order_id(90_071_992_547_409_931).send());
    let renewed = renewed.unwrap().order_id;
    assert_eq!(renewed.get(), 90_071_992_547_409_975);
    let sent = sent(|client| client.describe_certificate_state().order_id(renewed).send());
    assert!(has(&sent, "OrderId", "90071992547409975"), "the state is that of the new order: {sent:?}");
    // Without it the caller would not know the new order.
    let without = cas(&json!({"RequestId": "R"}));
    let error = now(without.renew_certificate_order_for_package_request().order_id(5).send()).unwrap_err();
    assert!(error.to_string().contains("OrderId"), "{error}");
}

/// The sources show a number in one place and a masked key in another.
#[test]
fn the_access_key_of_a_resource_is_a_text_and_hidden() {
    for (written, read) in [(json!(1234), "1234"), (json!("LTAI****example"), "LTAI****example")] {
        let client = cas(&json!({"Data": [{"CloudAccessId": written}], "Total": 1}));
        let list = now(client.list_cloud_resources().send()).unwrap();
        assert_eq!(list.data[0].cloud_access_id.as_deref(), Some(read));
        assert!(!format!("{list:?}").contains(read), "{list:?}");
    }
}
