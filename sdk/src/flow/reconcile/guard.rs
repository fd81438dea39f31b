//! Guarded calls: sent at most once, until it is proved that the call was not executed.

use super::round::{Prober, Usable};
use super::saved::SavedProbe;
use super::state::{GuardState, Settled, Stage, unclear};
use super::verdict::Verdict;
use super::{Outcome, Reconcile};
use crate::action::operation::Fill;
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::call::core::{Core, replaced};
use crate::setup::options::CallOptions;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A call that must not be sent twice, with the result of a probe before it. Create it by `guard()` of a builder or `guard` of a client.
///
/// If the response is lost, call [`find_out`](Guarded::find_out): it probes the service again and compares. Until it has proved that the
/// call was not executed, [`send`](Guarded::send) refuses to send it a second time.
///
/// Guard a call right before you send it, and leave some seconds between two orders. Whatever changes between the two probes is taken for
/// the effect of the call, even an earlier order that the first probe did not show yet. Probes go to the same endpoint with the same
/// options as the call, except for extra parameters and the method, which belong to the call alone.
///
/// # Several witnesses
///
/// Some calls are shown by more than one action: an order from a package by the list of orders and by the count of the package. Each is a witness,
/// and they must agree:
///
/// - "executed" needs the best witness to show the call, and none that contradicts it. If the list shows the order but the count is unchanged, the
///   probes go on, since counts lag by seconds. If it is still unchanged in the last probe, at least [`settle`](Guarded::settle) after the call, the verdict
///   is [`Ambiguous`](crate::Outcome::Ambiguous) and names both: the new item may be somebody else's. [`found`](Guarded::found) returns it;
/// - a count that rose by more than one does not contradict a list with exactly one new item that fits, since others order too;
/// - "not executed" needs all witnesses unchanged;
/// - a witness whose probe before the call was unusable is left out. A list or state that proves nothing while it is unchanged is not asked
///   once the best witness shows the call.
///
/// # What it does not protect from
///
/// A guard protects one order of one program. It knows nothing of other guards, clients and programs. Two
/// programs, or two tasks with a guard each, that order the same thing place two orders, and each may take the other's order for its own.
/// So let a single place in your system order, one order after the other for an account, under a lock that all programs respect. Record
/// that you are about to order before `send`, and the result after it.
///
/// # After a restart
///
/// Save [`saved`](Guarded::saved), which has an example, with the request before `send`. A process that comes later passes both to `guard_again` of a client or builder, for the
/// same account and endpoint. The call then counts as sent: `send` refuses until [`find_out`](Guarded::find_out) has proved that it was not executed,
/// and the [`settle`](Guarded::settle) time begins anew, since no clock spans two processes. No probe is made before `find_out`.
///
/// A late "executed" does no harm. How long "not executed" may be believed is for you to decide, because a saved probe does not know its age:
///
/// - by a [`Counter`](crate::Evidence::Counter): only within about ten minutes of the call and before the next boot, by a clock that nobody set
///   meanwhile. Later somebody may have given one back. Check yourself then, before you order again;
/// - by a [`List`](crate::Evidence::List) or a [`State`](crate::Evidence::State): at any time, if the service keeps what was ordered in its list.
///
/// A verdict carries its [`Evidence`](crate::Evidence): "not executed" by a [`Counter`](crate::Evidence::Counter) alone is likely, not certain.
///
/// **Dropping** the future of `send` in mid-flight leaves the outcome unknown, like a lost response; if it was never polled, nothing was
/// sent. Dropping the future of `find_out` does no harm.
///
/// ```no_run
/// # #[cfg(feature = "ksyun-kcm-2016-03-04")]
/// # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
/// use cloudcert::Outcome;
///
/// let order = client
///     .apply_certificate()
///     .main_domain("www.example.com")
///     .certificate_code("SECDV01")
///     .year_length(1)
///     .domain_count(1)
///     .wildcard_count(0)
///     .guard()
///     .await?;
/// let id = match order.send().await {
///     Ok(response) => response.certificate.certificate_id,
///     Err(error) if error.outcome_unknown() => match order.find_out().await? {
///         Outcome::Executed { .. } => match order.found().pop() {
///             Some(new) => new.certificate_id, // the one that is new in the list
///             None => return Err(error),
///         },
///         Outcome::NotExecuted { .. } => order.send().await?.certificate.certificate_id,
///         other => {
///             println!("{other}");
///             return Err(error);
///         }
///     },
///     Err(error) => return Err(error),
/// };
/// # let _ = id;
/// # Ok(())
/// # }
/// ```
pub struct Guarded<R: Reconcile> {
    shared: Arc<Shared<R>>,
    pace: Pace,
}

/// How a verdict is waited for.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// The number of probes that must show no change.
    probes: u32,
    /// The time between two of them. Counts and lists lag by seconds.
    interval: Duration,
    /// How long a request may still be executed after its sender gave up. No earlier probe proves that it was not.
    settle: Duration,
}

impl Pace {
    const DEFAULT: Self = Self { probes: 3, interval: Duration::from_secs(10), settle: Duration::from_secs(20) };

    /// The time after the call from which on a probe that shows no change can be the last one.
    fn least(self) -> Duration {
        self.settle.max(self.interval.saturating_mul(self.probes.saturating_sub(1)))
    }
}

struct Shared<R: Reconcile> {
    core: Core,
    request: R,
    options: CallOptions,
    state: Mutex<GuardState<R::Item>>,
}

impl<R: Reconcile> Guarded<R> {
    /// Checks the request and makes the probe before the call.
    pub(crate) fn begin(core: Core, request: R, options: CallOptions) -> Pending<Self> {
        Self::open(core, request, options, None)
    }

    /// Checks the request, and takes up what another process has sent or not.
    pub(crate) fn again(core: Core, request: R, options: CallOptions, saved: SavedProbe) -> Pending<Self> {
        Self::open(core, request, options, Some(saved))
    }

    pub(crate) fn open(
        core: Core,
        mut request: R,
        mut options: CallOptions,
        saved: Option<SavedProbe>,
    ) -> Pending<Self> {
        Pending::new(async move {
            if saved.is_some() {
                has_its_key(&mut request)?;
            }
            // The advice is for the call itself, which finds it again.
            core.check(&mut request, &options)?;
            if let Some(name) = replaced(&request, &options) {
                let message = format!(
                    "`{name}` is set as an extra parameter, which the probes do not see: set it on the request instead"
                );
                return Err(Error::config(R::ACTION.name, message));
            }
            let repeatable = request.effect().is_repeatable();
            let state = if let Some(saved) = saved {
                let before = saved.shown::<R>(core.shared().api.id)?;
                if before.is_none() != repeatable {
                    return Err(Error::config(R::ACTION.name, OTHER_REQUEST));
                }
                GuardState::again(before.map(Arc::new), core.environment().elapsed())
            } else if repeatable {
                GuardState::new(None)
            } else {
                // The probe belongs right before the call, so the cooldown comes first.
                let limit = options.operation_timeout;
                core.keep_cooldowns(&request, &mut options).await?;
                options.operation_timeout = limit;
                let asking = Prober { core: &core, request: &request, options: &options };
                GuardState::new(Some(Arc::new(asking.before().await?)))
            };
            let shared = Arc::new(Shared { core, request, options, state: Mutex::new(state) });
            Ok(Self { shared, pace: Pace::DEFAULT })
        })
    }

    /// Sets how many probes must show no change before [`find_out`](Guarded::find_out) says that the call was not executed. Default: 3. At least 2.
    #[must_use]
    pub fn probes(mut self, probes: u32) -> Self {
        self.pace.probes = probes.max(2);
        self
    }

    /// Sets the time between two probes of [`find_out`](Guarded::find_out). Default: 10 seconds.
    ///
    /// Counts and lists lag by seconds, and a request may be executed after its sender gave up. So the last probe before
    /// [`NotExecuted`](Outcome::NotExecuted) is never made earlier than [`settle`](Guarded::settle) after `send` ended or was dropped, nor
    /// earlier than all intervals together: `find_out` waits until then.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.pace.interval = interval;
        self
    }

    /// Sets how long a request may still be executed after its sender gave up. Default: 20 seconds. At least 20 seconds.
    ///
    /// The last probe before [`NotExecuted`](Outcome::NotExecuted) is never made earlier than this after `send` ended or was dropped, or after
    /// `guard_again`. Set it to the operation's timeout and 20 seconds more if you take up a call from a process that may still be alive, since its
    /// `send` may go on for that long.
    #[must_use]
    pub fn settle(mut self, settle: Duration) -> Self {
        self.pace.settle = settle.max(Pace::DEFAULT.settle);
        self
    }

    /// Returns what the probe before the call has shown, to be saved before [`send`](Guarded::send). After a restart, `guard_again` of a client or
    /// builder takes the call up with it.
    ///
    /// After `find_out` has returned [`NotExecuted`](Outcome::NotExecuted) it is what the newest probe has shown: save it again before you send again.
    ///
    /// This program may be started again after it was stopped anywhere, but never twice at a time:
    ///
    /// ```
    /// # mod stage { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/guide.rs")); }
    /// # async fn run(client: &cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use cloudcert::{Evidence, Outcome, SavedProbe};
    /// use std::io::Write;
    ///
    /// fn save(probe: &SavedProbe) -> std::io::Result<()> {
    ///     let mut file = std::fs::File::create("order.new")?;
    ///     file.write_all(probe.to_json().as_bytes())?;
    ///     file.sync_all()?;
    ///     std::fs::rename("order.new", "order.probe")
    /// }
    ///
    /// // The same request in every run.
    /// let request = client.create_certificate_request().product_code("geotrust-dv-1-starter").domain("www.example.com");
    /// let request = request.email("ops@example.com").phone("13800000000").username("Li Lei").validate_type("DNS");
    /// let id = if std::fs::exists("order.probe")? {
    ///     // An earlier run may have sent it.
    ///     let saved = SavedProbe::from_json(&std::fs::read_to_string("order.probe")?)?;
    ///     let order = request.guard_again(&saved).await?;
    ///     match order.find_out().await? {
    ///         Outcome::Executed { .. } => order.found().pop().and_then(|new| new.order_id).ok_or("the order has no id yet")?,
    ///         // The list of orders shows it at any time. A counter would not.
    ///         Outcome::NotExecuted { evidence: Evidence::List } => {
    ///             save(&order.saved())?;
    ///             order.send().await?.order_id
    ///         }
    ///         other => return Err(other.to_string().into()), // a person has to decide
    ///     }
    /// } else {
    ///     let order = request.guard().await?;
    ///     save(&order.saved())?;
    ///     order.send().await?.order_id
    /// };
    /// std::fs::write("order.id", id.to_string())?;
    /// # Ok(())
    /// # }
    /// # stage::losing("CreateCertificateRequest", |client| async move {
    /// #     assert!(run(&client).await.is_err(), "the response of the first run is lost");
    /// #     run(&client).await?;
    /// #     let all = client.list_user_certificate_order().await?.certificate_order_list;
    /// #     let ids: Vec<String> = all.iter().filter_map(|order| Some(order.order_id?.to_string())).collect();
    /// #     Ok(assert_eq!(ids, [std::fs::read_to_string("order.id")?]))
    /// # });
    /// ```
    #[must_use]
    pub fn saved(&self) -> SavedProbe {
        let before = self.shared.state().before.clone();
        SavedProbe::of::<R>(self.shared.core.shared().api.id, before.as_deref().map(Vec::as_slice))
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> &R {
        &self.shared.request
    }

    /// Sends the request.
    ///
    /// # Errors
    ///
    /// Those of the call. After a success, and while the outcome is unknown, every further `send` fails with the kind
    /// [`Guarded`](crate::ErrorKind::Guarded) and sends nothing.
    pub fn send(&self) -> Pending<R::Response> {
        let shared = self.shared.clone();
        Pending::new(async move {
            shared.state().enter().map_err(|why| Error::guarded(R::ACTION.name, why))?;
            let flight = Flight(&shared);
            let sent = shared.core.send(shared.request.clone(), shared.options.clone()).await;
            flight.ends(match &sent {
                Ok(_) => Stage::Executed,
                Err(error) if error.outcome_unknown() => Stage::Unknown,
                Err(_) => Stage::Ready,
            });
            sent
        })
    }

    /// Finds out whether the call was executed. Call it at any time, and as often as you like.
    ///
    /// Needs no probe if nothing was sent or its response settled it. Otherwise makes up to [`probes`](Guarded::probes) probes:
    ///
    /// - returns [`Executed`](Outcome::Executed) as soon as one shows it and the other witnesses agree. A witness that still shows no change is asked
    ///   again, since counts and lists lag;
    /// - returns [`NotExecuted`](Outcome::NotExecuted) after the last one if none shows a change. That one is made at least 20 seconds and all
    ///   intervals after the call;
    /// - returns [`Ambiguous`](Outcome::Ambiguous) if they do not settle it, or if the witnesses still contradict each other in the last one. Also,
    ///   without a probe, if the probe before the call left nothing to compare, or if the call may simply be repeated.
    ///
    /// # Errors
    ///
    /// Those of the probes, which say nothing about the call; [`Guarded`](crate::ErrorKind::Guarded) while the future of `send` is neither done
    /// nor dropped.
    pub fn find_out(&self) -> Pending<Outcome> {
        let (shared, pace) = (self.shared.clone(), self.pace);
        Pending::new(async move { shared.find_out(pace).await })
    }

    /// Returns the new items that the last probe of [`find_out`](Guarded::find_out) showed and that the call may have made.
    ///
    /// It is one if the probe of a list proved that the call was executed. It is empty if no probe was needed, or if the recipe reads no list.
    /// After an [`Ambiguous`](Outcome::Ambiguous) verdict, show what is there to a person: it may be somebody else's.
    #[must_use]
    pub fn found(&self) -> Vec<R::Item> {
        self.shared.state().found.clone()
    }
}

impl<R: Reconcile> Shared<R> {
    fn state(&self) -> MutexGuard<'_, GuardState<R::Item>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn find_out(&self, pace: Pace) -> Result<Outcome, Error> {
        let Pace { probes, interval, .. } = pace;
        let (before, sent, ended) = {
            let state = self.state();
            let Some(before) = state.before.clone() else {
                return Ok(unclear("the service was not probed, since this call may simply be sent again"));
            };
            match state.stage {
                Stage::Ready | Stage::Executed => return Ok(state.outcome()),
                Stage::Sending => {
                    let message =
                        "is in flight: wait until the future of `send` is done, or drop it, before you call `find_out`";
                    return Err(Error::guarded(R::ACTION.name, message));
                }
                Stage::Unknown => (before, state.sent, state.ended),
            }
        };
        let usable = match Usable::new::<R>(&before) {
            Ok(usable) => usable,
            Err(why) => return Ok(unclear(&why)),
        };
        let settle = |proved| self.state().settle(sent, proved, usable.evidence::<R>());
        let asking = Prober { core: &self.core, request: &self.request, options: &self.options };
        let environment = self.core.environment();
        // From then on, a probe that shows no change can be the last one.
        let settled = ended.saturating_add(pace.least());
        let (mut last, mut last_probe, mut newest) = (None, Duration::ZERO, before.clone());
        for number in 1..=probes {
            if number > 1 {
                let left = settled.saturating_sub(environment.elapsed());
                environment.sleep(if number == probes { interval.max(left) } else { interval }).await;
            }
            last_probe = environment.elapsed();
            let best = asking.best(&usable).await?;
            // A person sees it even if another probe fails.
            self.state().note(sent, best.found.clone());
            let round = asking.others(&usable, best, number == probes && last_probe >= settled).await?;
            self.state().note(sent, round.found.clone());
            match round.verdict {
                Verdict::Executed => {
                    self.core.start_cooldowns_of_any::<R>();
                    return Ok(settle(Settled::Executed(round.found)));
                }
                Verdict::More(why) | Verdict::Unclear(why) => return Ok(unclear(&why)),
                Verdict::Unchanged => newest = Arc::new(round.seen),
                Verdict::Open(why) => last = Some(why),
            }
        }
        Ok(match last {
            Some(why) => unclear(&why),
            // A clock that does not advance while the environment sleeps does not prove that the time has passed.
            None if last_probe < settled => unclear(&format!(
                "{} cannot tell: nothing has changed yet, and the last probe came too soon after the call",
                usable.name::<R>()
            )),
            None => settle(Settled::NotExecuted(newest)),
        })
    }
}

const OTHER_REQUEST: &str = "cannot be taken up: by its parameters, one of the saved probe and the request is of a call that may simply be repeated, \
                             and the other is not. Pass the request that was guarded";
const NO_KEY: &str = "cannot be taken up without the key that the client made for it: save `Guarded::request` of the first guard, and pass that request";

/// Checks that the key against repetition is set. A new one would be executed a second time.
fn has_its_key<R: Reconcile>(request: &mut R) -> Result<(), Error> {
    let mut lacks = false;
    request.unfilled(&mut |fill, value| lacks |= fill == Fill::RepeatKey && value.is_none());
    if lacks { Err(Error::config(R::ACTION.name, NO_KEY)) } else { Ok(()) }
}

/// A call in flight. If it is dropped before it ends, its outcome is unknown.
struct Flight<'a, R: Reconcile>(&'a Shared<R>);

impl<R: Reconcile> Flight<'_, R> {
    fn ends(self, reached: Stage) {
        let now = self.0.core.environment().elapsed();
        self.0.state().end(reached, now);
    }
}

impl<R: Reconcile> Drop for Flight<'_, R> {
    fn drop(&mut self) {
        let now = self.0.core.environment().elapsed();
        self.0.state().drop_flight(now);
    }
}

impl<R: Reconcile> fmt::Debug for Guarded<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Guarded");
        out.field("action", &R::ACTION.name).field("stage", &self.shared.state().stage);
        out.field("pace", &self.pace).finish_non_exhaustive()
    }
}
