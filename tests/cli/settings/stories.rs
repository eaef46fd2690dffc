//! What goes wrong in settings, kind by kind: nothing of it may end in somebody else's account.

use super::attempt::Attempt;
use super::recorder::Recorder;
use crate::support::Stage;

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

/// A machine whose container has credentials, which nobody means.
fn in_a_container() -> Attempt {
    let attempt = Attempt::bare();
    let url = format!("{}/container", attempt.url());
    attempt.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)
}

#[test]
fn a_profile_that_does_not_exist_stops_the_run_wherever_it_is_named() {
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        in_a_container()
            .variable(name, "stagging")
            .run()
            .stopped("`stagging`");
        // As the AWS CLI does, even when there are keys.
        let with_keys = Attempt::with_keys().variable(name, "stagging");
        with_keys.run().stopped("`stagging`");
        in_a_container().variable(name, "").run().stopped(name);
    }
    in_a_container()
        .argument("--profile=stagging")
        .run()
        .stopped("`stagging`");
    in_a_container()
        .variable("AWS_PROFILE", "one")
        .variable("AWS_DEFAULT_PROFILE", "other")
        .run()
        .stopped("AWS_DEFAULT_PROFILE");
}

#[test]
fn half_of_a_way_to_credentials_never_leads_to_the_next_one() {
    let of_role = || in_a_container().key("role_arn", ROLE);
    let all = [
        (
            in_a_container().variable("AWS_ACCESS_KEY_ID", "a"),
            "AWS_SECRET_ACCESS_KEY",
        ),
        (
            in_a_container().variable("AWS_SECRET_ACCESS_KEY", "a"),
            "AWS_ACCESS_KEY_ID",
        ),
        (
            in_a_container().variable("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
            "/token",
        ),
        (
            in_a_container().key("web_identity_token_file", "/token"),
            "/token",
        ),
        (
            in_a_container().key("aws_access_key_id", "a"),
            "aws_secret_access_key",
        ),
        (
            in_a_container().key("aws_secret_access_key", "a"),
            "aws_access_key_id",
        ),
        (in_a_container().key("source_profile", "base"), "role_arn"),
        (
            in_a_container().key("credential_source", "EcsContainer"),
            "role_arn",
        ),
        (of_role(), "source_profile"),
        (of_role().key("source_profile", "missing"), "`missing`"),
        (of_role().key("source_profile", "it"), "circle"),
        (of_role().key("credential_source", "Moon"), "`Moon`"),
        (
            of_role().key("credential_source", "Environment"),
            "Environment",
        ),
        (
            of_role()
                .key("credential_source", "EcsContainer")
                .key("source_profile", "it"),
            "both",
        ),
        (
            of_role()
                .key("source_profile", "empty")
                .section("[profile empty]\nregion = x\n"),
            "`empty`",
        ),
        (
            of_role()
                .key("source_profile", "it")
                .key("duration_seconds", "1h")
                .credentials("[it]\naws_access_key_id = a\naws_secret_access_key = s\n"),
            "1h",
        ),
        (
            in_a_container()
                .key("sso_account_id", "1")
                .key("sso_session", "gone"),
            "`gone`",
        ),
        (
            in_a_container()
                .key("region", "eu-west-1")
                .argument("--profile=it"),
            "`it`",
        ),
    ];
    for (attempt, named) in all {
        attempt.run().stopped(named);
    }
}

#[test]
fn a_way_that_fails_does_not_lead_to_the_next_one() {
    for (key, value) in [
        ("credential_process", "false"),
        ("login_session", "arn:aws:iam::123456789012:user/me"),
    ] {
        let seen = in_a_container().key(key, value).run();
        assert_eq!(seen.code, Some(1), "{key}");
        assert_eq!(seen.requests, [""; 0], "{key}");
    }
    let seen = in_a_container()
        .variable("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")
        .variable("AWS_ROLE_ARN", ROLE)
        .run();
    assert_eq!(seen.code, Some(1));
    assert!(seen.error.contains("/nowhere/token"), "{}", seen.error);
}

#[test]
fn web_identity_comes_before_the_keys_of_the_profile() {
    // As botocore has it, and unlike other SDKs.
    let attempt = Attempt::bare();
    let token = attempt.file("token", "t");
    let seen = attempt
        .key("aws_access_key_id", "AKIAPROFILE")
        .key("aws_secret_access_key", "s")
        .variable("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
        .variable("AWS_ROLE_ARN", ROLE)
        .run();
    assert_eq!(seen.key(), "ASIAWEB");
}

#[test]
fn files_that_are_named_are_there_regular_and_small() {
    let named = |name: &str, path: &str| Attempt::with_keys().variable(name, path).run();
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        named(name, "/nowhere/config").stopped("/nowhere/config");
        named(name, "/dev/zero").stopped("/dev/zero");
        named(name, "/").stopped("not a regular file");
        named(name, "").stopped(name);
        assert_eq!(named(name, "/dev/null").key(), "AKIAENVIRONMENT");
        let attempt = Attempt::with_keys();
        let large = attempt.file("large", &"# comment\n".repeat(200_000));
        attempt.variable(name, &large).run().stopped("1024 KiB");
        let attempt = Attempt::with_keys();
        let torn = attempt.file("torn", "[profile it\nregion = x\n");
        attempt.variable(name, &torn).run().stopped("line 1");
    }
    named("AWS_CA_BUNDLE", "/dev/zero").stopped("/dev/zero");
    Attempt::with_keys()
        .section("[default]\nno sign\n")
        .run()
        .stopped(".aws/config");
}

#[test]
fn roles_of_profiles_are_assumed_where_sts_is() {
    // The endpoint that was typed is for all calls, those for credentials as well.
    let other = Recorder::start();
    let seen = Attempt::bare()
        .variable("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .credentials("[it]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n")
        .key("role_arn", ROLE)
        .key("source_profile", "it")
        .argument(&format!("--endpoint-url={}", other.url))
        .run();
    assert_eq!(seen.key(), "ASIAROLE");
    assert_eq!(other.seen().len(), 2);
}

#[test]
fn an_endpoint_that_sso_would_not_keep_to_stops_the_run() {
    let sso = |attempt: Attempt| {
        attempt
            .key("sso_account_id", "123456789012")
            .key("sso_role_name", "Reader")
            .key("sso_start_url", "https://example.com/start")
            .key("sso_region", "us-east-1")
    };
    let attempt = sso(Attempt::bare());
    let ignoring = attempt.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    ignoring.run().stopped("AWS_ENDPOINT_URL");
    let attempt = sso(Attempt::bare().variable("AWS_ENDPOINT_URL", ""));
    attempt
        .key("endpoint_url", "http://127.0.0.1:1")
        .run()
        .stopped("endpoint URL");
}

#[test]
fn regions_of_all_partitions_are_known_and_others_are_not_taken_for_aws() {
    let china = Attempt::towards_aws().argument("--region=cn-north-1").run();
    assert!(china.asked("CONNECT sts.cn-north-1.amazonaws.com.cn:443"));
    let sovereign = Attempt::towards_aws()
        .argument("--region=eusc-de-east-1")
        .run();
    assert!(sovereign.asked("CONNECT sts.eusc-de-east-1.amazonaws.eu:443"));
    let unknown = Attempt::towards_aws()
        .argument("--region=us-moon-east-1")
        .run();
    unknown.stopped("us-moon-east-1");
    // The look-alike says which partition it is.
    let seen = Attempt::with_keys()
        .argument("--region=us-moon-east-1")
        .run();
    assert_eq!(seen.json["partition"], "aws");
    let seen = Attempt::with_keys()
        .argument("--region=eusc-de-east-1")
        .run();
    assert_eq!(seen.code, Some(1));
    assert!(seen.error.contains("partition aws-eusc"), "{}", seen.error);
}

#[test]
fn a_command_in_the_sandbox_sees_nothing_of_the_callers_settings() {
    let mut stage = Stage::empty();
    for (name, value) in [
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1"),
        ("AWS_PROFILE", "gone"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("HTTP_PROXY", "http://127.0.0.1:1"),
        ("no_proxy", "elsewhere"),
    ] {
        stage.set(name, value);
    }
    let words = [
        "credentials",
        "exec",
        "--sandbox",
        "--weather=calm",
        "--region=us-east-2",
        "--",
        "sh",
        "-c",
        "env | grep -E '^(AWS_|no_proxy)' | cut -d= -f1 | sort | tr '\\n' ' '; echo $AWS_REGION $AWS_DEFAULT_REGION",
    ];
    let output = stage.command(&words).output().expect("it runs");
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout), @"AWS_ACCESS_KEY_ID AWS_CONFIG_FILE AWS_DEFAULT_REGION AWS_EC2_METADATA_DISABLED AWS_ENDPOINT_URL AWS_REGION AWS_SECRET_ACCESS_KEY AWS_SHARED_CREDENTIALS_FILE no_proxy us-east-2 us-east-2");
}

#[test]
fn a_command_calls_where_the_profile_calls() {
    let recorder = Recorder::start();
    let mut stage = Stage::empty();
    std::fs::create_dir(stage.path(".aws")).expect("it can be made");
    stage.write(
        ".aws/config",
        &format!(
            "[profile it]\naws_access_key_id = A\naws_secret_access_key = s\nregion = us-east-2\nendpoint_url = {}\n",
            recorder.url
        ),
    );
    stage.set("AWS_PROFILE", "it");
    let typed = format!("--endpoint-url={}", recorder.url);
    let named = [
        "AWS_ENDPOINT_URL_IAM",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ];
    let script = named.map(|name| format!("${{{name}-none}}")).join(" ");
    let mut command = stage.command(&[
        "credentials",
        "exec",
        &typed,
        "--",
        "sh",
        "-c",
        &format!("echo {script}"),
    ]);
    command.envs([(named[0], "http://127.0.0.1:1"), (named[1], "true")]);
    let told = command.output().expect("it runs").stdout;
    assert_eq!(String::from_utf8_lossy(&told).trim(), "none none");
    let script = "echo ${AWS_PROFILE-none} $AWS_DEFAULT_REGION $AWS_ENDPOINT_URL";
    let output = stage
        .command(&["credentials", "exec", "--", "sh", "-c", script])
        .output();
    let told = output.expect("it runs").stdout;
    let told = String::from_utf8_lossy(&told);
    assert_eq!(told.trim(), format!("none us-east-2 {}", recorder.url));
}

const CHINESE: &str = "apiVersion: rolewright.dev/v1\nkind: Stack\nmetadata: { name: alpha }\nspec: {}\n---\n\
    apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: { name: app }\nspec:\n  trustPolicy: { services: [ec2.amazonaws.com] }\n\
    \x20 managedPolicies: ['arn:aws-cn:iam::aws:policy/ReadOnlyAccess']\n";

#[test]
fn arns_of_another_partition_are_an_error_once_the_region_is_known() {
    let stage = Stage::with_manifest(CHINESE);
    for fine in [&["validate"][..], &["validate", "--region=cn-north-1"]] {
        let _ = stage.run(fine).ends_with(0);
    }
    for command in [
        &["validate", "--region=us-east-1"][..],
        &["plan", "--sandbox", "--weather=calm"],
        &["plan", "--sandbox", "--weather=calm", "--region=eu-west-1"],
    ] {
        let (_, told) = stage.run(command).says_with(1);
        assert!(told.contains("[foreign-partition]"), "{told}");
    }
    let unknown = stage
        .run(&["validate", "--region=us-moon-east-1"])
        .complains_with(1);
    assert!(unknown.contains("us-moon-east-1"), "{unknown}");
}

#[test]
fn a_plan_names_an_endpoint_that_is_not_awss_in_every_form() {
    let served = crate::support::Served::fresh(rolewright::sandbox::Weather::calm());
    let mut stage = Stage::with_example("s3access");
    stage.use_served(&served);
    let plan = ["plan", "s3access", "--markdown=plan.md", "--html=plan.html"];
    let text = stage.run(&plan).ends_with(0);
    assert!(text.contains("Not AWS but http://[address]/"), "{text}");
    assert!(
        stage
            .read("plan.md")
            .contains("**not AWS but** `http://127.0.0.1:")
    );
    assert!(
        stage
            .read("plan.html")
            .contains("<dt>Not AWS but</dt><dd>http://127.0.0.1:")
    );
    let json = stage.run(&["plan", "s3access", "--output=json"]).json(0);
    let endpoint = json["endpoint"].as_str();
    assert!(
        endpoint.is_some_and(|url| url.starts_with("http://")),
        "{json:#}"
    );
}
