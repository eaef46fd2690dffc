//! The calls that make, change and delete a role. Their order here is one of safety: what bounds a role comes
//! first, what it gains next, what it loses last, unless the quota leaves no room for both.

use std::collections::BTreeMap;

use super::{ATTACHMENTS_QUOTA, INLINE_QUOTA};
use crate::cloud::{Condition, Expect, ReadCall, Service, WriteCall};
use crate::kinds::draft::Calls;
use crate::kinds::iam::tagged::Tagged;
use crate::kinds::{Lowering, StepDraft, StepDrafts, tags};
use crate::model::{Action, Attributes, FieldName, FieldPath, REVOCATION_POLICY, Value, field};
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

/// What it has in common with the other kind that carries IAM tags.
pub(super) fn tagged<'a>(lowering: &'a Lowering<'a>) -> Tagged<'a> {
    Tagged {
        api: "Role",
        noun: "role",
        lowering,
    }
}

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let role = tagged(lowering);
    RoleCalls { role, lowering }.drafts(lowering.action)
}

struct RoleCalls<'a> {
    role: Tagged<'a>,
    lowering: &'a Lowering<'a>,
}

impl Calls for RoleCalls<'_> {
    fn create(&self) -> Vec<StepDraft> {
        let wanted = self.lowering.wanted();
        let mut call = self.role.call("CreateRole");
        call = call.with("Tags", tags::parameter(wanted));
        for (field, parameter) in [
            (field::PATH, "Path"),
            (field::DESCRIPTION, "Description"),
            (field::TRUST_POLICY, "AssumeRolePolicyDocument"),
            (field::MAX_SESSION_DURATION, "MaxSessionDuration"),
            (field::PERMISSIONS_BOUNDARY, "PermissionsBoundary"),
        ] {
            if let Some(text) = wire(wanted, field) {
                call = call.with(parameter, text);
            }
        }
        let create = self
            .draft("create", call)
            .needs(self.lowering.required())
            .goal(self.role.is_ours())
            .makes();
        let policies = wanted.iter();
        let policies = policies.filter_map(|(path, value)| self.gain(path, value));
        std::iter::once(create).chain(policies).collect()
    }

    fn update(&self) -> StepDrafts {
        let (set, removed) = self.role.retag();
        let (wanted, changed) = (self.lowering.wanted(), self.lowering.changed);
        let plain = [
            self.boundary(),
            self.settings(),
            self.trust(),
            set.map(|draft| draft.stage(GAINS)),
            removed.map(|draft| draft.stage(LOSSES)),
        ];
        let gains = changed
            .iter()
            .filter_map(|path| self.gain(path, wanted.get(path)?));
        let losses = changed
            .iter()
            .filter(|path| !wanted.contains_key(path))
            .filter_map(|path| Some(self.loss(path)?.stage(self.loss_stage(path))));
        StepDrafts::build(plain.into_iter().flatten().chain(gains).chain(losses))
    }

    fn delete(&self) -> Vec<StepDraft> {
        let children = self.lowering.had().keys();
        let children = children.filter_map(|path| Some(self.loss(path)?.stage(FIRST)));
        let delete = self.draft("delete", self.role.call("DeleteRole"));
        let delete = delete.stage(GAINS).goal(self.role.is_gone()).removes();
        children.chain(std::iter::once(delete)).collect()
    }

    fn adopt(&self) -> Vec<StepDraft> {
        self.role.adopt()
    }
}

impl RoleCalls<'_> {
    /// A call whose title ends in the role: `put inline policy P on role R`.
    fn draft(&self, title: &str, call: WriteCall) -> StepDraft {
        StepDraft::new(format!("{title} {}", self.role.title()), call)
    }

    fn gain(&self, path: &FieldPath, value: &Value) -> Option<StepDraft> {
        let name = path.member.as_deref()?;
        let draft = match path.field {
            field::INLINE_POLICIES => {
                let call = self.role.call("PutRolePolicy").with("PolicyName", name);
                let call = call.with("PolicyDocument", value.as_policy()?.wire());
                self.draft(&format!("put inline policy {name} on"), call)
            }
            field::MANAGED_POLICIES => {
                let call = self.role.call("AttachRolePolicy").with("PolicyArn", name);
                self.draft(&format!("attach {name} to"), call)
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
        let before = self.lowering.had().get(path);
        self.lowering.action == Action::Update
            && before.is_some_and(|before| super::size(before) >= super::size(value))
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
                let call = self.role.call("DeleteRolePolicy").with("PolicyName", name);
                let draft = self.draft(&format!("delete inline policy {name} from"), call);
                draft.goal(self.lost("GetRolePolicy", Some(("PolicyName", name)), Expect::Missing))
            }
            field::MANAGED_POLICIES => {
                let call = self.role.call("DetachRolePolicy").with("PolicyArn", name);
                let attached = Expect::is(&["PolicyArn"], name);
                let none = Expect::no_item(&["AttachedPolicies"], attached);
                let draft = self.draft(&format!("detach {name} from"), call);
                draft.goal(self.lost("ListAttachedRolePolicies", None, none))
            }
            _ => return None,
        };
        Some(draft.stage(LOSSES).gone_is_done())
    }

    /// That the role no longer has something: asked after a removal without an answer.
    fn lost(&self, read: &str, member: Option<(&str, &str)>, expect: Expect) -> Condition {
        let condition = self.role.condition("have lost it", expect);
        let read = ReadCall::new(Service::Iam, read).with("RoleName", self.role.name());
        let read = match member {
            Some((parameter, name)) => read.with(parameter, name),
            None => read,
        };
        Condition { read, ..condition }
    }

    /// A new boundary comes before anything the role gains, the removal of one after all it loses.
    fn boundary(&self) -> Option<StepDraft> {
        if !self.lowering.changes(field::PERMISSIONS_BOUNDARY) {
            return None;
        }
        let Some(arn) = self.lowering.wanted().text(field::PERMISSIONS_BOUNDARY) else {
            let call = self.role.call("DeleteRolePermissionsBoundary");
            let draft = self.draft("remove the permissions boundary of", call);
            return Some(draft.stage(UNBOUND).gone_is_done());
        };
        let call = self.role.call("PutRolePermissionsBoundary");
        let call = call.with("PermissionsBoundary", arn);
        Some(self.draft(&format!("set permissions boundary {arn} on"), call))
    }

    /// Description and session length go together: leaving one out may reset it (IAM API reference, UpdateRole).
    fn settings(&self) -> Option<StepDraft> {
        let fields = [field::DESCRIPTION, field::MAX_SESSION_DURATION];
        if !fields.iter().any(|field| self.lowering.changes(*field)) {
            return None;
        }
        let [description, seconds] = fields.map(|field| wire(self.lowering.wanted(), field));
        let mut call = self.role.call("UpdateRole");
        call = call.with("Description", description.unwrap_or_default());
        if let Some(seconds) = seconds {
            call = call.with("MaxSessionDuration", seconds);
        }
        let draft = self.draft("update description and session length of", call);
        Some(draft.stage(GAINS))
    }

    fn trust(&self) -> Option<StepDraft> {
        if !self.lowering.changes(field::TRUST_POLICY) {
            return None;
        }
        let document = self.lowering.wanted().policy(field::TRUST_POLICY)?;
        let call = self.role.call("UpdateAssumeRolePolicy");
        let call = call.with("PolicyDocument", document.wire());
        let draft = self.draft("update the trust policy of", call);
        Some(draft.stage(GAINS).needs(self.lowering.required()))
    }

    /// Whether what is there and what shall be there fit beside each other for a moment: every policy at its
    /// longer one of two lengths.
    fn has_room(&self, field: FieldName) -> bool {
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for fields in [self.lowering.had(), self.lowering.wanted()] {
            for (name, value) in fields.members(field) {
                let size = sizes.entry(name).or_default();
                *size = super::size(value).max(*size);
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

/// The value of a plain field as it goes into a call.
fn wire(fields: &Attributes, field: FieldName) -> Option<String> {
    match fields.value(field)? {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Policy(document) => Some(document.wire()),
        Value::Bool(_) | Value::Present | Value::Link(_) => None,
    }
}
