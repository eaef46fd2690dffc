//! The calls that make, change and delete a role. Their order here is one of safety: what bounds a role comes
//! first, what it gains next, what it loses last, unless the quota leaves no room for both.

use std::collections::{BTreeMap, BTreeSet};

use super::{ATTACHMENTS_QUOTA, INLINE_QUOTA};
use crate::cloud::{Condition, Expect, ReadCall, Service, WriteCall};
use crate::kinds::{Lowering, StepDraft, StepDrafts, tags};
use crate::model::{
    Action, Address, Attributes, FieldName, FieldPath, REVOCATION_POLICY, STACK_TAG, Value, field,
};
use crate::policy::ROLE_INLINE_LIMIT;

/// Attachments that a role may have by default (IAM quotas).
const ATTACHMENTS: usize = 10;

/// Bounds first, then what must make room, the revocation of sessions, gains, and losses; a bound that goes
/// goes when nothing is left for it to hold back.
const FIRST: u8 = 0;
const ROOM: u8 = 1;
const REVOKED: u8 = 2;
const GAINS: u8 = 3;
const LOSSES: u8 = 4;
const UNBOUND: u8 = 5;

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let calls = Calls {
        role: lowering.live_name,
        lowering,
    };
    match lowering.action {
        Action::Create => StepDrafts {
            teardown: Vec::new(),
            build: calls.create(),
        },
        Action::Update => StepDrafts {
            teardown: Vec::new(),
            build: calls.update(),
        },
        Action::Replace => StepDrafts {
            teardown: calls.delete(),
            build: calls.create(),
        },
        Action::Delete => StepDrafts {
            teardown: calls.delete(),
            build: Vec::new(),
        },
        Action::Adopt => StepDrafts {
            teardown: Vec::new(),
            build: calls.adopt(),
        },
        Action::Detach | Action::Keep => StepDrafts::default(),
    }
}

struct Calls<'a> {
    role: &'a str,
    lowering: &'a Lowering<'a>,
}

impl Calls<'_> {
    fn call(&self, action: &str) -> WriteCall {
        WriteCall::new(Service::Iam, action).with("RoleName", self.role)
    }

    fn desired(&self) -> Attributes {
        self.lowering
            .desired
            .map(|resource| resource.attributes.clone())
            .unwrap_or_default()
    }

    fn observed(&self) -> Attributes {
        self.lowering
            .observed
            .map(|observed| observed.attributes.clone())
            .unwrap_or_default()
    }

    fn create(&self) -> Vec<StepDraft> {
        let desired = self.desired();
        let mut call = self
            .call("CreateRole")
            .with("Tags", tags::parameter(&desired));
        for (field, parameter) in [
            (field::PATH, "Path"),
            (field::DESCRIPTION, "Description"),
            (field::TRUST_POLICY, "AssumeRolePolicyDocument"),
            (field::MAX_SESSION_DURATION, "MaxSessionDuration"),
            (field::PERMISSIONS_BOUNDARY, "PermissionsBoundary"),
        ] {
            if let Some(text) = desired.get(&FieldPath::new(field)).and_then(wire) {
                call = call.with(parameter, text);
            }
        }
        let create = StepDraft::new(format!("create role {}", self.role), call)
            .needs(self.principals())
            .goal(self.is_ours(&desired))
            .makes();
        let policies = desired
            .iter()
            .filter_map(|(path, value)| self.gain(path, value));
        std::iter::once(create).chain(policies).collect()
    }

    /// The roles of this stack that the trust policy names: IAM must know them before it takes the policy.
    fn principals(&self) -> BTreeSet<Address> {
        let references = self
            .lowering
            .desired
            .into_iter()
            .flat_map(|desired| &desired.references);
        references
            .filter(|reference| reference.required)
            .map(|reference| reference.target.clone())
            .collect()
    }

    /// What a role made by this stack looks like: tells our own lost answer from somebody else's role.
    fn is_ours(&self, desired: &Attributes) -> Condition {
        let owner = desired
            .get(&FieldPath::member(field::TAGS, STACK_TAG))
            .and_then(wire)
            .unwrap_or_default();
        let tag = Expect::All(vec![
            Expect::is(&["Key"], STACK_TAG),
            Expect::is(&["Value"], &owner),
        ]);
        let path = desired.get(&FieldPath::new(field::PATH)).and_then(wire);
        let path = Expect::is(&["Role", "Path"], path.as_deref().unwrap_or("/"));
        self.condition(
            format!("role {} to carry the tag of its stack", self.role),
            Expect::All(vec![Expect::any(&["Role", "Tags"], tag), path]),
        )
    }

    fn condition(&self, about: String, expect: Expect) -> Condition {
        let read = ReadCall::new(Service::Iam, "GetRole").with("RoleName", self.role);
        Condition {
            about,
            read,
            expect,
            hopeless: None,
        }
    }

    fn gain(&self, path: &FieldPath, value: &Value) -> Option<StepDraft> {
        let name = path.member.as_deref()?;
        let draft = match path.field {
            field::INLINE_POLICIES => {
                let call = self
                    .call("PutRolePolicy")
                    .with("PolicyName", name)
                    .with("PolicyDocument", wire(value)?);
                StepDraft::new(
                    format!("put inline policy {name} on role {}", self.role),
                    call,
                )
            }
            field::MANAGED_POLICIES => {
                let call = self.call("AttachRolePolicy").with("PolicyArn", name);
                StepDraft::new(format!("attach {name} to role {}", self.role), call)
            }
            _ => return None,
        };
        Some(draft.stage(self.gain_stage(path, value)))
    }

    fn gain_stage(&self, path: &FieldPath, value: &Value) -> u8 {
        if path.field == field::INLINE_POLICIES && path.member.as_deref() == Some(REVOCATION_POLICY)
        {
            REVOKED
        } else if self.shrinks(path, value) && !self.has_room(path.field) {
            ROOM
        } else {
            GAINS
        }
    }

    /// Whether a policy that is there becomes no longer than it is.
    fn shrinks(&self, path: &FieldPath, value: &Value) -> bool {
        let observed = self
            .lowering
            .observed
            .filter(|_| self.lowering.action == Action::Update);
        observed
            .and_then(|observed| observed.attributes.get(path))
            .is_some_and(|before| super::size(before) >= super::size(value))
    }

    /// A loss waits until the role has what comes instead, where there is room for both.
    fn loss_stage(&self, path: &FieldPath) -> u8 {
        if self.has_room(path.field) {
            LOSSES
        } else {
            ROOM
        }
    }

    fn loss(&self, path: &FieldPath) -> Option<StepDraft> {
        let name = path.member.as_deref()?;
        let draft = match path.field {
            field::INLINE_POLICIES => {
                let call = self.call("DeleteRolePolicy").with("PolicyName", name);
                StepDraft::new(
                    format!("delete inline policy {name} from role {}", self.role),
                    call,
                )
            }
            field::MANAGED_POLICIES => {
                let call = self.call("DetachRolePolicy").with("PolicyArn", name);
                StepDraft::new(format!("detach {name} from role {}", self.role), call)
            }
            _ => return None,
        };
        Some(draft.stage(LOSSES).gone_is_done())
    }

    fn delete(&self) -> Vec<StepDraft> {
        let observed = self.observed();
        let children = observed
            .keys()
            .filter_map(|path| self.loss(path))
            .map(|draft| draft.stage(FIRST));
        let delete = StepDraft::new(
            format!("delete role {}", self.role),
            self.call("DeleteRole"),
        )
        .stage(GAINS)
        .removes();
        children.chain(std::iter::once(delete)).collect()
    }

    fn adopt(&self) -> Vec<StepDraft> {
        let owner = self
            .desired()
            .get(&FieldPath::member(field::TAGS, STACK_TAG))
            .and_then(wire)
            .unwrap_or_default();
        let call = self
            .call("TagRole")
            .with("Tags", tags::owner_parameter(&owner));
        vec![StepDraft::new(
            format!("tag role {} as owned by stack {owner}", self.role),
            call,
        )]
    }

    fn update(&self) -> Vec<StepDraft> {
        let desired = self.desired();
        let mut drafts = Vec::new();
        drafts.extend(self.boundary(&desired));
        drafts.extend(self.settings(&desired));
        drafts.extend(self.trust(&desired));
        drafts.extend(self.tags(&desired));
        let changed = self.lowering.changed;
        drafts.extend(
            changed
                .iter()
                .filter_map(|path| self.gain(path, desired.get(path)?)),
        );
        let losses = changed
            .iter()
            .filter(|path| !desired.contains_key(path))
            .filter_map(|path| Some(self.loss(path)?.stage(self.loss_stage(path))));
        drafts.extend(losses);
        drafts
    }

    fn is_changed(&self, field: FieldName) -> bool {
        self.lowering.changed.iter().any(|path| path.field == field)
    }

    /// A new boundary comes before anything the role gains, the removal of one after all it loses.
    fn boundary(&self, desired: &Attributes) -> Option<StepDraft> {
        if !self.is_changed(field::PERMISSIONS_BOUNDARY) {
            return None;
        }
        Some(
            match desired
                .get(&FieldPath::new(field::PERMISSIONS_BOUNDARY))
                .and_then(wire)
            {
                Some(arn) => {
                    let call = self
                        .call("PutRolePermissionsBoundary")
                        .with("PermissionsBoundary", arn.clone());
                    StepDraft::new(
                        format!("set permissions boundary {arn} on role {}", self.role),
                        call,
                    )
                }
                None => {
                    let call = self.call("DeleteRolePermissionsBoundary");
                    StepDraft::new(
                        format!("remove the permissions boundary of role {}", self.role),
                        call,
                    )
                    .stage(UNBOUND)
                    .gone_is_done()
                }
            },
        )
    }

    /// Description and session length go together: leaving one out may reset it (IAM API reference, UpdateRole).
    fn settings(&self, desired: &Attributes) -> Option<StepDraft> {
        if !self.is_changed(field::DESCRIPTION) && !self.is_changed(field::MAX_SESSION_DURATION) {
            return None;
        }
        let text = |field: FieldName| desired.get(&FieldPath::new(field)).and_then(wire);
        let mut call = self
            .call("UpdateRole")
            .with("Description", text(field::DESCRIPTION).unwrap_or_default());
        if let Some(seconds) = text(field::MAX_SESSION_DURATION) {
            call = call.with("MaxSessionDuration", seconds);
        }
        Some(
            StepDraft::new(
                format!(
                    "update description and session length of role {}",
                    self.role
                ),
                call,
            )
            .stage(GAINS),
        )
    }

    fn trust(&self, desired: &Attributes) -> Option<StepDraft> {
        if !self.is_changed(field::TRUST_POLICY) {
            return None;
        }
        let document = desired
            .get(&FieldPath::new(field::TRUST_POLICY))
            .and_then(wire)?;
        let call = self
            .call("UpdateAssumeRolePolicy")
            .with("PolicyDocument", document);
        let draft = StepDraft::new(
            format!("update the trust policy of role {}", self.role),
            call,
        );
        Some(draft.stage(GAINS).needs(self.principals()))
    }

    fn tags(&self, desired: &Attributes) -> Vec<StepDraft> {
        let changed = self.lowering.changed;
        let set = tags::changed_parameter(changed, desired).map(|list| {
            StepDraft::new(
                format!("tag role {}", self.role),
                self.call("TagRole").with("Tags", list),
            )
            .stage(GAINS)
        });
        let removed = tags::removed_parameter(changed, desired).map(|keys| {
            let call = self.call("UntagRole").with("TagKeys", keys);
            StepDraft::new(format!("remove tags from role {}", self.role), call).stage(LOSSES)
        });
        set.into_iter().chain(removed).collect()
    }

    /// Whether what is there and what shall be there fit beside each other for a moment: every policy at its
    /// longer one of two lengths.
    fn has_room(&self, field: FieldName) -> bool {
        let mut sizes: BTreeMap<FieldPath, usize> = BTreeMap::new();
        for (path, value) in self.observed().into_iter().chain(self.desired()) {
            if path.field == field {
                let size = sizes.entry(path).or_default();
                *size = super::size(&value).max(*size);
            }
        }
        let (used, key, published) = match field {
            field::MANAGED_POLICIES => (sizes.len(), ATTACHMENTS_QUOTA, ATTACHMENTS),
            _ => (sizes.values().sum(), INLINE_QUOTA, ROLE_INLINE_LIMIT),
        };
        let quota = self.lowering.quotas.get(key).copied();
        used as u64 <= quota.unwrap_or(published as u64)
    }
}

/// A value as it goes into a call.
fn wire(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Policy(document) => Some(document.wire()),
        Value::Present | Value::Link(_) => None,
    }
}
