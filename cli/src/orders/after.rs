//! What follows a run of `renew`: it is remembered, metrics are written, and a hook is told. None of it changes what the run came to.

use super::replace::replace;
use super::{accounts, desk, equipment};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::send::until_stopped;
use clap::ArgMatches;
use cloudcert::api::Effect;
use cloudcert_orders::config::{Certificate, Config, Flow};
use cloudcert_orders::inventory::{self, Local, Packages, Problem, Run, Source};
use cloudcert_orders::renew::memory::Memory;
use cloudcert_orders::renew::notify::{self, Notify, Renewal};
use cloudcert_orders::renew::report::Report;
use cloudcert_orders::{Text, text};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// The event that wants to know what is left of packages.
const DUE_SOON: &str = "due-soon";

/// A run that has ended.
pub(super) struct Ended<'a> {
    pub(super) context: &'a Context,
    pub(super) matches: &'a ArgMatches,
    pub(super) config: &'a Config,
    /// The certificates of the run.
    pub(super) chosen: &'a [&'a Certificate],
    /// Whether these are all of the configuration.
    pub(super) all: bool,
    pub(super) report: &'a Report,
}

/// The folder in which the last run at one of these endpoints is remembered. Rehearsals have their own.
///
/// # Errors
///
/// If nothing names a state folder.
pub(super) fn folder(context: &Context, matches: &ArgMatches, endpoints: &[String]) -> Result<PathBuf, Failure> {
    let state = crate::state::state(context, matches)?;
    let rehearses = !endpoints.is_empty() && endpoints.iter().all(|endpoint| crate::state::is_local(endpoint));
    Ok(endpoints.first().filter(|_| rehearses).map_or(state.clone(), |endpoint| crate::state::folder(&state, endpoint)))
}

/// The last run, for metrics. What cannot be read is told, and counts as no run.
pub(super) fn last(context: &Context, folder: &Path) -> Option<Run> {
    remembered(context, folder).map(|memory| run(&memory))
}

fn run(memory: &Memory) -> Run {
    Run { at: memory.ended, failed: memory.failed() }
}

fn remembered(context: &Context, folder: &Path) -> Option<Memory> {
    Memory::read(folder).unwrap_or_else(|failure| {
        warn(context, &failure.whole());
        None
    })
}

fn warn(context: &Context, what: &Text) {
    context.say(&format!("{}{}", context.lang.say("warning: ", "警告："), what.of(context.lang.into())));
}

impl Ended<'_> {
    /// Does all of it. Everything but the metrics, which were asked for, ends in warnings.
    ///
    /// # Errors
    ///
    /// If the metrics cannot be written.
    pub(super) async fn follow(&self) -> Result<(), Failure> {
        let endpoints: Vec<String> =
            self.chosen.iter().filter_map(|one| desk::endpoint(self.context, one).ok()).collect();
        let folder = folder(self.context, self.matches, &endpoints)?;
        let mut memory = Memory::follow(remembered(self.context, &folder), self.report, self.all);
        // Before the hook, which may hang until the machine is switched off.
        self.keep(&memory, &folder);
        let packages = self.packages().await;
        let written = self.metrics(&endpoints, &packages, run(&memory)).await;
        let before = memory.clone();
        self.notify(&packages, &mut memory).await;
        if memory != before {
            self.keep(&memory, &folder);
        }
        written
    }

    fn keep(&self, memory: &Memory, folder: &Path) {
        if let Err(failure) = memory.write(folder) {
            warn(self.context, &failure.whole());
        }
    }

    /// What is left of packages, if somebody wants to know.
    async fn packages(&self) -> Packages {
        let mut packages = Packages::new();
        let told = self.config.notify.as_ref().is_some_and(|notify| notify.events.iter().any(|one| one == DUE_SOON));
        let is_soon = self.report.certificates.iter().any(|line| line.due_soon);
        let is_wanted = self.matches.contains_id("metrics") || (told && is_soon);
        if !is_wanted {
            return packages;
        }
        match accounts::packages(self.context, self.config, &mut packages).await {
            Ok(problems) => {
                for Problem { source, message } in problems {
                    warn(self.context, &text!("{source}: {message}", "{source}：{message}"; source, message));
                }
            }
            Err(failure) => warn(self.context, &failure.report.message),
        }
        packages
    }

    /// Writes the metrics of this machine: what its journals and stores have, and this run. No certificate of the clouds is asked for.
    async fn metrics(&self, endpoints: &[String], packages: &Packages, run: Run) -> Result<(), Failure> {
        let Some(file) = self.matches.get_one::<String>("metrics") else { return Ok(()) };
        let machine = accounts::machine(self.context, self.matches, Some(self.config), endpoints).await?;
        let now = endpoints.first().map(|endpoint| crate::state::now(self.context, endpoint)).transpose()?.flatten();
        let (before, now) = (accounts::before(self.config), now.unwrap_or_else(Timestamp::now));
        let local = machine.opened.iter().map(|(journal, store)| {
            let journal = journal.as_ref();
            Local { journal, store, before: before.clone(), now }
        });
        let local: Vec<Local<'_>> = local.collect();
        let sources: Vec<&dyn Source> = local.iter().map(|local| -> &dyn Source { local }).collect();
        let mut inventory = inventory::read(&sources).await;
        inventory.problems.extend(machine.problems);
        for row in &mut inventory.rows {
            // The account is named as in `inventory`: by its profile.
            let name = row.order.as_ref().and_then(|order| order.split('/').next());
            let of = self.config.certificates.values().find(|one| name == Some(one.name.as_str()));
            if let Some(certificate) = of {
                row.account.clone_from(&certificate.profile);
            }
        }
        replace(Path::new(file), &inventory::metrics(&inventory, packages, Some(run))).map_err(|error| {
            let lang = self.context.lang;
            let wrong = lang.say("cannot be written:", "无法写入：");
            Failure::new(Exit::Failed, format!("`{file}` {wrong} {}", lang.system(&error)))
        })
    }

    /// Tells the hook of the configuration. Whoever stops the program meanwhile stops the hook.
    async fn notify(&self, packages: &Packages, memory: &mut Memory) {
        let Some(of) = &self.config.notify else { return };
        let Some(command) = self.config.hooks.get(&of.hook) else { return };
        if let Err(found) = self.config.check_notify() {
            for failure in &found {
                warn(self.context, &failure.whole());
            }
            return;
        }
        let notify = Notify { hook: equipment::hook(command), events: of.events.clone() };
        let events = notify::events(self.report, memory, |name| {
            let Some(certificate) = self.config.certificates.get(name) else { return Renewal::default() };
            let product = certificate.product.clone().filter(|_| certificate.flow == Flow::CasPackage);
            let package = product.map(|product| (certificate.profile.clone(), product));
            let remaining = package.and_then(|package| packages.get(&package).copied());
            Renewal { auto: certificate.renew.auto, remaining }
        });
        let told = until_stopped(self.context, Effect::Read, Box::pin(notify.tell(&events, memory))).await;
        match told {
            Ok(warnings) => {
                for failure in &warnings {
                    warn(self.context, &failure.whole());
                }
            }
            Err(stopped) => warn(self.context, &stopped.report.message),
        }
    }
}
