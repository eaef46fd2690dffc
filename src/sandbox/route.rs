//! Which action a request is for, and its parameters. The signature's scope names the service, because all share one address.

use super::ec2;
use super::fault::Fault;
use super::form::Form;
use super::http::Request;
use super::iam;
use super::service::Service;
use super::{s3, signature, sts};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Iam(iam::Action),
    Sts(sts::Action),
    Ec2(ec2::Action),
    S3(s3::Action),
}

/// A request's parameters: S3 has them in its path, query and headers.
pub(crate) fn form(request: &Request) -> Form {
    match signature::scope(request) {
        Some(scope) if scope.service == Service::S3.name() => s3::form(request),
        _ => Form::of(request),
    }
}

pub(crate) fn action(service: Service, form: &Form) -> Result<Action, Fault> {
    let name = form
        .get("Action")
        .ok_or_else(|| Fault::new("MissingAction", "Missing Action"))?;
    let version = form.get("Version").unwrap_or_default();
    find(service, name)
        .filter(|_| version == service.version())
        .ok_or_else(|| unknown(service, name, version))
}

fn find(service: Service, name: &str) -> Option<Action> {
    match service {
        Service::Iam => iam::action(name).map(Action::Iam),
        Service::Sts => sts::action(name).map(Action::Sts),
        Service::Ec2 => ec2::action(name).map(Action::Ec2),
        Service::S3 => s3::action(name).map(Action::S3),
    }
}

/// Whether there is an action of this name, written as `iam:CreateRole`; `iam:*` only if `wild`.
pub(crate) fn serves(name: &str, wild: bool) -> bool {
    let Some((service, action)) = name.split_once(':') else {
        return false;
    };
    Service::named(service)
        .is_some_and(|service| (wild && action == "*") || find(service, action).is_some())
}

/// The row of a table of actions that has this name.
pub(crate) fn row<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    let mut rows = table.iter();
    rows.find_map(|(known, row)| (*known == name).then_some(*row))
}

fn unknown(service: Service, name: &str, version: &str) -> Fault {
    let text = match service {
        Service::Ec2 => format!("The action {name} is not valid for this web service."),
        Service::Iam | Service::Sts => {
            format!("Could not find operation {name} for version {version}")
        }
        Service::S3 => {
            let text = "A header you provided implies functionality that is not implemented";
            return Fault::new("NotImplemented", text);
        }
    };
    Fault::new("InvalidAction", text)
}
