//! The commands: of each its arguments and one function.

pub(crate) mod apply;
mod aws_checks;
pub(crate) mod completions;
pub(crate) mod credentials;
pub(crate) mod destroy;
pub(crate) mod drift;
pub(crate) mod export;
pub(crate) mod graph;
pub(crate) mod init;
pub(crate) mod permissions;
pub(crate) mod plan;
pub(crate) mod rehearse;
pub(crate) mod release;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod sessions;
pub(crate) mod show;
pub(crate) mod snapshot;
pub(crate) mod suggest;
pub(crate) mod validate;
pub(crate) mod whoami;
