//! Findings through the real binary: told with file and line, denied, allowed, and for code scanning.

use insta::assert_snapshot;
use rolewright::sandbox::Weather;

use crate::support::{Served, Stage};

/// A role with policy variables that mean nothing, and a service that does not exist.
const ODD: &str = r#"apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: odd }
spec: { accountId: "123456789012" }
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: app }
spec:
  trustPolicy:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Principal: { Service: [ec2.amazonaws.com, ec2.amazonaws.con] }
        Action: sts:AssumeRole
  inlinePolicies:
    home:
      Statement:
        - Effect: Allow
          Action: s3:GetObject
          Resource: "arn:aws:s3:::homes/${aws:username}/*"
"#;

fn validate(manifest: &str, arguments: &[&str]) -> String {
    let stage = Stage::with_manifest(manifest);
    stage
        .run(&[&["validate", "stack.yaml"], arguments].concat())
        .whole()
}

#[test]
fn findings_are_told_with_their_lines_and_stop_nothing() {
    assert_snapshot!(validate(ODD, &[]), @r#"
    exit 0
    --- stdout
    ! medium unknown-service-principal  (stack.yaml:14)
        `ec2.amazonaws.con` does not look like a service of AWS
        fix: did you mean `ec2.amazonaws.com`?

    ! medium policy-variables  (stack.yaml:18)
        without `Version` policy variables like `${aws:username}` are plain text
        fix: add `Version: "2012-10-17"`

    2 findings: 2 medium
    Stack odd is valid: 1 resource.
    "#);
}

#[test]
fn what_is_denied_is_refused() {
    assert_snapshot!(validate(ODD, &["--deny", "high"]), @r#"
    exit 0
    --- stdout
    ! medium unknown-service-principal  (stack.yaml:14)
        `ec2.amazonaws.con` does not look like a service of AWS
        fix: did you mean `ec2.amazonaws.com`?

    ! medium policy-variables  (stack.yaml:18)
        without `Version` policy variables like `${aws:username}` are plain text
        fix: add `Version: "2012-10-17"`

    2 findings: 2 medium
    Stack odd is valid: 1 resource.
    "#);
    assert_snapshot!(validate(ODD, &["--deny", "unknown-service-principal", "--quiet"]), @r#"
    exit 3
    --- stdout
    ! medium unknown-service-principal  (stack.yaml:14)
        `ec2.amazonaws.con` does not look like a service of AWS
        fix: did you mean `ec2.amazonaws.com`?

    ! medium policy-variables  (stack.yaml:18)
        without `Version` policy variables like `${aws:username}` are plain text
        fix: add `Version: "2012-10-17"`

    2 findings: 2 medium
    --- stderr
    error[unknown-service-principal]

      x `ec2.amazonaws.con` does not look like a service of AWS
        ,-[stack.yaml:14:51]
     13 |       - Effect: Allow
     14 |         Principal: { Service: [ec2.amazonaws.com, ec2.amazonaws.con] }
        :                                                   ^^^^^^^^^^^^^^^^^
     15 |         Action: sts:AssumeRole
        `----
      help: did you mean `ec2.amazonaws.com`?
            or allow it: `# rolewright: allow unknown-service-principal REASON` in the manifest, or
            `--allow unknown-service-principal`

    1 error
    "#);
}

#[test]
fn what_is_allowed_on_the_command_line_does_not_count() {
    let arguments = [
        "--deny",
        "low",
        "--allow",
        "policy-variables",
        "--allow",
        "unknown-service-principal",
        "-v",
    ];
    assert_snapshot!(validate(ODD, &arguments), @"
    exit 0
    --- stdout
    ! medium unknown-service-principal  (stack.yaml:14)
        `ec2.amazonaws.con` does not look like a service of AWS
        allowed on the command line: --allow unknown-service-principal

    ! medium policy-variables  (stack.yaml:18)
        without `Version` policy variables like `${aws:username}` are plain text
        allowed on the command line: --allow policy-variables

    0 findings; 2 allowed
    Stack odd is valid: 1 resource.
    ");
}

#[test]
fn ids_that_do_not_exist_are_mistakes_on_the_command_line() {
    assert_snapshot!(validate(ODD, &["--deny", "policy-variable"]), @"
    exit 64
    --- stderr
    error: --deny: there is no finding `policy-variable`; did you mean `policy-variables`?
    ");
    assert_snapshot!(validate(ODD, &["--allow", "hihg"]), @"
    exit 64
    --- stderr
    error: --allow: there is no finding `hihg`
    ");
}

#[test]
fn a_comment_with_a_reason_allows_what_it_is_about() {
    let manifest = ODD
        .replace(
            "    home:\n",
            "    # rolewright: allow policy-variables kept as it was in 2011\n    home:\n",
        )
        .replace(
            "ec2.amazonaws.con] }",
            "ec2.amazonaws.con] }  # rolewright: allow unknown-service-principal",
        );
    assert_snapshot!(validate(&manifest, &["--deny", "policy-variables"]), @"
    exit 0
    --- stdout
    ! medium unknown-service-principal  (stack.yaml:14)
        `ec2.amazonaws.con` does not look like a service of AWS
        fix: did you mean `ec2.amazonaws.com`?

    ! medium allow-without-reason  (stack.yaml:14)
        `unknown-service-principal` is allowed without a reason, and so is not allowed
        fix: write the reason behind the id

    2 findings: 2 medium; 1 allowed
    Stack odd is valid: 1 resource.
    ");
}

#[test]
fn comments_that_allow_nothing_are_told() {
    let manifest = ODD
        .replace(
            "  inlinePolicies:",
            "  # rolewright: allow policy-versoin because\n  inlinePolicies:",
        )
        .replace(
            "spec:\n",
            "spec:\n  # rolewright: allow trust-action because\n",
        );
    assert_snapshot!(validate(&manifest, &["--allow", "policy-variables", "--allow", "unknown-service-principal"]), @"
    exit 0
    --- stdout
    ! medium allow-unknown  (stack.yaml:17)
        there is no finding `policy-versoin`
        fix: did you mean `policy-sid`?

    ! low allow-unused  (stack.yaml:10)
        `trust-action` is allowed here, and there is no such finding
        fix: remove the comment

    2 findings: 1 medium, 1 low; 2 allowed
    Stack odd is valid: 1 resource.
    ");
}

#[test]
fn a_policy_file_has_lines_and_comments_of_its_own() {
    let home = "    home:\n";
    let (head, policy) = ODD.split_at(ODD.find(home).expect("it is there") + home.len());
    let stage = Stage::with_manifest(&format!("{head}      file: home.yaml\n"));
    stage.write("home.yaml", policy);
    assert_snapshot!(stage.run(&["validate", "stack.yaml"]).whole(), @r#"
    exit 0
    --- stdout
    ! medium policy-variables  (home.yaml:1)
        without `Version` policy variables like `${aws:username}` are plain text
        fix: add `Version: "2012-10-17"`

    ! medium unknown-service-principal  (stack.yaml:14)
        `ec2.amazonaws.con` does not look like a service of AWS
        fix: did you mean `ec2.amazonaws.com`?

    2 findings: 2 medium
    Stack odd is valid: 1 resource.
    "#);
    stage.write(
        "home.yaml",
        &format!("# rolewright: allow policy-variables old\n{policy}"),
    );
    assert_snapshot!(stage.run(&["validate", "stack.yaml", "--quiet"]).whole(), @"
    exit 0
    --- stdout
    ! medium unknown-service-principal  (stack.yaml:14)
        `ec2.amazonaws.con` does not look like a service of AWS
        fix: did you mean `ec2.amazonaws.com`?

    1 finding: 1 medium; 1 allowed
    Stack odd is valid: 1 resource.
    ");
}

#[test]
fn apply_refuses_before_anything_is_sent() {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_manifest(ODD);
    stage.use_served(&served);
    let denied = ["apply", "stack.yaml", "--yes", "--deny", "policy-variables"];
    stage.run(&denied).says_with(3);
    assert_eq!(served.writes_after(0), [""; 0], "refused, but written");
    let plan = stage
        .run(&["plan", "stack.yaml", "--output", "json"])
        .json(0);
    let ids: Vec<&str> = plan["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(ids, ["unknown-service-principal", "policy-variables"]);
}

#[test]
fn code_scanning_gets_sarif() {
    let manifest = ODD.replace(
        "    home:\n",
        "    # rolewright: allow policy-variables old\n    home:\n",
    );
    let stage = Stage::with_manifest(&manifest);
    let log = stage
        .run(&["validate", "stack.yaml", "--output", "sarif"])
        .json(0);
    assert_eq!(log["version"], "2.1.0");
    let driver = &log["runs"][0]["tool"]["driver"];
    assert_eq!(driver["name"], "rolewright");
    let rules: Vec<&str> = driver["rules"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    for result in log["runs"][0]["results"].as_array().expect("a list") {
        let id = result["ruleId"].as_str().expect("an id");
        assert!(rules.contains(&id), "{id} is no rule");
    }
    assert_snapshot!(format!("{:#}", log["runs"][0]["results"]), @r#"
    [
      {
        "ruleId": "unknown-service-principal",
        "level": "warning",
        "message": {
          "text": "`ec2.amazonaws.con` does not look like a service of AWS. Fix: did you mean `ec2.amazonaws.com`?"
        },
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "stack.yaml"
              },
              "region": {
                "startLine": 14,
                "startColumn": 51,
                "endColumn": 68
              }
            }
          }
        ],
        "partialFingerprints": {
          "rolewright/v1": "unknown-service-principal Role/app trustPolicy"
        }
      },
      {
        "ruleId": "policy-variables",
        "level": "warning",
        "message": {
          "text": "without `Version` policy variables like `${aws:username}` are plain text. Fix: add `Version: \"2012-10-17\"`."
        },
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "stack.yaml"
              },
              "region": {
                "startLine": 19,
                "startColumn": 7,
                "endColumn": 16
              }
            }
          }
        ],
        "partialFingerprints": {
          "rolewright/v1": "policy-variables Role/app inlinePolicies"
        },
        "suppressions": [
          {
            "kind": "inSource",
            "justification": "old"
          }
        ]
      }
    ]
    "#);
    let run = stage.run(&["plan", "stack.yaml", "--output", "sarif"]);
    assert_snapshot!(run.whole(), @"
    exit 64
    --- stderr
    error: --output sarif is for `validate`
    ");
}

#[test]
fn what_iam_would_refuse_is_in_sarif_too() {
    let manifest = ODD.replace(
        "Effect: Allow\n          Action",
        "Effect: Permit\n          Action",
    );
    let stage = Stage::with_manifest(&manifest);
    let log = stage
        .run(&["validate", "stack.yaml", "--output", "sarif"])
        .json(1);
    assert_snapshot!(format!("{:#}", log["runs"][0]["results"]), @r#"
    [
      {
        "ruleId": "unknown-service-principal",
        "level": "warning",
        "message": {
          "text": "`ec2.amazonaws.con` does not look like a service of AWS. Fix: did you mean `ec2.amazonaws.com`?"
        },
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "stack.yaml"
              },
              "region": {
                "startLine": 14,
                "startColumn": 51,
                "endColumn": 68
              }
            }
          }
        ]
      },
      {
        "ruleId": "policy-variables",
        "level": "warning",
        "message": {
          "text": "without `Version` policy variables like `${aws:username}` are plain text. Fix: add `Version: \"2012-10-17\"`."
        },
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "stack.yaml"
              },
              "region": {
                "startLine": 18,
                "startColumn": 7,
                "endColumn": 16
              }
            }
          }
        ]
      },
      {
        "ruleId": "policy-effect",
        "level": "error",
        "message": {
          "text": "`Effect` must be `Allow` or `Deny`, not `Permit`. Fix: write `Allow` or `Deny`."
        },
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "stack.yaml"
              },
              "region": {
                "startLine": 19,
                "startColumn": 19,
                "endColumn": 25
              }
            }
          }
        ]
      }
    ]
    "#);
}
