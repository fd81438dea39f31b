//! Makes single calls through the SDK, as its standard input says, so that a test of the page at `/_emulator/` has something to watch.
//! `.ci/browser` runs it, with endpoint and access keys in the environment.
//!
//! Reads lines like `order www.example.com`, `probe 90071992547409931`, `packages` and `buy www.example.com`, and prints one line of JSON
//! for each.

use cloudcert::aliyun_cas::v2020_04_07::{self as cas, types::ValidateType};
use cloudcert::{Error, ksyun_kcm::v2016_03_04 as kcm};
use serde_json::{Value, json};
use std::io::{self, Write};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (cas, kcm) = (cas::Client::from_env()?, kcm::Client::from_env()?);
    for line in io::stdin().lines() {
        let line = line?;
        let (what, of) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        let done = match what {
            "order" => order(&cas, of).await,
            "probe" => probe(&cas, of.parse()?).await,
            "packages" => packages(&cas).await,
            "buy" => buy(&kcm, of).await,
            _ => return Err(format!("there is no {what}").into()),
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

async fn order(client: &cas::Client, domain: &str) -> Result<Value, Error> {
    let order = client.create_certificate_request().domain(domain).email("ops@example.com").phone("13800000000");
    let placed = order.username("Li Lei").validate_type(ValidateType::Dns).await?;
    Ok(json!({ "order": placed.order_id.to_string() }))
}

async fn probe(client: &cas::Client, id: i64) -> Result<Value, Error> {
    let shown = client.describe_certificate_state().order_id(id).await?;
    Ok(json!({ "issued": shown.certificate.is_some() }))
}

async fn packages(client: &cas::Client) -> Result<Value, Error> {
    let shown = client.describe_package_state().await?;
    Ok(json!({ "total": shown.total_count }))
}

async fn buy(client: &kcm::Client, domain: &str) -> Result<Value, Error> {
    let order = client.apply_certificate().main_domain(domain).certificate_code("SECDV01").year_length(1);
    let bought = order.domain_count(1).wildcard_count(0).await?;
    Ok(json!({ "certificate": bought.certificate.certificate_id.to_string() }))
}
