//! Whether the storms of a usual run meet everything they are there for. A generator that no longer draws something would
//! otherwise pass without a word.

use std::collections::BTreeMap;

use super::scene::{
    AWAY, Case, Content, Course, Document, Facts, Machine, Mode, Owner, Principal, ProfileSpec,
    RoleSpec, Row, Scene, Target, Wish,
};
use super::{SEEDS, draw};

/// In how many of all storms each thing has to occur.
const OFTEN_ENOUGH: usize = 10;

type Role = Case<Facts, RoleSpec>;
type Profile = Case<Content, ProfileSpec>;

#[test]
fn the_storms_meet_everything() {
    let mut census: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..SEEDS {
        for (what, is_met) in met(&draw::scene(seed)) {
            *census.entry(what).or_default() += usize::from(is_met);
        }
    }
    let rare: Vec<_> = census
        .iter()
        .filter(|(_, count)| **count < OFTEN_ENOUGH)
        .collect();
    assert!(rare.is_empty(), "{rare:?} of {census:#?}");
}

#[expect(clippy::too_many_lines, reason = "a list of all that there is to meet")]
fn met(scene: &Scene) -> Vec<(&'static str, bool)> {
    let role = |which: &dyn Fn(&Role) -> bool| scene.roles.iter().any(which);
    let profile = |which: &dyn Fn(&Profile) -> bool| scene.profiles.iter().any(which);
    let document = |which: &dyn Fn(&Document) -> bool| {
        let members = |one: &Document| !scene.members(one).is_empty();
        !scene.destroy
            && scene
                .associations
                .iter()
                .any(|one| members(one) && which(one))
    };
    let member = |which: &dyn Fn(&Machine) -> bool| {
        document(&|one| !one.detached && scene.members(one).into_iter().any(which))
    };
    let bystander = |which: &dyn Fn(&Machine) -> bool| {
        let declared = |machine: &Machine| {
            let mut documents = scene.associations.iter();
            documents.any(|one| scene.members(one).iter().any(|it| it.id == machine.id))
        };
        scene
            .instances
            .iter()
            .any(|one| !declared(one) && which(one))
    };
    let orphan = |case: Option<Owner>, is_declared: bool| case == Some(Owner::Ours) && !is_declared;
    vec![
        ("everything goes", scene.destroy),
        (
            "a role is made",
            role(&|one| one.live.is_none() && one.wanted().is_some()),
        ),
        ("a role is made anew", role(&|one| one.is_replaced(scene))),
        ("a role is adopted", role(&Case::is_adopted)),
        (
            "a role shall go",
            role(&|one| absent(one) && one.owner() == Some(Owner::Ours)),
        ),
        (
            "an orphaned role goes",
            scene.prune && role(&|one| orphan(one.owner(), !matches!(one.want, Wish::Nothing))),
        ),
        (
            "an orphaned role stays",
            !scene.prune && role(&|one| orphan(one.owner(), !matches!(one.want, Wish::Nothing))),
        ),
        (
            "a role adds to policies",
            role(&|one| keeps(one, Mode::Additive)),
        ),
        (
            "a role ignores policies",
            role(&|one| keeps(one, Mode::Ignore)),
        ),
        (
            "policies survive a replacement",
            role(&|one| one.is_replaced(scene) && keeps(one, Mode::Additive)),
        ),
        (
            "sessions are revoked",
            role(&|one| one.wanted().is_some_and(|spec| spec.revoked)),
        ),
        (
            "a role brings its profile",
            role(&|one| one.wanted().is_some_and(|spec| spec.sugar.is_some())),
        ),
        ("a role trusts another", role(&trusts_a_role)),
        (
            "a role is young",
            role(&|one| one.live.as_ref().is_some_and(|live| live.recent)),
        ),
        (
            "a profile is made anew",
            profile(&|one| one.is_replaced(scene)),
        ),
        ("a profile is adopted", profile(&Case::is_adopted)),
        (
            "a profile shall go",
            profile(&|one| absent(one) && one.live.is_some()),
        ),
        (
            "a profile is young",
            profile(&|one| one.live.as_ref().is_some_and(|live| live.recent)),
        ),
        (
            "a role is handed over",
            profile(&|one| is_handed_over(one, scene)),
        ),
        (
            "instances are found by tags",
            document(&|one| matches!(one.target, Target::Fleet { .. })),
        ),
        (
            "instances are found by state",
            document(&|one| {
                matches!(
                    one.target,
                    Target::Fleet {
                        states: Some(_),
                        ..
                    }
                )
            }),
        ),
        (
            "instances go in waves",
            document(&|one| one.rollout.is_some() && scene.members(one).len() > 1),
        ),
        (
            "instances are elsewhere",
            document(&|one| one.region == AWAY),
        ),
        (
            "instances are detached",
            document(&|one| one.detached && one.profile.is_none()),
        ),
        (
            "one profile is detached",
            document(&|one| one.detached && one.profile.is_some()),
        ),
        (
            "others' profiles are attached",
            document(&|one| {
                let theirs = one.profile.as_ref().and_then(|name| scene.profile(name));
                !one.detached && theirs.is_some_and(|case| case.owner() == Some(Owner::Other))
            }),
        ),
        (
            "an instance is pending",
            member(&|one| one.state.name() == "pending"),
        ),
        (
            "an instance is stopping",
            member(&|one| one.state.name() == "stopping"),
        ),
        (
            "an instance is stopped",
            member(&|one| one.state.name() == "stopped"),
        ),
        (
            "a former profile",
            member(&|one| matches!(one.row, Row::One { former: true, .. })),
        ),
        (
            "a profile is coming",
            member(&|one| matches!(one.row, Row::One { coming: true, .. })),
        ),
        (
            "a profile is going",
            member(&|one| matches!(one.row, Row::Going { .. })),
        ),
        (
            "two profiles at once",
            member(&|one| matches!(one.row, Row::Swap { .. })),
        ),
        (
            "a bystander with a profile",
            bystander(&|one| one.row.active().is_some()),
        ),
        (
            "a bystander that ends",
            bystander(&|one| one.state.name() == "shutting-down"),
        ),
        ("Ctrl-C", matches!(scene.course, Course::StoppedAfter(_))),
        (
            "the process dies",
            matches!(scene.course, Course::KilledAfter(_)),
        ),
        ("a permission is missing", scene.denied.is_some()),
        ("something vanishes", scene.vanishes.is_some()),
        ("the weather is good", scene.weather.server_errors == 0.0),
    ]
}

fn absent<L, W>(case: &Case<L, W>) -> bool {
    matches!(case.want, Wish::Absent)
}

/// Whether something undeclared is on it that stays.
fn keeps(role: &Role, mode: Mode) -> bool {
    let (Some(live), Some(spec)) = (&role.live, role.wanted()) else {
        return false;
    };
    let mut had = live.facts.inline.keys();
    spec.inline_mode == mode && had.any(|name| !spec.facts.inline.contains_key(name))
}

fn trusts_a_role(role: &Role) -> bool {
    let trust = role.wanted().map(|spec| &spec.facts.trust);
    let mut trust = trust.into_iter().flatten();
    trust.any(|principal| matches!(principal, Principal::Role(_)))
}

/// Whether a profile in use gets another role while the former one goes.
fn is_handed_over(profile: &Profile, scene: &Scene) -> bool {
    let held = profile
        .live
        .as_ref()
        .and_then(|live| live.facts.role.as_ref());
    let wanted = profile.wanted().and_then(|spec| spec.content.role.as_ref());
    let goes = held
        .and_then(|name| scene.role(name))
        .is_some_and(|role| role.goes(scene));
    let mut users = scene.instances.iter();
    goes && wanted.is_some()
        && wanted != held
        && users.any(|one| one.row.active() == Some(&profile.name))
}
