//! A stored certificate is deployed again: the newest one, or one of the older generations that the store has kept.

use super::order::{Desk, Order};
use super::sight::Looks;
use crate::base::failure::{Failure, Kind};
use crate::base::machine;
use crate::base::name::OrderKey;
use crate::base::text::Text;
use crate::cloud::plan::Plan;
use crate::journal::state::{Call, Done, State};
use crate::store::Stored;

/// What is deployed again, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The generation. `None` is the newest one.
    pub cycle: Option<u32>,
    /// The targets, by name.
    pub targets: Vec<String>,
    /// Whether the store's link `current` shall lead to it too, which servers may name.
    pub current: bool,
}

/// What was deployed.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployed {
    /// Its order.
    pub state: State,
    /// Whether it is the newest generation. Runs leave an older one where it was deployed, until the next certificate.
    pub is_newest: bool,
    /// The generation that `current` led to before, if it leads to another one now.
    pub current_was: Option<u32>,
}

/// Deploys a stored certificate again, also where it was deployed already. Nothing is ordered.
///
/// The generation is checked as a new certificate is, then `current` changes if that is wanted, then the targets are tried. Events of an older
/// generation belong to its own order, so that of the newest one stays as it is.
///
/// # Errors
///
/// - Of the kind [`Invalid`](Kind::Invalid) if that generation is gone or was never stored, or is revoked.
/// - Those of [`Store::check`](crate::store::Store::check): its key is missing, it has expired. Nothing has changed then.
/// - Of the kind [`Outstanding`](Kind::Outstanding) with all targets that failed. `current` has changed already then, if that was wanted.
pub async fn deploy(desk: &Desk<'_>, plan: &Plan, again: &Again) -> Result<Deployed, Failure> {
    let (mut order, is_newest) = take(desk, plan, again.cycle).await?;
    let stored = stored(desk, order.state())?;
    let now = desk.now.unwrap_or_else(jiff::Timestamp::now);
    let key = order.state().key.clone();
    desk.store.check(&stored, &order.state().opened.names, now).map_err(|failure| failure.at(&key))?;
    let mut current_was = None;
    if again.current {
        // A link that cannot be read is replaced too.
        let before = desk.store.current(&plan.name).ok().flatten().map(|before| before.order.cycle);
        desk.store.make_current(&stored)?;
        current_was = before.filter(|before| *before != key.cycle);
    }
    order.deploy(&again.targets).await.map_err(|failure| {
        if is_newest || failure.kind() != Kind::Outstanding {
            return failure;
        }
        let remedy = text!(
            "Mend the target, and run the command again: runs deploy the newest generation alone.",
            "请修复部署目标，再次执行该命令：定期运行只部署最新的代次。"
        );
        Failure::new(failure.kind(), failure.what().clone()).at(&key).remedy(remedy)
    })?;
    Ok(Deployed { state: order.state().clone(), is_newest, current_was })
}

/// Takes up the order of a generation, under the lock of its certificate, and says whether it is the newest one that was stored.
async fn take<'a>(desk: &'a Desk<'a>, plan: &'a Plan, cycle: Option<u32>) -> Result<(Order<'a>, bool), Failure> {
    let lock = super::order::lock(desk, plan).await?;
    let own = desk.states().await?.into_iter().filter(|state| state.key.certificate == plan.name);
    let mut own: Vec<State> = own.filter(|state| state.stored == Done::Yes).collect();
    let Some(newest) = own.iter().map(|state| state.key.cycle).max() else {
        let name = &plan.name;
        let message = text!("no order of it has a stored certificate", "它的订单都没有已保存的证书");
        return Err(Failure::new(Kind::Forbidden, message).at(&plan.name).remedy(text!(
            "Run `cloudcert resume {name}` if an order of it is open. Otherwise order it with `cloudcert issue {name}`, or take over what the cloud has with `cloudcert adopt {name}`.",
            "若有未完成的订单，请运行 `cloudcert resume {name}`；否则用 `cloudcert issue {name}` 订购，或用 `cloudcert adopt {name}` 接管云端已有的证书。"
        )));
    };
    let wanted = cycle.unwrap_or(newest);
    let Some(place) = own.iter().position(|state| state.key.cycle == wanted) else {
        return Err(gone(desk, &OrderKey::new(plan.name.clone(), wanted)));
    };
    let state = own.swap_remove(place);
    desk.cloud.session().fits(&state.opened).map_err(|failure| failure.at(&state.key))?;
    if state.revocation == Call::Executed {
        let message = text!("the certificate of this generation is revoked", "此代次的证书已吊销");
        return Err(Failure::new(Kind::Invalid, message).at(&state.key).remedy(text!(
            "Deploy another generation, or order a new certificate.",
            "请部署其他代次，或订购新证书。"
        )));
    }
    Ok((Order { desk, plan, state, lock, submitted: false, looks: Looks::default() }, wanted == newest))
}

/// The files of a generation.
fn stored(desk: &Desk<'_>, state: &State) -> Result<Stored, Failure> {
    if let Some(stored) = desk.store.generation(&state.key)? {
        return Ok(stored);
    }
    let opened = &state.opened;
    if opened.machine != machine::id() {
        let message =
            text!("the certificate is in the store of the machine `{}`", "证书保存在机器 `{}` 上", opened.machine_name);
        let failure = Failure::new(Kind::Outstanding, message).at(&state.key);
        return Err(failure.remedy(text!("Deploy it on the machine that stored it.", "请在保存该证书的机器上部署。")));
    }
    Err(gone(desk, &state.key))
}

/// A generation that is not in the store.
fn gone(desk: &Desk<'_>, key: &OrderKey) -> Failure {
    let name = &key.certificate;
    let kept = desk.store.generations(name).unwrap_or_default();
    let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
    let (has, remedy) = if kept.is_empty() {
        let remedy = text!(
            "Order it anew with `cloudcert issue {name} --replace`.",
            "请用 `cloudcert issue {name} --replace` 重新订购。"
        );
        (text!("none", "无"), remedy)
    } else {
        let remedy = text!(
            "Deploy one of those, or order a new certificate with `cloudcert issue {name} --replace`.",
            "请部署现有的代次，或用 `cloudcert issue {name} --replace` 订购新证书。"
        );
        (Text::quote(kept.join(", ")), remedy)
    };
    let message = text!(
        "the store does not have generation {}: it keeps the last three, and has {has}",
        "没有保存代次 {}：只保留最近三个，现有：{has}",
        key.cycle;
        has
    );
    Failure::new(Kind::Invalid, message).at(key).remedy(remedy)
}
