//! Dependency order: what comes before what, with stable ties, and a cycle reported as a path. Both resources
//! and steps are ordered here, so that there is one idea of order. `petgraph` is private to this folder.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

/// Nodes that wait for each other in a circle, in the order of the circle, from the smallest one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle<N>(pub Vec<N>);

/// Which node needs which others first.
#[derive(Debug, Clone)]
pub struct Graph<N> {
    needs: BTreeMap<N, BTreeSet<N>>,
}

impl<N: Ord + Clone> Graph<N> {
    /// A graph of nodes without relations yet.
    pub fn new(nodes: impl IntoIterator<Item = N>) -> Self {
        Self {
            needs: nodes
                .into_iter()
                .map(|node| (node, BTreeSet::new()))
                .collect(),
        }
    }

    /// `node` needs `other` first. Ends that are not nodes are ignored: what is not there need not be waited for.
    pub fn need(&mut self, node: &N, other: &N) {
        if self.needs.contains_key(other)
            && let Some(needs) = self.needs.get_mut(node)
        {
            needs.insert(other.clone());
        }
    }

    /// The same, unless it would close a circle.
    pub fn prefer(&mut self, node: &N, other: &N) {
        if node != other && !self.reaches(other, node) {
            self.need(node, other);
        }
    }

    /// What a node needs directly.
    pub fn needs(&self, node: &N) -> impl Iterator<Item = &N> {
        self.needs.get(node).into_iter().flatten()
    }

    /// All nodes, each after what it needs; among those that may come next, the smallest comes first.
    pub fn order(&self) -> Result<Vec<N>, Cycle<N>> {
        let mut waiting: BTreeMap<&N, usize> = self
            .needs
            .iter()
            .map(|(node, needs)| (node, needs.len()))
            .collect();
        let mut wanted: BTreeMap<&N, Vec<&N>> = BTreeMap::new();
        for (node, needs) in &self.needs {
            for need in needs {
                wanted.entry(need).or_default().push(node);
            }
        }
        let mut ready: BTreeSet<&N> = waiting
            .iter()
            .filter(|(_, count)| **count == 0)
            .map(|(node, _)| *node)
            .collect();
        let mut order = Vec::with_capacity(self.needs.len());
        while let Some(node) = ready.pop_first() {
            order.push(node.clone());
            for next in wanted.remove(node).unwrap_or_default() {
                if let Some(count) = waiting.get_mut(next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(next);
                    }
                }
            }
        }
        if order.len() == self.needs.len() {
            Ok(order)
        } else {
            Err(self.cycle())
        }
    }

    fn reaches(&self, from: &N, to: &N) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            if node == to {
                return true;
            }
            if seen.insert(node) {
                open.extend(self.needs(node));
            }
        }
        false
    }

    /// One circle of the graph: within the first group of nodes that all reach each other, the way from its
    /// smallest node back to itself.
    fn cycle(&self) -> Cycle<N> {
        let nodes: Vec<&N> = self.needs.keys().collect();
        let index: BTreeMap<&N, usize> = nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (*node, index))
            .collect();
        let mut graph: DiGraphMap<usize, ()> = DiGraphMap::new();
        for (node, needs) in &self.needs {
            for need in needs {
                graph.add_edge(index[node], index[need], ());
            }
        }
        let groups = tarjan_scc(&graph)
            .into_iter()
            .filter(|group| group.len() > 1 || graph.contains_edge(group[0], group[0]));
        let group: BTreeSet<usize> = groups
            .map(|group| group.into_iter().collect::<BTreeSet<usize>>())
            .min()
            .unwrap_or_default();
        Cycle(
            circle(&graph, &group)
                .into_iter()
                .map(|index| nodes[index].clone())
                .collect(),
        )
    }
}

/// The shortest way from the smallest node of a group back to itself.
fn circle(graph: &DiGraphMap<usize, ()>, group: &BTreeSet<usize>) -> Vec<usize> {
    let Some(&start) = group.first() else {
        return Vec::new();
    };
    let mut ways = std::collections::VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let last = way[way.len() - 1];
        for next in graph
            .neighbors(last)
            .filter(|next| group.contains(next))
            .collect::<BTreeSet<usize>>()
        {
            if next == start {
                return way;
            }
            if seen.insert(next) {
                ways.push_back(way.iter().copied().chain([next]).collect());
            }
        }
    }
    vec![start]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(
        nodes: &[&'static str],
        needs: &[(&'static str, &'static str)],
    ) -> Graph<&'static str> {
        let mut graph = Graph::new(nodes.iter().copied());
        for (node, other) in needs {
            graph.need(node, other);
        }
        graph
    }

    #[test]
    fn what_is_needed_comes_first_and_ties_go_by_name() {
        let graph = graph(&["c", "a", "b", "d"], &[("a", "d"), ("b", "d")]);
        assert_eq!(graph.order(), Ok(vec!["c", "d", "a", "b"]));
    }

    #[test]
    fn a_circle_is_told_as_its_shortest_path() {
        let needs = [("z", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")];
        assert_eq!(
            graph(&["a", "b", "c", "z"], &needs).order(),
            Err(Cycle(vec!["a", "b"]))
        );
        assert_eq!(graph(&["a"], &[("a", "a")]).order(), Err(Cycle(vec!["a"])));
    }

    #[test]
    fn a_preference_gives_way_where_it_would_close_a_circle() {
        let mut graph = graph(&["a", "b"], &[("a", "b")]);
        graph.prefer(&"b", &"a");
        graph.prefer(&"a", &"a");
        assert_eq!(graph.order(), Ok(vec!["b", "a"]));
    }

    #[test]
    fn what_is_not_there_is_not_waited_for() {
        assert_eq!(graph(&["a"], &[("a", "gone")]).order(), Ok(vec!["a"]));
    }

    proptest! {
        #[test]
        fn every_order_respects_every_need(edges in prop::collection::vec((0_u8..20, 0_u8..20), 0..60)) {
            let mut graph = Graph::new(0_u8..20);
            for (a, b) in edges.iter().filter(|(a, b)| a > b) {
                graph.need(a, b);
            }
            let order = graph.order().unwrap();
            let position: BTreeMap<u8, usize> = order.iter().enumerate().map(|(at, node)| (*node, at)).collect();
            prop_assert_eq!(position.len(), 20);
            for (a, b) in edges.iter().filter(|(a, b)| a > b) {
                prop_assert!(position[a] > position[b]);
            }
        }

        #[test]
        fn a_circle_is_real(edges in prop::collection::vec((0_u8..8, 0_u8..8), 0..30)) {
            let mut graph = Graph::new(0_u8..8);
            for (a, b) in &edges {
                graph.need(a, b);
            }
            if let Err(Cycle(path)) = graph.order() {
                prop_assert!(!path.is_empty());
                for (at, node) in path.iter().enumerate() {
                    let next = &path[(at + 1) % path.len()];
                    prop_assert!(graph.needs(node).any(|need| need == next));
                }
            }
        }
    }
}
