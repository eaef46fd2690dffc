//! Why the plan may not be applied, what the manifests are warned of, and what rules say about the policies: what to do about
//! each stands beside it.

use super::scene::{Scene, whereabouts};
use crate::diagnostic::{Diagnostic, Related, Severity};
use crate::findings::{self, Allowed, AllowedBy, Finding};
use crate::render::findings::word;
use crate::render::markup::Markup;
use crate::render::review::Review;
use crate::text::count;

/// How many refusals, warnings and findings there are.
pub(super) fn numbers(review: Review<'_>) -> (usize, usize, usize) {
    let findings = review.findings.iter().filter(|one| one.counts()).count();
    let allowed = review.findings.len() - findings;
    let warnings = review.warnings.sorted().len();
    (
        review.refusals.len(),
        warnings,
        findings.max(allowed.min(1)),
    )
}

pub(super) fn draw(out: &mut Markup, scene: &Scene<'_>) {
    let Review {
        plan: _,
        warnings,
        findings,
        refusals,
        destroy: _,
        stamp: _,
    } = scene.review;
    if !refusals.is_empty() {
        out.raw("<section id=\"refused\" class=\"stops\"><h2>Refused</h2>\n<ul class=\"ps\">");
        refusals.iter().for_each(|one| diagnostic(out, one));
        out.raw("</ul></section>\n");
    }
    let warnings = warnings.sorted();
    if !warnings.is_empty() {
        out.raw("<section id=\"warnings\"><h2>Warnings</h2>\n<ul class=\"ps\">");
        warnings.iter().for_each(|one| diagnostic(out, one));
        out.raw("</ul></section>\n");
    }
    if !findings.is_empty() {
        found(out, scene, findings);
    }
}

fn diagnostic(out: &mut Markup, one: &Diagnostic) {
    let Diagnostic {
        severity,
        code,
        message,
        place,
        related,
        hints,
    } = one;
    let (class, word) = match severity {
        Severity::Error => ("sv hi", "! error"),
        Severity::Warning => ("sv me", "! warning"),
    };
    head(out, class, word, code, message);
    whereabouts(out, place.as_ref());
    for Related { place, label } in related {
        out.raw("<p class=\"hint\">").sentence(label);
        whereabouts(out, Some(place));
        out.raw("</p>");
    }
    for hint in hints {
        out.raw("<p class=\"hint\">").sentence(hint).raw("</p>");
    }
    out.raw("</li>");
}

fn head(out: &mut Markup, class: &'static str, word: &'static str, code: &str, message: &str) {
    out.raw("<li><span class=\"").raw(class).raw("\">");
    out.raw(word).raw("</span> <code class=\"id\">").text(code);
    out.raw("</code> <span class=\"ms\">").sentence(message);
    out.raw("</span>");
}

fn found(out: &mut Markup, scene: &Scene<'_>, findings: &[Finding]) {
    let (counting, allowed): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|one| one.counts());
    out.raw("<section id=\"findings\"><h2>Findings</h2>\n");
    if !counting.is_empty() {
        out.raw("<ul class=\"ps\">");
        counting.iter().for_each(|one| finding(out, scene, one));
        out.raw("</ul>");
    }
    if !allowed.is_empty() {
        out.raw("<details class=\"fold\"><summary>");
        out.text(&count(allowed.len(), "allowed finding"));
        out.raw("</summary><ul class=\"ps\">");
        allowed.iter().for_each(|one| finding(out, scene, one));
        out.raw("</ul></details>");
    }
    out.raw("</section>\n");
}

fn finding(out: &mut Markup, scene: &Scene<'_>, one: &Finding) {
    let Finding {
        id,
        severity,
        address,
        field,
        place,
        message,
        fix,
        allowed,
    } = one;
    head(
        out,
        severity_class(*severity),
        word(*severity).0,
        id,
        message,
    );
    out.raw("<p class=\"hint\">");
    scene.link(out, address);
    out.raw(" <code>").text(&field.to_string()).raw("</code>");
    whereabouts(out, place.as_ref());
    out.raw("</p>");
    match allowed {
        Some(Allowed { by, reason }) => {
            out.raw("<p class=\"hint\">").raw(match by {
                AllowedBy::Comment => "allowed in the manifest: ",
                AllowedBy::CommandLine => "allowed on the command line: ",
            });
            out.sentence(reason).raw("</p>");
        }
        None if fix.is_empty() => {}
        None => {
            out.raw("<p class=\"hint\">fix: ").sentence(fix).raw("</p>");
        }
    }
    out.raw("</li>");
}

fn severity_class(severity: findings::Severity) -> &'static str {
    match severity {
        findings::Severity::Error | findings::Severity::High => "sv hi",
        findings::Severity::Medium => "sv me",
        findings::Severity::Low => "sv lo",
    }
}
