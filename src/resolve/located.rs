//! Places of a document into which other files were read: below a pointer, another file's places count.

use crate::diagnostic::Place;
use crate::manifest::Places;

/// The places of a document and of the files read into it.
pub(super) struct Located<'a> {
    document: &'a Places,
    files: Vec<(String, Places)>,
}

impl<'a> Located<'a> {
    pub(super) fn new(document: &'a Places) -> Self {
        Self {
            document,
            files: Vec::new(),
        }
    }

    /// From now on everything below `pointer` stands in a file.
    pub(super) fn read_in(&mut self, pointer: &str, places: Places) {
        self.files.push((pointer.to_owned(), places));
    }

    /// Where a value stands.
    pub(super) fn at(&self, pointer: &str) -> Option<Place> {
        let (places, inner) = self.around(pointer);
        places.at(inner)
    }

    /// Where the key of a value stands.
    pub(super) fn key(&self, pointer: &str) -> Option<Place> {
        let (places, inner) = self.around(pointer);
        places.key(inner)
    }

    /// The places that count at a pointer, and the pointer seen from there.
    fn around<'p>(&self, pointer: &'p str) -> (&Places, &'p str) {
        let inside = self.files.iter().find_map(|(prefix, places)| {
            let inner = pointer.strip_prefix(prefix.as_str())?;
            (inner.is_empty() || inner.starts_with('/')).then_some((places, inner))
        });
        inside.unwrap_or((self.document, pointer))
    }
}

/// The pointer from the document's root to something that a kind points to within its spec.
pub(super) fn from_root(pointer: &str) -> String {
    match pointer.strip_prefix("../") {
        Some(rest) => format!("/{rest}"),
        None => format!("/spec{pointer}"),
    }
}
