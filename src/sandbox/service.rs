//! The services of the sandbox: their names, their versions, and which one a request is for.

use super::form::Form;
use super::http::Request;
use super::signature;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// Identity and Access Management.
    Iam,
    /// Security Token Service.
    Sts,
    /// Elastic Compute Cloud.
    Ec2,
    /// Simple Storage Service.
    S3,
}

impl Service {
    const ALL: [Service; 4] = [Service::Iam, Service::Sts, Service::Ec2, Service::S3];

    /// The name it is signed for, and the prefix of its actions.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::Iam => "iam",
            Service::Sts => "sts",
            Service::Ec2 => "ec2",
            Service::S3 => "s3",
        }
    }

    /// The version of its API.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Service::Iam => "2010-05-08",
            Service::Sts => "2011-06-15",
            Service::Ec2 => "2016-11-15",
            Service::S3 => "2006-03-01",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Service> {
        let mut all = Service::ALL.into_iter();
        all.find(|service| service.name() == name)
    }

    /// The service a request means, by its scope, or by its version when it is not signed: the answer's shape depends on it.
    pub(crate) fn of(request: &Request, form: &Form) -> Option<Service> {
        if let Some(scope) = signature::scope(request) {
            return Service::named(&scope.service);
        }
        let mut all = Service::ALL.into_iter();
        all.find(|service| form.get("Version") == Some(service.version()))
    }
}
