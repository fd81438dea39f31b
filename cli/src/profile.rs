//! Profiles: where the credentials of a client come from, and which service it calls. A configuration names sources and never keys.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use cloudcert::api::Provider;
use cloudcert::credentials::{
    AliyunCli, AliyunFile, Chain, EnvironmentVariables, KsyunFile, ProvideCredentials, Surroundings,
};
use cloudcert::dynamic::{self, Client};
use cloudcert::{Config, Connection};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(default)]
    pub(crate) profiles: BTreeMap<String, Entry>,
    // The tables of the order workflow, which the library of orders reads and checks.
    #[serde(default, rename = "certificates")]
    _certificates: Option<IgnoredAny>,
    #[serde(default, rename = "hooks")]
    _hooks: Option<IgnoredAny>,
    #[serde(default, rename = "deploy")]
    _deploy: Option<IgnoredAny>,
    #[serde(default, rename = "limits")]
    _limits: Option<IgnoredAny>,
    #[serde(default, rename = "dns")]
    _dns: Option<IgnoredAny>,
    #[serde(default)]
    pub(crate) journal: Option<IgnoredAny>,
    #[serde(default, rename = "notify")]
    _notify: Option<IgnoredAny>,
}

/// A profile of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) cloud: Cloud,
    /// `chain`, `env`, `aliyun-cli:NAME`, `aliyun-file:SECTION` or `ksyun-file:SECTION`.
    #[serde(default)]
    credentials: Option<String>,
    #[serde(default)]
    pub(crate) region: Option<String>,
    #[serde(default)]
    pub(crate) endpoint: Option<String>,
    /// The project that requests are for, if they do not name one.
    #[serde(default)]
    pub(crate) project: Option<i64>,
    /// The account that pays, for clouds that have no action which tells it.
    #[serde(default)]
    pub(crate) account: Option<String>,
}

impl Entry {
    /// The source of credentials, if it is one. Anything else may be a key by mistake, and is not shown.
    pub(crate) fn source(&self) -> Option<&str> {
        let source = self.credentials.as_deref().unwrap_or("chain");
        let (kind, argument) = source.split_once(':').unwrap_or((source, ""));
        let fits = match kind {
            "chain" | "env" => argument.is_empty(),
            "aliyun-cli" | "aliyun-file" => self.cloud == Cloud::Aliyun && !argument.is_empty(),
            "ksyun-file" => self.cloud == Cloud::Ksyun && !argument.is_empty(),
            _ => false,
        };
        fits.then_some(source)
    }
}

/// A cloud whose credentials a profile names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Cloud {
    Aliyun,
    Ksyun,
}

impl Cloud {
    /// The cloud of an API version.
    pub(crate) fn of(api: &str) -> Option<Self> {
        match dynamic::provider(api)? {
            Provider::Aliyun => Some(Self::Aliyun),
            Provider::Ksyun => Some(Self::Ksyun),
            _ => None,
        }
    }

    /// Its name in the configuration.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Aliyun => "aliyun",
            Self::Ksyun => "ksyun",
        }
    }
}

/// The profile that counts for a client.
#[derive(Debug)]
pub(crate) struct Profile {
    /// Where it is from, for `whoami`.
    pub(crate) from: String,
    config: Config,
    /// Whether the configuration names a region.
    has_region: bool,
    /// The region that the cloud's own file names.
    region: Option<String>,
}

impl Profile {
    /// The region that the cloud's own file names, if the API version has a host for it: people set it for other services too.
    pub(crate) fn region_of_file(&self, api: &str) -> Option<&str> {
        self.region.as_deref().filter(|region| dynamic::has_region(api, region))
    }

    /// Notes the region that the cloud's own file names. One of the configuration wins.
    fn region(self, region: Option<String>) -> Self {
        Self { region: region.filter(|_| !self.has_region), ..self }
    }

    /// The configuration of a client.
    pub(crate) fn into_config(self) -> Config {
        self.config
    }
}

/// Where the configuration is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: PathBuf,
    /// What names it: an option, a variable, or `default`.
    pub(crate) from: &'static str,
}

/// Where the configuration is: as named, else `CLOUDCERT_CONFIG`, else in the folder of the user, for root in `/etc`.
pub(crate) fn place(context: &Context) -> Option<Place> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let of_user = || {
        let folder = set("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
        let folder = folder.or_else(|| set("HOME").map(|home| home.join(".config")));
        folder.map(|folder| folder.join("cloudcert/config.toml"))
    };
    let of_root = || {
        let is_root = set("HOME").is_some_and(|home| home == Path::new("/root"));
        is_root.then(|| PathBuf::from("/etc/cloudcert/config.toml")).filter(|file| file.exists())
    };
    let at = |from: &'static str| move |file: PathBuf| Place { file, from };
    let named = context.config.clone().map(at("--config"));
    let named = named.or_else(|| set("CLOUDCERT_CONFIG").map(at("CLOUDCERT_CONFIG")));
    named.or_else(|| of_root().or_else(of_user).map(at("default")))
}

/// The name of the profile that counts, and what names it.
pub(crate) fn name(context: &Context) -> Option<(String, &'static str)> {
    let variable = || std::env::var("CLOUDCERT_PROFILE").ok().filter(|name| !name.is_empty());
    let option = context.profile.clone().map(|name| (name, "--profile"));
    option.or_else(|| variable().map(|name| (name, "CLOUDCERT_PROFILE")))
}

/// Here and not beside the other methods, because profiles are above the context.
impl Context {
    /// The profile that counts for an API version.
    ///
    /// # Errors
    ///
    /// If the configuration cannot be read, or has no usable profile of this name.
    pub(crate) fn profile(&self, api: &str) -> Result<Profile, Failure> {
        profile(self, api, None)
    }

    /// The project that the profile names for an API version. A configuration that cannot be read is reported by [`client`](Self::client).
    pub(crate) fn project(&self, api: &str) -> Option<i64> {
        let (name, _) = name(self)?;
        let file = read(self).ok()?;
        file.profiles.get(&name).filter(|entry| Cloud::of(api) == Some(entry.cloud))?.project
    }

    /// A client of an API version.
    ///
    /// # Errors
    ///
    /// If the configuration cannot be read or cannot work.
    pub(crate) fn client(&self, api: &str) -> Result<Client, Failure> {
        Client::new(api, self.client_config(api, None)?).map_err(|error| self.failure(&error, api, &[]))
    }

    /// The configuration of a client, with this profile or else with the one that counts.
    ///
    /// # Errors
    ///
    /// If the configuration cannot be read, or has no usable profile of this name.
    pub(crate) fn client_config(&self, api: &str, named: Option<&str>) -> Result<Config, Failure> {
        let profile = profile(self, api, named)?;
        let of_file = profile.region_of_file(api).map(str::to_owned);
        let mut config = profile.into_config().app_name("cloudcert-cli").connection(connection());
        if let Some(region) = self.region.as_ref().or(of_file.as_ref()) {
            config = config.region(region);
        }
        if let Some(endpoint) = &self.endpoint {
            config = config.endpoint(endpoint);
        }
        Ok(config)
    }

    /// The account that a profile names.
    ///
    /// # Errors
    ///
    /// If the configuration cannot be read.
    pub(crate) fn account(&self, named: &str) -> Result<Option<String>, Failure> {
        Ok(read(self)?.profiles.get(named).and_then(|entry| entry.account.clone()))
    }
}

/// How requests reach other machines: with the root certificates that the environment names, as a proxy with its own authority needs, or with the
/// built-in ones.
fn connection() -> Connection {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| std::env::var_os(name).filter(|value| !value.is_empty()));
    let connection = Connection::new();
    if named.iter().any(Option::is_some) { connection.system_roots() } else { connection }
}

/// Where credentials are found, over the same connection.
pub(crate) fn surroundings() -> Surroundings {
    Surroundings::system().connection(connection())
}

fn profile(context: &Context, api: &str, named: Option<&str>) -> Result<Profile, Failure> {
    let Some(cloud) = Cloud::of(api) else { return Err(unconfigured(context, &format!("`{api}`"))) };
    let surroundings = surroundings();
    let file = read(context)?;
    let Some(name) = named.map(str::to_owned).or_else(|| name(context).map(|(name, _)| name)) else {
        return Ok(
            made(chain(cloud, &surroundings), None, "chain".to_owned()).region(region_of_chain(cloud, &surroundings))
        );
    };
    let Some(entry) = file.profiles.get(&name) else {
        return Ok(of_cloud(cloud, &name, &surroundings));
    };
    if entry.cloud != cloud {
        let lang = context.lang;
        let wrong = lang.say("is a profile of another cloud than", "是另一家云的配置，不能用于");
        return Err(Failure::new(Exit::Unconfigured, format!("`{name}` {wrong} {api}"))
            .remedy(lang.say("name a profile of that cloud.", "请指定该云的配置。")));
    }
    from_entry(context, &name, entry, &surroundings)
}

fn from_entry(context: &Context, name: &str, entry: &Entry, surroundings: &Surroundings) -> Result<Profile, Failure> {
    let Some(source) = entry.source() else {
        // What stands there may be a key by mistake, so it is not repeated.
        let wrong = context.lang.say(
            "`credentials` must be chain, env, aliyun-cli:NAME, aliyun-file:SECTION or ksyun-file:SECTION of the profile's cloud",
            "`credentials` 须为本云的 chain、env、aliyun-cli:名称、aliyun-file:节 或 ksyun-file:节",
        );
        return Err(wrong_profile(context, name, wrong));
    };
    if entry.project.is_some() && entry.cloud != Cloud::Ksyun {
        let wrong = context.lang.say("`project` is for profiles of ksyun only", "`project` 只用于 ksyun 的配置");
        return Err(wrong_profile(context, name, wrong));
    }
    let from = format!("{name}: {source}");
    let (kind, argument) = source.split_once(':').unwrap_or((source, ""));
    Ok(match (kind, entry.cloud) {
        ("env", Cloud::Aliyun) => made(EnvironmentVariables::aliyun(surroundings), Some(entry), from),
        ("env", Cloud::Ksyun) => made(EnvironmentVariables::ksyun(surroundings), Some(entry), from),
        ("aliyun-cli", _) => {
            let file = AliyunCli::new(surroundings).profile(argument);
            let region = file.region();
            made(file, Some(entry), from).region(region)
        }
        ("aliyun-file", _) => made(AliyunFile::new(surroundings).section(argument), Some(entry), from),
        ("ksyun-file", _) => made(KsyunFile::new(surroundings).section(argument), Some(entry), from),
        (_, cloud) => made(chain(cloud, surroundings), Some(entry), from).region(region_of_chain(cloud, surroundings)),
    })
}

/// A profile of the cloud's own tools.
fn of_cloud(cloud: Cloud, name: &str, surroundings: &Surroundings) -> Profile {
    match cloud {
        Cloud::Aliyun => {
            let file = AliyunCli::new(surroundings).profile(name);
            let region = file.region();
            let both = Chain::new().then(file).then(AliyunFile::new(surroundings).section(name));
            made(both, None, format!("aliyun: {name}")).region(region)
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

/// The region of the command line's file, if nothing comes before it in the chain.
fn region_of_chain(cloud: Cloud, surroundings: &Surroundings) -> Option<String> {
    const BEFORE: [&str; 2] = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"];
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let comes_first = cloud == Cloud::Aliyun && !BEFORE.iter().any(is_set);
    comes_first.then(|| AliyunCli::new(surroundings).region()).flatten()
}

fn made(credentials: impl ProvideCredentials, entry: Option<&Entry>, from: String) -> Profile {
    let mut config = Config::new(credentials);
    let has_region = entry.is_some_and(|entry| entry.region.is_some());
    if let Some(region) = entry.and_then(|entry| entry.region.as_ref()) {
        config = config.region(region);
    }
    if let Some(endpoint) = entry.and_then(|entry| entry.endpoint.as_ref()) {
        config = config.endpoint(endpoint);
    }
    Profile { from, config, has_region, region: None }
}

/// Reads the configuration. One that was not named may be absent.
///
/// # Errors
///
/// If it cannot be read, or is not one. The error has the line and never its text, where a key may stand by mistake.
pub(crate) fn read(context: &Context) -> Result<File, Failure> {
    let Some(Place { file: path, from }) = place(context) else { return Ok(File::default()) };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && from == "default" => {
            return Ok(File::default());
        }
        Err(error) => {
            return Err(unconfigured(context, &format!("`{}`: {}", path.display(), context.lang.system(&error))));
        }
    };
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        unconfigured(context, &format!("{}:{line}: {}", path.display(), without_values(error.message())))
    })
}

/// What is wrong with a configuration, without what stands there, which may be a key by mistake.
fn without_values(message: &str) -> String {
    if message.starts_with("unknown field") || message.starts_with("missing field") {
        return message.to_owned();
    }
    message.split_once(", expected ").map_or_else(|| "not valid".to_owned(), |(_, what)| format!("expected {what}"))
}

/// A profile that cannot work.
fn wrong_profile(context: &Context, name: &str, wrong: &str) -> Failure {
    Failure::new(Exit::Unconfigured, format!("[profiles.{name}] {wrong}"))
        .remedy(context.lang.say("correct that table of the configuration.", "请修正配置中的该表。"))
}

fn unconfigured(context: &Context, what: &str) -> Failure {
    let wrong = context.lang.say("the configuration cannot be used:", "配置无法使用：");
    let next =
        context.lang.say("correct it, or name another file by --config.", "请修正，或用 --config 指定其他文件。");
    Failure::new(Exit::Unconfigured, format!("{wrong} {what}")).remedy(next)
}
