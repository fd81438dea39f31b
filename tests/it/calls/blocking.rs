//! Calls, waits and lists work without `async`, against the local endpoint.

use crate::setup::config::{aliyun_keys, config_at};
use crate::setup::futures::{multi_thread, run};
use crate::setup::requests::order;
use crate::setup::script::Script;
use cloudcert::ErrorKind;
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::api::Effect;
use cloudcert::testing::Reply;
use cloudcert_emulator::{Emulator, Handle};
use std::time::Duration;
use tokio::runtime::Runtime;

/// An endpoint on a runtime of its own, as if it were another program.
fn endpoint() -> (Runtime, Handle) {
    let runtime = multi_thread(1);
    let endpoint = runtime.block_on(Emulator::new().instances(25).serve()).unwrap();
    (runtime, endpoint)
}

#[test]
fn an_order_is_placed_and_waited_for_without_async() {
    let (_runtime, endpoint) = endpoint();
    let client = Client::new(config_at(endpoint.url(), aliyun_keys())).unwrap();
    let id = order(&client).send().block().unwrap().order_id;
    let wait = client.wait_until_certificate_issued(id).initial_interval(Duration::ZERO).max_interval(Duration::ZERO);
    assert!(wait.block().unwrap().certificate.unwrap().contains("BEGIN CERTIFICATE"));
    assert_eq!(client.credentials().block().unwrap().access_key_id(), "testid");
    let response = client.call("DescribePackageState", [("ProductCode", "digicert-free-1-free")], Effect::Read).block();
    assert_eq!(response.unwrap().value["ProductCode"], "digicert-free-1-free");
    let error = client.describe_certificate_state().order_id(1).send().block().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
}

#[test]
fn a_wait_is_an_iterator_over_its_steps() {
    let script = Script::jsons([r#"{"Type": "process"}"#, r#"{"Type": "certificate"}"#]);
    let client = script.cas_client();
    let steps = client.wait_until_certificate_issued(5).progress().block();
    let states: Vec<_> = steps.map(|step| step.unwrap().state.unwrap()).collect();
    assert_eq!(states, ["process", "certificate"]);
}

#[test]
fn pages_are_an_iterator_that_ends_after_an_error() {
    let (_runtime, endpoint) = endpoint();
    let client = old::Client::new(config_at(endpoint.url(), aliyun_keys())).unwrap();
    let pages: Vec<_> = client.describe_user_certificate_list().show_size(2).pages().block().collect();
    assert!(pages.iter().all(Result::is_ok));

    let instances = client.describe_order_instance_list().items().block();
    assert_eq!(instances.map(Result::unwrap).count(), 25);

    let page = r#"{"TotalCount": 4, "CertificateList": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]}"#;
    let script = Script::replies([Reply::json(page), Reply::error(400, "InvalidParameter", "no")]);
    let client = script.old_client();
    let mut pages = client.describe_user_certificate_list().show_size(2).pages().block();
    assert_eq!(pages.next().unwrap().unwrap().certificate_list.len(), 2);
    assert_eq!(pages.next().unwrap().unwrap_err().code(), Some("InvalidParameter"));
    assert_eq!(pages.get_ref().position(), 2);
    assert!(pages.next().is_none(), "an iterator that goes on after an error may never end");
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn many_threads_call_at_once() {
    let (_runtime, endpoint) = endpoint();
    let client = Client::new(config_at(endpoint.url(), aliyun_keys())).unwrap();
    let ids: std::collections::BTreeSet<i64> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..8)
            .map(|number| {
                let client = client.clone();
                scope.spawn(move || {
                    order(&client).domain(format!("{number}.example.com")).send().block().unwrap().order_id.get()
                })
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(ids.len(), 8);
    assert_eq!(endpoint.state()["services"]["aliyun-cas-2020-04-07"]["orders"]["total"], 8);
}

#[test]
fn blocking_inside_a_runtime_is_an_error_and_sends_nothing() {
    let script = Script::repeat(r#"{"OrderId": 5}"#);
    let client = script.cas_client();
    let list = script.old_client();
    run(async {
        let error = order(&client).send().block().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(".await"), "{error}");
        assert_eq!(client.wait_until_certificate_issued(5).block().unwrap_err().kind(), ErrorKind::Config);
        let mut pages = list.describe_user_certificate_list().show_size(2).pages().block();
        assert_eq!(pages.next().unwrap().unwrap_err().kind(), ErrorKind::Config);
        // The way that the error names.
        let runtime = tokio::runtime::Handle::current();
        let call = client.describe_package_state().send();
        tokio::task::spawn_blocking(move || runtime.block_on(call)).await.unwrap().unwrap();
    });
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn a_dropped_call_is_not_sent_and_a_client_outlives_its_thread() {
    let (_runtime, endpoint) = endpoint();
    let client = Client::new(config_at(endpoint.url(), aliyun_keys())).unwrap();
    drop(order(&client).send());
    drop(client.wait_until_certificate_issued(5));
    let here = client.clone();
    let first = std::thread::spawn(move || order(&here).send().block().unwrap()).join().unwrap();
    // The connection that the other thread opened is still good.
    let state = client.describe_certificate_state().order_id(first.order_id).send().block().unwrap();
    assert!(state.kind.is_some());
    assert_eq!(endpoint.state()["services"]["aliyun-cas-2020-04-07"]["orders"]["total"], 1);
}
