//! Properties over realistic documents: what must never matter, and what always must.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::{Document, diff, same};

/// A statement as meant, before it is spelt one way or another.
#[derive(Debug, Clone)]
struct Meant {
    sid: Option<String>,
    effect: &'static str,
    principals: Vec<(&'static str, Vec<String>)>,
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Vec<(&'static str, String, Vec<String>)>,
}

fn account() -> impl Strategy<Value = String> {
    select(vec!["123456789012", "210987654321", "000000000001"]).prop_map(str::to_owned)
}

fn aws_principal() -> impl Strategy<Value = String> {
    prop_oneof![
        account(),
        (account(), "[a-c]{1,3}").prop_map(|(id, name)| format!("arn:aws:iam::{id}:role/{name}")),
        Just("AROAEXAMPLEEXAMPLE123".to_owned()),
    ]
}

fn service() -> impl Strategy<Value = String> {
    select(vec!["ec2", "lambda", "ssm"]).prop_map(|name| format!("{name}.amazonaws.com"))
}

fn action() -> impl Strategy<Value = String> {
    (
        select(vec!["s3", "ec2", "iam", "sts"]),
        select(vec!["GetObject", "Put*", "AssumeRole", "Describe?"]),
    )
        .prop_map(|(service, name)| format!("{service}:{name}"))
}

fn resource() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        "[a-c]{1,3}(/\\*)?".prop_map(|name| format!("arn:aws:s3:::{name}")),
        "[a-c]{1,2}".prop_map(|name| format!("arn:aws:iam::123456789012:role/{name}")),
    ]
}

fn condition() -> impl Strategy<Value = (&'static str, String, Vec<String>)> {
    (
        select(vec![
            "StringEquals",
            "ForAnyValue:StringLike",
            "Bool",
            "NumericLessThan",
        ]),
        select(vec!["aws:SourceVpc", "aws:ResourceTag/Team", "s3:prefix"]),
        vec(
            select(vec!["true", "5", "vpc-1", "a b", "x*"]).prop_map(str::to_owned),
            1..4,
        ),
    )
        .prop_map(|(operator, key, values)| (operator, key.to_owned(), values))
}

fn meant() -> impl Strategy<Value = Meant> {
    (
        proptest::option::of("[A-Z][a-z]{0,3}"),
        select(vec!["Allow", "Deny"]),
        (vec(aws_principal(), 1..4), vec(service(), 0..3)),
        vec(action(), 1..5),
        vec(resource(), 1..4),
        vec(condition(), 0..4),
    )
        .prop_map(
            |(sid, effect, (aws, services), actions, resources, mut conditions)| {
                conditions.sort();
                conditions.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
                Meant {
                    sid,
                    effect,
                    principals: vec![("AWS", aws), ("Service", services)],
                    actions,
                    resources,
                    conditions,
                }
            },
        )
}

fn statements() -> impl Strategy<Value = Vec<Meant>> {
    vec(meant(), 1..5)
}

/// Spells one meaning in one of its many ways, chosen by a number.
struct Speller(u64);

impl Speller {
    /// The next choice below `below` (Knuth's generator; its high bits are good enough here).
    fn choose(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below
    }

    fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for last in (1..items.len()).rev() {
            let other = self.choose(last + 1);
            items.swap(last, other);
        }
        items
    }

    /// A list in another order, with one member twice now and then, or bare when there is only one.
    fn list(&mut self, items: &[String], respell: fn(&mut Self, &str) -> Value) -> Value {
        let mut spelt: Vec<Value> = items.iter().map(|item| respell(self, item)).collect();
        if self.choose(3) == 0 {
            spelt.extend(items.first().map(|item| respell(self, item)));
        }
        match self.shuffled(spelt) {
            one if one.len() == 1 && self.choose(2) == 0 => one[0].clone(),
            many => Value::Array(many),
        }
    }

    fn object(&mut self, entries: Vec<(String, Value)>) -> Value {
        Value::Object(self.shuffled(entries).into_iter().collect::<Map<_, _>>())
    }

    fn any_case(&mut self, text: &str) -> Value {
        let letters = text.chars().map(|letter| match self.choose(3) {
            0 => letter.to_ascii_uppercase(),
            1 => letter.to_ascii_lowercase(),
            _ => letter,
        });
        json!(letters.collect::<String>())
    }

    fn account(&mut self, text: &str) -> Value {
        if text.len() == 12 && self.choose(2) == 0 {
            json!(format!("arn:aws:iam::{text}:root"))
        } else {
            json!(text)
        }
    }

    fn scalar(&mut self, text: &str) -> Value {
        match text.parse::<Value>() {
            Ok(value) if self.choose(2) == 0 => value,
            _ => json!(text),
        }
    }

    fn statement(&mut self, meant: &Meant) -> Value {
        let Meant {
            sid,
            effect,
            principals,
            actions,
            resources,
            conditions,
        } = meant;
        let mut entries: Vec<(String, Value)> = Vec::new();
        entries.extend(sid.iter().map(|sid| ("Sid".into(), json!(sid))));
        entries.push(("Effect".into(), json!(effect)));
        let typed = principals.iter().filter(|(_, names)| !names.is_empty());
        let typed =
            typed.map(|(kind, names)| ((*kind).to_owned(), self.list(names, Self::account)));
        let typed = typed.collect();
        entries.push(("Principal".into(), self.object(typed)));
        entries.push(("Action".into(), self.list(actions, Self::any_case)));
        entries.push((
            "Resource".into(),
            self.list(resources, |_, text| json!(text)),
        ));
        let mut tests: Vec<(String, Vec<(String, Value)>)> = Vec::new();
        for (operator, key, values) in conditions {
            let key = self.any_case(key).as_str().unwrap().to_owned();
            let test = (key, self.list(values, Self::scalar));
            match tests.iter_mut().find(|(known, _)| known == operator) {
                Some((_, block)) => block.push(test),
                None => tests.push(((*operator).to_owned(), vec![test])),
            }
        }
        let tests: Vec<_> = tests
            .into_iter()
            .map(|(operator, block)| (operator, self.object(block)))
            .collect();
        if !tests.is_empty() {
            entries.push(("Condition".into(), self.object(tests)));
        }
        self.object(entries)
    }

    fn document(&mut self, meant: &[Meant]) -> Document {
        let spelt: Vec<Value> = meant.iter().map(|one| self.statement(one)).collect();
        let spelt = match self.shuffled(spelt) {
            one if one.len() == 1 && self.choose(2) == 0 => one[0].clone(),
            many => Value::Array(many),
        };
        let entries = vec![
            ("Version".into(), json!("2012-10-17")),
            ("Statement".into(), spelt),
        ];
        Document::from_json(self.object(entries)).unwrap()
    }
}

/// Changes the meaning of one statement in one place.
fn changed(meant: &mut Meant, what: usize) {
    let fresh = || "zzz".to_owned();
    match what {
        0 => {
            meant.effect = if meant.effect == "Allow" {
                "Deny"
            } else {
                "Allow"
            }
        }
        1 => meant.actions.push("s3:Zzz".into()),
        2 => meant.actions = vec!["s3:Zzz".into()],
        3 => meant.resources.push("arn:aws:s3:::zzz".into()),
        4 => meant.resources = vec!["arn:aws:s3:::zzz".into()],
        5 => meant.principals[0].1.push("999999999999".into()),
        6 => meant.principals[1].1 = vec!["zzz.amazonaws.com".into()],
        7 => meant
            .conditions
            .push(("ArnLike", "aws:PrincipalArn".into(), vec![fresh()])),
        8 => match meant.conditions.first_mut() {
            Some((_, _, values)) => values.push(fresh()),
            None => meant
                .conditions
                .push(("Null", "aws:Zzz".into(), vec![fresh()])),
        },
        9 => match meant.conditions.pop() {
            Some(_) => {}
            None => meant
                .conditions
                .push(("Null", "aws:Zzz".into(), vec![fresh()])),
        },
        _ => meant.sid = Some(format!("{}Z", meant.sid.clone().unwrap_or_default())),
    }
}

proptest! {
    #[test]
    fn spelling_never_matters(meant in statements(), one: u64, other: u64) {
        let [a, b] = [one, other].map(|choice| Speller(choice).document(&meant));
        prop_assert!(same(&a, &b, "aws"));
        prop_assert!(diff(&a, &b, "aws").is_empty());
    }

    #[test]
    fn every_change_of_meaning_is_seen(mut meant in statements(), which: prop::sample::Index, what in 0..11_usize, one: u64, other: u64) {
        let before = Speller(one).document(&meant);
        let which = which.index(meant.len());
        // A statement that stands twice may change once without a difference for the set: make it single.
        meant[which].resources.push("arn:aws:s3:::the-one-that-changes".into());
        let before_change = Speller(one).document(&meant);
        changed(&mut meant[which], what);
        let after = Speller(other).document(&meant);
        prop_assert!(!same(&before_change, &after, "aws"));
        prop_assert!(!diff(&before_change, &after, "aws").is_empty());
        prop_assert!(!same(&before, &after, "aws"));
    }

    #[test]
    fn a_diff_is_empty_exactly_when_nothing_differs(a in statements(), b in statements(), choice: u64) {
        let [a, b] = [a, b].map(|meant| Speller(choice).document(&meant));
        prop_assert_eq!(diff(&a, &b, "aws").is_empty(), same(&a, &b, "aws"));
        prop_assert_eq!(diff(&a, &b, "aws"), diff(&a, &b, "aws"));
    }

    #[test]
    fn every_statement_is_in_the_diff(a in statements(), b in statements(), choice: u64) {
        use super::StatementEdit::{Added, Changed, Removed, Same};
        let [a, b] = [a, b].map(|meant| Speller(choice).document(&meant));
        let edits = diff(&a, &b, "aws").statements;
        let rebuilt: Vec<&super::Statement> = edits.iter().filter_map(|edit| match edit {
            Added(after) | Same(after) => Some(after),
            Changed { after, .. } => Some(&**after),
            Removed(_) => None,
        }).collect();
        for statement in b.statements() {
            let normal = super::normal::statement(statement, "aws");
            prop_assert!(rebuilt.iter().any(|one| super::normal::statement(one, "aws") == normal));
        }
    }

    #[test]
    fn the_wire_reads_back_as_the_same_document(meant in statements(), choice: u64) {
        let document = Speller(choice).document(&meant);
        let wire = document.wire();
        prop_assert_eq!(&Document::from_text(&wire).unwrap(), &document);
        prop_assert_eq!(Document::from_text(&wire).unwrap().wire(), wire.clone());
        prop_assert_eq!(&Document::observed(&wire), &document);
        prop_assert!(!wire.contains('\n'));
    }

    #[test]
    fn whatever_aws_returns_is_a_document(text in ".{0,60}", json in any_json()) {
        for text in [text, json.to_string(), json!({"Statement": json}).to_string(), json!({"Statement": {"Principal": json, "Condition": json}}).to_string()] {
            let document = Document::observed(&text);
            prop_assert!(same(&document, &document, "aws"));
            prop_assert!(diff(&document, &document, "aws").is_empty());
            super::check(&document, super::PolicyPurpose::Trust);
            super::check(&document, super::PolicyPurpose::Identity);
            let _ = (document.size(), document.principals());
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~]{0,6}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        select(vec![
            "Statement",
            "Effect",
            "Action",
            "Principal",
            "Condition",
            "AWS",
            "Sid"
        ])
        .prop_map(str::to_owned),
        "[a-z]{0,3}",
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name.clone(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}
