//! None of the statements that `permissions` prints is idle: proven on a sandbox that decides every call by them, with
//! code of its own. That they are enough, `examples` shows.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Stage;

const WEATHER: &str =
    "enforcePolicies: true\npropagationDelay: 0s\nassociationDelay: 0s\ninstanceDelay: 0s\n";

/// Lets the caller do only what a policy says.
pub(crate) fn may_only(stage: &Stage, policy: &Value) {
    stage.meddle(|world| {
        let user = world.iam.users.get_mut("sandbox").expect("it calls");
        user.attached_policies.clear();
        user.inline_policies = [("deployer".to_owned(), policy.to_string())].into();
    });
}

/// Lets the caller do everything.
fn may_all(stage: &Stage) {
    stage.meddle(|world| {
        for user in world.iam.users.values_mut() {
            let all = "arn:aws:iam::aws:policy/AdministratorAccess";
            user.attached_policies = [all.to_owned()].into();
        }
    });
}

fn stage(example: &str) -> Stage {
    let stage = Stage::with_example(example);
    stage.write("enforced.yaml", WEATHER);
    stage.quietly(&["whoami"]);
    stage
}

/// What a command needs, for all the variables that an example is applied with.
pub(crate) fn policy(stage: &Stage, example: &str, purpose: &str, variables: &[&str]) -> Value {
    let account = "--account=123456789012";
    let arguments = [
        "permissions",
        example,
        "--for",
        purpose,
        "--region=us-east-1",
    ];
    let command = stage
        .command(&[&arguments[..], variables].concat())
        .output();
    let run = command.expect("the binary runs");
    let named = String::from_utf8_lossy(&run.stderr).contains("names no account");
    let more: &[&str] = if named { &[account] } else { &[] };
    stage
        .run(&[&arguments[..], variables, more].concat())
        .json(0)
}

/// Every statement taken out once: some part of the stack's life is refused then, with the name of what is missing.
fn needs_all(example: &str, steps: &[&[&str]]) {
    let first = steps.first().expect("it has at least one");
    let policy = policy(&stage(example), example, "apply", first);
    let statements = policy["Statement"].as_array().expect("a list");
    for left_out in 0..statements.len() {
        let stage = stage(example);
        let mut fewer = policy.clone();
        let list = fewer["Statement"].as_array_mut().expect("a list");
        let gone = list.remove(left_out);
        may_only(&stage, &fewer);
        let told = refusal(&stage, example, steps);
        let told = told.unwrap_or_else(|| panic!("{example} does not need {gone}"));
        let actions = match &gone["Action"] {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        };
        let mut actions = actions.iter().filter_map(Value::as_str);
        assert!(
            actions.any(|action| told.contains(&format!("perform: {action} on"))),
            "without {gone}: {told}"
        );
    }
}

/// What is said when a stack is applied with each of its variables and destroyed, if it is refused anywhere.
fn refusal(stage: &Stage, example: &str, steps: &[&[&str]]) -> Option<String> {
    let applies = steps.iter().map(|variables| ("apply", *variables));
    let last = steps.last().expect("it has at least one");
    let commands = applies.chain([("destroy", *last)]);
    for (command, variables) in commands {
        let weather = ["--yes", "--sandbox", "--weather=enforced.yaml", "--quiet"];
        let arguments = [&[command, example], variables, &weather[..]].concat();
        let run = stage.command(&arguments).output();
        let output = run.expect("the binary runs");
        if !output.status.success() {
            let told = [output.stdout, output.stderr].concat();
            return Some(String::from_utf8_lossy(&told).into_owned());
        }
    }
    None
}

#[test]
fn every_statement_of_s3access_is_needed() {
    needs_all("s3access", &[&[]]);
}

#[test]
fn every_statement_of_replace_is_needed() {
    needs_all("replace", &[&["--var=profile=TestRole-1"]]);
}

#[test]
fn every_statement_of_launch_is_needed() {
    needs_all(
        "launch",
        &[&["--var=profile=web-v1"], &["--var=profile=web-v2"]],
    );
}

#[test]
fn nothing_is_broader_than_named() {
    let stage = stage("s3access");
    assert_snapshot!(format!("{:#}", policy(&stage, "s3access", "apply", &[])), @r#"
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "AssociateInstanceProfiles",
          "Effect": "Allow",
          "Action": [
            "ec2:AssociateIamInstanceProfile",
            "ec2:DisassociateIamInstanceProfile",
            "ec2:ReplaceIamInstanceProfileAssociation"
          ],
          "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/i-1234567890abcdef0"
        },
        {
          "Sid": "ManageInstanceProfiles",
          "Effect": "Allow",
          "Action": [
            "iam:AddRoleToInstanceProfile",
            "iam:CreateInstanceProfile",
            "iam:DeleteInstanceProfile",
            "iam:RemoveRoleFromInstanceProfile",
            "iam:TagInstanceProfile",
            "iam:UntagInstanceProfile"
          ],
          "Resource": "arn:aws:iam::123456789012:instance-profile/s3access-profile"
        },
        {
          "Sid": "ManageRoles",
          "Effect": "Allow",
          "Action": [
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole"
          ],
          "Resource": "arn:aws:iam::123456789012:role/s3access"
        },
        {
          "Sid": "PassRolesToEc2",
          "Effect": "Allow",
          "Action": "iam:PassRole",
          "Resource": "arn:aws:iam::123456789012:role/s3access",
          "Condition": {
            "StringEquals": {
              "iam:PassedToService": "ec2.amazonaws.com"
            }
          }
        },
        {
          "Sid": "ReadAccount",
          "Effect": "Allow",
          "Action": [
            "ec2:DescribeIamInstanceProfileAssociations",
            "ec2:DescribeInstances",
            "iam:GetAccountAuthorizationDetails",
            "iam:GetAccountSummary",
            "iam:ListInstanceProfiles",
            "iam:ListRoles"
          ],
          "Resource": "*"
        },
        {
          "Sid": "ReadStack",
          "Effect": "Allow",
          "Action": [
            "iam:GetInstanceProfile",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies"
          ],
          "Resource": [
            "arn:aws:iam::123456789012:instance-profile/s3access-profile",
            "arn:aws:iam::123456789012:role/s3access"
          ]
        }
      ]
    }
    "#);
}

#[test]
fn looking_needs_reads_only() {
    let stage = stage("launch");
    assert_snapshot!(format!("{:#}", policy(&stage, "launch", "plan", &[])), @r#"
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "ReadAccount",
          "Effect": "Allow",
          "Action": [
            "ec2:DescribeIamInstanceProfileAssociations",
            "ec2:DescribeInstances",
            "iam:GetAccountAuthorizationDetails",
            "iam:GetAccountSummary",
            "iam:ListInstanceProfiles",
            "iam:ListRoles"
          ],
          "Resource": "*"
        },
        {
          "Sid": "ReadInstances",
          "Effect": "Allow",
          "Action": "ec2:DescribeInstanceAttribute",
          "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*"
        },
        {
          "Sid": "ReadStack",
          "Effect": "Allow",
          "Action": [
            "iam:GetInstanceProfile",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies"
          ],
          "Resource": [
            "arn:aws:iam::123456789012:instance-profile/web-v1",
            "arn:aws:iam::123456789012:instance-profile/web-v2",
            "arn:aws:iam::123456789012:role/web-v1",
            "arn:aws:iam::123456789012:role/web-v2"
          ]
        }
      ]
    }
    "#);
}

#[test]
fn a_role_for_github_is_a_manifest_of_its_own() {
    let stage = stage("s3access");
    let github = [
        "permissions",
        "s3access",
        "--for=plan",
        "--format",
        "role",
        "--github",
        "acme/infra",
        "--environment",
        "prod",
    ];
    let account = ["--account", "123456789012"];
    let manifest = stage.run(&[&github[..], &account].concat()).succeeds();
    assert_snapshot!(manifest, @"
    apiVersion: rolewright.dev/v1
    kind: Role
    metadata:
      name: rolewright-deployer
      protect: true
    spec:
      description: Runs rolewright for acme/infra
      trustPolicy:
        Version: 2012-10-17
        Statement:
        - Effect: Allow
          Principal:
            Federated: arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com
          Action: sts:AssumeRoleWithWebIdentity
          Condition:
            StringEquals:
              token.actions.githubusercontent.com:aud: sts.amazonaws.com
              token.actions.githubusercontent.com:sub: repo:acme/infra:environment:prod
      inlinePolicies:
        rolewright:
          Version: 2012-10-17
          Statement:
          - Sid: ReadAccount
            Effect: Allow
            Action:
            - ec2:DescribeIamInstanceProfileAssociations
            - ec2:DescribeInstances
            - iam:GetAccountAuthorizationDetails
            - iam:GetAccountSummary
            - iam:ListInstanceProfiles
            - iam:ListRoles
            Resource: '*'
          - Sid: ReadStack
            Effect: Allow
            Action:
            - iam:GetInstanceProfile
            - iam:GetRole
            - iam:GetRolePolicy
            - iam:ListAttachedRolePolicies
            - iam:ListRolePolicies
            Resource:
            - arn:aws:iam::123456789012:instance-profile/s3access-profile
            - arn:aws:iam::123456789012:role/s3access
    ");
    stage.write("deployer.yaml", &manifest);
    may_all(&stage);
    let findings = stage
        .run(&[
            "validate",
            "deployer.yaml",
            "--stack=deployer",
            "--deny=medium",
        ])
        .whole();
    assert_snapshot!(findings, @"
    exit 0
    --- stdout
    Stack deployer is valid: 1 resource.
    ");
}

#[test]
fn what_cannot_be_known_is_said() {
    let manifest = "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: a }\nspec: { accountId: '123456789012' }\n---\napiVersion: rolewright.dev/v1\nkind: InstanceAssociation\nmetadata: { name: web }\nspec:\n  instanceProfile: arn:aws:iam::123456789012:instance-profile/theirs\n  instances: { ids: [i-1234567890abcdef0] }\n";
    let stage = Stage::with_manifest(manifest);
    assert_snapshot!(stage.run(&["permissions", "stack.yaml", "--format=yaml", "--region=us-east-1"]).whole(), @"
    exit 0
    --- stdout
    Version: 2012-10-17
    Statement:
    - Sid: AssociateInstanceProfiles
      Effect: Allow
      Action:
      - ec2:AssociateIamInstanceProfile
      - ec2:DisassociateIamInstanceProfile
      - ec2:ReplaceIamInstanceProfileAssociation
      Resource: arn:aws:ec2:us-east-1:123456789012:instance/i-1234567890abcdef0
    - Sid: ReadAccount
      Effect: Allow
      Action:
      - ec2:DescribeIamInstanceProfileAssociations
      - ec2:DescribeInstances
      Resource: '*'
    --- stderr
    ! InstanceAssociation/web[i-1234567890abcdef0] uses instance profile theirs of somebody else: allow iam:PassRole on the role inside it, with iam:PassedToService ec2.amazonaws.com
    ");
    let unnamed = manifest.replace("{ accountId: '123456789012' }", "{}");
    stage.write("stack.yaml", &unnamed);
    assert_snapshot!(stage.run(&["permissions", "stack.yaml"]).whole(), @"
    exit 64
    --- stderr
    error: the stack names no account: pass `--account ID`, or set `spec.accountId`
    ");
}

#[test]
fn a_region_that_matters_is_asked_for() {
    let mut stage = Stage::with_example("s3access");
    let account = "--account=123456789012";
    assert_snapshot!(stage.run(&["permissions", "s3access", account]).whole(), @"
    exit 1
    --- stderr
    error: no region is set
      hint: pass `--region`, set `spec.region` of the stack, or AWS_REGION
    ");
    // Only looking takes no region: what is looked at is IAM, and lists of EC2.
    let _ = stage
        .run(&["permissions", "s3access", account, "--for=plan"])
        .succeeds();
    for (option, variable) in [("--region=eu-central-1", ""), ("--quiet", "eu-central-1")] {
        stage.set("AWS_REGION", variable);
        let policy = stage
            .run(&["permissions", "s3access", account, option])
            .succeeds();
        assert!(policy.contains("arn:aws:ec2:eu-central-1:"), "{policy}");
    }
}

#[test]
fn a_role_for_gitlab_trusts_jobs_of_one_project() {
    let stage = Stage::with_example("s3access");
    let command = [
        "permissions",
        "s3access",
        "--for=plan",
        "--format=role",
        "--account=123456789012",
    ];
    let trust = |options: &[&str]| {
        let manifest = stage.run(&[&command[..], options].concat()).succeeds();
        let manifest: Value = serde_yaml::from_str(&manifest).expect("it is YAML");
        let trust = manifest["spec"]["trustPolicy"]["Statement"][0].clone();
        assert_eq!(trust["Action"], "sts:AssumeRoleWithWebIdentity");
        format!("{}\n{}", trust["Principal"], trust["Condition"])
    };
    assert_snapshot!(trust(&["--gitlab=acme/iam/infra"]), @r#"
    {"Federated":"arn:aws:iam::123456789012:oidc-provider/gitlab.com"}
    {"StringEquals":{"gitlab.com:aud":"https://gitlab.com","gitlab.com:sub":"project_path:acme/iam/infra:ref_type:branch:ref:main"}}
    "#);
    assert_snapshot!(trust(&["--gitlab=acme/infra", "--merge-requests"]), @r#"
    {"Federated":"arn:aws:iam::123456789012:oidc-provider/gitlab.com"}
    {"StringEquals":{"gitlab.com:aud":"https://gitlab.com"},"StringLike":{"gitlab.com:sub":"project_path:acme/infra:ref_type:branch:ref:*"}}
    "#);
    assert_snapshot!(trust(&["--gitlab=acme/infra", "--gitlab-host=git.example.com", "--branch=production"]), @r#"
    {"Federated":"arn:aws:iam::123456789012:oidc-provider/git.example.com"}
    {"StringEquals":{"git.example.com:aud":"https://git.example.com","git.example.com:sub":"project_path:acme/infra:ref_type:branch:ref:production"}}
    "#);
}

#[test]
fn nobody_is_trusted_by_mistake() {
    let stage = Stage::with_example("s3access");
    let command = [
        "permissions",
        "s3access",
        "--for=plan",
        "--format=role",
        "--account=123456789012",
    ];
    let mistakes: [&[&str]; 11] = [
        &[],
        &["--github=acme"],
        &["--github=acme/*"],
        &["--github=acme/infra/x"],
        &["--gitlab=acme"],
        &["--gitlab=acme/*", "--merge-requests"],
        &["--github=acme/infra", "--gitlab=acme/infra"],
        &["--github=acme/infra", "--merge-requests"],
        &["--gitlab=acme/infra", "--pull-requests"],
        &["--gitlab=acme/infra", "--environment=production"],
        &["--github=acme/infra", "--gitlab-host=git.example.com"],
    ];
    for mistake in mistakes {
        let run = stage.run(&[&command[..], mistake].concat());
        let _ = run.complains_with(64);
    }
}
