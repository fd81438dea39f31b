//! A run over certificates: takes up open orders, deploys what is outstanding, orders what is due. What a timer starts.

mod check;
pub mod memory;
pub mod notify;
pub mod report;

use crate::base::failure::{Failure, Kind};
use crate::cloud::plan::Plan;
use crate::due::{self, Before, Due, Life};
use crate::flow::order::{Desk, Order};
use crate::flow::report::Ended;
use crate::journal::event::{End, Issued, Purpose};
use crate::journal::state::{Call, State, newest};
use jiff::Timestamp;
use report::{Line, Outcome, life};
use std::time::Duration;

/// How a certificate is renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How long before its end.
    pub before: Before,
    /// Whether a run may order without asking.
    pub auto: bool,
    /// How many orders an account may have in a day.
    pub orders_per_day: u32,
}

/// What a run does with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Whatever is due.
    Renew,
    /// Only what was begun: nothing is ordered.
    Resume,
    /// The first certificate. A person asked for it.
    Issue,
    /// Another certificate now, whether it is due or not. A person asked for it.
    Replace,
    /// What was begun, and a newer certificate that the service has made inside the last order. Nothing is ordered.
    Fetch,
}

/// One certificate of a run. It never fails: what stops it is its outcome.
pub async fn certificate(desk: &Desk<'_>, plan: &Plan, rules: &Rules, wish: Wish, now: Timestamp) -> Line {
    let mut line = Line::new(plan);
    line.outcome = match work(desk, plan, rules, wish, now, &mut line).await {
        Ok(outcome) => outcome,
        Err(failure) => Outcome::stopped(&failure),
    };
    line
}

async fn work(
    desk: &Desk<'_>,
    plan: &Plan,
    rules: &Rules,
    wish: Wish,
    now: Timestamp,
    line: &mut Line,
) -> Result<Outcome, Failure> {
    let last = match Order::resume(desk, plan).await? {
        Some(mut order) => {
            let was_open = !order.state().is_closed();
            let ended = order.advance().await;
            line.follow(order.state(), rules.before, now);
            match ended {
                Ended::Stopped(failure) => return Err(failure),
                Ended::Closed(End::Done) if was_open => return Ok(Outcome::Renewed),
                Ended::Closed(End::Failed) if was_open => return Err(failed(order.state())),
                Ended::Closed(_) => Some(order.state().clone()),
            }
        }
        None => None,
    };
    let name = &plan.name;
    match (wish, last) {
        (Wish::Issue, Some(last)) => Err(again(&last)),
        (Wish::Issue | Wish::Replace, last) => {
            let states = desk.states().await?;
            per_day(desk, plan, rules, now, &states)?;
            // A state that was lost, as in a container without a volume, must not order again and again.
            if wish == Wish::Issue {
                check::strangers(desk, plan, &states, None).await?;
            }
            order(desk, plan, rules, now, (Purpose::Issue, last.map_or(0, |last| last.key.cycle)), line).await
        }
        (_, None) => {
            let failure =
                Failure::new(Kind::Forbidden, text!("the journal has no order of it", "日志中没有它的订单")).at(name);
            Err(failure.remedy(text!(
                "Order it with `cloudcert issue {name}`, or take over what the cloud has with `cloudcert adopt {name}`.",
                "请用 `cloudcert issue {name}` 订购，或用 `cloudcert adopt {name}` 接管云上已有的证书。"
            )))
        }
        (Wish::Resume, Some(_)) => Ok(Outcome::Nothing),
        (Wish::Fetch, Some(last)) => {
            let states = desk.states().await?;
            let Some((holder, issued)) = newest(&states, &plan.name) else { return Err(failed(&last)) };
            line.holds(holder, issued, rules.before, now);
            Ok(newer(desk, plan, rules, now, (holder, issued), line).await?.unwrap_or(Outcome::Nothing))
        }
        (Wish::Renew, Some(last)) => renew(desk, plan, rules, now, &last, line).await,
    }
}

/// Takes a newer certificate that the service has made inside the order of the newest one here.
async fn newer(
    desk: &Desk<'_>,
    plan: &Plan,
    rules: &Rules,
    now: Timestamp,
    (holder, issued): (&State, &Issued),
    line: &mut Line,
) -> Result<Option<Outcome>, Failure> {
    let Some(mut adopted) = check::adopt(desk, plan, holder, issued).await? else { return Ok(None) };
    line.follow(adopted.state(), rules.before, now);
    let ended = adopted.advance().await;
    line.follow(adopted.state(), rules.before, now);
    match ended {
        Ended::Stopped(failure) => Err(failure),
        Ended::Closed(_) => Ok(Some(Outcome::Adopted)),
    }
}

async fn renew(
    desk: &Desk<'_>,
    plan: &Plan,
    rules: &Rules,
    now: Timestamp,
    last: &State,
    line: &mut Line,
) -> Result<Outcome, Failure> {
    let states = desk.states().await?;
    let Some((holder, issued)) = newest(&states, &plan.name) else { return Err(failed(last)) };
    line.holds(holder, issued, rules.before, now);
    let validity = life(holder, issued);
    let due = due::when(validity, rules.before, &plan.name, &desk.cloud.session().account, now)?;
    if !due.is_due {
        line.due_soon = due::is_soon(&due, validity, now);
        return Ok(Outcome::Nothing);
    }
    if let Some(outcome) = newer(desk, plan, rules, now, (holder, issued), line).await? {
        return Ok(outcome);
    }
    may_order(desk, plan, rules, now, last, &states, validity, &due).await?;
    order(desk, plan, rules, now, (Purpose::Renew, last.key.cycle), line).await
}

/// Everything that forbids an order. Nothing is sent but reads.
#[expect(clippy::too_many_arguments, reason = "what forbids an order comes from everywhere")]
async fn may_order(
    desk: &Desk<'_>,
    plan: &Plan,
    rules: &Rules,
    now: Timestamp,
    last: &State,
    states: &[State],
    life: Life,
    due: &Due,
) -> Result<(), Failure> {
    if !rules.auto {
        let (name, why) = (&plan.name, &due.why);
        let failure = Failure::new(Kind::Forbidden, text!("it is due: {why}", "需要续期：{why}"; why)).at(name);
        let remedy = text!(
            "Order it with `cloudcert issue {name} --replace`, or let a run order it with `renew = {{ auto = true }}`.",
            "请用 `cloudcert issue {name} --replace` 订购，或设置 `renew = {{ auto = true }}` 由定时运行订购。"
        );
        return Err(failure.remedy(remedy));
    }
    if last.is_lost() {
        return Err(failed(last));
    }
    let own: Vec<Timestamp> = orders(states, |state| state.key.certificate == plan.name);
    due::limit(own.iter().max().copied(), life.length(), now).map_err(|failure| failure.at(&plan.name))?;
    per_day(desk, plan, rules, now, states)?;
    check::strangers(desk, plan, states, Some(last)).await
}

/// The limit of the configuration holds for everybody, also for a person.
fn per_day(desk: &Desk<'_>, plan: &Plan, rules: &Rules, now: Timestamp, states: &[State]) -> Result<(), Failure> {
    let account = &desk.cloud.session().account;
    let all = orders(states, |state| state.opened.account == *account);
    due::per_day(&all, rules.orders_per_day, now).map_err(|failure| failure.at(&plan.name))
}

/// Orders, and goes as far as it can. `seen` is the number of the last order that this run knows.
async fn order(
    desk: &Desk<'_>,
    plan: &Plan,
    rules: &Rules,
    now: Timestamp,
    (purpose, seen): (Purpose, u32),
    line: &mut Line,
) -> Result<Outcome, Failure> {
    let mut order = Order::open_after(desk, plan, purpose, seen).await?;
    let ended = order.advance().await;
    line.follow(order.state(), rules.before, now);
    match ended {
        Ended::Stopped(failure) => Err(failure),
        Ended::Closed(End::Done) => Ok(Outcome::Renewed),
        Ended::Closed(_) => Err(failed(order.state())),
    }
}

fn failed(state: &State) -> Failure {
    let why = state.closed.as_ref().map_or_else(|| text!("it is open", "订单未完成"), |(_, why)| why.clone());
    let name = &state.key.certificate;
    let kind = if state.is_lost() { Kind::Forbidden } else { Kind::Refused };
    let failure =
        Failure::new(kind, text!("the last order has failed: {why}", "最近的订单失败：{why}"; why)).at(&state.key);
    failure.remedy(text!(
        "Mend the cause, then order again with `cloudcert issue {name} --replace`.",
        "请排除原因，再用 `cloudcert issue {name} --replace` 订购。"
    ))
}

/// A person asks for the first certificate, and an order was there before.
fn again(last: &State) -> Failure {
    let name = &last.key.certificate;
    let (message, remedy) = match &last.closed {
        Some((End::Failed, why)) => (
            text!("the last order has failed: {why}", "最近的订单失败：{why}"; why),
            text!(
                "Mend the cause, then order again with `cloudcert issue {name} --replace`.",
                "请排除原因，再用 `cloudcert issue {name} --replace` 订购。"
            ),
        ),
        Some((End::Cancelled | End::Abandoned, why)) => (
            text!("the last order has ended without a certificate: {why}", "最近的订单已结束，没有证书：{why}"; why),
            text!(
                "Order again with `cloudcert issue {name} --replace`.",
                "请用 `cloudcert issue {name} --replace` 重新订购。"
            ),
        ),
        _ => (
            text!("it was ordered already", "此前已订购"),
            text!(
                "Run `cloudcert issue {name} --replace` if you want another certificate, which costs again.",
                "若需要另一张证书，请运行 `cloudcert issue {name} --replace`，会再次产生费用。"
            ),
        ),
    };
    Failure::new(Kind::Forbidden, message).at(&last.key).remedy(remedy)
}

/// When orders were opened that may have cost something.
fn orders(states: &[State], of: impl Fn(&State) -> bool) -> Vec<Timestamp> {
    let spent = states.iter().filter(|state| of(state) && (state.attempts > 0 || state.submission != Call::NotSent));
    spent.map(|state| state.opened_at).collect()
}

/// How long a run waits for an order at most, if nobody says otherwise: the next run goes on.
pub const BUDGET: Duration = Duration::from_secs(600);
