//! Policies that stand in files of their own: `{file: …}` is replaced by the file's content before a kind sees it.

use serde_json::Value;

use super::Input;
use super::entry::Mentions;
use super::located::{Located, from_root};
use super::scope::Naming;
use crate::diagnostic::{Diagnostic, Place, Problems, Sources};
use crate::manifest::{Document, Entry, Places, evaluate_tree, is_policy, parse_yaml};

/// A document whose policy files are being read.
pub(super) struct Reading<'a> {
    pub(super) entry: &'a Entry,
    pub(super) input: &'a Input<'a>,
    pub(super) naming: &'a Naming,
    pub(super) sources: &'a mut Sources,
    pub(super) located: Located<'a>,
    /// The resources that expressions name.
    pub(super) mentions: Mentions,
    pub(super) problems: Problems,
}

impl Reading<'_> {
    /// Fills in the expressions of a value, and notes what they name.
    pub(super) fn expressions(&mut self, value: &mut Value, pointer: &str, places: &Places) {
        let (mentions, wrong) = evaluate_tree(value, pointer, &self.naming.scope, places);
        let arns = &self.naming.arns;
        let named = mentions.iter().filter_map(|arn| arns.get(arn).cloned());
        self.mentions.extend(named);
        self.problems.extend(wrong);
    }

    /// Replaces `{file: …}` at a pointer within the spec by the file's content. Where that cannot be, it stays
    /// as it is, and the kind knows that the reason has been reported.
    pub(super) fn policy_file(&mut self, spec: &mut Value, pointer: &str) {
        let Some(target) = spec.pointer_mut(pointer) else {
            return;
        };
        let Some(path) = target.get("file").and_then(Value::as_str) else {
            return;
        };
        let root = from_root(pointer);
        let place = self.entry.places.at(&format!("{root}/file"));
        let is_alone = target.as_object().is_some_and(|policy| policy.len() == 1);
        if let Some(mut document) = self.document(path, is_alone, place) {
            self.expressions(&mut document.value, "", &document.places);
            *target = document.value;
            self.located.read_in(&root, document.places);
        }
    }

    /// The one document of a file.
    fn document(&mut self, path: &str, is_alone: bool, place: Option<Place>) -> Option<Document> {
        if !is_alone {
            let message = "a policy is either read from a file or written here, not both";
            self.fault("file-and-policy", message, place);
            return None;
        }
        let read = self.input.files.read(&self.entry.file, path);
        let read = read.map_err(|fault| Problems::from(fault.at(place.clone())));
        let (name, text) = self.problems.absorb(read)?;
        if !text.trim().is_empty() && !is_policy(&text) {
            self.problems.push(no_policy(&name).at(place));
            return None;
        }
        self.sources.attach(name.as_str(), text.as_str());
        let (mut documents, wrong) = parse_yaml(&name, &text);
        if wrong.has_errors() {
            self.problems.extend(wrong);
            return None;
        }
        let Some(document) = documents.pop() else {
            self.fault(
                "empty-policy-file",
                format!("{name} holds no policy"),
                place,
            );
            return None;
        };
        if !documents.is_empty() {
            let message = format!("{name} holds several documents; a policy is one");
            self.fault("many-policies", message, place);
            return None;
        }
        if document.value.get("file").is_some() {
            let message = "a policy file holds the policy itself, not the name of another file";
            self.fault("file-in-file", message, document.places.at("/file"));
            return None;
        }
        Some(document)
    }

    fn fault(&mut self, code: &str, message: impl Into<String>, place: Option<Place>) {
        self.problems
            .push(Diagnostic::error(code, message).at(place));
    }
}

/// The text stays out of the message, and out of the sources: a manifest can name any file.
fn no_policy(name: &str) -> Diagnostic {
    let message = format!(
        "{name} holds no policy: none of its top fields is `Version`, `Id`, `Statement` or `services`"
    );
    Diagnostic::error("no-policy", message).hint("name a file with one policy, as JSON or YAML")
}
