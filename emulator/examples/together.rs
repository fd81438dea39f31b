//! Places orders through the SDK while another client uses the same endpoint. `tests/conformance/together.py` runs it, and is that client.
//!
//! Prints that it is ready, waits for a line, places and prints the orders, waits for another line, and prints the list of certificates.

use cloudcert::aliyun_cas::{v2018_07_13 as cas2018, v2020_04_07 as cas2020};
use cloudcert::{Config, Credentials};
use serde_json::{Value, json};
use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

const PRODUCT: &str = "digicert-free-1-free";
const SOON: Duration = Duration::from_millis(1);
/// A page size larger than any list here.
const LISTED: i32 = 1000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(orders)) = (arguments.next(), arguments.next()) else {
        return Err("usage: together URL ORDERS".into());
    };
    let config = || Config::new(Credentials::new("testid", "testsecret")).endpoint(url.as_str());
    let client = cas2020::Client::new(config())?;
    say(&json!({ "ready": true }))?;
    wait()?;
    for number in 0..orders.parse::<u32>()? {
        say(&order(&client, number).await?)?;
    }
    wait()?;
    let client = cas2018::Client::new(config())?;
    let listed = client.describe_user_certificate_list().current_page(1).show_size(LISTED).send().await?;
    let ids: Vec<String> =
        listed.certificate_list.iter().filter_map(|item| item.id.as_ref()).map(ToString::to_string).collect();
    say(&json!({ "listed": ids }))?;
    Ok(())
}

/// Places an order, and waits for its certificate.
async fn order(client: &cas2020::Client, number: u32) -> Result<Value, Box<dyn Error>> {
    let placed = client
        .create_certificate_request()
        .domain(format!("rust{number}.example.com"))
        .email("ops@example.com")
        .phone("13800000000")
        .username("Li Lei")
        .validate_type(cas2020::types::ValidateType::Dns)
        .product_code(PRODUCT)
        .send()
        .await?;
    let id = placed.order_id;
    let wait = client.wait_until_certificate_issued(id).initial_interval(SOON).max_interval(SOON);
    let issued = wait.await?;
    Ok(json!({
        "order": id.to_string(),
        "certificate": issued.cert_id.as_ref().map(ToString::to_string),
        "request": placed.metadata().request_id,
    }))
}

fn say(value: &Value) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{value}")?;
    out.flush()
}

fn wait() -> io::Result<()> {
    io::stdin().read_line(&mut String::new())?;
    Ok(())
}
