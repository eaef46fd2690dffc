//! What has been written is not seen at once: by EC2, by the check of principals, and by replicas that lag behind.

use super::{EC2_TRUST, RUNNING, S3_POLICY, Story};
use crate::sandbox::Weather;

const LAUNCH: &[(&str, &str)] = &[
    ("ImageId", "ami-11aa22bb"),
    ("MinCount", "1"),
    ("MaxCount", "1"),
];

fn stale() -> Story {
    Story::with(Weather {
        stale_reads: 1.0,
        ..Weather::default()
    })
}

#[test]
fn ec2_learns_of_a_profile_after_two_seconds() {
    let mut story = Story::with(Weather::default());
    story.role_in_profile("TestRole-1");
    let unknown = "400 InvalidParameterValue: Value (TestRole-1) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name";
    assert_eq!(story.associate(RUNNING, "TestRole-1").fault(), unknown);
    let arn = "arn:aws:iam::123456789012:instance-profile/TestRole-1";
    let by_arn = || {
        story.ec2(
            "RunInstances",
            &[LAUNCH, &[("IamInstanceProfile.Arn", arn)]].concat(),
        )
    };
    assert_eq!(
        by_arn().fault(),
        format!(
            "400 InvalidParameterValue: Value ({arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN"
        )
    );
    story
        .iam(
            "GetInstanceProfile",
            &[("InstanceProfileName", "TestRole-1")],
        )
        .ok();
    story.wait(1);
    assert_eq!(story.associate(RUNNING, "TestRole-1").fault(), unknown);
    story.wait(1);
    story.associate(RUNNING, "TestRole-1").ok();
}

#[test]
fn ec2_learns_of_the_role_inside_later_than_of_the_profile() {
    let mut story = Story::with(Weather::default());
    let (role, profile) = (("RoleName", "r"), ("InstanceProfileName", "p"));
    story.role("r").ok();
    story.iam("CreateInstanceProfile", &[profile]).ok();
    story.wait(2);
    story.iam("AddRoleToInstanceProfile", &[role, profile]).ok();
    let run = |story: &Story| {
        story.ec2(
            "RunInstances",
            &[LAUNCH, &[("IamInstanceProfile.Name", "p")]].concat(),
        )
    };
    let empty = "400 InvalidParameterValue: IAM Instance Profile \"arn:aws:iam::123456789012:instance-profile/p\" has no associated IAM Roles";
    assert_eq!(run(&story).fault(), empty);
    story.wait(2);
    run(&story).ok();
}

#[test]
fn a_new_principal_is_invalid_for_a_while() {
    let mut story = Story::with(Weather::default());
    story.role("caller").ok();
    let trust = EC2_TRUST.replace(
        r#""Service":"ec2.amazonaws.com""#,
        r#""AWS":"arn:aws:iam::123456789012:role/caller""#,
    );
    let invalid = "400 MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"arn:aws:iam::123456789012:role/caller\"";
    let create = |story: &Story| {
        story.iam(
            "CreateRole",
            &[("RoleName", "r"), ("AssumeRolePolicyDocument", &trust)],
        )
    };
    assert_eq!(create(&story).fault(), invalid);
    story.wait(2);
    create(&story).ok();
    story.iam("CreateUser", &[("UserName", "alice")]).ok();
    let trust = trust.replace("role/caller", "user/alice");
    let update = |story: &Story| {
        story.iam(
            "UpdateAssumeRolePolicy",
            &[("RoleName", "r"), ("PolicyDocument", &trust)],
        )
    };
    assert!(
        update(&story)
            .fault()
            .contains("Invalid principal in policy")
    );
    story.wait(2);
    update(&story).ok();
}

#[test]
fn iam_reads_its_own_writes_unless_a_replica_lags() {
    let mut story = stale();
    story.role("r").ok();
    let role = ("RoleName", "r");
    let missing = "404 NoSuchEntity: The role with name r cannot be found.";
    assert_eq!(story.iam("GetRole", &[role]).fault(), missing);
    assert_eq!(
        story
            .iam(
                "PutRolePolicy",
                &[role, ("PolicyName", "p"), ("PolicyDocument", S3_POLICY)]
            )
            .fault(),
        missing
    );
    story
        .iam("CreateInstanceProfile", &[("InstanceProfileName", "p")])
        .ok();
    let add = |story: &Story| {
        story.iam(
            "AddRoleToInstanceProfile",
            &[role, ("InstanceProfileName", "p")],
        )
    };
    assert_eq!(
        add(&story).fault(),
        "404 NoSuchEntity: Instance Profile p cannot be found."
    );
    assert_eq!(
        story.role("r").fault(),
        "409 EntityAlreadyExists: Role with name r already exists."
    );
    story.wait(2);
    story.iam("GetRole", &[role]).ok();
    add(&story).ok();
}

#[test]
fn a_lagging_replica_shows_old_data() {
    let mut story = stale();
    story.role("r").ok();
    story.wait(2);
    story
        .iam("UpdateRole", &[("RoleName", "r"), ("Description", "new")])
        .ok();
    assert!(
        !story
            .iam("GetRole", &[("RoleName", "r")])
            .ok()
            .contains("<Description>")
    );
    story.wait(2);
    assert_eq!(
        story
            .iam("GetRole", &[("RoleName", "r")])
            .get("Description"),
        "new"
    );
}

#[test]
fn a_lagging_replica_still_sees_what_was_detached() {
    let mut story = stale();
    let (role, arn) = (
        ("RoleName", "r"),
        ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    );
    story.role("r").ok();
    story.wait(2);
    story.iam("AttachRolePolicy", &[role, arn]).ok();
    story.wait(2);
    story.iam("DetachRolePolicy", &[role, arn]).ok();
    assert_eq!(
        story.iam("DeleteRole", &[role]).fault(),
        "409 DeleteConflict: Cannot delete entity, must detach all policies first."
    );
    story.wait(2);
    story.iam("DeleteRole", &[role]).ok();
}

#[test]
fn a_profile_made_again_must_propagate_again() {
    let mut story = Story::with(Weather::default());
    story.role_in_profile("p");
    story.wait(2);
    let (role, profile) = (("RoleName", "p"), ("InstanceProfileName", "p"));
    story
        .iam("RemoveRoleFromInstanceProfile", &[role, profile])
        .ok();
    story.iam("DeleteInstanceProfile", &[profile]).ok();
    assert!(
        story
            .associate(RUNNING, "p")
            .fault()
            .contains("Invalid IAM Instance Profile name")
    );
    story.iam("CreateInstanceProfile", &[profile]).ok();
    assert!(
        story
            .associate(RUNNING, "p")
            .fault()
            .contains("Invalid IAM Instance Profile name")
    );
    story.wait(2);
    story.associate(RUNNING, "p").ok();
}
