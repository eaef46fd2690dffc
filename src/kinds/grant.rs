//! What the identity that runs us has to be allowed for a resource, as data. How grants become a policy is decided in
//! `permissions`.

use std::collections::BTreeMap;

use super::ArnShape;
use super::iam::role;
use crate::model::{Address, AwsScope, Desired, STACK_TAG, Value};

/// What is to be done with the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Looking only.
    Plan,
    /// Making, changing and deleting what it declares.
    Apply,
}

/// What grants are for.
#[derive(Debug, Clone, Copy)]
pub struct GrantRequest<'a> {
    /// The stack with all that it declares.
    pub desired: &'a Desired,
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// What is to be done.
    pub purpose: Purpose,
}

impl GrantRequest<'_> {
    /// Whether looking is enough.
    pub(super) fn is_plan(&self) -> bool {
        self.purpose == Purpose::Plan
    }
}

/// Some actions on some resources. Grants of one name and one condition become one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What the statement is called: its `Sid`.
    pub name: &'static str,
    /// The actions, as `iam:GetRole`.
    pub actions: Vec<&'static str>,
    /// The ARNs, or `*` for actions that AWS allows on everything or on nothing.
    pub resources: Vec<String>,
    /// Operator and key of each condition, with its values.
    pub conditions: BTreeMap<(&'static str, String), Vec<String>>,
}

impl Grant {
    /// Actions on resources, without conditions.
    pub fn new(
        name: &'static str,
        actions: &[&'static str],
        resources: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            name,
            actions: actions.to_vec(),
            resources: resources.into_iter().collect(),
            conditions: BTreeMap::new(),
        }
    }

    /// Actions that AWS allows on everything or on nothing.
    pub fn everywhere(name: &'static str, actions: &[&'static str]) -> Self {
        Self::new(name, actions, ["*".to_owned()])
    }

    /// The same, where a condition holds.
    #[must_use]
    pub fn when(
        mut self,
        operator: &'static str,
        key: impl Into<String>,
        values: impl IntoIterator<Item = String>,
    ) -> Self {
        let values = values.into_iter().collect();
        self.conditions.insert((operator, key.into()), values);
        self
    }

    /// The same, on what carries a stack's tag. Only for what exists: where nothing is, no tag is.
    #[must_use]
    pub(super) fn of_stack(self, stack: &str) -> Self {
        let key = format!("aws:ResourceTag/{STACK_TAG}");
        self.when("StringEquals", key, [stack.to_owned()])
    }

    /// Reading what a stack owns and no longer declares, and deleting it. Reading is not bound to the tag: what has just
    /// been deleted has none any more, and is looked for once more.
    pub(super) fn for_owned(
        asked: &GrantRequest<'_>,
        shape: &ArnShape,
        reads: &[&'static str],
        deletes: &[&'static str],
    ) -> Vec<Self> {
        let all = || [shape.arn(asked.setting, "/", "*")];
        let mut grants = vec![Self::new("ReadOwned", reads, all())];
        if !asked.is_plan() {
            let delete = Self::new("DeleteOwned", deletes, all());
            grants.push(delete.of_stack(&asked.desired.stack.name));
        }
        grants
    }

    /// Giving roles to EC2, and to nothing else.
    pub(super) fn pass(roles: impl IntoIterator<Item = String>) -> Self {
        let service = "ec2.amazonaws.com".to_owned();
        Self::new("PassRolesToEc2", &["iam:PassRole"], roles).when(
            "StringEquals",
            "iam:PassedToService",
            [service],
        )
    }
}

/// The ARN of the role that an instance profile of the stack holds, if it holds one.
pub(super) fn role_of(profile: &Address, asked: &GrantRequest<'_>) -> Option<String> {
    let GrantRequest {
        desired,
        setting,
        purpose: _,
    } = asked;
    let profile = desired.resources.get(profile)?;
    let link = profile.attributes.values().find_map(Value::as_link)?;
    let target = link.target.as_ref();
    Some(match target.and_then(|role| desired.resources.get(role)) {
        Some(resource) => role::ARN.of(setting, &resource.attributes, &resource.live_name),
        None => role::ARN.arn(setting, "/", &link.name),
    })
}
