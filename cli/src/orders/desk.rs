//! From the configuration to what an order is made with: account, journal, store, what publishes proofs, targets.

use super::listener::Lines;
use super::{exit, place};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::profile;
use clap::ArgMatches;
use cloudcert::credentials::caller_identity;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::Cloud;
use cloudcert_orders::cloud::cas_instance::CasInstance;
use cloudcert_orders::cloud::cas_package::CasPackage;
use cloudcert_orders::cloud::cas2018::Cas2018;
use cloudcert_orders::cloud::fence::Fence;
use cloudcert_orders::cloud::kcm::Kcm;
use cloudcert_orders::cloud::plan::{self, Organization, Plan};
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::config::{self, Certificate, Config, Flow, JournalPlace, KeySource, RenewBy};
use cloudcert_orders::flow::order::Desk;
use cloudcert_orders::journal::{Journal, PostgresJournal, PostgresSettings, SqliteJournal};
use cloudcert_orders::proof::solver::Solver;
use cloudcert_orders::renew::Rules;
use cloudcert_orders::store::{Access, Store};
use cloudcert_orders::target::Target;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long between two questions how far an order is.
const INTERVAL: Duration = Duration::from_secs(10);
/// The same at an endpoint on this machine, which is asked for nothing else.
const INTERVAL_LOCAL: Duration = Duration::from_millis(200);

/// What the orders of a certificate are made with.
pub(super) struct Office {
    pub(super) plan: Plan,
    pub(super) rules: Rules,
    pub(super) journal: Box<dyn Journal>,
    pub(super) store: Store,
    pub(super) folder: PathBuf,
    pub(super) now: Option<jiff::Timestamp>,
    cloud: Box<dyn Cloud>,
    solver: Box<dyn Solver>,
    targets: Vec<Box<dyn Target>>,
    lines: Lines,
}

/// Reads the configuration, and looks at the files that it names.
///
/// # Errors
///
/// All that is wrong with it, with exit 4. Nothing was sent.
pub(super) fn configuration(context: &Context) -> Result<Config, Failure> {
    let lang = context.lang;
    let Some(place) = profile::place(context) else {
        return Err(Failure::new(Exit::Unconfigured, lang.say("no configuration was found", "未找到配置文件")));
    };
    let config = Config::read(&place.file).map_err(|found| exit::all(&found))?;
    config.check_files().map_err(|found| exit::all(&found))?;
    Ok(config)
}

/// The certificate of this name.
///
/// # Errors
///
/// If the configuration does not have it.
pub(super) fn certificate<'a>(context: &Context, config: &'a Config, name: &str) -> Result<&'a Certificate, Failure> {
    let found = config.certificates.values().find(|certificate| certificate.name.as_str() == name);
    found.ok_or_else(|| {
        let lang = context.lang;
        let known: Vec<&str> = config.certificates.keys().map(cloudcert_orders::Name::as_str).collect();
        let wrong =
            lang.say("the configuration has no certificate of this name; it has:", "配置中没有此名称的证书；已有：");
        Failure::new(Exit::Unconfigured, format!("{}: {wrong} {}", config.file, known.join(", ")))
            .remedy(lang.say("add a table [certificates.NAME].", "请添加 [certificates.名称] 表。"))
    })
}

/// Makes everything that the orders of a certificate need. Only the account is asked for.
///
/// # Errors
///
/// What cannot be used, with exit 4: nothing that changes anything was sent.
pub(super) async fn open(
    context: &Context,
    matches: &ArgMatches,
    config: &Config,
    certificate: &Certificate,
) -> Result<Office, Failure> {
    let told = |failure: cloudcert_orders::Failure| exit::failure(&failure);
    if certificate.renew.by == RenewBy::Extend {
        let wrong = context
            .lang
            .say("`renew.by = \"extend\"` is not supported by this version", "本版本不支持 `renew.by = \"extend\"`");
        return Err(Failure::new(Exit::Unconfigured, format!("{}: {wrong}", certificate.place)));
    }
    let state = place::state(context, matches)?;
    let session = session(context, certificate).await?;
    let folder = place::folder(&state, &session.endpoint);
    let now = place::now(context, &session.endpoint)?;
    let local = place::is_local(&session.endpoint);
    if local {
        // Whoever can write into the state folder can replace the one of rehearsals.
        Store::open(&state).map_err(told)?;
    }
    let journal = journal(&folder, &config.journal, local).await.map_err(told)?;
    let store = Store::open(&folder).map_err(told)?;
    let solver = super::equipment::solver(config, certificate).await.map_err(told)?;
    let targets = super::equipment::targets(context, config, certificate, &session, &store)?;
    let cloud: Box<dyn Cloud> = match certificate.flow {
        Flow::CasPackage => Box::new(CasPackage::new(session).map_err(told)?),
        Flow::CasInstance => Box::new(CasInstance::new(session).map_err(told)?),
        Flow::Cas2018 => Box::new(Cas2018::new(session).map_err(told)?),
        Flow::Kcm => Box::new(Kcm::new(session).map_err(told)?),
    };
    let rules = Rules {
        before: certificate.renew.before,
        auto: certificate.renew.auto,
        orders_per_day: config.limits.orders_per_day,
    };
    let lines = Lines::new(context);
    Ok(Office { plan: plan(certificate), rules, journal, store, folder, now, cloud, solver, targets, lines })
}

impl Office {
    /// The desk of a run that may wait so long.
    pub(super) fn desk(&self, wait: Duration) -> Desk<'_> {
        let local = place::is_local(&self.cloud.session().endpoint);
        Desk {
            journal: self.journal.as_ref(),
            cloud: self.cloud.as_ref(),
            solver: self.solver.as_ref(),
            store: &self.store,
            access: Access::default(),
            folder: self.folder.clone(),
            targets: &self.targets,
            listener: &self.lines,
            watch: Watched::default(),
            interval: if local { INTERVAL_LOCAL } else { INTERVAL },
            probes: None,
            now: self.now,
            until: Instant::now() + wait,
        }
    }

    /// Now, for what is due.
    pub(super) fn time(&self) -> jiff::Timestamp {
        self.now.unwrap_or_else(jiff::Timestamp::now)
    }

    /// The names of the targets.
    pub(super) fn targets(&self) -> Vec<String> {
        self.targets.iter().map(|target| target.name().to_owned()).collect()
    }
}

/// The account that pays, and the clients that reach it.
async fn session(context: &Context, certificate: &Certificate) -> Result<Session, Failure> {
    let api = certificate.flow.api();
    let config = context.client_config(api, Some(&certificate.profile))?;
    let client =
        cloudcert::dynamic::Client::new(api, config.clone()).map_err(|error| context.failure(&error, api, &[]))?;
    let keys = client.credentials().await.map_err(|error| context.failure(&error, api, &[]))?;
    let account = if place::is_local(&client.endpoint()) {
        "local".to_owned()
    } else if certificate.cloud == config::Cloud::Aliyun {
        let identity = caller_identity(&keys, &profile::surroundings()).await;
        identity
            .map_err(|error| {
                let wrong = context
                    .lang
                    .say("the account of the access key could not be asked for:", "无法查询访问密钥所属账号：");
                Failure::new(Exit::NotNow, format!("{wrong} {error}"))
            })?
            .account_id
    } else {
        // Kingsoft Cloud has no action that tells the account.
        context.account(&certificate.profile)?.unwrap_or_else(|| format!("key:{}", keys.access_key_id()))
    };
    let region = context.region.clone();
    Session::open(api, config, Fence::new(Watched::default()), account, region)
        .await
        .map_err(|failure| exit::failure(&failure))
}

/// The journal. A rehearsal has a file of its own, wherever that of the configuration is.
pub(super) async fn journal(
    folder: &Path,
    place: &JournalPlace,
    local: bool,
) -> Result<Box<dyn Journal>, cloudcert_orders::Failure> {
    let Some(postgres) = place.postgres.as_ref().filter(|_| !local) else {
        return Ok(Box::new(SqliteJournal::open(folder).await?));
    };
    let mut text = postgres.clone();
    if let Some(file) = &place.password_file {
        let password = std::fs::read_to_string(file).map_err(|error| {
            let message = format!("the password of the journal cannot be read: {error}");
            cloudcert_orders::Failure::new(cloudcert_orders::Kind::Unconfigured, message).at(file.display())
        })?;
        let escaped = password.trim_end_matches(['\r', '\n']).replace('\\', "\\\\").replace('\'', "\\'");
        text = format!("{text} password='{escaped}'");
    }
    let mut settings = PostgresSettings::new(&text)?;
    if let Some(roots) = &place.roots {
        settings = settings.roots(roots)?;
    }
    if place.allow_plain {
        settings = settings.allow_plain();
    }
    Ok(Box::new(PostgresJournal::connect_with(settings).await?))
}

/// What is ordered.
fn plan(of: &Certificate) -> Plan {
    let (contact, company) = (&of.contact, &of.company);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let name = match (&contact.last_name, &contact.first_name) {
        (Some(last), Some(first)) if of.flow == Flow::Kcm => format!("{last} {first}"),
        _ => text(&contact.name),
    };
    Plan {
        name: of.name.clone(),
        names: of.names.clone(),
        product: of.product.clone(),
        instance: of.instance.clone(),
        key: match of.key {
            KeySource::Own(kind) => plan::KeySource::Own(kind),
            KeySource::Service => plan::KeySource::Service,
        },
        by_file: !of.prove.is_dns(),
        contact: plan::Contact { name, email: text(&contact.email), phone: text(&contact.phone) },
        organization: Organization {
            company: company.name.clone(),
            department: company.department.clone(),
            province: company.province.clone(),
            city: company.city.clone(),
            address: company.address.clone(),
            postal_code: company.postal_code.clone(),
            phone: company.phone.clone(),
            company_id: company.id.clone(),
            contact_ids: contact.ids.clone(),
        },
        project: of.project.clone(),
        revoke_letter: None,
    }
}
