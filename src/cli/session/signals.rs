//! The signals that ask a process to end: Ctrl-C, and what process managers and CI runners send. What is done
//! about them is decided in `interrupts` and in `sandbox serve`.

/// Both signals. Received from the moment it is made: what came since is not lost.
#[cfg(unix)]
pub(crate) struct EndSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl EndSignals {
    /// Begins to listen; from now on the signals no longer kill the process.
    pub(crate) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Ends when one of them is received.
    pub(crate) async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
pub(crate) struct EndSignals;

#[cfg(not(unix))]
impl EndSignals {
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn received(&mut self) {
        // Without a handler Ctrl-C ends the process as it always did.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
