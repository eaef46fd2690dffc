//! The grammar that IAM enforces when a document is saved, told before anything is sent. Shapes have been
//! checked by parsing; whether named principals exist, and whether the account's quotas allow it, is the caller's.

mod action;
mod condition;
mod principal;
mod resource;
mod statement;
mod text;

use super::spot::Spot;
use super::statement::DOCUMENT_ELEMENTS;
use super::{Document, PolicyProblem, PolicyPurpose, TEXT_LIMIT, TRUST_LIMIT};
use crate::diagnostic::did_you_mean;

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

type Found = Vec<PolicyProblem>;

/// Everything IAM would refuse about a document, and what deserves a look, in the order of the document.
pub fn check(document: &Document, purpose: PolicyPurpose) -> Vec<PolicyProblem> {
    let root = Spot::root(document.json());
    let mut found = Found::new();
    if !document.is_readable() {
        let problem = root.error(
            "policy-shape",
            "this is no policy, which must be a JSON object",
        );
        return vec![problem];
    }
    elements(&root, purpose, &mut found);
    version(&root, &mut found);
    statements(&root, purpose, &mut found);
    text::check(&root, &mut found);
    size(document, purpose, &mut found);
    found
}

fn elements(root: &Spot<'_>, purpose: PolicyPurpose, found: &mut Found) {
    for (name, spot) in root.entries() {
        if !DOCUMENT_ELEMENTS.contains(&name) {
            found.push(unknown(&spot, "a policy", name, &DOCUMENT_ELEMENTS));
        } else if name == "Id" && purpose == PolicyPurpose::Identity {
            found.push(prohibited(&spot, name, "an identity policy"));
        }
    }
}

/// An element that the grammar does not know.
fn unknown(spot: &Spot<'_>, of: &str, name: &str, known: &[&str]) -> PolicyProblem {
    spot.error(
        "policy-unknown-element",
        format!("{of} has no element `{name}`"),
    )
    .hint_or(
        did_you_mean(name, known.iter().copied()),
        &format!("its elements are {}", crate::text::and_list(known)),
    )
}

/// An element that has no place in this kind of policy; the middle is how IAM itself says it.
fn prohibited(spot: &Spot<'_>, name: &str, of: &str) -> PolicyProblem {
    let message = format!("{of} must not have `{name}` (IAM: Has prohibited field {name})");
    spot.error("policy-prohibited-element", message)
        .hint(format!("remove `{name}`"))
}

fn version(root: &Spot<'_>, found: &mut Found) {
    let Some(spot) = root.child("Version") else {
        if text::uses_variables(root) {
            found.push(
                root.warning(
                    "policy-variables",
                    "without `Version` policy variables like `${aws:username}` are plain text",
                )
                .hint("add `Version: \"2012-10-17\"`"),
            );
        }
        return;
    };
    for (spot, value) in spot.texts() {
        if !VERSIONS.contains(&value) {
            let message = format!("`{value}` is no version of the policy language");
            found.push(
                spot.error("policy-version", message)
                    .hint("write `2012-10-17`; it names the language, not the day of your policy"),
            );
        } else if value == VERSIONS[1] && text::uses_variables(root) {
            let message =
                "with version 2008-10-17 policy variables like `${aws:username}` are plain text";
            found.push(
                spot.warning("policy-variables", message)
                    .hint("write `2012-10-17`"),
            );
        }
    }
}

fn statements(root: &Spot<'_>, purpose: PolicyPurpose, found: &mut Found) {
    let Some(spot) = root.child("Statement") else {
        let problem = root.error("policy-no-statement", "the policy has no `Statement`");
        found.push(problem.hint("add a list of statements"));
        return;
    };
    let members = spot.members();
    if members.is_empty() {
        let problem = spot.error("policy-no-statement", "`Statement` is empty");
        found.push(problem.hint("add a statement, or leave the policy out"));
    }
    for member in &members {
        statement::check(member, purpose, found);
    }
    statement::unique_sids(&members, found);
}

fn size(document: &Document, purpose: PolicyPurpose, found: &mut Found) {
    let sent = document.wire().chars().count();
    if sent > TEXT_LIMIT {
        let message = format!("the policy has {sent} characters; IAM takes at most {TEXT_LIMIT}");
        found.push(PolicyProblem::error("", "policy-size", message));
    }
    let size = document.size();
    if purpose == PolicyPurpose::Trust && size > TRUST_LIMIT {
        let message = format!(
            "the trust policy has {size} characters; the quota is {TRUST_LIMIT} unless it was raised"
        );
        let hint = "shorten it, or request a higher quota for the length of trust policies";
        found.push(PolicyProblem::warning("", "trust-quota", message).hint(hint));
    }
}

#[cfg(test)]
mod tests;
