//! The association state machine, instance state by instance state.

use super::{RUNNING, STOPPED, Story, text};
use crate::sandbox::{Delay, Weather};

/// Associations take a second, instances two; IAM propagates at once.
fn story() -> Story {
    let weather = Weather {
        propagation_delay: Delay::ZERO,
        ..Weather::default()
    };
    let story = Story::with(weather);
    story.role_in_profile("TestRole-1");
    story.role_in_profile("TestRole-2");
    story
}

impl Story {
    /// The ARN and id that an instance reports.
    fn reported(&self, instance: &str) -> Option<(String, String)> {
        let body = self
            .ec2("DescribeInstances", &[("InstanceId.1", instance)])
            .ok();
        let profile = super::texts(&body, "iamInstanceProfile").pop()?;
        Some((text(&profile, "arn"), text(&profile, "id")))
    }

    fn profile_id(&self, name: &str) -> String {
        self.iam("GetInstanceProfile", &[("InstanceProfileName", name)])
            .get("InstanceProfileId")
    }
}

#[test]
fn an_association_comes_into_effect_after_a_while() {
    let mut story = story();
    let made = story.associate(RUNNING, "TestRole-1").ok();
    assert_eq!(text(&made, "state"), "associating");
    assert_eq!(
        text(&made, "arn"),
        "arn:aws:iam::123456789012:instance-profile/TestRole-1"
    );
    assert_eq!(text(&made, "id"), story.profile_id("TestRole-1"));
    assert_eq!(story.associations(), ["associating TestRole-1"]);
    assert_eq!(story.reported(RUNNING), None);
    story.wait(1);
    assert_eq!(story.associations(), ["associated TestRole-1"]);
    assert_eq!(
        story.reported(RUNNING).unwrap().1,
        story.profile_id("TestRole-1")
    );
}

#[test]
fn an_instance_has_one_association() {
    let mut story = story();
    let first = story.associate(RUNNING, "TestRole-1").get("associationId");
    let existing =
        format!("400 IncorrectState: There is an existing association for instance {RUNNING}");
    assert_eq!(story.associate(RUNNING, "TestRole-1").fault(), existing);
    story.wait(1);
    assert_eq!(story.associate(RUNNING, "TestRole-2").fault(), existing);
    story.disassociate(&first).ok();
    assert_eq!(
        story.associate(RUNNING, "TestRole-2").fault(),
        existing,
        "the old one is still disassociating"
    );
    story.wait(1);
    story.associate(RUNNING, "TestRole-2").ok();
}

#[test]
fn replacing_makes_a_new_association_beside_the_old() {
    let mut story = story();
    let first = story.associate(RUNNING, "TestRole-1").get("associationId");
    story.wait(1);
    let second = story.replace(&first, "TestRole-2").ok();
    assert_ne!(text(&second, "associationId"), first);
    assert_eq!(text(&second, "state"), "associating");
    assert_eq!(
        story.associations(),
        ["associating TestRole-2", "disassociating TestRole-1"]
    );
    assert!(
        story.reported(RUNNING).unwrap().0.ends_with("/TestRole-1"),
        "EC2 follows with a lag"
    );
    let stale =
        format!("400 IncorrectState: The association {first} is not the active association");
    assert_eq!(story.replace(&first, "TestRole-1").fault(), stale);
    story.wait(1);
    assert_eq!(story.associations(), ["associated TestRole-2"]);
    assert!(story.reported(RUNNING).unwrap().0.ends_with("/TestRole-2"));
    let gone = format!(
        "400 InvalidAssociationID.NotFound: An invalid association-id of '{first}' was given"
    );
    assert_eq!(story.replace(&first, "TestRole-1").fault(), gone);
    assert_eq!(story.disassociate(&first).fault(), gone);
}

#[test]
fn a_stopped_instance_is_associated_and_disassociated_but_not_replaced() {
    let mut story = story();
    let first = story.associate(STOPPED, "TestRole-1").get("associationId");
    story.wait(1);
    let inactive =
        format!("400 IncorrectState: The association {first} is not the active association");
    assert_eq!(story.replace(&first, "TestRole-2").fault(), inactive);
    assert_eq!(story.disassociate(&first).get("state"), "disassociating");
    assert_eq!(
        story.disassociate(&first).get("state"),
        "disassociating",
        "again is no harm"
    );
    story.wait(1);
    assert!(story.associations().is_empty());
    story.associate(STOPPED, "TestRole-2").ok();
}

#[test]
fn an_instance_in_transition_is_left_alone() {
    let mut story = story();
    let first = story.associate(RUNNING, "TestRole-1").get("associationId");
    story.wait(1);
    let refused = format!(
        "400 IncorrectInstanceState: The instance '{RUNNING}' is not in the 'running' or 'stopped' states."
    );
    story
        .ec2("StopInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    assert_eq!(
        story.replace(&first, "TestRole-2").fault(),
        refused,
        "stopping"
    );
    story.wait(2);
    story.disassociate(&first).ok();
    story.wait(1);
    story
        .ec2("StartInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    assert_eq!(
        story.associate(RUNNING, "TestRole-2").fault(),
        refused,
        "pending"
    );
    story.wait(2);
    story.associate(RUNNING, "TestRole-2").ok();
}

#[test]
fn an_association_goes_with_its_instance() {
    let mut story = story();
    let id = story.associate(RUNNING, "TestRole-1").get("associationId");
    story.wait(1);
    story
        .ec2("TerminateInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    let refused = format!(
        "400 IncorrectInstanceState: The instance '{RUNNING}' is not in the 'running' or 'stopped' states."
    );
    assert_eq!(
        story.replace(&id, "TestRole-2").fault(),
        refused,
        "shutting down"
    );
    story.wait(2);
    assert!(story.associations().is_empty());
    assert_eq!(
        story.associate(RUNNING, "TestRole-2").fault(),
        refused,
        "terminated"
    );
    assert!(
        story
            .disassociate(&id)
            .fault()
            .starts_with("400 InvalidAssociationID.NotFound")
    );
    story.wait(3600);
    let gone =
        format!("400 InvalidInstanceID.NotFound: The instance ID '{RUNNING}' does not exist");
    assert_eq!(
        story.associate(RUNNING, "TestRole-2").fault(),
        gone,
        "out of the listings"
    );
}

#[test]
fn a_profile_made_again_is_another_profile() {
    let mut story = story();
    story.associate(RUNNING, "TestRole-1").ok();
    story.wait(1);
    let old = story.profile_id("TestRole-1");
    let (role, profile) = (
        ("RoleName", "TestRole-1"),
        ("InstanceProfileName", "TestRole-1"),
    );
    story
        .iam("RemoveRoleFromInstanceProfile", &[role, profile])
        .ok();
    story.iam("DeleteInstanceProfile", &[profile]).ok();
    story.iam("CreateInstanceProfile", &[profile]).ok();
    let (arn, id) = story.reported(RUNNING).unwrap();
    assert!(arn.ends_with("/TestRole-1"));
    assert_eq!(id, old);
    assert_ne!(id, story.profile_id("TestRole-1"), "same ARN, another id");
}

#[test]
fn profiles_are_named_by_name_or_arn() {
    let story = story();
    let with = |name, value| {
        story.ec2(
            "AssociateIamInstanceProfile",
            &[("InstanceId", RUNNING), (name, value)],
        )
    };
    let arn = "arn:aws:iam::123456789012:instance-profile/TestRole-1";
    let faults = [
        with("IamInstanceProfile.Name", "TestRole-3").fault(),
        with("IamInstanceProfile.Name", "testrole-1").fault(),
        with(
            "IamInstanceProfile.Arn",
            "arn:aws:iam::123456789012:instance-profile/TestRole-3",
        )
        .fault(),
        with(
            "IamInstanceProfile.Arn",
            "arn:aws:iam::123456789012:instance-profile/path/TestRole-1",
        )
        .fault(),
        with(
            "IamInstanceProfile.Arn",
            "arn:aws:iam::123456789012:role/TestRole-1",
        )
        .fault(),
        story
            .ec2("AssociateIamInstanceProfile", &[("InstanceId", RUNNING)])
            .fault(),
        story
            .ec2(
                "AssociateIamInstanceProfile",
                &[("IamInstanceProfile.Arn", arn)],
            )
            .fault(),
        story
            .ec2(
                "AssociateIamInstanceProfile",
                &[("InstanceId", "i-1"), ("IamInstanceProfile.Arn", arn)],
            )
            .fault(),
        story
            .ec2(
                "AssociateIamInstanceProfile",
                &[
                    ("InstanceId", "i-00000000000000000"),
                    ("IamInstanceProfile.Arn", arn),
                ],
            )
            .fault(),
        with("InstanceProfile.Name", "TestRole-1").fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r#"
    400 InvalidParameterValue: Value (TestRole-3) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
    400 InvalidParameterValue: Value (testrole-1) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
    400 InvalidParameterValue: Value (arn:aws:iam::123456789012:instance-profile/TestRole-3) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN
    400 InvalidParameterValue: Value (arn:aws:iam::123456789012:instance-profile/path/TestRole-1) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN
    400 InvalidIamInstanceProfileArn.Malformed: The IAM instance profile ARN 'arn:aws:iam::123456789012:role/TestRole-1' is malformed
    400 MissingParameter: The request must contain the parameter IamInstanceProfile
    400 MissingParameter: The request must contain the parameter InstanceId
    400 InvalidInstanceID.Malformed: Invalid id: "i-1"
    400 InvalidInstanceID.NotFound: The instance ID 'i-00000000000000000' does not exist
    400 UnknownParameter: The parameter InstanceProfile is not recognized
    "#);
    assert!(story.associations().is_empty());
    with("IamInstanceProfile.Arn", arn).ok();
}

#[test]
fn associations_are_filtered() {
    let mut story = story();
    story.associate(RUNNING, "TestRole-1").ok();
    story.wait(1);
    let second = story.associate(STOPPED, "TestRole-2").get("associationId");
    let ids = |parameters: &[(&str, &str)]| {
        story
            .ec2("DescribeIamInstanceProfileAssociations", parameters)
            .all("instanceId")
    };
    assert_eq!(
        ids(&[
            ("Filter.1.Name", "instance-id"),
            ("Filter.1.Value.1", RUNNING)
        ]),
        [RUNNING]
    );
    assert_eq!(
        ids(&[
            ("Filter.1.Name", "state"),
            ("Filter.1.Value.1", "associating")
        ]),
        [STOPPED]
    );
    assert_eq!(ids(&[("AssociationId.1", &second)]), [STOPPED]);
    let unknown = story.ec2(
        "DescribeIamInstanceProfileAssociations",
        &[("Filter.1.Name", "arn"), ("Filter.1.Value.1", "x")],
    );
    assert_eq!(
        unknown.fault(),
        "400 InvalidParameterValue: The filter 'arn' is invalid"
    );
}

#[test]
fn regions_are_apart() {
    let mut story = story();
    story.associate(RUNNING, "TestRole-1").ok();
    story.region = "eu-central-1";
    assert!(story.associations().is_empty());
    story.associate(RUNNING, "TestRole-2").ok();
    story.region = "ap-south-1";
    assert!(
        story
            .ec2("DescribeInstances", &[])
            .all("instanceId")
            .is_empty(),
        "only two regions have instances"
    );
    assert!(
        !story.sandbox.world().regions.contains_key("ap-south-1"),
        "looking leaves nothing behind"
    );
}
