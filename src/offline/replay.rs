//! Answers calls from a file, so that a kind reads a file as it reads AWS. What a file does not hold is denied.

use std::collections::BTreeMap;

use futures::future::BoxFuture;

use crate::cloud::{Answer, Class, Fault, Node, Parameter, ReadCall, Reads, Service};

/// What a file holds, in the shapes of IAM's answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Replay {
    /// Members of `RoleDetailList`.
    pub(super) roles: Vec<Node>,
    /// Members of `UserDetailList`.
    pub(super) users: Vec<Node>,
    /// The instance profiles of those roles.
    pub(super) profiles: Vec<Node>,
}

impl Replay {
    fn answer(&self, call: &ReadCall) -> Result<Node, Fault> {
        let call = call.call();
        let named = |name: &str| match call.parameters.get(name) {
            Some(Parameter::Text(text)) => text.as_str(),
            _ => "",
        };
        let action = call.action.as_str();
        let found = match action {
            "GetAccountAuthorizationDetails" => Some(list("RoleDetailList", &self.roles)),
            "ListRoles" => Some(list("Roles", &self.roles)),
            "ListInstanceProfiles" => Some(list("InstanceProfiles", &self.profiles)),
            // A declared role is asked for by name only where the lists do not have it.
            "GetRole" => None,
            "GetInstanceProfile" => {
                let key = "InstanceProfileName";
                let profile = find(&self.profiles, key, named(key));
                profile.map(|profile| map("InstanceProfile", profile.clone()))
            }
            "GetUser" => self.user(named("UserName")).cloned(),
            "GetUserPolicy" => self.policy(named("UserName"), named("PolicyName")).cloned(),
            _ => return Err(fault(call.service, action, Class::Denied, "AccessDenied")),
        };
        found.ok_or_else(|| fault(call.service, action, Class::Missing, "NoSuchEntity"))
    }

    fn user(&self, name: &str) -> Option<&Node> {
        find(&self.users, "UserName", name)
    }

    fn policy(&self, user: &str, name: &str) -> Option<&Node> {
        let policies = self.user(user)?.list(&["UserPolicyList"]);
        find(policies, "PolicyName", name)
    }
}

impl Reads for Replay {
    fn ask<'a>(&'a self, call: &'a ReadCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        let body = self.answer(call);
        Box::pin(async move {
            let request_id = None;
            body.map(|body| Answer { body, request_id })
        })
    }
}

fn fault(service: Service, action: &str, class: Class, code: &str) -> Fault {
    Fault::new(class, service, action, code, "the file does not have it")
}

/// IAM finds names in any letter case.
fn find<'a>(nodes: &'a [Node], key: &str, name: &str) -> Option<&'a Node> {
    let is_named = |node: &&Node| {
        node.text(&[key])
            .is_some_and(|text| text.eq_ignore_ascii_case(name))
    };
    nodes.iter().find(is_named)
}

fn list(name: &str, nodes: &[Node]) -> Node {
    map(name, Node::List(nodes.to_vec()))
}

pub(super) fn map(name: &str, node: Node) -> Node {
    Node::Map(BTreeMap::from([(name.to_owned(), node)]))
}
