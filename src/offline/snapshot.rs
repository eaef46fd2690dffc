//! The snapshot file: what a plan needs to know of AWS, what was looked for, for which stack, and when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::OfflineError;
use crate::kinds;
use crate::model::{Address, Desired, Live, Resource, Selector};

/// What the file calls itself.
const FORMAT: &str = "rolewright-snapshot";
/// Raised whenever an older program would misread the file.
const FORMAT_VERSION: u64 = 1;

/// What was looked for in the name of a declared resource: another question has another answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The name in AWS.
    pub live_name: String,
    /// The region, where it is not the run's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Which instances, where they were not named by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
    /// What else of the declaration decided what was read.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub by: BTreeSet<String>,
}

impl Question {
    fn of(resource: &Resource) -> Self {
        let kind = kinds::find(resource.address.kind);
        Self {
            live_name: resource.live_name.clone(),
            region: resource.region.clone(),
            selector: resource.selector.clone(),
            by: kind.survey_key(resource),
        }
    }
}

/// AWS as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// When it was looked at.
    pub taken: Timestamp,
    /// The stack whose resources were looked for.
    pub stack: String,
    /// The declared resources that were looked for.
    pub looked_for: BTreeMap<Address, Question>,
    /// What was seen.
    pub live: Live,
}

/// What every version has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    format: String,
    format_version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    format: String,
    format_version: u64,
    /// The version of the program, for people.
    tool: String,
    taken: Timestamp,
    stack: String,
    looked_for: BTreeMap<Address, Question>,
    live: Live,
}

impl Snapshot {
    /// What was seen for a declaration. `desired` must not be expanded yet.
    pub fn new(taken: Timestamp, desired: &Desired, live: Live) -> Self {
        let resources = desired.resources.iter();
        Self {
            taken,
            stack: desired.stack.name.clone(),
            looked_for: resources
                .map(|(address, resource)| (address.clone(), Question::of(resource)))
                .collect(),
            live,
        }
    }

    /// Whether a text is a snapshot, of whatever version, so that it may be replaced by a new one.
    pub fn is_one(text: &str) -> bool {
        serde_json::from_str(text).is_ok_and(|Header { format, .. }| format == FORMAT)
    }

    /// A snapshot from a document; nothing when the document is something else.
    pub(super) fn from_document(document: &Value) -> Result<Option<Self>, OfflineError> {
        let Ok(header) = Header::deserialize(document) else {
            return Ok(None);
        };
        if header.format != FORMAT {
            return Ok(None);
        }
        if header.format_version != FORMAT_VERSION {
            return Err(OfflineError::Newer {
                found: header.format_version,
                known: FORMAT_VERSION,
            });
        }
        let File {
            format: _,
            format_version: _,
            tool: _,
            taken,
            stack,
            looked_for,
            live,
        } = File::deserialize(document).map_err(OfflineError::Damaged)?;
        Ok(Some(Self {
            taken,
            stack,
            looked_for,
            live,
        }))
    }

    /// The text of the file. Equal snapshots have equal texts.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        let Self {
            taken,
            stack,
            looked_for,
            live,
        } = self.clone();
        let file = File {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            taken,
            stack,
            looked_for,
            live,
        };
        serde_json::to_string_pretty(&file).map(|text| format!("{text}\n"))
    }

    /// What a plan for a declaration may take for AWS. What was not looked for is left open in it.
    pub(super) fn live(&self, desired: &Desired) -> Result<Live, OfflineError> {
        if self.stack != desired.stack.name {
            return Err(OfflineError::OtherStack {
                taken: self.stack.clone(),
                wanted: desired.stack.name.clone(),
            });
        }
        let mut live = self.live.clone();
        let open = desired.resources.values();
        live.unseen = open
            .filter_map(|resource| Some((resource.address.clone(), self.why_unseen(resource)?)))
            .collect();
        Ok(live)
    }

    fn why_unseen(&self, resource: &Resource) -> Option<String> {
        let Some(asked) = self.looked_for.get(&resource.address) else {
            let unseen = || "the snapshot was taken before it was declared".to_owned();
            return (!self.is_certain(resource)).then(unseen);
        };
        let same = *asked == Question::of(resource);
        (!same).then(|| {
            "the snapshot looked for something else under its name, which was declared otherwise then"
                .to_owned()
        })
    }

    /// Whether it is known of something that nobody looked for whether it is there: it was seen all the same, or all
    /// names of its kind were listed and it is not among them.
    fn is_certain(&self, resource: &Resource) -> bool {
        let listed = self.live.names.get(&resource.address.kind);
        let is_named = |names: &BTreeSet<String>| {
            let mut names = names.iter();
            names.any(|name| name.eq_ignore_ascii_case(&resource.live_name))
        };
        let seen = self.live.resources.contains_key(&resource.address)
            && Question::of(resource).by.is_empty();
        seen || listed.is_some_and(|names| !is_named(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(version: u64) -> String {
        format!(r#"{{"format": "rolewright-snapshot", "formatVersion": {version}}}"#)
    }

    #[test]
    fn only_a_snapshot_is_one() {
        assert!(Snapshot::is_one(&text(7)), "whatever its version");
        assert!(!Snapshot::is_one(
            r#"{"format": "tar", "formatVersion": 1}"#
        ));
        assert!(!Snapshot::is_one("precious"));
    }

    #[test]
    fn later_versions_and_half_snapshots_are_refused() {
        let read = |text: &str| Snapshot::from_document(&serde_json::from_str(text).unwrap());
        let newer = read(&text(2)).unwrap_err().to_string();
        assert_eq!(newer, "it has format version 2; this program reads 1");
        let half = read(&text(1)).unwrap_err().to_string();
        assert_eq!(
            half,
            "it is no snapshot of this format: missing field `tool`"
        );
        assert_eq!(read("[]").unwrap(), None);
    }
}
