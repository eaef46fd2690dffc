//! YAML 1.2 to values with places. JSON goes the same way, being YAML. What the values mean is
//! not known here.
//!
//! One parser gives both values and places. Reading values with a second parser would let the two
//! disagree about what was written; a test holds our values against `serde_yaml`'s instead.

mod anchors;
mod build;
mod fault;
mod lines;
mod scalar;
mod shape;

use std::sync::Arc;

use saphyr_parser::Parser;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Problems};

use super::places::Places;
use build::Builder;
use lines::Lines;

/// One document of a YAML stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it says.
    pub value: Value,
    /// Where it says it; pointers start at the document's root.
    pub places: Places,
}

/// Reads a YAML stream. Documents that are empty, or that cannot be read, are left out; every fault of every
/// document is located. After a fault of syntax, reading goes on at the next `---`.
pub fn parse(file: &str, text: &str) -> (Vec<Document>, Problems) {
    let lines = Lines::new(text);
    let mut builder = Builder::new(Arc::from(file), &lines);
    if let Some(fault) = fault::control_character(file, text) {
        return (Vec::new(), fault.into());
    }
    let mut from = 0;
    loop {
        builder.start_at(from);
        let Err(fault) = read(&mut builder, lines.text_from(from)) else {
            break;
        };
        let line = fault.place.as_ref().map_or(0, |place| place.line);
        let next = lines.document_mark(line.max(from + 2));
        builder.give_up(fault);
        match next {
            Some(next) => from = next,
            None => break,
        }
    }
    builder.finish()
}

/// Feeds one stretch of text to the builder, until its end or a fault that ends reading.
fn read(builder: &mut Builder<'_>, text: &str) -> Result<(), Diagnostic> {
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => return Err(builder.explain(&error)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
