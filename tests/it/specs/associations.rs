//! Associations that are wrong: which instances are meant, where they are, and how a change goes over them.

use insta::assert_snapshot;

use super::faults;

/// An association that detaches, with this in its spec from line 11 on.
fn association(more: &str) -> String {
    faults(&format!(
        "kind: InstanceAssociation\nmetadata: {{name: a}}\nspec:\n  ensure: detached\n{more}"
    ))
}

#[test]
fn instances_are_given_in_exactly_one_way() {
    assert_snapshot!(association("  instances: {}\n"), @"
    a.yaml:11:14 [bad-instances] `instances` takes exactly one of `ids`, `tags` and `ref`
      hint: make other instances an association of their own
    ");
    assert_snapshot!(association("  instances: {ids: [i-1a2b3c4d], tags: {App: web}}\n"), @"
    a.yaml:11:14 [bad-instances] `instances` takes exactly one of `ids`, `tags` and `ref`
      hint: make other instances an association of their own
    ");
}

#[test]
fn a_selector_without_tags_would_mean_every_instance() {
    assert_snapshot!(association("  instances: {tags: {}}\n"), @"
    a.yaml:11:21 [bad-instances] `tags` names no tag, which would mean every instance
      hint: name at least one tag
    ");
}

#[test]
fn states_and_required_belong_to_tags() {
    assert_snapshot!(association("  instances: {ids: [i-1a2b3c4d], states: [running], required: true}\n"), @"
    a.yaml:11:42 [misplaced-field] `states` says more about `tags`, which are not there
      hint: select by `tags`, or take it out
    a.yaml:11:63 [misplaced-field] `required` says more about `tags`, which are not there
      hint: select by `tags`, or take it out
    ");
    assert_snapshot!(association("  instances: {tags: {App: web}, states: [terminated]}\n"), @"a.yaml:11:42 [not-one-of] `spec.instances.states[0]` must be `pending`, `running`, `stopping` or `stopped`, not `terminated`");
}

#[test]
fn a_reference_names_an_instance_of_the_stack() {
    assert_snapshot!(association("  instances: {ref: web}\n"), @"
    a.yaml:8:18 [unknown-reference] InstanceAssociation/a names Instance `web`, which no document declares
      hint: declare a document of kind Instance, or list the id of an existing one under `ids`
    ");
    let attached = "kind: InstanceAssociation\nmetadata: {name: a}\nspec:\n  instanceProfile: arn:aws:iam::123456789012:instance-profile/p\n  instances: {ref: web}";
    assert_snapshot!(faults(attached), @"
    a.yaml:8:18 [unknown-reference] InstanceAssociation/a names Instance `web`, which no document declares
      hint: declare a document of kind Instance, or list the id of an existing one under `ids`
    ");
}

#[test]
fn the_instance_of_a_reference_says_itself_where_it_is() {
    assert_snapshot!(association("  instances: {ref: web}\n  region: eu-west-1\n"), @"
    a.yaml:12:11 [misplaced-field] the instance of `ref` says itself in which region it is
      hint: take `region` out
    ");
}

#[test]
fn regions_are_well_formed_and_of_one_partition() {
    let tags = "  instances: {tags: {App: web}}\n";
    assert_snapshot!(association(&format!("{tags}  region: Ireland\n")), @"
    a.yaml:12:11 [bad-region] `Ireland` is not the name of a region
      hint: it looks like eu-west-1
    ");
    assert_snapshot!(association(&format!("{tags}  region: cn-north-1\n")), @"
    a.yaml:12:11 [bad-region] region `cn-north-1` is not in partition aws, where this run is
      hint: roles and profiles do not reach beyond their partition: make it a stack of its own
    ");
}

#[test]
fn a_rollout_says_how_many_at_a_time() {
    let tags = "  instances: {tags: {App: web}}\n";
    assert_snapshot!(association(&format!("{tags}  rollout: {{}}\n")), @"a.yaml:12:3 [missing-field] `maxInFlight` is missing in `spec.rollout`");
    assert_snapshot!(association(&format!("{tags}  rollout: {{maxInFlight: 0, abortOnFailures: 0}}\n")), @"
    a.yaml:12:26 [out-of-range] `spec.rollout.maxInFlight` must be at least 1, not 0
    a.yaml:12:46 [out-of-range] `spec.rollout.abortOnFailures` must be at least 1, not 0
    ");
    assert_snapshot!(association(&format!("{tags}  rollout: {{maxInFlight: 1, pauseBetween: soon}}\n")), @r#"
    a.yaml:12:43 [bad-duration] "soon" is not a duration
      hint: write it like `30s` or `5m`
    "#);
    assert_snapshot!(association(&format!("{tags}  rollout: {{maxInFlight: 1, pauseBetween: 48h}}\n")), @"
    a.yaml:12:43 [bad-duration] a pause of 172800 s is longer than a day
      hint: write it like `30s` or `5m`
    ");
}
