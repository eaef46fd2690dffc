//! Whose a resource is, through the real binary: a stack that is renamed, resources that are let go of and taken over, plans
//! of a part, and drift as a nightly job sees it.

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::support::{Served, Stage};

fn renamed(stage: &Stage) {
    let text = stage.read("s3access/s3access.yaml");
    stage.write(
        "s3access/s3access.yaml",
        &text.replacen("name: s3access", "name: storage", 1),
    );
}

#[test]
fn a_renamed_stack_takes_over_what_it_owned() {
    let stage = Stage::applied_s3access();
    renamed(&stage);
    let refused = stage.calm(&["plan", "s3access"]).complains_with(1);
    assert!(
        refused.contains("pass `--from-stack s3access`"),
        "{refused}"
    );
    let over = ["apply", "s3access", "--from-stack=s3access", "--yes"];
    stage.quietly(&over);
    let owner = stage.world().iam.roles["s3access"].tags["rolewright:stack"].clone();
    assert_eq!(owner, "storage");
    stage.quietly(&["plan", "s3access", "--detailed-exitcode"]);
}

#[test]
fn what_is_released_stays_and_can_be_taken_over_again() {
    let stage = Stage::applied_s3access();
    let before = stage.world();
    let release = [
        "release",
        "Role/s3access",
        "InstanceProfile/s3access-profile",
        "--stack=s3access",
    ];
    assert_snapshot!(stage.calm(&[&release[..], &["--yes", "--parallelism=1"]].concat()).whole(), @r#"
    exit 0
    --- stdout
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    2 to update (~)
    Risk: 2 cosmetic
    No instance changes its credentials

    ~ InstanceProfile/s3access-profile
        because it is released: it stays as it is, and belongs to no stack
      - tags.rolewright:stack: "s3access"

    ~ Role/s3access
        because it is released: it stays as it is, and belongs to no stack
      - tags.rolewright:stack: "s3access"

    Apply sends 2 calls.
    Plan: 0 to create, 2 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    2 of 2 steps done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ remove tags from instance profile s3access-profile  [duration]
    ~ remove tags from role s3access  [duration]
    "#);
    let mut after = stage.world();
    let marks = |world: &mut rolewright::sandbox::World| {
        let role = world.iam.roles.get_mut("s3access").expect("it stays");
        role.tags.remove("rolewright:stack");
        let profile = world
            .iam
            .instance_profiles
            .get_mut("s3access-profile")
            .expect("it stays");
        profile.tags.remove("rolewright:stack");
    };
    let mut expected = before;
    marks(&mut expected);
    assert_eq!(after.iam.roles, expected.iam.roles, "only the tag is gone");
    marks(&mut after);
    assert_eq!(after.iam.instance_profiles, expected.iam.instance_profiles);
    let refused = stage.calm(&["plan", "s3access"]).complains_with(1);
    assert!(refused.contains("belongs to no stack"), "{refused}");
    let adopt = [
        "--adopt=Role/s3access",
        "--adopt=InstanceProfile/s3access-profile",
    ];
    stage.quietly(&[&["apply", "s3access", "--yes"], &adopt[..]].concat());
    stage.quietly(&["plan", "s3access", "--detailed-exitcode"]);
    let nothing = stage.calm(&["release", "Role/nobody", "--stack=s3access", "--yes"]);
    assert_snapshot!(nothing.complains_with(1), @"
    error[not-owned]

      x stack `s3access` has no Role/nobody

    1 error
    ");
}

#[test]
fn a_part_of_a_stack_is_applied_and_the_rest_later() {
    let stage = Stage::with_example("s3access");
    let part = [
        "apply",
        "s3access",
        "--target=InstanceProfile/s3access-profile",
        "--yes",
    ];
    let (said, _) = stage.calm(&part).says_with(0);
    assert!(
        said.contains("taken along, because the targets need Role/s3access"),
        "{said}"
    );
    assert!(
        said.contains("left out of this plan, and not as declared: InstanceAssociation/web"),
        "{said}"
    );
    stage.quietly(&[
        "plan",
        "s3access",
        "--exclude=InstanceAssociation/web",
        "--detailed-exitcode",
    ]);
    let _ = stage
        .calm(&["plan", "s3access", "--detailed-exitcode"])
        .ends_with(2);
    stage.quietly(&["apply", "s3access", "--yes"]);
    stage.quietly(&["plan", "s3access", "--detailed-exitcode"]);
}

#[test]
fn parts_are_applied_from_manifests_and_from_saved_plans_alike() {
    for saved in [false, true] {
        let stage = Stage::with_example("s3access");
        let apply = |part: &[&str]| {
            if saved {
                stage.quietly(&[&["plan", "s3access", "--out=plan.json"], part].concat());
                let _ = stage.run(&["rehearse", "plan.json"]).says_with(0);
                stage.quietly(&["apply", "plan.json", "--yes"]);
            } else {
                stage.quietly(&[&["apply", "s3access", "--yes"], part].concat());
            }
        };
        apply(&["--exclude=InstanceProfile/s3access-profile"]);
        assert!(stage.world().iam.instance_profiles.is_empty());
        apply(&["--target=InstanceProfile/s3access-profile"]);
        apply(&["--exclude=Role/s3access"]);
        apply(&[]);
        stage.quietly(&["plan", "s3access", "--detailed-exitcode"]);
    }
}

#[test]
fn a_part_is_destroyed_from_a_saved_plan() {
    let stage = Stage::applied_s3access();
    let part = ["--destroy", "--target=InstanceProfile/s3access-profile"];
    stage.quietly(&[&["plan", "s3access", "--out=plan.json"], &part[..]].concat());
    let _ = stage.run(&["rehearse", "plan.json"]).says_with(0);
    stage.quietly(&["apply", "plan.json", "--yes"]);
    assert!(stage.world().iam.roles.contains_key("s3access"));
    assert!(stage.world().iam.instance_profiles.is_empty());
    // The other way round it is the same, without a file.
    let stage = Stage::applied_s3access();
    stage.quietly(&["destroy", "s3access", "--yes", "--exclude=Role/s3access"]);
    assert!(stage.world().iam.roles.contains_key("s3access"));
    assert!(stage.world().iam.instance_profiles.is_empty());
}

#[test]
fn what_others_call_refresh_only_is_pointed_to() {
    let stage = Stage::with_example("s3access");
    let told = stage
        .calm(&["plan", "s3access", "--refresh-only"])
        .complains_with(64);
    assert_snapshot!(told, @"error: `plan --refresh-only` is a command of its own here: `rolewright drift`");
}

#[test]
fn a_part_reads_back_though_its_name_stands_for_what_did_not_change() {
    let stage = Stage::with_example("s3access");
    let without = "--exclude=InstanceAssociation/web";
    stage.quietly(&["apply", "s3access", without, "--yes"]);
    let main = stage.read("s3access/s3access.yaml");
    stage.write("s3access/s3access.yaml", &main.replace("Lets", "Let's"));
    // The profile is as declared: what changes is the role that it needs.
    let target = "--target=InstanceProfile/s3access-profile";
    stage.quietly(&["plan", "s3access", target, "--out=plan.json"]);
    stage.quietly(&["apply", "s3access", target, "--yes"]);
    assert_snapshot!(stage.calm(&["apply", "plan.json", "--yes"]).complains_with(4), @"
    error: the plan has been applied already, or somebody did the same: AWS is as it would leave it
      hint: plan again to see what it would do now: what is done is not repeated
    ");
}

#[test]
fn a_nightly_job_sees_drift_and_cannot_write() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .succeeds();
    let before = served.sandbox.calls().len();
    assert_snapshot!(stage.run(&["drift", "s3access"]).ends_with(0), @"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No drift. AWS is as declared.
    ");
    let edited = served.sandbox.edit(|world| {
        let role = world.iam.roles.get_mut("s3access").expect("it is there");
        role.description = Some("by hand".into());
        role.tags.remove("rolewright:stack");
    });
    edited.expect("it is memory");
    assert_snapshot!(stage.run(&["drift", "s3access", "--markdown=drift.md"]).ends_with(2), @r#"
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    Made anew under the same name, or without its tag: deleted and made again by hand
      Role/s3access  (s3access/s3access.yaml:14)

    Settings that differ: changed by hand
      Role/s3access  (s3access/s3access.yaml:16)
      ~ description: "Lets applications on EC2 use Amazon S3" -> "by hand"

    Drift: 2 differences in 1 resource.
    "#);
    assert_snapshot!(stage.read("drift.md"), @r#"
    ## Drift of stack s3access

    **Drift: 2 differences in 1 resource.**<br>
    Account `123456789012`, region `us-east-1`

    - **Made anew under the same name, or without its tag: deleted and made again by hand**: `Role/s3access`
    - **Settings that differ: changed by hand**: `Role/s3access: description`

    <details><summary>What exactly</summary>

    ```
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    Made anew under the same name, or without its tag: deleted and made again by hand
      Role/s3access  (s3access/s3access.yaml:14)

    Settings that differ: changed by hand
      Role/s3access  (s3access/s3access.yaml:16)
      ~ description: "Lets applications on EC2 use Amazon S3" -> "by hand"

    Drift: 2 differences in 1 resource.
    ```

    </details>
    "#);
    let json = stage.run(&["drift", "s3access", "--output=json"]).json(2);
    assert_eq!(json["hasDrift"], true);
    assert_eq!(served.writes_after(before), Vec::<String>::new());
}
