//! Instances: launched, described, started, stopped, terminated.

use super::{RUNNING, STOPPED, Story, text, texts};
use crate::sandbox::{Delay, Weather};

/// The launch of the EC2 user guide.
const GUIDE: &[(&str, &str)] = &[
    ("ImageId", "ami-11aa22bb"),
    ("MinCount", "1"),
    ("MaxCount", "1"),
    ("KeyName", "my-key-pair"),
    ("SecurityGroup.1", "my-security-group"),
    ("SubnetId", "subnet-1a2b3c4d"),
];

fn story() -> Story {
    Story::with(Weather {
        propagation_delay: Delay::ZERO,
        ..Weather::default()
    })
}

impl Story {
    fn run(&self, more: &[(&str, &str)]) -> super::Answer {
        self.ec2("RunInstances", &[GUIDE, more].concat())
    }

    fn state(&self, instance: &str) -> String {
        text(
            &self
                .ec2("DescribeInstances", &[("InstanceId.1", instance)])
                .get("instanceState"),
            "name",
        )
    }
}

#[test]
fn a_launch_with_a_profile_makes_an_association() {
    let mut story = story();
    story.role_in_profile("s3access-profile");
    let tags = [
        ("TagSpecification.1.ResourceType", "instance"),
        ("TagSpecification.1.Tag.1.Key", "Name"),
        ("TagSpecification.1.Tag.1.Value", "new"),
    ];
    let body = story
        .run(
            &[
                &tags[..],
                &[("IamInstanceProfile.Name", "s3access-profile")],
            ]
            .concat(),
        )
        .ok();
    let id = text(&body, "instanceId");
    assert_eq!(
        text(&text(&body, "iamInstanceProfile"), "arn"),
        "arn:aws:iam::123456789012:instance-profile/s3access-profile"
    );
    assert_eq!(text(&text(&body, "tagSet"), "value"), "new");
    assert_eq!(story.state(&id), "pending");
    story.wait(2);
    assert_eq!(story.state(&id), "running");
    assert_eq!(story.associations(), ["associated s3access-profile"]);
    let found = story.ec2(
        "DescribeInstances",
        &[
            ("Filter.1.Name", "iam-instance-profile.arn"),
            ("Filter.1.Value.1", "*/s3access-profile"),
        ],
    );
    assert_eq!(found.all("instanceId"), [id]);
}

#[test]
fn an_empty_profile_does_not_launch() {
    let story = story();
    story
        .iam("CreateInstanceProfile", &[("InstanceProfileName", "empty")])
        .ok();
    let fault = story.run(&[("IamInstanceProfile.Name", "empty")]).fault();
    assert_eq!(
        fault,
        "400 InvalidParameterValue: IAM Instance Profile \"arn:aws:iam::123456789012:instance-profile/empty\" has no associated IAM Roles"
    );
    assert_eq!(
        story.ec2("DescribeInstances", &[]).all("instanceId").len(),
        10
    );
}

#[test]
fn a_client_token_makes_a_launch_once() {
    let mut story = story();
    let token = ("ClientToken", "once");
    let first = story.run(&[token]).get("instanceId");
    assert_eq!(story.run(&[token]).get("instanceId"), first);
    let mismatch = story.run(&[token, ("InstanceType", "t3.large")]).fault();
    story
        .ec2("TerminateInstances", &[("InstanceId.1", &first)])
        .ok();
    story.wait(2);
    let terminated = story.run(&[token]).fault();
    let found = story.ec2(
        "DescribeInstances",
        &[
            ("Filter.1.Name", "client-token"),
            ("Filter.1.Value.1", "once"),
        ],
    );
    assert_eq!(found.all("instanceId"), [first]);
    insta::assert_snapshot!([mismatch, terminated].join("\n"), @r"
    400 IdempotentParameterMismatch: Arguments on this idempotent request are inconsistent with arguments used in previous request(s).
    400 IdempotentInstanceTerminated: The client token you have provided is associated with a resource that is already deleted. Please use a different client token.
    ");
}

#[test]
fn what_a_launch_names_must_be_there() {
    let story = story();
    let with = |name: &str, value: &str| {
        let others: Vec<(&str, &str)> = GUIDE
            .iter()
            .copied()
            .filter(|(known, _)| *known != name)
            .collect();
        story
            .ec2("RunInstances", &[&others[..], &[(name, value)]].concat())
            .fault()
    };
    let faults = [
        with("ImageId", "ami-00000000"),
        with("ImageId", "image"),
        with("MaxCount", "0"),
        with("MinCount", "2"),
        with("KeyName", "lost"),
        with("SecurityGroup.1", "open"),
        with("SecurityGroupId.1", "sg-00000000"),
        with("SubnetId", "subnet-00000000"),
        with("InstanceType", "large"),
        with("MetadataOptions.HttpTokens", "maybe"),
        with("MetadataOptions.HttpPutResponseHopLimit", "65"),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r#"
    400 InvalidAMIID.NotFound: The image id '[ami-00000000]' does not exist
    400 InvalidAMIID.Malformed: Invalid id: "image" (expecting "ami-...")
    400 InvalidParameterValue: Value (0) for parameter MaxCount is invalid.
    400 InvalidParameterValue: Value for parameter minCount is invalid. Expecting a value no greater than maxCount.
    400 InvalidKeyPair.NotFound: The key pair 'lost' does not exist
    400 InvalidGroup.NotFound: The security group 'open' does not exist
    400 InvalidGroup.NotFound: The security group 'sg-00000000' does not exist
    400 InvalidSubnetID.NotFound: The subnet ID 'subnet-00000000' does not exist
    400 InvalidParameterValue: Invalid value 'large' for InstanceType.
    400 InvalidParameterValue: Value (maybe) for parameter HttpTokens is invalid.
    400 InvalidParameterValue: Value (65) for parameter HttpPutResponseHopLimit is invalid.
    "#);
    assert_eq!(
        story.ec2("DescribeInstances", &[]).all("instanceId").len(),
        10
    );
}

#[test]
fn instances_change_state_over_time() {
    let mut story = story();
    let stopping = story
        .ec2("StopInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    assert_eq!(texts(&stopping, "name"), ["stopping", "running"]);
    assert_eq!(story.state(RUNNING), "stopping");
    let early = story
        .ec2("StartInstances", &[("InstanceId.1", RUNNING)])
        .fault();
    assert_eq!(
        early,
        format!(
            "400 IncorrectInstanceState: The instance '{RUNNING}' is not in a state from which it can be started."
        )
    );
    story.wait(2);
    assert_eq!(story.state(RUNNING), "stopped");
    story
        .ec2("StartInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    assert_eq!(story.state(RUNNING), "pending");
    let early = story
        .ec2("StopInstances", &[("InstanceId.1", RUNNING)])
        .fault();
    assert_eq!(
        early,
        format!(
            "400 IncorrectInstanceState: The instance '{RUNNING}' is not in a state from which it can be stopped."
        )
    );
    story.wait(2);
    assert_eq!(story.state(RUNNING), "running");
}

#[test]
fn one_bad_id_terminates_none() {
    let mut story = story();
    let bad = story.ec2(
        "TerminateInstances",
        &[
            ("InstanceId.1", RUNNING),
            ("InstanceId.2", "i-00000000000000000"),
        ],
    );
    assert_eq!(
        bad.fault(),
        "400 InvalidInstanceID.NotFound: The instance ID 'i-00000000000000000' does not exist"
    );
    assert_eq!(story.state(RUNNING), "running");
    story
        .ec2(
            "TerminateInstances",
            &[("InstanceId.1", RUNNING), ("InstanceId.2", STOPPED)],
        )
        .ok();
    story.wait(2);
    let again = story
        .ec2("TerminateInstances", &[("InstanceId.1", RUNNING)])
        .ok();
    assert_eq!(texts(&again, "name"), ["terminated", "terminated"]);
    story.wait(3600);
    assert_eq!(
        story.ec2("DescribeInstances", &[]).all("instanceId").len(),
        8
    );
}

#[test]
fn instances_are_filtered() {
    let story = story();
    let ids = |name: &str, value: &str| {
        story
            .ec2(
                "DescribeInstances",
                &[("Filter.1.Name", name), ("Filter.1.Value.1", value)],
            )
            .all("instanceId")
    };
    assert_eq!(ids("instance-state-name", "stopped")[0], STOPPED);
    assert_eq!(ids("tag:Name", "web-1"), [RUNNING]);
    assert_eq!(ids("tag:Name", "web-*").len(), 2);
    assert_eq!(ids("tag-key", "Name").len(), 10);
    assert_eq!(ids("tag:Fleet", "shop").len(), 6);
    assert_eq!(ids("instance-state-code", "16").len(), 8);
    assert!(
        ids("tag:name", "web-1").is_empty(),
        "keys are case-sensitive"
    );
    let unknown = story
        .ec2(
            "DescribeInstances",
            &[("Filter.1.Name", "colour"), ("Filter.1.Value.1", "red")],
        )
        .fault();
    assert_eq!(
        unknown,
        "400 InvalidParameterValue: The filter 'colour' is invalid"
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let story = story();
    let fault = story
        .ec2(
            "TerminateInstances",
            &[("InstanceId.1", RUNNING), ("DryRun", "true")],
        )
        .fault();
    assert_eq!(
        fault,
        "412 DryRunOperation: Request would have succeeded, but DryRun flag is set."
    );
    assert_eq!(story.state(RUNNING), "running");
}

#[test]
fn parameters_that_do_not_exist_are_refused() {
    let story = story();
    let fault = story
        .ec2("DescribeInstances", &[("InstanceIds.1", RUNNING)])
        .fault();
    assert_eq!(
        fault,
        "400 UnknownParameter: The parameter InstanceIds is not recognized"
    );
    assert_eq!(
        story.ec2("LaunchInstances", &[]).fault(),
        "400 InvalidAction: The action LaunchInstances is not valid for this web service."
    );
}
