//! The head of the page: which stack, where, who, how much, how risky, and which saved plan it is.

use jiff::Timestamp;

use super::change::risk_class;
use super::page::Page;
use crate::plan::Action;
use crate::render::markup::Markup;
use crate::render::review::{Review, Stamp};
use crate::render::scene::{Headline, Verdict};
use crate::render::words::{marks, symbol};
use crate::text::count;

/// What the page is, before the stack's name.
pub(super) fn title(review: &Review<'_>) -> &'static str {
    if review.destroy {
        "Deletion of stack"
    } else {
        "Plan for stack"
    }
}

pub(super) fn draw(out: &mut Markup, page: &Page<'_>) {
    let headline = &page.scene.headline;
    out.fill(
        "<header>\n<h1><span>{}</span> {}</h1>\n",
        [&title(&page.review), &headline.stack],
    );
    verdict(out, headline);
    let refusals = page.review.refusals;
    if !refusals.is_empty() {
        out.fill(
            "<p class=\"stop\"><b>!</b> Refused as it stands: <a href=\"#refused\">{}</a></p>\n",
            [&count(refusals.len(), "reason")],
        );
    }
    facts(
        out,
        headline,
        page.review.endpoint,
        page.review.stamp.as_ref(),
    );
    out.raw("</header>\n");
}

fn verdict(out: &mut Markup, headline: &Headline<'_>) {
    let (counts, risks, credentials) = match &headline.verdict {
        Verdict::NoChanges(why) => {
            out.fill("<p class=\"lead\">No changes. {}</p>\n", [why]);
            return;
        }
        Verdict::Changes {
            counts,
            risks,
            credentials,
        } => (counts, risks, credentials),
    };
    out.raw("<ul class=\"counts\">");
    for (action, number, words) in counts {
        out.fill(
            "<li class=\"{}\"><b>{}</b> <strong>{}</strong> {}</li>",
            [&marks(*action).class, &symbol(*action), number, words],
        );
    }
    if let Some(number) = headline.counts.get(&Action::Keep) {
        out.fill(
            "<li class=\"ak\"><strong>{}</strong> unchanged</li>",
            [number],
        );
    }
    out.raw("</ul>\n<ul class=\"risks\"><li>Risk:</li>");
    for (risk, number, words) in risks {
        out.fill(
            "<li><span class=\"rk {}\">{} {}</span></li>",
            [&risk_class(*risk), number, words],
        );
    }
    let sends = headline.sends.iter().map(|sends| format!(" {sends}"));
    out.fill(
        "</ul>\n<p class=\"lead\">{}.{}</p>\n",
        [credentials, &sends.collect::<String>()],
    );
}

fn facts(
    out: &mut Markup,
    headline: &Headline<'_>,
    endpoint: Option<&str>,
    stamp: Option<&Stamp<'_>>,
) {
    out.raw("<dl class=\"facts\">");
    fact(out, "Account", headline.account);
    fact(out, "Region", headline.region);
    fact(out, "Caller", headline.caller);
    if let Some(url) = endpoint {
        fact(out, "Not AWS but", url);
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
    out.fill("<div><dt>{}</dt><dd>{}</dd></div>", [&name, &text]);
}
