//! A plan for a pull request: Markdown within so many bytes. The headline and what is destroyed are never cut; what is cut
//! is said. A change's own lines are those of the text form.

mod budget;
mod escape;

use super::remark::Remark;
use super::review::{Review, Stamp};
use super::scene::{ChangeScene, Headline, Scene, Verdict};
use super::text;
use super::words::{at, risk_words};
use crate::diagnostic::Problems;
use crate::findings::Finding;
use crate::model::AwsScope;
use crate::plan::{Note, NoteKind, Plan};
use crate::text::count;
use budget::Budget;
pub(super) use escape::{code, inline};
use escape::{fenced, html};

/// What GitHub takes in one comment, in bytes.
pub const MARKDOWN_LIMIT: usize = 65_536;

/// The plan in at most `limit` bytes, unless what must not be cut is longer.
pub fn markdown(review: &Review<'_>, limit: usize) -> String {
    let scene = Scene::of(review.plan, review.destroy);
    let mut budget = Budget::of(limit);
    budget.must(&headline(review, &scene.headline));
    for refusal in review.refusals {
        budget.must(&refused(&refusal.into()));
    }
    for note in review
        .plan
        .notes
        .iter()
        .filter(|note| note.kind == NoteKind::Warning)
    {
        budget.may(&noted(note), "note");
    }
    let (destroys, others): (Vec<_>, Vec<_>) =
        scene.changes.iter().partition(|change| change.destroys());
    changes(&mut budget, &destroys, true);
    findings(&mut budget, review.findings);
    changes(&mut budget, &others, false);
    warnings(&mut budget, review);
    let below = text::below(&scene);
    if !below.trim().is_empty() {
        budget.may(&folded("Worth knowing", below.trim_matches('\n')), "notes");
    }
    budget.may(&steps(review.plan), "the list of calls");
    budget.finished()
}

/// Why there is no plan, in at most `limit` bytes. Without excerpts: more people read comments than files that are attached.
pub fn failure_markdown(problems: &Problems, limit: usize) -> String {
    let mut budget = Budget::of(limit);
    budget.must("## The plan failed\n\n");
    for problem in problems.sorted() {
        budget.may(&refused(&problem.into()), "problem");
    }
    budget.finished()
}

/// How an apply ended, for the summary of a job: the report's own lines.
pub fn report_markdown(plan: &Plan, destroy: bool, report: &str) -> String {
    let what = if destroy { "Destroyed" } else { "Applied" };
    let AwsScope {
        partition: _,
        account,
        region,
    } = &plan.setting;
    format!(
        "## {what}: stack {}\n\nAccount {}, region {}\n\n{}\n",
        inline(&plan.stack),
        code(account),
        code(region),
        fenced("", report)
    )
}

fn headline(review: &Review<'_>, headline: &Headline<'_>) -> String {
    let what = if review.destroy { "Destroy" } else { "Plan" };
    let mut text = format!("## {what} for stack {}\n\n", inline(headline.stack));
    if !review.refusals.is_empty() {
        let reasons = count(review.refusals.len(), "reason");
        text.push_str(&format!(
            "**This plan may not be applied** ({reasons} below).\n\n"
        ));
    }
    text.push_str(&verdict(&headline.verdict));
    text.push_str(&format!(
        "Account {}, region {}, caller {}{}{}\n\n",
        code(headline.account),
        code(headline.region),
        code(headline.caller),
        review.endpoint.map_or_else(String::new, elsewhere),
        review.stamp.map_or_else(String::new, stamped)
    ));
    text
}

/// Whoever approves the plan has to see that it is none for AWS.
fn elsewhere(url: &str) -> String {
    format!(", **not AWS but** {}", code(url))
}

/// What the plan comes to.
fn verdict(verdict: &Verdict) -> String {
    let lines = verdict.sentences();
    let lines: Vec<String> = lines.iter().map(|line| inline(line)).collect();
    match (verdict, lines.split_first()) {
        (Verdict::NoChanges(why), _) => format!("**No changes.** {why}\n\n"),
        (Verdict::Changes { .. }, counts) => {
            let (counts, others) = counts.map_or(("", &[][..]), |(one, others)| (one, others));
            format!("**{counts}**<br>\n{}\n\n", others.join("<br>\n"))
        }
    }
}

fn stamped(stamp: Stamp<'_>) -> String {
    let Stamp {
        id,
        created,
        expires,
        tool_version,
    } = stamp;
    format!(
        "<br>\nPlan {}, made {created} by rolewright {}, good until {expires}",
        code(id),
        inline(tool_version)
    )
}

fn refused(refusal: &Remark<'_>) -> String {
    let hints = refusal.advice.iter();
    let hints: Vec<String> = hints.map(|hint| format!("<br>{}", inline(hint))).collect();
    let hints = hints.concat();
    let message = inline(refusal.message);
    let (code, place) = (code(refusal.code), place(refusal));
    format!("> [!CAUTION]\n> {code}: {message}{place}{hints}\n\n")
}

/// ` (stack.yaml:12)`.
fn place(remark: &Remark<'_>) -> String {
    let place = remark.place.map(|place| format!(" ({})", at(place)));
    inline(&place.unwrap_or_default())
}

/// What a reviewer must not overlook: that a plan is one of a part.
fn noted(note: &Note) -> String {
    let Note {
        kind: _,
        address,
        message,
        content: _,
    } = note;
    let about = address.iter().map(|address| format!("{address}: "));
    let about: String = about.collect();
    format!("> [!WARNING]\n> {}{}\n\n", inline(&about), inline(message))
}

/// Each change whole while there is room for the names of all that follow, then by name, then by number. What is destroyed
/// keeps its name.
fn changes(budget: &mut Budget, changes: &[&ChangeScene<'_>], always: bool) {
    let numbered = changes.iter().enumerate();
    let forms: Vec<(String, String)> = numbered
        .map(|(index, change)| forms(change, index == 0 || always))
        .collect();
    let mut names: usize = forms.iter().map(|(_, short)| short.len()).sum();
    for (whole, short) in &forms {
        names -= short.len();
        budget.either(whole, short, names, always);
    }
}

/// A change whole and in short.
fn forms(change: &ChangeScene<'_>, open: bool) -> (String, String) {
    let drawn = text::change(change);
    let (name, body) = drawn.split_once('\n').unwrap_or((&drawn, ""));
    let name = format!("{} · {}", name.trim(), risk_words(change.risk));
    (
        unfolding(&name, body, open),
        format!("- {}\n", inline(&name)),
    )
}

fn unfolding(summary: &str, body: &str, open: bool) -> String {
    let open = if open { " open" } else { "" };
    if body.trim().is_empty() {
        return format!("- {}\n\n", inline(summary));
    }
    let summary = html(summary);
    let body = fenced("diff", &coloured(body));
    format!("<details{open}><summary>{summary}</summary>\n\n{body}\n</details>\n\n")
}

pub(super) fn folded(summary: &str, body: &str) -> String {
    let body = fenced("", body);
    format!(
        "<details><summary>{}</summary>\n\n{body}\n</details>\n\n",
        html(summary)
    )
}

/// The lines with their signs in the first column, where a fence of kind `diff` has colours for them.
fn coloured(body: &str) -> String {
    let lines = body.lines().map(|line| {
        let text = line.trim_start();
        let (sign, rest) = match text.split_once(' ') {
            Some((sign @ ("+" | "-"), rest)) => (sign, rest),
            Some(("~" | "!", rest)) => ("!", rest),
            _ => (" ", text),
        };
        let room = line.len() - text.len() + if sign == " " { 0 } else { 2 };
        format!("{sign}{}{rest}", " ".repeat(room.saturating_sub(1)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn findings(budget: &mut Budget, findings: &[Finding]) {
    let counting: Vec<&Finding> = findings.iter().filter(|finding| finding.counts()).collect();
    if counting.is_empty() {
        return;
    }
    let title = format!("### {}\n\n", count(counting.len(), "finding"));
    budget.may(&title, "findings");
    for remark in counting.into_iter().map(Remark::from) {
        let (address, field) = remark
            .about
            .map_or_else(Default::default, |(address, field)| {
                (inline(&address.to_string()), code(&field.to_string()))
            });
        let text = format!(
            "- **{}** {}: {} in {field} of {address}{}<br>{}\n",
            remark.word,
            code(remark.code),
            inline(remark.message),
            place(&remark),
            inline(&remark.advice.concat())
        );
        budget.may(&text, "finding");
    }
    budget.may("\n", "");
}

fn warnings(budget: &mut Budget, review: &Review<'_>) {
    for warning in review.warnings.sorted().into_iter().map(Remark::from) {
        let text = format!("{}{}", inline(warning.message), place(&warning));
        budget.may(&format!("> [!WARNING]\n> {text}\n\n"), "warning");
    }
}

fn steps(plan: &Plan) -> String {
    if plan.steps.is_empty() {
        return String::new();
    }
    let lines = plan.steps.iter().map(|step| {
        let call = step.call.call().full_name();
        format!("{:>3}  {call}  {}", step.id + 1, step.title)
    });
    let lines: Vec<String> = lines.collect();
    folded(
        &format!("Apply sends {}", count(plan.steps.len(), "call")),
        &lines.join("\n"),
    )
}

#[cfg(test)]
mod tests;
