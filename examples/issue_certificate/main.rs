//! Orders, proves, downloads, saves, uploads, lists and deploys a certificate at Alibaba Cloud; then applies for, submits, downloads and saves one
//! at Kingsoft Cloud. Revokes both. `--help` says how to run it elsewhere than at a local endpoint.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it reports to a person")]

mod alibaba;
mod check;
mod kingsoft;
mod options;

use options::{Options, Where};

use cloudcert::{Config, Credentials};
use cloudcert_emulator::{Emulator, Handle};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Where it all happens, and for whom.
struct Session {
    options: Options,
    alibaba: Config,
    kingsoft: Config,
    /// The endpoint of this program, where nothing costs anything and domains prove themselves.
    endpoint: Option<Handle>,
}

impl Session {
    async fn start(options: Options) -> Result<Self, Failure> {
        if options.place == Where::Real {
            let (alibaba, kingsoft) = (from_env("ALIBABA_CLOUD_ACCESS_KEY_ID")?, from_env("KSYUN_ACCESS_KEY")?);
            return Ok(Self { options, alibaba, kingsoft, endpoint: None });
        }
        let (endpoint, url) = if let Where::Endpoint(url) = &options.place {
            (None, url.clone())
        } else {
            let own = Emulator::start().await?;
            let url = own.url().to_owned();
            (Some(own), url)
        };
        // The test keys of the local endpoint, unless another endpoint is named and the environment has keys.
        let at = |variable: &str, id: &str| {
            let config = if endpoint.is_some() { None } else { from_env(variable).ok() };
            config.unwrap_or_else(|| Config::new(Credentials::new(id, "testsecret"))).endpoint(&*url)
        };
        let alibaba = at("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid");
        let kingsoft = at("KSYUN_ACCESS_KEY", "AKLTtestid");
        Ok(Self { options, alibaba, kingsoft, endpoint })
    }

    fn is_own(&self) -> bool {
        self.endpoint.is_some()
    }

    /// Asks before something costs money or cannot be undone.
    fn agreed(&self, what: &str) -> Result<bool, Failure> {
        if self.is_own() || self.options.yes {
            return Ok(true);
        }
        print!("{what} Go on? [y/N] ");
        std::io::stdout().flush()?;
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        Ok(line.trim().eq_ignore_ascii_case("y"))
    }

    /// Waits until somebody has published what proves the domain.
    fn published(&self) -> Result<(), Failure> {
        if !self.is_own() {
            print!("  publish it, then press Enter ");
            std::io::stdout().flush()?;
            std::io::stdin().read_line(&mut String::new())?;
        }
        Ok(())
    }

    /// How long to wait between the first two polls.
    fn interval(&self) -> Duration {
        if self.is_own() { Duration::from_millis(100) } else { Duration::from_secs(5) }
    }

    /// The folder for the files of a cloud.
    fn folder(&self, cloud: &str) -> PathBuf {
        self.options.out.join(cloud)
    }
}

/// The access key of the environment. Id and secret are named alike.
fn from_env(id: &str) -> Result<Config, Failure> {
    let secret = id.replace("ACCESS_KEY_ID", "ACCESS_KEY_SECRET").replace("KSYUN_ACCESS_KEY", "KSYUN_SECRET_KEY");
    let read = |name: &str| std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"));
    Ok(Config::new(Credentials::new(read(id)?, read(&secret)?)))
}

/// Notes an order at once, so that its id survives whatever happens next.
fn note(folder: &Path, text: &str) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("orders.txt"))?;
    writeln!(file, "{text}")?;
    Ok(file.sync_all()?)
}

/// Needs a runtime with several threads: its own endpoint responds while the program waits.
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
    let Some(options) = Options::read()? else {
        print!("{}", options::HELP);
        return Ok(());
    };
    let session = Session::start(options).await?;
    if let Some(endpoint) = &session.endpoint {
        println!("A local endpoint plays both clouds at {}. Nothing costs anything.\n", endpoint.url());
    }
    if session.options.alibaba {
        alibaba::run(&session).await?;
        println!();
    }
    if session.options.kingsoft {
        kingsoft::run(&session).await?;
    }
    Ok(())
}
