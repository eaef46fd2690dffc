//! The sandbox's starting world: what a plan saw of AWS, and what else has to be there for its calls to succeed as they
//! would in AWS. Of what is only named nothing more is known than that AWS would know it, and that is taken on trust.
//! How a resource is planted is its kind's.

use crate::catalogue;
use crate::kinds::{self, Kind, Planted, Seed, tags};
use crate::model::{
    Address, Attributes, Desired, Link, Live, Observed, Partition, Resource, Selector, Value,
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
        seed: Seed::new(&desired.stack.name, setting),
        desired,
        live,
    };
    for (address, observed) in &live.resources {
        seeding.seen(address, observed);
    }
    for (profile, instances) in &live.users {
        for instance in instances {
            seeding.seed.user_of(&profile.name, instance);
        }
    }
    seeding.selected();
    for resource in desired.resources.values() {
        if !live.unseen.contains_key(&resource.address) {
            seeding.declared(resource);
        }
    }
    seeding.principals();
    seeding.policies();
    Ok(seeding.seed.text())
}

/// A seed in the making.
struct Seeding<'a> {
    seed: Seed,
    desired: &'a Desired,
    live: &'a Live,
}

impl Seeding<'_> {
    fn seen(&mut self, address: &Address, observed: &Observed) {
        let kind = kinds::find(address.kind);
        let attributes = &self.known(address, observed);
        let planted = Planted::Seen {
            address,
            observed,
            attributes,
        };
        kind.plant(&planted, &mut self.seed);
        self.named(kind, attributes, |_| true);
    }

    /// What has to be there for a declaration to come true. What it names of the stack comes by itself.
    fn declared(&mut self, resource: &Resource) {
        let kind = kinds::find(resource.address.kind);
        let is_seen = self.live.resources.contains_key(&resource.address);
        kind.plant(&Planted::Declared { resource, is_seen }, &mut self.seed);
        self.named(kind, &resource.attributes, |link| link.target.is_none());
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

    /// The resources that fields name, and the principals that policies do.
    fn named(&mut self, kind: &dyn Kind, attributes: &Attributes, counts: impl Fn(&Link) -> bool) {
        for (path, value) in attributes {
            match value {
                Value::Policy(document) => self.seed.name_principals(document),
                Value::Link(link) if counts(link) => {
                    if let Some(kind) =
                        kinds::field(kind.name(), path.field).and_then(|field| field.links)
                    {
                        self.plant_named(kinds::find(kind), &link.name, link.id.as_deref(), None);
                    }
                }
                Value::Link(_)
                | Value::Text(_)
                | Value::Number(_)
                | Value::Bool(_)
                | Value::Present => {}
            }
        }
    }

    fn plant_named(&mut self, kind: &dyn Kind, name: &str, id: Option<&str>, path: Option<&str>) {
        if !self
            .live
            .resources
            .contains_key(&Address::new(kind.name(), name))
        {
            kind.plant(&Planted::Named { name, id, path }, &mut self.seed);
        }
    }

    /// Instances have the tags that they were found by.
    fn selected(&mut self) {
        for (address, ids) in &self.live.selected {
            let declared = self.desired.resources.get(address);
            let Some(Selector::Tags { tags, .. }) = declared.and_then(|one| one.selector.as_ref())
            else {
                continue;
            };
            for id in ids {
                let instance = self.seed.instance(id);
                for (key, value) in tags {
                    instance.member(tags::FIELD.as_str(), key, value.as_str());
                }
            }
        }
    }

    /// Resources and users of the account that policies name. Those of the stack come as they come.
    fn principals(&mut self) {
        let scope = &self.live.setting;
        let user = scope.iam_arn("user", "/", "");
        for principal in std::mem::take(&mut self.seed.principals) {
            for (kind, shape) in kinds::with_arns().filter(|(_, shape)| shape.is_principal) {
                if let Some((path, name)) = shape.parts(scope, &principal)
                    && !self.is_declared(&Address::new(shape.kind, name))
                {
                    self.plant_named(kind, name, None, Some(path));
                }
            }
            if let Some(user) = principal.strip_prefix(&user) {
                let start = user.rfind('/').map_or(0, |slash| slash + 1);
                let (path, name) = user.split_at(start);
                self.seed.user(name).set("path", format!("/{path}"));
            }
        }
    }

    fn is_declared(&self, address: &Address) -> bool {
        self.desired.resources.contains_key(address) && !self.live.unseen.contains_key(address)
    }

    /// A policy of AWS that nobody has yet is only there if it is known: a typo is what a rehearsal should find.
    fn policies(&mut self) {
        let Seed {
            policies,
            named_policies,
            ..
        } = &mut self.seed;
        let is_aws = |arn: &str| arn.contains(":iam::aws:");
        let exists = |arn: &String| !is_aws(arn) || catalogue::managed_policy(arn).is_some();
        policies.extend(std::mem::take(named_policies).into_iter().filter(exists));
    }
}
