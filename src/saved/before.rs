//! What a plan found: the state of every resource that it touches, in a form in which equal states are equal, whatever
//! order AWS answers in.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::digest::sha256;
use crate::kinds;
use crate::model::{
    Address, Desired, FactName, FieldPath, Instance, KindName, Link, Live, Observed, Value,
};
use crate::plan::{Action, Change, Edit, Plan};
use crate::policy;

/// A resource as a plan found it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Before {
    /// Whether the plan changes it. What is only referred to may change, as long as it stays the same one and refers to the
    /// same ones.
    pub changes: bool,
    /// The digest of all that must not have changed; none for what was not there.
    pub fingerprint: Option<String>,
    /// The resource; none when it was not there.
    pub observed: Option<Observed>,
    /// The instances that used it, where more of them would be hurt by the plan and it was seen which ones do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<Instance>>,
}

/// What the plan found of everything that `touched` names.
pub fn before(plan: &Plan, touched: &Desired, live: &Live) -> BTreeMap<Address, Before> {
    let changed: BTreeMap<&Address, &Change> = plan
        .effective()
        .map(|change| (&change.address, change))
        .collect();
    let addresses: BTreeSet<&Address> = touched
        .resources
        .keys()
        .chain(changed.keys().copied())
        .collect();
    let partition = plan.setting.partition.name();
    let one = |address: &Address| {
        let change = changed.get(address).copied();
        let observed = live.resources.get(address).cloned();
        Before {
            changes: change.is_some(),
            fingerprint: observed
                .as_ref()
                .map(|observed| fingerprint(address.kind, observed, partition)),
            observed,
            users: change
                .filter(|change| hurts(change) && live.unseen_users.is_none())
                .map(|_| live.users.get(address).cloned().unwrap_or_default()),
        }
    };
    addresses
        .into_iter()
        .map(|address| (address.clone(), one(address)))
        .collect()
}

/// Whether a change does something to the instances that use a resource that nobody has accepted for others. Whether any
/// used it when it was planned does not matter: an outage without users then may have users now.
fn hurts(change: &Change) -> bool {
    let serves = kinds::find(change.address.kind).serves_instances();
    let takes_away = matches!(change.action, Action::Delete | Action::Replace);
    serves && (takes_away || change.edits.iter().any(empties))
}

/// Whether it lets go of what it held. What came back under its name is broken already: nothing is lost by putting it right.
fn empties(edit: &Edit) -> bool {
    let Some(Value::Link(before)) = &edit.before else {
        return false;
    };
    !matches!(&edit.after, Some(Value::Link(after)) if after.name == before.name && after.id.is_some())
}

/// One thing that makes up a resource's state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Its unique id.
    Id,
    /// The stack that owns it.
    Owner,
    /// A field.
    Field(FieldPath),
    /// What else steps have to know.
    Fact(FactName),
}

/// The state of a resource, in canonical form.
pub(super) fn state(
    kind: KindName,
    observed: &Observed,
    partition: &str,
) -> BTreeMap<Part, String> {
    let Observed {
        attributes,
        id,
        owner,
        service_linked: _,
        // Follows from the id.
        created: _,
        facts,
        // Follow from the fields.
        references: _,
        // What was not looked at is no part of what was found.
        unknown: _,
    } = observed;
    let mut state = BTreeMap::new();
    state.extend(id.clone().map(|id| (Part::Id, id)));
    state.extend(owner.clone().map(|owner| (Part::Owner, owner)));
    let fields = attributes.iter();
    state.extend(
        fields.map(|(path, value)| (Part::Field(path.clone()), canonical(value, partition))),
    );
    let volatile = kinds::find(kind).volatile_facts();
    let facts = facts.texts().into_iter();
    let facts = facts.filter(|(name, _)| !volatile.contains(name));
    state.extend(facts.map(|(name, text)| (Part::Fact(name), text)));
    state
}

/// A value as text that is equal for values that mean the same.
fn canonical(value: &Value, partition: &str) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Present => String::new(),
        Value::Policy(document) => policy::canonical(document, partition),
        Value::Link(Link {
            name,
            id,
            target: _,
        }) => {
            let id = id.as_deref().unwrap_or("an unknown id");
            format!("{name} ({id})")
        }
    }
}

/// The digest of a resource's state.
pub(super) fn fingerprint(kind: KindName, observed: &Observed, partition: &str) -> String {
    let lines = state(kind, observed, partition)
        .into_iter()
        .map(|(part, value)| {
            let name = match part {
                Part::Id => "id".to_owned(),
                Part::Owner => "owner".to_owned(),
                Part::Field(path) => format!("field {path}"),
                Part::Fact(name) => format!("fact {name}"),
            };
            // As JSON, so that no value can look like two.
            format!("{}\n", json!([name, value]))
        });
    sha256(&lines.collect::<String>())
}
