//! Replicas that lag behind, pair by pair, and what they still show or refuse.

use super::{RUNNING, STOPPED, Story, text};
use crate::sandbox::Weather;

const LAUNCH: &[(&str, &str)] = &[
    ("ImageId", "ami-11aa22bb"),
    ("MinCount", "1"),
    ("MaxCount", "1"),
    ("TagSpecification.1.ResourceType", "instance"),
    ("TagSpecification.1.Tag.1.Key", "Name"),
    ("TagSpecification.1.Tag.1.Value", "new"),
];

fn weather(text: &str) -> Story {
    Story::with(
        Weather::read(&format!(
            "{text}\nassociationDelay: 0s\ninstanceDelay: 0s\n"
        ))
        .unwrap(),
    )
}

#[test]
fn each_pair_of_services_has_its_own_delay() {
    let mut story = weather("propagation: {iamToEc2: 8s, iamToIam: 3s}\nstaleReads: 1");
    story.role("r").ok();
    let profile = ("InstanceProfileName", "p");
    story.iam("CreateInstanceProfile", &[profile]).ok();
    let read = |story: &Story| story.iam("GetInstanceProfile", &[profile]);
    read(&story).fault();
    story.wait(3);
    read(&story).ok();
    story
        .iam("AddRoleToInstanceProfile", &[profile, ("RoleName", "r")])
        .ok();
    let refused = story.associate(RUNNING, "p").fault();
    assert!(
        refused.contains("Invalid IAM Instance Profile"),
        "{refused}"
    );
    story.wait(5);
    story.associate(RUNNING, "p").ok();
}

#[test]
fn every_write_has_a_delay_of_its_own() {
    let mut story = weather("propagationDelay: 1s..10s");
    let names: Vec<String> = (0..20).map(|number| format!("p{number}")).collect();
    for name in &names {
        story.role_in_profile(name);
    }
    let mut seen = Vec::new();
    for _ in 0..=10 {
        let known = names.iter().filter(|name| {
            let dry = [("InstanceId", STOPPED), ("IamInstanceProfile.Name", name)];
            let answer = story.ec2("AssociateIamInstanceProfile", &dry);
            let fault = answer.status != 200;
            if !fault {
                story.disassociate(&answer.get("associationId")).ok();
            }
            !fault
        });
        seen.push(known.count());
        story.wait(1);
    }
    assert!(seen.is_sorted(), "what was seen stays seen: {seen:?}");
    assert_eq!((seen[0], seen[10]), (0, 20), "{seen:?}");
    assert!((1..20).contains(&seen[5]), "one after the other: {seen:?}");
}

#[test]
fn a_launched_instance_is_unknown_to_some_for_a_while() {
    let mut story = weather("ec2Delay: 4s\nstaleReads: 1");
    let id = story.ec2("RunInstances", LAUNCH).get("instanceId");
    let named = [("InstanceId.1", id.as_str())];
    let unknown = format!("400 InvalidInstanceID.NotFound: The instance ID '{id}' does not exist");
    let by_tag = [("Filter.1.Name", "tag:Name"), ("Filter.1.Value.1", "new")];
    for action in ["DescribeInstances", "StopInstances", "TerminateInstances"] {
        assert_eq!(story.ec2(action, &named).fault(), unknown);
    }
    let found = |story: &Story| story.ec2("DescribeInstances", &by_tag).all("instanceId");
    assert!(found(&story).is_empty());
    story.wait(4);
    story.ec2("DescribeInstances", &named).ok();
    assert_eq!(found(&story), [id.as_str()]);
    story.ec2("TerminateInstances", &named).ok();
}

#[test]
fn a_policy_that_was_just_put_may_not_be_found() {
    let mut story = weather("propagationDelay: 2s\nstaleReads: 1");
    story.role("r").ok();
    story.wait(2);
    let (role, policy) = (("RoleName", "r"), ("PolicyName", "p"));
    let document = ("PolicyDocument", super::S3_POLICY);
    story.iam("PutRolePolicy", &[role, policy, document]).ok();
    let read = |story: &Story| story.iam("GetRolePolicy", &[role, policy]);
    assert_eq!(
        read(&story).fault(),
        "404 NoSuchEntity: The role policy with name p cannot be found."
    );
    story.wait(2);
    read(&story).ok();
}

#[test]
fn a_replica_of_ec2_shows_old_tags_and_associations() {
    let mut story = weather("propagationDelay: 0s\nec2Delay: 4s\nstaleReads: 1");
    story.role_in_profile("p");
    let tag = [
        ("ResourceId.1", RUNNING),
        ("Tag.1.Key", "Name"),
        ("Tag.1.Value", "renamed"),
    ];
    story.ec2("CreateTags", &tag).ok();
    story.associate(RUNNING, "p").ok();
    let shown = |story: &Story| {
        let body = story
            .ec2("DescribeInstances", &[("InstanceId.1", RUNNING)])
            .ok();
        text(&text(&body, "tagSet"), "value")
    };
    assert_eq!(shown(&story), "web-1");
    assert!(story.associations().is_empty());
    story.wait(4);
    assert_eq!(shown(&story), "renamed");
    assert_eq!(story.associations(), ["associated p"]);
}

#[test]
fn a_new_role_or_profile_may_have_no_arn_yet() {
    let mut story = weather("propagationDelay: 2s\nunresolvedArns: 1");
    story.role_in_profile("p");
    let arns = |story: &Story| {
        let role = story.iam("GetRole", &[("RoleName", "p")]).get("Arn");
        let profile = story
            .iam("GetInstanceProfile", &[("InstanceProfileName", "p")])
            .get("Arn");
        [role, profile]
    };
    let [role, profile] = arns(&story);
    assert!(role.starts_with("AROA"), "{role}");
    assert!(profile.starts_with("AIPA"), "{profile}");
    story.wait(2);
    let whole = [
        "arn:aws:iam::123456789012:role/p",
        "arn:aws:iam::123456789012:instance-profile/p",
    ];
    assert_eq!(arns(&story), whole);
    story
        .iam("UpdateRole", &[("RoleName", "p"), ("Description", "d")])
        .ok();
    assert_eq!(arns(&story), whole, "what was changed is not new");
}

#[test]
fn a_deletion_may_not_see_that_the_way_is_free() {
    let mut story = weather("propagationDelay: 2s\ndeleteConflicts: 1");
    let (role, profile) = (("RoleName", "p"), ("InstanceProfileName", "p"));
    story.role_in_profile("p");
    story.wait(2);
    story
        .iam("RemoveRoleFromInstanceProfile", &[role, profile])
        .ok();
    let text =
        "409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first.";
    assert_eq!(story.iam("DeleteInstanceProfile", &[profile]).fault(), text);
    assert_eq!(story.iam("DeleteRole", &[role]).fault(), text);
    story.wait(2);
    story.iam("DeleteInstanceProfile", &[profile]).ok();
    story.iam("DeleteRole", &[role]).ok();
}
