//! From a JSON pointer to the line and column where a value was written. Knows neither YAML nor what
//! the values mean: `yaml` fills it, a stage that finds a fault asks it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Place, work};

/// Where text was written: line and column from 1, length in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) length: u32,
}

/// One value of a document. Children follow their parent in document order, so a subtree is a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The key it stands under; empty for list items and for the document itself.
    pub(super) name: Box<str>,
    /// Where that key is; the value's own position for list items and for the document itself.
    pub(super) key: Position,
    pub(super) value: Position,
    pub(super) is_list: bool,
    /// An unquoted text that the value would not be written as again, such as `1.10` or `0xff`.
    pub(super) written: Option<Box<str>>,
    /// Nodes in this subtree, this one included.
    pub(super) size: usize,
}

/// Where each value and key of one document stands. A flat arena, because ten thousand roles have
/// half a million values and owned pointers would cost more memory than the manifests themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    file: Arc<str>,
    nodes: Vec<Node>,
    /// The children of those values that have many: without it, finding each of a hundred thousand would mean to pass half of
    /// the others every time.
    wide: BTreeMap<usize, Children>,
}

/// More children than this are found by an index.
const MANY: usize = 32;

/// Where the children of a value are among the nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Children {
    Listed(Vec<usize>),
    Named(BTreeMap<Box<str>, usize>),
}

impl Places {
    /// For values that were written nowhere; every question is answered with `None`.
    pub fn none() -> Self {
        Self::new("".into(), Vec::new())
    }

    pub(super) fn new(file: Arc<str>, nodes: Vec<Node>) -> Self {
        let mut places = Self {
            file,
            nodes,
            wide: BTreeMap::new(),
        };
        let parents = 0..places.nodes.len();
        let wide = parents.filter(|parent| places.nodes[*parent].size > MANY);
        places.wide = wide
            .filter(|parent| places.children(*parent).nth(MANY).is_some())
            .map(|parent| (parent, places.indexed(parent)))
            .collect();
        places
    }

    fn indexed(&self, parent: usize) -> Children {
        let children = self.children(parent);
        if self.nodes[parent].is_list {
            return Children::Listed(children.collect());
        }
        let name = |child: usize| self.nodes[child].name.clone();
        Children::Named(children.map(|child| (name(child), child)).collect())
    }

    fn children(&self, parent: usize) -> impl Iterator<Item = usize> {
        let end = self.nodes.get(parent).map_or(0, |node| parent + node.size);
        std::iter::successors(Some(parent + 1), |&child| {
            Some(child + self.nodes.get(child)?.size)
        })
        .take_while(move |&child| child < end)
        .inspect(|_| work::steps(1))
    }

    /// Where the value at an RFC 6901 pointer begins, or its nearest parent that was written.
    pub fn at(&self, pointer: &str) -> Option<Place> {
        self.nearest(pointer).map(|node| self.place(node.value))
    }

    /// Where the key of the value at an RFC 6901 pointer stands (for a list item or the document
    /// itself: the value), or that of its nearest parent that was written.
    pub fn key(&self, pointer: &str) -> Option<Place> {
        self.nearest(pointer).map(|node| self.place(node.key))
    }

    /// How the value at a pointer was written, where its own text is not that.
    pub(super) fn written(&self, pointer: &str) -> Option<&str> {
        self.find(pointer).ok()?.written.as_deref()
    }

    fn nearest(&self, pointer: &str) -> Option<&Node> {
        let (Ok(node) | Err(Some(node))) = self.find(pointer) else {
            return None;
        };
        Some(node)
    }

    /// The value at a pointer, or else its nearest parent that was written.
    fn find(&self, pointer: &str) -> Result<&Node, Option<&Node>> {
        let mut index = 0;
        for token in pointer.split('/').skip(1) {
            match self.child(index, token) {
                Some(child) => index = child,
                None => return Err(self.nodes.get(index)),
            }
        }
        self.nodes.get(index).ok_or(None)
    }

    fn child(&self, parent: usize, token: &str) -> Option<usize> {
        let node = self.nodes.get(parent)?;
        match self.wide.get(&parent) {
            Some(Children::Listed(all)) => all.get(token.parse::<usize>().ok()?).copied(),
            Some(Children::Named(all)) => all.get(&*unescape(token)).copied(),
            None if node.is_list => self.children(parent).nth(token.parse().ok()?),
            None => {
                let name = unescape(token);
                let mut children = self.children(parent);
                children.find(|&child| *self.nodes[child].name == *name)
            }
        }
    }

    fn place(&self, position: Position) -> Place {
        place(&self.file, position)
    }
}

/// A position with its file's name.
pub(super) fn place(file: &str, position: Position) -> Place {
    Place {
        file: file.to_owned(),
        line: position.line as usize,
        column: position.column as usize,
        length: position.length.max(1) as usize,
    }
}

/// One reference token of an RFC 6901 pointer, from a key as it is written.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The key that a reference token of an RFC 6901 pointer stands for.
pub(super) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A pointer as people write paths: `spec.tags."a b"`, `spec.ids[0]`. The empty pointer gives an empty text.
pub fn readable(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        let key = unescape(token);
        if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) {
            path.extend(["[", &key, "]"]);
            continue;
        }
        if !path.is_empty() {
            path.push('.');
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-:".contains(&byte);
        if !key.is_empty() && key.bytes().all(is_plain) {
            path.push_str(&key);
        } else {
            path.extend([format!("{key:?}")]);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_read_like_paths() {
        assert_eq!(readable(""), "");
        assert_eq!(readable("/spec/ids/0"), "spec.ids[0]");
        assert_eq!(readable("/spec/tags/a~1b c"), "spec.tags.\"a/b c\"");
        assert_eq!(unescape(&escape("a~/b")), "a~/b");
    }

    #[test]
    fn values_written_nowhere_have_no_place() {
        assert_eq!(Places::none().at("/spec"), None);
        assert_eq!(Places::none().key(""), None);
    }
}
