//! A shared future that every waiter polls, so it advances even if the task that started it is never polled again.
//!
//! A lock would not do: a renewal that began in a step of a stream would hold it for as long as nobody polls the stream. The renewal ends when
//! the caller that began it is dropped.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Wake, Waker};

/// A future whose result goes to all who wait for it.
pub(super) struct SharedFuture<T> {
    work: Mutex<Work<T>>,
    waiting: Arc<Waiting>,
    given_up: AtomicBool,
    /// Somebody came while somebody else drove it on, and went to sleep.
    missed: AtomicBool,
}

enum Work<T> {
    Running(Pin<Box<dyn Future<Output = T> + Send>>),
    Done(T),
    Panicked,
}

impl<T: Clone> SharedFuture<T> {
    pub(super) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        let work = Mutex::new(Work::Running(Box::pin(future)));
        Self { work, waiting: Arc::default(), given_up: AtomicBool::new(false), missed: AtomicBool::new(false) }
    }

    /// Waits for the result, and drives it on meanwhile. Nothing if it was given up, or has panicked.
    pub(super) async fn join(&self) -> Option<T> {
        let (number, mut gives_way) = self.waiting.list().enter();
        let place = Registration { number, waiting: &self.waiting };
        poll_fn(|context| {
            // Once, so that a crowd that comes while the result is ready for others gets this one and does not ask for another.
            if std::mem::take(&mut gives_way) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.poll(place.number, context)
        })
        .await
    }

    /// Nobody will get a result any more.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::SeqCst);
        self.waiting.wake_others(None);
    }

    fn poll(&self, number: u64, context: &mut Context<'_>) -> Poll<Option<T>> {
        // First of all, so that whatever happens from here on wakes this one.
        let old = self.waiting.list().wakers.insert(number, context.waker().clone());
        // Dropping one may run code of others, so the list is free by then.
        drop(old);
        if self.given_up.load(Ordering::SeqCst) {
            return Poll::Ready(None);
        }
        let Some(mut work) = self.enter() else { return Poll::Pending };
        let out = match std::mem::replace(&mut *work, Work::Panicked) {
            Work::Running(mut future) => {
                let all = Waker::from(self.waiting.clone());
                match future.as_mut().poll(&mut Context::from_waker(&all)) {
                    Poll::Ready(out) => {
                        *work = Work::Done(out.clone());
                        Poll::Ready(Some(out))
                    }
                    Poll::Pending => {
                        *work = Work::Running(future);
                        Poll::Pending
                    }
                }
            }
            Work::Done(out) => {
                *work = Work::Done(out.clone());
                Poll::Ready(Some(out))
            }
            Work::Panicked => Poll::Ready(None),
        };
        drop(work);
        if self.missed.swap(false, Ordering::SeqCst) || out.is_ready() {
            self.waiting.wake_others(Some(number));
        }
        out
    }

    /// The work, unless somebody drives it on at this moment: who does looks at `missed` afterwards.
    fn enter(&self) -> Option<MutexGuard<'_, Work<T>>> {
        let enter = || match self.work.try_lock() {
            Ok(work) => Some(work),
            // The work is `Panicked` then.
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        enter().or_else(|| {
            self.missed.store(true, Ordering::SeqCst);
            enter()
        })
    }
}

/// All who wait.
#[derive(Default)]
struct Waiting(Mutex<Waiters>);

#[derive(Default)]
struct Waiters {
    wakers: BTreeMap<u64, Waker>,
    entered: u64,
}

impl Waiters {
    /// A number for who comes, and whether others wait already.
    fn enter(&mut self) -> (u64, bool) {
        self.entered = self.entered.wrapping_add(1);
        (self.entered, !self.wakers.is_empty())
    }
}

impl Waiting {
    fn list(&self) -> MutexGuard<'_, Waiters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_others(&self, number: Option<u64>) {
        // Waking may run code of others, so the list is free by then.
        let others: Vec<Waker> =
            self.list().wakers.iter().filter(|(of, _)| Some(**of) != number).map(|(_, waker)| waker.clone()).collect();
        others.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_others(None);
    }
}

/// A place in the list, as long as somebody waits.
struct Registration<'a> {
    number: u64,
    waiting: &'a Waiting,
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        let waker = self.waiting.list().wakers.remove(&self.number);
        drop(waker);
        // The others would not learn of a panic by themselves.
        if std::thread::panicking() {
            self.waiting.wake_others(Some(self.number));
        }
    }
}
