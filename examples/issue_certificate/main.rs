//! Orders, proves, fetches, checks, uploads and lists a certificate at Alibaba Cloud; then applies for, submits, downloads and revokes one
//! at Kingsoft Cloud.
//!
//! `cargo run --example issue_certificate` does it at an endpoint that it starts on this machine: no account, no money, no domain. With
//! `--endpoint URL` it does it at another endpoint, with `--real` at the clouds themselves, with the access keys of the environment; it then
//! asks before every order. `--domain`, `--email`, `--phone` and `--name` say for whom.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it reports to a person")]

mod alibaba;
mod check;
mod kingsoft;

use cloudcert::{Config, Credentials};
use cloudcert_emulator::{Emulator, Handle};
use lexopt::ValueExt;
use std::io::Write;
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// For whom a certificate is.
struct Owner {
    domain: String,
    email: String,
    phone: String,
    name: String,
}

/// Where it all happens.
struct Place {
    alibaba: Config,
    kingsoft: Config,
    owner: Owner,
    /// Whether it is this program's own endpoint, where nothing costs anything and domains prove themselves.
    own: bool,
    /// Whether it is the clouds themselves.
    real: bool,
    /// It runs as long as this is there.
    endpoint: Option<Handle>,
}

impl Place {
    /// Asks before something costs.
    fn agreed(&self, what: &str) -> Result<(), Failure> {
        if self.own {
            return Ok(());
        }
        print!("{what} Go on? [y/N] ");
        std::io::stdout().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if answer.trim().eq_ignore_ascii_case("y") { Ok(()) } else { Err("nothing was ordered".into()) }
    }

    /// Waits until somebody has published what proves the domain.
    fn published(&self) -> Result<(), Failure> {
        if !self.own {
            print!("  publish it, then press Enter ");
            std::io::stdout().flush()?;
            std::io::stdin().read_line(&mut String::new())?;
        }
        Ok(())
    }

    /// The first pause between two looks.
    fn pause(&self) -> Duration {
        if self.own { Duration::from_millis(100) } else { Duration::from_secs(5) }
    }
}

async fn place() -> Result<Place, Failure> {
    let (mut endpoint, mut real) = (None, false);
    let mut owner = Owner {
        domain: "www.example.com".to_owned(),
        email: "ops@example.com".to_owned(),
        phone: "13800000000".to_owned(),
        name: "Li Lei".to_owned(),
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("endpoint") => endpoint = Some(arguments.value()?.string()?),
            lexopt::Arg::Long("real") => real = true,
            lexopt::Arg::Long("domain") => owner.domain = arguments.value()?.string()?,
            lexopt::Arg::Long("email") => owner.email = arguments.value()?.string()?,
            lexopt::Arg::Long("phone") => owner.phone = arguments.value()?.string()?,
            lexopt::Arg::Long("name") => owner.name = arguments.value()?.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    if real {
        let (alibaba, kingsoft) = (from_env("ALIBABA_CLOUD_ACCESS_KEY_ID")?, from_env("KSYUN_ACCESS_KEY")?);
        return Ok(Place { alibaba, kingsoft, owner, own: false, real, endpoint: None });
    }
    let handle = match endpoint {
        Some(_) => None,
        None => Some(Emulator::start().await?),
    };
    let own = handle.is_some();
    let url = endpoint.or_else(|| handle.as_ref().map(|h| h.url().to_owned())).unwrap_or_default();
    // The endpoint's own access keys, unless the environment has others.
    let at = |variable: &str, id: &str| {
        let config = if own { None } else { from_env(variable).ok() };
        config.unwrap_or_else(|| Config::new(Credentials::new(id, "testsecret"))).endpoint(&url)
    };
    let alibaba = at("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
    let kingsoft = at("KSYUN_ACCESS_KEY", "AKLTtestid");
    Ok(Place { alibaba, kingsoft, owner, own, real, endpoint: handle })
}

/// The access key of the environment: id, secret and token are named alike.
fn from_env(id: &str) -> Result<Config, Failure> {
    let secret = id.replace("ACCESS_KEY_ID", "ACCESS_KEY_SECRET").replace("KSYUN_ACCESS_KEY", "KSYUN_SECRET_KEY");
    let read = |name: &str| std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"));
    Ok(Config::new(Credentials::new(read(id)?, read(&secret)?)))
}

/// Needs a runtime with several threads: the endpoint of its own answers while the program waits.
#[tokio::main]
async fn main() -> std::process::ExitCode {
    match run().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let place = place().await?;
    if let Some(endpoint) = &place.endpoint {
        println!("A local endpoint plays both clouds at {}. Nothing costs anything.\n", endpoint.url());
    }
    alibaba::run(&place).await?;
    println!();
    kingsoft::run(&place).await
}
