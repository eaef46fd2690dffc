//! What is said to be gained against a plain evaluator that answers every request of a small world, one by one.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::gain::{Gain, gained};
use super::grants::Grants;
use super::tests::scope;
use crate::policy::Document;

/// A request: who, what, on what, and the value of the one condition key, if it has one.
#[derive(Debug, Clone)]
struct Request {
    principal: &'static str,
    action: String,
    resource: String,
    value: Option<&'static str>,
}

/// Who asks: a user of another account, and two services.
const PRINCIPALS: [&str; 4] = [
    "arn:aws:iam::210987654321:user/a",
    "arn:aws:iam::210987654321:user/b",
    "x.amazonaws.com",
    "y.amazonaws.com",
];

fn words() -> Vec<String> {
    let letters = ["a", "b", "z"];
    let one = letters.map(str::to_owned).to_vec();
    let longer = |words: &[String]| -> Vec<String> {
        words
            .iter()
            .flat_map(|word| letters.map(|letter| format!("{word}{letter}")))
            .collect()
    };
    let two = longer(&one);
    [one, two].concat()
}

fn requests() -> Vec<Request> {
    let mut requests = Vec::new();
    let words = words();
    for principal in PRINCIPALS {
        for action in &words {
            for resource in &words {
                for value in [
                    None,
                    Some("a"),
                    Some("ab"),
                    Some("z"),
                    Some("q"),
                    Some("a*"),
                ] {
                    requests.push(Request {
                        principal,
                        action: format!("s:{action}"),
                        resource: resource.clone(),
                        value,
                    });
                }
            }
        }
    }
    requests
}

/// Whether a text is a pattern's, letter by letter.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            fits(rest, text)
                || text
                    .split_first()
                    .is_some_and(|(_, text)| fits(pattern, text))
        }
        (Some((b'?', pattern)), Some((_, text))) => fits(pattern, text),
        (Some((one, pattern)), Some((other, text))) => one == other && fits(pattern, text),
        _ => false,
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        other => vec![other.as_str().unwrap().to_owned()],
    }
}

fn listed(statement: &Value, name: &str, not: &str, text: &str) -> bool {
    let fits = |list: &Value| {
        texts(list)
            .iter()
            .any(|one| fits(one.to_lowercase().as_bytes(), text.as_bytes()))
    };
    match (statement.get(name), statement.get(not)) {
        (Some(list), _) => fits(list),
        (None, Some(list)) => !fits(list),
        (None, None) => true,
    }
}

fn lets_in(principal: &Value, who: &str) -> bool {
    let named = principal.get("AWS").or_else(|| principal.get("Service"));
    named.is_none_or(|names| {
        texts(names).iter().any(|name| match name.as_str() {
            "*" | "210987654321" => who.starts_with("arn:"),
            name => name == who,
        })
    })
}

fn passes(operator: &str, values: &[String], value: Option<&str>) -> bool {
    let like = |value: &str| {
        values
            .iter()
            .any(|one| fits(one.as_bytes(), value.as_bytes()))
    };
    let equal = |value: &str| values.iter().any(|one| one == value);
    match operator {
        "StringEquals" => value.is_some_and(equal),
        "StringEqualsIfExists" => value.is_none_or(equal),
        "StringLike" => value.is_some_and(like),
        "StringNotEquals" => value.is_none_or(|value| !equal(value)),
        "StringNotLike" => value.is_none_or(|value| !like(value)),
        "Null" => (values[0] == "true") == value.is_none(),
        other => panic!("{other}"),
    }
}

fn applies(statement: &Value, request: &Request) -> bool {
    let conditions = statement
        .get("Condition")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let holds = conditions.flat_map(|(operator, tests)| {
        let tests = tests.as_object().unwrap().iter();
        tests.map(move |(_, values)| passes(operator, &texts(values), request.value))
    });
    lets_in(
        statement.get("Principal").unwrap_or(&Value::Null),
        request.principal,
    ) && listed(statement, "Action", "NotAction", &request.action)
        && listed(statement, "Resource", "NotResource", &request.resource)
        && holds.into_iter().all(|holds| holds)
}

fn allowed(statements: &[Value], request: &Request) -> bool {
    let with = |effect: &str| {
        statements
            .iter()
            .any(|one| one["Effect"] == effect && applies(one, request))
    };
    with("Allow") && !with("Deny")
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[ab]{1,2}", 2 => "[ab]{0,1}[*?][ab]{0,1}", 1 => Just("*".to_owned())]
}

fn condition() -> impl Strategy<Value = Option<Value>> {
    let operators = prop::sample::select(vec![
        "StringEquals",
        "StringEqualsIfExists",
        "StringLike",
        "StringNotEquals",
        "StringNotLike",
        "Null",
    ]);
    let values = prop::collection::vec(prop::sample::select(vec!["a", "ab", "a*", "z"]), 1..3);
    let test = (operators, values).prop_map(|(operator, values)| match operator {
        "Null" => json!({"Null": {"k:k": if values[0] == "a" { "true" } else { "false" }}}),
        operator => json!({operator: {"k:K": values}}),
    });
    prop_oneof![2 => Just(None), 1 => test.prop_map(Some)]
}

fn principal() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        4 => Just(None),
        1 => prop::sample::select(vec![
            json!({"AWS": "*"}),
            json!({"AWS": "210987654321"}),
            json!({"AWS": PRINCIPALS[0]}),
            json!({"AWS": [PRINCIPALS[0], PRINCIPALS[1]]}),
            json!({"Service": "x.amazonaws.com"}),
        ]).prop_map(Some),
    ]
}

fn statement() -> impl Strategy<Value = Value> {
    let side = || prop::collection::vec(pattern(), 1..3);
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    let nots = (prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    (effect, side(), side(), nots, condition(), principal()).prop_map(
        |(effect, actions, resources, (not_action, not_resource), condition, principal)| {
            let actions: Vec<String> = actions.iter().map(|one| format!("s:{one}")).collect();
            let mut statement = Map::new();
            statement.insert("Effect".into(), json!(effect));
            statement.insert(
                if not_action { "NotAction" } else { "Action" }.into(),
                json!(actions),
            );
            statement.insert(
                if not_resource {
                    "NotResource"
                } else {
                    "Resource"
                }
                .into(),
                json!(resources),
            );
            if let Some(condition) = condition {
                statement.insert("Condition".into(), condition);
            }
            if let Some(principal) = principal {
                statement.insert("Principal".into(), principal);
            }
            Value::Object(statement)
        },
    )
}

/// Two lists of statements, of which the second is often much like the first.
fn two() -> impl Strategy<Value = (Vec<Value>, Vec<Value>)> {
    let list = || prop::collection::vec(statement(), 1..4);
    (list(), list(), prop::collection::vec(any::<bool>(), 4)).prop_map(
        |(before, mut after, keep)| {
            for (index, statement) in before.iter().enumerate() {
                if keep[index] {
                    after.push(statement.clone());
                }
            }
            (before, after)
        },
    )
}

fn gains(before: &[Value], after: &[Value]) -> Vec<Gain> {
    let grants = |statements: &[Value]| {
        let json = json!({"Version": "2012-10-17", "Statement": statements});
        Grants::of([&Document::from_json(json).unwrap()], &scope())
    };
    gained(&grants(before), &grants(after))
}

/// Whether a gain is about a request, leaving conditions aside.
fn is_about(gain: &Gain, request: &Request) -> bool {
    let kind = if request.principal.starts_with("arn:") {
        "AWS"
    } else {
        "Service"
    };
    gain.cube
        .principals
        .has(&format!("{kind}:{}", request.principal))
        && gain.cube.actions.has(&request.action)
        && gain.cube.resources.has(&request.resource)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_request_that_is_newly_allowed_is_told((before, after) in two()) {
        let gains = gains(&before, &after);
        for request in requests() {
            let new = allowed(&after, &request) && !allowed(&before, &request);
            prop_assert!(
                !new || gains.iter().any(|gain| is_about(gain, &request)),
                "{request:?} is not in {gains:#?}"
            );
        }
    }

    #[test]
    fn what_is_said_for_sure_is_so((before, after) in two()) {
        let requests = requests();
        for gain in gains(&before, &after).iter().filter(|gain| gain.certain) {
            let mut inside = requests.iter().filter(|request| is_about(gain, request)).peekable();
            let new = |request: &Request| allowed(&after, request) && !allowed(&before, request);
            // The small world may have no request that it is about.
            prop_assert!(
                inside.peek().is_none() || inside.any(new),
                "nothing in {gain:#?} is new"
            );
        }
    }

    #[test]
    fn the_same_in_another_order_gains_nothing(statements in prop::collection::vec(statement(), 1..5)) {
        let turned: Vec<Value> = statements.iter().rev().cloned().collect();
        prop_assert_eq!(gains(&statements, &turned), vec![]);
    }

    #[test]
    fn taking_a_permission_away_gains_nothing(statements in prop::collection::vec(statement(), 1..5), at in 0..4_usize) {
        let mut fewer = statements.clone();
        if let Some(index) = (0..fewer.len()).find(|index| *index >= at && fewer[*index]["Effect"] == "Allow") {
            fewer.remove(index);
        }
        prop_assert_eq!(gains(&statements, &fewer), vec![]);
    }
}
