//! Makes a storm's world: what is old stands there at once, what is young is made through the API right before.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rolewright::cloud::{Parameter, Service, WriteCall};
use rolewright::sandbox::{
    Association, AssociationState, Iam, Instance, InstanceProfile, InstanceState, Role, World,
};

use super::scene::{
    Case, Content, FLEET, Facts, Live, Machine, OWNER_TAG, Owner, ProfileSpec, RoleSpec, Row,
    STACK, Scene, Tags,
};
use super::words;

/// When what is old was made: 2025-01-01T00:00:00Z.
const LONG_AGO: Timestamp = Timestamp::constant(1_735_689_600, 0);

/// The world as it is when the story begins, without what is young.
pub(super) fn world(scene: &Scene, dawn: Timestamp) -> World {
    let mut world = World::fresh();
    let pattern = instance_pattern(&world);
    world.regions.clear();
    for role in &scene.roles {
        if let Some(live) = role.live.as_ref().filter(|live| !live.recent) {
            let planted = self::role(&role.name, live);
            world.iam.roles.insert(Iam::key(&role.name), planted);
        }
    }
    for profile in &scene.profiles {
        if let Some(live) = profile.live.as_ref().filter(|live| !live.recent) {
            let planted = self::profile(&profile.name, live);
            let key = Iam::key(&profile.name);
            world.iam.instance_profiles.insert(key, planted);
        }
    }
    for machine in &scene.instances {
        let region = world.regions.entry(machine.region.to_owned()).or_default();
        let planted = instance(machine, &pattern, dawn);
        region.instances.insert(machine.id.clone(), planted);
        for row in rows(machine, scene, dawn) {
            region.associations.insert(row.id.clone(), row);
        }
    }
    world
}

/// The calls that make what is young, in order.
pub(super) fn calls(scene: &Scene) -> Vec<WriteCall> {
    let mut calls = Vec::new();
    for role in &scene.roles {
        if let Some(live) = role.live.as_ref().filter(|live| live.recent) {
            calls.extend(role_calls(role, live));
        }
    }
    for profile in &scene.profiles {
        if let Some(live) = profile.live.as_ref().filter(|live| live.recent) {
            calls.extend(profile_calls(profile, live));
        }
    }
    calls
}

/// The unique id of something that was planted: its name, filled up.
fn unique_id(prefix: &str, name: &str) -> String {
    let letters = name.to_ascii_uppercase().replace('-', "");
    format!("{prefix}{letters:X<17}")
}

fn owned(tags: &Tags, owner: Owner) -> Tags {
    let mut tags = tags.clone();
    match owner {
        Owner::Ours => drop(tags.insert(OWNER_TAG.to_owned(), STACK.to_owned())),
        Owner::Other => drop(tags.insert(OWNER_TAG.to_owned(), "another".to_owned())),
        Owner::Nobody => {}
    }
    tags
}

/// A trust policy as IAM keeps it: roles by their unique ids.
fn kept_trust(facts: &Facts) -> String {
    words::trust(&facts.trust, |name| unique_id("AROA", name)).to_string()
}

fn role(name: &str, live: &Live<Facts>) -> Role {
    let facts = &live.facts;
    let inline = facts.inline.iter();
    Role {
        name: name.to_owned(),
        path: facts.path.to_owned(),
        id: unique_id("AROA", name),
        created: LONG_AGO,
        description: facts.description.map(str::to_owned),
        max_session_duration: facts.session,
        trust_policy: kept_trust(facts),
        inline_policies: inline
            .map(|(name, policy)| (name.clone(), policy.to_string()))
            .collect(),
        attached_policies: facts.managed.iter().map(|arn| (*arn).to_owned()).collect(),
        permissions_boundary: facts.boundary.map(str::to_owned),
        tags: owned(&facts.tags, live.owner),
    }
}

fn profile(name: &str, live: &Live<Content>) -> InstanceProfile {
    InstanceProfile {
        name: name.to_owned(),
        path: live.facts.path.to_owned(),
        id: unique_id("AIPA", name),
        created: LONG_AGO,
        role: live.facts.role.clone(),
        tags: owned(&live.facts.tags, live.owner),
    }
}

fn instance_pattern(world: &World) -> Instance {
    let mut instances = world
        .regions
        .values()
        .flat_map(|one| one.instances.values());
    instances.next().expect("a fresh world has some").clone()
}

fn instance(machine: &Machine, pattern: &Instance, dawn: Timestamp) -> Instance {
    let mut tags = BTreeMap::from([("Name".to_owned(), machine.id.clone())]);
    if let Some(fleet) = &machine.fleet {
        tags.insert(FLEET.to_owned(), fleet.clone());
    }
    let passes = matches!(
        machine.state,
        InstanceState::Pending | InstanceState::Stopping | InstanceState::ShuttingDown
    );
    Instance {
        id: machine.id.clone(),
        reservation: machine.id.replace("i-", "r-"),
        state: machine.state,
        changes_at: passes.then(|| dawn + SignedDuration::from_secs(5)),
        tags,
        ..pattern.clone()
    }
}

fn rows(machine: &Machine, scene: &Scene, dawn: Timestamp) -> Vec<Association> {
    let row = |number: usize, profile: &str, former: bool, state: AssociationState| {
        let case = scene.profile(profile);
        let live = case.and_then(|case| case.live.as_ref());
        let path = live.map_or("/", |live| live.facts.path);
        let known = live.is_some() && !former;
        let whose = if known { profile } else { "formerly" };
        let passes = state != AssociationState::Associated;
        Association {
            id: machine.id.replace("i-", &format!("iip-assoc-{number}")),
            instance: machine.id.clone(),
            profile_arn: words::arn("instance-profile", path, profile),
            profile_id: unique_id("AIPA", whose),
            state,
            changes_at: passes.then(|| dawn + SignedDuration::from_secs(4)),
            made: LONG_AGO,
        }
    };
    match &machine.row {
        Row::None => Vec::new(),
        Row::One {
            profile,
            former,
            coming,
        } => {
            let state = if *coming {
                AssociationState::Associating
            } else {
                AssociationState::Associated
            };
            vec![row(1, profile, *former, state)]
        }
        Row::Going { profile } => vec![row(1, profile, false, AssociationState::Disassociating)],
        Row::Swap { from, to } => vec![
            row(1, from, false, AssociationState::Disassociating),
            row(2, to, false, AssociationState::Associating),
        ],
    }
}

fn tag_list(tags: &Tags) -> Parameter {
    let pairs = tags.iter();
    pairs
        .map(|(key, value)| {
            Parameter::map([
                ("Key", key.as_str().into()),
                ("Value", value.as_str().into()),
            ])
        })
        .collect()
}

fn role_calls(role: &Case<Facts, RoleSpec>, live: &Live<Facts>) -> Vec<WriteCall> {
    let facts = &live.facts;
    let about = |action| WriteCall::new(Service::Iam, action).with("RoleName", role.name.as_str());
    let mut create = about("CreateRole")
        .with("Path", facts.path)
        .with("MaxSessionDuration", facts.session.to_string())
        .with("AssumeRolePolicyDocument", kept_trust(facts))
        .with("Tags", tag_list(&owned(&facts.tags, live.owner)));
    if let Some(description) = facts.description {
        create = create.with("Description", description);
    }
    if let Some(boundary) = facts.boundary {
        create = create.with("PermissionsBoundary", boundary);
    }
    let mut calls = vec![create];
    for (name, policy) in &facts.inline {
        let put = about("PutRolePolicy").with("PolicyName", name.as_str());
        calls.push(put.with("PolicyDocument", policy.to_string()));
    }
    for arn in &facts.managed {
        calls.push(about("AttachRolePolicy").with("PolicyArn", *arn));
    }
    calls
}

fn profile_calls(profile: &Case<Content, ProfileSpec>, live: &Live<Content>) -> Vec<WriteCall> {
    let about = |action| {
        WriteCall::new(Service::Iam, action).with("InstanceProfileName", profile.name.as_str())
    };
    let create = about("CreateInstanceProfile")
        .with("Path", live.facts.path)
        .with("Tags", tag_list(&owned(&live.facts.tags, live.owner)));
    let held = live.facts.role.as_deref();
    let add = held.map(|role| about("AddRoleToInstanceProfile").with("RoleName", role));
    std::iter::once(create).chain(add).collect()
}
