//! `iam:PassRole`: who may give a role to a service acts with that role from then on.

use super::breadth::is_admin;
use super::operator::Operator;
use super::spot::{Spot, found};
use crate::findings::{Found, Frame, Rule, Severity};
use crate::model::AwsScope;
use crate::policy::Pattern;

/// The action, in lower case.
const PASS_ROLE: &str = "iam:passrole";

pub(in crate::findings) const PASS_ROLE_ANYWHERE: Rule = Rule {
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

pub(in crate::findings) const PASS_ROLE_TO_ANY_SERVICE: Rule = Rule {
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

pub(super) fn find(spot: &Spot<'_>, scope: &AwsScope, all: &mut Vec<Found>) {
    // That everything is allowed has been said already.
    if !spot.allows() || is_admin(spot) || !spot.covers_action(PASS_ROLE) {
        return;
    }
    if let Some(pointer) = every_role(spot, scope) {
        let message = "`iam:PassRole` is allowed on every role of the account";
        let fix = "name the roles that are passed, and their service with `iam:PassedToService`";
        all.push(found(&PASS_ROLE_ANYWHERE, pointer, message, fix));
    } else if reaches_a_role(spot, scope) && !names_service(spot) {
        let message = "`iam:PassRole` is allowed without `iam:PassedToService`";
        let fix = "add `StringEquals: {iam:PassedToService: ec2.amazonaws.com}`, with the service that is meant";
        all.push(found(
            &PASS_ROLE_TO_ANY_SERVICE,
            &spot.pointer,
            message,
            fix,
        ));
    }
}

/// All roles of the account.
fn roles(spot: &Spot<'_>, scope: &AwsScope) -> Pattern {
    Pattern::new(&scope.iam_arn("role", "/", "*"), spot.variables)
}

/// The resource that stands for every role.
fn every_role(spot: &Spot<'_>, scope: &AwsScope) -> Option<String> {
    let roles = roles(spot, scope);
    let wide = |text: &str| Pattern::new(text, spot.variables).includes(&roles);
    let named = spot.members("Resource", spot.statement.resource.as_ref());
    let named = named.into_iter().find(|(_, text)| wide(text));
    // All resources but some: the roles are among the rest, unless they are excepted.
    let mut excepted = spot.statement.not_resource.iter();
    let rest = excepted.any(|list| !list.iter().any(|text| wide(text)));
    named
        .map(|(pointer, _)| pointer)
        .or_else(|| rest.then(|| spot.at("NotResource")))
}

/// Whether a resource of the statement can be a role at all.
fn reaches_a_role(spot: &Spot<'_>, scope: &AwsScope) -> bool {
    let roles = roles(spot, scope);
    let mut resources = spot.patterns.resource.iter().flatten();
    resources.any(|one| one.overlaps(&roles))
}

fn names_service(spot: &Spot<'_>) -> bool {
    spot.tests().any(|test| {
        test.key.eq_ignore_ascii_case("iam:PassedToService")
            && !Operator::of(&test.operator).is_negated()
            && !test.values.iter().any(|value| value == "*")
    })
}
