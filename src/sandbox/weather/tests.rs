//! Weather files: what they say, how they are written, what is refused.

use super::{Delay, Event, FaultKind, Rate, ScriptedAction, Weather};
use jiff::SignedDuration;

fn refused(text: &str) -> String {
    Weather::read(text).unwrap_err().to_string()
}

#[test]
fn a_file_names_what_differs_from_the_default() {
    let text = "seed: 7\npropagationDelay: 500ms\nthrottle: {iam: {capacity: 2, refillPerSecond: 1}}\ndenied: ['iam:*']\n";
    let weather = Weather::read(text).unwrap();
    let half = Delay::fixed(SignedDuration::from_millis(500));
    assert_eq!(weather.propagation_delay, half);
    assert_eq!(
        weather.association_delay,
        SignedDuration::from_secs(1).into()
    );
    assert_eq!(weather.throttle.iam, Some(Rate::each(2.0, 1.0)));
    assert_eq!(weather.denied, ["iam:*"]);
}

#[test]
fn the_short_form_stands_for_every_pair_that_is_not_named() {
    let weather =
        Weather::read("propagationDelay: 5s\npropagation: {iamToEc2: 2s..15s}\n").unwrap();
    assert_eq!(weather.iam_to_ec2(), "2s..15s".parse().unwrap());
    assert_eq!(weather.iam_to_iam(), "5s".parse().unwrap());
}

#[test]
fn a_script_is_read_line_by_line() {
    let text = "script:\n- {on: 'iam:CreateRole', nth: 2, do: dropAfter}\n- {on: 'ec2:*', times: 3, do: delay 5s}\n";
    let weather = Weather::read(text).unwrap();
    let event = |on: &str, nth, times, action| Event {
        on: on.to_owned(),
        nth,
        times,
        action,
    };
    assert_eq!(
        weather.script,
        [
            event(
                "iam:CreateRole",
                2,
                1,
                ScriptedAction::Fault(FaultKind::DropAfter)
            ),
            event(
                "ec2:*",
                1,
                3,
                ScriptedAction::Delay(SignedDuration::from_secs(5))
            ),
        ]
    );
    let written = serde_yaml::to_string(&weather).unwrap();
    assert_eq!(Weather::read(&written).unwrap(), weather);
}

#[test]
fn what_cannot_be_is_refused_by_field() {
    let complaints = [
        "propagation: 2s",
        "propagation: {iamToS3: 2s}",
        "latency: soon",
        "serverErrors: 1.5",
        "staleReads: -1",
        "throttle: none",
        "throttle: {ec2: {capacity: 0, refillPerSecond: 1}}",
        "throttle: {actions: {'iam:CreateRole': {capacity: 1, refillPerSecond: 0}}}",
        "throttle: {actions: {'iam:*': {capacity: 1, refillPerSecond: 1}}}",
        "throttle: {sqs: {capacity: 1, refillPerSecond: 1}}",
        "denied: ['iam:CreateRol']",
        "denied: ['iam']",
        "script: [{on: 'sqs:*', do: deny}]",
        "script: [{on: 'iam:GetRole', do: explode}]",
        "script: [{on: 'iam:GetRole', do: delay soon}]",
        "script: [{on: 'iam:GetRole', nth: 0, do: deny}]",
        "script: [{on: 'iam:GetRole', times: 0, do: deny}]",
        "script: [{on: 'iam:GetRole', do: deleteConflict}]",
        "script: [{on: 'iam:GetRole', do: concurrentModification}]",
        "script: [{on: 'sts:*', do: deny}]",
        "script: [{on: 'ec2:*', do: delay -5s}]",
        "credentialLifetime: 0s",
    ]
    .map(refused);
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    propagation: invalid type: string "2s", expected struct Propagation at line 1 column 14
    propagation: unknown field `iamToS3`, expected `iamToEc2` or `iamToIam` at line 1 column 15
    latency: `soon` is not a length of time such as `2s` or `30ms`, or a range such as `2s..15s` at line 1 column 10
    serverErrors: 1.5 is not a probability from 0 to 1
    staleReads: -1 is not a probability from 0 to 1
    throttle: invalid value: string "none", expected `published`, or buckets by service and action at line 1 column 11
    throttle.ec2.capacity: must be at least 1
    throttle.iam:CreateRole.refillPerSecond: must be more than 0
    throttle.actions: the sandbox serves no `iam:*`; actions are named as `iam:CreateRole`
    throttle: unknown field `sqs`, expected one of `published`, `iam`, `sts`, `ec2`, `s3`, `actions` at line 1 column 12
    denied: the sandbox serves no `iam:CreateRol`; actions are named as `iam:CreateRole`
    denied: the sandbox serves no `iam`; actions are named as `iam:CreateRole`
    script[0].on: the sandbox serves no `sqs:*`; actions are named as `iam:CreateRole`
    script[0].do: `explode` is nothing that happens to a call, expected one of `throttle`, `serverError`, `unavailable`, `dropBefore`, `dropAfter`, `concurrentModification`, `deleteConflict`, `stale`, `unresolvedArn`, `shortPage`, `insufficientCapacity`, `deny`, or `delay 5s` at line 1 column 34
    script[0].do: `delay soon` names no length of time such as `5s` at line 1 column 34
    script[0].nth: calls are counted from 1
    script[0].times: calls are counted from 1
    script[0].do: this never happens to iam:GetRole
    script[0].do: this never happens to iam:GetRole
    script[0].do: this never happens to sts:*
    script[0].do: this never happens to ec2:*
    credentialLifetime: must be longer than nothing
    "#);
}

#[test]
fn weather_is_written_in_the_words_it_is_read_in() {
    let text = serde_yaml::to_string(&Weather::storm(3)).unwrap();
    insta::assert_snapshot!(text, @"
    seed: 3
    propagationDelay: 1s..8s
    ec2Delay: 500ms..4s
    latency: 20ms..200ms
    associationDelay: 1s..4s
    instanceDelay: 2s..5s
    throttle:
      iam:
        capacity: 20.0
        refillPerSecond: 10.0
      ec2:
        capacity: 20.0
        refillPerSecond: 10.0
    serverErrors: 0.05
    droppedBefore: 0.02
    lostResponses: 0.05
    staleReads: 0.2
    concurrentModifications: 0.05
    deleteConflicts: 0.2
    unresolvedArns: 0.1
    shortPages: 0.2
    ");
    assert_eq!(Weather::read(&text).unwrap(), Weather::storm(3));
    let typical = serde_yaml::to_string(&Weather::typical(3)).unwrap();
    assert_eq!(Weather::read(&typical).unwrap(), Weather::typical(3));
}

#[test]
fn the_examples_are_the_weathers_of_their_names() {
    let files = [
        ("calm", include_str!("../../../examples/weather/calm.yaml")),
        (
            "typical",
            include_str!("../../../examples/weather/typical.yaml"),
        ),
        (
            "storm",
            include_str!("../../../examples/weather/storm.yaml"),
        ),
    ];
    for (name, text) in files {
        let read = Weather::read(text).unwrap();
        assert_eq!(Some(read), Weather::named(name), "{name}");
    }
}

#[test]
fn the_docs_explain_every_field() {
    let docs = include_str!("../../../docs/sandbox.md");
    let listed = |path: &str| docs.contains(&format!("| `{path}` |"));
    for (parent, text) in [("", "x: 1"), ("propagation.", "propagation: {x: 1}")] {
        let complaint = refused(text);
        let (_, fields) = complaint.split_once("expected ").unwrap();
        let fields: Vec<&str> = fields.split('`').skip(1).step_by(2).collect();
        assert!(fields.len() >= 2, "{fields:?}");
        for field in fields.into_iter().filter(|field| *field != "propagation") {
            assert!(listed(&format!("{parent}{field}")), "{parent}{field}");
        }
    }
}
