//! The shape of actions: `*` or `service:Action`. Which actions a service has is not known here.

use super::{Found, PolicyPurpose};
use crate::policy::PolicyProblem;
use crate::policy::spot::Spot;

pub(super) fn check(element: &Spot<'_>, purpose: PolicyPurpose, found: &mut Found) {
    for (spot, action) in element.texts() {
        match fault(action) {
            Some(message) => found.push(malformed(&spot, message)),
            None if purpose == PolicyPurpose::Trust => found.extend(foreign(&spot, action)),
            None => {}
        }
    }
}

fn malformed(spot: &Spot<'_>, message: String) -> PolicyProblem {
    spot.error("policy-action", message)
        .hint("actions are `*` or `service:Action`, for example `s3:GetObject`")
}

fn fault(action: &str) -> Option<String> {
    if action == "*" {
        return None;
    }
    let Some((vendor, name)) = action.split_once(':') else {
        return Some(format!(
            "the action `{action}` does not begin with its service"
        ));
    };
    if vendor.is_empty() || name.is_empty() {
        return Some(format!(
            "the action `{action}` lacks its service or its name"
        ));
    }
    let vendor_ok = vendor == "*" || is_word(vendor, "-");
    if !vendor_ok {
        Some(format!(
            "`{vendor}` in the action `{action}` is no service prefix"
        ))
    } else if !is_word(name, "*?-_") {
        Some(format!(
            "`{name}` in the action `{action}` is no action name"
        ))
    } else {
        None
    }
}

fn is_word(text: &str, also: &str) -> bool {
    let fits = |character: char| character.is_ascii_alphanumeric() || also.contains(character);
    !text.is_empty() && text.chars().all(fits)
}

/// A trust policy is asked about STS actions only; others in it have no effect at best.
fn foreign(spot: &Spot<'_>, action: &str) -> Option<PolicyProblem> {
    let vendor = action.split(':').next()?.to_ascii_lowercase();
    if vendor == "sts" || vendor == "*" {
        return None;
    }
    let message = format!("a trust policy is about sts actions, and `{action}` is none");
    let problem = spot.warning("trust-action", message);
    Some(
        problem
            .hint("put permissions into `inlinePolicies`; the trust policy wants `sts:AssumeRole`"),
    )
}
