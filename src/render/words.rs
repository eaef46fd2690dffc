//! The words that all forms of a plan share: signs, counts, risks, headings, and the order of changes. How
//! they are laid out is each form's own.

use std::collections::BTreeSet;

use crate::access::AccessDiff;
use crate::diagnostic::Place;
use crate::model::{Address, Instance, Rollout};
use crate::plan::{Action, Change, NoteKind, Plan, Risk};
use crate::text::count;

/// Every action that does something with the words for its count, in the order of the counts.
pub(super) const ACTIONS: [(Action, &str); 6] = [
    (Action::Create, "to create"),
    (Action::Update, "to update"),
    (Action::Replace, "to replace"),
    (Action::Delete, "to delete"),
    (Action::Adopt, "to adopt"),
    (Action::Detach, "to detach"),
];

/// Every risk with its words, the worst first.
pub(super) const RISKS: [(Risk, &str); 6] = [
    (Risk::TrustWidened, "trust widened"),
    (Risk::NewAccess, "new access"),
    (Risk::BoundaryRemoved, "boundary removed"),
    (Risk::Deletion, "deletion"),
    (Risk::Narrowing, "narrowing"),
    (Risk::Cosmetic, "cosmetic"),
];

/// Every kind of note with its heading, in the order of urgency.
pub(super) const NOTES: [(NoteKind, &str); 4] = [
    (NoteKind::Warning, "Warnings"),
    (NoteKind::Undeclared, "Not declared, and left alone"),
    (NoteKind::Orphan, "Ours, no longer declared, and left alone"),
    (NoteKind::Blind, "Not looked at"),
];

/// Among changes of one risk, what a reviewer must see first comes first.
const ORDER: [Action; 7] = [
    Action::Delete,
    Action::Replace,
    Action::Detach,
    Action::Update,
    Action::Create,
    Action::Adopt,
    Action::Keep,
];

/// How an action is marked in every form.
pub(super) struct ActionMarks {
    /// What stands before a change.
    pub(super) symbol: &'static str,
    /// The class that gives a resource its colour in pages and pictures.
    pub(super) class: &'static str,
    /// The name of a class for Mermaid, in which it is a keyword nowhere.
    pub(super) name: &'static str,
    /// The colour for Mermaid and Graphviz.
    pub(super) colour: &'static str,
}

/// The marks of an action.
pub(super) fn marks(action: Action) -> ActionMarks {
    let [symbol, class, name, colour] = match action {
        Action::Create => ["+", "ac", "created", "green"],
        Action::Update => ["~", "au", "updated", "goldenrod"],
        Action::Replace => ["-/+", "ar", "replaced", "darkorange"],
        Action::Delete => ["-", "ad", "deleted", "red"],
        Action::Adopt => [">", "aa", "adopted", "purple"],
        Action::Detach => ["x", "ax", "detached", "darkorange"],
        Action::Keep => ["", "ak", "kept", "gray"],
    };
    ActionMarks {
        symbol,
        class,
        name,
        colour,
    }
}

/// What stands before a change.
pub(super) fn symbol(action: Action) -> &'static str {
    marks(action).symbol
}

/// The words for a risk.
pub(super) fn risk_words(risk: Risk) -> &'static str {
    let mut risks = RISKS.iter().filter(|(one, _)| *one == risk);
    risks.next().map_or("", |(_, words)| words)
}

/// The changes that do something, the riskiest first.
pub(super) fn in_order(plan: &Plan) -> Vec<&Change> {
    let mut changes: Vec<&Change> = plan.effective().collect();
    let rank = |action: Action| ORDER.iter().position(|one| *one == action);
    changes.sort_by_key(|change| (change.risk, rank(change.action)));
    changes
}

/// Why a plan has no changes.
pub(super) fn no_changes(plan: &Plan, destroy: bool) -> &'static str {
    let mut notes = plan.notes.iter();
    let unseen = notes.any(|note| note.kind == NoteKind::Blind && note.address.is_some());
    match (unseen, destroy) {
        (true, _) => "Not everything was looked at, see below.",
        (false, true) => "Nothing of this stack is left.",
        (false, false) => "AWS matches the manifests.",
    }
}

/// How many instances get other credentials.
pub(super) fn credentials(plan: &Plan) -> String {
    let instances = plan.effective().flat_map(|change| &change.instances);
    let ids: BTreeSet<&str> = instances.map(|instance| instance.id.as_str()).collect();
    match ids.len() {
        0 => "No instance changes its credentials".to_owned(),
        1 => "1 instance changes its credentials".to_owned(),
        many => format!("{many} instances change their credentials"),
    }
}

/// The name of changes that are drawn as one.
pub(super) fn names(first: &Address, number: usize) -> String {
    if number == 1 {
        first.to_string()
    } else {
        format!("{}/{}[{number} instances]", first.kind, first.name)
    }
}

/// What stands above the things that are gained and lost. Where nothing is gained, that is said: it is proven.
pub(super) fn access_head(diff: &AccessDiff) -> &'static str {
    let AccessDiff { gained, lost } = diff;
    match (gained.is_empty(), lost.is_empty()) {
        (true, true) => "access: as before",
        (true, false) => "access: nothing new",
        (false, _) => "access:",
    }
}

/// `stack.yaml:12`.
pub(super) fn at(place: &Place) -> String {
    let Place {
        file,
        line,
        column: _,
        length: _,
    } = place;
    format!("{file}:{line}")
}

/// `i-0abc (running, us-east-1)`.
pub(super) fn instance(instance: &Instance) -> String {
    let Instance { id, state, region } = instance;
    let facts: Vec<&str> = [state, region]
        .into_iter()
        .filter_map(Option::as_deref)
        .collect();
    if facts.is_empty() {
        return id.clone();
    }
    format!("{id} ({})", facts.join(", "))
}

/// `30 instances in 6 waves of at most 5, 30 s between; no further wave after 1 failure`.
pub(super) fn rollout(rollout: &Rollout, waves: &[Vec<Address>]) -> String {
    let Rollout {
        max_in_flight,
        pause_between,
        abort_on_failures,
    } = rollout;
    let instances = count(waves.iter().map(Vec::len).sum(), "instance");
    let mut terms = format!(
        "{instances} in {} of at most {max_in_flight}",
        count(waves.len(), "wave")
    );
    if *pause_between > 0 {
        terms.push_str(&format!(", {pause_between} s between"));
    }
    let failures = count(*abort_on_failures, "failure");
    format!("{terms}; no further wave after {failures}")
}

/// A text within so many characters. The middle gives way: what a thing is stands at the beginning, and which one at the end.
pub(super) fn shortened(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let head: String = text.chars().take(kept.div_ceil(2)).collect();
    let tail: String = text.chars().skip(length - kept / 2).collect();
    format!("{head}…{tail}").chars().take(width).collect()
}
