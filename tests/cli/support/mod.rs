//! What the stories stand on: a folder with the binary, a run's outcome, a sandbox that can be watched.

pub(crate) mod analyzer;
mod run;
mod served;
mod serving;
mod stage;
mod steady;

pub(crate) use run::Run;
pub(crate) use served::{Served, is_read};
pub(crate) use serving::Serving;
pub(crate) use stage::{CALM, Stage};
