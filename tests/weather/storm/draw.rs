//! Draws a storm from its seed. What a legal storm may not hold is put right next door, in `legal`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::SignedDuration;
use rolewright::sandbox::{InstanceState, Rate, Throttle, Weather};
use serde_json::{Value, json};

use super::dice::Dice;
use super::legal;
use super::scene::{
    AWAY, Case, Content, Course, Document, Facts, HOME, Live, Machine, Mode, Owner, Principal,
    ProfileSpec, REVOCATION, RoleSpec, Row, Scene, Tags, Target, Wish,
};

const PATHS: [&str; 3] = ["/", "/team/", "/team/web/"];
const DESCRIPTIONS: [Option<&str>; 4] = [None, Some("first"), Some("second: größer"), None];
const SESSIONS: [u32; 3] = [3600, 7200, 43200];
const MANAGED: [&str; 4] = [
    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
    "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM",
];
const BOUNDARIES: [Option<&str>; 3] = [
    None,
    Some("arn:aws:iam::aws:policy/PowerUserAccess"),
    Some("arn:aws:iam::aws:policy/ReadOnlyAccess"),
];
const POLICIES: [&str; 4] = ["Read", "Write", "Logs", REVOCATION];
/// What a missing permission may be about: actions that most plans send.
const DENIABLE: [&str; 9] = [
    "iam:CreateRole",
    "iam:CreateInstanceProfile",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:AddRoleToInstanceProfile",
    "iam:DeleteRole",
    "ec2:AssociateIamInstanceProfile",
    "ec2:ReplaceIamInstanceProfileAssociation",
    "ec2:DisassociateIamInstanceProfile",
];
/// States that do not become others: what a selector finds must not depend on when it looks.
const STATES: [&[&str]; 3] = [&["running", "pending"], &["stopped", "stopping"], &[]];

/// The storm of a seed.
pub(super) fn scene(seed: u64) -> Scene {
    let dice = &mut Dice::new(seed);
    let destroy = dice.percent(18);
    let mut scene = Scene {
        stack_tags: some_tags(dice, &["Team"]),
        prune: dice.percent(75),
        destroy,
        roles: Vec::new(),
        profiles: Vec::new(),
        instances: Vec::new(),
        associations: Vec::new(),
        weather: Weather::calm(),
        course: Course::Whole,
        denied: None,
        clear_sight: dice.percent(60),
        vanishes: None,
    };
    scene.roles = roles(dice);
    scene.profiles = profiles(dice, &scene);
    scene.instances = machines(dice, &scene);
    scene.associations = documents(dice, &scene);
    (scene.weather, scene.course, scene.denied) = sky(dice, seed);
    legal::make(&mut scene);
    if scene.course == Course::Whole && scene.denied.is_none() && !scene.destroy {
        let names: Vec<String> = scene.foreign_names().into_iter().collect();
        scene.vanishes = dice.maybe(30, &names);
    }
    scene
}

fn roles(dice: &mut Dice) -> Vec<Case<Facts, RoleSpec>> {
    let ours: Vec<String> = (0..dice.from(1, 4)).map(|n| format!("role-{n}")).collect();
    let theirs: Vec<String> = (0..dice.from(1, 2))
        .map(|n| format!("their-role-{n}"))
        .collect();
    let all: Vec<String> = ours.iter().chain(&theirs).cloned().collect();
    let mut cases = Vec::new();
    for name in ours {
        let owner = if dice.percent(88) {
            Owner::Ours
        } else {
            Owner::Nobody
        };
        let live = dice.percent(70).then(|| Live {
            owner,
            facts: facts(dice, &all),
            recent: dice.percent(15),
        });
        let want = match dice.from(1, 100) {
            1..=14 if live.is_some() => Wish::Nothing,
            15..=26 => Wish::Absent,
            _ => Wish::Present(role_spec(dice, &name, live.as_ref(), &all)),
        };
        cases.push(Case { name, live, want });
    }
    for name in theirs {
        let owner = if dice.percent(50) {
            Owner::Other
        } else {
            Owner::Nobody
        };
        let live = Some(Live {
            owner,
            facts: facts(dice, &all),
            recent: dice.percent(15),
        });
        let want = Wish::Nothing;
        cases.push(Case { name, live, want });
    }
    cases
}

fn facts(dice: &mut Dice, all: &[String]) -> Facts {
    let mut managed = BTreeSet::new();
    for arn in MANAGED {
        if dice.percent(30) {
            managed.insert(arn);
        }
    }
    Facts {
        path: dice.pick::<&str>(&PATHS),
        description: *dice.pick(&DESCRIPTIONS),
        session: *dice.pick(&SESSIONS),
        trust: trust(dice, all),
        inline: inline(dice),
        managed,
        boundary: *dice.pick(&BOUNDARIES),
        tags: some_tags(dice, &["Team", "Cost", "Note"]),
    }
}

fn trust(dice: &mut Dice, all: &[String]) -> BTreeSet<Principal> {
    let mut trust = BTreeSet::from([Principal::Service("ec2.amazonaws.com")]);
    if dice.percent(20) {
        trust.insert(Principal::Service("lambda.amazonaws.com"));
    }
    if dice.percent(10) {
        trust.insert(Principal::Account);
    }
    trust.extend(dice.maybe(35, all).map(Principal::Role));
    if dice.percent(6) {
        trust.insert(Principal::Dead);
    }
    trust
}

fn inline(dice: &mut Dice) -> BTreeMap<String, Value> {
    let mut inline = BTreeMap::new();
    for name in POLICIES {
        if dice.percent(if name == REVOCATION { 8 } else { 35 }) {
            inline.insert(name.to_owned(), policy(dice));
        }
    }
    inline
}

/// A policy; one in two ways of writing it.
fn policy(dice: &mut Dice) -> Value {
    let action = *dice.pick(&["s3:GetObject", "s3:PutObject", "logs:PutLogEvents"]);
    let resource = "arn:aws:s3:::shop/*";
    if dice.percent(50) {
        let statement = json!([{ "Effect": "Allow", "Action": [action], "Resource": [resource] }]);
        json!({ "Version": "2012-10-17", "Statement": statement })
    } else {
        let statement = json!({ "Effect": "Allow", "Action": action, "Resource": resource });
        json!({ "Version": "2012-10-17", "Statement": statement })
    }
}

fn some_tags(dice: &mut Dice, keys: &[&str]) -> Tags {
    let mut tags = Tags::new();
    for key in keys {
        if dice.percent(35) {
            let value = *dice.pick(&["web", "data", ""]);
            tags.insert((*key).to_owned(), value.to_owned());
        }
    }
    tags
}

/// Partly as it is, partly not.
fn role_spec(dice: &mut Dice, name: &str, live: Option<&Live<Facts>>, all: &[String]) -> RoleSpec {
    let fresh = facts(dice, all);
    let mut facts = live.map_or_else(|| fresh.clone(), |live| live.facts.clone());
    if live.is_some() {
        let mut changes = |percent: usize| dice.percent(percent);
        if changes(22) {
            facts.path = fresh.path;
        }
        if changes(25) {
            facts.description = fresh.description;
        }
        if changes(25) {
            facts.session = fresh.session;
        }
        if changes(30) {
            facts.trust = fresh.trust;
        }
        if changes(40) {
            facts.inline = fresh.inline;
        }
        if changes(40) {
            facts.managed = fresh.managed;
        }
        if changes(25) {
            facts.boundary = fresh.boundary;
        }
        if changes(30) {
            facts.tags = fresh.tags;
        }
    }
    facts.trust.remove(&Principal::Dead);
    facts.inline.remove(REVOCATION);
    let modes = [
        Mode::Exclusive,
        Mode::Exclusive,
        Mode::Additive,
        Mode::Ignore,
    ];
    let (inline_mode, managed_mode) = (*dice.pick(&modes), *dice.pick(&modes));
    match inline_mode {
        Mode::Exclusive => {}
        Mode::Additive => facts.inline.retain(|_, _| dice.percent(50)),
        Mode::Ignore => facts.inline.clear(),
    }
    if managed_mode == Mode::Ignore {
        facts.managed.clear();
    }
    let revoked = inline_mode != Mode::Ignore && dice.percent(8);
    let sugar = dice.percent(15).then(|| name.to_owned());
    RoleSpec {
        facts,
        inline_mode,
        managed_mode,
        revoked,
        sugar,
    }
}

fn profiles(dice: &mut Dice, scene: &Scene) -> Vec<Case<Content, ProfileSpec>> {
    let there: Vec<String> = names(scene, |role| role.live.is_some());
    let wanted: Vec<String> = names(scene, |role| {
        role.wanted().is_some() || role.owner() == Some(Owner::Other)
    });
    let mut cases = Vec::new();
    for role in &scene.roles {
        let Some((spec, name)) = role.wanted().and_then(|s| Some((s, s.sugar.clone()?))) else {
            continue;
        };
        let content = Content {
            path: spec.facts.path,
            role: Some(role.name.clone()),
            tags: spec.facts.tags.clone(),
        };
        let live = dice.percent(50).then(|| content_now(dice, &there));
        let live = live.map(|facts| ours(dice, facts));
        let by_sugar = true;
        let want = Wish::Present(ProfileSpec { content, by_sugar });
        cases.push(Case { name, live, want });
    }
    for n in 0..dice.from(1, 3) {
        let live = dice.percent(70).then(|| content_now(dice, &there));
        let mut live = live.map(|facts| ours(dice, facts));
        if let Some(live) = &mut live
            && dice.percent(12)
        {
            live.owner = Owner::Nobody;
        }
        let want = match dice.from(1, 100) {
            1..=14 if live.is_some() => Wish::Nothing,
            15..=26 => Wish::Absent,
            _ => Wish::Present(profile_spec(dice, live.as_ref(), &wanted)),
        };
        let name = format!("profile-{n}");
        cases.push(Case { name, live, want });
    }
    for n in 0..dice.from(1, 2) {
        let facts = content_now(dice, &there);
        let mut live = ours(dice, facts);
        live.owner = if dice.percent(50) {
            Owner::Other
        } else {
            Owner::Nobody
        };
        let want = Wish::Nothing;
        let name = format!("their-profile-{n}");
        let live = Some(live);
        cases.push(Case { name, live, want });
    }
    cases
}

fn names(scene: &Scene, which: impl Fn(&Case<Facts, RoleSpec>) -> bool) -> Vec<String> {
    let roles = scene.roles.iter().filter(|role| which(role));
    roles.map(|role| role.name.clone()).collect()
}

fn content_now(dice: &mut Dice, roles: &[String]) -> Content {
    Content {
        path: dice.pick::<&str>(&PATHS),
        role: dice.maybe(75, roles),
        tags: some_tags(dice, &["Team", "Cost"]),
    }
}

fn ours(dice: &mut Dice, facts: Content) -> Live<Content> {
    Live {
        owner: Owner::Ours,
        facts,
        recent: dice.percent(15),
    }
}

fn profile_spec(dice: &mut Dice, live: Option<&Live<Content>>, roles: &[String]) -> ProfileSpec {
    let mut content = content_now(dice, roles);
    if let Some(Live { facts, .. }) = live {
        let kept = facts.role.clone();
        let may_stay = kept.as_ref().is_none_or(|role| roles.contains(role));
        if may_stay && dice.percent(60) {
            content.role = kept;
        }
        if dice.percent(85) {
            content.path = facts.path;
        }
        if dice.percent(60) {
            content.tags = facts.tags.clone();
        }
    }
    ProfileSpec {
        content,
        by_sugar: false,
    }
}

fn machines(dice: &mut Dice, scene: &Scene) -> Vec<Machine> {
    let mut profiles: Vec<String> = scene
        .profiles
        .iter()
        .map(|profile| profile.name.clone())
        .collect();
    profiles.push("vanished".to_owned());
    let fleets = ["red", "blue"].map(str::to_owned);
    let machine = |n| {
        let state = match dice.from(1, 100) {
            1..=50 => InstanceState::Running,
            51..=70 => InstanceState::Stopped,
            71..=79 => InstanceState::Pending,
            80..=88 => InstanceState::Stopping,
            89..=94 => InstanceState::ShuttingDown,
            _ => InstanceState::Terminated,
        };
        Machine {
            id: format!("i-0{n:016x}"),
            region: if dice.percent(70) { HOME } else { AWAY },
            state,
            fleet: dice.maybe(55, &fleets),
            row: row(dice, state, &profiles),
        }
    };
    let count = dice_count(scene);
    (0..count).map(machine).collect()
}

/// A few more instances where there are more profiles.
fn dice_count(scene: &Scene) -> usize {
    scene.profiles.len() + 2
}

fn row(dice: &mut Dice, state: InstanceState, profiles: &[String]) -> Row {
    let profile = dice.pick(profiles).clone();
    let other = dice.pick(profiles).clone();
    let former = dice.percent(15);
    let settled = Row::One {
        profile: profile.clone(),
        former,
        coming: false,
    };
    match (dice.from(1, 100), state) {
        (_, InstanceState::Terminated) | (1..=30, _) => Row::None,
        (31..=80, _) | (_, InstanceState::ShuttingDown) => settled,
        (81..=87, InstanceState::Running | InstanceState::Stopped) => Row::One {
            profile,
            former: false,
            coming: true,
        },
        (88..=94, InstanceState::Running | InstanceState::Stopped) => Row::Going { profile },
        (_, InstanceState::Running) if other != profile => Row::Swap {
            from: profile,
            to: other,
        },
        _ => settled,
    }
}

fn documents(dice: &mut Dice, scene: &Scene) -> Vec<Document> {
    let mut profiles: Vec<String> = Vec::new();
    for profile in &scene.profiles {
        let is_theirs = profile.owner() == Some(Owner::Other);
        if profile.wanted().is_some() || is_theirs {
            profiles.push(profile.name.clone());
        }
    }
    let mut free: Vec<&Machine> = scene.instances.iter().collect();
    let mut documents = Vec::new();
    for n in 0..dice.from(0, 3) {
        let region = if dice.percent(75) { HOME } else { AWAY };
        let target = if dice.percent(50) {
            let fleet = *dice.pick(&["red", "blue"]);
            let states = *dice.pick(&STATES);
            Target::Fleet {
                name: fleet.to_owned(),
                states: (!states.is_empty()).then_some(states),
            }
        } else {
            let here = free.iter().filter(|machine| machine.region == region);
            let mut ids: Vec<String> = here.map(|machine| machine.id.clone()).collect();
            ids.truncate(dice.from(1, 3));
            Target::Ids(ids)
        };
        let detached = dice.percent(18);
        let document = Document {
            name: format!("fleet-{n}"),
            region,
            target,
            profile: dice.maybe(if detached { 50 } else { 100 }, &profiles),
            detached,
            rollout: dice.percent(25).then(|| (dice.from(1, 2), dice.from(0, 3))),
        };
        let claimed: Vec<String> = scene
            .members(&document)
            .iter()
            .map(|machine| machine.id.clone())
            .collect();
        let is_free = |id: &String| free.iter().any(|machine| machine.id == *id);
        if claimed.iter().all(is_free) {
            free.retain(|machine| !claimed.contains(&machine.id));
            documents.push(document);
        }
    }
    documents
}

fn sky(dice: &mut Dice, seed: u64) -> (Weather, Course, Option<&'static str>) {
    let milliseconds = |most: usize, dice: &mut Dice| {
        SignedDuration::from_millis(i64::try_from(dice.from(0, most)).expect("it is small"))
    };
    let rate = |dice: &mut Dice| Rate {
        capacity: 5.0 + dice.share(25.0),
        refill_per_second: 3.0 + dice.share(12.0),
        shared: false,
    };
    let throttle = Throttle {
        iam: Some(rate(dice)),
        ec2: Some(rate(dice)),
        ..Throttle::default()
    };
    let slow = Weather {
        seed,
        propagation_delay: milliseconds(10_000, dice).into(),
        latency: milliseconds(80, dice).into(),
        association_delay: milliseconds(4_000, dice).into(),
        instance_delay: milliseconds(6_000, dice).into(),
        ..Weather::calm()
    };
    let storm = Weather {
        throttle,
        server_errors: dice.share(0.08),
        lost_responses: dice.share(0.08),
        stale_reads: dice.share(0.3),
        concurrent_modifications: dice.share(0.08),
        short_pages: dice.share(0.3),
        ..slow.clone()
    };
    let moment = Duration::from_millis(u64::try_from(dice.from(0, 14_000)).expect("it is small"));
    let denied = *dice.pick(&DENIABLE);
    match dice.from(1, 100) {
        1..=8 => (slow, Course::Whole, None),
        9..=16 => (slow, Course::Whole, Some(denied)),
        17..=34 => (storm, Course::StoppedAfter(moment), None),
        35..=56 => (storm, Course::KilledAfter(moment), None),
        _ => (storm, Course::Whole, None),
    }
}
