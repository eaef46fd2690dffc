//! The name of a region in a manifest. Its schema takes any text, because editors check expressions before they are
//! evaluated.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::kinds::{SpecProblem, Specification};
use crate::model::{AwsScope, Partition, Resource};

/// A region, as `eu-west-1`.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct RegionName(String);

impl RegionName {
    /// The name, if it is well-formed and of the run's partition: IAM and its profiles end there.
    pub(super) fn check(&self, specification: &Specification<'_>) -> Result<String, SpecProblem> {
        let Self(name) = self;
        let problem = |message: String| SpecProblem::new("/region", "bad-region", message);
        if !is_region(name) {
            let wrong = problem(format!("`{name}` is not the name of a region"));
            return Err(wrong.hint("it looks like eu-west-1"));
        }
        let ours = specification.setting.partition;
        if Partition::of_region(name) == Some(ours) {
            return Ok(name.clone());
        }
        let wrong = problem(format!(
            "region `{name}` is not in partition {}, where this run is",
            ours.name()
        ));
        Err(wrong.hint(
            "roles and profiles do not reach beyond their partition: make it a stack of its own",
        ))
    }
}

/// Words and a number, joined by hyphens, as in `us-gov-west-1` (EC2 user guide, "Regions and Zones").
fn is_region(name: &str) -> bool {
    let mut parts = name.split('-').rev();
    let number = parts.next().unwrap_or_default();
    let words: Vec<&str> = parts.collect();
    let is_word =
        |word: &&str| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase());
    !number.is_empty()
        && number.chars().all(|digit| digit.is_ascii_digit())
        && words.len() >= 2
        && words.iter().all(is_word)
}

impl JsonSchema for RegionName {
    fn schema_name() -> Cow<'static, str> {
        "RegionName".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// The ARN of something of EC2 in a resource's region.
pub(super) fn ec2_arn(resource: &Resource, setting: &AwsScope, kind: &str, id: &str) -> String {
    let AwsScope {
        partition,
        account,
        region,
    } = setting;
    let region = resource.region.as_deref().unwrap_or(region);
    format!("arn:{partition}:ec2:{region}:{account}:{kind}/{id}")
}

pub(super) fn instance_arn(resource: &Resource, setting: &AwsScope, id: &str) -> String {
    ec2_arn(resource, setting, "instance", id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_words_and_a_number() {
        for fine in [
            "eu-west-1",
            "us-gov-east-1",
            "ap-southeast-4",
            "us-iso-east-1",
        ] {
            assert!(is_region(fine), "{fine}");
        }
        for wrong in [
            "",
            "Ireland",
            "eu-west",
            "eu-1",
            "EU-west-1",
            "eu--1",
            "eu-west-1a",
        ] {
            assert!(!is_region(wrong), "{wrong}");
        }
    }
}
