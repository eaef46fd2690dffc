//! The grammar that IAM enforces when a document is saved, checked before anything is sent. Shapes have been
//! checked by parsing; whether named principals exist, and whether the account's quotas allow it, is the caller's.

mod action;
mod condition;
mod partition;
mod principal;
mod resource;
mod statement;
mod text;

use super::cursor::JsonCursor;
use super::statement::DOCUMENT_ELEMENTS;
use super::{Document, PolicyDiagnostic, PolicyPurpose, TEXT_LIMIT, TRUST_LIMIT};
use crate::diagnostic::did_you_mean;

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

pub use partition::{FOREIGN_PARTITION, foreign_arn, foreign_arns, hint as partition_hint};

type Diagnostics = Vec<PolicyDiagnostic>;

/// Everything IAM would refuse about a document, and what deserves a look, in the order of the document.
pub fn check(document: &Document, purpose: PolicyPurpose) -> Vec<PolicyDiagnostic> {
    let root = JsonCursor::root(document.json());
    let mut found = Diagnostics::new();
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

fn elements(root: &JsonCursor<'_>, purpose: PolicyPurpose, found: &mut Diagnostics) {
    for (name, cursor) in root.entries() {
        if !DOCUMENT_ELEMENTS.contains(&name) {
            found.push(unknown(&cursor, "a policy", name, &DOCUMENT_ELEMENTS));
        } else if name == "Id" && purpose == PolicyPurpose::Identity {
            found.push(prohibited(&cursor, name, "an identity policy"));
        }
    }
}

/// An element that the grammar does not know.
fn unknown(cursor: &JsonCursor<'_>, of: &str, name: &str, known: &[&str]) -> PolicyDiagnostic {
    cursor
        .error(
            "policy-unknown-element",
            format!("{of} has no element `{name}`"),
        )
        .hint_or(
            did_you_mean(name, known.iter().copied()),
            &format!("its elements are {}", crate::text::and_list(known)),
        )
}

/// An element that has no place in this kind of policy; the middle is how IAM itself says it.
fn prohibited(cursor: &JsonCursor<'_>, name: &str, of: &str) -> PolicyDiagnostic {
    let message = format!("{of} must not have `{name}` (IAM: Has prohibited field {name})");
    cursor
        .error("policy-prohibited-element", message)
        .hint(format!("remove `{name}`"))
}

fn version(root: &JsonCursor<'_>, found: &mut Diagnostics) {
    let Some(cursor) = root.child("Version") else {
        if text::uses_variables(root) {
            let message =
                "without `Version` policy variables like `${aws:username}` are plain text";
            let problem = root.warning("policy-variables", message);
            found.push(problem.hint("add `Version: \"2012-10-17\"`"));
        }
        return;
    };
    for (cursor, value) in cursor.texts() {
        if !VERSIONS.contains(&value) {
            let message = format!("`{value}` is no version of the policy language");
            let hint = "write `2012-10-17`; it names the language, not the day of your policy";
            found.push(cursor.error("policy-version", message).hint(hint));
        } else if value == VERSIONS[1] && text::uses_variables(root) {
            let message =
                "with version 2008-10-17 policy variables like `${aws:username}` are plain text";
            let problem = cursor.warning("policy-variables", message);
            found.push(problem.hint("write `2012-10-17`"));
        }
    }
}

fn statements(root: &JsonCursor<'_>, purpose: PolicyPurpose, found: &mut Diagnostics) {
    let Some(cursor) = root.child("Statement") else {
        let problem = root.error("policy-no-statement", "the policy has no `Statement`");
        found.push(problem.hint("add a list of statements"));
        return;
    };
    let members = cursor.members();
    if members.is_empty() {
        let problem = cursor.error("policy-no-statement", "`Statement` is empty");
        found.push(problem.hint("add a statement, or leave the policy out"));
    }
    for member in &members {
        statement::check(member, purpose, found);
    }
    statement::unique_sids(&members, found);
}

fn size(document: &Document, purpose: PolicyPurpose, found: &mut Diagnostics) {
    let sent = document.wire().chars().count();
    if sent > TEXT_LIMIT {
        let message = format!("the policy has {sent} characters; IAM takes at most {TEXT_LIMIT}");
        found.push(PolicyDiagnostic::error("", "policy-size", message));
    }
    let size = document.size();
    if purpose == PolicyPurpose::Trust && size > TRUST_LIMIT {
        let message = format!(
            "the trust policy has {size} characters; the quota is {TRUST_LIMIT} unless it was raised"
        );
        let hint = "shorten it, or request a higher quota for the length of trust policies";
        found.push(PolicyDiagnostic::warning("", "trust-quota", message).hint(hint));
    }
}

#[cfg(test)]
mod tests;
