//! A call to AWS as data: which service, which action, which parameters. How it is spelt on the wire is `aws`'s.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The services we speak to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Identity and Access Management: global in its partition.
    Iam,
    /// Security Token Service: regional.
    Sts,
    /// Elastic Compute Cloud: regional.
    Ec2,
    /// IAM Access Analyzer: regional.
    AccessAnalyzer,
    /// Simple Storage Service: each bucket in its region.
    S3,
}

impl Service {
    /// The prefix of the service's actions in policies and the name it is signed for.
    pub fn name(self) -> &'static str {
        match self {
            Service::Iam => "iam",
            Service::Sts => "sts",
            Service::Ec2 => "ec2",
            Service::AccessAnalyzer => "access-analyzer",
            Service::S3 => "s3",
        }
    }
}

/// One parameter's value. Lists and maps keep their structure; the wire's flattening happens in `aws`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Parameter {
    /// Text, numbers in decimal, booleans as `true` and `false`.
    Text(String),
    /// An ordered list.
    List(Vec<Parameter>),
    /// A structure by member name, spelt as in the service's API reference.
    Map(BTreeMap<String, Parameter>),
    /// A value that a [`super::Lookup`] of the same name supplies right before the call is sent.
    Later(String),
}

impl From<&str> for Parameter {
    fn from(text: &str) -> Self {
        Parameter::Text(text.to_owned())
    }
}

impl From<String> for Parameter {
    fn from(text: String) -> Self {
        Parameter::Text(text)
    }
}

impl<P: Into<Parameter>> FromIterator<P> for Parameter {
    fn from_iter<I: IntoIterator<Item = P>>(items: I) -> Self {
        Parameter::List(items.into_iter().map(Into::into).collect())
    }
}

impl Parameter {
    /// A structure from its members.
    pub fn map<const N: usize>(members: [(&str, Parameter); N]) -> Self {
        Parameter::Map(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }
}

/// What reading and writing calls have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// The service asked.
    pub service: Service,
    /// The action, spelt as in the service's API reference (`CreateRole`).
    pub action: String,
    /// The region, for regional services; `None` means the run's own region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Parameters by name, spelt as in the service's API reference.
    pub parameters: BTreeMap<String, Parameter>,
}

impl Call {
    fn new(service: Service, action: &str) -> Self {
        Self {
            service,
            action: action.to_owned(),
            region: None,
            parameters: BTreeMap::new(),
        }
    }

    /// `iam:CreateRole`: the action as policies and CloudTrail name it.
    pub fn full_name(&self) -> String {
        format!("{}:{}", self.service.name(), self.action)
    }
}

/// A call that changes nothing. Can only be made for actions whose names say so, wherever it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Call")]
pub struct ReadCall(Call);

impl TryFrom<Call> for ReadCall {
    type Error = String;

    fn try_from(call: Call) -> Result<Self, String> {
        if is_reading(call.service, &call.action) {
            Ok(Self(call))
        } else {
            Err(format!("{} is not a reading action", call.action))
        }
    }
}

/// A call that may change something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WriteCall(Call);

/// The verbs that AWS gives to actions without side effects.
const READING_VERBS: [&str; 5] = ["Get", "List", "Describe", "Simulate", "Head"];

/// Actions that judge what they are given and keep nothing of it, which their verbs do not say. The Service
/// Authorization Reference lists them as read; what starts or cancels a job is listed as write, and is none of them.
const READING_ACTIONS: [(Service, &str); 2] = [
    (Service::AccessAnalyzer, "CheckNoNewAccess"),
    (Service::AccessAnalyzer, "ValidatePolicy"),
];

fn is_reading(service: Service, action: &str) -> bool {
    READING_VERBS.iter().any(|verb| action.starts_with(verb))
        || READING_ACTIONS.contains(&(service, action))
}

impl ReadCall {
    /// A reading call without parameters yet.
    ///
    /// # Panics
    /// When the action is not one that reads: this is the promise that `plan` cannot write, so a
    /// mistake here must not reach a user.
    pub fn new(service: Service, action: &str) -> Self {
        assert!(
            is_reading(service, action),
            "{action} is not a reading action"
        );
        Self(Call::new(service, action))
    }
}

impl WriteCall {
    /// A writing call without parameters yet.
    pub fn new(service: Service, action: &str) -> Self {
        Self(Call::new(service, action))
    }

    /// The same call with every [`Parameter::Later`] replaced by what was looked up; the name of the
    /// first one that is missing otherwise.
    pub fn filled(&self, found: &BTreeMap<String, String>) -> Result<WriteCall, String> {
        let mut call = self.0.clone();
        for value in call.parameters.values_mut() {
            fill(value, found)?;
        }
        Ok(WriteCall(call))
    }
}

/// What calls of both sorts are made of.
macro_rules! made_of_a_call {
    ($($sort:ty)*) => {
        $(impl $sort {
            /// Adds a parameter.
            #[must_use]
            pub fn with(mut self, name: &str, value: impl Into<Parameter>) -> Self {
                self.0.parameters.insert(name.to_owned(), value.into());
                self
            }

            /// Chooses a region; `None` keeps the run's own.
            #[must_use]
            pub fn in_region(mut self, region: Option<&str>) -> Self {
                self.0.region = region.map(str::to_owned);
                self
            }

            /// The call itself.
            pub fn call(&self) -> &Call {
                &self.0
            }
        })*
    };
}

made_of_a_call!(ReadCall WriteCall);

fn fill(parameter: &mut Parameter, found: &BTreeMap<String, String>) -> Result<(), String> {
    match parameter {
        Parameter::Text(_) => Ok(()),
        Parameter::List(items) => items.iter_mut().try_for_each(|item| fill(item, found)),
        Parameter::Map(members) => members
            .values_mut()
            .try_for_each(|member| fill(member, found)),
        Parameter::Later(name) => {
            *parameter = Parameter::Text(found.get(name).ok_or_else(|| name.clone())?.clone());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_value_is_filled_wherever_it_stands() {
        let call = WriteCall::new(Service::Ec2, "DisassociateIamInstanceProfile")
            .with("AssociationId", Parameter::Later("association".into()));
        let found = BTreeMap::from([("association".to_owned(), "iip-assoc-1".to_owned())]);
        let filled = call.filled(&found).unwrap();
        assert_eq!(
            filled.call().parameters["AssociationId"],
            Parameter::from("iip-assoc-1")
        );
        assert_eq!(call.filled(&BTreeMap::new()), Err("association".to_owned()));
    }

    #[test]
    #[should_panic(expected = "CreateRole is not a reading action")]
    fn a_writing_action_cannot_be_disguised_as_a_read() {
        let _ = ReadCall::new(Service::Iam, "CreateRole");
    }

    #[test]
    #[should_panic(expected = "StartPolicyGeneration is not a reading action")]
    fn what_starts_a_job_cannot_be_disguised_as_a_read() {
        let _ = ReadCall::new(Service::AccessAnalyzer, "StartPolicyGeneration");
    }

    #[test]
    fn a_writing_action_in_a_file_is_no_read() {
        let read = ReadCall::new(Service::Iam, "GetRole").with("RoleName", "web");
        let text = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<ReadCall>(&text).unwrap(), read);
        let forged = text.replace("GetRole", "DeleteRole");
        let error = serde_json::from_str::<ReadCall>(&forged).unwrap_err();
        assert_eq!(error.to_string(), "DeleteRole is not a reading action");
    }

    #[test]
    fn what_judges_a_policy_reads_as_aws_itself_says() {
        for (service, action) in READING_ACTIONS {
            assert_eq!(ReadCall::new(service, action).call().action, action);
            let listed = crate::catalogue::action(&format!("{}:{action}", service.name()));
            assert_eq!(
                listed.map(|action| action.level),
                Some(crate::catalogue::Level::Read),
                "{action}"
            );
        }
    }
}
