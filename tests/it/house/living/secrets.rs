//! What is a secret, and what is only a person's or the caller's own.

use super::{cas, form, has, sent};
use crate::setup::futures::now;
use crate::setup::script::Script;
use cloudcert::aliyun_cas::v2020_04_07::describe_cloud_resource_status;
use serde_json::json;

#[test]
fn no_key_is_fetched_unless_the_caller_asks_for_it() {
    for (asks, sent) in [(false, "true"), (true, "false")] {
        let script = Script::repeat("{}");
        let call = script.cas_client().get_user_certificate_detail().cert_id(7);
        now(if asks { call.with_private_keys() } else { call }.send()).unwrap();
        assert!(has(&form(&script), "CertFilter", sent));
    }
}

#[test]
fn the_private_key_of_a_csr_comes_in_pem_and_is_hidden() {
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let detail = now(cas(&json!({"PrivateKey": key})).get_csr_detail().csr_id(5).send()).unwrap();
    assert!(!format!("{detail:?}").contains(&key[40..60]), "{detail:?}");
    let stored = detail.private_key.unwrap();
    assert_eq!(stored.expose(), key);
    // UpdateCsr takes it as it came.
    let sent = sent(|client| client.update_csr().csr_id(5).key(stored).send());
    assert!(has(&sent, "Key", &key), "{sent:?}");
}

/// One text calls it the secret of the access key.
#[test]
fn the_id_of_an_access_key_is_personal_and_no_secret() {
    let client = cas(&json!({"CloudAccessList": [{"SecretId": "AKIDEXAMPLE0001"}], "TotalCount": 1}));
    let listed = now(client.list_cloud_access().send()).unwrap().cloud_access_list.remove(0).secret_id.unwrap();
    let request = client.describe_cloud_resource_status().secret_id(listed).into_request();
    let json = serde_json::to_value(&request).unwrap();
    assert_eq!(json, json!({"SecretId": "AKIDEXAMPLE0001"}), "JSON redacts secrets alone");
    assert!(!format!("{request:?}").contains("AKIDEXAMPLE0001"), "{request:?}");
    let request: describe_cloud_resource_status::Request = serde_json::from_value(json).unwrap();
    assert!(has(&sent(|client| client.send(request)), "SecretId", "AKIDEXAMPLE0001"));
}

/// The texts say that a certificate is encrypted.
#[test]
fn what_is_encrypted_is_data_of_the_caller_and_a_secret() {
    let encrypted = |client: &cloudcert::aliyun_cas::v2020_04_07::Client| {
        client.encrypt().algorithm("SM2PKE").plaintext("my data").cert_identifier("c")
    };
    let sent = sent(|client| encrypted(client).send());
    assert!(has(&sent, "Plaintext", "my data") && has(&sent, "CertIdentifier", "c"), "{sent:?}");
    let client = cas(&json!({"Plaintext": "my data"}));
    assert!(!format!("{:?}", encrypted(&client).into_request()).contains("my data"));
    let call = client.decrypt().algorithm("SM2PKE").ciphertext_blob("b").cert_identifier("c");
    let decrypted = now(call.send()).unwrap();
    assert!(!format!("{decrypted:?}").contains("my data"), "{decrypted:?}");
    assert_eq!(decrypted.plaintext.unwrap().expose(), "my data");
    let call = client.sign().message("my data").message_type("RAW").signing_algorithm("SM3withSM2").into_request();
    assert!(!format!("{call:?}").contains("my data"), "{call:?}");
}
