//! Instances that a stack launches, as the whole program shows and does it.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use rolewright::sandbox::{Instance, InstanceState, Weather, World};

use crate::support::{Served, Stage};

const V2: &str = "--var=profile=web-v2";

/// Steps one after the other, so that they are told in the same order every time.
const ONE: &str = "--parallelism=1";

/// The instances of the example, by id. Between two runs the sandbox forgets those that are terminated.
fn launched(stage: &Stage) -> BTreeMap<String, Instance> {
    ours(stage.world())
}

fn ours(world: World) -> BTreeMap<String, Instance> {
    let regions = world.regions.into_values();
    let instances = regions.flat_map(|region| region.instances);
    instances
        .filter(|(_, instance)| instance.tags.contains_key("rolewright:stack"))
        .collect()
}

/// The one there is.
fn live(stage: &Stage) -> Instance {
    let mut live: Vec<Instance> = launched(stage).into_values().collect();
    assert_eq!(live.len(), 1, "{live:#?}");
    live.remove(0)
}

/// The profile that an instance has.
fn profile(stage: &Stage, instance: &str) -> String {
    let world = stage.world();
    let region = &world.regions["us-east-1"];
    let mut all = region.associations.values();
    let arn = &all
        .find(|one| one.instance == instance)
        .expect("it has one")
        .profile_arn;
    arn.rsplit('/').next().unwrap_or_default().to_owned()
}

/// A text without the ids that EC2 gave out.
fn steady(text: &str) -> String {
    let id = regex_lite::Regex::new("i-[0-9a-f]{17}").expect("it is sound");
    id.replace_all(text, "[id]").into_owned()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story with all that it shows")]
fn an_instance_from_launch_to_termination() {
    let stage = Stage::with_example("launch");
    assert_snapshot!(steady(&stage.calm(&["apply", "launch", "--yes", ONE]).whole()), @r#"
    exit 0
    --- stdout
    Stack launch in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    6 to create (+)
    Risk: 5 new access, 1 cosmetic
    No instance changes its credentials

    + Role/web-v1  (launch/launch.yaml:17)
        path: "/"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        managedPolicies.arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
        tags.Application: "launch"
        tags.rolewright:stack: "launch"

    + InstanceProfile/web-v1  (launch/launch.yaml:17)
        path: "/"
        role: web-v1
        tags.Application: "launch"
        tags.rolewright:stack: "launch"

    + InstanceAssociation/web  (launch/launch.yaml:35)
        because the instance is launched with it
        instanceProfile: web-v1

    + Role/web-v2  (launch/launch.yaml:26)
        path: "/"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        managedPolicies.arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore
        tags.Application: "launch"
        tags.rolewright:stack: "launch"

    + InstanceProfile/web-v2  (launch/launch.yaml:26)
        path: "/"
        role: web-v2
        tags.Application: "launch"
        tags.rolewright:stack: "launch"

    + Instance/web  (launch/launch.yaml:35)
        region: "us-east-1"
        imageId: "ami-11aa22bb"
        instanceType: "t3.micro"
        userData:
          #!/bin/sh
          echo "launched by stack launch" > /etc/motd
        instanceProfile: web-v1
        metadataOptions.httpTokens: "required"
        tags.Application: "launch"
        tags.Name: "web"
        tags.rolewright:name: "web"
        tags.rolewright:stack: "launch"

    Apply sends 9 calls.
    Plan: 6 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    9 of 9 steps done in [duration]
    AWS reads back as declared.
    --- stderr
    + create role web-v1  [duration]
    ~ attach arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess to role web-v1  [duration]
    + create instance profile web-v1  [duration]
    ~ add role web-v1 to instance profile web-v1  [duration]
    + launch instance web  [duration]
    + create role web-v2  [duration]
    ~ attach arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore to role web-v2  [duration]
    + create instance profile web-v2  [duration]
    ~ add role web-v2 to instance profile web-v2  [duration]
    "#);
    let first = live(&stage);
    assert_eq!(first.metadata_options.http_tokens, "required");
    assert_eq!(first.state, InstanceState::Running);
    assert_eq!(profile(&stage, &first.id), "web-v1");
    let _ = stage
        .calm(&["plan", "launch", "--detailed-exitcode"])
        .ends_with(0);

    let changed = stage.calm(&["apply", "launch", "--yes", V2]);
    assert_snapshot!(steady(&changed.whole()), @"
    exit 0
    --- stdout
    Stack launch in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 new access
    1 instance changes its credentials

    ~ InstanceAssociation/web[[id]]  (launch/launch.yaml:35)
      ~ instanceProfile: web-v1 -> web-v2  (launch/launch.yaml:39)
        access:
          + gives instances the access of web-v2
          - takes the access of web-v1 from instances
      ! changes the credentials of 1 instance: [id] (running)

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 5 unchanged.
    1 of 1 step done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ replace the instance profile of [id] by web-v2  [duration]
    ");
    assert_eq!(live(&stage).id, first.id);
    assert_eq!(profile(&stage, &first.id), "web-v2");

    assert_snapshot!(steady(&stage.calm(&["destroy", "launch", "--yes", V2, ONE]).whole()), @r#"
    exit 0
    --- stdout
    Stack launch in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    5 to delete (-), 1 to detach (x)
    Risk: 6 deletion
    1 instance changes its credentials

    - Role/web-v1  (launch/launch.yaml:17)
        path: "/"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        managedPolicies.arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
        tags.Application: "launch"
        tags.rolewright:stack: "launch"

    - InstanceProfile/web-v1  (launch/launch.yaml:17)
        path: "/"
        role: web-v1
        tags.Application: "launch"
        tags.rolewright:stack: "launch"

    - Role/web-v2  (launch/launch.yaml:26)
        path: "/"
        maxSessionDuration: 3600
        trustPolicy:
          Allow sts:AssumeRole
            Principal Service: ec2.amazonaws.com
        managedPolicies.arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore
        tags.Application: "launch"
        tags.rolewright:stack: "launch"
      ! changes the credentials of 1 instance: [id] (running)

    - InstanceProfile/web-v2  (launch/launch.yaml:26)
        path: "/"
        role: web-v2
        tags.Application: "launch"
        tags.rolewright:stack: "launch"
      ! changes the credentials of 1 instance: [id] (running)

    - Instance/web  (launch/launch.yaml:35)
        region: "us-east-1"
        imageId: "ami-11aa22bb"
        instanceType: "t3.micro"
        userData:
          #!/bin/sh
          echo "launched by stack launch" > /etc/motd
        instanceProfile: web-v2
        metadataOptions.httpTokens: "required"
        tags.Application: "launch"
        tags.Name: "web"
        tags.rolewright:name: "web"
        tags.rolewright:stack: "launch"
      ! changes the credentials of 1 instance: [id] (running)

    x InstanceAssociation/web[[id]]  (launch/launch.yaml:35)
        because it goes with the instance
        instanceProfile: web-v2
      ! changes the credentials of 1 instance: [id] (running)

    Warnings
    ! instances of other regions were not looked at: only us-east-1

    Destroy sends 9 calls.
    Plan: 0 to create, 0 to update, 0 to replace, 5 to delete, 0 to adopt, 1 to detach, 0 unchanged.
    9 of 9 steps done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ remove role web-v1 from instance profile web-v1  [duration]
    ~ detach arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess from role web-v1  [duration]
    - delete role web-v1  [duration]
    - delete instance profile web-v1  [duration]
    - terminate instance web ([id])  [duration]
    ~ remove role web-v2 from instance profile web-v2  [duration]
    ~ detach arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore from role web-v2  [duration]
    - delete role web-v2  [duration]
    - delete instance profile web-v2  [duration]
    "#);
    assert!(launched(&stage).is_empty());
    let again = stage.calm(&["destroy", "launch", "--yes", V2]);
    assert_snapshot!(steady(&again.whole()), @"
    exit 0
    --- stdout
    Stack launch in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. Nothing of this stack is left.

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 6 unchanged.
    ");
}

/// AWS goes on listing a terminated instance, and knows the token of its launch.
#[test]
fn an_instance_that_was_terminated_is_launched_anew() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("launch");
    stage.use_served(&served);
    let _ = stage
        .run(&["apply", "launch", "--yes", "--quiet"])
        .ends_with(0);
    let _ = stage
        .run(&["destroy", "launch", "--yes", "--quiet"])
        .ends_with(0);
    let _ = stage
        .run(&["apply", "launch", "--yes", "--quiet"])
        .ends_with(0);
    let _ = stage
        .run(&["plan", "launch", "--detailed-exitcode", "--quiet"])
        .ends_with(0);
    let states: Vec<InstanceState> = ours(served.sandbox.world())
        .values()
        .map(|instance| instance.state)
        .collect();
    assert_eq!(states.len(), 2);
    assert!(
        states.contains(&InstanceState::Running) && states.contains(&InstanceState::Terminated)
    );
}

/// What goes with the old instance is told, and has to be accepted.
#[test]
fn another_type_takes_another_instance() {
    let stage = Stage::with_example("launch");
    stage.quietly(&["apply", "launch", "--yes"]);
    let first = live(&stage);
    let text = stage.read("launch/launch.yaml");
    stage.write("launch/launch.yaml", &text.replace("t3.micro", "t3.large"));
    let (plan, refusal) = stage.calm(&["apply", "launch", "--yes"]).says_with(3);
    assert_snapshot!(steady(&format!("{plan}{refusal}")), @r#"
    Stack launch in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to replace (-/+)
    Risk: 1 deletion
    1 instance changes its credentials

    -/+ Instance/web  (launch/launch.yaml:35)
      ~ instanceType: "t3.micro" -> "t3.large"  (forces replacement)  (launch/launch.yaml:38)
      ! changes the credentials of 1 instance: [id] (running)

    Apply sends 2 calls.
    Plan: 0 to create, 0 to update, 1 to replace, 0 to delete, 0 to adopt, 0 to detach, 5 unchanged.
    error[replace]

      x the plan would replace Instance/web, which loses its disks and addresses
        ,-[launch/launch.yaml:35:9]
     34 | metadata:
     35 |   name: web
        :         ^^^
     36 | spec:
        `----
      help: pass `--accept-replace` if that is what you want

    1 error
    "#);
    assert_eq!(live(&stage).id, first.id);
    let accepted = stage.calm(&["apply", "launch", "--yes", "--accept-replace"]);
    let (report, talk) = accepted.says_with(0);
    let report = report.split_once("Plan: ").expect("the plan comes first").1;
    assert_snapshot!(steady(&format!("{report}{talk}")), @"
    0 to create, 0 to update, 1 to replace, 0 to delete, 0 to adopt, 0 to detach, 5 unchanged.
    2 of 2 steps done in [duration]
    AWS reads back as declared.
    - terminate instance web ([id])  [duration]
    + launch instance web  [duration]
    ");
    let second = live(&stage);
    assert_ne!(second.id, first.id);
    assert_eq!(second.instance_type, "t3.large");
    assert_eq!(profile(&stage, &second.id), "web-v1");
    let _ = stage
        .calm(&["plan", "launch", "--detailed-exitcode"])
        .ends_with(0);
}

#[test]
fn a_plan_shows_the_launch_and_its_profile() {
    let stage = Stage::with_example("launch");
    let plan = stage.calm(&["plan", "launch"]).whole();
    let instance = plan
        .split_once("+ Instance/web")
        .expect("it is launched")
        .1
        .to_owned();
    assert_snapshot!(steady(&instance), @r#"
      (launch/launch.yaml:35)
        region: "us-east-1"
        imageId: "ami-11aa22bb"
        instanceType: "t3.micro"
        userData:
          #!/bin/sh
          echo "launched by stack launch" > /etc/motd
        instanceProfile: web-v1
        metadataOptions.httpTokens: "required"
        tags.Application: "launch"
        tags.Name: "web"
        tags.rolewright:name: "web"
        tags.rolewright:stack: "launch"

    Apply sends 9 calls.
    Plan: 6 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    "#);
}

#[test]
fn a_protected_instance_stays() {
    let stage = Stage::with_example("launch");
    let text = stage.read("launch/launch.yaml");
    let protected = text.replace(
        "  tags:\n    Name:",
        "  terminationProtection: true\n  tags:\n    Name:",
    );
    stage.write("launch/launch.yaml", &protected);
    stage.quietly(&["apply", "launch", "--yes"]);
    let id = live(&stage).id;
    let refused = stage.calm(&["destroy", "launch", "--yes"]);
    assert_snapshot!(steady(&refused.complains_with(1)), @"
    error[termination-protected]

      x Instance/web: instance [id] is protected from termination
        ,-[launch/launch.yaml:35:9]
     34 | metadata:
     35 |   name: web
        :         ^^^
     36 | spec:
        `----
      help: declare it with `terminationProtection: false`, or lift the protection in EC2

    1 error
    ");
    assert_eq!(live(&stage).id, id);
    stage.write(
        "launch/launch.yaml",
        &protected.replace(
            "terminationProtection: true",
            "terminationProtection: false",
        ),
    );
    stage.quietly(&["destroy", "launch", "--yes"]);
    assert!(launched(&stage).is_empty());
}

/// A wrong id is refused by AWS and told at once: nothing of this run makes an image.
#[test]
fn an_image_that_does_not_exist() {
    let stage = Stage::with_example("launch");
    let (stdout, stderr) = stage
        .calm(&["apply", "launch", "--yes", "--var=image=ami-99999999", ONE])
        .says_with(5);
    let report = stdout.split_once("Plan: ").expect("the plan comes first").1;
    assert_snapshot!(steady(&format!("{report}\n{stderr}")), @"
    6 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 0 unchanged.
    8 of 9 steps done in [duration], 1 failed, 0 skipped

    ! launch instance web (Instance/web)
        ec2:RunInstances: InvalidAMIID.NotFound: The image id '[ami-99999999]' does not exist
        sent once, request id [request]
        hint: check the id or name: each region and account has its own images, key pairs, subnets and security groups

    next: run the same command again; finished steps are not repeated

    + create role web-v1  [duration]
    ~ attach arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess to role web-v1  [duration]
    + create instance profile web-v1  [duration]
    ~ add role web-v1 to instance profile web-v1  [duration]
    ! launch instance web: ec2:RunInstances: InvalidAMIID.NotFound: The image id '[ami-99999999]' does not exist
    + create role web-v2  [duration]
    ~ attach arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore to role web-v2  [duration]
    + create instance profile web-v2  [duration]
    ~ add role web-v2 to instance profile web-v2  [duration]
    ");
    assert!(launched(&stage).is_empty());
}

#[test]
fn an_instance_in_another_region() {
    let stage = Stage::with_example("launch");
    let text = stage.read("launch/launch.yaml");
    let there = text.replace("  instanceType:", "  region: eu-west-1\n  instanceType:");
    stage.write("launch/launch.yaml", &there);
    stage.quietly(&["apply", "launch", "--yes"]);
    let first = live(&stage);
    let ours = |stage: &Stage| {
        let world = stage.world();
        let regions = world.regions.into_iter();
        let holds = |instances: &BTreeMap<String, Instance>| {
            let mut instances = instances.values();
            instances.any(|one| one.tags.contains_key("rolewright:stack"))
        };
        let regions = regions.filter(|(_, region)| holds(&region.instances));
        regions.map(|(name, _)| name).collect::<Vec<String>>()
    };
    assert_eq!(ours(&stage), ["eu-west-1"]);
    let plan = ["plan", "launch", "--detailed-exitcode"];
    let _ = stage.calm(&plan).ends_with(0);
    stage.quietly(&["apply", "launch", "--yes", V2]);
    assert_eq!(live(&stage).id, first.id);
    let _ = stage.calm(&[&plan[..], &[V2]].concat()).ends_with(0);

    // Both regions are looked at as long as a document names the other one.
    let back = format!(
        "{}---\napiVersion: rolewright.dev/v1\nkind: InstanceAssociation\nmetadata: {{ name: other }}\nspec: {{ ensure: detached, region: eu-west-1, instances: {{ tags: {{ No: body }} }} }}\n",
        there.replace("  region: eu-west-1\n", "")
    );
    stage.write("launch/launch.yaml", &back);
    let replace = [
        "apply",
        "launch",
        "--yes",
        V2,
        "--accept-replace",
        "--quiet",
    ];
    let (_, _) = stage.calm(&replace).says_with(0);
    assert_eq!(ours(&stage), ["us-east-1"]);
    assert_ne!(live(&stage).id, first.id);
    stage.quietly(&["destroy", "launch", "--yes", V2]);
    assert!(launched(&stage).is_empty());
}
