//! A plan with all that is said of it: what a reviewer is shown, in whatever form. The forms stand in modules of
//! their own.

use jiff::Timestamp;
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Problems};
use crate::findings::Finding;
use crate::plan::Plan;

/// What a reviewer is shown.
#[derive(Debug, Clone, Copy)]
pub struct Review<'a> {
    /// What would happen.
    pub plan: &'a Plan,
    /// What the manifests are warned of.
    pub warnings: &'a Problems,
    /// What rules say about the policies, the worst first.
    pub findings: &'a [Finding],
    /// Why it may not be applied; empty when it may.
    pub refusals: &'a [Diagnostic],
    /// Whether the plan is one to delete everything: what an empty one means depends on it.
    pub destroy: bool,
    /// Where the calls go, if that is not AWS's own address.
    pub endpoint: Option<&'a str>,
    /// What is known of a plan that was saved.
    pub stamp: Option<Stamp<'a>>,
}

/// Which saved plan it is, and how long it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stamp<'a> {
    /// Equal for plans that do the same to the same live state, whenever they were made.
    pub id: &'a str,
    /// When it was made.
    pub created: Timestamp,
    /// When it is refused from.
    pub expires: Timestamp,
    /// The version of the tool that made it.
    pub tool_version: &'a str,
}

/// One line about an endpoint that is not AWS's; nothing for AWS.
pub fn elsewhere(endpoint: Option<&str>) -> String {
    endpoint.map_or_else(String::new, |url| format!("Not AWS but {url}\n"))
}

/// One line about a saved plan; nothing for one that is not saved.
pub fn stamp(stamp: Option<Stamp<'_>>) -> String {
    stamp.map_or_else(String::new, |stamp| {
        let Stamp {
            id,
            created,
            expires,
            tool_version,
        } = stamp;
        format!("Plan {id}, made {created} by rolewright {tool_version}, good until {expires}\n")
    })
}
