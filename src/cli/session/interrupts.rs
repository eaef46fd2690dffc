//! Ctrl-C during a command: once stops gently, twice stops at once. SIGTERM and SIGHUP count as Ctrl-C: a CI
//! runner that cancels a job sends the one, the other, or first this and then that.

use std::future::Future;

use futures::future::BoxFuture;
use tokio::sync::watch;

use super::signals::EndSignals;
use crate::cli::terminal::asking::confirm;
use crate::cli::terminal::{Failure, Ui};
use crate::run::Signals;

/// Counts the user's Ctrl-C from the moment it is made. There is one for a whole command: once it listens,
/// Ctrl-C no longer kills the process, so every phase has to heed it.
#[derive(Clone)]
pub(crate) struct Interrupts(watch::Receiver<u32>);

impl Interrupts {
    /// Begins to listen.
    pub(crate) fn listen() -> Self {
        let (count, seen) = watch::channel(0);
        // Without a handler Ctrl-C kills the process as it always did; running again converges.
        if let Ok(mut signals) = EndSignals::listen() {
            tokio::spawn(async move {
                loop {
                    signals.received().await;
                    count.send_modify(|count| *count += 1);
                }
            });
        }
        Self(seen)
    }

    /// Does something that changes nothing; Ctrl-C ends it.
    pub(crate) async fn unless_pressed<T>(
        &self,
        harmless: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.requested(1) => Err(Failure::Interrupted),
            outcome = harmless => outcome,
        }
    }

    /// Asks a question, and goes on only with a `yes`.
    pub(crate) async fn confirmed(&self, question: &str) -> Result<(), Failure> {
        let confirmed = self.unless_pressed(confirm(question)).await;
        if matches!(confirmed, Err(Failure::Interrupted)) {
            // The terminal has echoed Ctrl-C behind the question.
            Ui::complain("");
        }
        confirmed
    }
}

impl Signals for Interrupts {
    fn requested(&self, times: u32) -> BoxFuture<'_, ()> {
        let mut seen = self.0.clone();
        Box::pin(async move {
            if seen.wait_for(|count| *count >= times).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
