//! The signals that ask a process to end: Ctrl-C, what process managers and CI runners send, and the one of a terminal or
//! connection that is gone. What is done
//! about them is decided in `interrupts` and in `sandbox serve`.

#[cfg(unix)]
use crate::input;

/// These signals. Received from the moment it is made: what came since is not lost.
#[cfg(unix)]
pub(crate) struct EndSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// Nothing when it is ignored, as `nohup` has it.
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl EndSignals {
    /// Begins to listen; from now on the signals no longer kill the process.
    pub(crate) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: if ignores_hang_up() {
                None
            } else {
                Some(signal(SignalKind::hangup())?)
            },
        })
    }

    /// Ends when one of them is received.
    pub(crate) async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            Some(()) = async { self.hang_up.as_mut()?.recv().await } => {}
        }
    }
}

/// Listening would undo it. Only Linux tells without code that the compiler cannot check; elsewhere nobody is taken to ignore it.
#[cfg(unix)]
fn ignores_hang_up() -> bool {
    const FIRST_SIGNAL: u64 = 1;
    let status = input::beginning(std::path::Path::new("/proc/self/status"));
    status.is_some_and(|status| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask & FIRST_SIGNAL != 0)
    })
}

/// Ctrl-C.
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
