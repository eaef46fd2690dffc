//! The settings of the table that are honoured, each with a run that shows it.

use super::attempt::Attempt;
use super::secure;

/// The names of settings, separated by blanks, and what shows that they count.
pub(super) fn honoured() -> Vec<(&'static str, fn())> {
    vec![
        ("AWS_PROFILE AWS_DEFAULT_PROFILE", profiles),
        ("AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE", files),
        (
            "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN",
            keys_of_environment,
        ),
        (
            "aws_access_key_id aws_secret_access_key aws_session_token",
            keys_of_profile,
        ),
        ("AWS_SECURITY_TOKEN aws_security_token", earlier_token),
        ("AWS_CREDENTIAL_EXPIRATION", expiration),
        (
            "role_arn source_profile credential_source external_id role_session_name duration_seconds",
            roles,
        ),
        (
            "AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME web_identity_token_file",
            web_identity,
        ),
        (
            "sso_session sso_account_id sso_role_name sso_start_url sso_region",
            sso,
        ),
        ("AWS_LOGIN_CACHE_DIRECTORY login_session", login),
        ("credential_process", process),
        (
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI \
             AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            container,
        ),
        (
            "AWS_EC2_METADATA_DISABLED AWS_EC2_METADATA_SERVICE_ENDPOINT ec2_metadata_service_endpoint",
            instance,
        ),
        (
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE ec2_metadata_service_endpoint_mode AWS_IMDS_USE_IPV6 imds_use_ipv6",
            ipv6,
        ),
        (
            "AWS_METADATA_SERVICE_TIMEOUT metadata_service_timeout AWS_METADATA_SERVICE_NUM_ATTEMPTS metadata_service_num_attempts",
            patience,
        ),
        ("AWS_REGION AWS_DEFAULT_REGION region", regions),
        (
            "AWS_ENDPOINT_URL endpoint_url AWS_ENDPOINT_URL_IAM AWS_ENDPOINT_URL_STS AWS_ENDPOINT_URL_EC2 \
             AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL_ACCESSANALYZER services",
            endpoints,
        ),
        (
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ignore_configured_endpoint_urls",
            ignored_endpoints,
        ),
        (
            "AWS_USE_FIPS_ENDPOINT use_fips_endpoint AWS_USE_DUALSTACK_ENDPOINT use_dualstack_endpoint",
            variants,
        ),
        (
            "AWS_STS_REGIONAL_ENDPOINTS sts_regional_endpoints",
            global_sts,
        ),
        ("HTTP_PROXY HTTPS_PROXY NO_PROXY", proxies),
        ("AWS_CA_BUNDLE ca_bundle SSL_CERT_FILE", secure::authorities),
        ("AWS_MAX_ATTEMPTS max_attempts", attempts),
    ]
}

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

const KEYS: &str = "[it]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n";

fn profiles() {
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        let seen = Attempt::bare().credentials(KEYS).variable(name, "it").run();
        assert_eq!(seen.key(), "AKIAPROFILE");
    }
}

fn files() {
    let attempt = Attempt::bare()
        .variable("AWS_REGION", "")
        .variable("AWS_PROFILE", "it");
    let config = attempt.file("elsewhere", "[profile it]\nregion = eu-west-2\n");
    let keys = attempt.file("keys", KEYS);
    let seen = attempt
        .variable("AWS_CONFIG_FILE", &config)
        .variable("AWS_SHARED_CREDENTIALS_FILE", &keys)
        .run();
    assert_eq!(seen.key(), "AKIAPROFILE");
    assert_eq!(seen.json["region"], "eu-west-2");
}

fn keys_of_environment() {
    let seen = Attempt::with_keys()
        .variable("AWS_SESSION_TOKEN", "the-token")
        .run();
    assert_eq!(seen.key(), "AKIAENVIRONMENT");
    assert!(
        seen.asked("x-amz-security-token: the-token"),
        "{:?}",
        seen.requests
    );
}

fn keys_of_profile() {
    let seen = Attempt::bare()
        .key("aws_access_key_id", "AKIAPROFILE")
        .key("aws_secret_access_key", "s")
        .key("aws_session_token", "the-token")
        .run();
    assert_eq!(seen.key(), "AKIAPROFILE");
    assert!(
        seen.asked("x-amz-security-token: the-token"),
        "{:?}",
        seen.requests
    );
}

fn earlier_token() {
    let seen = Attempt::with_keys()
        .variable("AWS_SESSION_TOKEN", "later")
        .variable("AWS_SECURITY_TOKEN", "earlier")
        .run();
    assert!(
        seen.asked("x-amz-security-token: earlier"),
        "{:?}",
        seen.requests
    );
    let seen = Attempt::bare()
        .credentials(&format!(
            "{KEYS}aws_security_token = earlier\naws_session_token = later\n"
        ))
        .variable("AWS_PROFILE", "it")
        .run();
    assert!(
        seen.asked("x-amz-security-token: earlier"),
        "{:?}",
        seen.requests
    );
}

fn expiration() {
    let seen = Attempt::with_keys()
        .variable("AWS_SESSION_TOKEN", "t")
        .variable("AWS_CREDENTIAL_EXPIRATION", "2099-01-01T00:00:00Z")
        .run();
    assert_eq!(seen.json["expires"], "2099-01-01T00:00:00Z");
}

fn roles() {
    let seen = Attempt::bare()
        .credentials(&KEYS.replace("[it]", "[base]"))
        .section("[profile base]\n")
        .key("role_arn", ROLE)
        .key("source_profile", "base")
        .key("external_id", "the-external-id")
        .key("role_session_name", "the-session")
        .key("duration_seconds", "7200")
        .run();
    assert_eq!(seen.key(), "ASIAROLE");
    for text in [
        "Credential=AKIAPROFILE/",
        "ExternalId=the-external-id",
        "RoleSessionName=the-session",
        "DurationSeconds=7200",
    ] {
        assert!(seen.asked(text), "{text}: {:?}", seen.requests);
    }
    let seen = Attempt::with_keys()
        .argument("--profile=it")
        .key("role_arn", ROLE)
        .key("credential_source", "Environment")
        .run();
    assert_eq!(seen.key(), "ASIAROLE");
    assert!(
        seen.asked("Credential=AKIAENVIRONMENT/"),
        "{:?}",
        seen.requests
    );
}

fn web_identity() {
    let attempt = Attempt::bare();
    let token = attempt.file("token", "the-web-token\n");
    let seen = attempt
        .variable("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
        .variable("AWS_ROLE_ARN", ROLE)
        .variable("AWS_ROLE_SESSION_NAME", "the-session")
        .run();
    assert_eq!(seen.key(), "ASIAWEB");
    let first = seen.requests[0].to_lowercase();
    assert!(first.contains("webidentitytoken=the-web-token"), "{first}");
    assert!(first.contains("rolesessionname=the-session"), "{first}");
    assert!(!first.contains("authorization:"), "{first}");
    let attempt = Attempt::bare();
    let token = attempt.file("token", "the-web-token");
    let seen = attempt
        .key("role_arn", ROLE)
        .key("web_identity_token_file", &token)
        .run();
    assert_eq!(seen.key(), "ASIAWEB");
}

fn sso() {
    let seen = Attempt::bare()
        .key("sso_session", "work")
        .key("sso_account_id", "123456789012")
        .key("sso_role_name", "Reader")
        .section("[sso-session work]\nsso_start_url = https://example.com/start\nsso_region = us-east-1\n")
        .run();
    assert_eq!(seen.code, Some(1));
    // Nobody has logged in here: the file of that session's token is what is missed.
    assert!(seen.error.contains("SSO"), "{}", seen.error);
    assert!(seen.error.contains("aws sso login"), "{}", seen.error);
    for missing in [
        "sso_account_id",
        "sso_role_name",
        "sso_start_url",
        "sso_region",
    ] {
        let keys = [
            ("sso_account_id", "123456789012"),
            ("sso_role_name", "Reader"),
            ("sso_start_url", "https://example.com/start"),
            ("sso_region", "us-east-1"),
        ];
        let others = keys.into_iter().filter(|(key, _)| *key != missing);
        let attempt = others.fold(Attempt::bare(), |attempt, (key, value)| {
            attempt.key(key, value)
        });
        attempt.run().stopped(missing);
    }
}

fn login() {
    let attempt = Attempt::bare().key("login_session", "arn:aws:iam::123456789012:user/me");
    let folder = attempt.file("not-a-folder", "");
    let seen = attempt.variable("AWS_LOGIN_CACHE_DIRECTORY", &folder).run();
    assert_eq!(seen.code, Some(1));
    assert!(seen.error.contains("aws login"), "{}", seen.error);
    assert!(!seen.error.contains("cargo"), "{}", seen.error);
}

fn process() {
    let attempt = Attempt::bare();
    let printed = r#"{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"s"}"#;
    let file = attempt.file("keys.json", printed);
    let seen = attempt
        .key("credential_process", &format!("cat {file}"))
        .run();
    assert_eq!(seen.key(), "AKIAPROCESS");
}

fn container() {
    let attempt = Attempt::bare();
    let url = format!("{}/container", attempt.url());
    let seen = attempt
        .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)
        .variable("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the-token")
        .run();
    assert_eq!(seen.key(), "ASIACONTAINER");
    assert!(seen.asked("the-token"), "{:?}", seen.requests);
    let attempt = Attempt::bare();
    let token = attempt.file("token", "token-of-a-file");
    let seen = attempt
        .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)
        .variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token)
        .run();
    assert_eq!(seen.key(), "ASIACONTAINER");
    // The other one is for one address that no test has; set to nothing it is a mistake.
    let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    Attempt::bare()
        .variable(relative, "")
        .run()
        .stopped(relative);
}

fn instance() {
    let attempt = Attempt::bare().variable("AWS_EC2_METADATA_DISABLED", "false");
    let url = attempt.url();
    let seen = attempt
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)
        .run();
    assert_eq!(seen.key(), "ASIAINSTANCE");
    let attempt = Attempt::bare().variable("AWS_EC2_METADATA_DISABLED", "false");
    let url = attempt.url();
    let seen = attempt.key("ec2_metadata_service_endpoint", &url).run();
    assert_eq!(seen.key(), "ASIAINSTANCE");
    let attempt = Attempt::bare().variable("AWS_EC2_METADATA_DISABLED", "true");
    let url = attempt.url();
    let seen = attempt
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)
        .run();
    seen.stopped("AWS_EC2_METADATA_DISABLED");
}

fn ipv6() {
    // The addresses themselves are nobody's on a test's machine.
    let mode = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    Attempt::with_keys()
        .variable(mode, "IPv5")
        .run()
        .stopped(mode);
    let mode = "ec2_metadata_service_endpoint_mode";
    Attempt::with_keys().key(mode, "IPv5").run().stopped(mode);
    Attempt::with_keys()
        .variable("AWS_IMDS_USE_IPV6", "1")
        .run()
        .stopped("AWS_IMDS_USE_IPV6");
    Attempt::with_keys()
        .key("imds_use_ipv6", "1")
        .run()
        .stopped("imds_use_ipv6");
}

fn patience() {
    for (variable, key) in [
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"),
        (
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "metadata_service_num_attempts",
        ),
    ] {
        Attempt::with_keys()
            .variable(variable, "0")
            .run()
            .stopped(variable);
        Attempt::with_keys().key(key, "soon").run().stopped(key);
        let attempt = Attempt::bare().variable("AWS_EC2_METADATA_DISABLED", "false");
        let url = attempt.url();
        let attempt = attempt.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url);
        assert_eq!(attempt.variable(variable, "2").run().key(), "ASIAINSTANCE");
    }
}

fn regions() {
    let seen = Attempt::with_keys()
        .variable("AWS_REGION", "eu-west-1")
        .variable("AWS_DEFAULT_REGION", "eu-west-2")
        .key("region", "eu-west-3")
        .run();
    assert_eq!(seen.json["region"], "eu-west-1");
    let without = || Attempt::with_keys().variable("AWS_REGION", "");
    let seen = without()
        .variable("AWS_DEFAULT_REGION", "eu-west-2")
        .key("region", "eu-west-3")
        .run();
    assert_eq!(seen.json["region"], "eu-west-2");
    assert_eq!(
        without().key("region", "eu-west-3").run().json["region"],
        "eu-west-3"
    );
}

/// Where a run would go.
fn place(seen: &super::attempt::Seen, service: &str) -> String {
    let url = seen.json["endpoints"][service]
        .as_str()
        .unwrap_or(&seen.error);
    url.trim_end_matches('/').to_owned()
}

fn endpoints() {
    let local = "http://127.0.0.1:1";
    for (variable, service) in [
        ("AWS_ENDPOINT_URL_IAM", "iam"),
        ("AWS_ENDPOINT_URL_EC2", "ec2"),
    ] {
        let seen = Attempt::with_keys().variable(variable, local).run();
        assert_eq!(place(&seen, service), local);
    }
    for unasked in ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_ACCESSANALYZER"] {
        Attempt::with_keys()
            .variable(unasked, "ftp://x")
            .run()
            .stopped("ftp://x");
    }
    // Variables win over the profile, a service's own URL over the one for all.
    let attempt = Attempt::with_keys();
    let sts = attempt.url();
    let seen = attempt
        .variable("AWS_ENDPOINT_URL", "")
        .variable("AWS_ENDPOINT_URL_STS", &sts)
        .key("endpoint_url", local)
        .key("services", "dev")
        .section("[services dev]\nsts =\n  endpoint_url = http://127.0.0.1:2\nec2 =\n  endpoint_url = http://127.0.0.1:3\n")
        .run();
    assert_eq!(place(&seen, "sts"), sts);
    assert_eq!(place(&seen, "iam"), local);
    assert_eq!(place(&seen, "ec2"), "http://127.0.0.1:3");
    let attempt = Attempt::with_keys();
    let all = attempt.url();
    let seen = attempt
        .key("endpoint_url", local)
        .key("services", "dev")
        .section("[services dev]\nec2 =\n  endpoint_url = http://127.0.0.1:3\n")
        .run();
    assert_eq!(place(&seen, "ec2"), all);
}

fn ignored_endpoints() {
    let local = "http://127.0.0.1:1";
    let ignoring = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    let seen = Attempt::towards_aws()
        .variable(ignoring, "true")
        .variable("AWS_ENDPOINT_URL_STS", local)
        .run();
    assert!(
        seen.asked("CONNECT sts.us-east-1.amazonaws.com:443"),
        "{}",
        seen.error
    );
    let seen = Attempt::towards_aws()
        .key("ignore_configured_endpoint_urls", "true")
        .key("endpoint_url", local)
        .run();
    assert!(
        seen.asked("CONNECT sts.us-east-1.amazonaws.com:443"),
        "{}",
        seen.error
    );
}

fn variants() {
    for (variable, key, host) in [
        (
            "AWS_USE_FIPS_ENDPOINT",
            "use_fips_endpoint",
            "sts-fips.us-east-1.amazonaws.com",
        ),
        (
            "AWS_USE_DUALSTACK_ENDPOINT",
            "use_dualstack_endpoint",
            "sts.us-east-1.api.aws",
        ),
    ] {
        let asked = format!("CONNECT {host}:443");
        let seen = Attempt::towards_aws().variable(variable, "true").run();
        assert!(seen.asked(&asked), "{}", seen.error);
        let seen = Attempt::towards_aws().key(key, "true").run();
        assert!(seen.asked(&asked), "{}", seen.error);
        Attempt::towards_aws()
            .variable(variable, "1")
            .run()
            .stopped(variable);
        Attempt::with_keys()
            .variable(variable, "true")
            .run()
            .stopped("endpoint URL");
    }
    let seen = Attempt::towards_aws()
        .variable("AWS_USE_FIPS_ENDPOINT", "true")
        .variable("AWS_REGION", "eu-central-1")
        .run();
    seen.stopped("sts has no FIPS endpoint in eu-central-1");
}

fn global_sts() {
    let global = "CONNECT sts.amazonaws.com:443";
    let seen = Attempt::towards_aws()
        .variable("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
        .run();
    assert!(seen.asked(global), "{}", seen.error);
    let seen = Attempt::towards_aws()
        .key("sts_regional_endpoints", "legacy")
        .run();
    assert!(seen.asked(global), "{}", seen.error);
}

fn proxies() {
    let seen = Attempt::towards_aws().run();
    assert!(
        seen.asked("CONNECT sts.us-east-1.amazonaws.com:443"),
        "{}",
        seen.error
    );
    let seen = Attempt::towards_aws()
        .variable("NO_PROXY", "localhost.invalid,amazonaws.invalid")
        .variable("AWS_ENDPOINT_URL", "https://sts.amazonaws.invalid")
        .run();
    assert!(seen.requests.is_empty(), "{:?}", seen.requests);
    // What hands out credentials is asked without it.
    let trap = super::recorder::Recorder::start();
    let attempt = Attempt::bare();
    let url = format!("{}/container", attempt.url());
    let seen = attempt
        .variable("HTTP_PROXY", &trap.url)
        .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)
        .run();
    assert_eq!(seen.key(), "ASIACONTAINER");
    assert_eq!(trap.seen(), [""; 0]);
}

fn attempts() {
    let closed = "http://127.0.0.1:1";
    let seen = Attempt::with_keys()
        .variable("AWS_ENDPOINT_URL", closed)
        .run();
    assert!(
        seen.error.contains("refused the connection"),
        "{}",
        seen.error
    );
    for wrong in ["0", "many"] {
        let attempt = Attempt::with_keys().variable("AWS_MAX_ATTEMPTS", wrong);
        attempt.run().stopped("AWS_MAX_ATTEMPTS");
    }
    let attempt = Attempt::towards_aws()
        .variable("AWS_MAX_ATTEMPTS", "")
        .key("max_attempts", "3");
    assert_eq!(attempt.run().requests.len(), 3);
}
