//! Instance profiles and the role inside.

use super::{Story, text};

const PROFILE: (&str, &str) = ("InstanceProfileName", "s3access-profile");
const ROLE: (&str, &str) = ("RoleName", "s3access");

#[test]
fn a_profile_holds_one_role() {
    let story = Story::calm();
    story.role("s3access").ok();
    story.role("other").ok();
    let created = story
        .iam("CreateInstanceProfile", &[PROFILE, ("Path", "/team/")])
        .ok();
    assert!(
        created.contains("<Roles></Roles>")
            && text(&created, "InstanceProfileId").starts_with("AIPA"),
        "{created}"
    );
    assert_eq!(
        text(&created, "Arn"),
        "arn:aws:iam::123456789012:instance-profile/team/s3access-profile"
    );
    story.iam("AddRoleToInstanceProfile", &[PROFILE, ROLE]).ok();
    let read = story.iam("GetInstanceProfile", &[PROFILE]).ok();
    assert_eq!(text(&text(&read, "Roles"), "RoleName"), "s3access");
    let full = "409 LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1";
    assert_eq!(
        story
            .iam("AddRoleToInstanceProfile", &[PROFILE, ROLE])
            .fault(),
        full,
        "even the same role"
    );
    assert_eq!(
        story
            .iam(
                "AddRoleToInstanceProfile",
                &[PROFILE, ("RoleName", "other")]
            )
            .fault(),
        full
    );
    assert_eq!(
        story
            .iam("ListInstanceProfilesForRole", &[ROLE])
            .all("InstanceProfileName"),
        ["s3access-profile"]
    );
}

#[test]
fn a_profile_with_a_role_is_not_deleted() {
    let story = Story::calm();
    story.role("s3access").ok();
    story.iam("CreateInstanceProfile", &[PROFILE]).ok();
    story.iam("AddRoleToInstanceProfile", &[PROFILE, ROLE]).ok();
    let conflict =
        "409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first.";
    assert_eq!(
        story.iam("DeleteInstanceProfile", &[PROFILE]).fault(),
        conflict
    );
    story
        .iam("RemoveRoleFromInstanceProfile", &[PROFILE, ROLE])
        .ok();
    let gone = "404 NoSuchEntity: The role with name s3access cannot be found.";
    assert_eq!(
        story
            .iam("RemoveRoleFromInstanceProfile", &[PROFILE, ROLE])
            .fault(),
        gone
    );
    story.iam("DeleteInstanceProfile", &[PROFILE]).ok();
    let gone = "404 NoSuchEntity: Instance Profile s3access-profile cannot be found.";
    assert_eq!(story.iam("DeleteInstanceProfile", &[PROFILE]).fault(), gone);
}

#[test]
fn names_are_unique_ignoring_case() {
    let story = Story::calm();
    story.iam("CreateInstanceProfile", &[PROFILE]).ok();
    let again = story.iam(
        "CreateInstanceProfile",
        &[("InstanceProfileName", "S3Access-Profile")],
    );
    assert_eq!(
        again.fault(),
        "409 EntityAlreadyExists: Instance Profile S3Access-Profile already exists."
    );
}

#[test]
fn listings_have_roles_but_no_tags() {
    let story = Story::calm();
    story.role("s3access").ok();
    story
        .iam(
            "CreateInstanceProfile",
            &[
                PROFILE,
                ("Tags.member.1.Key", "k"),
                ("Tags.member.1.Value", "v"),
            ],
        )
        .ok();
    story.iam("AddRoleToInstanceProfile", &[PROFILE, ROLE]).ok();
    let listed = story.iam("ListInstanceProfiles", &[]).ok();
    assert!(
        listed.contains("<RoleName>s3access</RoleName>") && !listed.contains("<Tags>"),
        "{listed}"
    );
    assert_eq!(story.iam("GetInstanceProfile", &[PROFILE]).get("Key"), "k");
}

#[test]
fn a_profile_made_again_has_another_id() {
    let mut story = Story::calm();
    let first = story
        .iam("CreateInstanceProfile", &[PROFILE])
        .get("InstanceProfileId");
    story.iam("DeleteInstanceProfile", &[PROFILE]).ok();
    story.wait(1);
    let second = story
        .iam("CreateInstanceProfile", &[PROFILE])
        .get("InstanceProfileId");
    assert_ne!(first, second);
}
