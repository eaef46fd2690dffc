//! `iam:PassRole`: who may give a role to a service acts with that role from then on.

use super::breadth::is_admin;
use super::statement::StatementRef;
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::model::AwsScope;
use crate::policy::{Operator, Pattern};

/// The action, in lower case.
const PASS_ROLE: &str = "iam:passrole";

pub(crate) const PASS_ROLE_ANYWHERE: Rule = Rule {
    id: "pass-role-anywhere",
    severity: Severity::High,
    title: "Every role can be passed",
    why: "`iam:PassRole` on all roles of the account includes the administrator's. Together with an action that starts \
          something with a role, it is every permission there is.",
    fix: "Name the roles that are passed, and the service with `iam:PassedToService`.",
    frame: Frame::Inline("launch"),
    bad: r#"- Effect: Allow
  Action: iam:PassRole
  Resource: "*"
  Condition: {StringEquals: {"iam:PassedToService": ec2.amazonaws.com}}"#,
    good: r#"- Effect: Allow
  Action: iam:PassRole
  Resource: arn:aws:iam::123456789012:role/web
  Condition: {StringEquals: {"iam:PassedToService": ec2.amazonaws.com}}"#,
};

pub(crate) const PASS_ROLE_TO_ANY_SERVICE: Rule = Rule {
    id: "pass-role-to-any-service",
    severity: Severity::Low,
    title: "A role can be passed to any service",
    why: "Without `iam:PassedToService` the role can be given to every service that its trust policy lets in, also to \
          one that is added there later.",
    fix: "Add a condition on `iam:PassedToService`.",
    frame: Frame::Inline("launch"),
    bad: "- Effect: Allow
  Action: iam:PassRole
  Resource: arn:aws:iam::123456789012:role/web",
    good: r#"- Effect: Allow
  Action: iam:PassRole
  Resource: arn:aws:iam::123456789012:role/web
  Condition: {StringEquals: {"iam:PassedToService": ec2.amazonaws.com}}"#,
};

pub(super) fn find(statement: &StatementRef<'_>, scope: &AwsScope, all: &mut Vec<RuleMatch>) {
    // That everything is allowed has been said already.
    if !statement.allows() || is_admin(statement) || !statement.covers_action(PASS_ROLE) {
        return;
    }
    if let Some(pointer) = every_role(statement, scope) {
        let message = "`iam:PassRole` is allowed on every role of the account";
        let fix = "name the roles that are passed, and their service with `iam:PassedToService`";
        all.push(PASS_ROLE_ANYWHERE.found_at(pointer, message, fix));
    } else if reaches_a_role(statement, scope) && !names_service(statement) {
        let message = "`iam:PassRole` is allowed without `iam:PassedToService`";
        let fix = "add `StringEquals: {iam:PassedToService: ec2.amazonaws.com}`, with the service that is meant";
        all.push(PASS_ROLE_TO_ANY_SERVICE.found_at(&statement.pointer, message, fix));
    }
}

/// All roles of the account.
fn roles(statement: &StatementRef<'_>, scope: &AwsScope) -> Pattern {
    Pattern::new(&scope.iam_arn("role", "/", "*"), statement.variables)
}

/// The resource that stands for every role.
fn every_role(statement: &StatementRef<'_>, scope: &AwsScope) -> Option<String> {
    let roles = roles(statement, scope);
    let wide = |text: &str| Pattern::new(text, statement.variables).includes(&roles);
    let named = statement.members("Resource", statement.elements.resource.as_ref());
    let named = named.into_iter().find(|(_, text)| wide(text));
    // All resources but some: the roles are among the rest, unless they are excepted.
    let mut excepted = statement.elements.not_resource.iter();
    let rest = excepted.any(|list| !list.iter().any(|text| wide(text)));
    named
        .map(|(pointer, _)| pointer)
        .or_else(|| rest.then(|| statement.at("NotResource")))
}

/// Whether a resource of the statement can be a role at all.
fn reaches_a_role(statement: &StatementRef<'_>, scope: &AwsScope) -> bool {
    let roles = roles(statement, scope);
    let mut resources = statement.patterns.resource.iter().flatten();
    resources.any(|one| one.overlaps(&roles))
}

fn names_service(statement: &StatementRef<'_>) -> bool {
    statement.tests().any(|test| {
        test.key.eq_ignore_ascii_case("iam:PassedToService")
            && !Operator::of(&test.operator).is_negated()
            && !test.values.iter().any(|value| value == "*")
    })
}
