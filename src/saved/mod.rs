//! A plan as a file: bound to the live state that it was made from, sealed against changes, good for a while. Pure:
//! reading and writing the file, and asking AWS, are done elsewhere.

mod again;
mod before;
mod digest;
mod error;
mod follows;
mod form;
mod moved;
mod schema;

pub use again::{as_planned, differences};
pub use before::{Before, before};
pub use digest::{manifests, short};
pub use error::{NotAPlan, StalePlan};
pub use follows::follows;
pub use form::{ManifestDigest, Parts, SavedPlan, is_saved_plan};
pub use moved::{Moved, moved};
pub use schema::plan_schema;

/// What the file says it is.
pub const FORMAT: &str = "rolewright-plan";

/// The version of the form. Fields are only ever added to it, with a meaning for files that lack them.
pub const FORMAT_VERSION: u32 = 1;
