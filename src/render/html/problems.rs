//! Why the plan may not be applied, what the manifests are warned of, and what rules say about the policies: what to do about
//! each stands beside it.

use super::scene::{Scene, whereabouts};
use crate::diagnostic::{Diagnostic, Place, Related, Severity};
use crate::findings::{self, Allowed, AllowedBy, Finding};
use crate::render::findings::word;
use crate::render::markup::Markup;
use crate::render::review::Review;
use crate::text::count;

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
        out.raw("<section id=\"refused\"><h2>Refused</h2>\n<ul class=\"ps\">");
        for one in refusals {
            diagnostic(out, one);
        }
        out.raw("</ul></section>\n");
    }
    let warnings = warnings.sorted();
    if !warnings.is_empty() {
        out.raw("<section id=\"warnings\"><h2>Warnings</h2>\n<ul class=\"ps\">");
        for one in warnings {
            diagnostic(out, one);
        }
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
    head(out, (class, word), code, place.as_ref(), message);
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

/// How bad, which rule and where, small; then what.
fn head(
    out: &mut Markup,
    (class, word): (&'static str, &'static str),
    code: &str,
    place: Option<&Place>,
    message: &str,
) {
    out.raw("<li><p class=\"ph\"><span class=\"").raw(class);
    out.raw("\">").raw(word).raw("</span> <code>").text(code);
    out.raw("</code>");
    whereabouts(out, place);
    out.raw("</p><p>").sentence(message).raw("</p>");
}

fn found(out: &mut Markup, scene: &Scene<'_>, findings: &[Finding]) {
    let (counting, allowed): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|one| one.counts());
    out.raw("<section id=\"findings\"><h2>Findings</h2>\n");
    if !counting.is_empty() {
        out.raw("<ul class=\"ps\">");
        for one in counting {
            finding(out, scene, one);
        }
        out.raw("</ul>");
    }
    if !allowed.is_empty() {
        out.raw("<details class=\"fold\"><summary>");
        out.text(&count(allowed.len(), "allowed finding"));
        out.raw("</summary><ul class=\"ps\">");
        for one in allowed {
            finding(out, scene, one);
        }
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
    let severity = (severity_class(*severity), word(*severity).0);
    head(out, severity, id, place.as_ref(), message);
    out.raw("<p class=\"hint\">");
    scene.link(out, address);
    out.raw(" <code>").text(&field.to_string());
    out.raw("</code></p>");
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
