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
pub(super) struct Joint<T> {
    course: Mutex<Course<T>>,
    waiting: Arc<Waiting>,
    given_up: AtomicBool,
    /// Somebody came while somebody else drove it on, and went to sleep.
    missed: AtomicBool,
}

enum Course<T> {
    Going(Pin<Box<dyn Future<Output = T> + Send>>),
    Done(T),
    /// It has panicked.
    Gone,
}

impl<T: Clone> Joint<T> {
    pub(super) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        let course = Mutex::new(Course::Going(Box::pin(future)));
        Self { course, waiting: Arc::default(), given_up: AtomicBool::new(false), missed: AtomicBool::new(false) }
    }

    /// Waits for the result, and drives it on meanwhile. Nothing if it was given up, or has panicked.
    pub(super) async fn join(&self) -> Option<T> {
        let (number, mut gives_way) = self.waiting.list().enter();
        let place = Place { number, waiting: &self.waiting };
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
        let Some(mut course) = self.enter() else { return Poll::Pending };
        let out = match std::mem::replace(&mut *course, Course::Gone) {
            Course::Going(mut future) => {
                let all = Waker::from(self.waiting.clone());
                match future.as_mut().poll(&mut Context::from_waker(&all)) {
                    Poll::Ready(out) => {
                        *course = Course::Done(out.clone());
                        Poll::Ready(Some(out))
                    }
                    Poll::Pending => {
                        *course = Course::Going(future);
                        Poll::Pending
                    }
                }
            }
            Course::Done(out) => {
                *course = Course::Done(out.clone());
                Poll::Ready(Some(out))
            }
            Course::Gone => Poll::Ready(None),
        };
        drop(course);
        if self.missed.swap(false, Ordering::SeqCst) || out.is_ready() {
            self.waiting.wake_others(Some(number));
        }
        out
    }

    /// The course, unless somebody drives it on at this moment: who does looks at `missed` afterwards.
    fn enter(&self) -> Option<MutexGuard<'_, Course<T>>> {
        let enter = || match self.course.try_lock() {
            Ok(course) => Some(course),
            // The course is `Gone` then.
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
struct Waiting(Mutex<List>);

#[derive(Default)]
struct List {
    wakers: BTreeMap<u64, Waker>,
    entered: u64,
}

impl List {
    /// A number for who comes, and whether others wait already.
    fn enter(&mut self) -> (u64, bool) {
        self.entered = self.entered.wrapping_add(1);
        (self.entered, !self.wakers.is_empty())
    }
}

impl Waiting {
    fn list(&self) -> MutexGuard<'_, List> {
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
struct Place<'a> {
    number: u64,
    waiting: &'a Waiting,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let waker = self.waiting.list().wakers.remove(&self.number);
        drop(waker);
        // The others would not learn of a panic by themselves.
        if std::thread::panicking() {
            self.waiting.wake_others(Some(self.number));
        }
    }
}
