//! Where calls to one service wait in line, first come, first served. How long they wait is `limit`'s.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::limit::{Limiter, Ticket};
use crate::cloud::Clock;

/// For how long after a call was held back the pace counts as felt.
const FELT: Duration = Duration::from_secs(3);

/// The way out to one service in one place.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// Held by the first in line. Tokio's mutex hands it on in the order of arrival.
    first: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    limiter: Limiter,
    held_at: Option<Duration>,
}

impl Gate {
    /// Ends when the call may leave.
    pub(super) async fn pass(&self, clock: &dyn Clock) -> Ticket {
        let (mut held, first) = match self.first.try_lock() {
            Ok(first) => (false, first),
            Err(_) => (true, self.first.lock().await),
        };
        loop {
            let wait = self.state().limiter.wait(clock.elapsed());
            if wait.is_zero() {
                break;
            }
            held = true;
            clock.sleep(wait).await;
        }
        let now = clock.elapsed();
        let mut state = self.state();
        if held {
            state.held_at = Some(now);
        }
        let ticket = state.limiter.leave(now, held);
        drop((state, first));
        ticket
    }

    /// AWS took the call.
    pub(super) fn accepted(&self, now: Duration, ticket: Ticket) {
        self.state().limiter.accepted(now, ticket);
    }

    /// AWS throttled the call.
    pub(super) fn throttled(&self, now: Duration, ticket: Ticket) {
        self.state().limiter.throttled(now, ticket);
    }

    /// Calls per second, when calls are held back by it.
    pub(super) fn pace(&self, now: Duration) -> Option<f64> {
        let state = self.state();
        let felt = state.held_at.is_some_and(|at| now < at + FELT);
        state.limiter.rate().filter(|_| felt)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The numbers stay sound after a panic of a thread that holds them.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
