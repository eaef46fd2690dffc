//! Parser events to values and places, and the faults of meaning: duplicate keys, keys that are not
//! text, tags, merges, runaway aliases. `fault` words faults of syntax.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, ScalarStyle, ScanError, Span, Tag};
use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Problems, work};

use super::Document;
use super::anchors::Anchors;
use super::fault::{self, Opened};
use super::lines::Lines;
use super::scalar;
use super::shape::{self, Shape};
use crate::manifest::places::{self, Node, Places, Position};

/// Collects the documents of one file.
pub(super) struct Builder<'t> {
    file: Arc<str>,
    lines: &'t Lines<'t>,
    skipped_lines: usize,
    open: Vec<Open>,
    nodes: Vec<Node>,
    anchors: Anchors,
    /// Nesting inside a key that is no scalar and is read past.
    key_depth: usize,
    documents: Vec<Document>,
    problems: Problems,
}

/// A list or mapping whose end has not come yet.
struct Open {
    shape: Shape,
    anchor: usize,
    node: usize,
    /// The bracket that opened it, when it was written with one.
    bracket: Option<Position>,
    /// Where each key is, from the first key on that is written twice.
    keys: Option<BTreeMap<Box<str>, Position>>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(file: Arc<str>, lines: &'t Lines<'t>) -> Self {
        Self {
            file,
            lines,
            skipped_lines: 0,
            open: Vec::new(),
            nodes: Vec::new(),
            anchors: Anchors::default(),
            key_depth: 0,
            documents: Vec::new(),
            problems: Problems::none(),
        }
    }

    /// Events that follow count their lines from here.
    pub(super) fn start_at(&mut self, skipped_lines: usize) {
        self.skipped_lines = skipped_lines;
    }

    /// Drops the document that was being read, because of this fault.
    pub(super) fn give_up(&mut self, fault: Diagnostic) {
        self.problems.push(fault);
        self.reset();
    }

    pub(super) fn finish(self) -> (Vec<Document>, Problems) {
        (self.documents, self.problems)
    }

    pub(super) fn explain(&self, error: &ScanError) -> Diagnostic {
        let mark = error.marker();
        let opened = self.open.last().and_then(|open| {
            open.bracket.map(|bracket| Opened {
                position: bracket,
                is_list: matches!(open.shape, Shape::List(_)),
            })
        });
        let seen = fault::Seen {
            info: error.info(),
            line: mark.line() + self.skipped_lines,
            column: mark.col() + 1,
            opened,
        };
        fault::explain(&seen, self.lines, &self.file)
    }

    /// Takes one event. `Err` ends the reading of this document.
    pub(super) fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        let position = self.position(span);
        if self.key_depth > 0 {
            self.pass_key(&event);
            return Ok(());
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), position);
                self.scalar(&text, style, anchor, position)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.start(
                    Shape::List(Vec::new()),
                    anchor,
                    tag.as_deref(),
                    position,
                    span,
                )?;
            }
            Event::MappingStart(anchor, tag) => {
                let shape = Shape::Mapping(Map::new(), None);
                self.start(shape, anchor, tag.as_deref(), position, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end()?,
            Event::Alias(anchor) => self.alias(anchor, position)?,
            Event::DocumentEnd => self.reset(),
            Event::DocumentStart(_) | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.open.clear();
        self.nodes.clear();
        self.anchors.end_document();
        self.key_depth = 0;
    }

    /// Reads past a key that is a list or a mapping; it was complained about at its start.
    fn pass_key(&mut self, event: &Event<'_>) {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => self.key_depth += 1,
            Event::SequenceEnd | Event::MappingEnd => self.key_depth -= 1,
            _ => {}
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(open) if matches!(open.shape, Shape::Mapping(_, None)))
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        position: Position,
    ) -> Result<(), Diagnostic> {
        if self.awaits_key() {
            if anchor != 0 {
                let value = Value::String(text.to_owned());
                let node = shape::node("", position, position, false);
                let here = Some(places::place(&self.file, position));
                let kept = self.anchors.keep(anchor, &value, &[node]);
                kept.map_err(|fault| fault.at(here))?;
            }
            self.key(text, style, position);
            return Ok(());
        }
        let is_plain = style == ScalarStyle::Plain;
        if self.open.is_empty() && is_plain && text.is_empty() {
            return Ok(());
        }
        let node = self.begin(position, false);
        let value = if is_plain {
            self.plain(text, position)
        } else {
            Value::String(text.to_owned())
        };
        let spelled = (!value.is_string()).then(|| value.to_string());
        if spelled.is_some_and(|spelled| spelled != text) {
            self.nodes[node].written = Some(text.into());
        }
        self.complete(value, node, anchor)
    }

    fn plain(&mut self, text: &str, position: Position) -> Value {
        scalar::plain(text).unwrap_or_else(|reason| {
            let fault = shape::unusable_number(text, reason);
            self.fault(fault, position);
            Value::String(text.to_owned())
        })
    }

    fn key(&mut self, text: &str, style: ScalarStyle, position: Position) {
        let is_plain = style == ScalarStyle::Plain;
        let fault = if is_plain {
            shape::key_fault(text)
        } else {
            None
        };
        let earlier = self.key_position(text, position);
        let Some(open) = self.open.last_mut() else {
            return;
        };
        if let Some(node) = self.nodes.get_mut(open.node)
            && node.value.length == 0
        {
            node.value.length = position.length;
        }
        let fault = match (fault, earlier) {
            (Some(fault), _) => Some(fault),
            (None, Some(earlier)) => {
                let earlier = places::place(&self.file, earlier);
                Some(shape::duplicate_key(text).and_at(Some(earlier), "first written here"))
            }
            (None, None) => None,
        };
        open.shape.expect_value(text, position, fault.is_none());
        if let Some(fault) = fault {
            self.fault(fault, position);
        }
    }

    /// Where the innermost mapping already has this key.
    fn key_position(&mut self, text: &str, position: Position) -> Option<Position> {
        let open = self.open.last_mut()?;
        if let Some(keys) = &mut open.keys {
            return match keys.get(text) {
                Some(earlier) => Some(*earlier),
                None => {
                    keys.insert(text.into(), position);
                    None
                }
            };
        }
        if !open.shape.has(text) {
            return None;
        }
        let mut keys = BTreeMap::new();
        let mut index = open.node + 1;
        while let Some(node) = self.nodes.get(index) {
            work::steps(1);
            keys.entry(node.name.clone()).or_insert(node.key);
            index += node.size;
        }
        open.keys.insert(keys).get(text).copied()
    }

    fn start(
        &mut self,
        shape: Shape,
        anchor: usize,
        tag: Option<&Tag>,
        position: Position,
        span: Span,
    ) -> Result<(), Diagnostic> {
        self.refuse_tag(tag, position);
        if self.awaits_key() {
            let fault = shape::collection_as_key(self.rest_of_line(position));
            self.fault(fault, position);
            if let Some(open) = self.open.last_mut() {
                open.shape.expect_value("", position, false);
            }
            self.key_depth = 1;
            return Ok(());
        }
        if self.open.len() == shape::DEEPEST {
            return Err(shape::too_deep().at(Some(places::place(&self.file, position))));
        }
        let is_list = matches!(shape, Shape::List(_));
        let node = self.begin(position, is_list);
        // A span of one character is a bracket; a longer one holds an anchor, and maybe a bracket.
        let is_bracket = match span.len() {
            0 => false,
            1 => true,
            _ => self.rest_of_line(position).contains(['[', '{']),
        };
        let bracket = is_bracket.then_some(position);
        self.open.push(Open {
            shape,
            anchor,
            node,
            bracket,
            keys: None,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Diagnostic> {
        match self.open.pop() {
            Some(open) => self.complete(open.shape.into_value(), open.node, open.anchor),
            None => Ok(()),
        }
    }

    fn alias(&mut self, anchor: usize, position: Position) -> Result<(), Diagnostic> {
        let here = Some(places::place(&self.file, position));
        let repeated = self.anchors.repeat(anchor);
        let Some((value, nodes)) = repeated.map_err(|fault| fault.at(here.clone()))? else {
            return Err(shape::unfinished_anchor(self.rest_of_line(position)).at(here));
        };
        if self.awaits_key() {
            let fault = shape::alias_as_key();
            self.fault(fault, position);
            if let Some(open) = self.open.last_mut() {
                open.shape.expect_value("", position, false);
            }
            return Ok(());
        }
        let node = self.begin(position, false);
        let fresh = self.nodes.pop();
        self.nodes.extend(nodes);
        if let (Some(fresh), Some(root)) = (fresh, self.nodes.get_mut(node)) {
            root.name = fresh.name;
            root.key = fresh.key;
        }
        self.attach(value, node);
        Ok(())
    }

    /// Opens the node of a value under the pending key.
    fn begin(&mut self, position: Position, is_list: bool) -> usize {
        let (name, key) = match self.open.last().and_then(|open| open.shape.pending()) {
            Some((name, key)) => (name, key),
            None => ("", position),
        };
        self.nodes.push(shape::node(name, key, position, is_list));
        self.nodes.len() - 1
    }

    /// Closes the node of a value and puts the value where it belongs.
    fn complete(&mut self, value: Value, node: usize, anchor: usize) -> Result<(), Diagnostic> {
        let size = self.nodes.len() - node;
        self.nodes[node].size = size;
        if anchor != 0 {
            let kept = self.anchors.keep(anchor, &value, &self.nodes[node..]);
            let here = places::place(&self.file, self.nodes[node].value);
            kept.map_err(|fault| fault.at(Some(here)))?;
        }
        self.attach(value, node);
        Ok(())
    }

    fn attach(&mut self, value: Value, node: usize) {
        let Some(open) = self.open.last_mut() else {
            let nodes = std::mem::take(&mut self.nodes);
            let places = Places::new(Arc::clone(&self.file), nodes);
            return self.documents.push(Document { value, places });
        };
        if !open.shape.put(value) {
            self.nodes.truncate(node);
        }
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, position: Position) {
        if tag.is_some() {
            let fault = shape::tag(self.rest_of_line(position));
            self.fault(fault, position);
        }
    }

    fn fault(&mut self, fault: Diagnostic, position: Position) {
        let place = places::place(&self.file, position);
        self.problems.push(fault.at(Some(place)));
    }

    fn rest_of_line(&self, position: Position) -> &'t str {
        self.lines
            .rest(position.line as usize, position.column as usize)
    }

    /// The first line of a span; a span without an end of its own (a block mapping) has length 0.
    fn position(&self, span: Span) -> Position {
        let line = span.start.line() + self.skipped_lines;
        let mut position = Position {
            line: small(line),
            column: small(span.start.col() + 1),
            length: small(span.len()),
        };
        if span.end.line() != span.start.line() {
            position.length = small(self.rest_of_line(position).trim_end().chars().count());
        }
        position
    }
}

/// Lines and columns beyond four thousand million are shown as the last one.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
