//! The state file: survives, and comes back byte for byte when everything that was made is gone.

use std::fs;
use std::path::Path;

use super::{RUNNING, S3_POLICY, STOPPED, Story};
use crate::sandbox::{Sandbox, SandboxError, Weather, World};

fn state(folder: &Path) -> String {
    fs::read_to_string(folder.join("state.json")).unwrap()
}

/// Makes one of everything and deletes it again.
fn come_and_go(story: &mut Story) {
    let (role, profile) = (
        ("RoleName", "s3access"),
        ("InstanceProfileName", "s3access"),
    );
    story.role_in_profile("s3access");
    let policy = ("PolicyName", "S3-Permissions");
    story
        .iam(
            "PutRolePolicy",
            &[role, policy, ("PolicyDocument", S3_POLICY)],
        )
        .ok();
    let arn = ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess");
    story.iam("AttachRolePolicy", &[role, arn]).ok();
    story
        .iam(
            "TagRole",
            &[
                role,
                ("Tags.member.1.Key", "k"),
                ("Tags.member.1.Value", "v"),
            ],
        )
        .ok();
    story.iam("CreateUser", &[("UserName", "alice")]).ok();
    story.wait(10);
    let association = story.associate(RUNNING, "s3access").get("associationId");
    let other = story.associate(STOPPED, "s3access").get("associationId");
    let launch = [
        ("ImageId", "ami-11aa22bb"),
        ("MinCount", "1"),
        ("MaxCount", "2"),
        ("ClientToken", "t"),
        ("IamInstanceProfile.Name", "s3access"),
    ];
    story.region = "ap-south-1";
    let ids = story.ec2("RunInstances", &launch).all("instanceId");
    story
        .ec2(
            "TerminateInstances",
            &[("InstanceId.1", &ids[0]), ("InstanceId.2", &ids[1])],
        )
        .ok();
    story.region = "us-east-1";
    story.wait(10);
    let successor = story.replace(&association, "s3access").get("associationId");
    story.disassociate(&successor).ok();
    story.disassociate(&other).ok();
    story.iam("DetachRolePolicy", &[role, arn]).ok();
    story.iam("DeleteRolePolicy", &[role, policy]).ok();
    story
        .iam("RemoveRoleFromInstanceProfile", &[role, profile])
        .ok();
    story.iam("DeleteInstanceProfile", &[profile]).ok();
    story.iam("DeleteRole", &[role]).ok();
    story.iam("DeleteUser", &[("UserName", "alice")]).ok();
}

#[test]
fn nothing_stays_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = Story::of(Sandbox::open(Some(folder.path()), Weather::default()).unwrap());
    let before = state(folder.path());
    come_and_go(&mut story);
    assert_ne!(
        state(folder.path()),
        before,
        "transitions are still under way"
    );
    story.sandbox.close().unwrap();
    assert_eq!(state(folder.path()), before);
    assert_eq!(story.sandbox.world(), World::fresh());
}

#[test]
fn the_world_survives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let story = Story::of(Sandbox::open(Some(folder.path()), Weather::calm()).unwrap());
    story.role_in_profile("s3access");
    story.associate(RUNNING, "s3access").ok();
    let world = story.sandbox.world();
    drop(story);
    let again = Story::of(Sandbox::open(Some(folder.path()), Weather::calm()).unwrap());
    assert_eq!(again.sandbox.world(), world);
    assert_eq!(again.associations(), ["associated s3access"]);
}

#[test]
fn a_transition_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = Story::of(Sandbox::open(Some(folder.path()), Weather::default()).unwrap());
    story.role_in_profile("s3access");
    story.wait(2);
    story.associate(RUNNING, "s3access").ok();
    drop(story);
    let mut again = Story::of(Sandbox::open(Some(folder.path()), Weather::default()).unwrap());
    again.wait(2);
    assert_eq!(again.associations(), ["associating s3access"]);
    again.wait(1);
    assert_eq!(again.associations(), ["associated s3access"]);
}

#[test]
fn ids_do_not_return_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut ids = Vec::new();
    for day in 0..3 {
        let mut story = Story::of(Sandbox::open(Some(folder.path()), Weather::calm()).unwrap());
        story.wait(day * 86_400);
        ids.push(story.role("r").get("RoleId"));
        story.iam("DeleteRole", &[("RoleName", "r")]).ok();
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn one_folder_has_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let first = Sandbox::open(Some(folder.path()), Weather::calm()).unwrap();
    let second = Sandbox::open(Some(folder.path()), Weather::calm()).unwrap_err();
    assert!(
        matches!(&second, SandboxError::Busy { path } if path == folder.path()),
        "{second}"
    );
    assert!(
        second
            .to_string()
            .starts_with("another process uses the sandbox in ")
    );
    drop(first);
    Sandbox::open(Some(folder.path()), Weather::calm()).unwrap();
}

#[test]
fn a_damaged_state_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["{", r#"{"format":1,"world":{}}"#] {
        fs::write(folder.path().join("state.json"), text).unwrap();
        let error = Sandbox::open(Some(folder.path()), Weather::calm()).unwrap_err();
        assert!(matches!(error, SandboxError::State { .. }), "{error}");
        assert_eq!(state(folder.path()), text);
    }
    fs::write(folder.path().join("state.json"), r#"{"format":2}"#).unwrap();
    let error = Sandbox::open(Some(folder.path()), Weather::calm()).unwrap_err();
    assert!(
        matches!(
            error,
            SandboxError::Format {
                found: 2,
                wanted: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn the_state_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let _sandbox = Sandbox::open(Some(folder.path()), Weather::calm()).unwrap();
    let mode = fs::metadata(folder.path().join("state.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_call_that_cannot_be_saved_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let story = Story::of(Sandbox::open(Some(folder.path()), Weather::calm()).unwrap());
    // A folder in the place of the file that is written first: fails for every user, root included.
    fs::create_dir(folder.path().join("state.json.new")).unwrap();
    let fault = story.role("r").fault();
    assert!(
        fault.starts_with(
            "500 InternalFailure: the call took effect, but cannot use the sandbox's "
        ),
        "{fault}"
    );
}

#[test]
fn a_test_may_change_the_world_behind_the_services() {
    let story = Story::with(Weather::default());
    story.role_in_profile("p");
    story
        .sandbox
        .edit(|world| {
            world.iam.roles.get_mut("p").unwrap().description = Some("by hand".to_owned());
        })
        .unwrap();
    assert_eq!(
        story
            .iam("GetRole", &[("RoleName", "p")])
            .get("Description"),
        "by hand"
    );
}
