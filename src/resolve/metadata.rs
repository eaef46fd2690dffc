//! What `metadata` may say beside the name, which depends on the kind: a mark that could have no effect is
//! refused rather than ignored.

use crate::diagnostic::{Diagnostic, Problems};
use crate::kinds;
use crate::manifest::Entry;

/// Refuses plans that delete or replace.
pub(super) const PROTECT: &str = "protect";
/// Takes over what nobody owns; only kinds that carry the ownership tag have owners.
pub(super) const ADOPT: &str = "adopt";

/// The marks that documents of a kind can carry.
pub(super) fn marks(kind: &str) -> &'static [&'static str] {
    match kind.parse() {
        Ok(kind) if kinds::find(kind).can_be_adopted() => &[PROTECT, ADOPT],
        Ok(_) => &[PROTECT],
        // A stack is no resource.
        Err(_) => &[],
    }
}

/// The marks of a document that its kind cannot carry.
pub(super) fn check(entry: &Entry) -> Problems {
    let wrong = [PROTECT, ADOPT]
        .into_iter()
        .filter(|mark| entry.metadata.get(mark).is_some())
        .filter(|mark| !marks(&entry.kind).contains(mark));
    wrong
        .map(|mark| {
            let message = format!("`{mark}` means nothing for the kind {}", entry.kind);
            let hint = match mark {
                ADOPT => "only what carries an ownership tag can be adopted; take it out",
                _ => "put it on the resources that are to be protected",
            };
            Diagnostic::error("unknown-field", message)
                .at(entry.places.key(&format!("/metadata/{mark}")))
                .hint(hint)
        })
        .collect()
}
