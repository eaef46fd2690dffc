//! Instances in the sandbox's starting world: those of the stack, those that it gives profiles to, and those that use its
//! profiles all the same; and what new ones are launched with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::account::{item, member};
use super::seed::{Seeding, plain};
use crate::model::{
    Address, FieldPath, Instance, Link, NAME_TAG, Observed, Resource, STACK_TAG, Selector, Value,
    field, kind,
};

impl Seeding<'_> {
    /// An instance of the stack.
    pub(super) fn launched(&mut self, address: &Address, observed: &Observed) {
        let Some(id) = &observed.id else { return };
        self.instance(id, observed);
        let traits = self.account.instance(id);
        member(
            traits,
            "tags",
            STACK_TAG,
            self.desired.stack.name.as_str().into(),
        );
        member(traits, "tags", NAME_TAG, address.name.as_str().into());
        let protected = observed.facts.termination_protected;
        traits.insert("disableApiTermination".to_owned(), protected.into());
        for (path, value) in &observed.attributes {
            let field = path.field.as_str();
            match (field, path.member.as_deref(), value) {
                ("userData", _, Value::Text(text)) => {
                    traits.insert(field.to_owned(), STANDARD.encode(text).into());
                }
                ("terminationProtection", _, Value::Bool(protected)) => {
                    traits.insert("disableApiTermination".to_owned(), (*protected).into());
                }
                ("securityGroupIds", Some(group), _) => item(traits, field, group.into()),
                ("tags" | "metadataOptions", Some(name), value) => {
                    member(traits, field, name, plain(value));
                }
                ("imageId" | "instanceType" | "keyName" | "subnetId", _, value) => {
                    traits.insert(field.to_owned(), plain(value));
                }
                _ => {}
            }
        }
        self.uses(id, observed, None);
    }

    pub(super) fn associated(&mut self, address: &Address, observed: &Observed) {
        if let Some(id) = &address.member {
            self.instance(id, observed);
            self.uses(id, observed, observed.id.as_ref());
        }
    }

    fn instance(&mut self, id: &str, observed: &Observed) {
        let here = &self.live.setting.region;
        let region = observed.facts.region.as_ref().unwrap_or(here).as_str();
        let state = observed.facts.instance_state.as_ref();
        let traits = self.account.instance(id);
        traits.insert("region".to_owned(), region.into());
        traits.extend(state.map(|state| ("state".to_owned(), state.as_str().into())));
    }

    /// The profile that an instance has, by the id of the association where that is known.
    fn uses(&mut self, id: &str, observed: &Observed, association: Option<&String>) {
        let profile = observed
            .attributes
            .get(&FieldPath::new(field::INSTANCE_PROFILE));
        let Some(Value::Link(Link {
            name, id: unique, ..
        })) = profile
        else {
            return;
        };
        if !self.is_seen(kind::INSTANCE_PROFILE, name) {
            self.account.profile_in_name(name, unique.as_ref());
        }
        let traits = self.account.instance(id);
        let mut made = json!({ "instanceProfile": name });
        let known = traits.get("association").map(|known| known["id"].clone());
        if let Some(id) = association.map(|id| id.as_str().into()).or(known) {
            made["id"] = id;
        }
        traits.insert("association".to_owned(), made);
    }

    /// Instances that the stack does not declare use its profiles all the same.
    pub(super) fn users_of_profiles(&mut self) {
        for (profile, instances) in &self.live.users {
            for Instance { id, state, region } in instances {
                let traits = self.account.instance(id);
                let here = &self.live.setting.region;
                let region = region.as_ref().unwrap_or(here).as_str();
                traits.insert("region".to_owned(), region.into());
                traits.extend(
                    state
                        .iter()
                        .map(|state| ("state".to_owned(), state.as_str().into())),
                );
                if !traits.contains_key("association") {
                    let made = json!({ "instanceProfile": profile.name });
                    traits.insert("association".to_owned(), made);
                }
            }
        }
    }

    /// Instances have the tags that they were found by.
    pub(super) fn selected(&mut self) {
        for (address, ids) in &self.live.selected {
            let declared = self.desired.resources.get(address);
            let Some(Selector::Tags { tags, .. }) = declared.and_then(|one| one.selector.as_ref())
            else {
                continue;
            };
            for id in ids {
                let traits = self.account.instance(id);
                for (key, value) in tags {
                    member(traits, "tags", key, value.as_str().into());
                }
            }
        }
    }

    /// What an instance is launched with.
    pub(super) fn offered(&mut self, resource: &Resource) {
        let here = &self.live.setting.region;
        let region = resource.region.as_ref().unwrap_or(here);
        let offers = self.account.offers.entry(region.clone()).or_default();
        for (path, value) in &resource.attributes {
            match (path.field.as_str(), path.member.as_ref(), value) {
                ("imageId" | "keyName" | "subnetId", None, Value::Text(text)) => {
                    offers.insert(text.clone());
                }
                ("securityGroupIds", Some(group), _) => drop(offers.insert(group.clone())),
                _ => {}
            }
        }
    }
}
