//! Roles: created, read, changed, deleted.

use super::{EC2_TRUST, S3_POLICY, Story, text};

const READ_ONLY: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

#[test]
fn a_role_reads_back_as_created() {
    let story = Story::calm();
    let boundary = (
        "PermissionsBoundary",
        "arn:aws:iam::aws:policy/PowerUserAccess",
    );
    let created = story.iam(
        "CreateRole",
        &[
            ("RoleName", "s3access"),
            ("Path", "/team/"),
            ("AssumeRolePolicyDocument", EC2_TRUST),
            ("Description", "reads S3"),
            ("MaxSessionDuration", "7200"),
            ("Tags.member.1.Key", "rolewright:stack"),
            ("Tags.member.1.Value", "web"),
            boundary,
        ],
    );
    let created = created.ok();
    assert!(
        !created.contains("<Description>"),
        "CreateRole does not echo it: {created}"
    );
    let read = story.iam("GetRole", &[("RoleName", "s3access")]).ok();
    assert_eq!(
        text(&read, "Arn"),
        "arn:aws:iam::123456789012:role/team/s3access"
    );
    assert_eq!(text(&read, "RoleId"), text(&created, "RoleId"));
    assert_eq!(text(&read, "CreateDate"), "2026-01-01T12:00:00Z");
    assert_eq!(text(&read, "Description"), "reads S3");
    assert_eq!(text(&read, "MaxSessionDuration"), "7200");
    assert_eq!(text(&read, "PermissionsBoundaryArn"), boundary.1);
    assert_eq!(text(&read, "Key"), "rolewright:stack");
    assert!(
        read.contains("<AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22"),
        "{read}"
    );
}

#[test]
fn lists_leave_out_tags_and_boundaries_and_details_leave_out_descriptions() {
    let story = Story::calm();
    let parameters = [
        ("RoleName", "s3access"),
        ("AssumeRolePolicyDocument", EC2_TRUST),
        ("Description", "reads S3"),
        ("PermissionsBoundary", READ_ONLY),
        ("Tags.member.1.Key", "k"),
        ("Tags.member.1.Value", "v"),
    ];
    story.iam("CreateRole", &parameters).ok();
    let listed = story.iam("ListRoles", &[("PathPrefix", "/")]).ok();
    assert!(
        listed.contains("<Description>reads S3</Description>")
            && listed.contains("<MaxSessionDuration>")
    );
    assert!(
        !listed.contains("<Tags>") && !listed.contains("<PermissionsBoundary>"),
        "{listed}"
    );
    let details = story
        .iam(
            "GetAccountAuthorizationDetails",
            &[("Filter.member.1", "Role")],
        )
        .ok();
    assert!(
        details.contains("<Tags><member><Key>k</Key>") && details.contains("<PermissionsBoundary>")
    );
    assert!(
        !details.contains("<Description>") && !details.contains("<MaxSessionDuration>"),
        "{details}"
    );
}

#[test]
fn details_hold_policies_attachments_and_profiles() {
    let story = Story::calm();
    story.role_in_profile("s3access");
    let role = ("RoleName", "s3access");
    story
        .iam(
            "PutRolePolicy",
            &[
                role,
                ("PolicyName", "S3-Permissions"),
                ("PolicyDocument", S3_POLICY),
            ],
        )
        .ok();
    story
        .iam("AttachRolePolicy", &[role, ("PolicyArn", READ_ONLY)])
        .ok();
    let details = story.iam("GetAccountAuthorizationDetails", &[]).ok();
    let detail = text(&details, "RoleDetailList");
    assert_eq!(text(&detail, "InstanceProfileName"), "s3access");
    assert!(
        detail.contains("<PolicyName>S3-Permissions</PolicyName>") && detail.contains(READ_ONLY)
    );
    assert_eq!(text(&details, "UserName"), "sandbox");
    assert_eq!(text(&text(&details, "Policies"), "AttachmentCount"), "1");
}

#[test]
fn names_are_unique_ignoring_case() {
    let story = Story::calm();
    story.role("s3access").ok();
    assert_eq!(
        story.role("S3Access").fault(),
        "409 EntityAlreadyExists: Role with name S3Access already exists."
    );
    assert_eq!(
        story
            .iam("GetRole", &[("RoleName", "S3ACCESS")])
            .get("RoleName"),
        "s3access"
    );
}

#[test]
fn updates_change_what_they_name() {
    let story = Story::calm();
    story.role("s3access").ok();
    let role = ("RoleName", "s3access");
    story
        .iam("UpdateRole", &[role, ("Description", "one")])
        .ok();
    story
        .iam("UpdateRole", &[role, ("MaxSessionDuration", "43200")])
        .ok();
    let read = story.iam("GetRole", &[role]).ok();
    assert_eq!(
        (
            text(&read, "Description"),
            text(&read, "MaxSessionDuration")
        ),
        ("one".to_owned(), "43200".to_owned())
    );
    story
        .iam("UpdateRoleDescription", &[role, ("Description", "")])
        .ok();
    assert!(!story.iam("GetRole", &[role]).ok().contains("<Description>"));
    let fault = story
        .iam("UpdateRole", &[role, ("MaxSessionDuration", "60")])
        .fault();
    insta::assert_snapshot!(fault, @"400 ValidationError: 1 validation error detected: Value '60' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600");
}

#[test]
fn a_role_goes_last() {
    let story = Story::calm();
    story.role_in_profile("s3access");
    let (role, profile) = (
        ("RoleName", "s3access"),
        ("InstanceProfileName", "s3access"),
    );
    let policy = ("PolicyName", "S3-Permissions");
    story
        .iam(
            "PutRolePolicy",
            &[role, policy, ("PolicyDocument", S3_POLICY)],
        )
        .ok();
    story
        .iam("AttachRolePolicy", &[role, ("PolicyArn", READ_ONLY)])
        .ok();
    let refused = || story.iam("DeleteRole", &[role]).fault();
    assert_eq!(
        refused(),
        "409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first."
    );
    story
        .iam("RemoveRoleFromInstanceProfile", &[role, profile])
        .ok();
    assert_eq!(
        refused(),
        "409 DeleteConflict: Cannot delete entity, must detach all policies first."
    );
    story
        .iam("DetachRolePolicy", &[role, ("PolicyArn", READ_ONLY)])
        .ok();
    assert_eq!(
        refused(),
        "409 DeleteConflict: Cannot delete entity, must delete policies first."
    );
    story.iam("DeleteRolePolicy", &[role, policy]).ok();
    story.iam("DeleteRole", &[role]).ok();
    assert_eq!(
        refused(),
        "404 NoSuchEntity: The role with name s3access cannot be found."
    );
}

#[test]
fn what_is_not_there_is_said_by_name() {
    let story = Story::calm();
    story.role("s3access").ok();
    let (role, policy) = (("RoleName", "s3access"), ("PolicyName", "gone"));
    let faults = [
        story.iam("GetRole", &[("RoleName", "nobody")]).fault(),
        story.iam("GetRolePolicy", &[role, policy]).fault(),
        story.iam("DeleteRolePolicy", &[role, policy]).fault(),
        story
            .iam("DetachRolePolicy", &[role, ("PolicyArn", READ_ONLY)])
            .fault(),
        story
            .iam(
                "AttachRolePolicy",
                &[
                    role,
                    ("PolicyArn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcess"),
                ],
            )
            .fault(),
        story
            .iam(
                "AttachRolePolicy",
                &[
                    role,
                    ("PolicyArn", "arn:aws:iam::123456789012:role/s3access"),
                ],
            )
            .fault(),
        story
            .iam(
                "PutRolePermissionsBoundary",
                &[
                    role,
                    (
                        "PermissionsBoundary",
                        "arn:aws:iam::123456789012:policy/none",
                    ),
                ],
            )
            .fault(),
        story.iam("DeleteRolePermissionsBoundary", &[role]).fault(),
        story
            .iam("GetInstanceProfile", &[("InstanceProfileName", "nobody")])
            .fault(),
        story.iam("GetUser", &[("UserName", "nobody")]).fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    404 NoSuchEntity: The role with name nobody cannot be found.
    404 NoSuchEntity: The role policy with name gone cannot be found.
    404 NoSuchEntity: The role policy with name gone cannot be found.
    404 NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess was not found.
    404 NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcess does not exist or is not attachable.
    400 InvalidInput: ARN arn:aws:iam::123456789012:role/s3access is not valid.
    404 NoSuchEntity: Scope ARN: arn:aws:iam::123456789012:policy/none does not exist or is not attachable.
    404 NoSuchEntity: Role s3access does not have a permission boundary
    404 NoSuchEntity: Instance Profile nobody cannot be found.
    404 NoSuchEntity: The user with name nobody cannot be found.
    ");
}

#[test]
fn boundaries_are_put_and_deleted() {
    let story = Story::calm();
    story.role("s3access").ok();
    let role = ("RoleName", "s3access");
    story
        .iam(
            "PutRolePermissionsBoundary",
            &[role, ("PermissionsBoundary", READ_ONLY)],
        )
        .ok();
    assert_eq!(
        story.iam("GetRole", &[role]).get("PermissionsBoundaryArn"),
        READ_ONLY
    );
    story.iam("DeleteRolePermissionsBoundary", &[role]).ok();
    assert!(
        !story
            .iam("GetRole", &[role])
            .ok()
            .contains("PermissionsBoundary")
    );
}

#[test]
fn a_service_linked_role_is_only_read() {
    let story = Story::calm();
    let role = ("RoleName", "AWSServiceRoleForSupport");
    story.iam("GetRole", &[role]).ok();
    let text = "400 UnmodifiableEntity: Cannot perform the operation on the protected role 'AWSServiceRoleForSupport' - this role is only modifiable by AWS";
    assert_eq!(story.iam("DeleteRole", &[role]).fault(), text);
    assert_eq!(
        story
            .iam(
                "TagRole",
                &[
                    role,
                    ("Tags.member.1.Key", "k"),
                    ("Tags.member.1.Value", "v")
                ]
            )
            .fault(),
        text
    );
    assert_eq!(
        story
            .iam(
                "PutRolePolicy",
                &[role, ("PolicyName", "p"), ("PolicyDocument", S3_POLICY)]
            )
            .fault(),
        text
    );
    story
        .iam("CreateInstanceProfile", &[("InstanceProfileName", "p")])
        .ok();
    assert_eq!(
        story
            .iam(
                "AddRoleToInstanceProfile",
                &[role, ("InstanceProfileName", "p")]
            )
            .fault(),
        text
    );
}

#[test]
fn attaching_twice_is_attaching_once() {
    let story = Story::calm();
    story.role("s3access").ok();
    let (role, arn) = (("RoleName", "s3access"), ("PolicyArn", READ_ONLY));
    story.iam("AttachRolePolicy", &[role, arn]).ok();
    story.iam("AttachRolePolicy", &[role, arn]).ok();
    let listed = story.iam("ListAttachedRolePolicies", &[role]).ok();
    assert_eq!(
        super::texts(&listed, "PolicyName"),
        ["AmazonS3ReadOnlyAccess"]
    );
    assert_eq!(super::texts(&listed, "PolicyArn"), [READ_ONLY]);
}

#[test]
fn bad_parameters_are_named() {
    let story = Story::calm();
    let trust = ("AssumeRolePolicyDocument", EC2_TRUST);
    let faults = [
        story.iam("CreateRole", &[trust]).fault(),
        story
            .iam("CreateRole", &[("RoleName", "a b"), trust])
            .fault(),
        story
            .iam("CreateRole", &[("RoleName", "a"), ("Path", "team"), trust])
            .fault(),
        story
            .iam(
                "CreateRole",
                &[("RoleName", "a"), ("Description", "\u{2014}"), trust],
            )
            .fault(),
        story
            .iam(
                "CreateRole",
                &[
                    ("RoleName", "a"),
                    ("Path", "/aws-service-role/x.amazonaws.com/"),
                    trust,
                ],
            )
            .fault(),
        story
            .iam(
                "CreateRole",
                &[("RoleName", "a"), ("PermissionsBoundary", "short"), trust],
            )
            .fault(),
        story.iam("MakeRole", &[]).fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 ValidationError: 1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null
    400 ValidationError: 1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+
    400 ValidationError: 1 validation error detected: Value 'team' at 'path' failed to satisfy constraint: Member must satisfy regular expression pattern: (\u002F)|(\u002F[\u0021-\u007E]+\u002F)
    400 ValidationError: 1 validation error detected: Value '—' at 'description' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*
    400 InvalidInput: A role cannot be created at the reserved path /aws-service-role/x.amazonaws.com/
    400 ValidationError: 1 validation error detected: Value 'short' at 'permissionsBoundary' failed to satisfy constraint: Member must have length greater than or equal to 20
    400 InvalidAction: Could not find operation MakeRole for version 2010-05-08
    ");
    assert_eq!(
        story.iam("ListRoles", &[]).all("RoleName"),
        ["AWSServiceRoleForSupport"]
    );
}

#[test]
fn what_is_of_another_partition_cannot_be_attached_or_trusted() {
    let story = Story::calm();
    let role = ("RoleName", "r");
    story.role("r").ok();
    let arn = ("PolicyArn", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess");
    let attached = story.iam("AttachRolePolicy", &[role, arn]).fault();
    let arn = ("PermissionsBoundary", arn.1);
    let bounded = story
        .iam("PutRolePermissionsBoundary", &[role, arn])
        .fault();
    let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"Federated":"arn:aws-cn:iam::123456789012:saml-provider/p"},"Action":"sts:AssumeRoleWithSAML"}}"#;
    let trusted = [role, ("PolicyDocument", trust)];
    let trusted = story.iam("UpdateAssumeRolePolicy", &trusted).fault();
    insta::assert_snapshot!([attached, bounded, trusted].join("\n"), @r#"
    400 InvalidInput: ARN arn:aws-cn:iam::aws:policy/ReadOnlyAccess is not valid.
    400 InvalidInput: ARN arn:aws-cn:iam::aws:policy/ReadOnlyAccess is not valid.
    400 MalformedPolicyDocument: Invalid principal in policy: "Federated":"arn:aws-cn:iam::123456789012:saml-provider/p"
    "#);
}
