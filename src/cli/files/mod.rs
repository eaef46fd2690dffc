//! Files that the command line reads and writes: manifests, saved plans and their receipts, live files, reports, events.

pub(crate) mod events;
pub(crate) mod live_file;
pub(crate) mod outputs;
pub(crate) mod plan_file;
pub(crate) mod private;
pub(crate) mod project;
pub(crate) mod receipt;
