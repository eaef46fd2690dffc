//! The schema checker: what it says, and that it agrees with a complete validator.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use schemars::{JsonSchema, schema_for};
use serde_json::json;

use super::*;
use crate::manifest::parse_yaml;

/// Fields of the sorts that kinds have.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Role {
    #[schemars(regex(pattern = r"^/([!-~]+/)?$"), length(max = 8))]
    path: Option<String>,
    #[schemars(range(min = 3600, max = 43200))]
    max_session_duration: Option<u32>,
    trust_policy: Policy,
    #[serde(default)]
    inline_policies: BTreeMap<String, Policy>,
    #[serde(default)]
    #[schemars(length(min = 1))]
    managed_policies: BTreeSet<String>,
    #[serde(default)]
    inline_policy_mode: Mode,
    #[serde(default)]
    ensure: Ensure,
    instance_profile: Option<Profile>,
    weight: Option<f64>,
    pair: Option<(String, bool)>,
}

/// Written with a description on each value, as schemars does for documented variants.
#[derive(JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum Mode {
    /// All others go.
    #[default]
    Exclusive,
    /// Others stay.
    Additive,
}

#[derive(JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum Ensure {
    #[default]
    Present,
    Absent,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Profile {
    Same(bool),
    Named(String),
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Policy {
    File(File),
    Services(Services),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct File {
    file: String,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Services {
    services: Vec<String>,
}

fn role() -> Value {
    schema_for!(Role).to_value()
}

/// What is said about a YAML text, one line per fault.
fn described(text: &str, schema: &Value) -> String {
    let (documents, problems) = parse_yaml("role.yaml", text);
    assert!(problems.is_empty(), "{problems:?}");
    let problems = check(&documents[0].value, schema, "", &documents[0].places);
    let lines: Vec<String> = problems
        .sorted()
        .into_iter()
        .map(|fault| {
            let place = fault.place.as_ref().unwrap();
            let hints = fault.hints.join("; ");
            format!(
                "{}:{}+{} {}: {} [{hints}]",
                place.line, place.column, place.length, fault.code, fault.message
            )
        })
        .collect();
    lines.join("\n")
}

#[test]
fn a_valid_value_has_no_faults() {
    let text = "path: /a/\nmaxSessionDuration: 3600\ntrustPolicy: {services: [ec2.amazonaws.com]}\n\
                inlinePolicies: {S3-Permissions: {file: s3.json}}\nmanagedPolicies: [a, b]\n\
                inlinePolicyMode: additive\nensure: absent\ninstanceProfile: true\nweight: 1.5\n";
    assert_eq!(described(text, &role()), "");
    assert_eq!(
        described(
            "trustPolicy: {file: a.json}\npath: ~\ninstanceProfile: name\n",
            &role()
        ),
        ""
    );
}

#[test]
fn fields_are_unknown_or_missing() {
    insta::assert_snapshot!(described("trustPolcy: {file: a.json}\n", &role()), @"1:1+10 unknown-field: there is no field `trustPolcy` [did you mean `trustPolicy`?]");
    insta::assert_snapshot!(described("path: /a/\nbanana: 1\n", &role()), @r"
    1:1+1 missing-field: `trustPolicy` is missing []
    2:1+6 unknown-field: there is no field `banana` [possible: path, maxSessionDuration, trustPolicy, inlinePolicies, managedPolicies, inlinePolicyMode, ensure, instanceProfile, weight and pair]
    ");
    insta::assert_snapshot!(described("trustPolicy: {file: a}\ninlinePolicies: {\"S3 x\": {file: a, fiel: b}}\n", &role()), @r#"2:36+4 unknown-field: there is no field `inlinePolicies."S3 x".fiel` [possible: file]"#);
}

#[test]
fn types_are_wrong() {
    let text = "path: 12\nmaxSessionDuration: \"3600\"\ntrustPolicy: ec2.amazonaws.com\ninlinePolicies: []\n\
                managedPolicies: arn\ninstanceProfile: 1\nweight: heavy\npair: [a, 1]\n";
    insta::assert_snapshot!(described(text, &role()), @r#"
    1:7+2 wrong-type: `path` must be text, not the number 12 [put it in quotes: "12"]
    2:21+6 wrong-type: `maxSessionDuration` must be a whole number, not the text "3600" [write `3600`, without quotes]
    3:14+17 wrong-type: `trustPolicy` must be a mapping, not the text "ec2.amazonaws.com" []
    4:17+1 wrong-type: `inlinePolicies` must be a mapping, not a list []
    5:18+3 wrong-type: `managedPolicies` must be a list, not the text "arn" [write a list: one `- ` line for each item]
    6:18+1 wrong-type: `instanceProfile` must be a boolean or text, not the number 1 [put it in quotes: "1"]
    7:9+5 wrong-type: `weight` must be a number, not the text "heavy" []
    8:11+1 wrong-type: `pair[1]` must be a boolean, not the number 1 []
    "#);
}

#[test]
fn values_are_outside_of_their_choices_and_bounds() {
    let text = "path: a\nmaxSessionDuration: 60\ntrustPolicy: {services: [1]}\nmanagedPolicies: []\n\
                inlinePolicyMode: exclusiv\nensure: gone\n";
    insta::assert_snapshot!(described(text, &role()), @r#"
    1:7+1 bad-pattern: `path` does not have the expected form: "a" [it must match ^/([!-~]+/)?$]
    2:21+2 out-of-range: `maxSessionDuration` must be at least 3600, not 60 []
    3:26+1 wrong-type: `trustPolicy.services[0]` must be text, not the number 1 [put it in quotes: "1"]
    4:18+1 out-of-range: `managedPolicies` must not be empty []
    5:19+8 not-one-of: `inlinePolicyMode` must be `exclusive` or `additive`, not `exclusiv` [did you mean `exclusive`?]
    6:9+4 not-one-of: `ensure` must be `present` or `absent`, not `gone` []
    "#);
    let text = "path: /far/too/long/\nmaxSessionDuration: 99999.5\ntrustPolicy: {}\nmanagedPolicies: [a, b, a]\n";
    insta::assert_snapshot!(described(text, &role()), @r"
    1:7+14 out-of-range: `path` must have at most 8 characters, not 14 []
    2:21+7 wrong-type: `maxSessionDuration` must be a whole number, not the number 99999.5 []
    3:1+11 missing-field: `file` or `services` is missing in `trustPolicy` []
    4:25+1 not-unique: `managedPolicies[2]` is listed twice: `a` [keep one of the two]
    ");
}

#[test]
fn the_form_that_fits_best_is_reported() {
    insta::assert_snapshot!(described("trustPolicy: {services: ec2.amazonaws.com}\n", &role()), @r#"1:25+17 wrong-type: `trustPolicy.services` must be a list, not the text "ec2.amazonaws.com" [write a list: one `- ` line for each item]"#);
    insta::assert_snapshot!(described("trustPolicy: {file: a.json, service: x}\n", &role()), @"1:29+7 unknown-field: there is no field `trustPolicy.service` [possible: file]");
    insta::assert_snapshot!(described("trustPolicy: {servces: [a]}\n", &role()), @"1:15+7 unknown-field: there is no field `trustPolicy.servces` [did you mean `services`?]");
}

#[test]
fn a_schema_may_bring_its_own_hints() {
    let schema = json!({
        "properties": {
            "account": { "type": "string", "pattern": "^[0-9]{12}$", "x-hint": "an account id has twelve digits" },
            "when": { "anyOf": [{ "type": "string" }, { "type": "null" }], "x-hint": "write a time" },
        },
        "required": ["account"],
    });
    insta::assert_snapshot!(described("account: '12'\nwhen: []\n", &schema), @r#"
    1:10+4 bad-pattern: `account` does not have the expected form: "12" [an account id has twelve digits]
    2:7+1 wrong-type: `when` must be text, not a list [write a time]
    "#);
    insta::assert_snapshot!(described("when: now\n", &schema), @"1:1+1 missing-field: `account` is missing [an account id has twelve digits]");
}

#[test]
fn a_pattern_that_cannot_be_read_refuses_nothing() {
    let schema = json!({ "pattern": "(?!x)(" });
    assert_eq!(described("x\n", &schema), "");
}

#[test]
fn a_value_deeper_in_its_document_is_named_in_full() {
    let (documents, _) = parse_yaml("role.yaml", "spec:\n  ids: [1]\n");
    let schema = json!({ "properties": { "ids": { "items": { "type": "string" } } } });
    let problems = check(
        &documents[0].value["spec"],
        &schema,
        "/spec",
        &documents[0].places,
    );
    let fault = problems.sorted()[0];
    assert_eq!(
        fault.message,
        "`spec.ids[0]` must be text, not the number 1"
    );
    assert_eq!(fault.place.as_ref().unwrap().to_string(), "role.yaml:2:9");
}

/// Schemas that schemars writes, and one that uses the rest of what the checker knows.
fn schemas() -> Vec<Value> {
    vec![
        role(),
        schema_for!(Policy).to_value(),
        schema_for!(BTreeMap<String, Option<Profile>>).to_value(),
        schema_for!(Vec<Option<Mode>>).to_value(),
        json!({
            "type": ["object", "string", "integer"],
            "minProperties": 1,
            "maxProperties": 2,
            "minLength": 2,
            "exclusiveMinimum": 0,
            "exclusiveMaximum": 12,
            "allOf": [{ "properties": { "file": { "type": ["string", "null"] } } }],
            "oneOf": [{ "type": "object" }, { "type": "string" }, { "maximum": 3 }, { "minimum": 3 }],
            "additionalProperties": { "items": { "enum": [1, "a", null] }, "maxItems": 2, "uniqueItems": true },
        }),
    ]
}

/// Values that are often nearly valid.
fn value() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "",
        "a",
        "/a/",
        "/far/too/long/",
        "exclusive",
        "additive",
        "absent",
        "ünï",
    ]);
    let number = prop::sample::select(vec![-1, 0, 1, 3, 12, 3599, 3600, 43200, 43201]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number.clone().prop_map(Value::from),
        number.prop_map(|number| Value::from(f64::from(number) + 0.5)),
        text.prop_map(Value::from),
    ];
    let fields = vec![
        "path",
        "maxSessionDuration",
        "trustPolicy",
        "inlinePolicies",
        "managedPolicies",
        "inlinePolicyMode",
        "ensure",
        "instanceProfile",
        "weight",
        "pair",
        "file",
        "services",
        "other",
    ];
    leaf.prop_recursive(3, 24, 5, move |inner| {
        let named = (prop::sample::select(fields.clone()), inner.clone());
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(named, 0..5).prop_map(|fields| {
                let fields = fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value));
                Value::Object(fields.collect())
            }),
            inner.prop_map(|value| json!({ "services": [value] })),
            Just(json!({ "file": "a" })),
        ]
    })
}

/// A Role in which most fields fit, so that valid ones come up often enough.
fn nearly_role() -> impl Strategy<Value = Value> {
    let policy = prop_oneof![
        Just(json!({ "file": "a" })),
        Just(json!({ "services": ["a"] })),
        value()
    ];
    let field = prop_oneof![
        prop_oneof![Just(json!("/a/")), value()].prop_map(|value| ("path", value)),
        prop_oneof![Just(json!(3600)), value()].prop_map(|value| ("maxSessionDuration", value)),
        prop_oneof![Just(json!({ "x": { "file": "a" } })), value()]
            .prop_map(|value| ("inlinePolicies", value)),
        prop_oneof![Just(json!(["a", "b"])), value()].prop_map(|value| ("managedPolicies", value)),
        prop_oneof![Just(json!("additive")), value()].prop_map(|value| ("inlinePolicyMode", value)),
        prop_oneof![Just(json!("absent")), value()].prop_map(|value| ("ensure", value)),
        prop_oneof![Just(json!(true)), value()].prop_map(|value| ("instanceProfile", value)),
        prop_oneof![Just(json!(["a", true])), value()].prop_map(|value| ("pair", value)),
    ];
    (policy, prop::collection::vec(field, 0..3)).prop_map(|(policy, fields)| {
        let fields = fields.into_iter().chain([("trustPolicy", policy)]);
        Value::Object(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// A value is faulty in our eyes exactly when it is in those of a complete validator.
    #[test]
    fn a_complete_validator_agrees(value in prop_oneof![value(), nearly_role()]) {
        for schema in schemas() {
            let validator = jsonschema::validator_for(&schema).unwrap();
            let problems = check(&value, &schema, "", &Places::none());
            prop_assert_eq!(problems.is_empty(), validator.is_valid(&value), "{} {} {:?}", schema, value, problems);
        }
    }
}

#[test]
fn help_repeats_a_value_as_it_was_written() {
    let schema = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let text = "a: 1.10\nb: 81234e7\nc: 0x00ff\nd: True\ne: +1\nf: 0o17\ng: 12\n";
    let (documents, _) = crate::manifest::parse_yaml("a.yaml", text);
    let document = &documents[0];
    let problems = check(&document.value, &schema, "", &document.places);
    let hints: Vec<&str> = problems.sorted().iter().map(|one| &*one.hints[0]).collect();
    let written = ["1.10", "81234e7", "0x00ff", "True", "+1", "0o17", "12"];
    assert_eq!(
        hints,
        written.map(|text| format!("put it in quotes: \"{text}\""))
    );
}
