//! No secret leaves by any door but `credentials`: not by output, error, journal or any other file, however much is
//! told. Every source of credentials is given a canary, and everything that was written is searched for it.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rolewright::sandbox::{ACCESS_KEY_ID, Weather};
use serde_json::json;

use crate::support::analyzer::Analyzer;
use crate::support::{Served, Stage};

/// The sandbox's secret key: whoever signs with anything else is refused, so that a wrong one is a canary, too.
const SECRET: &str = "this/is/not/a/secret/sandbox/EXAMPLEKEY0";
const WRONG: &str = "canary/wrong/key/CANARYCANARYCANARY00000";
const TOKEN: &str = "canary-token-CANARYCANARYCANARYCANARY";

/// What a run is made to do: success and failure, terse and verbose, for people and for programs.
const COMMANDS: [&[&str]; 18] = [
    &["whoami", "--verbose"],
    &["whoami", "--output=json"],
    &["plan", "s3access", "--verbose"],
    &["plan", "s3access", "--output=json"],
    &["snapshot", "live.json", "s3access"],
    &["rehearse", "s3access", "--verbose"],
    &[
        "plan",
        "s3access",
        "--out=plan.json",
        "--html=plan.html",
        "--markdown=plan.md",
        "--sarif=plan.sarif",
        "--annotations=github",
    ],
    &["show", "plan.json", "--output=json"],
    &[
        "apply",
        "plan.json",
        "--yes",
        "--events=events.jsonl",
        "--verbose",
    ],
    &["apply", "s3access", "--yes", "--verbose"],
    &["drift", "s3access", "--markdown=drift.md", "--verbose"],
    &[
        "export",
        "--owned=s3access",
        "--out=export.yaml",
        "--verbose",
    ],
    &["apply", "s3access", "--yes", "--output=json"],
    &["sessions", "revoke", "s3access", "--yes", "--verbose"],
    &["sessions", "list-revocations", "--output=json"],
    &["sessions", "revoke", "nobody", "--yes"],
    &["destroy", "s3access", "--yes", "--verbose"],
    &["credentials", "exec", "--verbose", "--", "true"],
];

/// All that the commands wrote, and all the files that are there afterwards.
fn written(stage: &Stage, canaries: &[&str], more: &[&str]) {
    for command in COMMANDS {
        let at = command.iter().position(|word| *word == "--");
        let (before, after) = command.split_at(at.unwrap_or(command.len()));
        let words = [before, more, after].concat();
        let mut run = stage.command(&words);
        run.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        let output = run.output().expect("the binary runs");
        for canary in canaries {
            for bytes in [&output.stdout, &output.stderr] {
                let text = String::from_utf8_lossy(bytes);
                assert!(!text.contains(canary), "{words:?} told {canary}: {text}");
            }
        }
    }
    search(stage.path(".").as_path(), canaries);
}

fn search(folder: &Path, canaries: &[&str]) {
    for entry in fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it can be read").path();
        let is_given = path.components().any(|part| part.as_os_str() == "given");
        if is_given {
            continue;
        }
        if path.is_dir() {
            search(&path, canaries);
        } else {
            let text =
                String::from_utf8_lossy(&fs::read(&path).expect("it can be read")).into_owned();
            for canary in canaries {
                assert!(!text.contains(canary), "{} holds {canary}", path.display());
            }
        }
    }
}

fn served() -> (Served, Stage) {
    let served = Served::fresh(Weather::calm());
    let mut stage = Stage::with_example("s3access");
    for (name, value) in served.environment() {
        if !name.contains("ACCESS") {
            stage.set(&name, &value);
        }
    }
    (served, stage)
}

#[test]
fn keys_in_the_environment() {
    let (_served, mut stage) = served();
    stage.set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID);
    stage.set("AWS_SECRET_ACCESS_KEY", SECRET);
    written(&stage, &[SECRET], &[]);
}

#[test]
fn wrong_keys_and_a_wrong_token_in_the_environment() {
    let (_served, mut stage) = served();
    stage.set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID);
    stage.set("AWS_SECRET_ACCESS_KEY", WRONG);
    stage.set("AWS_SESSION_TOKEN", TOKEN);
    written(&stage, &[WRONG, TOKEN], &[]);
}

#[test]
fn keys_in_a_profile_and_from_a_process() {
    let (_served, mut stage) = served();
    let keys = format!("aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET}\n");
    let printed =
        format!(r#"{{"Version":1,"AccessKeyId":"{ACCESS_KEY_ID}","SecretAccessKey":"{SECRET}"}}"#);
    fs::create_dir(stage.path("given")).expect("it can be made");
    stage.write("given/keys.json", &printed);
    let process = format!(
        "credential_process = cat {}\n",
        stage.path("given/keys.json").display()
    );
    stage.write(
        "given/config",
        &format!("[profile keys]\n{keys}[profile process]\n{process}"),
    );
    let config = stage.path("given/config").display().to_string();
    stage.set("AWS_CONFIG_FILE", &config);
    for profile in ["keys", "process"] {
        written(&stage, &[SECRET], &["--profile", profile]);
    }
}

#[test]
fn sessions_of_roles_and_what_they_are_asked_with() {
    let (served, mut stage) = served();
    stage.set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID);
    stage.set("AWS_SECRET_ACCESS_KEY", SECRET);
    let _ = stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .ends_with(0);
    let edited = served.sandbox.edit(|world| {
        let role = world.iam.roles.get_mut("s3access").expect("it was applied");
        role.trust_policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}"#.to_owned();
    });
    edited.expect("it lives in memory");
    let role = "--assume-role-arn=arn:aws:iam::123456789012:role/s3access";
    let code = [
        "--mfa-serial=arn:aws:iam::123456789012:mfa/me",
        "--mfa-code=918273",
    ];
    // Tokens of the sandbox are JSON in Base64, which begins like this.
    written(
        &stage,
        &[SECRET, "918273", "eyJ"],
        &[&[role], &code[..]].concat(),
    );
}

#[test]
fn what_a_container_and_an_instance_find() {
    let weather = Weather::read("credentialLifetime: 1h\npropagationDelay: 0s\n");
    let served = Served::fresh(weather.expect("it is a weather"));
    let mut stage = Stage::with_example("s3access");
    for (name, value) in served.environment() {
        if name == "AWS_ENDPOINT_URL" {
            let address = format!("{value}/credentials");
            stage.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &address);
        }
        if !name.contains("ACCESS") {
            stage.set(&name, &value);
        }
    }
    written(&stage, &[SECRET, "eyJ"], &[]);
    // The role of an instance, which may do nothing of this: errors tell no more than results.
    let mut there = Stage::with_example("s3access");
    let _ = stage
        .run(&["apply", "s3access", "--yes", "--quiet"])
        .ends_with(0);
    for (name, value) in served.environment() {
        if name == "AWS_ENDPOINT_URL" {
            let metadata = format!("{value}/imds/us-east-1/i-1234567890abcdef0");
            there.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata);
            there.set("AWS_EC2_METADATA_DISABLED", "false");
        }
        if !name.contains("ACCESS") {
            there.set(&name, &value);
        }
    }
    written(&there, &[SECRET, "eyJ"], &[]);
    let found = there.run(&["whoami", "--output=json"]).json(0);
    assert_eq!(
        found["credentials"], "instance metadata",
        "it was the instance's"
    );
}

/// What GitHub gives to a workflow; whoever has it could assume the role.
fn workflow_token() -> String {
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": "repo:org/repo:ref:refs/heads/main",
        "exp": 4_102_444_800_i64,
    });
    format!(
        "{}.{}.CANARYSIGNATURE",
        part(&json!({"alg": "RS256"})),
        part(&claims)
    )
}

#[test]
fn a_token_of_an_identity_provider() {
    let (served, mut stage) = served();
    let edited = served.sandbox.edit(|world| {
        let mut role = world.iam.roles.values().next().expect("there is one").clone();
        "ci".clone_into(&mut role.name);
        "/".clone_into(&mut role.path);
        "AROACIEXAMPLEEXAMPLE1".clone_into(&mut role.id);
        role.trust_policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}}}"#.to_owned();
        role.attached_policies = ["arn:aws:iam::aws:policy/AdministratorAccess".to_owned()].into();
        world.iam.roles.insert("ci".to_owned(), role);
    });
    edited.expect("it lives in memory");
    fs::create_dir(stage.path("given")).expect("it can be made");
    stage.write("given/token", &workflow_token());
    let file = stage.path("given/token").display().to_string();
    stage.set("AWS_WEB_IDENTITY_TOKEN_FILE", &file);
    stage.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci");
    stage.set("AWS_ROLE_SESSION_NAME", "run-1");
    let found = stage.run(&["whoami", "--output=json"]).json(0);
    assert_eq!(found["credentials"], "web identity");
    assert_eq!(
        found["arn"],
        "arn:aws:sts::123456789012:assumed-role/ci/run-1"
    );
    written(&stage, &[SECRET, "CANARYSIGNATURE", "eyJ"], &[]);
    // A role that trusts somebody else: the refusal tells no more.
    stage.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/other");
    let (_, told) = stage.run(&["whoami"]).says_with(1);
    assert!(
        told.contains("Not authorized to perform sts:AssumeRoleWithWebIdentity"),
        "{told}"
    );
    written(&stage, &[SECRET, "CANARYSIGNATURE", "eyJ"], &[]);
}

#[test]
fn a_login_of_identity_center() {
    const LOGIN: &str = "canary-login-CANARYCANARYCANARY";
    // The cache's file is named by the SHA-1 of the address where the login starts.
    const START_SHA1: &str = "e8be5486177c5b5392bd9aa76563515b29358e6e";
    let weather = Weather::read("credentialLifetime: 1h\npropagationDelay: 0s\n");
    let served = Served::fresh(weather.expect("it is a weather"));
    let mut stage = Stage::with_example("s3access");
    for (name, value) in served.environment() {
        if !name.contains("ACCESS") {
            stage.set(&name, &value);
        }
    }
    let session = served.sandbox.session(jiff::Timestamp::now());
    let session = session.expect("its weather has some");
    let keys = json!({ "roleCredentials": {
        "accessKeyId": session.access_key_id,
        "secretAccessKey": SECRET,
        "sessionToken": session.token,
        "expiration": session.expires.as_millisecond(),
    }});
    let portal = Analyzer::answering(move |request| {
        let knows = request
            .headers
            .iter()
            .any(|line| line.contains(&LOGIN.to_lowercase()) || line.contains(LOGIN));
        if knows {
            (200, keys.clone())
        } else {
            (401, json!({ "message": "no login" }))
        }
    });
    stage.set("AWS_ENDPOINT_URL_SSO", &portal.url);
    let start = "https://example.awsapps.com/start";
    let folder = stage.path("given");
    fs::create_dir_all(folder.join(".aws/sso/cache")).expect("it can be made");
    let cached = json!({ "accessToken": LOGIN, "expiresAt": "2099-01-01T00:00:00Z", "region": "us-east-1", "startUrl": start });
    stage.write(
        &format!("given/.aws/sso/cache/{START_SHA1}.json"),
        &cached.to_string(),
    );
    stage.write("given/config", &format!("[profile work]\nsso_start_url = {start}\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = Admin\nregion = us-east-1\n"));
    stage.set("HOME", &folder.display().to_string());
    stage.set(
        "AWS_CONFIG_FILE",
        &folder.join("config").display().to_string(),
    );
    let found = stage
        .run(&["whoami", "--output=json", "--profile=work"])
        .json(0);
    assert_eq!(found["credentials"], "profile, SSO");
    written(&stage, &[SECRET, LOGIN, "eyJ"], &["--profile=work"]);
    // One that has ended says how to log in again.
    fs::remove_dir_all(folder.join(".aws")).expect("it is there");
    let (_, told) = stage.run(&["whoami", "--profile=work"]).says_with(1);
    assert!(
        told.contains("hint: run: aws sso login --profile work"),
        "{told}"
    );
}

/// A manifest chooses which files are read: with an environment and files full of secrets, none of them is shown.
#[test]
fn files_that_a_manifest_names_as_policies() {
    const CANARY: &str = "canary-file-CANARYCANARYCANARY";
    let mut stage = Stage::empty();
    stage.set("AWS_SECRET_ACCESS_KEY", SECRET);
    stage.set("GITHUB_TOKEN", CANARY);
    fs::create_dir_all(stage.path("given/.aws")).expect("it can be made");
    fs::create_dir_all(stage.path("stack")).expect("it can be made");
    let home = stage.path("given").display().to_string();
    stage.set("HOME", &home);
    for (file, text) in [
        (
            "credentials",
            format!("[default]\naws_secret_access_key = {CANARY}\n"),
        ),
        ("token", CANARY.to_owned()),
        ("alias", format!("*{CANARY}")),
        ("env", format!("export TOKEN={CANARY}: x\n")),
        (
            "docker.json",
            format!("{{\"auths\": {{\"ghcr.io\": {{\"auth\": \"{CANARY}\"}}}}}}"),
        ),
        ("broken.json", format!("{{\"auth\": \"{CANARY}\"")),
        ("key", format!("-----BEGIN KEY-----\n{CANARY}\n")),
    ] {
        stage.write(&format!("given/.aws/{file}"), &text);
        let path = format!("{home}/.aws/{file}");
        std::os::unix::fs::symlink(&path, stage.path(&format!("stack/{file}.link")))
            .expect("it can be made");
        stage.write(&format!("stack/{file}"), &text);
    }
    std::os::unix::fs::symlink("/proc/self/environ", stage.path("stack/environ"))
        .expect("it can be made");
    let mut named = vec!["/proc/self/environ".to_owned(), "environ".to_owned()];
    for file in [
        "credentials",
        "token",
        "alias",
        "env",
        "docker.json",
        "broken.json",
        "key",
    ] {
        named.extend([
            format!("{home}/.aws/{file}"),
            format!("{file}.link"),
            file.to_owned(),
        ]);
    }
    for file in named {
        stage.write("stack/stack.yaml", &format!("apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: {{name: s}}\nspec: {{region: us-east-1}}\n---\napiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {{name: r}}\nspec: {{trustPolicy: {{file: {file:?}}}}}\n"));
        for more in [
            &[][..],
            &["--allow-files-outside"],
            &["--output=json"],
            &["--output=sarif"],
        ] {
            let words = [&["validate", "stack/stack.yaml"], more].concat();
            let output = stage.command(&words).output().expect("the binary runs");
            assert_eq!(output.status.code(), Some(1), "{file}");
            let said =
                String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            assert!(
                said.contains(file.rsplit('/').next().expect("it has a name")),
                "{said}"
            );
            assert!(
                !said.contains(CANARY) && !said.contains(SECRET),
                "{file} {more:?}: {said}"
            );
        }
    }
}
