//! From the configuration to what an order is made with: account, journal, store, what publishes proofs, targets.

use super::listener::Lines;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::profile;
use crate::reported as exit;
use crate::state::{self as place, journal};
use clap::ArgMatches;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::Cloud;
use cloudcert_orders::cloud::cas_instance::CasInstance;
use cloudcert_orders::cloud::cas_package::CasPackage;
use cloudcert_orders::cloud::cas2018::Cas2018;
use cloudcert_orders::cloud::kcm::Kcm;
use cloudcert_orders::cloud::plan::{self, Organization, Plan};
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::config::{Certificate, Config, Flow, KeySource, RenewBy};
use cloudcert_orders::flow::order::Desk;
use cloudcert_orders::journal::Journal;
use cloudcert_orders::proof::check::Settings;
use cloudcert_orders::proof::solver::Solver;
use cloudcert_orders::renew::Rules;
use cloudcert_orders::store::{Access, Store};
use cloudcert_orders::target::Target;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long between two questions how far an order is.
const INTERVAL: Duration = Duration::from_secs(10);
/// The same at an endpoint on this machine, which is asked for nothing else.
const INTERVAL_LOCAL: Duration = Duration::from_millis(200);

/// What the orders of a certificate are made with.
pub(super) struct Office {
    pub(super) plan: Plan,
    pub(super) flow: Flow,
    pub(super) rules: Rules,
    pub(super) journal: Box<dyn Journal>,
    pub(super) store: Store,
    pub(super) folder: PathBuf,
    pub(super) now: Option<jiff::Timestamp>,
    cloud: Box<dyn Cloud>,
    solver: Box<dyn Solver>,
    dns: Settings,
    targets: Vec<Box<dyn Target>>,
    lines: Lines,
}

/// Reads the configuration, and looks at the files that it names.
///
/// # Errors
///
/// All that is wrong with it, with exit 4. Nothing was sent.
pub(super) fn configuration(context: &Context) -> Result<Config, Failure> {
    let config = read(context)?;
    config.check_files().map_err(|found| exit::all(&found))?;
    Ok(config)
}

/// Reads the configuration alone.
///
/// # Errors
///
/// All that is wrong with it, with exit 4.
pub(super) fn read(context: &Context) -> Result<Config, Failure> {
    let lang = context.lang;
    let Some(place) = profile::place(context) else {
        let wrong = lang.say("no configuration was found", "未找到配置文件");
        let next = lang.say(
            "name it by --config FILE, or set CLOUDCERT_CONFIG.",
            "请用 --config 文件 指定，或设置 CLOUDCERT_CONFIG。",
        );
        return Err(Failure::new(Exit::Unconfigured, wrong).remedy(next));
    };
    Config::read(&place.file).map_err(|found| exit::all(&found))
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

/// The certificate that the arguments name, and everything that its orders need.
///
/// # Errors
///
/// As [`configuration`], [`certificate`] and [`open`].
pub(super) async fn named(context: &Context, matches: &ArgMatches) -> Result<Office, Failure> {
    let config = configuration(context)?;
    let certificate = certificate(context, &config, super::text(matches, "name"))?;
    open(context, matches, &config, certificate).await
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
    let state = place::state(context, matches)?;
    let session = place::session(context, certificate.flow.api(), Some(&certificate.profile)).await?;
    let folder = place::folder(&state, &session.endpoint);
    let now = place::now(context, &session.endpoint)?;
    let local = place::is_local(&session.endpoint);
    if local {
        // Whoever can write into the state folder can replace the one of rehearsals.
        Store::prepare(&state).map_err(told)?;
    }
    let journal = journal(&folder, &config.journal, local).await.map_err(told)?;
    let store = Store::open(&folder).map_err(told)?;
    let solver = super::equipment::solver(config, certificate).await.map_err(told)?;
    // A rehearsal has no web server.
    let dns = if local && !certificate.prove.is_dns() { Settings::off() } else { super::equipment::dns(config, local) };
    let targets = super::equipment::targets(context, config, certificate, &session, &store)?;
    let cloud = cloud(certificate.flow, session).map_err(told)?;
    let rules = Rules {
        before: certificate.renew.before,
        auto: certificate.renew.auto,
        orders_per_day: config.limits.orders_per_day,
    };
    let lines = Lines::new(context);
    let (plan, flow) = (plan(certificate), certificate.flow);
    Ok(Office { plan, flow, rules, journal, store, folder, now, cloud, solver, dns, targets, lines })
}

impl Office {
    /// The desk of a run that may wait so long.
    pub(super) fn desk(&self, wait: Duration) -> Desk<'_> {
        let local = place::is_local(&self.cloud.session().endpoint);
        Desk {
            journal: self.journal.as_ref(),
            cloud: self.cloud.as_ref(),
            solver: self.solver.as_ref(),
            dns: self.dns.clone(),
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

/// Where the orders of a certificate go.
///
/// # Errors
///
/// If its profile cannot be used.
pub(super) fn endpoint(context: &Context, of: &Certificate) -> Result<String, Failure> {
    let api = of.flow.api();
    let config = context.client_config(api, Some(&of.profile))?;
    let client = cloudcert::dynamic::Client::new(api, config).map_err(|error| context.failure(&error, api, &[]))?;
    Ok(client.endpoint())
}

/// A way of ordering with this account.
pub(super) fn cloud(flow: Flow, session: Session) -> Result<Box<dyn Cloud>, cloudcert_orders::Failure> {
    Ok(match flow {
        Flow::CasPackage => Box::new(CasPackage::new(session)?),
        Flow::CasInstance => Box::new(CasInstance::new(session)?),
        Flow::Cas2018 => Box::new(Cas2018::new(session)?),
        Flow::Kcm => Box::new(Kcm::new(session)?),
    })
}

/// What is ordered.
pub(super) fn plan(of: &Certificate) -> Plan {
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
            country: company.country.clone(),
            province: company.province.clone(),
            city: company.city.clone(),
            address: company.address.clone(),
            postal_code: company.postal_code.clone(),
            phone: company.phone.clone(),
            company_id: company.id.clone(),
            contact_ids: contact.ids.clone(),
            title: contact.title.clone(),
        },
        project: of.project.clone(),
        bill_type: of.bill_type,
        shared: of.shared,
        extends: of.renew.by == RenewBy::Extend,
        revoke_letter: None,
    }
}
