//! What of a graph is drawn: every node on a card of its own, or of a large graph what changes, or of a huge one a card for
//! all of a kind that meet the same. Where the cards stand is `place`'s.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use crate::model::{Action, Address};
use crate::render::words::shortened;
use crate::text::count;

/// Beyond this many nodes, those that stay as they are are left out, unless something that changes refers to them.
pub(super) const MANY: usize = 150;
/// Beyond this many, nodes are drawn by kind.
pub(super) const MOST: usize = 400;
/// Beyond this many characters the middle of a name is left out.
const LONGEST: usize = 34;

#[derive(Debug, Default)]
pub(in crate::render) struct Picture {
    pub(in crate::render) cards: Vec<Card>,
    /// From and to, by the cards' positions.
    pub(in crate::render) edges: Vec<(usize, usize)>,
    /// What is not drawn, when something is not.
    pub(in crate::render) omitted: Option<String>,
}

/// One resource, or many of a kind.
#[derive(Debug)]
pub(in crate::render) struct Card {
    pub(super) kind: String,
    /// As much of the name as there is room for.
    pub(super) name: String,
    /// All that can be said, shown when one asks for it.
    pub(super) title: String,
    pub(super) action: Option<Action>,
    /// A resource whose change says more.
    pub(super) shows: Address,
}

impl Picture {
    pub(in crate::render) fn of(graph: &Graph) -> Self {
        let whole: BTreeSet<&Address> = graph.nodes.keys().collect();
        let is_plan = graph.nodes.values().any(Option::is_some);
        let (kept, mut omitted) = if whole.len() > MANY && is_plan {
            let kept = changing(graph);
            let number = whole.len() - kept.len();
            let said = (number > 0).then(|| {
                let words = count(number, "unchanged resource");
                format!("{words} that nothing here refers to: not drawn")
            });
            (kept, said)
        } else {
            (whole, None)
        };
        let groups = if kept.len() > MOST {
            let number = kept.len();
            omitted = Some(format!("{number} resources, drawn by kind"));
            by_kind(graph, &kept)
        } else {
            kept.iter().map(|address| vec![*address]).collect()
        };
        drawn(graph, &groups, omitted)
    }
}

/// What changes, and what that refers to.
fn changing(graph: &Graph) -> BTreeSet<&Address> {
    let changes = |address: &&Address| {
        let action = graph.nodes.get(*address).copied().flatten();
        action.is_some_and(|action| action != Action::Keep)
    };
    let referred = graph.edges().filter(|(from, _)| changes(from));
    let nodes = graph.nodes.keys().filter(changes);
    nodes.chain(referred.map(|(_, to)| to)).collect()
}

/// The nodes of one kind that meet the same, together.
fn by_kind<'a>(graph: &Graph, kept: &BTreeSet<&'a Address>) -> Vec<Vec<&'a Address>> {
    let mut groups: BTreeMap<_, Vec<&Address>> = BTreeMap::new();
    for address in kept {
        let action = graph.nodes.get(*address).copied().flatten();
        let group = groups.entry((address.kind.as_str(), action));
        group.or_default().push(address);
    }
    groups.into_values().collect()
}

fn drawn(graph: &Graph, groups: &[Vec<&Address>], omitted: Option<String>) -> Picture {
    let mut of = BTreeMap::new();
    let mut cards = Vec::new();
    for group in groups {
        if let Some(card) = card(graph, group) {
            of.extend(group.iter().map(|address| (*address, cards.len())));
            cards.push(card);
        }
    }
    let edges: BTreeSet<(usize, usize)> = graph
        .edges()
        .filter_map(|(from, to)| Some((*of.get(from)?, *of.get(to)?)))
        .filter(|(from, to)| from != to)
        .collect();
    Picture {
        cards,
        edges: edges.into_iter().collect(),
        omitted,
    }
}

fn card(graph: &Graph, group: &[&Address]) -> Option<Card> {
    let first = *group.first()?;
    let action = graph.nodes.get(first).copied().flatten();
    let Address { kind, name, member } = first;
    let (name, title) = if group.len() == 1 {
        let member = member.as_deref().map(|member| format!("[{member}]"));
        (
            format!("{name}{}", member.unwrap_or_default()),
            first.to_string(),
        )
    } else {
        let number = count(group.len(), "resource");
        (number.clone(), format!("{number} of kind {kind}"))
    };
    Some(Card {
        kind: kind.to_string(),
        name: shortened(&name, LONGEST),
        title,
        action,
        shows: first.clone(),
    })
}
