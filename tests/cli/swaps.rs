//! Replacing and detaching the role of a running instance.

use insta::assert_snapshot;
use rolewright::sandbox::{AssociationState, Weather};

use crate::support::{Served, Stage};

const INSTANCE: &str = "i-087711ddaf98f9489";

/// The association of an instance in the fresh world's region: its id and the profile's ARN.
fn association(stage: &Stage, instance: &str) -> Option<(String, String)> {
    let world = stage.world();
    let associations = &world.regions["us-east-1"].associations;
    let mut found = associations.values().filter(|a| a.instance == instance);
    let first = found.next().map(|a| {
        assert_eq!(a.state, AssociationState::Associated);
        (a.id.clone(), a.profile_arn.clone())
    });
    assert!(
        found.next().is_none(),
        "an instance has one association at most"
    );
    first
}

#[test]
fn a_running_instance_moves_from_one_role_to_another_in_place() {
    let stage = Stage::with_example("replace");
    stage.quietly(&["apply", "replace", "--yes", "--var=profile=TestRole-1"]);
    let (first, arn) = association(&stage, INSTANCE).expect("it has a profile");
    assert!(arn.ends_with("/TestRole-1"), "{arn}");

    let moved = stage.calm(&["apply", "replace", "--yes"]);
    assert_snapshot!(moved.whole(), @"
    exit 0
    --- stdout
    Stack replace in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to update (~)
    Risk: 1 new access
    1 instance changes its credentials

    ~ InstanceAssociation/app[i-087711ddaf98f9489]  (replace/replace.yaml:32)
      ~ instanceProfile: TestRole-1 -> TestRole-2  (replace/replace.yaml:34)
        access:
          + gives instances the access of TestRole-2
          - takes the access of TestRole-1 from instances
      ! changes the credentials of 1 instance: i-087711ddaf98f9489 (running)

    Apply sends 1 call.
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 4 unchanged.
    1 of 1 step done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ replace the instance profile of i-087711ddaf98f9489 by TestRole-2  [duration]
    ");
    let (second, arn) = association(&stage, INSTANCE).expect("it has a profile");
    assert!(arn.ends_with("/TestRole-2"), "{arn}");
    assert_ne!(first, second, "EC2 gives a new id");
    stage
        .calm(&["plan", "replace", "--detailed-exitcode", "--quiet"])
        .succeeds();
}

#[test]
fn moving_in_place_is_one_write() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("replace");
    stage.use_served(&served);
    stage
        .run(&[
            "apply",
            "replace",
            "--yes",
            "--quiet",
            "--var=profile=TestRole-1",
        ])
        .succeeds();
    let before = served.calls_after(0).len();
    stage
        .run(&["apply", "replace", "--yes", "--quiet"])
        .succeeds();
    let writes = served.writes_after(before);
    assert_eq!(writes, ["ec2:ReplaceIamInstanceProfileAssociation"]);
}

#[test]
fn a_stopped_instance_cannot_be_moved_in_place_and_is_moved_all_the_same() {
    const STOPPED: &str = "i-0fedcba9876543210";
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("replace");
    stage.use_served(&served);
    stage.set("RW_VAR_instance", STOPPED);
    stage
        .run(&[
            "apply",
            "replace",
            "--yes",
            "--quiet",
            "--var=profile=TestRole-1",
        ])
        .succeeds();
    let before = served.calls_after(0).len();
    stage
        .run(&["apply", "replace", "--yes", "--quiet"])
        .succeeds();
    let writes = served.writes_after(before);
    assert_eq!(
        writes,
        [
            "ec2:DisassociateIamInstanceProfile",
            "ec2:AssociateIamInstanceProfile"
        ]
    );
}

#[test]
fn a_profile_is_taken_away_from_an_instance() {
    const RETIRED: &str = "i-088ce778fbfeb4361";
    let stage = Stage::with_example("detach");
    stage.write("old.yaml", OLD);
    stage.quietly(&["apply", "old.yaml", "--yes"]);
    assert!(association(&stage, RETIRED).is_some());

    let planned = stage.calm(&["plan", "detach", "--detailed-exitcode"]);
    assert_snapshot!(planned.whole(), @"
    exit 2
    --- stdout
    Stack detach in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to detach (x)
    Risk: 1 deletion
    1 instance changes its credentials

    x InstanceAssociation/retired[i-088ce778fbfeb4361]  (detach/detach.yaml:12)
        instanceProfile: old
      ! changes the credentials of 1 instance: i-088ce778fbfeb4361 (running)

    Apply sends 1 call.
    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 1 to detach, 0 unchanged.
    ");
    let applied = stage.calm(&["apply", "detach", "--yes"]);
    assert_snapshot!(applied.whole(), @"
    exit 0
    --- stdout
    Stack detach in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox
    1 to detach (x)
    Risk: 1 deletion
    1 instance changes its credentials

    x InstanceAssociation/retired[i-088ce778fbfeb4361]  (detach/detach.yaml:12)
        instanceProfile: old
      ! changes the credentials of 1 instance: i-088ce778fbfeb4361 (running)

    Apply sends 1 call.
    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 1 to detach, 0 unchanged.
    1 of 1 step done in [duration]
    AWS reads back as declared.
    --- stderr
    ~ disassociate old from i-088ce778fbfeb4361  [duration]
    ");
    assert_eq!(association(&stage, RETIRED), None);
    let again = stage.calm(&["apply", "detach", "--yes"]);
    assert_snapshot!(again.whole(), @r"
    exit 0
    --- stdout
    Stack detach in account 123456789012, region us-east-1
    Caller arn:aws:iam::123456789012:user/sandbox

    No changes. AWS matches the manifests.

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to adopt, 0 to detach, 1 unchanged.
    ");
}

const OLD: &str = "
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: old }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: old }
spec:
  trustPolicy: { services: [ec2.amazonaws.com] }
  instanceProfile: true
---
apiVersion: rolewright.dev/v1
kind: InstanceAssociation
metadata: { name: worker }
spec:
  instanceProfile: old
  instances: { ids: [i-088ce778fbfeb4361] }
";
