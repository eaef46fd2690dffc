//! Saved plans through the real binary: planned on a branch, looked at anywhere, applied when it is merged, and refused when
//! AWS is no longer what the reviewer saw.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Served, Stage};
use rolewright::sandbox::Weather;

/// The s3access example as it is applied, and two branches that change its role.
fn two_branches() -> Stage {
    let stage = Stage::applied_s3access();
    let main = stage.read("s3access/s3access.yaml");
    let trust = stage.read("s3access/ec2-role-trust-policy.json");
    for (branch, from, to) in [
        ("narrow", "\"s3:*\"", "\"s3:GetObject\", \"s3:ListBucket\""),
        (
            "describe",
            "Lets applications on EC2 use Amazon S3",
            "For applications on EC2",
        ),
    ] {
        let changed = main.replace(from, to);
        assert_ne!(changed, main, "{branch} changes nothing");
        fs::create_dir(stage.path(branch)).expect("the folder is new");
        stage.write(&format!("{branch}/s3access.yaml"), &changed);
        stage.write(&format!("{branch}/ec2-role-trust-policy.json"), &trust);
    }
    stage
}

#[test]
fn two_branches_plan_one_is_applied_and_the_other_is_refused_as_stale() {
    let stage = two_branches();
    for branch in ["narrow", "describe"] {
        let out = format!("--out={branch}.json");
        let _ = stage
            .calm(&["plan", branch, &out, "--detailed-exitcode"])
            .says_with(2);
    }
    assert_snapshot!(stage.calm(&["apply", "narrow.json", "--yes"]).whole(), @"
    exit 0
    --- stdout
    Plan [id], made [time] by rolewright 0.1.0, good until [time]
    Stack s3access in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 narrowing
    1 instance changes its credentials

    ~ Role/s3access  (narrow/s3access.yaml:14)
      ~ inlinePolicies.S3-Permissions:  (narrow/s3access.yaml:21)
          + Allow s3:GetObject, s3:ListBucket on *
          - Allow s3:* on *
        access: nothing new
          - can no longer s3:* except s3:GetObject, s3:ListBucket (178 actions, 27 of them manage permissions) on *
      ! changes the credentials of 1 instance: i-1234567890abcdef0 (running)

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 2 unchanged.
    1 of 1 step done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ put inline policy S3-Permissions on role s3access  [duration]
    ");
    assert_snapshot!(stage.calm(&["apply", "describe.json", "--yes"]).whole(), @"
    exit 4
    --- stderr
    error: AWS has changed since the plan was made
      ! Role/s3access `inlinePolicies.S3-Permissions` is another policy now
      hint: plan again to see what it would do now: what is done is not repeated
    ");
    let told = stage
        .calm(&["apply", "describe.json", "--yes", "--output=json"])
        .json(4);
    assert_eq!(
        told["error"]["moved"],
        json!([{ "address": "Role/s3access", "how": ["`inlinePolicies.S3-Permissions` is another policy now"] }])
    );
    // Planned again it goes through, and what the first branch did stays.
    stage.write(
        "describe/s3access.yaml",
        &stage.read("narrow/s3access.yaml").replace(
            "Lets applications on EC2 use Amazon S3",
            "For applications on EC2",
        ),
    );
    stage.quietly(&["plan", "describe", "--out=again.json"]);
    stage.quietly(&["apply", "again.json", "--yes"]);
    let role = stage.world().iam.roles["s3access"].clone();
    assert_eq!(role.description.as_deref(), Some("For applications on EC2"));
    assert!(role.inline_policies["S3-Permissions"].contains("s3:ListBucket"));
}

#[test]
fn a_plan_is_shown_again_as_it_was() {
    let stage = two_branches();
    let (planned, said) = stage
        .calm(&["plan", "narrow", "--out=plan.json"])
        .says_with(0);
    assert_snapshot!(said, @"wrote plan.json: plan [id], good until [time]; `rolewright apply plan.json` runs it");
    let shown = stage.run(&["show", "plan.json"]).succeeds();
    let (stamp, shown) = shown.split_once('\n').expect("the stamp has a line");
    assert_snapshot!(stamp, @"Plan [id], made [time] by rolewright 0.1.0, good until [time]");
    assert_eq!(shown, planned);
    let json = |arguments: &[&str]| stage.run(arguments).json(0);
    let mut again = json(&["show", "plan.json", "--output=json"]);
    let stamp = again
        .as_object_mut()
        .expect("it is an object")
        .remove("saved");
    assert_eq!(
        stamp.expect("there is one")["toolVersion"],
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(
        again,
        stage.calm(&["plan", "narrow", "--output=json"]).json(0)
    );
}

#[test]
fn exactly_the_steps_of_the_plan_run_with_few_questions() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    let _ = stage
        .run(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    let plan: Value = serde_json::from_str(&stage.read("plan.json")).expect("it is JSON");
    // The manifests may be gone, or anything else by now.
    fs::remove_dir_all(stage.path("s3access")).expect("it is there");
    let before = served.sandbox.calls().len();
    stage
        .run(&["apply", "plan.json", "--yes", "--quiet"])
        .succeeds();
    let planned: Vec<String> = plan["plan"]["steps"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|step| {
            let call = &step["call"];
            format!(
                "{}:{}",
                call["service"].as_str().unwrap_or(""),
                call["action"].as_str().unwrap_or("")
            )
        })
        .collect();
    let (mut planned, mut sent) = (planned, served.writes_after(before));
    planned.sort();
    sent.sort();
    assert_eq!(sent, planned);
    let first_write = served
        .calls_after(before)
        .iter()
        .position(|call| sent.contains(call));
    let mut questions = served.calls_after(before)[..first_write.expect("it writes")].to_vec();
    // Some are asked at the same time.
    questions.sort();
    assert_snapshot!(questions.join("\n"), @"
    ec2:DescribeIamInstanceProfileAssociations
    ec2:DescribeInstances
    iam:GetAccountAuthorizationDetails
    iam:GetAccountSummary
    iam:GetInstanceProfile
    iam:GetRole
    iam:ListRoles
    sts:GetCallerIdentity
    ");
}

#[test]
fn a_plan_runs_once() {
    let stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    stage.quietly(&["apply", "plan.json", "--yes"]);
    assert_snapshot!(stage.calm(&["apply", "plan.json", "--yes"]).whole(), @"
    exit 4
    --- stderr
    error: the plan has been applied already: a run began at [time] (plan.json.[id].applied)
      hint: plan again to see what it would do now: what is done is not repeated
    ");
    // Without its receipt, the world tells.
    fs::remove_file(receipt(&stage.path("")).expect("it was left")).expect("it can go");
    assert_snapshot!(stage.calm(&["apply", "plan.json", "--yes"]).whole(), @"
    exit 4
    --- stderr
    error: the plan has been applied already, or somebody did the same: AWS is as it would leave it
      hint: plan again to see what it would do now: what is done is not repeated
    ");
    // What it made is gone again, so that the world looks as it did: the receipt tells.
    let stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    stage.quietly(&["apply", "plan.json", "--yes"]);
    stage.quietly(&["destroy", "s3access", "--yes"]);
    assert!(
        stage
            .calm(&["apply", "plan.json", "--yes"])
            .complains_with(4)
            .contains("has been applied already")
    );
    // Another plan under the same name is another plan.
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    stage.quietly(&["apply", "plan.json", "--yes"]);
}

#[test]
fn instances_are_looked_for_in_all_regions_of_the_stack() {
    let stage = Stage::with_example("regions");
    let main = stage.read("regions/regions.yaml");
    let spare = |ensure: &str| {
        let head = "---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {name: spare}\n";
        let spec = "trustPolicy: {services: [ec2.amazonaws.com]}, instanceProfile: true";
        format!("{main}{head}spec: {{ensure: {ensure}, {spec}}}\n")
    };
    stage.write("regions/regions.yaml", &spare("present"));
    stage.quietly(&["apply", "regions", "--yes"]);
    // The plan touches nothing of the second region.
    stage.write("regions/regions.yaml", &spare("absent"));
    stage.quietly(&["plan", "regions", "--out=plan.json"]);
    fs::create_dir(stage.path("other")).expect("it is new");
    let other = "apiVersion: rolewright.dev/v1\nkind: InstanceAssociation\nmetadata: {name: other}\nspec:\n  \
        instanceProfile: arn:aws:iam::123456789012:instance-profile/spare\n  region: eu-west-1\n  \
        instances: {ids: [i-0e1e2e3e4e5e6e7e8]}\n";
    stage.write("other/other.yaml", other);
    stage.quietly(&["apply", "other", "--stack=other", "--yes"]);
    assert_snapshot!(stage.calm(&["apply", "plan.json", "--yes"]).complains_with(4), @"
    error: AWS has changed since the plan was made
      ! InstanceProfile/spare is used by i-0e1e2e3e4e5e6e7e8, and was not when the plan was made
      hint: plan again to see what it would do now: what is done is not repeated
    ");
}

#[test]
fn what_was_done_is_told_although_the_receipt_cannot_be_finished() {
    let stage = Stage::with_example("s3access");
    fs::create_dir(stage.path("job")).expect("it is new");
    let _ = stage
        .calm(&["plan", "s3access", "--out=job/plan.json"])
        .says_with(0);
    let arguments = [
        "apply",
        "job/plan.json",
        "--yes",
        "--sandbox",
        "--weather=typical",
    ];
    let mut command = stage.command(&arguments);
    command.stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    let run = command.spawn().expect("it starts");
    while receipt(&stage.path("job")).is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    fs::remove_dir_all(stage.path("job")).expect("it is there");
    let output = run.wait_with_output().expect("it ends");
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(0), "{said}{complained}");
    assert!(said.contains("AWS reads back as declared."), "{said}");
    assert!(
        complained.contains("cannot write job/plan.json.") && complained.contains(".applied"),
        "{complained}"
    );
}

#[test]
fn a_plan_that_could_change_nothing_may_run_again() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    let _ = stage
        .run(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    // No question is answered any more, so that nothing is sent.
    let mut stopped = stage.command(&["apply", "plan.json", "--yes"]);
    let output = stopped
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(receipt(&stage.path("")).is_none());
}

#[test]
fn a_plan_is_for_its_account_and_its_region() {
    let served = Served::seeded("account: \"210987654321\"\n");
    let mut stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    stage.use_served(&served);
    assert_snapshot!(stage.run(&["apply", "plan.json", "--yes"]).complains_with(3), @"
    error[wrong-account]

      x the plan is for account 123456789012; these credentials are for 210987654321
      | (arn:aws:iam::210987654321:user/sandbox)
      help: choose other credentials with `--profile`, or plan for that account

    1 error
    ");
    assert_snapshot!(stage.run(&["apply", "plan.json", "--yes", "--region=eu-west-1"]).complains_with(3), @"
    error[wrong-region]

      x the plan is for region us-east-1; this run is for eu-west-1
      help: leave `--region` out, or plan for that region

    1 error
    ");
    assert_eq!(served.writes_after(0), Vec::<String>::new());
}

#[test]
fn a_plan_is_good_for_a_while() {
    let stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json", "--expires-in=0s"])
        .says_with(0);
    assert_snapshot!(stage.calm(&["apply", "plan.json", "--yes"]).complains_with(4), @"
    error: the plan was good until [time]
      hint: plan again to see what it would do now: what is done is not repeated
    ");
}

#[test]
fn a_changed_file_is_refused() {
    let stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    let text = stage.read("plan.json");
    stage.write("plan.json", &text.replace("s3:*", "*:*"));
    assert_snapshot!(stage.calm(&["apply", "plan.json", "--yes"]).complains_with(3), @"
    error[changed-plan]

      x plan.json: it was changed after it was saved: its digest does not fit
      help: plan again with `--out`, and find out who changed the file

    1 error
    ");
    assert_snapshot!(stage.run(&["show", "plan.json"]).complains_with(3), @"
    error[changed-plan]

      x plan.json: it was changed after it was saved: its digest does not fit
      help: plan again with `--out`, and find out who changed the file

    1 error
    ");
    stage.write("plan.json", &text[..text.len() - 100]);
    assert_snapshot!(stage.run(&["show", "plan.json"]).complains_with(1), @"
    error: plan.json: it is not whole: EOF while parsing an object at line 1201 column 21
      hint: copy the file again, or plan again with `--out`
    ");
    assert_snapshot!(stage.run(&["show", "s3access/s3access.yaml"]).complains_with(1), @"
    error: s3access/s3access.yaml: it is not a saved plan
      hint: `rolewright plan --out FILE` writes one
    ");
    assert_snapshot!(stage.run(&["show", "nowhere.json"]).complains_with(1), @"
    error: cannot read nowhere.json: No such file or directory (os error 2)
      hint: `rolewright plan --out FILE` writes a plan
    ");
}

#[test]
fn a_refused_plan_is_saved_for_review_and_not_applied() {
    let stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&[
            "plan",
            "s3access",
            "--out=plan.json",
            "--fail-on=new-access",
        ])
        .says_with(3);
    let (_, said) = stage.run(&["show", "plan.json"]).says_with(0);
    assert!(said.contains("error[new-access]"), "{said}");
    let (_, said) = stage.calm(&["apply", "plan.json", "--yes"]).says_with(3);
    assert!(said.contains("error[new-access]"), "{said}");
    assert!(receipt(&stage.path("")).is_none());
}

#[test]
fn what_the_plan_has_settled_is_not_asked_again() {
    let stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    assert_snapshot!(stage.calm(&["apply", "plan.json", "--yes", "--prune"]).complains_with(64), @"error: a saved plan has settled what is planned and allowed: pass such options to `plan --out`");
    assert_snapshot!(stage.calm(&["apply", "plan.json", "--yes", "--var=a=b"]).complains_with(64), @"error: a saved plan has its stack and variables: pass them to `plan --out`");
}

#[test]
fn a_command_that_takes_manifests_says_that_it_was_given_a_plan() {
    let stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    assert_snapshot!(stage.calm(&["drift", "plan.json"]).complains_with(1), @"
    error: plan.json is a saved plan, and no manifest
      hint: `apply`, `show`, `rehearse`, `graph` and `permissions` take saved plans
    ");
    for command in ["validate", "plan", "destroy"] {
        let said = stage.calm(&[command, "plan.json"]).complains_with(1);
        assert!(said.contains("plan.json is a saved plan"), "{said}");
    }
    assert_snapshot!(stage.run(&["rehearse", "plan.json", "--live=live.json"]).complains_with(64), @"error: a saved plan holds what it found of AWS: leave out --live");
    assert_snapshot!(stage.run(&["permissions", "plan.json", "--prune"]).complains_with(64), @"error: a saved plan has its account and its deletions: leave out --account and --prune");
    for command in ["apply", "rehearse", "graph", "permissions"] {
        let help = stage.run(&[command, "--help"]).succeeds();
        assert!(help.contains("or one saved plan"), "{help}");
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_a_plan() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::with_example("s3access");
    stage.write("plan.json", "{\"format\": \"rolewright-plan\"}");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    let mode = fs::metadata(stage.path("plan.json"))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let left = fs::read_dir(stage.path(".")).expect("a folder").flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().contains(".tmp"));
    assert_eq!(left.count(), 0);
    let nowhere = stage
        .calm(&["plan", "s3access", "--out=nowhere/plan.json"])
        .complains_with(1);
    assert_snapshot!(nowhere, @"
    error: cannot write nowhere/plan.json: No such file or directory (os error 2)
      hint: choose a file in a folder that can be written
    ");
}

#[test]
fn a_plan_beside_the_manifests_is_no_manifest() {
    let stage = Stage::with_example("s3access");
    let _ = stage
        .calm(&["plan", "s3access", "--out=s3access/plan.json"])
        .says_with(0);
    let _ = stage
        .calm(&["plan", "s3access", "--out=s3access/plan.json"])
        .says_with(0);
    stage.quietly(&["apply", "s3access/plan.json", "--yes"]);
    let _ = stage
        .calm(&["plan", "s3access", "--detailed-exitcode"])
        .ends_with(0);
}

#[test]
fn a_destruction_is_saved_too() {
    let stage = Stage::applied_s3access();
    let _ = stage
        .calm(&["plan", "s3access", "--destroy", "--out=plan.json"])
        .says_with(0);
    stage.quietly(&["apply", "plan.json", "--yes"]);
    assert!(!stage.world().iam.roles.contains_key("s3access"));
}

#[test]
fn everything_comes_from_one_plan() {
    let stage = two_branches();
    let summary = stage.path("summary.md");
    let mut command = stage.command(&[
        "plan",
        "narrow",
        "--sandbox",
        "--weather=calm",
        "--markdown=plan.md",
        "--sarif=plan.sarif",
        "--annotations=github",
        "--out=plan.json",
        "--quiet",
    ]);
    fs::write(&summary, "# The job\n").expect("it can be written");
    let output = command
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .expect("it starts");
    assert!(output.status.success());
    let markdown = stage.read("plan.md");
    assert_eq!(stage.read("summary.md"), format!("# The job\n{markdown}\n"));
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"::notice file=narrow/s3access.yaml,line=14,col=9,title=~ Role/s3access%3A narrowing::inlinePolicies.S3-Permissions");
    let sarif: Value = serde_json::from_str(&stage.read("plan.sarif")).expect("it is JSON");
    assert_eq!(sarif["version"], "2.1.0");
    // The saved plan gives the same.
    let _ = stage
        .run(&["show", "plan.json", "--markdown=again.md", "--quiet"])
        .says_with(0);
    assert_eq!(stage.read("again.md"), markdown);
}

#[test]
fn what_is_no_longer_declared_is_pruned_from_a_saved_plan() {
    let stage = Stage::applied_s3access();
    let text = stage.read("s3access/s3access.yaml");
    let (stack, _) = text.split_once("---").expect("the stack comes first");
    stage.write("s3access/s3access.yaml", stack);
    let _ = stage
        .calm(&[
            "plan",
            "s3access",
            "--prune",
            "--allow-in-use",
            "--out=plan.json",
        ])
        .says_with(0);
    stage.quietly(&["apply", "plan.json", "--yes"]);
    assert!(!stage.world().iam.roles.contains_key("s3access"));
    assert!(
        !stage
            .world()
            .iam
            .instance_profiles
            .contains_key("s3access-profile")
    );
}

#[test]
fn a_plan_takes_the_place_of_a_plan_and_of_nothing_else() {
    let stage = Stage::with_example("s3access");
    let over = "--out=s3access/s3access.yaml";
    let told = stage.calm(&["plan", "s3access", over]).complains_with(1);
    assert_snapshot!(told, @"
    error: s3access/s3access.yaml exists and is no saved plan
      hint: choose another file
    ");
    assert!(stage.read("s3access/s3access.yaml").contains("kind: Stack"));
    // The receipt of an older plan says nothing about a newer one, however alike they are.
    stage.quietly(&["plan", "s3access", "--out=plan.json"]);
    stage.quietly(&["apply", "plan.json", "--yes"]);
    stage.quietly(&["destroy", "s3access", "--yes"]);
    stage.quietly(&["plan", "s3access", "--out=plan.json"]);
    stage.quietly(&["apply", "plan.json", "--yes"]);
}

#[test]
fn a_run_that_is_killed_has_begun_and_the_manifests_finish_it() {
    let served = Served::fresh(Weather {
        latency: jiff::SignedDuration::from_millis(150).into(),
        ..Weather::calm()
    });
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    let _ = stage
        .run(&["plan", "s3access", "--out=plan.json"])
        .says_with(0);
    let mut child = stage.start(&["apply", "plan.json", "--yes", "--parallelism=1"]);
    while receipt(&stage.path("")).is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().expect("it still runs");
    let _ = stage.end(child);
    let told = stage
        .run(&["apply", "plan.json", "--yes"])
        .complains_with(4);
    assert!(
        told.contains("has been applied already: a run began at"),
        "{told}"
    );
    stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .succeeds();
    let _ = stage
        .run(&["plan", "s3access", "--detailed-exitcode"])
        .ends_with(0);
}

/// The receipt in a folder, of whichever plan.
fn receipt(folder: &std::path::Path) -> Option<std::path::PathBuf> {
    let files = fs::read_dir(folder).ok()?;
    let mut paths = files.filter_map(|file| Some(file.ok()?.path()));
    paths.find(|path| path.extension().is_some_and(|end| end == "applied"))
}

/// A stack of one role, planned to make it.
fn planned(stage: &Stage) {
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json", "--quiet"])
        .succeeds();
}

/// What is said of the plan by manifests that somebody has changed; nothing is applied.
fn against(change: impl FnOnce(&Stage), options: &[&str]) -> String {
    let stage = Stage::with_example("s3access");
    planned(&stage);
    change(&stage);
    let command = ["apply", "plan.json", "--yes", "--manifests=s3access"];
    let refused = stage.calm(&[&command[..], options].concat()).whole();
    assert!(
        !stage.world().iam.roles.contains_key("s3access"),
        "{refused}"
    );
    refused
}

fn edited(from: &'static str, to: &'static str) -> impl FnOnce(&Stage) {
    move |stage| {
        let text = stage.read("s3access/s3access.yaml");
        let changed = text.replace(from, to);
        assert_ne!(changed, text);
        stage.write("s3access/s3access.yaml", &changed);
    }
}

#[test]
fn a_plan_runs_when_the_manifests_lead_to_it() {
    let stage = Stage::with_example("s3access");
    planned(&stage);
    let command = [
        "apply",
        "plan.json",
        "--yes",
        "--quiet",
        "--manifests=./s3access/",
    ];
    let applied = stage.calm(&command).succeeds();
    assert!(applied.contains("5 of 5 steps done"), "{applied}");
}

#[test]
fn a_plan_is_refused_when_the_manifests_lead_to_another() {
    assert_snapshot!(against(edited("s3:*", "s3:GetObject"), &[]), @"
    exit 4
    --- stderr
    error: the manifests do not lead to this plan
      ! s3access/s3access.yaml is not as it was planned
      ! Role/s3access: the manifests have another `inlinePolicies.S3-Permissions`
      hint: plan again to see what it would do now: what is done is not repeated
    ");
    // The same plan from other words is not what was read.
    assert_snapshot!(against(edited("# The setup", "# A setup"), &[]), @"
    exit 4
    --- stderr
    error: the manifests do not lead to this plan
      ! s3access/s3access.yaml is not as it was planned
      hint: plan again to see what it would do now: what is done is not repeated
    ");
    assert_snapshot!(
        against(
            |stage| stage.write("s3access/more.yaml", "apiVersion: rolewright.dev/v1\nkind: InstanceProfile\nmetadata: { name: more }\nspec: { role: s3access }\n"),
            &[],
        ),
        @"
        exit 4
        --- stderr
        error: the manifests do not lead to this plan
          ! s3access/more.yaml was not among the manifests that were planned
          ! InstanceProfile/more: no change in the plan, create from the manifests
          hint: plan again to see what it would do now: what is done is not repeated
        "
    );
    assert_snapshot!(against(|_| {}, &["--stack=other"]), @"
    exit 4
    --- stderr
    error: the manifests do not lead to this plan
      ! the plan is for stack s3access, the manifests are for other
      ! InstanceProfile/s3access-profile: the manifests have another `tags.rolewright:stack`
      ! Role/s3access: the manifests have another `tags.rolewright:stack`
      hint: plan again to see what it would do now: what is done is not repeated
    ");
}

#[test]
fn a_plan_of_other_variables_is_refused() {
    let stage = Stage::with_example("s3access");
    edited("Lets applications on EC2", "Lets {{ var.who }}")(&stage);
    let _ = stage
        .calm(&[
            "plan",
            "s3access",
            "--out=plan.json",
            "--quiet",
            "--var=who=nobody",
        ])
        .succeeds();
    let apply = |who: &str| {
        stage.calm(&[
            "apply",
            "plan.json",
            "--yes",
            "--quiet",
            "--manifests=s3access",
            who,
        ])
    };
    assert_snapshot!(apply("--var=who=somebody").whole(), @"
    exit 4
    --- stderr
    error: the manifests do not lead to this plan
      ! Role/s3access: the manifests have another `description`
      hint: plan again to see what it would do now: what is done is not repeated
    ");
    let _ = apply("--var=who=nobody").succeeds();
}

#[test]
fn manifests_are_for_a_saved_plan() {
    let stage = Stage::with_example("s3access");
    assert_snapshot!(stage.calm(&["apply", "s3access", "--manifests=s3access"]).whole(), @"
    exit 64
    --- stderr
    error: --manifests is for one saved plan: `rolewright apply PLAN --manifests PATH`
    ");
    assert_snapshot!(stage.calm(&["apply", "--manifests=s3access"]).whole(), @"
    exit 64
    --- stderr
    error: --manifests is for one saved plan: `rolewright apply PLAN --manifests PATH`
    ");
}

#[test]
fn differences_are_data_as_well() {
    let stage = Stage::with_example("s3access");
    planned(&stage);
    edited("s3:*", "s3:GetObject")(&stage);
    let told = stage
        .calm(&[
            "apply",
            "plan.json",
            "--yes",
            "--manifests=s3access",
            "--output=json",
        ])
        .json(4);
    assert_snapshot!(told["error"]["differences"].to_string(), @r#"["s3access/s3access.yaml is not as it was planned","Role/s3access: the manifests have another `inlinePolicies.S3-Permissions`"]"#);
}
