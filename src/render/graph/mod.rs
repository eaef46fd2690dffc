//! Graphs of resources: what refers to what, as a picture (SVG), for Graphviz and Mermaid, as text and as JSON. Where the
//! resources come from is the caller's; in which order they are made is `crate::graph`'s.

mod layers;
mod picture;
mod place;
mod svg;
#[cfg(test)]
mod tests;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Action, Address};
use crate::plan::Plan;

pub(super) use picture::Picture;
pub(super) use svg::drawing;
pub use svg::svg;
pub use written::{dot, json, mermaid, text};

/// A resource of a graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// Which resource.
    pub address: Address,
    /// What happens to it, where that is known.
    pub action: Option<Action>,
}

/// Resources, and which of them refers to which. Each of them stands in it once, and both ends of an edge are among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Graph {
    nodes: BTreeMap<Address, Option<Action>>,
    edges: BTreeSet<(Address, Address)>,
}

impl Graph {
    /// A graph of nodes and of edges, each from the resource that refers to the one that it refers to. An end that is
    /// not among the nodes becomes one, of which nothing is known.
    pub fn new(
        nodes: impl IntoIterator<Item = Node>,
        edges: impl IntoIterator<Item = (Address, Address)>,
    ) -> Self {
        let nodes = nodes.into_iter();
        let mut graph = Self {
            nodes: nodes.map(|node| (node.address, node.action)).collect(),
            edges: edges.into_iter().collect(),
        };
        for (from, to) in &graph.edges {
            for end in [from, to] {
                if !graph.nodes.contains_key(end) {
                    graph.nodes.insert(end.clone(), None);
                }
            }
        }
        graph
    }

    /// What a plan changes and keeps, and what that refers to now or will.
    pub fn of_plan(plan: &Plan) -> Self {
        let nodes = plan.changes.iter().map(|change| Node {
            address: change.address.clone(),
            action: Some(change.action),
        });
        let edges = plan.changes.iter().flat_map(|change| {
            let references = change.references.iter();
            references.map(|reference| (change.address.clone(), reference.clone()))
        });
        Self::new(nodes, edges)
    }

    /// Its nodes, by address.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        self.nodes.iter().map(|(address, action)| Node {
            address: address.clone(),
            action: *action,
        })
    }

    /// Its edges, by the addresses of their ends.
    pub fn edges(&self) -> impl Iterator<Item = (&Address, &Address)> {
        self.edges.iter().map(|(from, to)| (from, to))
    }
}
