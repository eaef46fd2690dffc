//! Which action a request is for, and its parameters. The signature's scope names the service, because all share one address.

use super::ec2;
use super::fault::Fault;
use super::form::Form;
use super::http::Request;
use super::iam;
use super::service::Service;
use super::{s3, signature, sts};

/// What is to be done.
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

/// The action a service is asked for.
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
    name.split_once(':').is_some_and(|(service, action)| {
        Service::named(service)
            .is_some_and(|service| (wild && action == "*") || find(service, action).is_some())
    })
}

fn unknown(service: Service, name: &str, version: &str) -> Fault {
    let text = match service {
        Service::Ec2 => format!("The action {name} is not valid for this web service."),
        Service::Iam | Service::Sts | Service::S3 => {
            format!("Could not find operation {name} for version {version}")
        }
    };
    match service {
        Service::S3 => Fault::new(
            "NotImplemented",
            "A header you provided implies functionality that is not implemented",
        ),
        Service::Iam | Service::Sts | Service::Ec2 => Fault::new("InvalidAction", text),
    }
}
