//! What is written reads back, by our own parser and by `serde_yaml`, and looks as a person would write it.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::yaml;
use crate::manifest::parse_yaml;

fn read(text: &str) -> Json {
    let (mut documents, problems) = parse_yaml("export.yaml", text);
    assert!(!problems.has_errors(), "{problems:?}\n{text}");
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0).value
}

#[test]
fn it_reads_as_a_person_would_write_it() {
    let value = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": ["s3:Get*", "*"], "Resource": "arn:aws:s3:::${aws:username}/*" },
            { "Condition": { "Bool": { "aws:SecureTransport": "true" }, "NumericLess": { "s3:max-keys": [10, 1.5] } } },
        ],
        "accountId": "012345678901",
        "empty": [{}, [], "", null, true],
        "nested": [["a", ["b"]], "c"],
        "script": "#!/bin/sh\n\n  echo {{ \"{{\" }}\n",
        "folded": "a\nb",
        "12": "yes",
        "a: b": " x",
        "quote": "say \"it's\"",
        "path": "C:\\x",
        "umlaut": "Größe # 5",
    });
    let text = yaml(&value);
    assert_eq!(read(&text), value);
    assert_snapshot!(text, @r#"
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action:
          - s3:Get*
          - "*"
        Resource: arn:aws:s3:::${aws:username}/*
      - Condition:
          Bool:
            aws:SecureTransport: "true"
          NumericLess:
            s3:max-keys:
              - 10
              - 1.5
    accountId: "012345678901"
    empty:
      - {}
      - []
      - ""
      - null
      - true
    nested:
      - - a
        - - b
      - c
    script: |
      #!/bin/sh

        echo {{ "{{" }}
    folded: |-
      a
      b
    "12": "yes"
    "a: b": " x"
    quote: "say \"it's\""
    path: 'C:\x'
    umlaut: "Größe # 5"
    "#);
}

#[test]
fn what_could_be_something_else_is_quoted() {
    for text in [
        "2012-10-17",
        "true",
        "Yes",
        "no",
        "On",
        "~",
        "null",
        "1e3",
        "0x1f",
        "012",
        "12:30:45",
        ".5",
        "-1",
        "+1",
        "",
        " x",
        "x ",
        "a: b",
        "a #b",
        "#",
        "a:",
        "- a",
        "? a",
        "!a",
        "&a",
        "*",
        "|",
        ">",
        "@a",
        "`a",
        "%a",
        "{a",
        "[a",
        "<<",
        "=",
        "---",
        "...",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "a\tb",
        "\t",
    ] {
        let written = yaml(&json!({ text: text }));
        assert_eq!(read(&written), json!({ text: text }), "{written}");
        let other: Json = serde_yaml::from_str(&written).unwrap();
        assert_eq!(other, json!({ text: text }), "{written}");
        let is_quoted = |part: &str| part.starts_with(['"', '\'']);
        assert!(is_quoted(&written), "{written}");
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        r#"[a-c{}\[\]:,#&*!|>'"%@`\\ \n\t?~.=0-9<+-]{0,10}"#,
        "[a-z ]{0,4}\n[ a-z\n]{0,8}",
        any::<String>(),
        prop::sample::select(vec![
            "true",
            "No",
            "1e3",
            "2012-10-17",
            "{{ a }}",
            "<<",
            "~"
        ])
        .prop_map(str::to_owned),
    ]
}

fn tree() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        4 => text().prop_map(Json::from),
        1 => any::<i64>().prop_map(Json::from),
        1 => any::<u64>().prop_map(Json::from),
        1 => (-1.0e6..1.0e6).prop_map(|number: f64| Json::from(number)),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((text(), inner), 0..4)
                .prop_map(|fields| fields.into_iter().collect::<Json>()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_value_reads_back(value in tree()) {
        let value = json!({ "value": value });
        let text = yaml(&value);
        prop_assert_eq!(&read(&text), &value, "{}", text);
        let other: Json = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(other, value, "{}", text);
    }
}
