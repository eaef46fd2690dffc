//! The head of the page: which stack, where, who, how much, how risky, and which saved plan it is.

use jiff::Timestamp;

use crate::model::{AwsScope, Caller};
use crate::plan::Plan;
use crate::render::graph::action_class;
use crate::render::markup::Markup;
use crate::render::review::{Review, Stamp};
use crate::render::words::{ACTIONS, RISKS, credentials, no_changes, symbol};
use crate::text::count;

/// What the page is, before the stack's name.
pub(super) fn title(review: &Review<'_>) -> &'static str {
    if review.destroy {
        "Deletion of stack"
    } else {
        "Plan for stack"
    }
}

pub(super) fn draw(out: &mut Markup, review: &Review<'_>) {
    let Review {
        plan,
        warnings: _,
        findings: _,
        refusals,
        destroy,
        stamp,
    } = review;
    out.raw("<header>\n<h1><span>").raw(title(review));
    out.raw("</span> ").text(&plan.stack).raw("</h1>\n");
    if plan.is_empty() {
        out.raw("<p class=\"lead\">No changes. ");
        out.raw(no_changes(plan, *destroy)).raw("</p>\n");
    } else {
        counts(out, plan);
        risks(out, plan);
        consequences(out, plan, *destroy);
    }
    if !refusals.is_empty() {
        let number = count(refusals.len(), "reason");
        out.raw("<p class=\"stop\"><b>!</b> Refused as it stands: <a href=\"#refused\">");
        out.text(&number).raw("</a></p>\n");
    }
    facts(out, plan, stamp.as_ref());
    out.raw("</header>\n");
}

/// The counts that are not zero, each with the sign that its changes have below.
fn counts(out: &mut Markup, plan: &Plan) {
    let counts = plan.counts();
    out.raw("<ul class=\"counts\">");
    for (action, words) in ACTIONS {
        if let Some(number) = counts.get(&action) {
            out.raw("<li class=\"").raw(action_class(Some(action)));
            out.raw("\"><b>").raw(symbol(action)).raw("</b> <strong>");
            out.number(*number).raw("</strong> ").raw(words);
            out.raw("</li>");
        }
    }
    if let Some(number) = counts.get(&crate::plan::Action::Keep) {
        out.raw("<li class=\"ak\"><strong>").number(*number);
        out.raw("</strong> unchanged</li>");
    }
    out.raw("</ul>\n");
}

/// The worst of each change, counted.
fn risks(out: &mut Markup, plan: &Plan) {
    let risks = plan.risks();
    out.raw("<ul class=\"risks\"><li>Risk:</li>");
    for (risk, words) in RISKS {
        if let Some(number) = risks.get(&risk) {
            out.raw("<li><span class=\"rk ")
                .raw(super::change::risk_class(risk));
            out.raw("\">").number(*number).raw(" ").raw(words);
            out.raw("</span></li>");
        }
    }
    out.raw("</ul>\n");
}

fn consequences(out: &mut Markup, plan: &Plan, destroy: bool) {
    out.raw("<p class=\"lead\">")
        .text(&credentials(plan))
        .raw(".");
    if !plan.steps.is_empty() {
        let command = if destroy { "Destroy" } else { "Apply" };
        out.raw(" ").raw(command).raw(" sends ");
        out.text(&count(plan.steps.len(), "call")).raw(".");
    }
    out.raw("</p>\n");
}

fn facts(out: &mut Markup, plan: &Plan, stamp: Option<&Stamp<'_>>) {
    let AwsScope {
        partition: _,
        account,
        region,
    } = &plan.setting;
    let Caller { arn, account: _ } = &plan.caller;
    out.raw("<dl class=\"facts\">");
    for (name, text) in [("Account", account), ("Region", region), ("Caller", arn)] {
        fact(out, name, text);
    }
    if let Some(Stamp {
        id,
        created,
        expires,
        tool_version,
    }) = stamp
    {
        out.raw("</dl>\n<dl class=\"facts\">");
        fact(out, "Plan", id);
        fact(out, "Created", &moment(*created));
        fact(out, "Expires", &moment(*expires));
        fact(out, "Made by", &format!("rolewright {tool_version}"));
    }
    out.raw("</dl>\n");
}

fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn fact(out: &mut Markup, name: &'static str, text: &str) {
    out.raw("<div><dt>").raw(name).raw("</dt><dd>");
    out.text(text).raw("</dd></div>");
}
