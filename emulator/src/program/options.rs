//! The options of the program: arguments, environment, and the file with access keys.

use super::model;
use crate::{Cloud, Credential, Emulator};
use cloudcert::Secret;
use lexopt::Arg::{Long, Short};
use lexopt::ValueExt;
use serde::Deserialize;
use std::ffi::OsString;
use std::path::Path;

/// What the program has to do.
pub(super) enum Command {
    Help,
    Serve(Box<Emulator>),
}

/// Reads arguments and environment. The error says what is wrong, and holds no secret.
pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut emulator = Emulator::new();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next().map_err(wrong)? {
        let Long(name) = argument else {
            return match argument {
                Short('h') => Ok(Command::Help),
                other => Err(wrong(other.unexpected())),
            };
        };
        let name = name.to_owned();
        emulator = match name.as_str() {
            "help" => return Ok(Command::Help),
            "allow-remote" => emulator.allow_remote(),
            "listen" | "seed" | "clock" | "chaos" | "polls" | "seconds" | "dns" | "file-host" | "quota"
            | "instances" | "stock" | "credentials" | "model" => {
                let value = parser.value().map_err(wrong)?.string().map_err(wrong)?;
                option(emulator, &name, &value).map_err(|why| format!("--{name}{}: {why}", shown(&value)))?
            }
            _ => return Err(format!("unknown option --{name}")),
        };
    }
    Ok(Command::Serve(Box::new(from_environment(emulator)?)))
}

/// A value behind its option. What may be the text of a key is not repeated.
fn shown(value: &str) -> String {
    let is_plain = value.len() < 60 && !value.contains(|c: char| c.is_control() || "\"{".contains(c));
    if is_plain { format!(" {value}") } else { String::new() }
}

#[allow(clippy::needless_pass_by_value, reason = "takes what map_err gives")]
fn wrong(error: lexopt::Error) -> String {
    error.to_string()
}

fn option(emulator: Emulator, name: &str, value: &str) -> Result<Emulator, String> {
    let address = || value.parse().map_err(|_| "must be an address with a port, like 127.0.0.1:8080".to_owned());
    let number = || value.parse().map_err(|_| "must be a whole number".to_owned());
    let count = |text: &str| text.parse::<u32>().map_err(|_| "must be a whole number".to_owned());
    Ok(match name {
        "listen" => emulator.listen(address()?),
        "dns" => emulator.dns(address()?),
        "file-host" => emulator.file_host(address()?),
        "seed" => emulator.seed(number()?),
        "chaos" => emulator.chaos(number()?),
        "polls" => emulator.polls_until_verified(count(value)?),
        "seconds" => emulator.seconds_until_verified(count(value)?),
        "instances" => emulator.instances(count(value)?),
        "clock" => emulator.clock_start(seconds(value)?),
        "model" => emulator.model(model::read(Path::new(value))?),
        "quota" => {
            let (product, certificates) = value.split_once('=').ok_or("must be like digicert-free-1-free=20")?;
            emulator.quota(product, count(certificates)?)
        }
        "stock" => {
            let (spec, instances) = value.split_once('=').ok_or("must be like ws.dv.f=20")?;
            emulator.stock(spec, count(instances)?)
        }
        _ => credentials(Path::new(value))?.into_iter().fold(emulator, Emulator::credential),
    })
}

fn seconds(text: &str) -> Result<i64, String> {
    let time: Result<jiff::Timestamp, _> = text.parse();
    time.map(jiff::Timestamp::as_second).map_err(|_| "must be a time like 2026-01-02T03:04:05Z".to_owned())
}

/// An access key in the file of credentials.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyEntry {
    cloud: Cloud,
    id: String,
    secret: String,
    token: Option<String>,
    expires: Option<String>,
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    denied: Vec<String>,
}

fn credentials(file: &Path) -> Result<Vec<Credential>, String> {
    let text = std::fs::read(file).map_err(|error| format!("cannot be read: {error}"))?;
    // The message says where the mistake is, but does not quote values, which may be secrets.
    let keys: Vec<KeyEntry> = serde_json::from_slice(&text).map_err(|error| {
        let (place, why) = (format!("line {} column {}", error.line(), error.column()), error.to_string());
        let named = ["unknown field", "missing field"].iter().any(|known| why.starts_with(known));
        let why = if named { why.split(" at line").next().unwrap_or_default() } else { "the text does not fit" };
        format!("is not a list of access keys as emulator/README.md shows it: {why}, at {place}")
    })?;
    keys.into_iter().map(credential).collect()
}

/// Refuses an empty part of an access key, which is most often a mistake.
fn not_empty(name: &str, text: String) -> Result<String, String> {
    if text.trim().is_empty() { Err(format!("an access key has an empty {name}")) } else { Ok(text) }
}

fn credential(key: KeyEntry) -> Result<Credential, String> {
    let mut made = Credential::new(key.cloud, not_empty("id", key.id)?, Secret::from(not_empty("secret", key.secret)?));
    if let Some(token) = key.token {
        made = made.token(Secret::from(not_empty("token", token)?));
    }
    if let Some(end) = key.expires {
        made = made.expires(seconds(&end).map_err(|why| format!("expires {why}"))?);
    }
    if key.disabled {
        made = made.disabled();
    }
    Ok(key.denied.into_iter().fold(made, Credential::denied))
}

fn from_environment(mut emulator: Emulator) -> Result<Emulator, String> {
    for (cloud, name) in [(Cloud::Aliyun, "ALIYUN"), (Cloud::Ksyun, "KSYUN")] {
        let variable = |part: &str| {
            let name = format!("CLOUDCERT_EMULATOR_{name}_{part}");
            match std::env::var(&name) {
                Ok(value) if value.trim().is_empty() => Err(format!("{name} is empty: unset it or give it a value")),
                Ok(value) => Ok(Some(value)),
                Err(std::env::VarError::NotPresent) => Ok(None),
                Err(std::env::VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
            }
        };
        match (variable("ID")?, variable("SECRET")?, variable("TOKEN")?.map(Secret::from)) {
            (Some(id), Some(secret), token) => {
                let key = Credential::new(cloud, id, Secret::from(secret));
                emulator = emulator.credential(token.map_or(key.clone(), |token| key.token(token)));
            }
            (None, None, None) => {}
            _ => {
                let (id, secret) =
                    (format!("CLOUDCERT_EMULATOR_{name}_ID"), format!("CLOUDCERT_EMULATOR_{name}_SECRET"));
                return Err(format!(
                    "{id} and {secret} must be set together, and are needed for a token: set both or none"
                ));
            }
        }
    }
    Ok(emulator)
}
