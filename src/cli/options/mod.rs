//! What is typed, as it is typed: options by what they are about. Nothing here acts; what they mean for a run is `run`'s.

mod applying;
mod assume;
mod common;
mod findings;
mod manifests;
mod outputs;
mod planning;
mod value;

pub(crate) use applying::{Applying, JOURNAL_FILE, USUAL_WEATHER};
pub(crate) use assume::{Assume, is_code};
pub(crate) use common::{Common, SANDBOX_FOLDER};
pub(crate) use findings::Findings;
pub(crate) use manifests::{Manifests, OR_PLAN};
pub(crate) use outputs::{Annotations, Outputs};
pub(crate) use planning::{FailOn, Planning};
pub(crate) use value::{address, duration};
