//! Holds the world against the storm's wish: field by field, without asking the product what it thinks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use rolewright::sandbox::{Association, AssociationState, Iam, InstanceProfile, Role, World};
use serde_json::{Value, json};

use super::scene::{
    Case, Content, Document, Facts, Machine, Mode, Owner, ProfileSpec, REVOCATION, RoleSpec, Scene,
    Wish,
};
use super::words;

/// What is wrong with the world, one sentence each.
pub(super) struct Judge<'a> {
    pub(super) scene: &'a Scene,
    /// The world before, with everything come to rest.
    pub(super) before: &'a World,
    /// The world after, the same.
    pub(super) after: &'a World,
    /// Whether every run went to its end: what a role that is made anew had beside its declaration does not survive one
    /// that was cut off in between.
    pub(super) undisturbed: bool,
    pub(super) faults: Vec<String>,
}

impl Judge<'_> {
    /// Looks at everything.
    pub(super) fn sentence(mut self) -> Vec<String> {
        for role in &self.scene.roles {
            self.role(role);
        }
        for profile in &self.scene.profiles {
            self.profile(profile);
        }
        self.rest();
        self.instances();
        self.faults
    }

    fn same<T: PartialEq + Debug>(&mut self, what: &str, is: &T, shall: &T) {
        if is != shall {
            let fault = format!("{what}: is {is:?}, shall be {shall:?}");
            self.faults.push(fault);
        }
    }

    fn role(&mut self, case: &Case<Facts, RoleSpec>) {
        let (name, scene) = (&case.name, self.scene);
        let what = format!("role {name}");
        let (before, after) = (self.before.iam.role(name), self.after.iam.role(name));
        let ours = case.owner() == Some(Owner::Ours);
        match &case.want {
            _ if scene.destroy && ours => self.same(&what, &after, &None),
            Wish::Nothing if scene.prune && ours => self.same(&what, &after, &None),
            _ if scene.destroy => self.same(&what, &after, &before),
            Wish::Nothing => self.same(&what, &after, &before),
            Wish::Absent => self.same(&what, &after, &None),
            Wish::Present(spec) => match after {
                Some(after) => self.declared_role(&what, spec, (before, after), case),
                None => self.faults.push(format!("{what} is not there")),
            },
        }
    }

    fn declared_role(
        &mut self,
        what: &str,
        spec: &RoleSpec,
        (before, after): (Option<&Role>, &Role),
        case: &Case<Facts, RoleSpec>,
    ) {
        let facts = &spec.facts;
        self.same(&format!("{what}: name"), &after.name, &case.name);
        self.same(&format!("{what}: path"), &after.path.as_str(), &facts.path);
        let description = after.description.as_deref();
        self.same(
            &format!("{what}: description"),
            &description,
            &facts.description,
        );
        let session = after.max_session_duration;
        self.same(&format!("{what}: session"), &session, &facts.session);
        let boundary = after.permissions_boundary.as_deref();
        self.same(&format!("{what}: boundary"), &boundary, &facts.boundary);
        let tags = self.scene.all_tags(&facts.tags);
        self.same(&format!("{what}: tags"), &after.tags, &tags);
        let trust = meaning(&named_trust(&after.trust_policy, &self.after.iam));
        let wanted = meaning(&words::trust(&facts.trust, |name| self.arn_of(name)));
        self.same(&format!("{what}: trust"), &trust, &wanted);
        let replaced = case.is_replaced(self.scene);
        if let Some(before) = before {
            let is_other = after.id != before.id;
            self.same(&format!("{what}: made anew"), &is_other, &replaced);
        }
        if self.undisturbed || !replaced {
            self.policies(what, spec, (before, after), replaced);
        }
    }

    fn policies(
        &mut self,
        what: &str,
        spec: &RoleSpec,
        (before, after): (Option<&Role>, &Role),
        replaced: bool,
    ) {
        let nothing = BTreeMap::new();
        let had = before.map_or(&nothing, |before| &before.inline_policies);
        let mut inline: BTreeMap<&str, Value> = BTreeMap::new();
        for (name, text) in had {
            let stays = spec.inline_mode != Mode::Exclusive || name == REVOCATION;
            let declared =
                spec.facts.inline.contains_key(name) || (spec.revoked && name == REVOCATION);
            if stays && !declared {
                inline.insert(name, meaning(&parsed(text)));
                let now = after.inline_policies.get(name);
                if !replaced {
                    self.same(&format!("{what}: undeclared {name}"), &now, &Some(text));
                }
            }
        }
        for (name, policy) in &spec.facts.inline {
            inline.insert(name, meaning(policy));
        }
        if spec.revoked {
            inline.insert(REVOCATION, meaning(&revocation()));
        }
        let are: BTreeMap<&str, Value> = after
            .inline_policies
            .iter()
            .map(|(name, text)| (name.as_str(), meaning(&parsed(text))))
            .collect();
        self.same(&format!("{what}: inline policies"), &are, &inline);
        let mut managed: BTreeSet<String> = match (spec.managed_mode, before) {
            (Mode::Exclusive, _) | (_, None) => BTreeSet::new(),
            (Mode::Additive | Mode::Ignore, Some(before)) => before.attached_policies.clone(),
        };
        managed.extend(spec.facts.managed.iter().map(|arn| (*arn).to_owned()));
        let are = &after.attached_policies;
        self.same(&format!("{what}: managed policies"), are, &managed);
    }

    fn arn_of(&self, name: &str) -> String {
        let role = self.after.iam.role(name);
        role.map_or_else(|| name.to_owned(), |role| self.after.iam.role_arn(role))
    }

    fn profile(&mut self, case: &Case<Content, ProfileSpec>) {
        let (name, scene) = (&case.name, self.scene);
        let what = format!("profile {name}");
        let (before, after) = (self.before.iam.profile(name), self.after.iam.profile(name));
        let ours = case.owner() == Some(Owner::Ours);
        match &case.want {
            _ if scene.destroy && ours => self.same(&what, &after, &None),
            Wish::Nothing if scene.prune && ours => self.same(&what, &after, &None),
            _ if scene.destroy => self.same(&what, &after, &before),
            Wish::Nothing => self.same(&what, &after, &before),
            Wish::Absent => self.same(&what, &after, &None),
            Wish::Present(spec) => match after {
                Some(after) => self.declared_profile(&what, spec, (before, after), case),
                None => self.faults.push(format!("{what} is not there")),
            },
        }
    }

    fn declared_profile(
        &mut self,
        what: &str,
        spec: &ProfileSpec,
        (before, after): (Option<&InstanceProfile>, &InstanceProfile),
        case: &Case<Content, ProfileSpec>,
    ) {
        let Content { path, role, tags } = &spec.content;
        self.same(&format!("{what}: name"), &after.name, &case.name);
        self.same(&format!("{what}: path"), &after.path.as_str(), path);
        self.same(&format!("{what}: role"), &after.role, role);
        let tags = self.scene.all_tags(tags);
        self.same(&format!("{what}: tags"), &after.tags, &tags);
        if let Some(before) = before {
            let is_other = after.id != before.id;
            let shall = case.is_replaced(self.scene);
            self.same(&format!("{what}: made anew"), &is_other, &shall);
        }
    }

    /// Everything that the storm does not even know.
    fn rest(&mut self) {
        let rest = |world: &World| {
            let mut world = world.clone();
            for role in &self.scene.roles {
                world.iam.roles.remove(&Iam::key(&role.name));
            }
            for profile in &self.scene.profiles {
                let key = Iam::key(&profile.name);
                world.iam.instance_profiles.remove(&key);
            }
            for region in world.regions.values_mut() {
                region.associations.clear();
            }
            world
        };
        let (is, shall) = (rest(self.after), rest(self.before));
        self.same("the rest of the world", &is, &shall);
    }

    fn instances(&mut self) {
        let mut declared: BTreeMap<&str, &Document> = BTreeMap::new();
        for document in &self.scene.associations {
            let members = self.scene.members(document).into_iter();
            declared.extend(members.map(|machine| (machine.id.as_str(), document)));
        }
        for machine in &self.scene.instances {
            match declared.get(machine.id.as_str()) {
                Some(document) => self.declared(machine, document),
                None => self.untouched(machine),
            }
        }
    }

    fn untouched(&mut self, machine: &Machine) {
        let what = format!("associations of {}", machine.id);
        let (is, shall) = (rows(self.after, machine), rows(self.before, machine));
        self.same(&what, &is, &shall);
    }

    fn declared(&mut self, machine: &Machine, document: &Document) {
        let what = format!("associations of {}", machine.id);
        let had = rows(self.before, machine);
        let is_named = |row: &&Association| {
            document
                .profile
                .as_deref()
                .is_none_or(|name| row.profile_arn.ends_with(&format!("/{name}")))
        };
        let had_it = had.iter().any(|row| is_named(&row));
        match (self.scene.destroy, document.detached) {
            (true, false) | (false, true) if had_it => {
                self.same(&what, &rows(self.after, machine), &Vec::new());
            }
            (true, _) | (false, true) => self.untouched(machine),
            (false, false) => self.attached(machine, document),
        }
    }

    fn attached(&mut self, machine: &Machine, document: &Document) {
        let what = format!("associations of {}", machine.id);
        let name = document.profile.as_deref().unwrap_or_default();
        let Some(profile) = self.after.iam.profile(name) else {
            self.faults
                .push(format!("{what}: there is no profile {name}"));
            return;
        };
        let wanted = (
            self.after.iam.profile_arn(profile),
            profile.id.clone(),
            AssociationState::Associated,
        );
        let are: Vec<_> = rows(self.after, machine)
            .into_iter()
            .map(|row| (row.profile_arn, row.profile_id, row.state))
            .collect();
        self.same(&what, &are, &vec![wanted]);
        if self.has_nothing_to_do(machine, name) {
            self.untouched(machine);
        }
    }

    /// It has the profile already, and neither that nor what it holds is made anew.
    fn has_nothing_to_do(&self, machine: &Machine, name: &str) -> bool {
        let rows = rows(self.before, machine);
        let Some(case) = self.scene.profile(name) else {
            return false;
        };
        let before = self.before.iam.profile(name);
        let has_it = rows.len() == 1 && before.is_some_and(|one| one.id == rows[0].profile_id);
        let held = case
            .live
            .as_ref()
            .and_then(|live| live.facts.role.as_deref());
        let held = held.and_then(|role| self.scene.role(role));
        has_it && !case.goes(self.scene) && !held.is_some_and(|role| role.goes(self.scene))
    }
}

fn rows(world: &World, machine: &Machine) -> Vec<Association> {
    let region = world.regions.get(machine.region);
    let rows = region
        .into_iter()
        .flat_map(|region| region.associations_of(&machine.id));
    rows.cloned().collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

/// A kept trust policy with ARNs where IAM keeps unique ids.
fn named_trust(text: &str, iam: &Iam) -> Value {
    let mut text = text.to_owned();
    for role in iam.roles.values() {
        text = text.replace(&role.id, &iam.role_arn(role));
    }
    parsed(&text)
}

/// A policy such that equal meanings are equal: one for a list of one, lists in order, members in order.
fn meaning(value: &Value) -> Value {
    match value {
        Value::Array(list) if list.len() == 1 => meaning(&list[0]),
        Value::Array(list) => {
            let mut list: Vec<Value> = list.iter().map(meaning).collect();
            list.sort_by_key(Value::to_string);
            Value::Array(list)
        }
        Value::Object(map) => {
            let sorted: BTreeMap<&String, Value> = map
                .iter()
                .map(|(key, value)| (key, meaning(value)))
                .collect();
            json!(sorted)
        }
        other => other.clone(),
    }
}

/// What the console writes for "Revoke active sessions".
fn revocation() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": { "DateLessThan": { "aws:TokenIssueTime": words::REVOKED_BEFORE } }
        }
    })
}
