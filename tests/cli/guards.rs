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
    assert_eq!(json["region"], "eu-central-1");
}

#[test]
fn a_protected_role() {
    let before = with_stack("{}").replace("{ name: app }", "{ name: app, protect: true }");
    let after = before.replace("spec:\n  trust", "spec:\n  ensure: absent\n  trust");
    assert_snapshot!(refused(&before, &after, &[]).whole(), @r#"
    exit 3
    --- stdout
    Stack guarded in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to delete (-)
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
    Stack guarded in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to replace (-/+)
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
    assert_eq!(
        json["refusals"]["problems"][0]["code"], "in-use",
        "{json:#}"
    );
    let json = stage
        .calm(&["plan", "s3access", "--destroy", "--output=json"])
        .json(3);
    assert_eq!(
        json["refusals"]["problems"][0]["code"], "in-use",
        "{json:#}"
    );

    stage.quietly(&["destroy", "s3access", "--yes", "--allow-in-use"]);
}
