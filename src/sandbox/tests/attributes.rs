//! What can be read and changed of one instance: protection, user data, groups, metadata options.

use super::{RUNNING, STOPPED, Story, text};
use crate::sandbox::{Sandbox, Weather};

const LAUNCH: &[(&str, &str)] = &[
    ("ImageId", "ami-11aa22bb"),
    ("MinCount", "1"),
    ("MaxCount", "1"),
];

impl Story {
    fn launch(&self, more: &[(&str, &str)]) -> super::Answer {
        self.ec2("RunInstances", &[LAUNCH, more].concat())
    }

    /// What stands inside an attribute.
    fn attribute(&self, instance: &str, name: &str) -> String {
        let parameters = [("InstanceId", instance), ("Attribute", name)];
        self.ec2("DescribeInstanceAttribute", &parameters).get(name)
    }

    fn modify(&self, instance: &str, more: &[(&str, &str)]) -> super::Answer {
        let parameters = [&[("InstanceId", instance)], more].concat();
        self.ec2("ModifyInstanceAttribute", &parameters)
    }

    fn terminate(&self, instances: &[&str]) -> super::Answer {
        let names: Vec<String> = (1..=instances.len())
            .map(|number| format!("InstanceId.{number}"))
            .collect();
        let names = names.iter().map(String::as_str);
        let parameters: Vec<(&str, &str)> = names.zip(instances.iter().copied()).collect();
        self.ec2("TerminateInstances", &parameters)
    }
}

#[test]
fn a_protected_instance_is_not_terminated_nor_are_its_neighbours() {
    let story = Story::calm();
    let protected = story
        .launch(&[("DisableApiTermination", "true")])
        .get("instanceId");
    assert_eq!(
        story.attribute(&protected, "disableApiTermination"),
        "<value>true</value>"
    );
    assert_eq!(
        story.terminate(&[RUNNING, &protected]).fault(),
        format!(
            "400 OperationNotPermitted: The instance '{protected}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again."
        )
    );
    assert_eq!(
        story.attribute(RUNNING, "disableApiTermination"),
        "<value>false</value>"
    );
    story
        .modify(&protected, &[("DisableApiTermination.Value", "false")])
        .ok();
    story.terminate(&[RUNNING, &protected]).ok();
    story.terminate(&[RUNNING, &protected]).ok();
}

#[test]
fn a_seed_can_protect_an_instance() {
    let seed = "instances: [{id: i-1234567890abcdef0, disableApiTermination: true}]";
    let story = Story::of(Sandbox::open_with_seed(None, Weather::calm(), seed).unwrap());
    assert!(
        story
            .terminate(&[RUNNING])
            .fault()
            .contains("OperationNotPermitted")
    );
}

#[test]
fn a_launch_keeps_what_only_attributes_show() {
    let story = Story::calm();
    let launched = story.launch(&[
        ("UserData", "IyEvYmluL3NoCg=="),
        ("InstanceInitiatedShutdownBehavior", "terminate"),
        ("SecurityGroupId.1", "sg-1a2b3c4d"),
        ("MetadataOptions.HttpTokens", "required"),
        ("MetadataOptions.InstanceMetadataTags", "enabled"),
    ]);
    let body = launched.ok();
    let id = text(&body, "instanceId");
    assert!(!body.contains("IyEvYmluL3NoCg=="), "{body}");
    let attributes = [
        "userData",
        "instanceInitiatedShutdownBehavior",
        "disableApiTermination",
        "instanceType",
        "groupSet",
    ]
    .map(|name| format!("{name} {}", story.attribute(&id, name)));
    insta::assert_snapshot!(attributes.join("\n"), @"
    userData <value>IyEvYmluL3NoCg==</value>
    instanceInitiatedShutdownBehavior <value>terminate</value>
    disableApiTermination <value>false</value>
    instanceType <value>m1.small</value>
    groupSet <item><groupId>sg-1a2b3c4d</groupId></item>
    ");
    assert!(story.attribute(RUNNING, "userData").is_empty());
    insta::assert_snapshot!(text(&body, "metadataOptions"), @"<state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint><instanceMetadataTags>enabled</instanceMetadataTags>");
}

#[test]
fn bad_user_data_and_tags_of_nothing_do_not_launch() {
    let story = Story::calm();
    let long = "QUFB".repeat(16 * 1024 / 3 + 1);
    let tag = |kind, key| {
        [
            ("TagSpecification.1.ResourceType", kind),
            ("TagSpecification.1.Tag.1.Key", "Name"),
            ("TagSpecification.1.Tag.1.Value", "web"),
            ("TagSpecification.1.Tag.2.Key", key),
            ("TagSpecification.1.Tag.2.Value", "again"),
        ]
    };
    let faults = [
        story.launch(&[("UserData", "#!/bin/sh")]).fault(),
        story.launch(&[("UserData", &long)]).fault(),
        story.launch(&[("DisableApiTermination", "yes")]).fault(),
        story
            .launch(&[("InstanceInitiatedShutdownBehavior", "reboot")])
            .fault(),
        story.launch(&tag("bucket", "k")).fault(),
        story.launch(&tag("instance", "Name")).fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @"
    400 InvalidParameterValue: Invalid BASE64 encoding of user data.
    400 InvalidParameterValue: User data is limited to 16384 bytes
    400 InvalidParameterValue: Value (yes) for parameter DisableApiTermination is invalid. Expected a boolean
    400 InvalidParameterValue: Value (reboot) for parameter instanceInitiatedShutdownBehavior is invalid.
    400 InvalidParameterValue: 'bucket' is not a valid taggable resource type for this operation.
    400 InvalidParameterValue: Duplicate tag key 'Name' specified.
    ");
    story.launch(&tag("volume", "k")).ok();
}

#[test]
fn one_attribute_is_changed_at_a_time() {
    let story = Story::calm();
    story
        .modify(
            RUNNING,
            &[("InstanceInitiatedShutdownBehavior.Value", "terminate")],
        )
        .ok();
    story.modify(RUNNING, &[("GroupId.1", "sg-1a2b3c4d")]).ok();
    story
        .modify(STOPPED, &[("InstanceType.Value", "t3.large")])
        .ok();
    story
        .modify(STOPPED, &[("UserData.Value", "IyEvYmluL3NoCg==")])
        .ok();
    assert_eq!(
        story.attribute(RUNNING, "instanceInitiatedShutdownBehavior"),
        "<value>terminate</value>"
    );
    assert_eq!(
        story.attribute(STOPPED, "instanceType"),
        "<value>t3.large</value>"
    );
    let faults = [
        story.modify(RUNNING, &[]).fault(),
        story
            .modify(
                STOPPED,
                &[
                    ("InstanceType.Value", "t3.large"),
                    ("DisableApiTermination.Value", "true"),
                ],
            )
            .fault(),
        story
            .modify(RUNNING, &[("InstanceType.Value", "t3.large")])
            .fault(),
        story.modify(RUNNING, &[("GroupId.1", "sg-0")]).fault(),
        story.modify("i-00000000", &[("GroupId.1", "sg-0")]).fault(),
        story
            .ec2(
                "DescribeInstanceAttribute",
                &[("InstanceId", RUNNING), ("Attribute", "colour")],
            )
            .fault(),
        story
            .ec2("DescribeInstanceAttribute", &[("InstanceId", RUNNING)])
            .fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @"
    400 InvalidParameterCombination: No attributes specified.
    400 InvalidParameterCombination: Fields for multiple attribute types specified: disableApiTermination, instanceType
    400 IncorrectInstanceState: The instance 'i-1234567890abcdef0' is not in the 'stopped' state.
    400 InvalidGroup.NotFound: The security group 'sg-0' does not exist
    400 InvalidInstanceID.NotFound: The instance ID 'i-00000000' does not exist
    400 InvalidParameterValue: Value (colour) for parameter attribute is invalid. Unknown attribute
    400 MissingParameter: The request must contain the parameter Attribute
    ");
}

#[test]
fn metadata_options_change_one_by_one() {
    let story = Story::calm();
    let modify = |parameters: &[(&str, &str)]| {
        story.ec2(
            "ModifyInstanceMetadataOptions",
            &[&[("InstanceId", RUNNING)], parameters].concat(),
        )
    };
    insta::assert_snapshot!(modify(&[("HttpTokens", "required")]).get("instanceMetadataOptions"), @"<state>pending</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint><instanceMetadataTags>disabled</instanceMetadataTags>");
    modify(&[("HttpPutResponseHopLimit", "2")]).ok();
    let shown = story
        .ec2("DescribeInstances", &[("InstanceId.1", RUNNING)])
        .get("metadataOptions");
    insta::assert_snapshot!(shown, @"<state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint><instanceMetadataTags>disabled</instanceMetadataTags>");
    assert!(
        modify(&[("HttpTokens", "maybe")])
            .fault()
            .contains("Value (maybe) for parameter HttpTokens is invalid.")
    );
    story.terminate(&[RUNNING]).ok();
    assert_eq!(
        modify(&[("HttpTokens", "optional")]).fault(),
        format!(
            "400 IncorrectInstanceState: The instance '{RUNNING}' is not in a state from which it can be modified."
        )
    );
}

#[test]
fn instances_are_found_by_the_profile_they_report() {
    let story = Story::calm();
    story.role_in_profile("p");
    story.associate(RUNNING, "p").ok();
    let id = story
        .iam("GetInstanceProfile", &[("InstanceProfileName", "p")])
        .get("InstanceProfileId");
    let found = story.ec2(
        "DescribeInstances",
        &[
            ("Filter.1.Name", "iam-instance-profile.id"),
            ("Filter.1.Value.1", &id),
            ("Filter.2.Name", "instance-id"),
            ("Filter.2.Value.1", RUNNING),
            ("Filter.2.Value.2", STOPPED),
        ],
    );
    assert_eq!(found.all("instanceId"), [RUNNING]);
}
