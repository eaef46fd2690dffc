//! Why the plan may not be applied, what the manifests are warned of, and what rules say about the policies: what to do about
//! each stands beside it.

use super::page::{Page, whereabouts};
use crate::diagnostic::{Diagnostic, Related};
use crate::findings::{Finding, Severity};
use crate::render::markup::Markup;
use crate::render::remark::Remark;
use crate::text::count;

pub(super) fn draw(out: &mut Markup, page: &Page<'_>) {
    let refusals: Vec<&Diagnostic> = page.review.refusals.iter().collect();
    section(out, page, "refused", "Refused", &refusals);
    let warnings = page.review.warnings.sorted();
    section(out, page, "warnings", "Warnings", &warnings);
    if !page.review.findings.is_empty() {
        findings(out, page, page.review.findings);
    }
}

fn section(
    out: &mut Markup,
    page: &Page<'_>,
    id: &'static str,
    title: &'static str,
    all: &[&Diagnostic],
) {
    if all.is_empty() {
        return;
    }
    out.fill("<section id=\"{}\"><h2>{}</h2>\n", [&id, &title]);
    list(out, page, all.iter().map(|one| Remark::from(*one)));
    out.raw("</section>\n");
}

fn list<'a>(out: &mut Markup, page: &Page<'_>, remarks: impl Iterator<Item = Remark<'a>>) {
    out.raw("<ul class=\"ps\">");
    for one in remarks {
        remark(out, page, &one);
    }
    out.raw("</ul>");
}

fn findings(out: &mut Markup, page: &Page<'_>, findings: &[Finding]) {
    let (counting, allowed): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|one| one.counts());
    out.raw("<section id=\"findings\"><h2>Findings</h2>\n");
    if !counting.is_empty() {
        list(out, page, counting.into_iter().map(Remark::from));
    }
    if !allowed.is_empty() {
        let number = count(allowed.len(), "allowed finding");
        out.fill("<details class=\"fold\"><summary>{}</summary>", [&number]);
        list(out, page, allowed.into_iter().map(Remark::from));
        out.raw("</details>");
    }
    out.raw("</section>\n");
}

/// How bad, which rule and where, small; then what, and what to do.
fn remark(out: &mut Markup, page: &Page<'_>, one: &Remark<'_>) {
    let class = match one.severity {
        Severity::Error | Severity::High => "hi",
        Severity::Medium => "me",
        Severity::Low => "lo",
    };
    let sign = if one.about.is_none() { "! " } else { "" };
    out.fill(
        "<li><p class=\"ph\"><span class=\"sv {}\">{}{}</span> <code>{}</code>",
        [&class, &sign, &one.word, &one.code],
    );
    whereabouts(out, one.place);
    out.raw("</p><p>").sentence(one.message).raw("</p>");
    for Related { place, label } in one.related {
        out.raw("<p class=\"hint\">").sentence(label);
        whereabouts(out, Some(place));
        out.raw("</p>");
    }
    if let Some((address, field)) = one.about {
        out.raw("<p class=\"hint\">");
        page.link(out, address);
        out.fill(" <code>{}</code></p>", [field]);
        if let Some((what, sentence)) = one.outcome() {
            out.fill("<p class=\"hint\">{}: ", [&what]);
            out.sentence(sentence).raw("</p>");
        }
    } else {
        for hint in &one.advice {
            out.raw("<p class=\"hint\">").sentence(hint).raw("</p>");
        }
    }
    out.raw("</li>");
}
