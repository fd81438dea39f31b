//! A shared future that every waiter polls, so it advances even if the task that started it is never polled again.
//!
//! A lock would not do: a task that starts a renewal and is then no longer polled would hold the lock forever. The renewal ends when the
//! caller that started it is dropped.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Wake, Waker};

/// A future that any number of tasks wait for. Each waiter polls it, and each gets the result.
pub(super) struct SharedFuture<T> {
    work: Mutex<Work<T>>,
    waiting: Arc<Waiting>,
    given_up: AtomicBool,
    /// A waiter found the future being polled by another one, and went to sleep.
    missed: AtomicBool,
}

/// The future, or what became of it.
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

    /// Polls the future until its result is there. `None` if it was given up or has panicked.
    pub(super) async fn join(&self) -> Option<T> {
        let (number, mut gives_way) = self.waiting.list().enter();
        let registration = Registration { number, waiting: &self.waiting };
        poll_fn(|context| {
            // A newcomer yields once if others wait already: their result may be ready, and then it needs no future of its own.
            if std::mem::take(&mut gives_way) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.poll(registration.number, context)
        })
        .await
    }

    /// Ends the future: all waiters get `None`.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::SeqCst);
        self.waiting.wake_others(None);
    }

    fn poll(&self, number: u64, context: &mut Context<'_>) -> Poll<Option<T>> {
        // Register before anything else, so that no wake-up from here on is missed.
        let old = self.waiting.list().wakers.insert(number, context.waker().clone());
        // Dropping a waker may run foreign code, so the lock has been released by then.
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

    /// Locks the work. `None` if another waiter is polling it: that one checks `missed` afterwards.
    fn enter(&self) -> Option<MutexGuard<'_, Work<T>>> {
        let enter = || match self.work.try_lock() {
            Ok(work) => Some(work),
            // The poll panicked, so the work is `Panicked`.
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        enter().or_else(|| {
            self.missed.store(true, Ordering::SeqCst);
            enter()
        })
    }
}

/// The wakers of all waiters; waking it wakes them all.
#[derive(Default)]
struct Waiting(Mutex<Waiters>);

#[derive(Default)]
struct Waiters {
    wakers: BTreeMap<u64, Waker>,
    entered: u64,
}

impl Waiters {
    /// A number for a new waiter, and whether others wait already.
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
        // Waking may run foreign code, so the lock has been released by then.
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

/// Keeps a waiter registered until it is dropped.
struct Registration<'a> {
    number: u64,
    waiting: &'a Waiting,
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        let waker = self.waiting.list().wakers.remove(&self.number);
        drop(waker);
        // Nothing else tells the others about a panic.
        if std::thread::panicking() {
            self.waiting.wake_others(Some(self.number));
        }
    }
}
