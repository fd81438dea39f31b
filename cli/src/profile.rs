//! Profiles: where the credentials of a client come from, and which service it calls. A configuration names sources and never keys.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use cloudcert::Config;
use cloudcert::api::Provider;
use cloudcert::credentials::{
    AliyunCli, AliyunFile, Chain, EnvironmentVariables, KsyunFile, ProvideCredentials, Surroundings,
};
use cloudcert::dynamic;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    profiles: BTreeMap<String, Entry>,
}

/// A profile of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    cloud: Cloud,
    /// `chain`, `env`, `aliyun-cli:NAME`, `aliyun-file:SECTION` or `ksyun-file:SECTION`.
    #[serde(default)]
    credentials: Option<String>,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    endpoint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Cloud {
    Aliyun,
    Ksyun,
}

/// What a user asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) lang: Lang,
    /// The name of a profile.
    pub(crate) name: Option<&'a str>,
    /// A configuration.
    pub(crate) config: Option<&'a Path>,
}

/// The profile that counts for a client.
#[derive(Debug)]
pub(crate) struct Profile {
    /// Where it is from, for `whoami`.
    pub(crate) from: String,
    config: Config,
}

impl Profile {
    /// The configuration of a client.
    pub(crate) fn into_config(self) -> Config {
        self.config
    }
}

/// Where the configuration is: as named, else `CLOUDCERT_CONFIG`, else in the folder of the user, for root in `/etc`.
pub(crate) fn path(named: Option<&Path>, variable: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let of_user = || {
        let folder = set("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
        let folder = folder.or_else(|| set("HOME").map(|home| home.join(".config")));
        folder.map(|folder| folder.join("cloudcert/config.toml"))
    };
    let of_root = || {
        let is_root = set("HOME").is_some_and(|home| home == Path::new("/root"));
        is_root.then(|| PathBuf::from("/etc/cloudcert/config.toml")).filter(|file| file.exists())
    };
    named.map(Path::to_owned).or_else(|| set("CLOUDCERT_CONFIG")).or_else(of_root).or_else(of_user)
}

/// The profile for an API version.
///
/// # Errors
///
/// If the configuration cannot be read, or has no usable profile of this name.
pub(crate) fn profile(wanted: &Wanted<'_>, api: &str) -> Result<Profile, Failure> {
    let variable = |name: &str| std::env::var(name).ok();
    let cloud = match dynamic::provider(api) {
        Some(Provider::Aliyun) => Cloud::Aliyun,
        Some(Provider::Ksyun) => Cloud::Ksyun,
        _ => return Err(unconfigured(wanted.lang, &format!("`{api}`"))),
    };
    let surroundings = Surroundings::system();
    let name = wanted.name.map(str::to_owned).or_else(|| variable("CLOUDCERT_PROFILE").filter(|name| !name.is_empty()));
    let file = read(wanted, path(wanted.config, &variable).as_deref())?;
    let Some(name) = name else {
        return Ok(made(chain(cloud, &surroundings), None, "chain".to_owned()));
    };
    let Some(entry) = file.profiles.get(&name) else {
        return Ok(of_cloud(cloud, &name, &surroundings));
    };
    if entry.cloud != cloud {
        let lang = wanted.lang;
        let wrong = lang.say("is a profile of another cloud than", "是另一家云的配置，不能用于");
        return Err(Failure::new(Exit::Unconfigured, format!("`{name}` {wrong} {api}")));
    }
    from_entry(wanted, &name, entry, &surroundings)
}

fn from_entry(wanted: &Wanted<'_>, name: &str, entry: &Entry, surroundings: &Surroundings) -> Result<Profile, Failure> {
    let source = entry.credentials.as_deref().unwrap_or("chain");
    let from = format!("{name}: {source}");
    let (kind, argument) = source.split_once(':').unwrap_or((source, ""));
    Ok(match (kind, entry.cloud) {
        ("chain", cloud) => made(chain(cloud, surroundings), Some(entry), from),
        ("env", Cloud::Aliyun) => made(EnvironmentVariables::aliyun(surroundings), Some(entry), from),
        ("env", Cloud::Ksyun) => made(EnvironmentVariables::ksyun(surroundings), Some(entry), from),
        ("aliyun-cli", Cloud::Aliyun) if !argument.is_empty() => {
            made(AliyunCli::new(surroundings).profile(argument), Some(entry), from)
        }
        ("aliyun-file", Cloud::Aliyun) if !argument.is_empty() => {
            made(AliyunFile::new(surroundings).section(argument), Some(entry), from)
        }
        ("ksyun-file", Cloud::Ksyun) if !argument.is_empty() => {
            made(KsyunFile::new(surroundings).section(argument), Some(entry), from)
        }
        _ => {
            // What stands there may be a key by mistake, so it is not repeated.
            let wrong = wanted.lang.say(
                "`credentials` must be chain, env, aliyun-cli:NAME, aliyun-file:SECTION or ksyun-file:SECTION of the profile's cloud",
                "`credentials` 须为本云的 chain、env、aliyun-cli:名称、aliyun-file:节 或 ksyun-file:节",
            );
            return Err(Failure::new(Exit::Unconfigured, format!("[profiles.{name}] {wrong}")));
        }
    })
}

/// A profile of the cloud's own tools.
fn of_cloud(cloud: Cloud, name: &str, surroundings: &Surroundings) -> Profile {
    match cloud {
        Cloud::Aliyun => {
            let both = Chain::new()
                .then(AliyunCli::new(surroundings).profile(name))
                .then(AliyunFile::new(surroundings).section(name));
            made(both, None, format!("aliyun: {name}"))
        }
        Cloud::Ksyun => made(KsyunFile::new(surroundings).section(name), None, format!("ksyun: {name}")),
    }
}

fn chain(cloud: Cloud, surroundings: &Surroundings) -> Chain {
    match cloud {
        Cloud::Aliyun => Chain::aliyun(surroundings),
        Cloud::Ksyun => Chain::ksyun(surroundings),
    }
}

fn made(credentials: impl ProvideCredentials, entry: Option<&Entry>, from: String) -> Profile {
    let mut config = Config::new(credentials);
    if let Some(region) = entry.and_then(|entry| entry.region.as_ref()) {
        config = config.region(region);
    }
    if let Some(endpoint) = entry.and_then(|entry| entry.endpoint.as_ref()) {
        config = config.endpoint(endpoint);
    }
    Profile { from, config }
}

/// Reads the configuration. One that was not named may be absent.
fn read(wanted: &Wanted<'_>, path: Option<&Path>) -> Result<File, Failure> {
    let Some(path) = path else { return Ok(File::default()) };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && wanted.config.is_none() => {
            return Ok(File::default());
        }
        Err(error) => return Err(unconfigured(wanted.lang, &format!("`{}`: {error}", path.display()))),
    };
    toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        unconfigured(wanted.lang, &format!("{}:{line}: {}", path.display(), harmless(error.message(), wanted.lang)))
    })
}

/// What the reader of the configuration says, unless it quotes a value: a key may stand there by mistake.
fn harmless(message: &str, lang: Lang) -> &str {
    let names_a_key = ["unknown field", "missing field", "duplicate"].iter().any(|start| message.starts_with(start));
    if names_a_key || !message.contains(['`', '"', '\'']) {
        message
    } else {
        lang.say("the value does not fit its key", "值与其键不符")
    }
}

fn unconfigured(lang: Lang, what: &str) -> Failure {
    let wrong = lang.say("the configuration cannot be used:", "配置无法使用：");
    Failure::new(Exit::Unconfigured, format!("{wrong} {what}"))
}
