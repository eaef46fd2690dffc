//! Policies as statements: a whole one in a line where it fits, a changed one always whole with what comes and
//! goes marked on its members. Both draw the same parts, so none of them can hide an element.

use super::page::{Ink, Page};
use crate::policy::{
    Document, DocumentDiff, Element, Mark, Member, Part, StatementEdit, ValueEdit, diff,
};
use crate::text::count;

/// The version that needs no mention.
const USUAL_VERSION: &str = "2012-10-17";

/// A document that comes, goes, or is told about.
pub(super) fn whole(page: &mut Page, depth: usize, ink: Ink, document: &Document) {
    if !document.is_readable() {
        page.line(depth, ink, &format!("not a policy: {}", document.wire()));
        return;
    }
    if document.version() != Some(USUAL_VERSION) {
        let version = document.version().unwrap_or("(none)");
        page.line(depth, ink, &format!("Version: {version}"));
    }
    if let Some(id) = document.id() {
        page.line(depth, ink, &format!("Id: {id}"));
    }
    for (name, value) in document.unknown_elements() {
        page.line(depth, ink, &format!("{name}: {value}"));
    }
    for statement in document.statements() {
        whole_statement(page, depth, ink, &statement.parts());
    }
    if document.statements().is_empty() {
        page.line(depth, ink, "no statements");
    }
}

/// A document that changes, statement by statement.
pub(super) fn changed(
    page: &mut Page,
    depth: usize,
    before: &Document,
    after: &Document,
    partition: &str,
) {
    let DocumentDiff {
        version,
        id,
        other,
        text,
        statements,
    } = diff(before, after, partition);
    if text.is_some() {
        whole(page, depth + 1, Ink::REMOVED, before);
        whole(page, depth + 1, Ink::ADDED, after);
        return;
    }
    value(page, depth, "Version", version.as_ref());
    value(page, depth, "Id", id.as_ref());
    for (name, edit) in &other {
        value(page, depth, name, Some(edit));
    }
    for edit in &statements {
        match edit {
            StatementEdit::Added(new) => whole_statement(page, depth + 1, Ink::ADDED, &new.parts()),
            StatementEdit::Removed(old) => {
                whole_statement(page, depth + 1, Ink::REMOVED, &old.parts());
            }
            StatementEdit::Changed {
                before: _,
                after: _,
                parts,
            } => block(page, depth + 1, Ink::CHANGED, parts),
            StatementEdit::Same(_) => {}
        }
    }
    unchanged(page, depth + 1, &statements);
}

fn unchanged(page: &mut Page, depth: usize, statements: &[StatementEdit]) {
    let same = statements
        .iter()
        .filter(|edit| matches!(edit, StatementEdit::Same(_)))
        .count();
    if same > 0 {
        let text = format!("{} unchanged", count(same, "statement"));
        page.line(depth, Ink::FAINT, &text);
    }
}

fn value(page: &mut Page, depth: usize, name: &str, edit: Option<&ValueEdit>) {
    let Some(ValueEdit { before, after }) = edit else {
        return;
    };
    let [before, after] = [before, after].map(|side| side.as_deref().unwrap_or("(none)"));
    page.line(
        depth + 1,
        Ink::CHANGED,
        &format!("{name}: {before} -> {after}"),
    );
}

/// One statement of one document: a line for what it does, one for each principal and condition.
fn whole_statement(page: &mut Page, depth: usize, ink: Ink, parts: &[Part]) {
    let Some(line) = sentence(parts).filter(|line| page.fits(depth, line)) else {
        block(page, depth, ink, parts);
        return;
    };
    page.line(depth, ink, &line);
    for part in parts.iter().filter(|part| !in_sentence(&part.element)) {
        whole_part(page, depth + 1, ink.unsigned(), part);
    }
}

/// `Data: Allow s3:GetObject, s3:PutObject on arn:aws:s3:::a`, unless the statement is not of that kind.
fn sentence(parts: &[Part]) -> Option<String> {
    let mut words = vec![title(parts)];
    let mut about = parts.iter().filter(|part| in_sentence(&part.element));
    about.clone().find(|part| is_what(&part.element))?;
    if about.any(|part| part.members.is_empty()) {
        return None;
    }
    for part in parts {
        let members = joined(part);
        match part.element {
            Element::Action => words.push(members),
            Element::NotAction => words.push(format!("NotAction {members}")),
            Element::Resource => words.push(format!("on {members}")),
            Element::NotResource => words.push(format!("on NotResource {members}")),
            Element::Sid
            | Element::Effect
            | Element::Principal(_)
            | Element::NotPrincipal(_)
            | Element::Condition(_)
            | Element::Other(_) => {}
        }
    }
    Some(words.join(" "))
}

fn is_what(element: &Element) -> bool {
    matches!(element, Element::Action | Element::NotAction)
}

fn in_sentence(element: &Element) -> bool {
    match element {
        Element::Sid
        | Element::Effect
        | Element::Action
        | Element::NotAction
        | Element::Resource
        | Element::NotResource => true,
        Element::Principal(_)
        | Element::NotPrincipal(_)
        | Element::Condition(_)
        | Element::Other(_) => false,
    }
}

/// A statement with a line for every element.
fn block(page: &mut Page, depth: usize, ink: Ink, parts: &[Part]) {
    page.line(depth, ink, &title(parts));
    for part in parts {
        match (&part.element, ink) {
            (Element::Sid | Element::Effect, _) => {}
            (_, Ink::CHANGED) => changed_part(page, depth + 1, part),
            (_, whole) => whole_part(page, depth + 1, whole.unsigned(), part),
        }
    }
}

/// `Data: Allow`; `Old -> New: Allow -> Deny` where they change.
fn title(parts: &[Part]) -> String {
    let of = |element: &Element| {
        parts
            .iter()
            .find(|part| part.element == *element)
            .map(before_after)
    };
    let effect = of(&Element::Effect).unwrap_or_else(|| "(no Effect)".to_owned());
    match of(&Element::Sid) {
        Some(sid) if !sid.is_empty() => format!("{sid}: {effect}"),
        _ => effect,
    }
}

fn before_after(part: &Part) -> String {
    let marked = |mark: Mark| part.members.iter().find(|member| member.mark == mark);
    let text = |member: Option<&Member>| member.map_or("(none)", |member| &member.text).to_owned();
    match (
        marked(Mark::Kept),
        marked(Mark::Removed),
        marked(Mark::Added),
    ) {
        (Some(kept), _, _) => kept.text.clone(),
        (None, removed, added) => format!("{} -> {}", text(removed), text(added)),
    }
}

fn whole_part(page: &mut Page, depth: usize, ink: Ink, part: &Part) {
    let line = line_of(part);
    if page.fits(depth, &line) || part.members.len() < 2 {
        page.line(depth, ink, &line);
        return;
    }
    page.line(depth, ink, &format!("{}:", part.element));
    for member in &part.members {
        page.line(depth + 1, ink.unsigned(), &member.text);
    }
}

/// An element on its line while all of it has the same mark, else a line for every member.
fn changed_part(page: &mut Page, depth: usize, part: &Part) {
    let Part {
        element,
        mark,
        members,
    } = part;
    if members.iter().all(|member| member.mark == *mark) {
        whole_part(page, depth + 1, Ink::of(*mark), part);
        return;
    }
    page.line(depth + 1, Ink::PLAIN, &format!("{element}:"));
    for Member { text, mark } in members {
        page.line(depth + 3, Ink::of(*mark), text);
    }
}

fn line_of(part: &Part) -> String {
    if part.members.is_empty() {
        format!("{}: (empty)", part.element)
    } else {
        format!("{}: {}", part.element, joined(part))
    }
}

fn joined(part: &Part) -> String {
    let texts: Vec<&str> = part.members.iter().map(|one| one.text.as_str()).collect();
    texts.join(", ")
}
