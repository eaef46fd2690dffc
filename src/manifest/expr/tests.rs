//! Expressions as people write them, right and wrong.

use serde_json::json;

use super::*;
use crate::diagnostic::Problems;
use crate::manifest::parse_yaml;

fn resources(word: &str, kind: &'static str, pairs: &[(&str, &str)]) -> Resources {
    let pairs = pairs
        .iter()
        .map(|(name, arn)| ((*name).to_owned(), (*arn).to_owned()));
    Resources {
        word: word.to_owned(),
        kind,
        arns: Some(pairs.collect()),
    }
}

fn scope() -> Scope {
    let vars = json!({
        "bucket": "s3access", "my-name": "dashed", "hours": 12, "on": true, "none": null,
        "ids": ["i-1", "i-2"], "net": { "sub-net": "subnet-1" },
    });
    let Value::Object(vars) = vars else {
        unreachable!("written as a mapping")
    };
    Scope {
        vars: Arc::new(vars.into_iter().collect()),
        account: Some("012345678901".to_owned()),
        region: Some("eu-west-1".to_owned()),
        partition: "aws".to_owned(),
        stack: Some("shop".to_owned()),
        resources: Arc::new(vec![
            resources(
                "role",
                "Role",
                &[
                    ("TestRole-1", "arn:aws:iam::012345678901:role/TestRole-1"),
                    ("web.app@eu", "arn:aws:iam::012345678901:role/a/web.app@eu"),
                ],
            ),
            resources(
                "instance_profile",
                "InstanceProfile",
                &[(
                    "s3access-profile",
                    "arn:aws:iam::012345678901:instance-profile/s3access-profile",
                )],
            ),
        ]),
    }
}

fn text(source: &str) -> String {
    evaluate(source, &scope()).unwrap().text
}

/// The message and the hint, as one text.
fn fault(source: &str) -> String {
    fault_in(source, &scope())
}

fn fault_in(source: &str, scope: &Scope) -> String {
    let ExprProblem { message, hint } = evaluate(source, scope).unwrap_err();
    format!("{message} [{}]", hint.unwrap_or_default())
}

#[test]
fn names_are_filled_in() {
    assert_eq!(
        text("arn:{{ partition }}:s3:::{{ var.bucket }}/*"),
        "arn:aws:s3:::s3access/*"
    );
    assert_eq!(
        text("{{account}}-{{region}}-{{ stack }}"),
        "012345678901-eu-west-1-shop"
    );
    assert_eq!(
        text("{{ var.my-name }} {{ var.net.sub-net }}"),
        "dashed subnet-1"
    );
    assert_eq!(text("{{ var.hours }}h {{ var.on }}"), "12h true");
    assert_eq!(
        text("{{ role.TestRole-1.arn }}"),
        "arn:aws:iam::012345678901:role/TestRole-1"
    );
    assert_eq!(text("{{ role['TestRole-1'].name }}"), "TestRole-1");
    assert_eq!(
        text("{{ role.web.app@eu.arn }}"),
        "arn:aws:iam::012345678901:role/a/web.app@eu"
    );
    assert_eq!(
        text("{{ var.bucket ~ '-' ~ region | upper }}"),
        "s3access-EU-WEST-1"
    );
    assert_eq!(text("{{ var.missing | default('fallback') }}"), "fallback");
    assert_eq!(text("{{ 'yes' if var.on else 'no' }}"), "yes");
}

#[test]
fn all_else_stays_byte_for_byte() {
    for same in [
        "",
        "plain",
        "${aws:username}",
        "arn:aws:s3:::home/${aws:username}/*",
        "a } b }} c { d",
        "{# no comment #}\n",
        "curl -w '{%{http_code}}'\n",
        "${x%%.*} {%s}",
    ] {
        assert_eq!(text(same), same);
    }
    assert_eq!(
        text("${aws:username} {{ region }}\n\n"),
        "${aws:username} eu-west-1\n\n"
    );
    assert_eq!(text("{{ \"{{\" }} .Names {{ '}}' }}"), "{{ .Names }}");
}

#[test]
fn used_roles_and_profiles_are_recorded() {
    let found = evaluate(
        "{{ role.TestRole-1.arn }} {{ instance_profile.s3access-profile.arn }} {{ region }}",
        &scope(),
    )
    .unwrap();
    assert_eq!(
        Vec::from_iter(found.references),
        [
            "arn:aws:iam::012345678901:instance-profile/s3access-profile",
            "arn:aws:iam::012345678901:role/TestRole-1"
        ]
    );
}

#[test]
fn unknown_names_are_told_with_what_was_meant() {
    let faults = [
        "{{ var.buket }}",
        "{{ var.zone }}",
        "{{ bucket }}",
        "{{ acount }}",
        "{{ secret }}",
        "{{ role.TestRole-2.arn }}",
        "{{ instance_profile.web.arn }}",
        "{{ role.TestRole-1.id }}",
        "{{ role.TestRole-1 }}",
        "{{ role.nobody.arn | default('x') }}",
        "{{ var.net.nope }}",
        "{{ range(3) }}",
        "{{ var.bucket | replace('a', 'b') }}",
    ];
    insta::assert_snapshot!(faults.map(fault).join("\n"), @r"
    the variable `buket` has no value [did you mean `var.bucket`? otherwise give it with --var buket=VALUE]
    the variable `zone` has no value [did you mean `var.none`? otherwise give it with --var zone=VALUE]
    there is no `bucket` in expressions [did you mean `var.bucket`?]
    there is no `acount` in expressions [did you mean `account`?]
    there is no `secret` in expressions [there are account, instance_profile, partition, region, role, stack and var]
    no Role `TestRole-2` is declared [did you mean `TestRole-1`?]
    no InstanceProfile `web` is declared [declare it, or write the ARN itself; s3access-profile are known]
    `role.TestRole-1` has no `id` [it has `arn` and `name`]
    `role.TestRole-1` gives neither text nor a number [a role and an instance profile have `arn` and `name`, as in `role.NAME.arn`]
    no Role `nobody` is declared [declare it, or write the ARN itself; TestRole-1 and web.app@eu are known]
    `var.net.nope` gives nothing []
    there is no `range` in expressions [there are account, instance_profile, partition, region, role, stack and var]
    `var.bucket | replace('a', 'b')` uses a filter that does not exist [the filters are `default`, `lower` and `upper`]
    ");
}

#[test]
fn malformed_expressions_are_reported() {
    let faults = [
        "{{ region",
        "{{ 'region }}",
        "{{ }}",
        "{{- region }}",
        "{{ region stack }}",
        "{{ .Names }}",
        "{{ 1 / 0 }}",
        "{{ region - 1 }}",
        "{% if region %}x{% endif %}",
        "ids: {{ var.ids }}",
        "{{ var.none }}",
    ];
    insta::assert_snapshot!(faults.map(fault).join("\n"), @r#"
    `{{` is not closed with `}}` [to write two braces as they are, use {{ "{{" }}]
    `{{` is not closed with `}}` [to write two braces as they are, use {{ "{{" }}]
    there is nothing between `{{` and `}}` [name a value, as in `{{ var.NAME }}`]
    `{{-` and `-}}` are not supported [write `{{ … }}`]
    `region stack` is not an expression: unexpected input after expression [to write two braces as they are, use {{ "{{" }}]
    `.Names` is not an expression: unexpected `.` [to write two braces as they are, use {{ "{{" }}]
    `1 / 0` cannot be computed: unable to calculate 1 / 0 []
    `region - 1` cannot be computed: tried to use - operator on unsupported types string and number []
    statements (`{% … %}`) are not supported [only values can be filled in, with `{{ … }}`]
    the expression gives a list, not text [a list can only be the whole of a value, not a part of text]
    the expression gives nothing, not text [give the variable a value]
    "#);
}

#[test]
fn what_is_not_known_in_this_phase_is_reported() {
    let mut scope = Scope {
        account: None,
        region: None,
        stack: None,
        ..scope()
    };
    for resources in Arc::make_mut(&mut scope.resources) {
        resources.arns = None;
    }
    let faults = [
        "{{ account }}",
        "{{ region }}",
        "{{ stack }}",
        "{{ role.TestRole-1.arn }}",
        "{{ instance_profile['x'].arn | default('y') }}",
    ];
    insta::assert_snapshot!(faults.map(|source| fault_in(source, &scope)).join("\n"), @r"
    `account` is not known here [set `spec.accountId` in the Stack]
    `region` is not known here [set `spec.region` in the Stack, or give --region]
    `stack` is not known here [declare a Stack, or give --stack]
    `role.TestRole-1` cannot be used here [names and paths may use variables, `account`, `region`, `partition` and `stack`: ARNs are made from them]
    `instance_profile.x` cannot be used here [names and paths may use variables, `account`, `region`, `partition` and `stack`: ARNs are made from them]
    ");
}

#[test]
fn a_tree_is_filled_in_string_by_string() {
    let source = "Resource:\n  - arn:aws:s3:::{{ var.bucket }}\n  - '{{ role.TestRole-1.arn }}'\n\
                  n: \"{{ var.hours }}\"\nids: \"{{ var.ids }}\"\na/b: \"{{ instance_profile.s3access-profile.arn }}\"\n\
                  \"{{ key }}\": \"${aws:username}\"\n";
    let (documents, _) = parse_yaml("role.yaml", source);
    let mut value = documents[0].value.clone();
    let (references, problems) = evaluate_tree(&mut value, "", &scope(), &documents[0].places);
    assert_eq!(problems, Problems::none());
    assert_eq!(
        value,
        json!({
            "Resource": ["arn:aws:s3:::s3access", "arn:aws:iam::012345678901:role/TestRole-1"],
            "n": 12,
            "ids": ["i-1", "i-2"],
            "a/b": "arn:aws:iam::012345678901:instance-profile/s3access-profile",
            "{{ key }}": "${aws:username}",
        })
    );
    assert_eq!(
        Vec::from_iter(references),
        [
            "arn:aws:iam::012345678901:instance-profile/s3access-profile",
            "arn:aws:iam::012345678901:role/TestRole-1"
        ]
    );
}

#[test]
fn a_tree_tells_all_faults_with_their_places() {
    let (documents, _) = parse_yaml(
        "role.yaml",
        "spec:\n  a: \"{{ var.x }}\"\n  b: [\"{{ regoin }}\"]\n",
    );
    let mut value = documents[0].value["spec"].clone();
    let (_, problems) = evaluate_tree(&mut value, "/spec", &scope(), &documents[0].places);
    let located = problems
        .sorted()
        .into_iter()
        .map(|fault| format!("{} {}", fault.place.as_ref().unwrap(), fault.message));
    let told: Vec<String> = located.collect();
    assert_eq!(
        told,
        [
            "role.yaml:2:6 the variable `x` has no value",
            "role.yaml:3:7 there is no `regoin` in expressions"
        ]
    );
    assert_eq!(value, json!({ "a": "{{ var.x }}", "b": ["{{ regoin }}"] }));
}

#[test]
fn chains_of_operators_end_before_the_stack_does() {
    let scope = Scope::default();
    for (before, piece, after) in [
        ("1", "+1", ""),
        ("1", " and 1", ""),
        ("1", "~1", ""),
        ("", "-", "1"),
        ("", "not ", "1"),
        ("var", ".a", ""),
        ("'a'", "|upper", ""),
        ("1", "==1", ""),
        ("1", "**1", ""),
        ("1", " if 1 else 1", ""),
        ("", "[", "]"),
        ("var", "[1]", ""),
        ("var", "()", ""),
        ("1", " is odd", ""),
    ] {
        for length in [100, 900, 100_000] {
            let chain = piece.repeat(length / piece.len());
            let text = format!("a {{{{ {before}{chain}{after} }}}}");
            // A thread of a test has as much stack as those of a run have.
            let result = evaluate(&text, &scope);
            assert!(length < 1000 || result.is_err(), "{piece}");
        }
    }
}

#[test]
fn texts_do_not_grow_without_end() {
    let long = Value::from("x".repeat(100_000));
    let scope = Scope {
        vars: Arc::new([("long".to_owned(), long)].into()),
        ..Scope::default()
    };
    assert!(evaluate(&"{{ var.long }}".repeat(10), &scope).is_ok());
    let problem = evaluate(&"{{ var.long }}".repeat(100_000), &scope).unwrap_err();
    assert!(problem.message.contains("longer than"), "{problem}");
}
