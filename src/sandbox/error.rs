//! What can go wrong with the sandbox itself, as opposed to the calls it answers.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The sandbox cannot be opened, saved or served.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A file or folder of the sandbox cannot be read or written.
    #[error("cannot use the sandbox's {}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The saved state cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The state file.
        path: PathBuf,
        /// Why.
        source: crate::input::InputError,
    },
    /// Another process has the same folder open.
    #[error("another process uses the sandbox in {}", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// The saved state is not what this program writes.
    #[error("{} is not a sandbox's state", path.display())]
    State {
        /// The state file.
        path: PathBuf,
        /// Why it cannot be understood.
        source: serde_json::Error,
    },
    /// The saved state was written by another version of this program.
    #[error("{} has format {found}, this version reads format {wanted}", path.display())]
    Format {
        /// The state file.
        path: PathBuf,
        /// The format it has.
        found: u32,
        /// The format it would need.
        wanted: u32,
    },
    /// The starting world cannot be understood.
    #[error("the starting world cannot be understood")]
    SeedSyntax(#[source] serde_yaml::Error),
    /// The starting world contradicts itself.
    #[error("the starting world is not possible: {0}")]
    Seed(String),
    /// The sandbox holds unprotected credentials' worth of trust, so it is served on loopback only.
    #[error("a sandbox is served on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The listener cannot be used.
    #[error("cannot listen")]
    Listen(#[source] io::Error),
}
