//! How many calls an export takes, and which.

use rolewright::kinds::ExportFilter;
use rolewright::model::kind::ROLE;
use rolewright::sandbox::{Iam, World};

use crate::draw::{OWNER_TAG, STACK, patterns};
use crate::{air, run};

/// Roles with a profile each, of which the first so many are the stack's.
fn world(all: usize, ours: usize) -> World {
    let mut world = World::fresh();
    for number in 0..all {
        let name = format!("app-{number:03}");
        let (mut role, mut profile) = patterns(&name);
        profile.role = Some(name.clone());
        if number < ours {
            for tags in [&mut role.tags, &mut profile.tags] {
                tags.insert(OWNER_TAG.to_owned(), STACK.to_owned());
            }
        }
        world.iam.roles.insert(Iam::key(&name), role);
        world.iam.instance_profiles.insert(Iam::key(&name), profile);
    }
    world
}

async fn calls(choice: ExportFilter) -> Vec<String> {
    let sandbox = air::sandbox(world(40, 5));
    let _ = run::export(&sandbox, &choice).await;
    let mut calls = sandbox.calls();
    calls.sort();
    calls
}

fn counted(calls: &[String]) -> String {
    let chunks = calls.chunk_by(|one, other| one == other);
    let lines = chunks.map(|same| format!("{} {}\n", same.len(), same[0]));
    lines.collect()
}

#[tokio::test]
async fn by_name_only_what_is_named_is_read() {
    let mut choice = ExportFilter::default();
    choice.name(ROLE, ["app-007".to_owned()]);
    let calls = calls(choice).await;
    insta::assert_snapshot!(counted(&calls), @"
    1 ec2:DescribeIamInstanceProfileAssociations
    1 iam:GetInstanceProfile
    1 iam:GetRole
    1 iam:ListAttachedRolePolicies
    1 iam:ListInstanceProfiles
    1 iam:ListRolePolicies
    ");
}

#[tokio::test]
async fn by_mark_roles_are_read_in_bulk_and_their_profiles_one_by_one() {
    let choice = ExportFilter {
        path_prefix: Some("/".to_owned()),
        tags: [(OWNER_TAG.to_owned(), STACK.to_owned())].into(),
        ..ExportFilter::default()
    };
    let calls = calls(choice).await;
    insta::assert_snapshot!(counted(&calls), @"
    1 ec2:DescribeIamInstanceProfileAssociations
    1 iam:GetAccountAuthorizationDetails
    5 iam:GetInstanceProfile
    1 iam:ListInstanceProfiles
    1 iam:ListRoles
    ");
}

#[tokio::test]
async fn by_owner_every_profile_is_read_because_only_its_tags_tell() {
    let choice = ExportFilter {
        owner: Some(STACK.to_owned()),
        ..ExportFilter::default()
    };
    let calls = calls(choice).await;
    insta::assert_snapshot!(counted(&calls), @"
    1 ec2:DescribeIamInstanceProfileAssociations
    1 ec2:DescribeInstances
    1 iam:GetAccountAuthorizationDetails
    40 iam:GetInstanceProfile
    1 iam:ListInstanceProfiles
    1 iam:ListRoles
    ");
    let writes = calls.iter().filter(|call| {
        let action = call.split(':').next_back().unwrap_or_default();
        !["Get", "List", "Describe"]
            .iter()
            .any(|verb| action.starts_with(verb))
    });
    assert_eq!(writes.count(), 0, "an export only reads");
}
