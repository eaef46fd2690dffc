//! Policies as statements, each whole: its elements with their members, and what comes and goes marked on them. Both kinds of
//! drawing go over the same parts, so none of them can hide an element. What a change means for access is not said here.

use crate::policy::{
    Document, DocumentDiff, Element, Mark, Member, Part, StatementEdit, ValueEdit, diff,
};
use crate::render::markup::Markup;
use crate::text::count;

/// The version that needs no mention.
const USUAL_VERSION: &str = "2012-10-17";

/// A document that comes, goes, or is told about.
pub(super) fn whole(out: &mut Markup, document: &Document) {
    if !document.is_readable() {
        out.raw("<p>not a policy: <code>").text(&document.wire());
        out.raw("</code></p>");
        return;
    }
    if document.version() != Some(USUAL_VERSION) {
        let version = document.version().unwrap_or("(none)");
        element(out, "Version", version);
    }
    if let Some(id) = document.id() {
        element(out, "Id", id);
    }
    for (name, value) in document.unknown_elements() {
        element(out, name, &value.to_string());
    }
    for one in document.statements() {
        statement(out, Sign::NONE, &one.parts());
    }
    if document.statements().is_empty() {
        out.raw("<p>no statements</p>");
    }
}

/// A document that changes, statement by statement; what stays is folded.
pub(super) fn changed(out: &mut Markup, before: &Document, after: &Document, partition: &str) {
    let DocumentDiff {
        version,
        id,
        other,
        text,
        statements,
    } = diff(before, after, partition);
    if text.is_some() {
        rewritten(out, before, after);
        return;
    }
    value(out, "Version", version.as_ref());
    value(out, "Id", id.as_ref());
    for (name, edit) in &other {
        value(out, name, Some(edit));
    }
    let mut same = Vec::new();
    for edit in &statements {
        match edit {
            StatementEdit::Added(new) => statement(out, Sign::ADDED, &new.parts()),
            StatementEdit::Removed(old) => statement(out, Sign::REMOVED, &old.parts()),
            StatementEdit::Changed {
                before: _,
                after: _,
                parts,
            } => statement(out, Sign::CHANGED, parts),
            StatementEdit::Same(new) => same.push(new.parts()),
        }
    }
    if !same.is_empty() {
        out.raw("<details><summary>")
            .text(&count(same.len(), "statement"));
        out.raw(" unchanged</summary>");
        for parts in &same {
            statement(out, Sign::NONE, parts);
        }
        out.raw("</details>");
    }
}

/// Two documents of which one is no policy: nothing in them can be matched.
fn rewritten(out: &mut Markup, before: &Document, after: &Document) {
    out.raw("<p><del>- ").text(&before.wire());
    out.raw("</del></p><p><ins>+ ").text(&after.wire());
    out.raw("</ins></p>");
}

fn element(out: &mut Markup, name: &str, value: &str) {
    out.raw("<p><i>")
        .text(name)
        .raw("</i><span><code>")
        .text(value);
    out.raw("</code></span></p>");
}

fn value(out: &mut Markup, name: &str, edit: Option<&ValueEdit>) {
    let Some(ValueEdit { before, after }) = edit else {
        return;
    };
    let [before, after] = [before, after].map(|side| side.as_deref().unwrap_or("(none)"));
    out.raw("<p class=\"t\"><b>~</b> <i>").text(name);
    out.raw("</i><span><del>")
        .text(before)
        .raw("</del> \u{2192} <ins>");
    out.text(after).raw("</ins></span></p>");
}

/// What stands before a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sign {
    class: &'static str,
    sign: &'static str,
}

impl Sign {
    const NONE: Sign = Sign::new("s", "");
    const ADDED: Sign = Sign::new("s p", "+");
    const REMOVED: Sign = Sign::new("s m", "-");
    const CHANGED: Sign = Sign::new("s t", "~");

    const fn new(class: &'static str, sign: &'static str) -> Self {
        Self { class, sign }
    }
}

/// A statement: what it is called and does in its first line, then a line for every other element.
fn statement(out: &mut Markup, sign: Sign, parts: &[Part]) {
    out.raw("<div class=\"").raw(sign.class).raw("\"><p>");
    if !sign.sign.is_empty() {
        out.raw("<b>").raw(sign.sign).raw("</b> ");
    }
    let named = |element: &Element| parts.iter().find(|part| part.element == *element);
    match named(&Element::Effect) {
        Some(effect) => {
            out.raw("<em>");
            turned(out, effect);
            out.raw("</em>");
        }
        None => {
            out.raw("<em>(no Effect)</em>");
        }
    }
    if let Some(sid) = named(&Element::Sid) {
        out.raw(" ");
        turned(out, sid);
    }
    out.raw("</p>");
    for part in parts {
        if !matches!(part.element, Element::Sid | Element::Effect) {
            draw_part(out, sign == Sign::CHANGED, part);
        }
    }
    out.raw("</div>");
}

/// A part of one member: what it is, or what it was and will be.
fn turned(out: &mut Markup, part: &Part) {
    let marked = |mark: Mark| part.members.iter().find(|member| member.mark == mark);
    let text = |member: Option<&Member>| member.map_or("(none)", |member| &member.text).to_owned();
    if let Some(kept) = marked(Mark::Kept) {
        out.text(&kept.text);
        return;
    }
    out.raw("<del>").text(&text(marked(Mark::Removed)));
    out.raw("</del> \u{2192} <ins>")
        .text(&text(marked(Mark::Added)));
    out.raw("</ins>");
}

/// An element on its line; where only some of its members come or go, each of them on one.
fn draw_part(out: &mut Markup, is_marked: bool, part: &Part) {
    let Part {
        element,
        mark,
        members,
    } = part;
    out.raw("<p><i>")
        .text(&element.to_string())
        .raw("</i><span>");
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
    let (open, close) = match mark {
        Mark::Kept => ("<code>", "</code>"),
        Mark::Added => ("<ins>+ ", "</ins>"),
        Mark::Removed => ("<del>- ", "</del>"),
    };
    out.raw(open).text(text).raw(close);
}
