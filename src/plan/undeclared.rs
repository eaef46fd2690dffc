//! What a resource has and nobody declares, as notes with its content: whatever becomes of it, it is seen.

use std::collections::BTreeMap;

use super::{Edit, Note, NoteKind};
use crate::model::{Address, FieldPath, Value};

/// The names of some members, as a list.
pub(super) fn members(kept: &BTreeMap<FieldPath, Value>) -> String {
    let names: Vec<String> = kept
        .keys()
        .map(|path| {
            format!(
                "`{}`",
                path.member.as_deref().unwrap_or(path.field.as_str())
            )
        })
        .collect();
    crate::text::and_list(&names)
}

/// What an adopted resource has and nobody declares is seen with its content before the next run removes it.
pub(super) fn removed_next(address: &Address, edits: &[Edit]) -> Option<Note> {
    let gone = |edit: &Edit| {
        let before = edit.before.clone().filter(|_| edit.after.is_none())?;
        edit.path
            .member
            .is_some()
            .then(|| (edit.path.clone(), before))
    };
    let gone: BTreeMap<FieldPath, Value> = edits.iter().filter_map(gone).collect();
    let mut note = undeclared(address, &gone)?;
    note.message.push_str(": the next run would remove it");
    Some(note)
}

pub(super) fn undeclared(address: &Address, kept: &BTreeMap<FieldPath, Value>) -> Option<Note> {
    if kept.is_empty() {
        return None;
    }
    Some(Note {
        kind: NoteKind::Undeclared,
        address: Some(address.clone()),
        message: format!(
            "{address} has {}, which the manifests do not declare",
            members(kept)
        ),
        content: kept
            .iter()
            .map(|(path, value)| (path.to_string(), value.clone()))
            .collect(),
    })
}
