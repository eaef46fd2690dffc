//! The handle by which a run is asked to stop. What stops, and where, is the executor's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A shared request to stop: once set it stays set. Clones are the same handle.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Request>);

/// Not a `watch` channel: that one wakes its listeners in random order, and the same run should report the
/// same story twice.
#[derive(Debug, Default)]
struct Request {
    requested: AtomicBool,
    news: Notify,
}

impl Stop {
    /// A handle without a request.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks to stop: nothing new is started, waits end, what is in flight is finished.
    pub fn request(&self) {
        self.0.requested.store(true, Ordering::SeqCst);
        self.0.news.notify_waiters();
    }

    /// Whether the stop is requested.
    pub fn is_requested(&self) -> bool {
        self.0.requested.load(Ordering::SeqCst)
    }

    /// Ends as soon as the stop is requested.
    pub async fn requested(&self) {
        // Listening begins before the look, so that a request in between is not missed.
        let news = self.0.news.notified();
        if !self.is_requested() {
            news.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_reaches_every_clone_and_stays() {
        let stop = Stop::new();
        let other = stop.clone();
        assert!(!stop.is_requested());
        let asking = async { other.request() };
        tokio::join!(stop.requested(), asking);
        other.requested().await;
        assert!(stop.is_requested());
    }
}
