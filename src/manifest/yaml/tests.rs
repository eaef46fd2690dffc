//! YAML to values and places, and every way it can be malformed.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn values(text: &str) -> Vec<Value> {
    let (documents, problems) = parse("a.yaml", text);
    assert_eq!(problems, Problems::none(), "{text}");
    documents
        .into_iter()
        .map(|document| document.value)
        .collect()
}

/// Place, code and message of each fault, and how many documents were read.
fn faults(text: &str) -> (usize, Vec<String>) {
    let (documents, problems) = parse("a.yaml", text);
    let found = problems.sorted().into_iter().map(|fault| {
        let place = fault.place.as_ref().unwrap();
        format!(
            "{}:{}+{} {}",
            place.line, place.column, place.length, fault.code
        )
    });
    (documents.len(), found.collect())
}

#[test]
fn documents_become_values() {
    let text = "# comment\nVersion: 2012-10-17\nids: [i-1, 'i-2', \"i-3\"]\nempty:\nmore:\n- a: |\n    two\n    lines\n  b: >-\n    one\n    line\n---\n---\nyes: no\n...\n";
    assert_eq!(
        values(text),
        [
            json!({
                "Version": "2012-10-17", "ids": ["i-1", "i-2", "i-3"], "empty": null,
                "more": [{ "a": "two\nlines\n", "b": "one line" }],
            }),
            json!({ "yes": "no" }),
        ]
    );
    assert_eq!(values(""), Vec::<Value>::new());
    assert_eq!(
        values("\u{feff}a: 1\r\nb: 2\r\n"),
        [json!({ "a": 1, "b": 2 })]
    );
}

#[test]
fn json_is_yaml() {
    let text = "{\n\t\"Version\": \"2012-10-17\",\n\t\"Statement\": [\n\t\t{\"Effect\":\"Allow\",\"n\":-1.5e2,\"x\":\"\\/\\u00e9\"}\n\t]\n}\n";
    let statement = json!({ "Effect": "Allow", "n": -150.0, "x": "/é" });
    assert_eq!(
        values(text),
        [json!({ "Version": "2012-10-17", "Statement": [statement] })]
    );
}

#[test]
fn aliases_repeat_their_anchor() {
    let text = "a: &x {b: [1]}\nc: *x\nd: &y text\ne: [*y, *x]\n";
    let found = values(text);
    assert_eq!(
        found,
        [json!({ "a": { "b": [1] }, "c": { "b": [1] }, "d": "text", "e": ["text", { "b": [1] }] })]
    );
}

#[test]
fn every_value_and_key_has_its_place() {
    let text = "# c\nspec:\n  päth: ünï cödé # c\n  list:\n  - one\n  - {a/b: two}\n  text: |\n    first\n    second\n  none:\n  again: &a {k: v}\n  alias: *a\n";
    let (documents, _) = parse("dir/a.yaml", text);
    let places = &documents[0].places;
    let at = |pointer: &str| {
        let (value, key) = (places.at(pointer).unwrap(), places.key(pointer).unwrap());
        format!(
            "{}:{}+{} key {}:{}+{}",
            value.line, value.column, value.length, key.line, key.column, key.length
        )
    };
    let pointers = [
        "",
        "/spec",
        "/spec/päth",
        "/spec/list",
        "/spec/list/0",
        "/spec/list/1/a~1b",
        "/spec/text",
        "/spec/none",
        "/spec/alias",
        "/spec/alias/k",
        "/spec/missing",
        "/spec/list/7/x",
        "/nothing",
    ];
    let all: Vec<String> = pointers
        .iter()
        .map(|pointer| format!("{pointer} {}", at(pointer)))
        .collect();
    insta::assert_snapshot!(all.join("\n"), @r"
     2:1+4 key 2:1+1
    /spec 3:3+4 key 2:1+4
    /spec/päth 3:9+8 key 3:3+4
    /spec/list 5:5+1 key 4:3+4
    /spec/list/0 5:5+3 key 5:5+3
    /spec/list/1/a~1b 6:11+3 key 6:6+3
    /spec/text 8:5+5 key 7:3+4
    /spec/none 10:7+1 key 10:3+4
    /spec/alias 11:10+4 key 12:3+5
    /spec/alias/k 11:17+1 key 11:14+1
    /spec/missing 3:3+4 key 2:1+4
    /spec/list/7/x 5:5+1 key 4:3+4
    /nothing 2:1+4 key 2:1+1
    ");
    assert_eq!(places.at("/spec").unwrap().file, "dir/a.yaml");
}

#[test]
fn reading_goes_on_after_a_fault() {
    let text =
        "a: 1\na: 2\nb: {a: 1, a: 2}\n---\nc: \"open\n---\nd: [x\n---\ne: 1\n---\nf: *none\n";
    assert_eq!(
        faults(text),
        (
            2,
            [
                "2:1+1 duplicate-key",
                "3:11+1 duplicate-key",
                "5:4+5 unclosed-quote",
                "8:1+1 unbalanced-bracket",
                "11:4+5 unknown-anchor"
            ]
            .map(str::to_owned)
            .to_vec()
        )
    );
    let (documents, _) = parse("a.yaml", text);
    assert_eq!(documents[0].value, json!({ "a": 1, "b": { "a": 1 } }));
    assert_eq!(documents[1].places.at("/e").unwrap().line, 9);
}

#[test]
fn a_dropped_value_leaves_no_place_behind() {
    let (documents, _) = parse("a.yaml", "a: {x: 1}\na: {y: 2}\nb: 3\n");
    assert_eq!(documents[0].places.at("/a/y").unwrap().line, 1);
    assert_eq!(documents[0].places.at("/b").unwrap().line, 3);
}

#[test]
fn aliases_cannot_fill_the_memory() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}", level - 1);
        text.push_str(
            &[
                "a",
                &level.to_string(),
                ": &a",
                &level.to_string(),
                " [",
                &[&*below; 10].join(", "),
                "]\n",
            ]
            .concat(),
        );
    }
    let (documents, found) = faults(&text);
    assert_eq!((documents, found.len()), (0, 1));
    assert!(found[0].ends_with("alias-bomb"), "{found:?}");
}

#[test]
fn nesting_has_an_end() {
    for text in ["[".repeat(5000), "- ".repeat(5000), "{a: ".repeat(150)] {
        let (documents, found) = faults(&text);
        assert_eq!((documents, found.len()), (0, 1));
        assert!(found[0].ends_with("too-deep"), "{found:?}");
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~]{0,12}",
        // The other writer follows YAML 1.1, where these three break lines.
        r"[\PC&&[^\x{85}\x{2028}\x{2029}]]{0,8}",
        Just("2012-10-17".to_owned()),
        Just("*".to_owned()),
        Just("012".to_owned()),
        Just("two\nlines\n".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|number: f64| Value::from(number)),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    /// What `serde_yaml` writes, we read as it was.
    #[test]
    fn yaml_written_by_another_is_read_back(value in json_value()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let found = values(&format!("--- \n{text}"));
        let expected = if value.is_null() { None } else { Some(value) };
        prop_assert_eq!(found.first().filter(|value| !value.is_null()), expected.as_ref(), "{}", text);
    }

    /// JSON in both spellings is read as it was.
    #[test]
    fn json_is_read_back(value in json_value()) {
        let wrapped = json!({ "it": value });
        prop_assert_eq!(values(&wrapped.to_string()), std::slice::from_ref(&wrapped));
        prop_assert_eq!(values(&serde_json::to_string_pretty(&wrapped).unwrap()), [wrapped]);
    }

    /// No text makes the reader panic, and every fault has a place inside the text.
    #[test]
    fn any_text_is_survived(text in "([a-c:,\\-\\[\\]{}&*!|>'\"#%@\t\n ]|---\n|<<: |: |- ){0,40}") {
        let lines = text.lines().count().max(1);
        let (_, problems) = parse("a.yaml", &text);
        for fault in problems.sorted() {
            let place = fault.place.as_ref().unwrap();
            prop_assert!(place.line >= 1 && place.line <= lines + 1, "{:?}", fault);
            prop_assert!(!fault.hints.is_empty(), "{:?}", fault);
        }
    }

    /// Where `serde_yaml` also takes a text, the values are the same.
    #[test]
    fn another_reader_sees_the_same(text in "([a-c]: [a-c]{1,2}\n|[a-c]:\n|  [a-c]: [0-9]{1,3}\n|- [a-c]\n|  - \\[[a-c], '[a-c]'\\]\n|    - x: |\n        y\n){1,6}") {
        let (documents, problems) = parse("a.yaml", &text);
        // Through its own value type: that one refuses duplicate keys.
        if let Ok(other) = serde_yaml::from_str::<serde_yaml::Value>(&text) {
            let other = serde_json::to_value(other).unwrap();
            prop_assert!(!problems.has_errors(), "{} {:?}", text, problems);
            prop_assert_eq!(&documents[0].value, &other, "{}", text);
        } else {
            prop_assert!(problems.has_errors(), "{}", text);
        }
    }
}
