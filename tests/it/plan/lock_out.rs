//! No plan takes from the run what it takes to undo the plan, whatever the change looks like and whichever identity of the
//! run it is about.

use rolewright::diagnostic::Problems;
use rolewright::plan::{GuardOverrides, refusals};

use crate::support::{World, desired, drawn_diagnostics};

const ROLE: &str = r#"kind: Role
metadata: {name: deployer}
spec:
  trustPolicy: {services: [ec2.amazonaws.com]}
  managedPolicies: ["arn:aws:iam::aws:policy/PowerUserAccess"]
  inlinePolicies:
    admin: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
"#;
const USER: &str = r#"kind: UserPolicy
metadata: {name: access}
spec:
  user: ci
  policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
"#;
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/deployer/run-1";
const OTHER: &str = "arn:aws:sts::123456789012:assumed-role/other/run-1";
const CI: &str = "arn:aws:iam::123456789012:user/ops/ci";

/// The codes of what is refused when a declaration changes, for a caller and those it came through.
fn refused(before: &str, after: &str, identities: [&[&str]; 2], destroy: bool) -> String {
    let mut world = World::of(&desired(before));
    let [through, caller] = identities;
    world.live.caller.through = through.iter().map(|arn| (*arn).to_owned()).collect();
    caller[0].clone_into(&mut world.live.caller.arn);
    world.wishes.destroy = destroy;
    let after = desired(after);
    let plan = world.plan(&after).unwrap();
    assert!(!plan.is_empty(), "nothing changes: {before}");
    let nothing = GuardOverrides::default();
    let refusals: Problems = refusals(&plan, &after, &world.live, &nothing)
        .into_iter()
        .collect();
    let allowed = GuardOverrides {
        lock_out: true,
        ..nothing
    };
    let left: Vec<_> = left(&world, &after, &allowed);
    assert!(left.iter().all(|code| *code != "lock-out"), "{left:?}");
    drawn_diagnostics(&refusals)
}

/// The codes of what an override leaves.
fn left(
    world: &World,
    desired: &rolewright::model::Desired,
    allowed: &GuardOverrides,
) -> Vec<String> {
    let plan = world.plan(desired).unwrap();
    let left = refusals(&plan, desired, &world.live, allowed);
    left.iter().map(|refusal| refusal.code.clone()).collect()
}

fn with(text: &str, more: &str) -> String {
    format!("{text}{more}\n")
}

fn deny(actions: &str) -> String {
    with(
        ROLE,
        &format!(
            "    guardrail: {{Version: \"2012-10-17\", Statement: [{{Effect: Deny, {actions}, Resource: \"*\"}}]}}"
        ),
    )
}

#[test]
fn what_takes_from_the_own_role_is_refused() {
    let attached = ROLE.replace(
        "PowerUserAccess\"]",
        "PowerUserAccess\", \"arn:aws:iam::aws:policy/AWSDenyAll\"]",
    );
    let bounded = with(
        ROLE,
        "  permissionsBoundary: arn:aws:iam::aws:policy/ReadOnlyAccess",
    );
    let revoked = with(
        ROLE,
        "  revokeSessionsIssuedBefore: \"2030-01-01T00:00:00Z\"",
    );
    let weaker = ROLE.replace(r#"Action: "*", Resource"#, r#"Action: "s3:*", Resource"#);
    let narrowed = ROLE.replace("services: [ec2.", "services: [lambda.");
    for after in [
        deny("Action: \"*\""),
        deny("Action: [\"iam:*\"]"),
        deny("Action: [\"s3:Get*\", \"iam:Put*\"]"),
        deny("NotAction: [\"s3:*\"]"),
        deny("Action: sts:AssumeRole"),
        attached,
        bounded,
        revoked,
        weaker,
        narrowed,
    ] {
        let answer = refused(ROLE, &after, [&[], &[SESSION]], false);
        assert!(answer.contains("[lock-out]"), "{after}\n{answer}");
        // An earlier role of a chain, or the one that is named when roles are assumed, is as much needed.
        for earlier in [SESSION, "arn:aws:iam::123456789012:role/deployer"] {
            let answer = refused(ROLE, &after, [&[earlier], &[OTHER]], false);
            assert!(answer.contains("[lock-out]"), "{after}\n{answer}");
        }
        assert_eq!(refused(ROLE, &after, [&[], &[OTHER]], false), "", "{after}");
    }
}

#[test]
fn what_takes_from_the_own_user_is_refused() {
    let denied = USER.replace("Effect: Allow", "Effect: Deny");
    let weaker = USER.replace(r#"Action: "*""#, r#"Action: "s3:*""#);
    let mine = [&[][..], &[CI]];
    let others = [&[][..], &["arn:aws:iam::123456789012:user/other"][..]];
    for (before, after, destroy) in [
        ("", &denied, false),
        (USER, &weaker, false),
        (USER, &USER.to_owned(), true),
    ] {
        let before = if before.is_empty() { ROLE } else { before };
        let both = |text: &str| {
            if before == ROLE {
                format!("{ROLE}---\n{text}")
            } else {
                text.to_owned()
            }
        };
        let answer = refused(before, &both(after), mine, destroy);
        assert!(answer.contains("[lock-out]"), "{after}\n{answer}");
        let through = [&[CI][..], &[OTHER]];
        assert!(refused(before, &both(after), through, destroy).contains("[lock-out]"));
        assert_eq!(refused(before, &both(after), others, destroy), "");
    }
}

#[test]
fn what_takes_nothing_that_changes_access_is_not_refused() {
    let more = with(
        ROLE,
        "    logs: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Action: \"logs:*\", Resource: \"*\"}]}",
    );
    let longer = with(ROLE, "  maxSessionDuration: 2h");
    for after in [deny("Action: [\"s3:DeleteBucket\"]"), more, longer] {
        assert_eq!(
            refused(ROLE, &after, [&[], &[SESSION]], false),
            "",
            "{after}"
        );
    }
}

/// More access for the own user, also where it depends on conditions, takes nothing.
#[test]
fn what_the_own_user_gains_is_not_refused() {
    for policy in [
        r#"{Effect: Allow, Action: "s3:*", Resource: "*"}"#,
        r#"{Sid: A, Effect: Allow, Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/webserver", Condition: {StringEquals: {"iam:PassedToService": ec2.amazonaws.com}}}"#,
        r#"{Effect: Allow, Action: ["ec2:AssociateIamInstanceProfile"], Resource: "arn:aws:ec2:us-east-1:123456789012:instance/*"}"#,
    ] {
        let user = format!(
            "kind: UserPolicy\nmetadata: {{name: more}}\nspec: {{user: ci, policy: {{Version: \"2012-10-17\", Statement: [{policy}]}}}}\n"
        );
        let both = format!("{ROLE}---\n{user}");
        assert_eq!(refused(ROLE, &both, [&[], &[CI]], false), "", "{policy}");
    }
}
