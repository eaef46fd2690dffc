//! The sandbox's starting world: what a plan saw of AWS, and what else has to be there for its calls to succeed as they
//! would in AWS. Of what is only named nothing more is known than that AWS would know it, and that is taken on trust.

use serde_json::Value as Json;

use super::account::{Account, Traits, item, member};
use crate::catalogue;
use crate::model::{
    Address, Attributes, Desired, FieldPath, KindName, Link, Live, Observed, Partition, Resource,
    Value, field, kind,
};

/// The seed of a sandbox that looks to the plan as AWS did; or what the sandbox cannot be. `desired` must not be
/// expanded.
pub fn seed(desired: &Desired, live: &Live) -> Result<String, Vec<String>> {
    let setting = &live.setting;
    if setting.partition != Partition::Aws {
        return Err(vec![format!(
            "partition {}: the sandbox has only aws",
            setting.partition
        )]);
    }
    let mut seeding = Seeding {
        account: Account::default(),
        desired,
        live,
    };
    live.resources
        .iter()
        .for_each(|(address, observed)| seeding.plant(address, observed));
    seeding.users_of_profiles();
    seeding.selected();
    for resource in desired.resources.values() {
        if !live.unseen.contains_key(&resource.address) {
            seeding.needed(resource);
        }
    }
    Ok(seeding.account.text(&setting.account))
}

/// A seed in the making.
pub(super) struct Seeding<'a> {
    pub(super) account: Account,
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Live,
}

impl Seeding<'_> {
    fn plant(&mut self, address: &Address, observed: &Observed) {
        match address.kind {
            kind::ROLE => self.role(address, observed),
            kind::INSTANCE_PROFILE => self.profile(address, observed),
            kind::INSTANCE => self.launched(address, observed),
            kind::INSTANCE_ASSOCIATION => self.associated(address, observed),
            kind::USER_POLICY => self.user_policy(&observed.attributes),
            kind::BUCKET_DENY => self.bucket(observed),
            _ => {}
        }
        self.named(&observed.attributes, true);
    }

    fn role(&mut self, address: &Address, observed: &Observed) {
        let attributes = self.known(address, observed);
        let traits = self.account.role(&address.name);
        identified(traits, observed);
        for (path, value) in &attributes {
            let (field, name) = (path.field.as_str(), path.member.as_deref());
            match (field, name, value) {
                ("managedPolicies", Some(arn), _) => item(traits, field, arn.into()),
                (_, Some(name), value) => member(traits, field, name, plain(value)),
                (_, None, value) => drop(traits.insert(field.to_owned(), plain(value))),
            }
        }
    }

    fn profile(&mut self, address: &Address, observed: &Observed) {
        let attributes = self.known(address, observed);
        let traits = self.account.profile(&address.name);
        identified(traits, observed);
        for (path, value) in &attributes {
            match (&path.member, value) {
                (Some(name), value) => member(traits, path.field.as_str(), name, plain(value)),
                (None, value) => drop(traits.insert(path.field.to_string(), plain(value))),
            }
        }
        for value in attributes.values() {
            if let Value::Link(Link { name, id, .. }) = value {
                let role = self.account.role(name);
                let id = id.as_ref().filter(|_| !role.contains_key("id"));
                role.extend(id.map(|id| ("id".to_owned(), id.as_str().into())));
            }
        }
    }

    /// The fields of a resource. What was not looked at passes for what is declared, as it does in the plan.
    fn known(&self, address: &Address, observed: &Observed) -> Attributes {
        let mut attributes = observed.attributes.clone();
        let declared = self.desired.resources.get(address);
        let declared = declared.into_iter().flat_map(|one| &one.attributes);
        let unknown = declared.filter(|(path, _)| observed.unknown.contains(&path.field));
        attributes.extend(unknown.map(|(path, value)| (path.clone(), value.clone())));
        attributes
    }

    pub(super) fn is_seen(&self, kind: KindName, name: &str) -> bool {
        let address = Address::new(kind, name);
        self.live.resources.contains_key(&address)
    }

    fn user_policy(&mut self, attributes: &Attributes) {
        let text = |field| match attributes.get(&FieldPath::new(field)) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let Some(user) = text(field::USER) else {
            return;
        };
        let policy = text(field::POLICY_NAME).zip(attributes.get(&FieldPath::new(field::POLICY)));
        let traits = self.account.user(user);
        if let Some((name, policy)) = policy {
            member(traits, "inlinePolicies", name, plain(policy));
        }
    }

    /// A bucket with its policy, byte for byte.
    fn bucket(&mut self, observed: &Observed) {
        let Some(Value::Text(name)) = observed.attributes.get(&FieldPath::new(field::BUCKET))
        else {
            return;
        };
        let (region, policy) = (
            observed.facts.region.as_ref(),
            observed.facts.bucket_policy.as_ref(),
        );
        if let Some(policy) = policy {
            let document = crate::policy::Document::observed(policy);
            self.principals(&document);
        }
        let traits = self.account.bucket(name);
        traits.extend(region.map(|region| ("region".to_owned(), region.as_str().into())));
        traits.extend(policy.map(|policy| ("policy".to_owned(), policy.as_str().into())));
    }

    /// What has to be there for a declaration to come true.
    fn needed(&mut self, resource: &Resource) {
        let attributes = &resource.attributes;
        let there = self.live.resources.contains_key(&resource.address);
        match resource.address.kind {
            kind::USER_POLICY if !there => {
                let mut user = attributes.clone();
                user.remove(&FieldPath::new(field::POLICY));
                self.user_policy(&user);
            }
            kind::INSTANCE => self.offered(resource),
            _ => {}
        }
        self.named(attributes, false);
        for value in attributes.values() {
            match value {
                Value::Link(Link {
                    name,
                    id,
                    target: None,
                }) => {
                    if resource.address.kind == kind::INSTANCE_PROFILE {
                        self.account.role(name);
                    } else if !self.is_seen(kind::INSTANCE_PROFILE, name) {
                        self.account.profile_in_name(name, id.as_ref());
                    }
                }
                Value::Link(_)
                | Value::Text(_)
                | Value::Number(_)
                | Value::Bool(_)
                | Value::Present
                | Value::Policy(_) => {}
            }
        }
    }

    /// Policies and principals that are named. A policy of AWS that nobody has yet is only there if it is known: a
    /// typo is what a rehearsal should find.
    fn named(&mut self, attributes: &Attributes, exists: bool) {
        for (path, value) in attributes {
            let arn = match (path.field.as_str(), &path.member, value) {
                ("managedPolicies", Some(arn), _)
                | ("permissionsBoundary", None, Value::Text(arn)) => Some(arn),
                _ => None,
            };
            let is_aws = |arn: &str| arn.contains(":iam::aws:");
            let is_there =
                |arn: &&String| exists || !is_aws(arn) || catalogue::managed_policy(arn).is_some();
            self.account.policies.extend(arn.filter(is_there).cloned());
            if let Value::Policy(document) = value {
                self.principals(document);
            }
        }
    }

    /// Roles and users of the account that a policy names. Those of the stack come as they come.
    fn principals(&mut self, document: &crate::policy::Document) {
        let start = format!("arn:aws:iam::{}:", self.live.setting.account);
        for principal in document.principals() {
            let Some((kind, path)) = principal
                .strip_prefix(&start)
                .and_then(|rest| rest.split_once('/'))
            else {
                continue;
            };
            let (path, name) = path.rsplit_once('/').map_or_else(
                || ("/".to_owned(), path),
                |(path, name)| (format!("/{path}/"), name),
            );
            match kind {
                "role" if !self.comes(name) => {
                    let traits = self.account.role(name);
                    traits.entry("path").or_insert_with(|| path.into());
                }
                "user" => drop(
                    self.account
                        .user(name)
                        .insert("path".to_owned(), path.into()),
                ),
                _ => {}
            }
        }
    }

    /// Whether a role is seen, or is made by the plan.
    fn comes(&self, role: &str) -> bool {
        let address = Address::new(kind::ROLE, role);
        let is_declared = self.desired.resources.contains_key(&address)
            && !self.live.unseen.contains_key(&address);
        is_declared || self.live.resources.contains_key(&address)
    }
}

fn identified(traits: &mut Traits, observed: &Observed) {
    let id = observed.id.as_ref();
    traits.extend(id.map(|id| ("id".to_owned(), id.as_str().into())));
}

/// A value as a seed has it. Of other resources it knows the name.
pub(super) fn plain(value: &Value) -> Json {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Number(number) => (*number).into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Present => true.into(),
        Value::Policy(document) => document.json().clone(),
        Value::Link(Link { name, .. }) => name.as_str().into(),
    }
}
