//! The name of a region in a manifest: well-formed by its schema, in the partition of the run by `check`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::kinds::{SpecProblem, Specification};
use crate::model::Partition;

/// A region, as `eu-west-1`.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct RegionName(String);

impl RegionName {
    /// The name, if it is of the run's partition: IAM and its profiles end there.
    pub(super) fn check(&self, specification: &Specification<'_>) -> Result<String, SpecProblem> {
        let ours = specification.setting.partition;
        if Partition::of_region(&self.0) == ours {
            return Ok(self.0.clone());
        }
        let message = format!(
            "region `{}` is not in partition {}, where this run is",
            self.0,
            ours.name()
        );
        let problem = SpecProblem::new("/region", "bad-region", message);
        Err(problem.hint(
            "roles and profiles do not reach beyond their partition: make it a stack of its own",
        ))
    }
}

impl JsonSchema for RegionName {
    fn schema_name() -> Cow<'static, str> {
        "RegionName".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[a-z]{2,}(-[a-z]+)+-[0-9]+$" })
    }
}
