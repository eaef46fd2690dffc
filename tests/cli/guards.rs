//! What is refused with exit code 3, and that nothing is changed then.

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::support::{Run, Served, Stage};

/// Applies a changed stack to a sandbox in which the first one stands; nothing may be written.
fn refused(before: &str, after: &str, arguments: &[&str]) -> Run {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(before);
    stage.use_served(&served);
    stage
        .run(&["apply", "stack.yaml", "--yes", "--quiet"])
        .succeeds();
    let sent = served.calls_after(0).len();
    stage.write("stack.yaml", after);
    let run = stage.run(&[&["apply", "stack.yaml", "--yes"], arguments].concat());
    assert_eq!(served.writes_after(sent), [""; 0], "refused, but written");
    run
}

fn with_stack(spec: &str) -> String {
    let role = "kind: Role\nmetadata: { name: app }\nspec:\n  trustPolicy: { services: [ec2.amazonaws.com] }";
    format!(
        "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: {{ name: guarded }}\nspec: {spec}\n---\napiVersion: rolewright.dev/v1\n{role}\n"
    )
}

#[test]
fn another_account() {
    let run = refused(
        &with_stack("{}"),
        &with_stack("{ accountId: '210987654321' }"),
        &[],
    );
    assert_snapshot!(run.whole(), @"
    exit 3
    --- stderr
    error[wrong-account]

      x stack guarded belongs to account 210987654321; these credentials are for 123456789012
      | (arn:aws:iam::123456789012:user/sandbox)
       ,-[stack.yaml:3:19]
     2 | kind: Stack
     3 | metadata: { name: guarded }
       :                   ^^^^^^^
     4 | spec: { accountId: '210987654321' }
       `----
      help: choose other credentials with `--profile`, or change `spec.accountId` of the stack

    1 error
    ");
}

#[test]
fn another_region() {
    let run = refused(
        &with_stack("{}"),
        &with_stack("{ region: eu-central-1 }"),
        &["--region=us-east-1"],
    );
    assert_snapshot!(run.whole(), @"
    exit 3
    --- stderr
    error[wrong-region]

      x stack guarded belongs to region eu-central-1; this run is for us-east-1
       ,-[stack.yaml:3:19]
     2 | kind: Stack
     3 | metadata: { name: guarded }
       :                   ^^^^^^^
     4 | spec: { region: eu-central-1 }
       `----
      help: leave `--region` out, or change `spec.region` of the stack

    1 error
    ");
}

#[test]
fn the_region_of_the_stack_beats_the_environment() {
    let stage = Stage::with_manifest(&with_stack("{ region: eu-central-1 }"));
    let json = stage.calm(&["plan", "--output=json"]).json(0);
    assert_eq!(json["setting"]["region"], "eu-central-1");
}

#[test]
fn a_protected_role() {
    let before = with_stack("{}").replace("{ name: app }", "{ name: app, protect: true }");
    let after = before.replace("spec:\n  trust", "spec:\n  ensure: absent\n  trust");
    assert_snapshot!(refused(&before, &after, &[]).whole(), @r#"
    exit 3
    --- stdout
    Not AWS but http://[address]/
    Stack guarded in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to delete (-)
    Risk: 1 deletion
    No instance changes its credentials

    - Role/app  (stack.yaml:8)
        path: "/"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        tags.rolewright:stack: "guarded"

    Apply sends 1 call.
    Plan: 0 to create, 0 to update, 0 to replace, 1 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    --- stderr
    error[protected]

      x the plan would delete Role/app, which is protected
       ,-[stack.yaml:8:19]
     7 | kind: Role
     8 | metadata: { name: app, protect: true }
       :                   ^^^
     9 | spec:
       `----
      help: remove `metadata.protect` if that is what you want

    1 error
    "#);
}

#[test]
fn a_protected_role_is_not_replaced_either() {
    let before = with_stack("{}").replace("{ name: app }", "{ name: app, protect: true }");
    let after = before.replace("spec:\n  trust", "spec:\n  path: /moved/\n  trust");
    assert_snapshot!(refused(&before, &after, &[]).whole(), @r#"
    exit 3
    --- stdout
    Not AWS but http://[address]/
    Stack guarded in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to replace (-/+)
    Risk: 1 deletion
    No instance changes its credentials

    -/+ Role/app  (stack.yaml:8)
      ~ path: "/" -> "/moved/"  (forces replacement)  (stack.yaml:10)

    Apply sends 2 calls.
    Plan: 0 to create, 0 to update, 1 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    --- stderr
    error[protected]

      x the plan would replace Role/app, which is protected
       ,-[stack.yaml:8:19]
     7 | kind: Role
     8 | metadata: { name: app, protect: true }
       :                   ^^^
     9 | spec:
       `----
      help: remove `metadata.protect` if that is what you want

    1 error
    "#);
}

#[test]
fn destroy_does_not_take_a_protected_role() {
    let stage = Stage::with_manifest(
        &with_stack("{}").replace("{ name: app }", "{ name: app, protect: true }"),
    );
    stage.quietly(&["apply", "--yes"]);
    let before = stage.state();
    let (_, stderr) = stage.calm(&["destroy", "--yes"]).says_with(3);
    assert_snapshot!(stderr, @"
    error[protected]

      x the plan would delete Role/app, which is protected
       ,-[stack.yaml:8:19]
     7 | kind: Role
     8 | metadata: { name: app, protect: true }
       :                   ^^^
     9 | spec:
       `----
      help: remove `metadata.protect` if that is what you want

    1 error
    ");
    assert_eq!(stage.state(), before);
}

fn many(count: usize) -> String {
    let head = "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: many }\nspec: { prune: true }\n";
    let roles: Vec<String> = (0..count)
        .map(|number| {
            format!(
                "---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{ name: app-{number:02} }}\nspec:\n  trustPolicy: {{ services: [ec2.amazonaws.com] }}\n"
            )
        })
        .collect();
    format!("{head}{}", roles.concat())
}

#[test]
fn deleting_most_of_a_stack_by_losing_its_files() {
    let (_, stderr) = refused(&many(12), &many(8), &[]).says_with(3);
    assert_snapshot!(stderr, @r"
    error[mass-delete]

      x the plan would delete 4 of the 12 resources that stack many owns
      help: pass `--allow-mass-delete` if that is what you want

    1 error
    ");
}

#[test]
fn a_few_deletions_of_many_are_no_mass_and_a_mass_can_be_allowed() {
    let stage = Stage::with_manifest(&many(12));
    stage.quietly(&["apply", "--yes"]);
    stage.write("stack.yaml", &many(9));
    stage.quietly(&["apply", "--yes"]);
    stage.write("stack.yaml", &many(12));
    stage.quietly(&["apply", "--yes"]);
    stage.write("stack.yaml", &many(1));
    stage.quietly(&["apply", "--yes", "--allow-mass-delete"]);
    assert_eq!(stage.world().iam.roles.len(), 2, "app-00 and AWS's own");
}

#[test]
fn a_profile_that_other_instances_use() {
    let stage = Stage::applied_s3access();
    stage.meddle(|world| {
        let region = world
            .regions
            .get_mut("us-east-1")
            .expect("the example is there");
        let mut second = region
            .associations
            .values()
            .next()
            .expect("one instance")
            .clone();
        second.id = "iip-assoc-0123456789abcdef0".to_owned();
        second.instance = "i-088ce778fbfeb4361".to_owned();
        region.associations.insert(second.id.clone(), second);
    });
    let before = stage.state();
    let (_, stderr) = stage.calm(&["destroy", "s3access", "--yes"]).says_with(3);
    assert_snapshot!(stderr, @"
    error[in-use]

      x InstanceProfile/s3access-profile goes while 1 instance still uses it: i-088ce778fbfeb4361
        ,-[s3access/s3access.yaml:30:9]
     29 | metadata:
     30 |   name: s3access-profile
        :         ^^^^^^^^^^^^^^^^
     31 | spec:
        `----
      help: detach them with an InstanceAssociation (`ensure: detached`), or pass `--allow-in-use`

    1 error
    ");
    assert_eq!(stage.state(), before);

    let json = stage
        .calm(&["destroy", "s3access", "--yes", "--output=json"])
        .json(3);
    assert_eq!(json["refusals"][0]["code"], "in-use", "{json:#}");
    let json = stage
        .calm(&["plan", "s3access", "--destroy", "--output=json"])
        .json(3);
    assert_eq!(json["refusals"][0]["code"], "in-use", "{json:#}");

    stage.quietly(&["destroy", "s3access", "--yes", "--allow-in-use"]);
}

#[test]
fn running_instances_lose_their_credentials_only_after_a_word() {
    let stage = Stage::applied_s3access();
    let moved = stage.read("s3access/s3access.yaml").replace(
        "spec:\n  description",
        "spec:\n  path: /moved/\n  description",
    );
    stage.write("s3access/s3access.yaml", &moved);
    let before = stage.state();
    let refused = stage.calm(&["apply", "s3access", "--yes"]);
    assert_snapshot!(refused.whole(), @r#"
    exit 3
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    2 to update (~), 1 to replace (-/+)
    Risk: 1 deletion, 2 cosmetic
    1 instance changes its credentials

    -/+ Role/s3access  (s3access/s3access.yaml:14)
      ~ path: "/" -> "/moved/"  (forces replacement)  (s3access/s3access.yaml:16)
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)
      ! gap for 1 running instance: their credentials stop working when the role is deleted; those that this stack associates are associated anew and have others within seconds as a rule, the rest at their next rotation, which may be hours away

    ~ InstanceProfile/s3access-profile  (s3access/s3access.yaml:31)
      ~ role: s3access ([AROA]) -> s3access (a new one)  (s3access/s3access.yaml:33)
        access: as before
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    ~ InstanceAssociation/web[i-1234567890abcdef0]  (s3access/s3access.yaml:38)
        because InstanceProfile/s3access-profile loses Role/s3access; associated anew it fetches new credentials at once
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Warnings
    ! instances of other regions were not looked at: only us-east-1

    Apply sends 8 calls.
    Plan: 0 to create, 2 to update, 1 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    --- stderr
    error[gap]

      x Role/s3access is made anew under its name while 1 running instance uses it (i-
      | 1234567890abcdef0): their credentials stop working when the role is deleted; those that this
      | stack associates are associated anew and have others within seconds as a rule, the rest at
      | their next rotation, which may be hours away
        ,-[s3access/s3access.yaml:14:9]
     13 | metadata:
     14 |   name: s3access
        :         ^^^^^^^^
     15 | spec:
        `----
      help: pass `--accept-gap` if they can do without; or give the new one another name, so that it
            is ready before they are moved to it

    1 error
    "#);
    assert_eq!(stage.state(), before, "nothing was changed");
    let json = stage.calm(&["plan", "s3access", "--output=json"]).json(3);
    assert_eq!(json["refusals"][0]["code"], "gap");
    assert_eq!(
        json["changes"][0]["gap"]["instances"][0]["id"],
        "i-1234567890abcdef0"
    );

    let accepted = stage.calm(&["apply", "s3access", "--yes", "--accept-gap", "--quiet"]);
    accepted.succeeds();
    stage
        .calm(&["plan", "s3access", "--detailed-exitcode", "--quiet"])
        .succeeds();
    let journal = stage.journal();
    let actions: Vec<&str> = journal
        .iter()
        .filter(|line| line["event"] == "answered")
        .filter_map(|line| line["action"].as_str())
        .collect();
    assert!(
        actions.ends_with(&[
            "ec2:DisassociateIamInstanceProfile",
            "ec2:AssociateIamInstanceProfile"
        ]),
        "the instance fetches new credentials: {actions:?}"
    );
}

#[test]
fn what_a_run_was_told_to_stop_for() {
    let wider = with_stack("{}").replace(
        "trustPolicy: { services: [ec2.amazonaws.com] }",
        "trustPolicy: { services: [ec2.amazonaws.com] }\n  managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess']",
    );
    let fail_on = ["--fail-on", "escalation", "--fail-on", "public"];
    let run = refused(&with_stack("{}"), &wider, &fail_on);
    assert_snapshot!(run.whole(), @"
    exit 3
    --- stdout
    ! high escalation-managed-policy  (stack.yaml:11)
        `AdministratorAccess` lets the role have every permission
        fix: attach a policy that allows what is used

    1 finding: 1 high

    Not AWS but http://[address]/
    Stack guarded in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 new access
    No instance changes its credentials

    ~ Role/app  (stack.yaml:8)
      + managedPolicies.arn:aws:iam::aws:policy/AdministratorAccess  (stack.yaml:11)
        access:
          + can now do what AdministratorAccess allows

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    --- stderr
    error[escalation]

      x Role/app could give itself more than it has, and could not before
       ,-[stack.yaml:8:19]
     7 | kind: Role
     8 | metadata: { name: app }
       :                   ^^^
     9 | spec:
       `----
      help: look at it, and run again without `--fail-on escalation` if that is what you want

    1 error
    ");
}
