//! What an inventory reads: the accounts of the configuration, and the journals and stores of this machine.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::reported as exit;
use crate::{profile, state as place};
use clap::ArgMatches;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::credentials::CredentialsError;
use cloudcert::dynamic::Client;
use cloudcert_orders::base::sdk::said;
use cloudcert_orders::config::{Config, Flow, JournalPlace};
use cloudcert_orders::due::Before;
use cloudcert_orders::inventory::{Cas, Kcm, Packages, Problem, Source};
use cloudcert_orders::journal::Journal;
use cloudcert_orders::store::Store;
use cloudcert_orders::text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const CAS: &str = "aliyun-cas-2020-04-07";
const KCM: &str = "ksyun-kcm-2016-03-04";

/// The configuration, if there is one. The programs that it names need not be on the machine that looks.
///
/// # Errors
///
/// All that is wrong with it: a part of it would make a wrong table.
pub(super) fn config(context: &Context) -> Result<Option<Config>, Failure> {
    let place = profile::place(context).filter(|place| place.from != "default" || place.file.exists());
    place.map(|place| Config::read(&place.file).map_err(|found| exit::all(&found))).transpose()
}

/// How long before their end certificates are due, by name.
pub(super) fn before(config: &Config) -> BTreeMap<String, Before> {
    let all = config.certificates.iter();
    all.map(|(name, certificate)| (name.as_str().to_owned(), certificate.renew.before)).collect()
}

/// The accounts, and the addresses that they are asked at.
pub(super) struct Accounts {
    pub(super) sources: Vec<Box<dyn Source>>,
    pub(super) endpoints: Vec<String>,
}

/// All profiles of the configuration, or the one that was asked for; without any, what the chain of each cloud finds.
///
/// # Errors
///
/// If a profile cannot work, or no cloud has credentials.
pub(super) async fn accounts(context: &Context) -> Result<Accounts, Failure> {
    let file = profile::read(context)?;
    let wanted = profile::name(context).map(|(name, _)| name);
    let mut out = Accounts { sources: Vec::new(), endpoints: Vec::new() };
    for (name, entry) in &file.profiles {
        if wanted.as_ref().is_none_or(|wanted| wanted == name) {
            let api = if entry.cloud == profile::Cloud::Aliyun { CAS } else { KCM };
            add(context, &mut out, api, Some(name), entry.project)?;
        }
    }
    if out.sources.is_empty() {
        for api in [CAS, KCM] {
            let name = wanted.as_deref();
            let config = context.client_config(api, name)?;
            let client = Client::new(api, config).map_err(|error| context.failure(&error, api, &[]))?;
            // A cloud without keys is not used here. Keys that cannot be used are a problem of the table.
            if !matches!(client.credentials().await, Err(error) if is_absent(&error)) {
                add(context, &mut out, api, name, None)?;
            }
        }
    }
    if out.sources.is_empty() {
        let lang = context.lang;
        let wrong = lang.say("no usable credentials were found", "未找到可用的凭证");
        return Err(Failure::new(Exit::Unconfigured, wrong).remedy(
            lang.say("see `cloudcert whoami` for what was tried.", "请用 `cloudcert whoami` 查看尝试过的来源。"),
        ));
    }
    Ok(out)
}

fn add(
    context: &Context,
    to: &mut Accounts,
    api: &str,
    name: Option<&str>,
    project: Option<i64>,
) -> Result<(), Failure> {
    let told = |failure: cloudcert_orders::Failure| exit::failure(&failure);
    let config = context.client_config(api, name)?;
    let client = Client::new(api, config.clone()).map_err(|error| context.failure(&error, api, &[]))?;
    let account = name.unwrap_or("default");
    let source: Box<dyn Source> = if api == CAS {
        Box::new(Cas::new(account, config).map_err(told)?)
    } else {
        Box::new(Kcm::new(account, config).map_err(told)?.projects(project))
    };
    to.sources.push(source);
    to.endpoints.push(client.endpoint());
    Ok(())
}

/// The journals and stores that can be opened, and why others cannot.
pub(super) struct Machine {
    pub(super) opened: Vec<(Box<dyn Journal>, Store)>,
    pub(super) problems: Vec<Problem>,
}

/// Opens the journals and stores of these endpoints.
///
/// # Errors
///
/// If a state folder was named that cannot be one.
pub(super) async fn machine(
    context: &Context,
    matches: &ArgMatches,
    config: Option<&Config>,
    endpoints: &[String],
) -> Result<Machine, Failure> {
    let journal = config.map(|config| config.journal.clone()).unwrap_or_default();
    let mut out = Machine { opened: Vec::new(), problems: Vec::new() };
    for (folder, local) in folders(context, matches, &journal, endpoints)? {
        match open(&folder, &journal, local).await {
            Ok(both) => out.opened.push(both),
            Err(failure) => {
                out.problems.push(Problem { source: text!("this machine", "本机"), message: failure.whole() });
            }
        }
    }
    Ok(out)
}

async fn open(
    folder: &Path,
    place: &JournalPlace,
    local: bool,
) -> Result<(Box<dyn Journal>, Store), cloudcert_orders::Failure> {
    let store = Store::open(folder)?;
    Ok((place::journal(folder, place, local).await?, store))
}

/// The state folders of these endpoints, and whether each is of rehearsals. Without a folder only a journal in a database has orders.
fn folders(
    context: &Context,
    matches: &ArgMatches,
    journal: &JournalPlace,
    endpoints: &[String],
) -> Result<BTreeSet<(PathBuf, bool)>, Failure> {
    let is_named = matches.contains_id("state") || std::env::var_os("CLOUDCERT_STATE").is_some();
    let state = match place::state(context, matches) {
        Ok(state) => state,
        Err(failure) if is_named || journal.postgres.is_some() => return Err(failure),
        // Nothing names a folder, so nothing was kept.
        Err(_) => return Ok(BTreeSet::new()),
    };
    let all = endpoints.iter().map(|endpoint| (place::folder(&state, endpoint), place::is_local(endpoint)));
    Ok(all.filter(|(folder, local)| folder.is_dir() || (journal.postgres.is_some() && !local)).collect())
}

/// Asks what is left of the packages that the configuration orders from, and gives those that could not be asked for.
///
/// # Errors
///
/// If a profile cannot work.
pub(super) async fn packages(context: &Context, config: &Config, to: &mut Packages) -> Result<Vec<Problem>, Failure> {
    let wanted = profile::name(context).map(|(name, _)| name);
    let of_packages = config.certificates.values().filter(|certificate| {
        certificate.flow == Flow::CasPackage && wanted.as_ref().is_none_or(|wanted| *wanted == certificate.profile)
    });
    let all: BTreeSet<(String, String)> =
        of_packages.filter_map(|one| Some((one.profile.clone(), one.product.clone()?))).collect();
    let mut problems = Vec::new();
    for (profile, product) in all {
        let client = cas::Client::new(context.client_config(CAS, Some(&profile))?)
            .map_err(|error| context.failure(&error, CAS, &[]))?;
        let problem = match client.describe_package_state().product_code(product.as_str()).await {
            Ok(state) => match (state.total_count, state.used_count) {
                (Some(total), Some(used)) => {
                    to.insert((profile, product), total.saturating_sub(used));
                    continue;
                }
                _ => text!("the service does not say what is left", "服务未返回剩余数量"),
            },
            Err(error) => said(&error),
        };
        problems.push(Problem {
            source: text!("{profile}: package {product}", "{profile}：套餐 {product}"),
            message: problem,
        });
    }
    Ok(problems)
}

/// Whether no source is set up, as opposed to one that fails.
fn is_absent(error: &cloudcert::Error) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<CredentialsError>());
    source.is_some_and(CredentialsError::is_absent)
}
