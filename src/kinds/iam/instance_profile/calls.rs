//! The calls that make, change and delete an instance profile. A role is taken out only when the one that comes
//! instead is complete.

use crate::cloud::{Condition, Expect, ReadCall, Service, WriteCall};
use crate::kinds::{Lowering, StepDraft, StepDrafts, tags};
use crate::model::{Action, Attributes, FieldPath, Link, STACK_TAG, Value, field};

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let calls = Calls {
        profile: lowering.live_name,
        lowering,
    };
    match lowering.action {
        Action::Create => StepDrafts {
            teardown: Vec::new(),
            build: calls.create(),
        },
        Action::Update => StepDrafts {
            teardown: calls.release(),
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
    profile: &'a str,
    lowering: &'a Lowering<'a>,
}

impl Calls<'_> {
    fn call(&self, action: &str) -> WriteCall {
        WriteCall::new(Service::Iam, action).with("InstanceProfileName", self.profile)
    }

    fn desired(&self) -> Attributes {
        self.lowering
            .desired
            .map(|resource| resource.attributes.clone())
            .unwrap_or_default()
    }

    fn create(&self) -> Vec<StepDraft> {
        let desired = self.desired();
        let mut call = self
            .call("CreateInstanceProfile")
            .with("Tags", tags::parameter(&desired));
        if let Some(Value::Text(path)) = desired.get(&FieldPath::new(field::PATH)) {
            call = call.with("Path", path.clone());
        }
        let create = StepDraft::new(format!("create instance profile {}", self.profile), call)
            .goal(self.condition("carry the tag of its stack", self.owner_tag()))
            .makes();
        std::iter::once(create).chain(self.add()).collect()
    }

    fn owner_tag(&self) -> Expect {
        let owner = self.owner();
        let tag = Expect::All(vec![
            Expect::is(&["Key"], STACK_TAG),
            Expect::is(&["Value"], &owner),
        ]);
        let path = match self.desired().remove(&FieldPath::new(field::PATH)) {
            Some(Value::Text(path)) => path,
            _ => "/".to_owned(),
        };
        Expect::All(vec![
            Expect::any(&["InstanceProfile", "Tags"], tag),
            Expect::is(&["InstanceProfile", "Path"], &path),
        ])
    }

    fn owner(&self) -> String {
        match self
            .desired()
            .get(&FieldPath::member(field::TAGS, STACK_TAG))
        {
            Some(Value::Text(owner)) => owner.clone(),
            _ => String::new(),
        }
    }

    fn condition(&self, about: &str, expect: Expect) -> Condition {
        let read = ReadCall::new(Service::Iam, "GetInstanceProfile")
            .with("InstanceProfileName", self.profile);
        Condition {
            about: format!("instance profile {} to {about}", self.profile),
            read,
            expect,
            hopeless: None,
        }
    }

    fn add(&self) -> Option<StepDraft> {
        let Some(Value::Link(role)) = self.desired().remove(&FieldPath::new(field::ROLE)) else {
            return None;
        };
        let holds = self.holds(&role);
        let Link {
            name,
            id: _,
            target,
        } = role;
        let call = self
            .call("AddRoleToInstanceProfile")
            .with("RoleName", name.clone());
        let draft = StepDraft::new(
            format!("add role {name} to instance profile {}", self.profile),
            call,
        );
        // Credentials of the former role work as long as it is there: it may go when the other one has come.
        let former = self.former().filter(|former| former.name != name);
        Some(
            draft
                .stage(1)
                .needs(target)
                .frees(former.and_then(|former| former.target))
                .goal(self.condition(&format!("hold role {name}"), holds)),
        )
    }

    /// What shows that the role has arrived. A read that lags behind still shows what is made anew in this run, the
    /// profile or the role in it: the ids tell those from what bears their names now.
    fn holds(&self, role: &Link) -> Expect {
        let mut member = vec![Expect::is(&["RoleName"], &role.name)];
        let is_remade = role.target.is_some() && role.id.is_none();
        let former = self.former().filter(|former| former.name == role.name);
        if let Some(former) = former.filter(|_| is_remade).and_then(|former| former.id) {
            member.push(Expect::is(&["RoleId"], &former).negated());
        }
        let held = Expect::any(&["InstanceProfile", "Roles"], Expect::All(member));
        let observed = self.lowering.observed;
        let replaced = observed.filter(|_| self.lowering.action == Action::Replace);
        match replaced.and_then(|profile| profile.id.as_ref()) {
            None => held,
            Some(old) => {
                let is_old = Expect::is(&["InstanceProfile", "InstanceProfileId"], old);
                Expect::All(vec![held, is_old.negated()])
            }
        }
    }

    /// The role it holds before the change.
    fn former(&self) -> Option<Link> {
        let observed = self.lowering.observed?;
        match observed.attributes.get(&FieldPath::new(field::ROLE)) {
            Some(Value::Link(link)) => Some(link.clone()),
            _ => None,
        }
    }

    fn remove(&self) -> Option<StepDraft> {
        let Link {
            name,
            id: _,
            target,
        } = self.former()?;
        let call = self
            .call("RemoveRoleFromInstanceProfile")
            .with("RoleName", name.clone());
        let draft = StepDraft::new(
            format!("remove role {name} from instance profile {}", self.profile),
            call,
        );
        Some(draft.releases(target.clone()).gone_is_done())
    }

    /// Takes the old role out when another one comes, or none; not before the new one is complete, so that
    /// a role that cannot be made leaves the profile as it was.
    fn release(&self) -> Vec<StepDraft> {
        let changes = self
            .lowering
            .changed
            .iter()
            .any(|path| path.field == field::ROLE);
        let target = |attributes: &Attributes| match attributes.get(&FieldPath::new(field::ROLE)) {
            Some(Value::Link(link)) => link.target.clone(),
            _ => None,
        };
        let old = self
            .lowering
            .observed
            .and_then(|observed| target(&observed.attributes));
        let new = target(&self.desired()).filter(|new| old.as_ref() != Some(new));
        self.remove()
            .filter(|_| changes)
            .map(|draft| draft.needs(new))
            .into_iter()
            .collect()
    }

    fn update(&self) -> Vec<StepDraft> {
        let desired = self.desired();
        let changed = self.lowering.changed;
        let add = self
            .add()
            .filter(|_| changed.iter().any(|path| path.field == field::ROLE));
        let set = tags::changed_parameter(changed, &desired).map(|list| {
            StepDraft::new(
                format!("tag instance profile {}", self.profile),
                self.call("TagInstanceProfile").with("Tags", list),
            )
        });
        let removed = tags::removed_parameter(changed, &desired).map(|keys| {
            let call = self.call("UntagInstanceProfile").with("TagKeys", keys);
            StepDraft::new(
                format!("remove tags from instance profile {}", self.profile),
                call,
            )
        });
        [add.map(|draft| draft.stage(0)), set, removed]
            .into_iter()
            .flatten()
            .collect()
    }

    fn delete(&self) -> Vec<StepDraft> {
        let delete = StepDraft::new(
            format!("delete instance profile {}", self.profile),
            self.call("DeleteInstanceProfile"),
        );
        self.remove()
            .into_iter()
            .chain(std::iter::once(delete.stage(1).removes()))
            .collect()
    }

    fn adopt(&self) -> Vec<StepDraft> {
        let owner = self.owner();
        let call = self
            .call("TagInstanceProfile")
            .with("Tags", tags::owner_parameter(&owner));
        vec![StepDraft::new(
            format!(
                "tag instance profile {} as owned by stack {owner}",
                self.profile
            ),
            call,
        )]
    }
}
