//! A clock whose time passes only when there is nothing else to do: a minute's wait takes no time at all. Everything that goes
//! by it has to be one future, driven by [`VirtualClock::pass`], and to sleep by this clock only.

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

/// Virtual time.
pub struct VirtualClock {
    /// When it began.
    start: Timestamp,
    state: Mutex<State>,
    draws: AtomicU64,
}

#[derive(Default)]
struct State {
    elapsed: Duration,
    /// Sleeping tasks, by when they wake and in which order they began to sleep.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    slept: u64,
}

impl VirtualClock {
    /// It begins at a moment. Chance is the same every time, so that a failure can be repeated.
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            start,
            state: Mutex::default(),
            draws: AtomicU64::new(0),
        }
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        let elapsed = self.state().elapsed;
        self.start.saturating_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep_for(&self, duration: Duration) -> Sleep<'_> {
        let mut state = self.state();
        state.slept += 1;
        let until = (state.elapsed.saturating_add(duration), state.slept);
        drop(state);
        Sleep { clock: self, until }
    }

    /// Moves on to where the next sleeping task wakes, if one sleeps.
    fn advance(&self) -> bool {
        let mut state = self.state();
        let Some(((until, _), waker)) = state.sleepers.pop_first() else {
            return false;
        };
        state.elapsed = state.elapsed.max(until);
        drop(state);
        waker.wake();
        true
    }

    /// Drives what goes by this clock. What waits outside for something real, such as Ctrl-C, is polled in between.
    pub async fn pass<T>(&self, work: impl Future<Output = T>) -> T {
        // Tokio's budget would make it yield to other tasks, which would look like having nothing to do.
        let mut work = pin!(tokio::task::unconstrained(work));
        let wakes = Arc::new(Wakes::default());
        std::future::poll_fn(|context| {
            wakes.begin(context.waker());
            let own = Waker::from(Arc::clone(&wakes));
            let polled = work.as_mut().poll(&mut Context::from_waker(&own));
            if polled.is_pending() && !wakes.woke() && self.advance() {
                context.waker().wake_by_ref();
            }
            polled
        })
        .await
    }
}

struct Sleep<'a> {
    clock: &'a VirtualClock,
    until: (Duration, u64),
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.state();
        if state.elapsed >= self.until.0 {
            return Poll::Ready(());
        }
        state.sleepers.insert(self.until, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.clock.state().sleepers.remove(&self.until);
    }
}

/// Whether something woke since the last poll.
#[derive(Default)]
struct Wakes {
    woke: AtomicBool,
    outside: Mutex<Option<Waker>>,
}

impl Wakes {
    fn begin(&self, outside: &Waker) {
        let mut kept = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(outside.clone());
        self.woke.store(false, Ordering::SeqCst);
    }

    fn woke(&self) -> bool {
        self.woke.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.woke.store(true, Ordering::SeqCst);
        let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        outside.iter().for_each(Waker::wake_by_ref);
    }
}

impl Clock for VirtualClock {
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
    async fn an_hour_takes_no_time_and_sleeping_tasks_wake_in_order() {
        let began = std::time::Instant::now();
        let time = VirtualClock::starting_at(Timestamp::UNIX_EPOCH);
        let order = Mutex::new(Vec::new());
        let nap = |minutes: u64| {
            let (time, order) = (&time, &order);
            async move {
                time.sleep_for(Duration::from_mins(minutes)).await;
                order.lock().unwrap().push(minutes);
            }
        };
        let work = async {
            tokio::join!(nap(60), nap(1), async {
                nap(2).await;
                nap(3).await;
            })
        };
        time.pass(work).await;
        assert_eq!(*order.lock().unwrap(), [1, 2, 3, 60]);
        assert_eq!(time.now().to_string(), "1970-01-01T01:00:00Z");
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    #[tokio::test]
    async fn a_sleep_that_is_dropped_is_forgotten() {
        let time = VirtualClock::starting_at(Timestamp::UNIX_EPOCH);
        let work = async {
            tokio::select! {
                () = time.sleep_for(Duration::from_mins(9)) => {}
                () = time.sleep_for(Duration::from_mins(1)) => {}
            }
        };
        time.pass(work).await;
        assert_eq!(time.now().to_string(), "1970-01-01T00:01:00Z");
        assert!(time.state().sleepers.is_empty());
    }
}
