//! How many calls a plan costs.

use crate::support::{Served, Stage};

/// Bundles of a role with an inline policy, an attachment and a profile.
fn manifest(bundles: usize) -> String {
    let head = "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: fleet }\nspec: {}\n"
        .to_owned();
    let bundle = |number: usize| {
        format!(
            "---
apiVersion: rolewright.dev/v1
kind: Role
metadata: {{ name: app-{number:03} }}
spec:
  trustPolicy: {{ services: [ec2.amazonaws.com] }}
  managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']
  inlinePolicies:
    Logs:
      Version: '2012-10-17'
      Statement: [{{ Effect: Allow, Action: 'logs:PutLogEvents', Resource: '*' }}]
  instanceProfile: true
"
        )
    };
    head + &(0..bundles).map(bundle).collect::<String>()
}

/// A world in which these bundles stand, among roles of other people.
fn seed(bundles: usize, others: usize) -> String {
    let tags = "    tags: { 'rolewright:stack': fleet }\n";
    let mut roles = "roles:\n".to_owned();
    let mut profiles = "instanceProfiles:\n".to_owned();
    for number in 0..bundles {
        roles.push_str(&format!(
            "  - name: app-{number:03}\n{tags}    managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']\n    inlinePolicies:\n      Logs: {{ Version: '2012-10-17', Statement: [{{ Effect: Allow, Action: 'logs:PutLogEvents', Resource: '*' }}] }}\n"
        ));
        profiles.push_str(&format!(
            "  - name: app-{number:03}\n    role: app-{number:03}\n{tags}"
        ));
    }
    for number in 0..others {
        roles.push_str(&format!("  - name: other-{number:03}\n"));
    }
    roles + &profiles
}

/// The calls of a plan that finds nothing to change.
fn calls(bundles: usize, others: usize) -> Vec<String> {
    let served = Served::seeded(&seed(bundles, others));
    let mut stage = Stage::with_manifest(&manifest(bundles));
    stage.use_served(&served);
    let _ = stage
        .run(&["plan", "--detailed-exitcode", "--quiet"])
        .ends_with(0);
    served.calls_after(0)
}

#[track_caller]
fn within_bounds(bundles: usize, others: usize) {
    let calls = calls(bundles, others);
    let most = bundles + 3 * (bundles + others).div_ceil(100) + 8;
    assert!(
        calls.len() <= most,
        "{} of at most {most}: {calls:?}",
        calls.len()
    );
}

#[test]
fn a_plan_without_changes_needs_few_calls() {
    for bundles in [1, 10, 100] {
        within_bounds(bundles, 0);
    }
}

#[test]
fn nor_does_a_crowded_account_make_it_much_more() {
    within_bounds(1, 250);
    within_bounds(100, 250);
}
