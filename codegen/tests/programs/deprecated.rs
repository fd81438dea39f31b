//! Uses what is deprecated, once each.

use cloudcert::all::{deprecated, deprecated_action, deprecated_structure};

fn main() {
    let config = || cloudcert::Config::new(cloudcert::Credentials::new("id", "secret"));
    if let Ok(client) = deprecated::acme_ca::v2026_01_01::Client::new(config()) {
        let _ = client.ask().kind("SINGLE").other("x").into_request().kind;
        let _ = deprecated::acme_ca::v2026_01_01::types::Kind::Wild;
    }
    if let Ok(client) = deprecated_action::acme_ca::v2026_01_01::Client::new(config()) {
        let _ = client.ask();
        let _ = client.wait_until_order_issued("x");
        let _ = deprecated_action::acme_ca::v2026_01_01::ask::Request::default();
    }
    let _ = deprecated_structure::acme_ca::v2026_01_01::types::Person::default();
    let _ = |issued: deprecated_structure::acme_ca::v2026_01_01::ask::IssuedOrder| issued.name;
}
