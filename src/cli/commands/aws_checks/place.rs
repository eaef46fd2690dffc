//! Where a spot inside a policy was written: in the manifest, or in the file that it names.

use super::subject::Subject;
use crate::diagnostic::Place;
use crate::manifest::{self, Entry};
use crate::run::Project;

/// The place of a pointer within a policy; that of the policy where the spot was not written as such.
pub(super) fn place(subject: &Subject<'_>, pointer: &str, project: &Project) -> Option<Place> {
    let whole = subject.place?;
    let found = in_manifest(subject, whole, pointer, project);
    let found = found.or_else(|| in_file(whole, pointer, project));
    Some(found.unwrap_or_else(|| whole.clone()))
}

fn in_manifest(
    subject: &Subject<'_>,
    whole: &Place,
    pointer: &str,
    project: &Project,
) -> Option<Place> {
    let entry = project
        .entries
        .iter()
        .find(|entry| name_of(entry).as_ref() == subject.owner)?;
    let path = subject.path;
    let member = path.member.as_deref().map(manifest::escape);
    let member = member.map_or(String::new(), |member| format!("/{member}"));
    let root = format!("/spec/{}{member}", path.field);
    // A policy that was read from a file stands elsewhere.
    let is_here = entry.places.at(&root).as_ref() == Some(whole);
    is_here
        .then(|| entry.places.at(&format!("{root}{pointer}")))
        .flatten()
}

/// Documents are known by where their names stand.
fn name_of(entry: &Entry) -> Option<Place> {
    entry.places.at("/metadata/name")
}

fn in_file(whole: &Place, pointer: &str, project: &Project) -> Option<Place> {
    let text = project.sources.get(&whole.file)?;
    let (documents, _) = manifest::parse_yaml(&whole.file, text);
    let document = documents.first()?;
    let is_here = document.places.at("").as_ref() == Some(whole);
    is_here.then(|| document.places.at(pointer)).flatten()
}
