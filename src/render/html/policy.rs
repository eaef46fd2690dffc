//! Policies as statements, each whole: its elements with their members, and what comes and goes marked on them. What a change
//! means for access is not said here.

use super::page::class;
use crate::policy::{Element, Mark, Member, Part};
use crate::render::markup::Markup;
use crate::render::scene::{Named, Policy, Sign, Statement, Text};
use crate::text::count;

pub(super) fn draw(out: &mut Markup, policy: &Policy<'_>) {
    match policy {
        Policy::Unreadable { text } => {
            out.fill("<p>not a policy: <code>{}</code></p>", [text]);
        }
        Policy::Rewritten { before, after } => {
            out.fill(
                "<p><del>- {}</del></p><p><ins>+ {}</ins></p>",
                [&before.wire(), &after.wire()],
            );
        }
        Policy::Statements {
            elements,
            statements,
            unchanged,
        } => {
            elements.iter().for_each(|one| element(out, one));
            statements.iter().for_each(|one| statement(out, one));
            match unchanged {
                None if statements.is_empty() => drop(out.raw("<p>no statements</p>")),
                Some(same) if !same.is_empty() => {
                    let number = count(same.len(), "statement");
                    out.fill("<details><summary>{} unchanged</summary>", [&number]);
                    same.iter().for_each(|one| statement(out, one));
                    out.raw("</details>");
                }
                None | Some(_) => {}
            }
        }
    }
}

fn element(out: &mut Markup, Named { name, text }: &Named) {
    match text {
        Text::Kept { text } => out.fill(
            "<p><i>{}</i><span><code>{}</code></span></p>",
            [name, text],
        ),
        Text::Changed { before, after } => out.fill(
            "<p class=\"t\"><b>~</b> <i>{}</i><span><del>{}</del> \u{2192} <ins>{}</ins></span></p>",
            [name, before, after],
        ),
    };
}

/// A statement: what it is called and does in its first line, then a line for every other element.
fn statement(out: &mut Markup, statement: &Statement) {
    match statement.change {
        Sign::Same => out.raw("<div class=\"s\"><p>"),
        sign => out.fill(
            "<div class=\"s {}\"><p><b>{}</b> ",
            [&class(sign), &sign.symbol()],
        ),
    };
    out.raw("<em>");
    match statement.text(&Element::Effect) {
        Some(effect) => turned(out, &effect),
        None => drop(out.raw("(no Effect)")),
    }
    out.raw("</em>");
    if let Some(sid) = statement.text(&Element::Sid) {
        out.raw(" ");
        turned(out, &sid);
    }
    out.raw("</p>");
    for one in statement.details() {
        part(out, statement.change == Sign::Changed, one);
    }
    out.raw("</div>");
}

/// What a text is, or what it was and will be.
fn turned(out: &mut Markup, text: &Text) {
    match text {
        Text::Kept { text } => out.text(text),
        Text::Changed { before, after } => {
            out.fill("<del>{}</del> \u{2192} <ins>{}</ins>", [before, after])
        }
    };
}

/// An element on its line; where only some of its members come or go, each of them on one.
fn part(out: &mut Markup, is_marked: bool, part: &Part) {
    let Part {
        element,
        mark,
        members,
    } = part;
    out.fill("<p><i>{}</i><span>", [element]);
    if members.is_empty() {
        out.raw("(empty)");
    }
    let is_uniform = members.iter().all(|member| member.mark == *mark);
    if !is_marked || is_uniform {
        let texts: Vec<&str> = members.iter().map(|one| one.text.as_str()).collect();
        let mark = if is_marked { *mark } else { Mark::Kept };
        member(out, mark, &texts.join(", "));
    } else {
        for Member { text, mark } in members {
            member(out, *mark, text);
            out.raw("<br>");
        }
    }
    out.raw("</span></p>");
}

fn member(out: &mut Markup, mark: Mark, text: &str) {
    let template = match mark {
        Mark::Kept => "<code>{}</code>",
        Mark::Added => "<ins>+ {}</ins>",
        Mark::Removed => "<del>- {}</del>",
    };
    out.fill(template, [&text]);
}
