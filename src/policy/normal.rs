//! The canonical form: everything that means the same to AWS becomes the same value. What is folded, and what
//! is kept apart, follows the IAM user guide (policy grammar, elements, identifiers); `same` has a test per rule.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::parse::Content;
use super::part::Test;
use super::unique::canonical_text;
use super::{Document, Element, Statement};

/// A document in canonical form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Normal {
    version: Option<String>,
    id: Option<String>,
    statements: BTreeSet<NormalStatement>,
    other: BTreeMap<String, String>,
    /// The whole text of something that is no policy.
    unreadable: Option<String>,
}

/// A statement in canonical form: its elements, each with the set of its members.
pub(super) type NormalStatement = BTreeSet<(Element, BTreeSet<String>)>;

pub(super) fn document(document: &Document, partition: &str) -> Normal {
    let Content {
        version,
        id,
        statements,
        other,
    } = document.content();
    Normal {
        version: version.clone(),
        id: id.clone(),
        statements: statements
            .iter()
            .map(|one| statement(one, partition))
            .collect(),
        other: other
            .iter()
            .map(|(name, value)| (name.clone(), canonical_text(value)))
            .collect(),
        unreadable: document.json().as_str().map(str::to_owned),
    }
}

/// The canonical form as text: equal for documents that mean the same to AWS, and from version to version of this
/// tool, so that digests of it can be kept in files.
pub fn canonical(document: &Document, partition: &str) -> String {
    let Normal {
        version,
        id,
        statements,
        other,
        unreadable,
    } = self::document(document, partition);
    let named = |statement: NormalStatement| -> BTreeMap<String, BTreeSet<String>> {
        let elements = statement.into_iter();
        elements
            .map(|(element, members)| (element.to_string(), members))
            .collect()
    };
    let statements: BTreeSet<BTreeMap<String, BTreeSet<String>>> =
        statements.into_iter().map(named).collect();
    let form = json!({
        "version": version, "id": id, "statements": statements, "other": other, "unreadable": unreadable,
    });
    canonical_text(&form)
}

pub(super) fn statement(statement: &Statement, partition: &str) -> NormalStatement {
    statement
        .parts()
        .into_iter()
        .map(|part| {
            let texts = part.members.iter();
            let members = texts.map(|one| member(&part.element, &one.text, partition));
            let members = members.collect();
            (element(part.element), members)
        })
        .collect()
}

/// Condition keys are compared ignoring letter case, the tag part of `aws:ResourceTag/<key>` included.
pub(super) fn element(element: Element) -> Element {
    match element {
        Element::Condition(Some(Test { operator, key })) => Element::Condition(Some(Test {
            operator,
            key: key.to_lowercase(),
        })),
        other => other,
    }
}

/// One member of an element: actions ignore letter case, an account id is its root ARN.
pub(super) fn member(element: &Element, text: &str, partition: &str) -> String {
    match element {
        Element::Action | Element::NotAction => text.to_lowercase(),
        Element::Principal(Some(kind)) | Element::NotPrincipal(Some(kind))
            if kind == "AWS" && is_account_id(text) =>
        {
            format!("arn:{partition}:iam::{text}:root")
        }
        _ => text.to_owned(),
    }
}

/// Whether a text is the 12 digits of an account.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
