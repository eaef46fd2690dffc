//! Quotas: full is full, and nothing was changed.

use super::{EC2_TRUST, Story};

/// A sound policy of exactly this many characters, not counting white space.
fn policy(size: usize) -> String {
    let around =
        r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::"}]}"#;
    around.replace(
        "s3:::",
        &format!("s3:::{}", "b".repeat(size - around.len())),
    )
}

#[test]
fn a_trust_policy_has_2048_characters_without_white_space() {
    let story = Story::calm();
    story.role("r").ok();
    let padded = |letters: usize| {
        EC2_TRUST.replace(
            r#""Effect""#,
            &format!(
                r#""Sid":"{}",{}"Effect""#,
                "s".repeat(letters),
                " ".repeat(3000)
            ),
        )
    };
    let room = 2048 - padded(0).replace(' ', "").len();
    let put = |letters| {
        story.iam(
            "UpdateAssumeRolePolicy",
            &[("RoleName", "r"), ("PolicyDocument", &padded(letters))],
        )
    };
    put(room).ok();
    assert_eq!(
        put(room + 1).fault(),
        "409 LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"
    );
}

#[test]
fn inline_policies_share_10240_characters() {
    let story = Story::calm();
    story.role("r").ok();
    let put = |name, size| {
        story.iam(
            "PutRolePolicy",
            &[
                ("RoleName", "r"),
                ("PolicyName", name),
                ("PolicyDocument", &policy(size)),
            ],
        )
    };
    put("one", 5000).ok();
    put("two", 5240).ok();
    let full = "409 LimitExceeded: Maximum policy size of 10240 bytes exceeded for role r";
    assert_eq!(put("three", 100).fault(), full);
    assert_eq!(put("one", 5001).fault(), full);
    put("one", 4999).ok();
    assert_eq!(
        story
            .iam("ListRolePolicies", &[("RoleName", "r")])
            .all("member"),
        ["one", "two"]
    );
}

#[test]
fn a_role_takes_ten_managed_policies() {
    let story = Story::calm();
    story.role("r").ok();
    let names = [
        "AdministratorAccess",
        "AmazonEC2FullAccess",
        "AmazonEC2ReadOnlyAccess",
        "AmazonS3FullAccess",
        "AmazonS3ReadOnlyAccess",
        "AmazonSSMManagedInstanceCore",
        "CloudWatchAgentServerPolicy",
        "IAMReadOnlyAccess",
        "PowerUserAccess",
        "ReadOnlyAccess",
    ];
    let attach = |name: &str| {
        story.iam(
            "AttachRolePolicy",
            &[
                ("RoleName", "r"),
                ("PolicyArn", &format!("arn:aws:iam::aws:policy/{name}")),
            ],
        )
    };
    for name in names {
        attach(name).ok();
    }
    assert_eq!(
        attach("SecurityAudit").fault(),
        "409 LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"
    );
    attach("ReadOnlyAccess").ok();
}

#[test]
fn an_account_has_a_thousand_roles_and_profiles() {
    let story = Story::calm();
    for number in 0..1000 {
        story.role(&format!("r{number}")).ok();
        story
            .iam(
                "CreateInstanceProfile",
                &[("InstanceProfileName", &format!("p{number}"))],
            )
            .ok();
    }
    assert_eq!(
        story.role("more").fault(),
        "409 LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000"
    );
    let profile = story.iam("CreateInstanceProfile", &[("InstanceProfileName", "more")]);
    assert_eq!(
        profile.fault(),
        "409 LimitExceeded: Cannot exceed quota for InstanceProfilesPerAccount: 1000"
    );
}

#[test]
fn a_resource_has_fifty_tags() {
    let story = Story::calm();
    story.role("r").ok();
    let tag = |key: &str| {
        story.iam(
            "TagRole",
            &[
                ("RoleName", "r"),
                ("Tags.member.1.Key", key),
                ("Tags.member.1.Value", ""),
            ],
        )
    };
    for number in 0..50 {
        tag(&format!("k{number}")).ok();
    }
    assert_eq!(
        tag("more").fault(),
        "409 LimitExceeded: The number of tags has reached the maximum limit."
    );
    tag("k7").ok();
}

#[test]
fn the_account_tells_its_quotas_and_usage() {
    let story = Story::calm();
    story.role("r").ok();
    let body = story.iam("GetAccountSummary", &[]).ok();
    let rows = super::texts(&body, "key")
        .into_iter()
        .zip(super::texts(&body, "value"));
    let rows: std::collections::BTreeMap<String, String> = rows.collect();
    assert_eq!(rows["Roles"], "2");
    assert_eq!(rows["RolesQuota"], "1000");
    assert_eq!(rows["AssumeRolePolicySizeQuota"], "2048");
    assert_eq!(rows["RolePolicySizeQuota"], "10240");
    assert_eq!(rows["AttachedPoliciesPerRoleQuota"], "10");
}

#[test]
fn an_instance_has_fifty_tags_with_keys_of_127_characters() {
    let story = Story::calm();
    let tag = |key: &str| {
        let parameters = [
            ("ResourceId.1", super::RUNNING),
            ("Tag.1.Key", key),
            ("Tag.1.Value", "v"),
        ];
        story.ec2("CreateTags", &parameters)
    };
    tag(&"k".repeat(127)).ok();
    let faults = [tag(&"k".repeat(128)).fault(), tag("aws:name").fault()];
    // With the one that the instance was made with, this makes fifty.
    (0..48).for_each(|number| drop(tag(&format!("key-{number}")).ok()));
    let full = tag("one-more").fault();
    insta::assert_snapshot!([&faults[..], &[full]].concat().join("\n"), @"
    400 InvalidParameterValue: Tag key cannot be null, empty, or longer than 127 characters.
    400 InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use
    400 TagLimitExceeded: The maximum number of Tags for a resource has been reached: 50
    ");
}

#[test]
fn a_region_has_room_for_256_instances() {
    let story = Story::calm();
    let launch = |count: &str| {
        let parameters = [
            ("ImageId", "ami-11aa22bb"),
            ("MinCount", "1"),
            ("MaxCount", count),
        ];
        story.ec2("RunInstances", &parameters)
    };
    insta::assert_snapshot!(launch("247").fault(), @"400 InstanceLimitExceeded: You have requested more instances (247) than your current instance limit of 256 allows for the specified instance type.");
    assert_eq!(launch("246").all("instanceId").len(), 246);
}
