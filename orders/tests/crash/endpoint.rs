//! The local endpoint, and what it was made to pay for.

use super::child::Flow;
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::{Config, Credentials};
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use serde_json::Value;

/// What was bought and submitted, counted at the endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Orders and submissions of instances.
    pub(crate) orders: u64,
    /// Certificates of packages, money in prices of one certificate.
    pub(crate) paid: u64,
}

/// An endpoint of its own, on which nothing was bought. With a seed, things go wrong there at random.
pub(crate) fn start(flow: Flow, chaos: Option<u64>) -> Handle {
    let emulator = Emulator::new().polls_until_verified(1).instances(8);
    let emulator = match chaos {
        Some(seed) => emulator.chaos(seed),
        None => emulator,
    };
    let endpoint = emulator.serve_blocking().unwrap();
    if flow == Flow::Instance {
        // An application names a contact.
        let client = Client::new(config(&endpoint)).unwrap();
        let contact = client.create_contact().name("Li Lei").mobile("13800000000").email("ops@example.com");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let made = runtime.block_on(contact.send());
        assert!(made.is_ok() || chaos.is_some(), "{made:?}");
    }
    endpoint
}

/// A client of the endpoint.
pub(crate) fn config(endpoint: &Handle) -> Config {
    Config::new(Credentials::new("testid", "testsecret")).endpoint(endpoint.url()).dangerous_allow_http()
}

/// Counts what was bought.
pub(crate) fn counted(endpoint: &Handle, flow: Flow) -> Counted {
    let state = endpoint.state();
    let services = &state["services"];
    let sum = |list: &Value, field: &str| list.as_array().unwrap().iter().map(|one| one[field].as_u64().unwrap()).sum();
    match flow {
        Flow::Package => {
            let service = &services["aliyun-cas-2020-04-07"];
            let packages = service["packages"].as_object().unwrap().values();
            let paid = packages.map(|package| package["used"].as_u64().unwrap()).sum();
            Counted { orders: service["orders"]["total"].as_u64().unwrap(), paid }
        }
        Flow::Instance => {
            let orders = sum(&services["aliyun-cas-2020-04-07"]["instances"]["first"], "applied");
            Counted { orders, paid: orders }
        }
        Flow::Old => {
            let orders = sum(&services["aliyun-cas-2018-07-13"]["instances"], "submitted");
            Counted { orders, paid: orders }
        }
        Flow::Kcm => {
            let service = &services["ksyun-kcm-2016-03-04"];
            let amount = service["spent"]["amount"].as_u64().unwrap();
            let certificates = &service["certificates"];
            let orders = certificates["total"].as_u64().unwrap() + sum(&certificates["latest"], "renewals");
            Counted { orders, paid: amount.div_ceil(PRICE) }
        }
    }
}

/// What the certificate of the plan costs at Kingsoft Cloud.
const PRICE: u64 = 100;

/// What goes wrong with a call.
pub(crate) fn inject(endpoint: &Handle, fault: Fault, action: &str) {
    endpoint.inject(Rule::new(fault).action(action).times(1)).unwrap();
}
