//! UserPolicy: what may stand in its spec, and what is wrong with the rest.

use insta::assert_snapshot;

use super::faults;

const POLICY: &str = r#"{Version: "2012-10-17", Statement: {Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/*"}}"#;

fn wrong(spec: &str) -> String {
    faults(&format!(
        "kind: UserPolicy\nmetadata: {{name: grant}}\nspec:\n{spec}"
    ))
}

#[test]
fn root_is_no_user() {
    assert_snapshot!(wrong(&format!("  user: root\n  policy: {POLICY}\n")), @"
    a.yaml:10:9 [root-user] the root user has every permission, and no policy can give or take any
      hint: use a user or a role instead of root, and keep no access keys of root
    ");
    assert_snapshot!(wrong(&format!("  user: arn:aws:iam::123456789012:root\n  policy: {POLICY}\n")), @"
    a.yaml:10:9 [root-user] the root user has every permission, and no policy can give or take any
      hint: use a user or a role instead of root, and keep no access keys of root
    ");
}

#[test]
fn a_user_goes_by_name() {
    assert_snapshot!(wrong(&format!("  user: arn:aws:iam::123456789012:user/ops/anna\n  policy: {POLICY}\n")), @"
    a.yaml:10:9 [bad-name] `arn:aws:iam::123456789012:user/ops/anna` is an ARN
      hint: write the user's name: anna
    ");
    assert_snapshot!(wrong(&format!("  user: anna smith\n  policy: {POLICY}\n")), @"
    a.yaml:10:9 [bad-name] user name `anna smith` holds the character ` `
      hint: IAM allows letters, digits and _ + = , . @ - in names
    ");
    assert_snapshot!(wrong(&format!("  policy: {POLICY}\n")), @"a.yaml:9:1 [missing-field] `user` is missing in `spec`");
}

#[test]
fn a_policy_has_to_fit() {
    assert_snapshot!(wrong("  user: anna\n"), @"a.yaml:10:3 [missing-field] a user policy needs a `policy`: what the user may do");
    let long = POLICY.replace("a/*", &"a".repeat(2_048));
    assert_snapshot!(wrong(&format!("  user: anna\n  policy: {long}\n")).replace(&"a".repeat(2_048), "[long]"), @"
    a.yaml:11:11 [policy-too-large] the policy has 2154 characters, white space not counted; all inline policies of a user may have 2048
      hint: put it into a managed policy; this quota cannot be raised
    ");
}

#[test]
fn a_policy_is_declared_once() {
    let one = |name: &str, user: &str| {
        format!(
            "kind: UserPolicy\nmetadata: {{name: {name}}}\nspec: {{user: {user}, policyName: grant, policy: {POLICY}}}\n"
        )
    };
    assert_snapshot!(faults(&format!("{}---\n{}", one("a", "anna"), one("b", "Anna"))), @"
    a.yaml:13:18 [declared-twice] UserPolicy `Anna/grant` differs from `anna/grant` only in letter case, which AWS ignores
      at a.yaml:8:18: first declared here
    ");
}
