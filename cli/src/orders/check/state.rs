//! State folder, journal, and the last order of a certificate.

use super::{Subject, told};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings::Findings;
use crate::state as place;
use clap::ArgMatches;
use cloudcert_orders::base::text::system;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::config::check_folder;
use cloudcert_orders::due::{Due, Life, when};
use cloudcert_orders::flow::key_of;
use cloudcert_orders::journal::SqliteJournal;
use cloudcert_orders::journal::state::{Call, State};
use cloudcert_orders::store::Store;
use cloudcert_orders::text;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

/// What the journal tells.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// When the certificate is due, if it has one.
    pub(super) due: Option<Due>,
    /// The instances that open orders have set aside.
    pub(super) taken: BTreeSet<String>,
}

/// Looks at the state folder, the journal and the last order. Returns what is known from them.
pub(crate) async fn state(
    context: &Context,
    matches: &ArgMatches,
    subject: &Subject,
    (endpoint, account): (&str, Option<&str>),
    findings: &mut Findings,
) -> Known {
    let (lang, nothing) = (context.lang, Known::default());
    let now = match place::now(context, endpoint) {
        Ok(now) => now.unwrap_or_else(Timestamp::now),
        Err(failure) => {
            findings.problem("state", &failure);
            return nothing;
        }
    };
    let top = match place::state(context, matches) {
        Ok(state) => state,
        Err(failure) => {
            findings.problem("state", &failure);
            return nothing;
        }
    };
    let folder = place::folder(&top, endpoint);
    let local = place::is_local(endpoint);
    let by_database = subject.config.journal.postgres.is_some() && !local;
    let shown = folder.display();
    let later = lang.say("made by the first order", "首次订购时创建");
    // Whoever can write into the state folder can replace the one of rehearsals.
    match check_folder(&top).and_then(|()| look_at(&folder)) {
        Err(failure) => {
            findings.problem("state", &told(&failure));
            return nothing;
        }
        Ok(false) => findings.ok("state", &format!("{shown}: {later}")),
        Ok(true) => {
            findings.ok("state", &format!("{shown}: {}", lang.say("this user alone writes here", "仅当前用户可写")));
        }
    }
    match SqliteJournal::is_there(&folder) {
        Ok(false) if !by_database => {
            findings.ok("journal", later);
            return nothing;
        }
        Err(failure) if !by_database => {
            findings.problem("journal", &told(&failure));
            return nothing;
        }
        _ => {}
    }
    let states = match opened(&folder, subject, local).await {
        Ok(states) => states,
        Err(failure) => {
            findings.problem("journal", &told(&failure));
            return nothing;
        }
    };
    let open = states.iter().filter(|state| !state.is_closed() && state.key.certificate != subject.certificate.name);
    let taken = open.filter_map(|state| state.instance.clone()).collect();
    let own: Vec<&State> = states.iter().filter(|state| state.key.certificate == subject.certificate.name).collect();
    Known { due: order(subject, (endpoint, account), &own, now, findings), taken }
}

/// Looks at the state folder, and syncs it, because a journal needs a disk that keeps what was written. Returns whether it is there.
fn look_at(folder: &Path) -> Result<bool, cloudcert_orders::Failure> {
    check_folder(folder)?;
    if !folder.is_dir() {
        return Ok(false);
    }
    // A store that is there already is checked; none is made.
    if folder.join("live").is_dir() {
        Store::open(folder)?;
    }
    File::open(folder).and_then(|opened| opened.sync_all()).map_err(|error| {
        let error = system(&error);
        let message = text!("the folder cannot be synced: {error}", "无法同步文件夹到磁盘：{error}"; error);
        cloudcert_orders::Failure::new(cloudcert_orders::Kind::Unconfigured, message)
            .at(folder.display())
            .remedy(text!("Name a folder on a disk of this machine.", "请指定本机磁盘上的文件夹。"))
    })?;
    Ok(true)
}

/// Opens the journal, checks all of it, and returns all orders.
async fn opened(folder: &Path, subject: &Subject, local: bool) -> Result<Vec<State>, cloudcert_orders::Failure> {
    let journal = place::journal(folder, &subject.config.journal, local).await?;
    journal.verify().await?;
    if let Some(why) = journal.older_copy().await? {
        let message = text!("the journal may be an older copy: {why}", "日志可能是旧副本：{why}"; why);
        let failure = cloudcert_orders::Failure::new(cloudcert_orders::Kind::Unknown, message);
        return Err(failure.remedy(text!(
            "Run `cloudcert order verify`, which compares it with the clouds.",
            "请运行 `cloudcert order verify` 与云上比较。"
        )));
    }
    let mut states = Vec::new();
    for key in journal.orders().await? {
        states.extend(State::of(&journal.events(&key).await?)?);
    }
    Ok(states)
}

/// Looks at the last order, and at when its certificate is due.
fn order(
    subject: &Subject,
    (endpoint, account): (&str, Option<&str>),
    states: &[&State],
    now: Timestamp,
    findings: &mut Findings,
) -> Option<Due> {
    let lang = findings.lang;
    findings.ok("journal", lang.say("whole, with settings that keep commits", "完整，设置可保证提交持久"));
    let Some(last) = states.iter().max_by_key(|state| state.key.cycle) else {
        findings.ok("order", lang.say("none yet", "尚无"));
        return None;
    };
    open_order(last, (endpoint, account), findings);
    let issued = states.iter().filter_map(|state| Some((state, state.issued.as_ref()?)));
    let (holder, issued) = issued.max_by_key(|(_, issued)| issued.not_after)?;
    let revoked = holder.revocation == Call::Executed;
    let life = Life { not_before: issued.not_before, not_after: issued.not_after, revoked };
    let before = subject.certificate.renew.before;
    match when(life, before, &subject.certificate.name, &holder.opened.account, now) {
        Ok(due) => {
            findings.ok("due", &format!("{:.0}: {}", due.at, due.why.of(lang.into())));
            Some(due)
        }
        Err(failure) => {
            findings.problem("due", &told(&failure));
            None
        }
    }
}

/// An order that is open goes on only with its account, its endpoint and its private key.
fn open_order(last: &State, (endpoint, account): (&str, Option<&str>), findings: &mut Findings) {
    let (lang, key, name) = (findings.lang, &last.key, &last.key.certificate);
    if last.is_closed() {
        let closed = lang.say("is closed", "已结束");
        return findings.ok("order", &format!("{key} {closed}"));
    }
    if last.unknown().is_some() {
        let wrong = lang.say("nobody knows whether a call of it was executed", "无法判断其调用是否已执行");
        let next = format!("{} `cloudcert order find-out {name}`.", lang.say("run", "请运行"));
        return findings.problem("order", &Failure::new(Exit::Failed, format!("{key}: {wrong}")).remedy(next));
    }
    let opened = &last.opened;
    let strange = [(opened.endpoint.as_str(), Some(endpoint)), (opened.account.as_str(), account)];
    if let Some((was, Some(is))) = strange.into_iter().find(|(was, is)| is.is_some_and(|is| is != *was)) {
        let wrong = lang.say("was opened with", "建立时使用的是");
        let failure = Failure::new(Exit::Unconfigured, format!("{key} {wrong} {was}; {is}"));
        let next = lang.say("use the profile that it was opened with.", "请使用建立订单时的配置。");
        return findings.problem("order", &failure.remedy(next));
    }
    match key_of(last, &Watched::default()) {
        Ok(_) => {
            let goes_on = lang.say("is open; it goes on with", "未结束，可用此命令继续：");
            findings.ok("order", &format!("{key} {goes_on} `cloudcert resume {name}`"));
        }
        Err(failure) => findings.problem("order", &told(&failure.at(key))),
    }
}
