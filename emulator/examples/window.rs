//! Makes single calls through the SDK, as its standard input says, so that a test of the page at `/_emulator/` has something to watch. `.ci/browser` runs it.
//!
//! Reads lines like `order www.example.com`, `probe 90071992547409931` and `packages`, and prints one line of JSON for each.

use cloudcert::aliyun_cas::v2020_04_07::{Client, types::ValidateType};
use cloudcert::{Config, Credentials, Error};
use serde_json::{Value, json};
use std::io::{self, Write};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(url) = std::env::args().nth(1) else { return Err("usage: window URL".into()) };
    let client = Client::new(Config::new(Credentials::new("testid", "testsecret")).endpoint(url.as_str()))?;
    for line in io::stdin().lines() {
        let line = line?;
        let (what, of) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        let done = match what {
            "order" => order(&client, of).await,
            "probe" => probe(&client, of.parse()?).await,
            _ => packages(&client).await,
        };
        let said = done.unwrap_or_else(
            |error| json!({ "error": error.code(), "status": error.status(), "unknown": error.outcome_unknown() }),
        );
        let mut out = io::stdout();
        writeln!(out, "{said}")?;
        out.flush()?;
    }
    Ok(())
}

async fn order(client: &Client, domain: &str) -> Result<Value, Error> {
    let order = client.create_certificate_request().domain(domain).email("ops@example.com").phone("13800000000");
    let placed = order.username("Li Lei").validate_type(ValidateType::Dns).await?;
    Ok(json!({ "order": placed.order_id.to_string() }))
}

async fn probe(client: &Client, id: i64) -> Result<Value, Error> {
    let shown = client.describe_certificate_state().order_id(id).await?;
    Ok(json!({ "issued": shown.certificate.is_some() }))
}

async fn packages(client: &Client) -> Result<Value, Error> {
    let shown = client.describe_package_state().await?;
    Ok(json!({ "total": shown.total_count }))
}
