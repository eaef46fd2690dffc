//! The applier on scripted clouds, in virtual time. The tests of the pure parts stand beside them.

mod anything;
mod cloud;
pub(super) mod fixture;
mod interruption;
mod merge;
mod order;
mod recovery;
mod waves;
