//! Time that passes only where nobody has anything else to do: a minute's wait takes no time at all. All that shall live
//! in it has to be one future, driven by [`Time::pass`], and to sleep by this clock only.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;

use crate::cloud::Clock;

/// A clock of a rehearsal's own.
pub(super) struct Time {
    /// When it began.
    dawn: Timestamp,
    state: Mutex<State>,
    draws: AtomicU64,
}

#[derive(Default)]
struct State {
    elapsed: Duration,
    /// Those who sleep, by when they want to be woken and in which order they lay down.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    laid_down: u64,
}

impl Time {
    /// It begins at a moment. Chance is the same in every rehearsal, so that a failure comes again.
    pub(super) fn from(dawn: Timestamp) -> Self {
        Self {
            dawn,
            state: Mutex::default(),
            draws: AtomicU64::new(0),
        }
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        let elapsed = self.state().elapsed;
        self.dawn.saturating_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep_for(&self, duration: Duration) -> Sleep<'_> {
        let mut state = self.state();
        state.laid_down += 1;
        let until = (state.elapsed.saturating_add(duration), state.laid_down);
        drop(state);
        Sleep { time: self, until }
    }

    /// Goes on to where the next sleeper wants to be woken, if anybody sleeps.
    fn goes_on(&self) -> bool {
        let mut state = self.state();
        let Some(((until, _), waker)) = state.sleepers.pop_first() else {
            return false;
        };
        state.elapsed = state.elapsed.max(until);
        drop(state);
        waker.wake();
        true
    }

    /// Drives what lives in this time. Whoever waits outside for something real, such as Ctrl-C, is heard in between.
    pub(super) async fn pass<T>(&self, life: impl Future<Output = T>) -> T {
        // Tokio's budget would make it pause for other tasks, which would pass for having nothing to do.
        let mut life = pin!(tokio::task::unconstrained(life));
        let stirring = Arc::new(Stirring::default());
        std::future::poll_fn(|context| {
            stirring.begin(context.waker());
            let waker = Waker::from(Arc::clone(&stirring));
            let polled = life.as_mut().poll(&mut Context::from_waker(&waker));
            if polled.is_pending() && !stirring.stirs() && self.goes_on() {
                context.waker().wake_by_ref();
            }
            polled
        })
        .await
    }
}

struct Sleep<'a> {
    time: &'a Time,
    until: (Duration, u64),
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.time.state();
        if state.elapsed >= self.until.0 {
            return Poll::Ready(());
        }
        state.sleepers.insert(self.until, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.time.state().sleepers.remove(&self.until);
    }
}

/// Whether anybody wants to be looked at again.
#[derive(Default)]
struct Stirring {
    stirs: AtomicBool,
    outside: Mutex<Option<Waker>>,
}

impl Stirring {
    fn begin(&self, outside: &Waker) {
        let mut kept = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(outside.clone());
        self.stirs.store(false, Ordering::SeqCst);
    }

    fn stirs(&self) -> bool {
        self.stirs.load(Ordering::SeqCst)
    }
}

impl Wake for Stirring {
    fn wake(self: Arc<Self>) {
        self.stirs.store(true, Ordering::SeqCst);
        let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        outside.iter().for_each(Waker::wake_by_ref);
    }
}

impl Clock for Time {
    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    fn timestamp(&self) -> Timestamp {
        self.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(self.sleep_for(duration))
    }

    /// Weyl's sequence: evenly spread, and the same every time.
    fn chance(&self) -> f64 {
        let draw = self.draws.fetch_add(0x9e37_79b9, Ordering::Relaxed);
        let low = u32::try_from(draw & 0xffff_ffff).unwrap_or_default();
        f64::from(low) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_hour_takes_no_time_and_sleepers_wake_in_order() {
        let began = std::time::Instant::now();
        let time = Time::from(Timestamp::UNIX_EPOCH);
        let order = Mutex::new(Vec::new());
        let nap = |minutes: u64| {
            let (time, order) = (&time, &order);
            async move {
                time.sleep_for(Duration::from_mins(minutes)).await;
                order.lock().unwrap().push(minutes);
            }
        };
        let life = async {
            tokio::join!(nap(60), nap(1), async {
                nap(2).await;
                nap(3).await;
            })
        };
        time.pass(life).await;
        assert_eq!(*order.lock().unwrap(), [1, 2, 3, 60]);
        assert_eq!(time.now().to_string(), "1970-01-01T01:00:00Z");
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    #[tokio::test]
    async fn whoever_gets_up_early_is_forgotten() {
        let time = Time::from(Timestamp::UNIX_EPOCH);
        let life = async {
            tokio::select! {
                () = time.sleep_for(Duration::from_mins(9)) => {}
                () = time.sleep_for(Duration::from_mins(1)) => {}
            }
        };
        time.pass(life).await;
        assert_eq!(time.now().to_string(), "1970-01-01T00:01:00Z");
        assert!(time.state().sleepers.is_empty());
    }
}
