//! What the cloud has that the journal does not know.

use crate::base::failure::{Failure, Kind};
use crate::base::machine::SKEW;
use crate::cloud::plan::{KeySource, Plan};
use crate::cloud::{Listed, Progress};
use crate::flow::order::{Desk, Order};
use crate::journal::event::Issued;
use crate::journal::state::{State, newest};
use std::collections::BTreeSet;

/// The vendors issue anew inside an order while its time runs: what is there already is taken, and nothing is ordered.
pub(super) async fn adopt<'a>(
    desk: &'a Desk<'a>,
    plan: &'a Plan,
    holder: &State,
    issued: &Issued,
) -> Result<Option<Order<'a>>, Failure> {
    if holder.ids.is_empty() {
        return Ok(None);
    }
    let Progress::Issued(certificate) = desk.cloud.poll(plan, &holder.ids).await? else { return Ok(None) };
    let bundle = cloudcert::pem::Bundle::read(&certificate.texts);
    let Ok(bundle) = bundle else { return Ok(None) };
    let newer = bundle.not_after().and_then(|end| jiff::Timestamp::try_from(end).ok());
    if newer.is_none_or(|newer| newer <= issued.not_after) {
        return Ok(None);
    }
    let has_key = certificate.key.is_some() || matches!(plan.key, KeySource::Own(_));
    if !has_key {
        return Ok(None);
    }
    Order::adopt(desk, plan, holder).await.map(Some)
}

/// Refuses to order beside orders of the same names that the journal does not know: the journal may be an older copy, or lost, or somebody else
/// renews. Only what is newer than the last order counts, and everything if there was none.
pub(super) async fn strangers(
    desk: &Desk<'_>,
    plan: &Plan,
    states: &[State],
    last: Option<&State>,
) -> Result<(), Failure> {
    let known: BTreeSet<&String> = states.iter().flat_map(|state| state.ids.values()).collect();
    let since = last.map_or(jiff::Timestamp::MIN, |last| last.opened_at - SKEW);
    let newest = newest(states, &plan.name).map(|(_, issued)| issued.not_after);
    let is_stranger = |listed: &&Listed| {
        let unknown = !listed.ids.values().any(|id| known.contains(id));
        let recent = match (listed.ordered, listed.not_after) {
            (Some(ordered), _) => ordered >= since,
            (None, Some(end)) => newest.is_none_or(|newest| end > newest),
            (None, None) => true,
        };
        listed.alive && unknown && recent
    };
    let listed = desk.cloud.list(plan).await?;
    let all: Vec<String> = listed.iter().filter(is_stranger).flat_map(|one| one.ids.values().cloned()).collect();
    if all.is_empty() {
        return Ok(());
    }
    let message = text!(
        "the cloud has an order of these names that the journal does not know: {}",
        "云上有这些域名的订单未记入日志：{}",
        all.join(", ")
    );
    let name = &plan.name;
    let (kind, remedy) = match last {
        Some(_) => {
            let remedy = text!(
                "Take it over with `cloudcert adopt {name}`. If the journal is an older copy, run `cloudcert order verify`.",
                "请用 `cloudcert adopt {name}` 接管。若日志是旧副本，请运行 `cloudcert order verify`。"
            );
            (Kind::Unknown, remedy)
        }
        None => (
            Kind::Forbidden,
            text!(
                "Take it over with `cloudcert adopt {name}`, or order another one with `cloudcert issue {name} --replace`.",
                "请用 `cloudcert adopt {name}` 接管，或用 `cloudcert issue {name} --replace` 另行订购。"
            ),
        ),
    };
    Err(Failure::new(kind, message).at(&plan.name).remedy(remedy))
}
