//! What the stories are told with: manifests from text, a world derived from them, and drawings of what came out.

mod draw;
mod manifest;
mod reads;
mod world;

pub(crate) use draw::{drawn, drawn_diagnostics};
pub(crate) use manifest::{ACCOUNT, Project, desired, setting};
pub(crate) use reads::{Script, map, parameter, text};
pub(crate) use world::{World, observed_policy};
