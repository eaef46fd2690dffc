//! Names: declared twice, not declared at all, in another spelling, by expressions.

use insta::assert_snapshot;

use super::{faults, told};
use crate::support::Project;

const ROLE: &str =
    "kind: Role\nmetadata: {name: s3access}\nspec: {trustPolicy: {services: [ec2.amazonaws.com]}}";

/// The role and another document.
fn with_role(more: &str) -> String {
    faults(&format!("{ROLE}\n---\n{more}"))
}

#[test]
fn a_reference_to_nothing_offers_what_was_meant() {
    assert_snapshot!(with_role("kind: InstanceProfile\nmetadata: {name: p}\nspec: {role: s3acces}"), @r"
    a.yaml:14:14 [unknown-reference] InstanceProfile/p names Role `s3acces`, which no document declares
      hint: did you mean `s3access`?
    ");
}

#[test]
fn a_reference_to_nothing_near() {
    assert_snapshot!(with_role("kind: InstanceProfile\nmetadata: {name: p}\nspec: {role: bastion}"), @r"
    a.yaml:14:14 [unknown-reference] InstanceProfile/p names Role `bastion`, which no document declares
      hint: declare a document of kind Role, or name an existing one by its ARN
    ");
}

#[test]
fn a_reference_to_a_document_with_faults_of_its_own_is_no_second_fault() {
    let text = "kind: Role\nmetadata: {name: a}\nspec:\n  trustPolicy: {services: [ec2.amazonaws.com]}\n  maxSessionDuration: 1\n  instanceProfile: true\n---\nkind: InstanceAssociation\nmetadata: {name: w}\nspec: {instanceProfile: a, instances: {ids: [i-1a2b3c4d]}}\n---\nkind: InstanceProfile\nmetadata: {name: p}\nspec: {role: a}";
    assert_snapshot!(faults(text), @"a.yaml:11:23 [out-of-range] `spec.maxSessionDuration` must be at least 3600, not 1");
}

#[test]
fn a_reference_to_what_is_declared_absent() {
    let text = "kind: Role\nmetadata: {name: a}\nspec: {ensure: absent}\n---\nkind: InstanceProfile\nmetadata: {name: p}\nspec:\n  role: a";
    assert_snapshot!(faults(text), @"
    a.yaml:15:9 [absent-target] InstanceProfile/p needs Role/a, which is declared absent
      at a.yaml:8:18: declared absent here
    ");
}

#[test]
fn an_arn_of_the_wrong_kind_or_account() {
    let profile = |arn: &str| {
        faults(&format!(
            "kind: InstanceProfile\nmetadata: {{name: p}}\nspec:\n  role: {arn}"
        ))
    };
    assert_snapshot!(profile("arn:aws:iam::123456789012:instance-profile/a"), @r"
    a.yaml:10:9 [bad-arn] `arn:aws:iam::123456789012:instance-profile/a` is no ARN of kind Role in this account
      hint: it looks like arn:aws:iam::123456789012:role/name
    ");
    assert_snapshot!(profile("arn:aws:iam::999999999999:role/a"), @r"
    a.yaml:10:9 [bad-arn] `arn:aws:iam::999999999999:role/a` is no ARN of kind Role in this account
      hint: it looks like arn:aws:iam::123456789012:role/name
    ");
    let text = "kind: InstanceProfile\nmetadata: {name: w}\nspec: {role: \"arn:aws:iam::123456789012:role/app/s3access\"}";
    assert_snapshot!(with_role(text), @"
    a.yaml:14:14 [bad-arn] `arn:aws:iam::123456789012:role/app/s3access`: the path of Role/s3access is another one
      hint: did you mean `arn:aws:iam::123456789012:role/s3access`?
    ");
    let text = "kind: InstanceAssociation\nmetadata: {name: w}\nspec: {instanceProfile: \"arn:aws:iam::123456789012:role/s3access\", instances: {ids: [i-1a2b3c4d]}}";
    assert_snapshot!(with_role(text), @r"
    a.yaml:14:25 [bad-arn] `arn:aws:iam::123456789012:role/s3access` is no ARN of kind InstanceProfile in this account
      hint: it looks like arn:aws:iam::123456789012:instance-profile/name
    ");
}

#[test]
fn an_arn_of_our_own_is_a_reference() {
    let text =
        "kind: InstanceProfile\nmetadata: {name: p}\nspec: {role: \"{{ role.s3access.arn }}\"}";
    let (desired, _) = Project::of(&format!("{ROLE}\n---\n{text}"))
        .resolve()
        .unwrap();
    let profile = desired
        .resources
        .values()
        .find(|one| one.live_name == "p")
        .unwrap();
    let targets: Vec<String> = profile
        .references
        .iter()
        .map(|one| one.target.to_string())
        .collect();
    assert_eq!(targets, ["Role/s3access"]);
}

#[test]
fn a_name_declared_twice() {
    assert_snapshot!(with_role(ROLE), @"
    a.yaml:13:18 [declared-twice] Role/s3access is declared twice
      at a.yaml:8:18: first declared here
    ");
}

#[test]
fn a_name_declared_twice_in_other_letters() {
    assert_snapshot!(with_role(&ROLE.replace("s3access", "S3Access")), @"
    a.yaml:13:18 [declared-twice] Role `S3Access` differs from `s3access` only in letter case, which AWS ignores
      at a.yaml:8:18: first declared here
    ");
}

#[test]
fn a_profile_that_a_role_brings_along_already() {
    let text = "kind: Role\nmetadata: {name: a}\nspec:\n  trustPolicy: {services: [ec2.amazonaws.com]}\n  instanceProfile: true\n---\nkind: InstanceProfile\nmetadata: {name: a}\nspec: {role: a}";
    assert_snapshot!(faults(text), @"
    a.yaml:15:18 [declared-twice] InstanceProfile/a is declared twice
      at a.yaml:11:20: first declared here
    ");
}

#[test]
fn an_instance_claimed_twice() {
    let association = |name: &str| {
        format!(
            "kind: InstanceAssociation\nmetadata: {{name: {name}}}\nspec:\n  ensure: detached\n  instances:\n    ids: [i-1a2b3c4d]"
        )
    };
    assert_snapshot!(faults(&format!("{}\n---\n{}", association("a"), association("b"))), @r"
    a.yaml:20:11 [declared-twice] i-1a2b3c4d is claimed by both InstanceAssociation/a[i-1a2b3c4d] and InstanceAssociation/b[i-1a2b3c4d]
      at a.yaml:12:11: first declared here
    ");
}

#[test]
fn an_association_declared_twice_for_different_instances() {
    let association = |id: &str| {
        format!(
            "kind: InstanceAssociation\nmetadata: {{name: web}}\nspec: {{ensure: detached, instances: {{ids: [{id}]}}}}"
        )
    };
    let text = format!(
        "{}\n---\n{}",
        association("i-1a2b3c4d"),
        association("i-1a2b3c4e")
    );
    assert_snapshot!(faults(&text), @r"
    a.yaml:14:44 [declared-twice] InstanceAssociation/web is declared twice
      at a.yaml:9:44: first declared here
    ");
}

#[test]
fn expressions_that_name_nothing() {
    let text = "kind: Role\nmetadata: {name: a}\nspec:\n  description: \"{{ var.text }}\"\n  path: \"{{ regoin }}\"\n  trustPolicy: {services: [ec2.amazonaws.com]}\n  tags: {of: \"{{ role.b.arn }}\", bad: \"{{ 1 +\"}";
    assert_snapshot!(faults(text), @r#"
    a.yaml:10:16 [bad-expression] the variable `text` has no value
      hint: give it with --var text=VALUE
    a.yaml:11:9 [bad-expression] there is no `regoin` in expressions
      hint: did you mean `region`?
    a.yaml:13:14 [bad-expression] no Role `b` is declared
      hint: declare it, or write the ARN itself; a are known
    a.yaml:13:39 [bad-expression] `{{` is not closed with `}}`
      hint: to write two braces as they are, use {{ "{{" }}
    "#);
}

#[test]
fn a_name_can_be_an_expression_and_cannot_name_a_resource() {
    let text = |name: &str| {
        format!(
            "kind: Role\nmetadata: {{name: \"{name}\"}}\nspec: {{trustPolicy: {{services: [ec2.amazonaws.com]}}}}"
        )
    };
    let (desired, _) = Project::of(&text("web-{{ var.stage }}"))
        .var("stage", "test")
        .resolve()
        .unwrap();
    assert_eq!(
        desired.resources.keys().next().unwrap().to_string(),
        "Role/web-test"
    );
    assert_snapshot!(faults(&text("{{ role.b.arn }}")), @r"
    a.yaml:8:18 [bad-expression] `role.b` cannot be used here
      hint: names and paths may use variables, `account`, `region`, `partition` and `stack`: ARNs are made from them
    ");
}

#[test]
fn two_names_that_become_one_when_filled_in() {
    let text = format!(
        "{ROLE}\n---\n{}",
        ROLE.replace("s3access", "\"{{ var.name }}\"")
    );
    assert_snapshot!(told(&Project::of(&text).var("name", "s3access")), @"
    a.yaml:13:18 [declared-twice] Role/s3access is declared twice
      at a.yaml:8:18: first declared here
    ");
}
