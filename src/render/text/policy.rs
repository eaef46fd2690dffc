//! Policies: a statement on a line where it fits, a changed one always with a line for every element.

use super::page::{Ink, Page};
use crate::policy::{Element, Member, Part};
use crate::render::scene::{Named, Policy, Sign, Statement, Text};
use crate::text::count;

/// Draws a policy. The ink is that of a whole one; what changes has signs of its own, for which lines move to the right.
pub(super) fn draw(page: &mut Page, depth: usize, ink: Ink, policy: &Policy<'_>) {
    match policy {
        Policy::Unreadable { text } => page.line(depth, ink, &format!("not a policy: {text}")),
        Policy::Rewritten { before, after } => {
            for (sign, document) in [(Sign::Removed, before), (Sign::Added, after)] {
                draw(page, depth + 1, Ink::of(sign), &Policy::whole(document));
            }
        }
        Policy::Statements {
            elements,
            statements,
            unchanged,
        } => {
            let (depth, ink) = match unchanged {
                None => (depth, ink),
                Some(_) => (depth + 1, Ink::of(Sign::Changed)),
            };
            for Named { name, text } in elements {
                page.line(depth, ink, &format!("{name}: {}", shown(text)));
            }
            for one in statements {
                match one.change {
                    Sign::Same => whole(page, depth, ink, one),
                    Sign::Changed => block(page, depth, ink, one),
                    sign => whole(page, depth, Ink::of(sign), one),
                }
            }
            match unchanged {
                None if statements.is_empty() => page.line(depth, ink, "no statements"),
                Some(same) if !same.is_empty() => {
                    let number = count(same.len(), "statement");
                    page.line(depth, Ink::FAINT, &format!("{number} unchanged"));
                }
                None | Some(_) => {}
            }
        }
    }
}

fn shown(text: &Text) -> String {
    match text {
        Text::Kept { text } => text.clone(),
        Text::Changed { before, after } => format!("{before} -> {after}"),
    }
}

/// One statement of one document: a line for what it does, one for each principal and condition.
fn whole(page: &mut Page, depth: usize, ink: Ink, statement: &Statement) {
    let Some(line) = sentence(statement).filter(|line| page.fits(depth, line)) else {
        block(page, depth, ink, statement);
        return;
    };
    page.line(depth, ink, &line);
    let details = statement.details();
    for part in details.filter(|part| preposition(&part.element).is_none()) {
        whole_part(page, depth + 1, ink.unsigned(), part);
    }
}

/// `Data: Allow s3:GetObject, s3:PutObject on arn:aws:s3:::a`, unless the statement is not of that kind.
fn sentence(statement: &Statement) -> Option<String> {
    let mut line = title(statement);
    let mut has_action = false;
    for part in statement.details() {
        let Some(before) = preposition(&part.element) else {
            continue;
        };
        if part.members.is_empty() {
            return None;
        }
        has_action |= matches!(part.element, Element::Action | Element::NotAction);
        line.push_str(&format!(" {before}{}", joined(part)));
    }
    has_action.then_some(line)
}

/// What stands before an element within a sentence; nothing for those that have a line of their own.
fn preposition(element: &Element) -> Option<&'static str> {
    match element {
        Element::Action => Some(""),
        Element::NotAction => Some("NotAction "),
        Element::Resource => Some("on "),
        Element::NotResource => Some("on NotResource "),
        Element::Sid
        | Element::Effect
        | Element::Principal(_)
        | Element::NotPrincipal(_)
        | Element::Condition(_)
        | Element::Other(_) => None,
    }
}

/// A statement with a line for every element.
fn block(page: &mut Page, depth: usize, ink: Ink, statement: &Statement) {
    page.line(depth, ink, &title(statement));
    for part in statement.details() {
        match statement.change {
            Sign::Changed => changed_part(page, depth + 1, part),
            Sign::Same | Sign::Added | Sign::Removed => {
                whole_part(page, depth + 1, ink.unsigned(), part);
            }
        }
    }
}

/// `Data: Allow`; `Old -> New: Allow -> Deny` where they change.
fn title(statement: &Statement) -> String {
    let effect = statement.text(&Element::Effect).as_ref().map(shown);
    let effect = effect.unwrap_or_else(|| "(no Effect)".to_owned());
    match statement.text(&Element::Sid).as_ref().map(shown) {
        Some(sid) if !sid.is_empty() => format!("{sid}: {effect}"),
        _ => effect,
    }
}

fn whole_part(page: &mut Page, depth: usize, ink: Ink, part: &Part) {
    let members = if part.members.is_empty() {
        "(empty)".to_owned()
    } else {
        joined(part)
    };
    let line = format!("{}: {members}", part.element);
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
        whole_part(page, depth + 1, Ink::of((*mark).into()), part);
        return;
    }
    page.line(depth + 1, Ink::PLAIN, &format!("{element}:"));
    for Member { text, mark } in members {
        page.line(depth + 3, Ink::of((*mark).into()), text);
    }
}

fn joined(part: &Part) -> String {
    let texts: Vec<&str> = part.members.iter().map(|one| one.text.as_str()).collect();
    texts.join(", ")
}
