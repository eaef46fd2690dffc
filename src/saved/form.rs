//! The file's form: what stands in it, how it is made from a plan, and how it is read back.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Before, FORMAT, FORMAT_VERSION, NotAPlan, before, digest};
use crate::diagnostic::{Diagnostic, Problems};
use crate::findings::Finding;
use crate::model::{Address, Desired, Live};
use crate::plan::{self, GuardOverrides, Plan, PlanOptions};

/// Which manifests a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ManifestDigest {
    /// The digest of all of them.
    pub digest: String,
    /// The digest of each file, policies and variables included, by the name it was read under.
    pub files: BTreeMap<String, String>,
}

/// A saved plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "A saved plan of rolewright")]
pub struct SavedPlan {
    /// `rolewright-plan`.
    pub format: String,
    /// The version of this form: 1.
    pub format_version: u32,
    /// The version of rolewright that made it.
    pub tool_version: String,
    /// SHA-256 over all but the times and the version: equal for plans that do the same to the same live state.
    pub id: String,
    /// When it was made.
    #[schemars(with = "String")]
    pub created: Timestamp,
    /// From when on it is refused.
    #[schemars(with = "String")]
    pub expires: Timestamp,
    /// SHA-256 over everything else in the file, as JSON with sorted keys and without white space.
    pub digest: String,
    /// Which manifests it was made from.
    pub manifests: ManifestDigest,
    /// What was asked for beside the manifests.
    pub wishes: PlanOptions,
    /// What was allowed although a guard would have refused it.
    pub allowances: GuardOverrides,
    /// Every change with its values before and after, notes, and the steps with their exact calls.
    pub plan: Plan,
    /// Why it may not be applied; empty when it may.
    pub refusals: Vec<Diagnostic>,
    /// What the manifests are warned of.
    pub warnings: Problems,
    /// What rules say about the policies.
    pub findings: Vec<Finding>,
    /// What should be, of all that the plan touches: AWS is read back against it.
    pub desired: Desired,
    /// What was found, of all that the plan touches. It must not have moved.
    pub before: BTreeMap<Address, Before>,
    /// The regions in which instances were looked for: those that the whole stack names, not only what the plan touches.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub regions: BTreeSet<String>,
}

/// What a saved plan is made of.
#[derive(Debug, Clone)]
pub struct Parts<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What it was made from.
    pub desired: &'a Desired,
    /// What was found.
    pub live: &'a Live,
    /// What was asked for.
    pub wishes: &'a PlanOptions,
    /// What was allowed.
    pub allowances: &'a GuardOverrides,
    /// Why it may not be applied.
    pub refusals: &'a [Diagnostic],
    /// What the manifests are warned of.
    pub warnings: &'a Problems,
    /// What rules say.
    pub findings: &'a [Finding],
    /// Which manifests.
    pub manifests: ManifestDigest,
    /// The version of the tool.
    pub tool_version: &'a str,
    /// Now.
    pub created: Timestamp,
    /// From when on it is refused.
    pub expires: Timestamp,
}

impl SavedPlan {
    /// Puts a plan together, and seals it.
    pub fn of(parts: Parts<'_>) -> Self {
        let touched = plan::touched(parts.plan, parts.desired, parts.live);
        let mut saved = Self {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            tool_version: parts.tool_version.to_owned(),
            id: String::new(),
            created: parts.created,
            expires: parts.expires,
            digest: String::new(),
            manifests: parts.manifests,
            wishes: parts.wishes.clone(),
            allowances: parts.allowances.clone(),
            plan: parts.plan.clone(),
            refusals: parts.refusals.to_vec(),
            warnings: parts.warnings.clone(),
            findings: parts.findings.to_vec(),
            before: before(parts.plan, &touched, parts.live),
            desired: touched,
            regions: parts.live.regions.clone(),
        };
        saved.id = digest::id(&saved.json());
        saved.digest = digest::whole(&saved.json());
        saved
    }

    /// The file's text.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.json())
    }

    fn json(&self) -> Value {
        // Plain data with text for keys: there is nothing in it that JSON cannot hold.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Reads a file. `own_version` is that of the tool that reads.
    ///
    /// # Errors
    /// When it is no plan, not whole, of a later form or version, or not as it was saved.
    pub fn read(text: &str, own_version: &str) -> Result<Self, NotAPlan> {
        let torn = |error: serde_json::Error| NotAPlan::Torn(error.to_string());
        let file: Value = serde_json::from_str(text).map_err(|error| {
            if text.contains(FORMAT) {
                torn(error)
            } else {
                NotAPlan::Foreign
            }
        })?;
        if file["format"] != FORMAT {
            return Err(NotAPlan::Foreign);
        }
        match file["formatVersion"].as_u64() {
            Some(version) if version <= u64::from(FORMAT_VERSION) => {}
            found => {
                return Err(NotAPlan::Format {
                    found: found.unwrap_or_default(),
                });
            }
        }
        if file["digest"] != digest::whole(&file) || file["id"] != digest::id(&file) {
            return Err(NotAPlan::Tampered);
        }
        let made_by = file["toolVersion"].as_str().unwrap_or_default().to_owned();
        if numbers(&made_by) > numbers(own_version) {
            let own = own_version.to_owned();
            return Err(NotAPlan::Newer { made_by, own });
        }
        serde_json::from_value(file).map_err(torn)
    }
}

/// `1.20.3-rc.1` as 1, 20, 3.
fn numbers(version: &str) -> Vec<u64> {
    let release = version.split(['-', '+']).next().unwrap_or_default();
    let numbers = release.split('.');
    numbers
        .map(|number| number.parse().unwrap_or_default())
        .collect()
}

/// Whether a text is a saved plan, or was one: what it is worth is found out by reading it.
pub fn is_saved_plan(text: &str) -> bool {
    const BEGINNING: usize = 200;
    let start: String = text.trim_start().chars().take(BEGINNING).collect();
    start.starts_with('{') && start.contains(&format!("\"{FORMAT}\""))
}
