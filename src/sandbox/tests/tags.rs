//! Tags: keys of roles ignore case, keys of profiles do not, a call with one bad tag does nothing.

use super::Story;

const ROLE: (&str, &str) = ("RoleName", "s3access");
const PROFILE: (&str, &str) = ("InstanceProfileName", "s3access");

impl Story {
    fn tag(&self, action: &str, owner: (&str, &str), key: &str, value: &str) -> super::Answer {
        self.iam(
            action,
            &[
                owner,
                ("Tags.member.1.Key", key),
                ("Tags.member.1.Value", value),
            ],
        )
    }
}

#[test]
fn role_keys_ignore_case() {
    let story = Story::calm();
    story.role("s3access").ok();
    story.tag("TagRole", ROLE, "Department", "finance").ok();
    story.tag("TagRole", ROLE, "department", "hr").ok();
    let tags = story.iam("ListRoleTags", &[ROLE]).ok();
    assert!(
        tags.contains("<Tags><member><Key>department</Key><Value>hr</Value></member></Tags>"),
        "{tags}"
    );
    story
        .iam(
            "UntagRole",
            &[
                ROLE,
                ("TagKeys.member.1", "DEPARTMENT"),
                ("TagKeys.member.2", "absent"),
            ],
        )
        .ok();
    assert!(story.iam("ListRoleTags", &[ROLE]).all("Key").is_empty());
}

#[test]
fn profile_keys_do_not() {
    let story = Story::calm();
    story.role_in_profile("s3access");
    story
        .tag("TagInstanceProfile", PROFILE, "Department", "finance")
        .ok();
    story
        .tag("TagInstanceProfile", PROFILE, "department", "hr")
        .ok();
    assert_eq!(
        story.iam("ListInstanceProfileTags", &[PROFILE]).all("Key"),
        ["Department", "department"]
    );
    story
        .iam(
            "UntagInstanceProfile",
            &[PROFILE, ("TagKeys.member.1", "department")],
        )
        .ok();
    assert_eq!(
        story
            .iam("ListInstanceProfileTags", &[PROFILE])
            .all("Value"),
        ["finance"]
    );
}

#[test]
fn one_bad_tag_spoils_the_call() {
    let story = Story::calm();
    story.role("s3access").ok();
    let good = [
        ROLE,
        ("Tags.member.1.Key", "good"),
        ("Tags.member.1.Value", "v"),
    ];
    let with = |key, value| {
        story.iam(
            "TagRole",
            &[
                &good[..],
                &[("Tags.member.2.Key", key), ("Tags.member.2.Value", value)],
            ]
            .concat(),
        )
    };
    let faults = [
        with("aws:reserved", "v").fault(),
        with("GOOD", "twice").fault(),
        with("sem;colon", "v").fault(),
        story
            .iam(
                "TagRole",
                &[&good[..], &[("Tags.member.2.Key", "valueless")]].concat(),
            )
            .fault(),
        story.iam("UntagRole", &[ROLE]).fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 InvalidInput: Tag keys must not start with the reserved prefix aws:
    400 InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.
    400 ValidationError: 1 validation error detected: Value 'sem;colon' at 'tags.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+
    400 ValidationError: 1 validation error detected: Value null at 'tags.member.value' failed to satisfy constraint: Member must not be null
    400 ValidationError: 1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null
    ");
    assert!(story.iam("ListRoleTags", &[ROLE]).all("Key").is_empty());
}

#[test]
fn deleting_all_tags_leaves_those_of_aws() {
    let seed = "instances: [{id: i-1234567890abcdef0, tags: {'aws:autoscaling:groupName': web, Name: web-1}}]";
    let weather = crate::sandbox::Weather::calm();
    let story = Story::of(crate::sandbox::Sandbox::open_with_seed(None, weather, seed).unwrap());
    story
        .ec2("DeleteTags", &[("ResourceId.1", super::RUNNING)])
        .ok();
    let left = story.ec2("DescribeTags", &[]).all("key");
    assert_eq!(left, ["aws:autoscaling:groupName"]);
}

#[test]
fn instance_tags_are_overwritten_key_by_key_and_deleted_by_value() {
    let story = Story::calm();
    let instance = ("ResourceId.1", super::RUNNING);
    story
        .ec2(
            "CreateTags",
            &[
                instance,
                ("Tag.1.Key", "env"),
                ("Tag.1.Value", "prod"),
                ("Tag.2.Key", "name"),
                ("Tag.2.Value", ""),
            ],
        )
        .ok();
    let tags = || {
        let filter = [
            ("Filter.1.Name", "resource-id"),
            ("Filter.1.Value.1", super::RUNNING),
        ];
        let body = story.ec2("DescribeTags", &filter).ok();
        super::texts(&body, "key")
            .into_iter()
            .zip(super::texts(&body, "value"))
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(tags(), ["Name=web-1", "env=prod", "name="]);
    let without_value = [instance, ("Tag.1.Key", "env"), ("Tag.1.Value", "")];
    story.ec2("DeleteTags", &without_value).ok();
    assert_eq!(tags(), ["Name=web-1", "env=prod", "name="]);
    story
        .ec2(
            "DeleteTags",
            &[instance, ("Tag.1.Key", "env"), ("Tag.1.Value", "test")],
        )
        .ok();
    story
        .ec2("DeleteTags", &[instance, ("Tag.1.Key", "name")])
        .ok();
    assert_eq!(tags(), ["Name=web-1", "env=prod"]);
    story.ec2("DeleteTags", &[instance]).ok();
    assert!(tags().is_empty());
    let unknown = story.ec2(
        "CreateTags",
        &[
            ("ResourceId.1", "vol-1"),
            ("Tag.1.Key", "k"),
            ("Tag.1.Value", "v"),
        ],
    );
    assert_eq!(
        unknown.fault(),
        "400 InvalidID: The ID 'vol-1' is not valid"
    );
}
