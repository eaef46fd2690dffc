//! Stories of the statement diff: given two documents, the whole edit in words.

use serde_json::{Value, json};

use super::*;

/// The edit in words: one line per statement, `+x`, `-x` and `x` for members.
fn story(before: Value, after: Value) -> String {
    let [before, after] = [before, after]
        .map(|statements| Document::from_json(json!({"Statement": statements})).unwrap());
    let edits = diff(&before, &after, "aws").statements;
    let lines: Vec<String> = edits.iter().map(described).collect();
    lines.join("\n")
}

fn described(edit: &StatementEdit) -> String {
    match edit {
        StatementEdit::Added(new) => format!("added {}", parts(&new.parts())),
        StatementEdit::Removed(old) => format!("removed {}", parts(&old.parts())),
        StatementEdit::Changed { parts: all, .. } => format!("changed {}", parts(all)),
        StatementEdit::Same(new) => format!("same {}", parts(&new.parts())),
    }
}

fn parts(parts: &[Part]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(
            |Part {
                 element,
                 mark,
                 members,
             }| {
                let members: Vec<String> = members
                    .iter()
                    .map(|Member { text, mark }| format!("{}{text}", sign(*mark)))
                    .collect();
                format!("{}{element}=[{}]", sign(*mark), members.join(" "))
            },
        )
        .collect();
    parts.join("; ")
}

fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Kept => "",
        Mark::Added => "+",
        Mark::Removed => "-",
    }
}

#[test]
fn an_inserted_statement_leaves_the_others_alone() {
    let read = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
    let list = json!({"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"});
    let new = json!({"Effect": "Deny", "Action": "iam:*", "Resource": "*"});
    insta::assert_snapshot!(story(json!([read, list]), json!([new, list, read])), @r"
    added Effect=[Deny]; Action=[iam:*]; Resource=[*]
    same Effect=[Allow]; Action=[ec2:Describe*]; Resource=[*]
    same Effect=[Allow]; Action=[s3:GetObject]; Resource=[*]
    ");
}

#[test]
fn a_statement_is_known_by_its_sid() {
    insta::assert_snapshot!(story(
        json!([{"Sid": "Data", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a"}]),
        json!([{"Sid": "Data", "Effect": "Deny", "Action": "ec2:*", "Resource": "arn:aws:s3:::b"}]),
    ), @"changed Sid=[Data]; Effect=[+Deny -Allow]; Action=[+ec2:* -s3:GetObject]; Resource=[+arn:aws:s3:::b -arn:aws:s3:::a]");
}

#[test]
fn a_statement_without_sid_is_known_by_what_it_shares() {
    insta::assert_snapshot!(story(
        json!([
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::a/*"},
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::b/*"},
        ]),
        json!([
            {"Effect": "Allow", "Action": ["S3:getobject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::b/*"},
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::c/*"]},
        ]),
    ), @r"
    changed Effect=[Allow]; Action=[S3:getobject +s3:DeleteObject -s3:ListBucket]; Resource=[arn:aws:s3:::b/*]
    changed Effect=[Allow]; Action=[s3:GetObject s3:PutObject]; Resource=[arn:aws:s3:::a/* +arn:aws:s3:::c/*]
    ");
}

#[test]
fn statements_that_share_only_effect_and_star_are_not_the_same() {
    insta::assert_snapshot!(story(
        json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]),
        json!([{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]),
    ), @r"
    added Effect=[Allow]; Action=[ec2:*]; Resource=[*]
    removed Effect=[Allow]; Action=[s3:*]; Resource=[*]
    ");
}

#[test]
fn a_lost_condition_and_a_new_principal_are_marked_in_the_whole_statement() {
    insta::assert_snapshot!(story(
        json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"},
            "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1", "sts:ExternalId": ["a", "b"]}}}]),
        json!([{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"AWS": ["arn:aws:iam::123456789012:root", "210987654321"], "Service": "ec2.amazonaws.com"},
            "Condition": {"StringEquals": {"STS:externalid": ["b", "c"]}}}]),
    ), @"changed Effect=[Allow]; Principal AWS=[arn:aws:iam::123456789012:root +210987654321]; +Principal Service=[+ec2.amazonaws.com]; Action=[sts:AssumeRole]; Condition StringEquals STS:externalid=[b +c -a]; -Condition StringEquals aws:SourceVpc=[-vpc-1]");
}

#[test]
fn a_renamed_statement_is_still_the_same_one() {
    insta::assert_snapshot!(story(
        json!([{"Sid": "Old", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]),
        json!([{"Sid": "New", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]),
    ), @"changed Sid=[+New -Old]; Effect=[Allow]; Action=[s3:*]; Resource=[*]");
}

#[test]
fn an_absent_element_is_told_even_when_it_has_no_members() {
    insta::assert_snapshot!(story(
        json!([{"Sid": "A", "Effect": "Allow", "Condition": {}}]),
        json!([{"Sid": "A", "Effect": "Allow"}]),
    ), @"changed Sid=[A]; Effect=[Allow]; -Condition=[]");
}

#[test]
fn version_id_and_unknown_elements_are_told() {
    let before = Document::observed(r#"{"Version":"2008-10-17","Id":"x","New":1,"Statement":[]}"#);
    let after =
        Document::observed(r#"{"Version":"2012-10-17","New":{"b":1,"a":2},"Statement":[]}"#);
    let edit = |before: Option<&str>, after: Option<&str>| ValueEdit {
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    assert_eq!(
        diff(&before, &after, "aws"),
        DocumentDiff {
            version: Some(edit(Some("2008-10-17"), Some("2012-10-17"))),
            id: Some(edit(Some("x"), None)),
            other: BTreeMap::from([("New".into(), edit(Some("1"), Some(r#"{"a":2,"b":1}"#)))]),
            text: None,
            statements: vec![],
        }
    );
}

#[test]
fn what_is_no_policy_is_told_as_text() {
    let found = diff(
        &Document::observed("oops"),
        &Document::observed("{}"),
        "aws",
    );
    let text = found.text.clone().unwrap();
    assert_eq!(text.before.as_deref(), Some("oops"));
    assert_eq!(text.after.as_deref(), Some("{}"));
    assert!(!found.is_empty());
}
