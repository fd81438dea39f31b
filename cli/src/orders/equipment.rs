//! What publishes proofs, and where certificates are deployed.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::reported as exit;
use cloudcert::Config as Settings;
use cloudcert::aliyun_cas::v2020_04_07::Client as Cas;
use cloudcert::ksyun_kcm::v2016_03_04::Client as Kcm;
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::config::{self, Certificate, Config, DnsCheck, Prove, TargetKind};
use cloudcert_orders::hook::Hook;
use cloudcert_orders::proof::check::Settings as Dns;
use cloudcert_orders::proof::hook::HookSolver;
use cloudcert_orders::proof::manual::Manual;
use cloudcert_orders::proof::solver::{Solver, Solvers};
use cloudcert_orders::proof::webroot::Webroot;
use cloudcert_orders::store::{Access, Store, access};
use cloudcert_orders::target::{
    CasDeploy, CasUpload, Command, Files, Format, KcmUpload, Place, Served, Target, Verified,
};
use std::sync::Arc;
use std::time::Duration;

/// How long a run waits for a deployment job of the cloud. The next one goes on.
const JOB: Duration = Duration::from_secs(120);

/// A command of the configuration.
pub(super) fn hook(of: &config::Command) -> Hook {
    Hook { command: of.command.clone(), timeout: of.timeout, env: of.env.clone() }
}

/// How names and proofs are looked for. A rehearsal publishes nothing that the world could see, so it asks only servers that the configuration names.
pub(super) fn dns(config: &Config, local: bool) -> Dns {
    if local && config.dns.servers.is_empty() { Dns::off() } else { config.dns.settings() }
}

/// What publishes the proofs of a certificate.
pub(super) async fn solver(config: &Config, of: &Certificate) -> Result<Box<dyn Solver>, cloudcert_orders::Failure> {
    let by_hook = of.prove.hook().and_then(|name| config.hooks.get(name)).map(|command| HookSolver::new(hook(command)));
    let solvers = Solvers::new();
    let solvers = match (&of.prove, by_hook) {
        (Prove::Dns { .. }, Some(mut solver)) => {
            if config.dns.check != DnsCheck::Off
                && let Ok(lookup) = config.dns.settings().lookup().await
            {
                solver = solver.lookup(lookup);
            }
            solvers.dns(Arc::new(solver))
        }
        (Prove::File { .. }, Some(solver)) => solvers.file(Arc::new(solver)),
        (Prove::Webroot(folder), _) => solvers.file(Arc::new(Webroot::new(folder))),
        _ => solvers.dns(Arc::new(Manual)).file(Arc::new(Manual)),
    };
    solvers.check()?;
    Ok(Box::new(solvers))
}

/// The targets of a certificate.
///
/// # Errors
///
/// What is wrong with one, with exit 4.
pub(super) fn targets(
    context: &Context,
    config: &Config,
    of: &Certificate,
    session: &Session,
    store: &Store,
) -> Result<Vec<Box<dyn Target>>, Failure> {
    let all = of.deploy.iter().filter_map(|name| config.deploy.get(name));
    all.map(|target| {
        let mut made = made(context, target, session, store)?;
        for server in &target.verify {
            made = Box::new(Verified { target: made, served: Served::at(server) });
        }
        Ok(made)
    })
    .collect()
}

fn made(
    context: &Context,
    target: &config::Target,
    session: &Session,
    store: &Store,
) -> Result<Box<dyn Target>, Failure> {
    let (name, store) = (target.name.clone(), store.clone());
    let failed = |error: &cloudcert::Error| context.failure(error, "", &[]);
    Ok(match &target.kind {
        TargetKind::Files(files) => {
            let told = |failure: cloudcert_orders::Failure| exit::failure(&failure.at(&target.place));
            let access = Access {
                owner: files.owner.as_deref().map(access::user).transpose().map_err(told)?,
                group: files.group.as_deref().map(access::group).transpose().map_err(told)?,
                key_mode: Some(files.key_mode),
            };
            let format = if files.combined { Format::Combined } else { Format::Pem };
            let reload = (!files.reload.is_empty()).then(|| Hook {
                command: files.reload.clone(),
                timeout: files.timeout,
                env: Vec::new(),
            });
            Box::new(Files { name, store, place: Place::Folder { path: files.folder.clone(), format }, access, reload })
        }
        TargetKind::Command(command) => Box::new(Command { name, hook: hook(command) }),
        TargetKind::CasUpload(upload) => {
            let settings = settings(context, "aliyun-cas-2020-04-07", upload.profile.as_deref(), session)?;
            let client = Cas::new(settings).map_err(|error| failed(&error))?;
            Box::new(CasUpload { name, store, client, resource_group: None })
        }
        TargetKind::KcmUpload(upload) => {
            let settings = settings(context, "ksyun-kcm-2016-03-04", upload.profile.as_deref(), session)?;
            let client = Kcm::new(settings).map_err(|error| failed(&error))?;
            let project = upload.project.as_deref().and_then(|project| project.parse().ok());
            Box::new(KcmUpload { name, store, client, project })
        }
        TargetKind::CasDeploy(deployment) => {
            let settings = settings(context, "aliyun-cas-2020-04-07", deployment.profile.as_deref(), session)?;
            let client = Cas::new(settings).map_err(|error| failed(&error))?;
            Box::new(CasDeploy {
                upload: CasUpload { name, store, client, resource_group: None },
                several_clouds: false,
                resources: numbers(context, target, &deployment.resources)?,
                contacts: numbers(context, target, &deployment.contacts)?,
                patience: JOB,
                interval: Duration::from_secs(5),
            })
        }
    })
}

/// The client of a target: with the account of the certificate, or with a profile of its own. Both go through the fence.
fn settings(context: &Context, api: &str, profile: Option<&str>, session: &Session) -> Result<Settings, Failure> {
    match profile {
        None => Ok(session.config.clone()),
        Some(profile) => Ok(context.client_config(api, Some(profile))?.interceptor(session.fence.clone())),
    }
}

fn numbers(context: &Context, target: &config::Target, ids: &[String]) -> Result<Vec<i64>, Failure> {
    let wrong = context.lang.say("an id is not a number", "编号不是数字");
    let parsed: Result<Vec<i64>, _> = ids.iter().map(|id| id.parse()).collect();
    parsed.map_err(|_| Failure::new(Exit::Unconfigured, format!("{}: {wrong}", target.place)))
}
