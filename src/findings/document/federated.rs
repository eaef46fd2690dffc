//! Trust in identity providers on the web: whose tokens are taken, and made for whom.

use super::principal::{Trusted, trusted};
use super::statement::StatementRef;
use crate::findings::{Frame, Rule, RuleMatch, Severity};

pub(crate) const GITHUB_OIDC_WITHOUT_SUB: Rule = Rule {
    id: "github-oidc-without-sub",
    severity: Severity::High,
    title: "Every repository on GitHub can assume the role",
    why: "GitHub signs tokens for the workflows of all its users. Only the claim `sub` says whose repository and branch \
          a token is for.",
    fix: "Test `token.actions.githubusercontent.com:sub` with your repository, and the branch or environment.",
    frame: Frame::Trust,
    bad: r#"- Effect: Allow
  Principal: {Federated: arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com}
  Action: sts:AssumeRoleWithWebIdentity
  Condition: {StringEquals: {"token.actions.githubusercontent.com:aud": sts.amazonaws.com}}"#,
    good: r#"- Effect: Allow
  Principal: {Federated: arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com}
  Action: sts:AssumeRoleWithWebIdentity
  Condition:
    StringEquals: {"token.actions.githubusercontent.com:aud": sts.amazonaws.com}
    StringLike: {"token.actions.githubusercontent.com:sub": "repo:example/shop:ref:refs/heads/main"}"#,
};

pub(crate) const WEB_IDENTITY_WITHOUT_AUDIENCE: Rule = Rule {
    id: "web-identity-without-audience",
    severity: Severity::Medium,
    title: "Tokens that were made for someone else are taken",
    why: "The audience of a token says which application it was made for. A provider that takes several lets the tokens \
          of each of them assume the role.",
    fix: "Test the provider's `aud` key with the audience of your application.",
    frame: Frame::Trust,
    bad: "- Effect: Allow
  Principal: {Federated: arn:aws:iam::123456789012:oidc-provider/login.example.com}
  Action: sts:AssumeRoleWithWebIdentity",
    good: r#"- Effect: Allow
  Principal: {Federated: arn:aws:iam::123456789012:oidc-provider/login.example.com}
  Action: sts:AssumeRoleWithWebIdentity
  Condition: {StringEquals: {"login.example.com:aud": shop}}"#,
};

const GITHUB: &str = "token.actions.githubusercontent.com";

pub(super) fn find(statement: &StatementRef<'_>, all: &mut Vec<RuleMatch>) {
    if !statement.allows() || !statement.covers_action("sts:assumerolewithwebidentity") {
        return;
    }
    for Trusted { pointer, name, .. } in trusted(statement)
        .iter()
        .filter(|one| one.kind == "Federated")
    {
        let Some(host) = host(name) else {
            continue;
        };
        let host = host.to_lowercase();
        if (host == GITHUB || host.starts_with("token.actions.githubusercontent.com/"))
            && !names_repository(statement, &host)
        {
            let message = "workflows of every repository on GitHub can assume the role";
            let fix = format!("test `{host}:sub` with your repository: `repo:OWNER/NAME:*`");
            all.push(GITHUB_OIDC_WITHOUT_SUB.found_at(pointer, message, fix));
        }
        if !has_audience(statement, &host) {
            let message = format!("the audience of tokens of `{host}` is not tested");
            let fix = format!("test `{host}:aud`");
            all.push(WEB_IDENTITY_WITHOUT_AUDIENCE.found_at(pointer, message, fix));
        }
    }
}

/// The host and path of a provider; none for SAML.
fn host(name: &str) -> Option<&str> {
    match name.split_once(":oidc-provider/") {
        Some((_, host)) => Some(host),
        None => (!name.starts_with("arn:")).then_some(name),
    }
}

fn has_audience(statement: &StatementRef<'_>, host: &str) -> bool {
    // Facebook and Login with Amazon call it `app_id` (IAM user guide, keys for web identity federation).
    let names = ["aud", "azp", "oaud", "app_id"];
    binds(statement, host, &names, |value| value != "*")
}

/// Whether the owner at least is named: `repo:*` is everyone.
fn names_repository(statement: &StatementRef<'_>, host: &str) -> bool {
    // GitHub lets the subject be made of other claims, and AWS takes some of them by themselves.
    let names = [
        "sub",
        "repository",
        "repository_id",
        "repository_owner",
        "repository_owner_id",
        "job_workflow_ref",
    ];
    binds(statement, host, &names, |value| {
        let owner = value.strip_prefix("repo:").unwrap_or(value);
        !owner.starts_with(['*', '?'])
    })
}

/// Whether a test ties one of these claims of a provider to values that fit.
fn binds(
    statement: &StatementRef<'_>,
    host: &str,
    claims: &[&str],
    fits: fn(&str) -> bool,
) -> bool {
    claims
        .iter()
        .any(|claim| statement.binds(&[&format!("{host}:{claim}")], fits))
}
