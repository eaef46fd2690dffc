//! The ways to write a policy in a manifest: inline, or for trust as a list of services. A third way,
//! `{file: …}`, has been replaced by the file's content before a kind sees it.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::spec::SpecProblem;
use crate::policy::{self, Document, PolicyPurpose};

/// A policy as written. Kept as a plain value because its grammar is IAM's and is checked by `policy`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct PolicySource(pub serde_json::Value);

impl PolicySource {
    /// The document, and every fault in it that IAM would refuse or a reviewer should know.
    pub fn document(
        &self,
        pointer: &str,
        purpose: PolicyPurpose,
    ) -> Result<(Document, Vec<SpecProblem>), Vec<SpecProblem>> {
        if self.0.get("file").is_some() {
            // It could not be read, which is reported already.
            return Err(Vec::new());
        }
        if let Some(services) = self.services() {
            return trust_shorthand(&services, pointer, purpose);
        }
        let located = |problem| SpecProblem::from_policy(pointer, problem);
        let document = Document::from_json(self.0.clone())
            .map_err(|problems| problems.into_iter().map(located).collect::<Vec<_>>())?;
        let problems = policy::check(&document, purpose)
            .into_iter()
            .map(located)
            .collect();
        Ok((document, problems))
    }

    fn services(&self) -> Option<Vec<String>> {
        let services = self
            .0
            .as_object()
            .filter(|map| map.len() == 1)?
            .get("services")?
            .as_array()?;
        services
            .iter()
            .map(|service| service.as_str().map(str::to_owned))
            .collect()
    }
}

fn trust_shorthand(
    services: &[String],
    pointer: &str,
    purpose: PolicyPurpose,
) -> Result<(Document, Vec<SpecProblem>), Vec<SpecProblem>> {
    if purpose != PolicyPurpose::Trust {
        let message = "`services` is a shorthand for trust policies only";
        return Err(vec![SpecProblem::new(
            pointer,
            "misplaced-services",
            message,
        )]);
    }
    let document = Document::trust_for_services(services);
    let problems = policy::check(&document, purpose)
        .into_iter()
        .map(|problem| SpecProblem {
            pointer: format!("{pointer}/services"),
            ..SpecProblem::from_policy(pointer, problem)
        })
        .collect();
    Ok((document, problems))
}

impl JsonSchema for PolicySource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Policy".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A policy: a document in IAM's own words (Version, Statement), `{file: policy.json}` \
                relative to the manifest, or for trust policies `{services: [ec2.amazonaws.com]}`.",
            "type": "object",
            "properties": {
                "file": { "type": "string", "minLength": 1,
                    "description": "A JSON or YAML file with the policy, relative to this manifest." },
                "services": { "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 },
                    "description": "Trust policies only: the service principals that may assume the role." },
                "Version": { "type": "string", "enum": ["2012-10-17", "2008-10-17"] },
                "Id": { "type": "string" },
                "Statement": { "type": ["object", "array"],
                    "description": "One statement or a list of statements, in IAM's own words." }
            },
            "additionalProperties": false
        })
    }
}
