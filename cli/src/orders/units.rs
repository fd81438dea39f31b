//! `cloudcert units`: texts for timers, which are printed and never installed.

use super::desk;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::profile;
use crate::reported as exit;
use crate::state as place;
use clap::{Arg, ArgMatches, Command};
use cloudcert_orders::base::machine;
use cloudcert_orders::config::{Config, Prove, TargetKind};
use cloudcert_orders::store::access;
use cloudcert_orders::units::Job;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    Command::new("units")
        .about(
            lang.say("Prints units for a timer that runs `renew` twice a day", "输出每天两次运行 `renew` 的定时器配置"),
        )
        .arg(
            Arg::new("kind")
                .value_name("KIND")
                .required(true)
                .value_parser(["systemd", "cron"])
                .help(lang.say("For which timer", "定时器的种类")),
        )
        .arg(
            Arg::new("user")
                .long("user")
                .value_name("USER")
                .help(lang.say("The user who runs it [default: root]", "运行用户 [默认：root]")),
        )
        .arg(place::option(lang))
}

/// Runs it.
pub(super) fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let config = desk::configuration(context)?;
    let failed = |error: std::io::Error| Failure::new(Exit::Failed, context.lang.system(&error));
    let program = std::env::current_exe().map_err(failed)?;
    let file = profile::place(context).map(|place| place.file).unwrap_or_default();
    let mut job = Job::new(program, std::path::absolute(file).map_err(failed)?, place::state(context, matches)?);
    job.user = matches.get_one::<String>("user").cloned();
    for certificate in config.certificates.values() {
        if let Prove::Webroot(folder) = &certificate.prove {
            job.folders.push(folder.clone());
        }
        for target in certificate.deploy.iter().filter_map(|name| config.deploy.get(name)) {
            if let TargetKind::Files(files) = &target.kind {
                job.folders.push(files.folder.clone());
            }
        }
    }
    if job.user.is_none() {
        job.home = home(context, &config)?;
    }
    warn_of_owner(context, &job);
    let told = |failure: cloudcert_orders::Failure| exit::failure(&failure);
    if super::text(matches, "kind") == "cron" {
        return context.print_text(&job.cron(&machine::name()).map_err(told)?);
    }
    let units = job.systemd().map_err(told)?;
    let (service, timer) = (units.service.trim_end(), units.timer.trim_end());
    context.print_text(&format!("# cloudcert-renew.service\n{service}\n\n# cloudcert-renew.timer\n{timer}"))
}

/// The home of root, unless all profiles of certificates take their credentials from variables alone.
fn home(context: &Context, config: &Config) -> Result<Option<PathBuf>, Failure> {
    let profiles = profile::read(context)?.profiles;
    let reads_home = config.certificates.values().any(|certificate| {
        let entry = profiles.get(&certificate.profile);
        entry.and_then(profile::Entry::source).is_some_and(|source| source != "env")
    });
    Ok(reads_home.then(|| PathBuf::from("/root")))
}

/// Warns if the timer could not use the state folder. One that is not there yet belongs to whoever orders first.
fn warn_of_owner(context: &Context, job: &Job) {
    let lang = context.lang;
    let user = job.user.as_deref().unwrap_or("root");
    // A user of a directory service is not known here.
    let (Ok(found), Ok(id)) = (std::fs::metadata(&job.state), access::user(user)) else { return };
    if found.uid() != id {
        let state = job.state.display();
        context.say(&match lang {
            Lang::En => format!(
                "warning: the state folder {state} belongs to another user than {user}, so the timer would end with 4: order as {user}, or name its owner with --user."
            ),
            Lang::Zh => format!(
                "警告：状态文件夹 {state} 不属于 {user}，定时器会以 4 结束：请以 {user} 订购，或用 --user 指定其所有者。"
            ),
        });
    }
}
