//! The calls that make, change and delete an instance profile. A role is taken out only when the one that comes
//! instead is complete.

use crate::cloud::Expect;
use crate::kinds::draft::Calls;
use crate::kinds::iam::tagged::Tagged;
use crate::kinds::{Lowering, StepDraft, StepDrafts, tags};
use crate::model::{Action, Link, field};

/// What it has in common with the other kind that carries IAM tags.
pub(super) fn tagged<'a>(lowering: &'a Lowering<'a>) -> Tagged<'a> {
    Tagged {
        api: "InstanceProfile",
        noun: "instance profile",
        lowering,
    }
}

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let profile = tagged(lowering);
    ProfileCalls { profile, lowering }.drafts(lowering.action)
}

struct ProfileCalls<'a> {
    profile: Tagged<'a>,
    lowering: &'a Lowering<'a>,
}

impl Calls for ProfileCalls<'_> {
    fn create(&self) -> Vec<StepDraft> {
        let wanted = self.lowering.wanted();
        let mut call = self.profile.call("CreateInstanceProfile");
        call = call.with("Tags", tags::parameter(wanted));
        if let Some(path) = wanted.text(field::PATH) {
            call = call.with("Path", path);
        }
        let create = StepDraft::new(format!("create {}", self.profile.title()), call)
            .goal(self.profile.is_ours())
            .makes();
        std::iter::once(create).chain(self.add()).collect()
    }

    fn update(&self) -> StepDrafts {
        let changes = self.lowering.changes(field::ROLE);
        let (set, removed) = self.profile.retag();
        let add = self.add().filter(|_| changes).map(|draft| draft.stage(0));
        StepDrafts {
            teardown: self.release().filter(|_| changes).into_iter().collect(),
            build: [add, set, removed].into_iter().flatten().collect(),
        }
    }

    fn delete(&self) -> Vec<StepDraft> {
        let call = self.profile.call("DeleteInstanceProfile");
        let delete = StepDraft::new(format!("delete {}", self.profile.title()), call);
        let remove = self.remove().into_iter();
        let delete = delete.stage(1).goal(self.profile.is_gone()).removes();
        remove.chain([delete]).collect()
    }

    fn adopt(&self) -> Vec<StepDraft> {
        self.profile.adopt()
    }
}

impl<'a> ProfileCalls<'a> {
    /// The role that it shall hold.
    fn role(&self) -> Option<&'a Link> {
        self.lowering.wanted().link(field::ROLE)
    }

    /// The role that it holds before the change.
    fn former(&self) -> Option<&'a Link> {
        self.lowering.had().link(field::ROLE)
    }

    fn add(&self) -> Option<StepDraft> {
        let role = self.role()?;
        let name = role.name.as_str();
        let call = self.profile.call("AddRoleToInstanceProfile");
        let title = format!("add role {name} to {}", self.profile.title());
        // Credentials of the former role work as long as it is there: it may go when the other one has come.
        let former = self.former().filter(|former| former.name != name);
        let holds = self
            .profile
            .condition(&format!("hold role {name}"), self.holds(role));
        Some(
            StepDraft::new(title, call.with("RoleName", name))
                .stage(1)
                .needs(role.target.clone())
                .frees(former.and_then(|former| former.target.clone()))
                .goal(holds),
        )
    }

    /// What shows that the role has arrived. A read that lags behind still shows what is replaced in this run, the
    /// profile or the role in it: the ids tell those from what bears their names now.
    fn holds(&self, role: &Link) -> Expect {
        let mut member = vec![Expect::is(&["RoleName"], &role.name)];
        let is_remade = role.target.is_some() && role.id.is_none();
        let former = self.former().filter(|former| former.name == role.name);
        if let Some(former) = former
            .filter(|_| is_remade)
            .and_then(|former| former.id.as_ref())
        {
            member.push(Expect::is(&["RoleId"], former).negated());
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

    fn remove(&self) -> Option<StepDraft> {
        let Link {
            name,
            id: _,
            target,
        } = self.former()?;
        let call = self.profile.call("RemoveRoleFromInstanceProfile");
        let title = format!("remove role {name} from {}", self.profile.title());
        let is_held = Expect::is(&["RoleName"], name);
        let none = Expect::no_item(&["InstanceProfile", "Roles"], is_held);
        let goal = self
            .profile
            .condition(&format!("hold role {name} no longer"), none);
        let draft = StepDraft::new(title, call.with("RoleName", name.clone())).goal(goal);
        Some(draft.releases(target.clone()).gone_is_done())
    }

    /// Takes the old role out when another one comes, or none; not before the new one is complete, so that
    /// a role that cannot be made leaves the profile as it was.
    fn release(&self) -> Option<StepDraft> {
        let [old, new] = [self.former(), self.role()].map(|role| role?.target.clone());
        let new = new.filter(|new| old.as_ref() != Some(new));
        Some(self.remove()?.needs(new))
    }
}
