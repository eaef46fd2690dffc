//! The changes, each of which unfolds: what it is called and how bad it is in its line; why, what it means for access, the
//! fields, the instances and the calls beneath. One field is drawn in `edit`.

use super::edit;
use super::page::{Page, class, whereabouts};
use crate::access::Known;
use crate::plan::{Risk, RiskFlag};
use crate::render::markup::Markup;
use crate::render::scene::{Access, ChangeScene};
use crate::render::words::{RISKS, marks, symbol};
use crate::text::count;

/// So many changes are unfolded from the start; of more, only those that widen trust.
const UNFOLDED: usize = 4;
/// So many instances or calls are named; more are folded.
const NAMED: usize = 10;

/// The colour of a risk.
pub(super) fn risk_class(risk: Risk) -> &'static str {
    match risk {
        Risk::TrustWidened | Risk::BoundaryRemoved => "hi",
        Risk::NewAccess | Risk::Deletion => "me",
        Risk::Narrowing | Risk::Cosmetic => "lo",
    }
}

pub(super) fn draw(out: &mut Markup, page: &Page<'_>) {
    if page.scene.changes.is_empty() {
        return;
    }
    out.raw("<section id=\"changes\"><h2>Changes</h2>\n");
    for (risk, words) in RISKS {
        let numbered = page.scene.changes.iter().enumerate();
        let of_risk: Vec<_> = numbered.filter(|(_, one)| one.risk == risk).collect();
        if of_risk.is_empty() {
            continue;
        }
        let number: usize = of_risk.iter().map(|(_, one)| one.alike.len()).sum();
        out.fill(
            "<div class=\"rs\"><h3 class=\"{}\">{} <span class=\"n\">{}</span></h3>\n",
            [&risk_class(risk), &words, &number],
        );
        for (number, one) in of_risk {
            change(out, page, number, one);
        }
        out.raw("</div>\n");
    }
    out.raw("<p id=\"none\" class=\"f\" hidden>No change matches.</p></section>\n");
}

/// The resources that stay as they are.
pub(super) fn kept(out: &mut Markup, page: &Page<'_>) {
    let kept = &page.scene.kept;
    if kept.is_empty() {
        return;
    }
    out.fill(
        "<section id=\"unchanged\"><h2>Unchanged</h2>\n<details class=\"fold\"><summary>{}</summary><ul class=\"cols\">",
        [&count(kept.len(), "resource")],
    );
    for change in kept {
        out.fill("<li>{}", [&change.address]);
        whereabouts(out, change.place.as_ref());
        out.raw("</li>");
    }
    out.raw("</ul></details></section>\n");
}

fn change(out: &mut Markup, page: &Page<'_>, number: usize, one: &ChangeScene<'_>) {
    let is_open = page.scene.changes.len() <= UNFOLDED || one.risk == Risk::TrustWidened;
    let kind = &one.address.kind;
    let name = one.name.strip_prefix(kind.as_str()).unwrap_or(&one.name);
    out.fill(
        "<details class=\"c {}\" id=\"c{}\"{}>",
        [
            &marks(one.action).class,
            &number,
            &if is_open { " open" } else { "" },
        ],
    );
    out.fill(
        "<summary><b class=\"sg\">{}</b><span class=\"a\"><span>{}</span>{}</span>",
        [&symbol(one.action), kind, &name],
    );
    for words in one.flags.iter().filter_map(|flag| tag(*flag)) {
        out.fill("<span class=\"rk hi\">{}</span>", [&words]);
    }
    whereabouts(out, one.place);
    out.raw("</summary><div class=\"b\">");
    unfolded(out, page, one);
    out.raw("</div></details>\n");
}

/// All that the line of a change does not say.
fn unfolded(out: &mut Markup, page: &Page<'_>, one: &ChangeScene<'_>) {
    for reason in one.reasons {
        out.raw("<p>because ").sentence(reason).raw("</p>");
    }
    if let Some(access) = &one.access {
        draw_access(out, access, page.is_detailed());
    }
    affected(out, &one.instances);
    if let Some((whom, meaning)) = &one.gap {
        out.fill("<p class=\"w\"><b>!</b> gap for {}: ", [whom]);
        out.sentence(meaning).raw("</p>");
    }
    if !one.edits.is_empty() {
        out.raw("<ul class=\"e\">");
        for edit in &one.edits {
            edit::draw(out, edit);
        }
        out.raw("</ul>");
    }
    calls(out, page, one);
}

/// What of the flags the risk does not say.
fn tag(flag: RiskFlag) -> Option<&'static str> {
    match flag {
        RiskFlag::Escalation => Some("can give itself more"),
        RiskFlag::Public => Some("anyone may assume it"),
        RiskFlag::NewAccess | RiskFlag::Deletion => None,
    }
}

fn draw_access(out: &mut Markup, access: &Access<'_>, detailed: bool) {
    let Access { head, lines } = access;
    out.fill("<p class=\"h\">{}</p>", [head]);
    if lines.is_empty() {
        return;
    }
    out.raw("<ul class=\"x\">");
    for (sign, sentence, known) in lines {
        out.fill(
            "<li class=\"{}\"><b>{}</b> {}",
            [&class(*sign), &sign.symbol(), sentence],
        );
        if let Some(known) = known.filter(|known| detailed && !known.names.is_empty()) {
            draw_known(out, known);
        }
        out.raw("</li>");
    }
    out.raw("</ul>");
}

fn draw_known(out: &mut Markup, known: &Known) {
    out.fill(
        "<details><summary>{}</summary><p>{}",
        [&count(known.count(), "action"), &known.names.join(", ")],
    );
    let more = known.count() - known.names.len();
    if more > 0 {
        out.fill(" and {} more", [&more]);
    }
    out.raw("</p></details>");
}

fn affected(out: &mut Markup, instances: &[String]) {
    if instances.is_empty() {
        return;
    }
    let (first, rest) = instances.split_at(instances.len().min(NAMED));
    out.fill(
        "<p class=\"w\"><b>!</b> changes the credentials of {}: <code>{}</code>",
        [&count(instances.len(), "instance"), &first.join(", ")],
    );
    if !rest.is_empty() {
        out.fill(
            " and <details class=\"in\"><summary>{} more</summary> <code>{}</code></details>",
            [&rest.len(), &rest.join(", ")],
        );
    }
    out.raw("</p>");
}

fn calls(out: &mut Markup, page: &Page<'_>, one: &ChangeScene<'_>) {
    let calls = &one.calls;
    if calls.is_empty() {
        return;
    }
    let is_open = calls.len() <= NAMED && page.scene.changes.len() <= UNFOLDED;
    out.fill(
        "<details class=\"k\"{}><summary>sends {}</summary><ul>",
        [
            &if is_open { " open" } else { "" },
            &count(calls.len(), "call"),
        ],
    );
    for step in calls {
        out.fill(
            "<li><code>{}</code> {}</li>",
            [&step.call.call().full_name(), &step.title],
        );
    }
    out.raw("</ul></details>");
}
