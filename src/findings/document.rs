//! Rules that need nothing but one document and what it is for.

use super::Found;
use crate::policy::{Document, Usage};

/// One document, and what it is for.
#[derive(Debug, Clone, Copy)]
pub struct DocumentSubject<'a> {
    /// The document.
    pub document: &'a Document,
    /// Permissions or trust.
    pub usage: Usage,
    /// The account it is in.
    pub account: &'a str,
    /// The partition it is in (`aws`).
    pub partition: &'a str,
}

/// Everything worth a look in one document, in the order of the document.
pub fn in_document(subject: &DocumentSubject<'_>) -> Vec<Found> {
    let _ = subject;
    Vec::new()
}
