//! Values that aliases repeat, and how much of them may be kept and repeated: a few lines of nested anchors and aliases would
//! otherwise fill any memory.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, work};
use crate::manifest::places::Node;

/// Values that aliases may add to one file: far above real use, far below what fills memory.
const MOST_ALIASED: usize = 100_000;
/// Mebibytes of text that they may add.
const MOST_ALIASED_MIB: usize = 16;
/// Values that may be kept in one document, counting those in several anchored ones several times.
const MOST_ANCHORED: usize = 1_000_000;

/// The anchors of a document.
#[derive(Default)]
pub(super) struct Anchors {
    kept: BTreeMap<usize, Anchored>,
    anchored: usize,
    /// In the whole file.
    aliased: usize,
    aliased_bytes: usize,
}

struct Anchored {
    value: Value,
    nodes: Vec<Node>,
    /// Of all names and texts in it.
    bytes: usize,
}

impl Anchors {
    /// Forgets those of the document that has ended.
    pub(super) fn end_document(&mut self) {
        self.kept.clear();
        self.anchored = 0;
    }

    /// Keeps a value.
    pub(super) fn keep(
        &mut self,
        anchor: usize,
        value: &Value,
        nodes: &[Node],
    ) -> Result<(), Diagnostic> {
        work::steps(nodes.len());
        self.anchored += nodes.len();
        if self.anchored > MOST_ANCHORED {
            return Err(too_many_kept());
        }
        let names = nodes.iter().map(|node| node.name.len());
        let anchored = Anchored {
            value: value.clone(),
            nodes: nodes.to_vec(),
            bytes: names.sum::<usize>() + bytes(value),
        };
        self.kept.insert(anchor, anchored);
        Ok(())
    }

    /// The value of an anchor once more; nothing while the value has not ended.
    pub(super) fn repeat(
        &mut self,
        anchor: usize,
    ) -> Result<Option<(Value, Vec<Node>)>, Diagnostic> {
        let Some(anchored) = self.kept.get(&anchor) else {
            return Ok(None);
        };
        self.aliased += anchored.nodes.len();
        self.aliased_bytes += anchored.bytes;
        if self.aliased > MOST_ALIASED || self.aliased_bytes > MOST_ALIASED_MIB << 20 {
            return Err(too_many_repeated());
        }
        Ok(Some((anchored.value.clone(), anchored.nodes.clone())))
    }
}

fn bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(bytes).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| name.len() + bytes(value))
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn too_many_repeated() -> Diagnostic {
    let message = format!(
        "aliases add more than {MOST_ALIASED} values or {MOST_ALIASED_MIB} MiB to this file"
    );
    Diagnostic::error("alias-bomb", message)
        .hint("nest fewer aliases inside each other, and repeat no long texts")
}

fn too_many_kept() -> Diagnostic {
    let message = format!("the anchors of this document hold more than {MOST_ANCHORED} values");
    Diagnostic::error("alias-bomb", message).hint("nest fewer anchors inside each other")
}
