//! The order of documents of one kind: roles may trust each other.

use std::collections::BTreeSet;

use super::Document;
use crate::model::Address;

/// A document with what decides its place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) name: Address,
    /// The resources that AWS needs first.
    pub(super) references: BTreeSet<Address>,
    pub(super) document: Document,
}

/// Referenced ones first, otherwise as they come. In a circle the first one comes first.
pub(super) fn in_order(mut left: Vec<Placed>) -> Vec<Document> {
    let mut names: BTreeSet<Address> = left.iter().map(|one| one.name.clone()).collect();
    let mut documents = Vec::new();
    while !left.is_empty() {
        let waits = |one: &Placed| {
            let mut references = one.references.iter();
            references.any(|other| *other != one.name && names.contains(other))
        };
        let next = left.iter().position(|one| !waits(one)).unwrap_or_default();
        let Placed {
            name,
            references: _,
            document,
        } = left.remove(next);
        names.remove(&name);
        documents.push(document);
    }
    documents
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::kind;

    fn ordered(all: &[(&str, &[&str])]) -> String {
        let address = |name: &&str| Address::new(kind::ROLE, name);
        let placed = all.iter().map(|(name, references)| Placed {
            name: address(name),
            references: references.iter().map(address).collect(),
            document: Document {
                remarks: Vec::new(),
                body: json!(name),
                is_sound: true,
            },
        });
        let documents = in_order(placed.collect());
        let names = documents.iter().filter_map(|one| one.body.as_str());
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn referenced_ones_come_first_and_circles_do_not_hang() {
        assert_eq!(ordered(&[("a", &[]), ("b", &[])]), "a b");
        assert_eq!(
            ordered(&[("a", &["c", "elsewhere"]), ("b", &["a"]), ("c", &["c"])]),
            "c a b"
        );
        assert_eq!(
            ordered(&[("a", &["b"]), ("b", &["a"]), ("c", &["b"])]),
            "a b c"
        );
    }
}
