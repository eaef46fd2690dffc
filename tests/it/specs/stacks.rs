//! The stack: one, with a good name, and only marks that mean something.

use insta::assert_snapshot;

use super::{faults, told};
use crate::support::Project;

const ROLE: &str =
    "kind: Role\nmetadata: {name: a}\nspec: {trustPolicy: {services: [ec2.amazonaws.com]}}";
const STACK: &str = "kind: Stack\nmetadata: {name: one}\nspec: {}";

/// The role without a stack.
fn alone() -> Project {
    Project::verbatim(&format!("apiVersion: rolewright.dev/v1\n{ROLE}\n"))
}

#[test]
fn no_stack() {
    assert_snapshot!(told(&alone()), @r"
    [no-stack] no document declares the stack
      hint: add a document of kind Stack, or pass `--stack NAME`: its name says who owns the resources
    ");
    assert_eq!(told(&alone().stack("given")), "nothing");
}

#[test]
fn a_name_on_the_command_line_that_cannot_be() {
    assert_snapshot!(told(&alone().stack("a b")), @"[bad-name] `a b` cannot be a stack's name: use letters, digits and _ . : / = + - @");
    assert_snapshot!(told(&alone().stack("")), @"[bad-name] `` cannot be a stack's name: use letters, digits and _ . : / = + - @");
}

#[test]
fn two_stacks() {
    assert_snapshot!(faults(&format!("{STACK}\n---\n{ROLE}\n---\n{STACK}")), @r"
    a.yaml:11:1 [two-stacks] a run has one stack; this is another
      at a.yaml:1:1: first declared here
      hint: name the folder or files of one stack only
    ");
}

#[test]
fn a_name_on_the_command_line_overrides_the_one_of_the_document() {
    let project = Project::of(&format!("{STACK}\n---\n{ROLE}")).stack("given");
    assert_eq!(project.resolve().unwrap().0.stack.name, "given");
}

#[test]
fn a_stack_can_be_named_by_an_expression() {
    let text = format!(
        "{}\n---\n{ROLE}",
        STACK.replace("one", "\"app-{{ var.stage }}\"")
    );
    let project = Project::of(&text).var("stage", "test");
    assert_eq!(project.resolve().unwrap().0.stack.name, "app-test");
    assert_snapshot!(told(&Project::of(&text)), @r"
    a.yaml:3:18 [bad-expression] the variable `stage` has no value
      hint: give it with --var stage=VALUE
    ");
}

#[test]
fn a_stack_with_faults() {
    let text = "kind: Stack\nmetadata: {name: \"a b\"}\nspec: {accountId: \"12\", regoin: x, tags: {aws:x: y}}";
    assert_snapshot!(faults(text), @r#"
    a.yaml:3:18 [bad-name] `a b` cannot be a stack's name: use letters, digits and _ . : / = + - @
    a.yaml:4:19 [bad-pattern] `spec.accountId` does not have the expected form: "12"
      hint: it must match ^[0-9]{12}$
    a.yaml:4:25 [unknown-field] there is no field `spec.regoin`
      hint: did you mean `region`?
    "#);
    let text = "kind: Stack\nmetadata: {name: a}\nspec: {tags: {aws:x: y}}";
    assert_snapshot!(faults(text), @"a.yaml:4:22 [bad-tag] tag key `aws:x` begins with `aws:`, which is reserved for AWS");
}

#[test]
fn marks_that_mean_nothing() {
    for mark in ["protect: true", "adopt: false"] {
        let stack = STACK.replace("{name: one}", &format!("{{name: one, {mark}}}"));
        assert_ne!(faults(&stack), faults(STACK), "{mark}");
    }
    let stack = STACK.replace("{name: one}", "{name: one, protect: true}");
    assert_snapshot!(faults(&stack), @r"
    a.yaml:3:23 [unknown-field] `protect` means nothing for the kind Stack
      hint: put it on the resources that are to be protected
    ");
    let association = "kind: InstanceAssociation\nmetadata: {name: a, protect: true, adopt: true}\nspec: {ensure: detached, instances: {ids: [i-1a2b3c4d]}}";
    assert_snapshot!(faults(association), @r"
    a.yaml:8:36 [unknown-field] `adopt` means nothing for the kind InstanceAssociation
      hint: only what carries an ownership tag can be adopted; take it out
    ");
}

#[test]
fn a_stack_of_nothing() {
    assert_snapshot!(faults(STACK), @"a.yaml:3:18 warning [empty-stack] the stack declares nothing");
}

#[test]
fn a_kind_that_does_not_exist() {
    assert_snapshot!(faults("kind: Rol\nmetadata: {name: a}\nspec: {}"), @"
    a.yaml:7:7 [unknown-kind] there is no kind `Rol`
      hint: did you mean `Role`?
      hint: the kinds are Stack, Role, UserPolicy, BucketDeny, InstanceProfile, Instance and InstanceAssociation
    ");
}
