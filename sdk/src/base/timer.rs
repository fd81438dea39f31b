//! Sleeps on any executor: on tokio's timer if there is one, otherwise on a thread, because a transport of the user may not need tokio.

use std::future::Future;
use std::panic::catch_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{Handle, Id};
use tokio::time::{Instant, Sleep};

/// A sleep. The timer of a runtime that is no longer driven never fires, so polling on another runtime sets a new one for the rest.
pub(crate) struct Delay {
    end: Instant,
    timer: Option<Timer>,
}

enum Timer {
    Tokio(Id, Pin<Box<Sleep>>),
    Thread(Alarm),
}

impl Delay {
    pub(crate) fn new(time: Duration) -> Self {
        let now = Instant::now();
        // A time beyond the range of the clock ends in thirty years.
        let end = now.checked_add(time).unwrap_or_else(|| now + Duration::from_secs(30 * 365 * 86_400));
        Self { end, timer: None }
    }

    /// A timer for the rest.
    fn timer(&self, here: Option<Id>) -> Timer {
        let end = self.end;
        // A runtime without a timer panics, and offers no other check.
        let sleep = here.and_then(|id| Some((id, catch_unwind(|| tokio::time::sleep_until(end)).ok()?)));
        match sleep {
            Some((id, sleep)) => Timer::Tokio(id, Box::pin(sleep)),
            None => Timer::Thread(Alarm::after(end.saturating_duration_since(Instant::now()))),
        }
    }
}

impl Future for Delay {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let here = Handle::try_current().ok().map(|handle| handle.id());
        let fits = match &self.timer {
            None => false,
            Some(Timer::Tokio(id, _)) => here == Some(*id),
            Some(Timer::Thread(_)) => true,
        };
        if !fits {
            self.timer = Some(self.timer(here));
        }
        match &mut self.timer {
            Some(Timer::Tokio(_, sleep)) => sleep.as_mut().poll(context),
            Some(Timer::Thread(alarm)) => alarm.poll(context.waker()),
            None => Poll::Ready(()),
        }
    }
}

/// A thread that sleeps and then wakes the waiter. Dropping this ends it early.
struct Alarm {
    shared: Arc<(AtomicBool, Mutex<Option<Waker>>)>,
    _stop: mpsc::Sender<()>,
}

impl Alarm {
    fn after(time: Duration) -> Self {
        let shared = Arc::new((AtomicBool::new(false), Mutex::new(None::<Waker>)));
        let (stop, stopped) = mpsc::channel::<()>();
        let of_thread = shared.clone();
        let sleep = move || {
            let _ = stopped.recv_timeout(time);
            of_thread.0.store(true, Ordering::SeqCst);
            let waker = of_thread.1.lock().unwrap_or_else(PoisonError::into_inner).take();
            waker.into_iter().for_each(Waker::wake);
        };
        let thread = std::thread::Builder::new().name("cloudcert-delay".to_owned());
        if thread.spawn(sleep).is_err() {
            // No thread can be started. Block this one, or the waiter would never be woken.
            std::thread::sleep(time);
            shared.0.store(true, Ordering::SeqCst);
        }
        Self { shared, _stop: stop }
    }

    fn poll(&self, waker: &Waker) -> Poll<()> {
        *self.shared.1.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
        if self.shared.0.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}
