//! A finding as it is told: what was found, where it stands, and whether somebody has allowed it.

use serde::{Deserialize, Deserializer, Serialize};

use super::{RuleMatch, Severity, rule};
use crate::diagnostic::Place;
use crate::model::{Address, FieldPath, kind};

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's id.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// Which resource it is about.
    #[serde(deserialize_with = "address")]
    pub address: Address,
    /// Which field of that.
    pub field: FieldPath,
    /// Where it is written, when it is.
    pub place: Option<Place>,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// Why it does not count, when somebody has said so.
    pub allowed: Option<Allowed>,
}

/// The address of a finding: of what documents declare, or of a file of manifests.
fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text
        .strip_prefix(kind::MANIFEST.as_str())
        .and_then(|rest| rest.strip_prefix('/'))
    {
        Some(file) => Ok(Address::new(kind::MANIFEST, file)),
        None => Address::try_from(text).map_err(serde::de::Error::custom),
    }
}

/// That a finding is as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Allowed {
    /// Who says so.
    pub by: AllowedBy,
    /// Why, as far as that was written down.
    pub reason: String,
}

/// Where a finding was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AllowedBy {
    /// In a comment of the manifest.
    Comment,
    /// On the command line.
    CommandLine,
}

impl Finding {
    /// What a rule found in a field of a resource.
    pub fn new(
        found: RuleMatch,
        address: &Address,
        field: &FieldPath,
        place: Option<Place>,
    ) -> Self {
        let RuleMatch {
            id,
            pointer: _,
            message,
            fix,
        } = found;
        Self {
            id: id.to_owned(),
            severity: rule(id).map_or(Severity::Low, |rule| rule.severity),
            address: address.clone(),
            field: field.clone(),
            place,
            message,
            fix,
            allowed: None,
        }
    }

    /// Whether nobody has allowed it.
    pub fn counts(&self) -> bool {
        self.allowed.is_none()
    }
}

/// Puts findings into the order in which they are told: the worst first, then by place.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        let key = |one: &Finding| (std::cmp::Reverse(one.severity), one.place.clone());
        (key(a), &a.address, &a.id, &a.message).cmp(&(key(b), &b.address, &b.id, &b.message))
    });
    findings.dedup();
}
