//! What AWS answered, free of its wire format: a tree of texts, structures and lists.

use std::collections::BTreeMap;

/// One node of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A leaf; an empty element is an empty text.
    Text(String),
    /// A structure by member name.
    Map(BTreeMap<String, Node>),
    /// A list, in the order received.
    List(Vec<Node>),
}

impl Node {
    /// The member at a path of names, if it is there.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| match node {
            Node::Map(members) => members.get(*name),
            Node::Text(_) | Node::List(_) => None,
        })
    }

    /// The text at a path, if there is a leaf.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        match self.at(path)? {
            Node::Text(text) => Some(text),
            Node::Map(_) | Node::List(_) => None,
        }
    }

    /// The list at a path. Nothing there, or an empty element, is an empty list.
    pub fn list(&self, path: &[&str]) -> &[Node] {
        match self.at(path) {
            Some(Node::List(items)) => items,
            _ => &[],
        }
    }

    /// Appends the lists of `page` to ours, structure by structure; other values of `page` replace ours.
    pub fn merge(&mut self, page: Node) {
        match (self, page) {
            (Node::List(ours), Node::List(theirs)) => ours.extend(theirs),
            (Node::Map(ours), Node::Map(theirs)) => {
                for (name, value) in theirs {
                    match ours.get_mut(&name) {
                        Some(existing) => existing.merge(value),
                        None => {
                            ours.insert(name, value);
                        }
                    }
                }
            }
            // An empty list arrives as an empty text and must not hide what earlier pages held.
            (Node::List(_), Node::Text(text)) if text.is_empty() => {}
            (ours, theirs) => *ours = theirs,
        }
    }
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The content: for IAM and STS the `…Result` element, for EC2 the `…Response` element.
    pub body: Node,
    /// AWS's id of the (last) request, for support cases.
    pub request_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(names: &[&str]) -> Node {
        let roles = if names.is_empty() {
            Node::Text(String::new())
        } else {
            Node::List(
                names
                    .iter()
                    .map(|name| Node::Text((*name).to_owned()))
                    .collect(),
            )
        };
        Node::Map(BTreeMap::from([("Roles".to_owned(), roles)]))
    }

    #[test]
    fn pages_merge_in_order_and_empty_pages_lose_nothing() {
        let mut all = page(&["a"]);
        all.merge(page(&[]));
        all.merge(page(&["b"]));
        assert_eq!(all, page(&["a", "b"]));
        let mut late = page(&[]);
        late.merge(page(&["c"]));
        assert_eq!(late, page(&["c"]));
    }

    #[test]
    fn getters_say_nothing_where_nothing_is() {
        assert_eq!(page(&["a"]).text(&["Roles"]), None);
        assert_eq!(page(&[]).list(&["Roles"]), &[]);
        assert_eq!(page(&[]).list(&["Users", "Groups"]), &[]);
    }
}
