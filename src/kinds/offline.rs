//! What a file with an account's authorization details (`aws iam get-account-authorization-details`) says of a kind, and
//! how it answers the kind's reads, so that a kind reads a file as it reads AWS. Reading such a file is `offline`'s.

use std::collections::BTreeMap;

use crate::cloud::{Call, Class, Node, Parameter};
use crate::model::FieldName;

/// What the file says of a kind.
#[derive(Debug, Clone, Copy)]
pub enum Offline {
    /// It has nothing but IAM in it, and this is not all IAM.
    NotIam,
    /// It has resources of the kind in it.
    Known(Details),
}

/// How the resources of a kind are read from the file.
#[derive(Debug, Clone, Copy)]
pub struct Details {
    /// The fields that the file leaves out. Where tags are among them, a declared resource passes for the stack's: all
    /// that could be said otherwise is that it belongs to nobody, which would be wrong more often.
    pub lacks: &'static [FieldName],
    /// What so is never seen: a sentence.
    pub not_surveyed: Option<&'static str>,
    /// Why one that a file does not have may exist all the same.
    pub why_unseen: fn(&Node) -> Option<&'static str>,
    /// What a file answers to a read; [`Class::Denied`] to one that is not of the kind.
    pub answer: fn(&Node, &Call) -> Result<Node, Class>,
}

/// An answer with one member.
pub(super) fn member(name: &str, node: Node) -> Node {
    Node::Map(BTreeMap::from([(name.to_owned(), node)]))
}

/// An answer with one list.
pub(super) fn list(name: &str, nodes: &[Node]) -> Node {
    member(name, Node::List(nodes.to_vec()))
}

/// The name that a call asks for.
pub(super) fn name<'a>(call: &'a Call, key: &str) -> Result<&'a str, Class> {
    match call.parameters.get(key) {
        Some(Parameter::Text(name)) => Ok(name),
        _ => Err(Class::Missing),
    }
}

/// Whether a node has a name. IAM finds names in any letter case.
pub(super) fn is_named(node: &Node, key: &str, name: &str) -> bool {
    let text = node.text(&[key]);
    text.is_some_and(|text| text.eq_ignore_ascii_case(name))
}

/// The one that a call asks for.
pub(super) fn named<'a>(nodes: &'a [Node], key: &str, call: &Call) -> Result<&'a Node, Class> {
    let name = name(call, key)?;
    let mut nodes = nodes.iter();
    nodes
        .find(|node| is_named(node, key, name))
        .ok_or(Class::Missing)
}
