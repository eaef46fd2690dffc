//! Live state from a file in place of AWS: a snapshot that was taken before. No call can leave from here. Reading
//! the file, and what time it is, are the command line's.

mod error;
mod snapshot;

pub use error::OfflineError;
pub use snapshot::{Question, Snapshot};
