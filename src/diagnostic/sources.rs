//! The texts that diagnostics point into, by the names the user knows them by. Reading them from disk
//! is `manifest`'s work; drawing excerpts is `render`'s.

use std::collections::BTreeMap;
use std::sync::Arc;

/// File name to text. Manifests are parsed; attached files (policy documents, variables) are only kept
/// so that excerpts of them can be drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    texts: BTreeMap<String, Source>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    text: Arc<str>,
    is_manifest: bool,
}

impl Sources {
    /// No texts yet.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a manifest. A name that is already there gets the new text.
    pub fn add_manifest(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) {
        let source = Source {
            text: text.into(),
            is_manifest: true,
        };
        self.texts.insert(name.into(), source);
    }

    /// Adds a file that a manifest refers to. A name that is already there keeps its text.
    pub fn attach(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) {
        self.texts.entry(name.into()).or_insert_with(|| Source {
            text: text.into(),
            is_manifest: false,
        });
    }

    /// The text of a file, manifest or attached.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|source| &*source.text)
    }

    /// All files, manifests and attached ones, sorted by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .map(|(name, source)| (name.as_str(), &*source.text))
    }

    /// The manifests, sorted by name.
    pub fn manifests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .filter(|(_, source)| source.is_manifest)
            .map(|(name, source)| (name.as_str(), &*source.text))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Sources {
    /// Manifests from names and texts, mostly for tests.
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(manifests: I) -> Self {
        let mut sources = Self::none();
        for (name, text) in manifests {
            sources.add_manifest(name, text);
        }
        sources
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attached_files_are_found_but_are_no_manifests() {
        let mut sources: Sources = [("b.yaml", "b"), ("a.yaml", "a")].into_iter().collect();
        sources.attach("trust.json", "{}");
        sources.attach("a.yaml", "not this one");
        assert_eq!(sources.get("trust.json"), Some("{}"));
        assert_eq!(sources.get("missing"), None);
        let manifests: Vec<_> = sources.manifests().collect();
        assert_eq!(manifests, [("a.yaml", "a"), ("b.yaml", "b")]);
    }
}
