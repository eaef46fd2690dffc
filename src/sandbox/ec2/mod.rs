//! EC2 in one region: what the handlers of its actions share. `actions` has one row per action, and there is one file
//! per group. Facts: service model of EC2, 2016-11-15.

mod actions;
mod associate;
mod associations;
mod attribute;
mod describe;
mod filter;
mod launch;
mod launch_check;
mod lifecycle;
mod metadata;
mod page;
mod profile;
mod show;
mod tags;

use jiff::{SignedDuration, Timestamp};

use super::fault::Fault;
use super::form::Form;
use super::ids::Entropy;
use super::world::{Iam, Instance, Region};

pub(crate) use actions::{Action, action, check_parameters};

/// One call as a handler sees it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) form: &'a Form,
    pub(crate) now: Timestamp,
    pub(crate) entropy: Entropy,
    /// The present state of IAM.
    pub(crate) iam: &'a Iam,
    /// IAM as EC2 sees it, when that differs.
    pub(crate) seen: Option<&'a Iam>,
    pub(crate) region: &'a str,
    pub(crate) association_delay: SignedDuration,
    pub(crate) instance_delay: SignedDuration,
}

fn required<'a>(form: &'a Form, name: &str) -> Result<&'a str, Fault> {
    let value = form.get(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Fault {
    let text = format!("The request must contain the parameter {name}");
    Fault::new("MissingParameter", text)
}

/// The instance of this id, which must look like one.
fn find_instance<'a>(region: &'a Region, id: &str) -> Result<&'a Instance, Fault> {
    let digits = id
        .strip_prefix("i-")
        .filter(|digits| matches!(digits.len(), 8 | 17));
    if !digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        let text = format!("Invalid id: \"{id}\"");
        return Err(Fault::new("InvalidInstanceID.Malformed", text));
    }
    region.instances.get(id).ok_or_else(|| {
        let text = format!("The instance ID '{id}' does not exist");
        Fault::new("InvalidInstanceID.NotFound", text)
    })
}

/// When a transition of this length ends.
fn after(call: &Call, delay: SignedDuration) -> Timestamp {
    call.now.saturating_add(delay).unwrap_or(Timestamp::MAX)
}
