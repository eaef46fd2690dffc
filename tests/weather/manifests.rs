//! The stacks that stories are about.

/// The EC2 user guide's setup, with the description given.
pub(crate) fn s3access(description: &str) -> String {
    format!(
        r#"
apiVersion: rolewright.dev/v1
kind: Stack
metadata: {{ name: s3access }}
spec: {{ tags: {{ Application: s3access }} }}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: {{ name: s3access }}
spec:
  description: {description}
  trustPolicy: {{ services: [ec2.amazonaws.com] }}
  inlinePolicies:
    S3-Permissions:
      Version: "2012-10-17"
      Statement: [{{ Effect: Allow, Action: "s3:*", Resource: "*" }}]
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata: {{ name: s3access-profile }}
spec: {{ role: s3access }}
---
apiVersion: rolewright.dev/v1
kind: InstanceAssociation
metadata: {{ name: web }}
spec:
  instanceProfile: s3access-profile
  instances: {{ ids: [i-1234567890abcdef0] }}
"#
    )
}

/// The same with everything about the role changed that can be changed in place.
pub(crate) fn s3access_changed() -> String {
    s3access("changed").replace(
        "  inlinePolicies:",
        r#"  maxSessionDuration: 2h
  tags: { Owner: storage }
  managedPolicies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
  permissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess
  inlinePolicies:
    Logs:
      Version: "2012-10-17"
      Statement: [{ Effect: Allow, Action: "logs:PutLogEvents", Resource: "*" }]"#,
    )
}

/// The same with the role below another path, which IAM cannot change in place.
pub(crate) fn s3access_moved() -> String {
    s3access("moved").replace("  trustPolicy", "  path: /moved/\n  trustPolicy")
}

/// The same with the profile below another path.
pub(crate) fn s3access_profile_moved() -> String {
    s3access("first").replace(
        "spec: { role: s3access }",
        "spec: { path: /moved/, role: s3access }",
    )
}

/// Two roles that trust each other's sessions in a row, two profiles, and two instances that use one of them.
pub(crate) fn pair(used: &str, held: &str) -> String {
    format!(
        r#"
apiVersion: rolewright.dev/v1
kind: Stack
metadata: {{ name: pair }}
spec: {{}}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: {{ name: TestRole-1 }}
spec:
  trustPolicy: {{ services: [ec2.amazonaws.com] }}
  managedPolicies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: {{ name: TestRole-2 }}
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement:
      - {{ Effect: Allow, Principal: {{ Service: ec2.amazonaws.com }}, Action: "sts:AssumeRole" }}
      - {{ Effect: Allow, Principal: {{ AWS: "{{{{ role['TestRole-1'].arn }}}}" }}, Action: "sts:AssumeRole" }}
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata: {{ name: Profile-1 }}
spec: {{ role: {held} }}
---
apiVersion: rolewright.dev/v1
kind: InstanceProfile
metadata: {{ name: Profile-2 }}
spec: {{ role: TestRole-2 }}
---
apiVersion: rolewright.dev/v1
kind: InstanceAssociation
metadata: {{ name: app }}
spec:
  instanceProfile: {used}
  instances: {{ ids: [i-087711ddaf98f9489, i-0fedcba9876543210] }}
"#
    )
}
