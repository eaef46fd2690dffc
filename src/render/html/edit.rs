//! One field of a change: on one line where it fits, else its name and a block of its own.

use super::page::{class, whereabouts};
use super::policy;
use crate::render::markup::Markup;
use crate::render::scene::{EditScene, Shown, Sign, diff_lines};

pub(super) fn draw(out: &mut Markup, edit: &EditScene<'_>) {
    let sign = if edit.with_resource {
        Sign::Same
    } else {
        edit.sign
    };
    let path = (edit.path.field.as_str(), edit.path.member.as_deref());
    head(out, sign, path);
    if edit.shown.is_block() {
        notes(out, edit);
        value(out, &edit.shown);
    } else {
        value(out, &edit.shown);
        notes(out, edit);
    }
    out.raw("</li>");
}

fn head(out: &mut Markup, sign: Sign, (field, member): (&str, Option<&str>)) {
    match sign {
        Sign::Same => out.raw("<li>"),
        sign => out.fill("<li class=\"{}\"><b>{}</b>", [&class(sign), &sign.symbol()]),
    };
    out.fill("<span class=\"d\">{}", [&field]);
    if let Some(member) = member {
        out.fill(".<wbr>{}", [&member]);
    }
    out.raw("</span>");
}

fn notes(out: &mut Markup, edit: &EditScene<'_>) {
    if edit.forces_replacement {
        out.raw(" <span class=\"rk me\">forces replacement</span>");
    }
    whereabouts(out, edit.place);
}

/// A value within a note: its name, then all of it.
pub(super) fn noted(out: &mut Markup, name: &str, shown: &Shown<'_>) {
    head(out, Sign::Same, (name, None));
    value(out, shown);
    out.raw("</li>");
}

fn value(out: &mut Markup, shown: &Shown<'_>) {
    match shown {
        Shown::Nothing => {}
        Shown::Line(line) => drop(out.fill(" <code>{}</code>", [line])),
        Shown::Both([before, after]) => {
            out.fill(" <del>{}</del> \u{2192} <ins>{}</ins>", [before, after]);
        }
        Shown::Text(text) => {
            out.raw("<pre>");
            for line in text.lines() {
                out.fill("{}\n", [&line]);
            }
            out.raw("</pre>");
        }
        Shown::Diff(diff) => unified(out, diff),
        Shown::Policy(policy) => policy::draw(out, policy),
    }
}

fn unified(out: &mut Markup, diff: &str) {
    out.raw("<pre>");
    for (sign, line) in diff_lines(diff) {
        let template = match sign {
            Some(Sign::Added) => "<ins>{}</ins>\n",
            Some(Sign::Removed) => "<del>{}</del>\n",
            Some(Sign::Same | Sign::Changed) | None => "{}\n",
        };
        out.fill(template, [&line]);
    }
    out.raw("</pre>");
}
