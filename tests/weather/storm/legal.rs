//! Takes out of a storm what the product refuses by design: nothing may hold on to what goes, and nobody may be named
//! who will not be there. What is left has to be reached.

use std::collections::BTreeSet;

use super::scene::{
    Case, Document, Facts, Live, Owner, Principal, RoleSpec, Row, Scene, Target, Wish,
};

/// Puts a storm right.
pub(super) fn make(scene: &mut Scene) {
    adopted_roles_stay_where_they_are(scene);
    sugar_follows_its_role(scene);
    profiles_let_go(scene);
    documents_name_what_is_there(scene);
    associations_let_go(scene);
    principals_exist(scene);
    young_things_are_named_by_nobody(scene);
    what_others_make_is_not_waited_for(scene);
}

/// The first run only tags what is adopted: a path that others name already would come with the second.
fn adopted_roles_stay_where_they_are(scene: &mut Scene) {
    for role in &mut scene.roles {
        let adopted = role.is_adopted();
        if let (Some(live), Wish::Present(spec)) = (&role.live, &mut role.want)
            && adopted
        {
            spec.facts.path = live.facts.path;
        }
    }
}

fn sugar_follows_its_role(scene: &mut Scene) {
    for role in &scene.roles {
        let Some(spec) = role.wanted() else { continue };
        for profile in &mut scene.profiles {
            if let Wish::Present(wanted) = &mut profile.want
                && wanted.by_sugar
                && spec.sugar.as_ref() == Some(&profile.name)
            {
                wanted.content.path = spec.facts.path;
            }
        }
    }
}

/// A profile that stays as it is may not hold a role that goes.
fn profiles_let_go(scene: &mut Scene) {
    let before = scene.clone();
    for profile in &mut scene.profiles {
        let holder = before.profile(&profile.name).expect("it is the same");
        let Some(live) = &mut profile.live else {
            continue;
        };
        let held = live
            .facts
            .role
            .as_deref()
            .and_then(|name| before.role(name));
        let Some(role) = held.filter(|role| role.goes(&before)) else {
            continue;
        };
        let both_adopted = holder.is_adopted() && role.is_adopted();
        let releases = match (&holder.want, live.owner) {
            _ if before.destroy => live.owner == Owner::Ours,
            (Wish::Nothing, Owner::Ours) => before.prune,
            (Wish::Nothing, _) => false,
            (Wish::Absent | Wish::Present(_), Owner::Ours) => true,
            (Wish::Absent | Wish::Present(_), _) => both_adopted,
        };
        if !releases {
            live.facts.role = None;
        }
    }
}

fn documents_name_what_is_there(scene: &mut Scene) {
    let before = scene.clone();
    scene.associations.retain_mut(|document| {
        if let Target::Ids(ids) = &mut document.target {
            let lives = |id: &String| {
                let state = before.machine(id).map(|machine| machine.state.name());
                !matches!(state, Some("shutting-down" | "terminated") | None)
            };
            ids.retain(lives);
            if ids.is_empty() {
                return false;
            }
        }
        document.profile.is_some() || document.detached
    });
}

/// An association that stays as it is may not hold a profile that goes.
fn associations_let_go(scene: &mut Scene) {
    let before = scene.clone();
    let members: Vec<(Document, String)> = before
        .associations
        .iter()
        .flat_map(|document| {
            let members = before.members(document).into_iter();
            members.map(|machine| (document.clone(), machine.id.clone()))
        })
        .collect();
    for (document, id) in members {
        let machine = scene.instances.iter_mut().find(|one| one.id == id);
        let machine = machine.expect("it is one of them");
        // Ids of others' profiles are not looked up: only a profile of the stack is told from a former one.
        let ours = |name: &str| {
            before
                .profile(name)
                .is_some_and(|one| one.wanted().is_some())
        };
        if let Row::One {
            profile, former, ..
        } = &mut machine.row
            && !ours(profile)
            && document.profile.as_ref() == Some(profile)
        {
            *former = false;
        }
        let active = machine.row.active().map(str::to_owned);
        let held = active.as_deref().and_then(|name| before.profile(name));
        if !held.is_some_and(|profile| profile.goes(&before)) {
            continue;
        }
        let is_named = document.profile == active;
        let stays = match (before.destroy, document.detached) {
            (true, true) => true,
            (true, false) => !is_named,
            (false, true) => document.profile.is_some() && !is_named,
            (false, false) => false,
        };
        if stays {
            machine.row = Row::None;
        }
    }
}

/// Roles may trust those that are there and stay, and those that come before them.
fn principals_exist(scene: &mut Scene) {
    let before = scene.clone();
    let stays = |role: &Case<Facts, RoleSpec>| {
        role.live.is_some() && !role.goes(&before) && !matches!(role.want, Wish::Absent)
    };
    for (index, role) in scene.roles.iter_mut().enumerate() {
        if let Some(live) = &mut role.live {
            live.facts.trust.retain(|principal| match principal {
                Principal::Role(name) => before.role(name).is_some_and(|one| one.live.is_some()),
                _ => true,
            });
        }
        let Wish::Present(spec) = &mut role.want else {
            continue;
        };
        spec.facts.trust.retain(|principal| match principal {
            Principal::Role(name) => before.roles.iter().enumerate().any(|(at, other)| {
                let comes_before = at < index && other.wanted().is_some();
                other.name == *name && (comes_before || stays(other))
            }),
            _ => true,
        });
    }
}

/// What is made through the API right before the story has ids that the planted world cannot know.
fn young_things_are_named_by_nobody(scene: &mut Scene) {
    let named: BTreeSet<String> = scene
        .roles
        .iter()
        .filter_map(|role| role.live.as_ref())
        .flat_map(|live| &live.facts.trust)
        .filter_map(|principal| match principal {
            Principal::Role(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    for role in &mut scene.roles {
        if let Some(live) = &mut role.live {
            let by_id = |one: &Principal| matches!(one, Principal::Role(_) | Principal::Dead);
            live.recent &= !named.contains(&role.name) && !live.facts.trust.iter().any(by_id);
        }
    }
    let used: BTreeSet<String> = scene
        .instances
        .iter()
        .flat_map(|machine| machine.row.names())
        .map(str::to_owned)
        .collect();
    for profile in &mut scene.profiles {
        if let Some(live) = &mut profile.live {
            live.recent &= !used.contains(&profile.name);
        }
    }
}

/// What somebody else made a moment ago cannot be told from a wrong name, so that nobody waits for it: a user who names it
/// runs again a little later. The runs of a storm follow each other at once.
fn what_others_make_is_not_waited_for(scene: &mut Scene) {
    let named = scene.foreign_names();
    for role in &mut scene.roles {
        let is_named = named.contains(&role.name) || role.is_adopted();
        settle(role.live.as_mut(), is_named);
    }
    for profile in &mut scene.profiles {
        let is_named = named.contains(&profile.name) || profile.is_adopted();
        settle(profile.live.as_mut(), is_named);
    }
}

fn settle<L>(live: Option<&mut Live<L>>, is_named: bool) {
    if let Some(live) = live {
        live.recent &= !is_named;
    }
}
