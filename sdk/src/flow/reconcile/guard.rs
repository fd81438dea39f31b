//! A call that is sent once at most, until it is known that it was not executed.

use super::look::{Look, Refused, Seen};
use super::verdict::{Verdict, compare, hopeless};
use super::{Evidence, Outcome, Recipe, Reconcile};
use crate::base::error::{Error, ErrorKind};
use crate::base::pending::Pending;
use crate::call::core::{Core, checked, replaced};
use crate::setup::options::CallOptions;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A call that must not be sent twice, with what was seen before it: `guard()` of a builder or `guard` of a client makes one.
///
/// If its answer is lost, [`find_out`](Guarded::find_out) looks again and tells what has become of it. Until that says that it was not
/// executed, [`send`](Guarded::send) refuses to send it a second time, whatever the program does.
///
/// Guard a call right before it is sent, and send one after the other with some seconds between: what happens between the two looks is taken
/// for the call, and so is an earlier order that the look before did not see yet. Looks go where the call goes, with its options, but for
/// extra parameters and the method, which belong to the call alone.
///
/// # What it does not protect from
///
/// A guard protects the one order that one program is about to place. It knows nothing of other guards, clients and programs, and is gone
/// with its process. Two programs, or two tasks with a guard each, that order the same place two orders, and each may take the other's
/// for its own. So let one place in your system order, one order after the other for an account, under a lock that all programs respect;
/// write down that you are about to order before `send`, and what came of it after; and after a crash look at what the service has
/// before you order again.
///
/// A verdict carries its [`Evidence`]: "not executed" by a [`Counter`](Evidence::Counter) alone is likely, not certain.
///
/// **Dropping** the future of `send` in mid-flight leaves the outcome unknown, as a lost answer does; before it was polled, nothing was sent.
/// Dropping that of `find_out` does no harm.
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
///     Ok(answer) => answer.certificate.certificate_id,
///     Err(error) if error.outcome_unknown() => match order.find_out().await? {
///         Outcome::Executed { .. } => order.found().swap_remove(0).certificate_id, // the one that is new in the list
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
    looks: u32,
    pause: Duration,
}

struct Shared<R: Reconcile> {
    core: Core,
    request: R,
    options: CallOptions,
    state: Mutex<State<R::Item>>,
}

struct State<I> {
    stage: Stage,
    /// What shows that it was executed, or not.
    evidence: Evidence,
    /// What was seen before the call; nothing was looked at if it may be sent again anyway.
    before: Option<Arc<Seen<I>>>,
    /// How often it was sent: a verdict is about the last time only.
    sent: u32,
    /// When it was answered or dropped the last time, on the environment's clock.
    ended: Duration,
    /// What the last look saw in the list that was not there before and can be what the call made.
    found: Vec<I>,
}

/// What is known about the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It has surely not been executed.
    Ready,
    /// It is on its way.
    Sending,
    /// It may have been executed.
    Unknown,
    /// It was executed.
    Executed,
}

/// How often an unchanged look must be, and how far apart, if nothing else is set: counts and lists lag behind by seconds, and a request
/// may still be on its way when its sender has given up.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(10);
/// How long a request whose sender has given up may still be executed: before that, nothing shows that it was not.
const SETTLED: Duration = Duration::from_secs(20);

impl<R: Reconcile> Guarded<R> {
    /// Checks the request, and looks.
    pub(crate) fn begin(core: Core, request: R, mut options: CallOptions) -> Pending<Self> {
        Pending::new(async move {
            let request = checked(request, &options)?;
            if let Some(name) = replaced(&request, &options) {
                let message =
                    format!("`{name}` is an extra parameter, which a guard does not look at: set it on the request");
                return Err(Error::new(ErrorKind::Config, R::ACTION.name, message));
            }
            let before = if request.effect().is_repeatable() {
                None
            } else {
                // What cannot be changed yet cannot be seen yet either.
                let limit = options.operation_timeout;
                core.keep_pace(&request, &mut options).await?;
                options.operation_timeout = limit;
                Some(Arc::new(look(&core, &request, &options, true).await?))
            };
            let (evidence, ended, found) = (Evidence::Response, Duration::ZERO, Vec::new());
            let state = Mutex::new(State { stage: Stage::Ready, evidence, before, sent: 0, ended, found });
            let shared = Arc::new(Shared { core, request, options, state });
            Ok(Self { shared, looks: LOOKS, pause: PAUSE })
        })
    }

    /// On how many looks nothing must have changed before [`find_out`](Guarded::find_out) says that the call was not executed: 3 if not set,
    /// 2 at least.
    #[must_use]
    pub fn looks(mut self, looks: u32) -> Self {
        self.looks = looks.max(2);
        self
    }

    /// The pause between two looks of [`find_out`](Guarded::find_out), 10 seconds if not set. Counts and lists lag behind by seconds, and a
    /// request whose answer was not waited for may be executed late. So, whatever is set here, the last look before
    /// [`NotExecuted`](Outcome::NotExecuted) is made no earlier than 20 seconds after `send` has ended or was dropped, and no earlier than
    /// all pauses together: `find_out` waits for that.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
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
    /// Those of the call. If its outcome is unknown, and after a success, every further `send` is an error of the kind
    /// [`Guarded`](ErrorKind::Guarded), and nothing is sent.
    pub fn send(&self) -> Pending<R::Response> {
        let shared = self.shared.clone();
        Pending::new(async move {
            shared.enter()?;
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

    /// Finds out what has become of the call. It may be asked at any time, and again.
    ///
    /// If nothing was sent, or the answer has come, nothing is looked at. Otherwise it looks until it can tell: at once if the call was
    /// executed, and after [`looks`](Guarded::looks) with [pauses](Guarded::pause), 20 seconds after the call at the earliest, if it was not.
    ///
    /// # Errors
    ///
    /// Those of looking, which say nothing about the call; [`Guarded`](ErrorKind::Guarded) while the future of `send` is neither done nor
    /// dropped.
    pub fn find_out(&self) -> Pending<Outcome> {
        let (shared, looks, pause) = (self.shared.clone(), self.looks, self.pause);
        Pending::new(async move { shared.find_out(looks, pause).await })
    }

    /// What the last look of [`find_out`](Guarded::find_out) saw in the list that was not there before the call and can be what it made: one
    /// if it was executed. Always empty where no list is looked at.
    #[must_use]
    pub fn found(&self) -> Vec<R::Item> {
        self.shared.state().found.clone()
    }
}

impl<R: Reconcile> Shared<R> {
    fn state(&self) -> MutexGuard<'_, State<R::Item>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to send, if that is allowed.
    fn enter(&self) -> Result<(), Error> {
        let mut state = self.state();
        let message = match state.stage {
            Stage::Ready => {
                state.sent = state.sent.saturating_add(1);
                // What may be sent again leaves nothing to find out.
                if state.before.is_some() {
                    state.stage = Stage::Sending;
                }
                return Ok(());
            }
            Stage::Sending => "was not sent again: it is on its way",
            Stage::Unknown => {
                "was not sent again: it may have been executed; `find_out` tells, and allows it if it was not"
            }
            Stage::Executed => "was not sent again: it has been executed; guard a new request for another one",
        };
        Err(Error::new(ErrorKind::Guarded, R::ACTION.name, message))
    }

    async fn find_out(&self, looks: u32, pause: Duration) -> Result<Outcome, Error> {
        let (before, sent, ended) = {
            let state = self.state();
            let Some(before) = state.before.clone() else {
                return Ok(unclear("nothing was looked at, since this call may simply be sent again"));
            };
            match state.stage {
                Stage::Ready | Stage::Executed => return Ok(state.outcome()),
                Stage::Sending => {
                    let message = "is on its way: nothing can be found out before its future is done or dropped";
                    return Err(Error::new(ErrorKind::Guarded, R::ACTION.name, message));
                }
                Stage::Unknown => (before, state.sent, state.ended),
            }
        };
        let said = |why: &str| unclear(&format!("{} does not tell: {why}", R::LOOKS_AT));
        if let Some(why) = hopeless(&R::RECIPE, &before) {
            return Ok(said(&why));
        }
        let environment = self.core.environment();
        // When a look that has seen no change can be the last one.
        let settled = ended.saturating_add(SETTLED.max(pause.saturating_mul(looks.saturating_sub(1))));
        let (mut last, mut looked, mut newest) = (None, Duration::ZERO, before.clone());
        for number in 1..=looks {
            if number > 1 {
                let left = settled.saturating_sub(environment.elapsed());
                environment.sleep(if number == looks { pause.max(left) } else { pause }).await;
            }
            looked = environment.elapsed();
            let after = look(&self.core, &self.request, &self.options, false).await?;
            let found = found(&before, &after);
            match compare(&R::RECIPE, &before, &after) {
                Verdict::Executed => return Ok(self.settle(sent, Settled::Executed(found))),
                Verdict::Unclear(why) => {
                    self.note(sent, found);
                    return Ok(said(&why));
                }
                Verdict::Unchanged => {
                    self.note(sent, found);
                    newest = Arc::new(after);
                }
                Verdict::Open(why) => {
                    self.note(sent, found);
                    last = Some(why);
                }
            }
        }
        Ok(match last {
            Some(why) => said(&why),
            // A clock that stands still during pauses has not shown that the time has passed.
            None if looked < settled => said("nothing has changed yet, and the last look came too soon after the call"),
            None => self.settle(sent, Settled::NotExecuted(newest)),
        })
    }

    /// Keeps what a look has found, unless more is known by now.
    fn note(&self, sent: u32, found: Vec<R::Item>) {
        let mut state = self.state();
        if state.sent == sent && state.stage == Stage::Unknown {
            state.found = found;
        }
    }

    /// A verdict on the call, unless it was sent again while somebody looked, or somebody else knows it better.
    fn settle(&self, sent: u32, proved: Settled<R::Item>) -> Outcome {
        let mut state = self.state();
        if state.sent != sent {
            return unclear("it was sent again meanwhile");
        }
        match (state.stage, proved) {
            // That it was executed stays so, and also counts after a look that came too early to see it.
            (Stage::Unknown | Stage::Ready, Settled::Executed(found)) => {
                (state.stage, state.evidence, state.found) = (Stage::Executed, R::RECIPE.evidence(), found);
            }
            // What others have done until now must not be taken for what the next call does.
            (Stage::Unknown, Settled::NotExecuted(newest)) => {
                let weakest = state.evidence.max(R::RECIPE.evidence());
                (state.stage, state.evidence, state.before) = (Stage::Ready, weakest, Some(newest));
            }
            _ => {}
        }
        state.outcome()
    }
}

/// What looking has proved.
enum Settled<I> {
    /// With what it made, where that is seen.
    Executed(Vec<I>),
    /// With what was seen last.
    NotExecuted(Arc<Seen<I>>),
}

impl<I> State<I> {
    /// The verdict of a stage in which there is one.
    fn outcome(&self) -> Outcome {
        let evidence = self.evidence;
        if self.stage == Stage::Executed { Outcome::Executed { evidence } } else { Outcome::NotExecuted { evidence } }
    }
}

/// A call on its way. If it is dropped before it ends, its outcome is unknown.
struct Flight<'a, R: Reconcile>(&'a Shared<R>);

impl<R: Reconcile> Flight<'_, R> {
    fn ends(self, reached: Stage) {
        let now = self.0.core.environment().elapsed();
        let mut state = self.0.state();
        if state.before.is_some() {
            (state.stage, state.ended) = (reached, now);
            // A refusal says nothing about what was sent before.
            if reached == Stage::Executed {
                state.evidence = Evidence::Response;
            }
        }
    }
}

impl<R: Reconcile> Drop for Flight<'_, R> {
    fn drop(&mut self) {
        let now = self.0.core.environment().elapsed();
        let mut state = self.0.state();
        if state.stage == Stage::Sending {
            (state.stage, state.ended) = (Stage::Unknown, now);
        }
    }
}

fn unclear(why: &str) -> Outcome {
    Outcome::Ambiguous { why: why.to_owned() }
}

/// What is listed now and was not before, and can be what the call made.
fn found<I: Clone>(before: &Seen<I>, after: &Seen<I>) -> Vec<I> {
    let (Seen::Items(before), Seen::Items(after)) = (before, after) else { return Vec::new() };
    let new = after.iter().filter(|(id, item)| item.fits && !before.contains_key(*id));
    new.map(|(_, item)| item.item.clone()).collect()
}

/// One look. It fails if it does not see what it looks for.
async fn look<R: Reconcile>(
    core: &Core,
    request: &R,
    options: &CallOptions,
    first: bool,
) -> Result<Seen<R::Item>, Error> {
    let refused = match R::RECIPE {
        Recipe::State { before: [], .. } => Refused::Any,
        Recipe::State { executed_errors, .. } => Refused::By(executed_errors),
        _ => Refused::By(&[]),
    };
    let seen = request.look(Look::new(core.clone(), R::ACTION.name, options, refused)).await?;
    if let Seen::Count(None) = seen {
        let when = if first { "before" } else { "after" };
        let message = format!("the answer {when} the call has no number to compare");
        return Err(Error::new(ErrorKind::Answer, R::LOOKS_AT, message));
    }
    Ok(seen)
}

impl<R: Reconcile> fmt::Debug for Guarded<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Guarded");
        out.field("action", &R::ACTION.name).field("stage", &self.shared.state().stage);
        out.field("looks", &self.looks).field("pause", &self.pause).finish_non_exhaustive()
    }
}
