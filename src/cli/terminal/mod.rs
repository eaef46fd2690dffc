//! What people see and are asked: the screen, its colours, failures, plans, reports, exit codes.

pub(crate) mod asking;
mod exit;
pub(crate) mod failure;
pub(crate) mod outcome;
pub(crate) mod progress;
pub(crate) mod rehearsal;
pub(crate) mod review;
pub(crate) mod style;
mod ui;

pub use exit::Exit;
pub(crate) use failure::Failure;
pub(crate) use ui::Ui;
