//! The small commands: init, graph, schema, completions, whoami, help.

use insta::assert_snapshot;

use crate::support::Stage;

const COMMANDS: [&str; 12] = [
    "init",
    "validate",
    "plan",
    "apply",
    "rehearse",
    "snapshot",
    "destroy",
    "graph",
    "whoami",
    "schema",
    "completions",
    "sandbox",
];

#[test]
fn init_writes_a_stack_that_can_be_planned() {
    let stage = Stage::empty();
    assert_snapshot!(stage.run(&["init", "demo"]).whole(), @r"
    exit 0
    --- stdout
    wrote demo/s3access.yaml
    wrote demo/ec2-role-trust-policy.json
    --- stderr
    Next: rolewright plan demo --sandbox
    ");
    let planned = stage
        .calm(&["plan", "demo", "--detailed-exitcode"])
        .ends_with(2);
    assert!(planned.contains("Plan: 3 to create"), "{planned}");
    assert!(
        !stage.read("demo/s3access.yaml").contains("../schemas"),
        "that path leads nowhere here"
    );
}

#[test]
fn init_overwrites_nothing() {
    let stage = Stage::empty();
    stage.write("ec2-role-trust-policy.json", "mine");
    assert_snapshot!(stage.run(&["init"]).whole(), @r"
    exit 1
    --- stderr
    error: cannot write ./ec2-role-trust-policy.json: entity already exists
      hint: choose another folder; nothing is overwritten
    ");
    assert_eq!(stage.read("ec2-role-trust-policy.json"), "mine");
    assert!(
        !stage.path("s3access.yaml").exists(),
        "half of a stack is none"
    );
}

#[test]
fn init_for_programs() {
    let json = Stage::empty()
        .run(&["init", "demo", "--output=json", "--quiet"])
        .json(0);
    assert_snapshot!(format!("{json:#}"), @r#"
    {
      "written": [
        "demo/s3access.yaml",
        "demo/ec2-role-trust-policy.json"
      ]
    }
    "#);
}

#[test]
fn validate() {
    let stage = Stage::with_example("s3access");
    assert_snapshot!(stage.run(&["validate", "s3access"]).whole(), @r"
    exit 0
    --- stdout
    Stack s3access is valid: 3 resources.
    ");
    let json = stage
        .run(&["validate", "s3access", "--output=json"])
        .json(0);
    assert_eq!(json["valid"], true);
    stage.write("s3access/s3access.yaml", "kind: Stack\n");
    let json = stage
        .run(&["validate", "s3access", "--output=json"])
        .json(1);
    assert_ne!(json["errors"], 0, "{json:#}");
}

#[test]
fn an_empty_folder_has_no_stack() {
    assert_snapshot!(Stage::empty().run(&["validate"]).whole(), @r"
    exit 1
    --- stderr
    error[no-manifests]

      x there is no manifest in .
      help: a folder's manifests are its *.yaml, *.yml and *.json files; `rolewright init` writes a
            first one

    1 error
    ");
}

#[test]
fn graphs() {
    let stage = Stage::with_example("s3access");
    let graph = |format: &str| {
        stage
            .run(&["graph", "s3access", "--format", format])
            .succeeds()
    };
    assert_snapshot!(graph("text"), @r"
    InstanceAssociation/web[i-1234567890abcdef0] -> InstanceProfile/s3access-profile
    InstanceProfile/s3access-profile -> Role/s3access
    Role/s3access
    ");
    assert_snapshot!(graph("dot"), @r#"
    digraph stack {
      rankdir=LR;
      "InstanceAssociation/web[i-1234567890abcdef0]";
      "InstanceProfile/s3access-profile";
      "Role/s3access";
      "InstanceAssociation/web[i-1234567890abcdef0]" -> "InstanceProfile/s3access-profile";
      "InstanceProfile/s3access-profile" -> "Role/s3access";
    }
    "#);
    assert_snapshot!(graph("mermaid"), @r#"
    graph LR
      n0["InstanceAssociation/web[i-1234567890abcdef0]"]
      n1["InstanceProfile/s3access-profile"]
      n2["Role/s3access"]
      n0 --> n1
      n1 --> n2
    "#);
    let picture = graph("svg");
    assert!(picture.starts_with("<svg xmlns="), "{picture}");
    assert_eq!(picture.matches("<rect").count(), 3, "a card for each");
    assert_eq!(
        picture.matches("marker-end").count(),
        2,
        "an arrow for each"
    );
    let json = stage.run(&["graph", "s3access", "--output=json"]).json(0);
    assert_snapshot!(format!("{json:#}"), @r#"
    {
      "nodes": [
        "InstanceAssociation/web[i-1234567890abcdef0]",
        "InstanceProfile/s3access-profile",
        "Role/s3access"
      ],
      "edges": [
        {
          "from": "InstanceAssociation/web[i-1234567890abcdef0]",
          "to": "InstanceProfile/s3access-profile"
        },
        {
          "from": "InstanceProfile/s3access-profile",
          "to": "Role/s3access"
        }
      ]
    }
    "#);
}

#[test]
fn schemas() {
    let stage = Stage::empty();
    let whole = stage.run(&["schema"]).json(0);
    assert!(whole.get("$schema").is_some());
    for kind in ["Stack", "Role", "InstanceProfile", "InstanceAssociation"] {
        let schema = stage.run(&["schema", kind]).json(0);
        assert_eq!(schema["title"], kind);
    }
    assert_snapshot!(stage.run(&["schema", "Rle"]).whole(), @r"
    exit 64
    --- stderr
    error: there is no kind `Rle`; did you mean `Role`?
    ");
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Stage::empty().run(&["completions", shell]).succeeds();
        let missing: Vec<&str> = COMMANDS
            .into_iter()
            .filter(|command| !script.contains(command))
            .collect();
        assert!(missing.is_empty(), "{shell} does not complete {missing:?}");
    }
}

#[test]
fn whoami() {
    assert_snapshot!(Stage::empty().calm(&["whoami"]).whole(), @"
    exit 0
    --- stdout
    account      123456789012
    identity     arn:aws:iam::123456789012:user/sandbox
    user id      AIDAQV6ID35YOIGD6WUUO
    credentials  the sandbox (long-term)
    region       us-east-1
    partition    aws
    endpoints    the sandbox of this run
    ");
    let json = Stage::empty()
        .calm(&["whoami", "--output=json", "--region=eu-west-2"])
        .json(0);
    assert_snapshot!(format!("{json:#}"), @r#"
    {
      "account": "123456789012",
      "arn": "arn:aws:iam::123456789012:user/sandbox",
      "userId": "AIDAQV6ID35YOIGD6WUUO",
      "sessionName": null,
      "credentials": "the sandbox",
      "accessKeyId": "AKIASANDBOXEXAMPLE22",
      "temporary": false,
      "expires": null,
      "partition": "aws",
      "region": "eu-west-2",
      "endpoints": {
        "iam": "http://[address]/",
        "sts": "http://[address]/",
        "ec2": "http://[address]/"
      }
    }
    "#);
}

#[test]
fn help_is_there_for_everything() {
    let stage = Stage::empty();
    assert_snapshot!(stage.run(&["--help"]).whole(), @"
    exit 0
    --- stdout
    Declares IAM roles for EC2 in YAML and makes AWS match: roles, trust policies, inline policies,
    attachments, instance profiles and the instances that use them.

    There is no state file. `plan` compares the manifests with live AWS and cannot write; `apply` shows
    the same plan and runs it. What the tool owns carries the tag `rolewright:stack`; nothing else is
    touched.

    Usage: rolewright [OPTIONS] <COMMAND>

    Commands:
      init         Write a first stack to start from
      validate     Check manifests without looking at AWS
      plan         Show what apply would do; cannot write
      apply        Make AWS match the manifests, or run a saved plan
      destroy      Delete what the manifests declare and the stack owns
      show         Show a saved plan again
      drift        Show where AWS is not as declared; cannot write
      rehearse     Run the plan in a sandbox with what was seen of AWS; cannot write to AWS
      snapshot     Save what a plan needs to know of AWS, for `plan --live`; cannot write to AWS
      release      Let go of resources, and leave them as they are
      export       Write manifests of what is there; cannot write to AWS
      graph        Draw what refers to what: in the manifests, in AWS, in a plan
      permissions  Print the least policy for whoever runs plan or apply
      suggest      Write a policy from what a role has done, by CloudTrail and Access Analyzer
      credentials  Print credentials for use elsewhere, or run a command with them
      sessions     Revoke the sessions of a role or a user, and show what is revoked
      whoami       Show the account and identity that would be used
      schema       Print the JSON Schema of the manifests
      completions  Print a completion script for a shell
      sandbox      The AWS look-alike: serve it, reset it

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Common options:
          --profile <NAME>
              The AWS profile to use; credentials in the environment are then ignored

          --region <REGION>
              The AWS region; by default the stack's, then the environment's and the profile's

          --endpoint-url <URL>
              Send all calls to this URL (plain http on loopback only)

          --sandbox[=<DIR>]
              Work on an AWS look-alike in this process instead; its state is kept in DIR

          --weather <FILE>
              The sandbox's delays and faults: a YAML file, or `calm`, `default`, `typical`, `storm`

          --color <WHEN>
              When to use colours

              Possible values:
              - auto:   On a terminal, unless NO_COLOR is set
              - always: Always
              - never:  Never
              
              [default: auto]

          --output <FORMAT>
              How to print results

              Possible values:
              - text:  For people
              - json:  For programs
              - sarif: For code scanning: SARIF 2.1.0 (`validate` only)
              
              [default: text]

      -q, --quiet
              Only results and errors

      -v, --verbose
              More detail: unchanged resources, every call

    Assumed role:
          --assume-role-arn <ARN>
              A role to assume before anything else (repeatable: each with the session of the one
              before)

          --external-id <ID>
              The external id that the last role's trust policy asks for

          --session-name <NAME>
              The name of the sessions, as CloudTrail shows it; `rolewright` by default

          --session-tag <KEY=VALUE>
              A tag of the first session (repeatable)

          --transitive-tag <KEY>
              The key of a session tag that the roles assumed after it inherit (repeatable)

          --source-identity <NAME>
              Who is behind the first session; all that follow keep it

          --duration <DURATION>
              How long the last session lasts: 15m to 12h, 1h at most for a role that is assumed with
              another's session

          --mfa-serial <ARN>
              The MFA device of the user that assumes the first role

          --mfa-code <CODE>
              What the MFA device shows; asked for on a terminal where it is not given

    Try it without an account: `rolewright init demo`, then `rolewright apply demo --sandbox`.
    Exit codes: 0 done, 1 error, 2 changes (plan --detailed-exitcode) or drift, 3 refused,
    4 saved plan is stale, 5 partly applied, 6 not converged in time, 64 usage, 130 interrupted.
    ");
}

#[test]
fn every_command_has_help_of_its_own() {
    let stage = Stage::empty();
    for command in COMMANDS {
        let help = stage.run(&[command, "--help"]).succeeds();
        let usage = format!("Usage: rolewright {command}");
        assert!(
            help.contains(&usage) && help.len() > 300,
            "{command}: {help}"
        );
    }
    let version = stage.run(&["--version"]).succeeds();
    assert_eq!(
        version.trim(),
        concat!("rolewright ", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn graphs_of_what_is_there_and_of_what_would_be() {
    let stage = Stage::applied_s3access();
    let graph = |of: &str| stage.calm(&["graph", "s3access", "--of", of]).succeeds();
    assert_snapshot!(graph("live"), @"
    InstanceAssociation/web[i-1234567890abcdef0] -> InstanceProfile/s3access-profile
    InstanceProfile/s3access-profile -> Role/s3access
    Role/s3access
    ");
    stage.meddle(|world| {
        world
            .iam
            .roles
            .get_mut("s3access")
            .expect("it is there")
            .description = None;
    });
    assert_snapshot!(graph("plan"), @"
    InstanceAssociation/web[i-1234567890abcdef0] -> InstanceProfile/s3access-profile
    InstanceProfile/s3access-profile -> Role/s3access
    ~ Role/s3access
    ");
    let _ = stage
        .calm(&["plan", "s3access", "--out=plan.json", "--quiet"])
        .says_with(0);
    let saved = stage.run(&["graph", "plan.json"]).succeeds();
    assert_eq!(saved, graph("plan"));
    let svg = stage
        .run(&["graph", "plan.json", "--format=svg"])
        .succeeds();
    assert!(svg.starts_with("<svg"), "{svg}");
}
