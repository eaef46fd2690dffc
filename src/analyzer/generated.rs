//! The policy that a job has written: its parts put together, and what is left to fill in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::cloud::Node;
use crate::policy::Document;

/// What a job has written.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// The ARN of the role it is about.
    pub principal: String,
    /// One document; without statements when the role has done nothing that AWS knows to allow.
    pub document: Value,
    /// What has to be filled in, sorted by name.
    pub placeholders: Vec<Placeholder>,
    /// Whether every action of every service that was used is in it, as far as AWS says.
    pub is_complete: bool,
}

/// A part of a resource's ARN that AWS does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// As written: `${BucketName}`.
    pub name: String,
    /// The resources it stands in.
    pub resources: Vec<String>,
}

impl Generated {
    /// Reads an answer; what is missing otherwise.
    pub(super) fn read(body: &Node) -> Result<Self, &'static str> {
        let result = body
            .at(&["generatedPolicyResult"])
            .ok_or("generatedPolicyResult")?;
        let principal = result
            .text(&["properties", "principalArn"])
            .ok_or("principalArn")?;
        let mut statements = Vec::new();
        for policy in result.list(&["generatedPolicies"]) {
            let text = policy.text(&["policy"]).ok_or("policy")?;
            let document = Document::observed(text);
            if !document.is_readable() {
                return Err("policy that is JSON");
            }
            statements.extend(members(document.json().get("Statement")));
        }
        let statements = joined(statements);
        Ok(Self {
            principal: principal.to_owned(),
            placeholders: placeholders(&statements),
            document: json!({ "Version": "2012-10-17", "Statement": statements }),
            is_complete: result.text(&["properties", "isComplete"]) == Some("true"),
        })
    }

    /// Whether it allows nothing at all.
    pub fn is_empty(&self) -> bool {
        members(self.document.get("Statement")).is_empty()
    }
}

fn members(value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.clone(),
        Some(bare) => vec![bare.clone()],
    }
}

/// The statements of several documents in one: each once, and no two with the same `Sid`, which IAM refuses.
fn joined(all: Vec<Value>) -> Vec<Value> {
    let mut sids = BTreeSet::new();
    let mut kept: Vec<Value> = Vec::new();
    let mut seen: Vec<Value> = Vec::new();
    for statement in all {
        if seen.contains(&statement) {
            continue;
        }
        seen.push(statement.clone());
        kept.push(renamed(statement, &mut sids));
    }
    kept
}

fn renamed(mut statement: Value, sids: &mut BTreeSet<String>) -> Value {
    let Some(sid) = statement.get("Sid").and_then(Value::as_str) else {
        return statement;
    };
    let mut names =
        std::iter::once(sid.to_owned()).chain((2..).map(|number| format!("{sid}{number}")));
    let free = names.find(|name| !sids.contains(name)).unwrap_or_default();
    sids.insert(free.clone());
    statement["Sid"] = Value::String(free);
    statement
}

fn placeholders(statements: &[Value]) -> Vec<Placeholder> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for statement in statements {
        for element in ["Resource", "NotResource"] {
            for resource in members(statement.get(element)) {
                let Some(resource) = resource.as_str() else {
                    continue;
                };
                for name in names(resource) {
                    found.entry(name).or_default().insert(resource.to_owned());
                }
            }
        }
    }
    let found = found.into_iter();
    found
        .map(|(name, resources)| Placeholder {
            name,
            resources: resources.into_iter().collect(),
        })
        .collect()
}

/// `${Name}`, each. IAM's own variables have a colon in their names, or are a single sign (`${*}`).
fn names(resource: &str) -> Vec<String> {
    let parts = resource.split("${").skip(1);
    let inside = parts.filter_map(|part| part.split_once('}').map(|(name, _)| name));
    let is_name =
        |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    inside
        .filter(is_name)
        .map(|name| format!("${{{name}}}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::node;
    use super::*;

    fn generated(policies: &[Value]) -> Result<Generated, &'static str> {
        let policies: Vec<Value> = policies
            .iter()
            .map(|policy| json!({ "policy": policy.to_string() }))
            .collect();
        Generated::read(&node(&json!({
            "generatedPolicyResult": {
                "properties": {"isComplete": true, "principalArn": "x"},
                "generatedPolicies": policies,
            }
        })))
    }

    #[test]
    fn several_policies_become_one_without_repeating_themselves() {
        let list = json!({"Sid": "One", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"});
        let other = json!({"Sid": "One", "Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"});
        let first = json!({"Version": "2012-10-17", "Statement": [list]});
        let second = json!({"Version": "2012-10-17", "Statement": [list, other]});
        let generated = generated(&[first, second]).unwrap();
        let mut renamed = other;
        renamed["Sid"] = json!("One2");
        assert_eq!(
            generated.document,
            json!({"Version": "2012-10-17", "Statement": [list, renamed]})
        );
        assert!(generated.is_complete && generated.placeholders.is_empty());
    }

    #[test]
    fn what_has_to_be_filled_in_is_listed_and_variables_are_not() {
        let statement = json!({
            "Effect": "Allow", "Action": "s3:GetObject",
            "Resource": ["arn:aws:s3:::${BucketName}/${ObjectPath}", "arn:aws:s3:::${BucketName}", "arn:aws:s3:::x/${aws:username}${*}"]
        });
        let generated = generated(&[json!({"Statement": statement})]).unwrap();
        let bucket = Placeholder {
            name: "${BucketName}".into(),
            resources: vec![
                "arn:aws:s3:::${BucketName}".into(),
                "arn:aws:s3:::${BucketName}/${ObjectPath}".into(),
            ],
        };
        let object = Placeholder {
            name: "${ObjectPath}".into(),
            resources: vec!["arn:aws:s3:::${BucketName}/${ObjectPath}".into()],
        };
        assert_eq!(generated.placeholders, [bucket, object]);
    }

    #[test]
    fn a_role_that_did_nothing_gets_an_empty_policy() {
        let generated = generated(&[]).unwrap();
        assert!(generated.is_empty());
    }

    #[test]
    fn what_is_no_policy_is_not_written() {
        assert_eq!(generated(&[json!("oops")]), Err("policy that is JSON"));
    }
}
