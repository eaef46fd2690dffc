//! The page in pieces. What holds for all of it stands in `whole`; how it looks and what its script does is seen in a
//! browser, in `tests/browser`.

mod whole;

use insta::assert_snapshot;
use serde_json::json;

use super::*;
use crate::access::{AccessChange, AccessDiff, Subject};
use crate::cloud::{Service, WriteCall};
use crate::diagnostic::{Diagnostic, Problems};
use crate::findings::{Allowed, AllowedBy, Finding, Severity};
use crate::model::{Address, FieldPath, Rollout, Value, field, kind};
use crate::plan::{Action, Change, Gap, NoteKind, Plan, Risk, RiskFlag, Wave, Waves};
use crate::render::review::Stamp;
use crate::render::sample;

static NO_WARNINGS: std::sync::LazyLock<Problems> = std::sync::LazyLock::new(Problems::none);

fn review(plan: &Plan) -> Review<'_> {
    Review {
        plan,
        warnings: &NO_WARNINGS,
        findings: &[],
        refusals: &[],
        destroy: false,
        endpoint: None,
        stamp: None,
    }
}

/// The page from one mark to the next, a tag that opens a block on each line.
fn piece(page: &str, from: &str, to: &str) -> String {
    let start = page.find(from).unwrap_or_else(|| panic!("no {from}"));
    let length = page[start..].find(to).unwrap_or_else(|| panic!("no {to}"));
    let mut piece = page[start..start + length].to_owned();
    for tag in [
        "<li", "<p", "<div", "<details", "<ul", "<dl", "<ol", "<section",
    ] {
        piece = piece.replace(tag, &format!("\n{tag}"));
    }
    piece.replace("\n\n", "\n").trim().to_owned()
}

fn changes(changes: Vec<Change>) -> String {
    piece(
        &html(&review(&sample::plan(changes))),
        "<h2>Changes",
        "<p id=\"none\"",
    )
}

#[test]
fn the_head_says_where_who_how_much_and_how_bad() {
    let plan = sample::s3access();
    let refusals = [Diagnostic::error("in-use", "it is in use")];
    let stamp = Stamp {
        id: "0123abcd",
        created: "2026-01-02T03:04:05Z".parse().unwrap(),
        expires: "2026-01-03T03:04:05Z".parse().unwrap(),
        tool_version: "1.2.3",
    };
    let page = html(&Review {
        refusals: &refusals,
        stamp: Some(stamp),
        ..review(&plan)
    });
    assert_snapshot!(piece(&page, "<header>", "</header>"), @r##"
    <header>
    <h1><span>Plan for stack</span> s3access</h1>
    <ul class="counts">
    <li class="ac"><b>+</b> <strong>3</strong> to create</li></ul>
    <ul class="risks">
    <li>Risk:</li>
    <li><span class="rk lo">3 cosmetic</span></li></ul>
    <p class="lead">1 instance changes its credentials. Apply sends 2 calls.</p>
    <p class="stop"><b>!</b> Refused as it stands: <a href="#refused">1 reason</a></p>
    <dl class="facts">
    <div><dt>Account</dt><dd>123456789012</dd></div>
    <div><dt>Region</dt><dd>eu-central-1</dd></div>
    <div><dt>Caller</dt><dd>arn:aws:iam::123456789012:user/ann</dd></div></dl>
    <dl class="facts">
    <div><dt>Plan</dt><dd>0123abcd</dd></div>
    <div><dt>Created</dt><dd>2026-01-02 03:04:05 UTC</dd></div>
    <div><dt>Expires</dt><dd>2026-01-03 03:04:05 UTC</dd></div>
    <div><dt>Made by</dt><dd>rolewright 1.2.3</dd></div></dl>
    "##);
}

#[test]
fn no_changes() {
    let plan = sample::plan(vec![sample::change(Action::Keep, "Role", "a", 1)]);
    let page = html(&review(&plan));
    assert_snapshot!(piece(&page, "<header>", "<dl"), @r#"
    <header>
    <h1><span>Plan for stack</span> s3access</h1>
    <p class="lead">No changes. AWS matches the manifests.</p>
    "#);
    assert!(!page.contains("id=\"changes\""));
    let page = html(&Review {
        destroy: true,
        ..review(&plan)
    });
    assert_snapshot!(piece(&page, "<header>", "<dl"), @r#"
    <header>
    <h1><span>Deletion of stack</span> s3access</h1>
    <p class="lead">No changes. Nothing of this stack is left.</p>
    "#);
}

#[test]
fn a_change_unfolds_into_all_that_is_known_of_it() {
    let mut role = sample::change(Action::Replace, "Role", "app", 3);
    role.reasons = vec!["`path` cannot change".into()];
    role.edits = vec![sample::edit(
        "path",
        sample::text("/a/"),
        sample::text("/b/"),
    )];
    role.edits[0].forces_replacement = true;
    role.edits[0].place = Some(sample::place(4));
    role.edits
        .push(sample::added("tags.Team", sample::text("web")));
    role.edits.push(sample::removed(
        "managedPolicies.arn:aws:iam::aws:policy/A",
        Value::Present,
    ));
    role.instances = vec![sample::instance("i-0abc", "running")];
    role.gap = Some(Gap {
        meaning: "they have no credentials".into(),
        instances: role.instances.clone(),
    });
    role.risk = Risk::NewAccess;
    role.alarms = [RiskFlag::NewAccess, RiskFlag::Escalation].into();
    let session = |before, after| AccessChange {
        subject: Subject::SessionDuration { before, after },
        certain: true,
    };
    role.access = Some(Box::new(AccessDiff {
        gained: vec![session(3600, 7200)],
        lost: vec![AccessChange {
            subject: Subject::Unreadable,
            certain: false,
        }],
    }));
    assert_snapshot!(changes(vec![role]), @r#"
    <h2>Changes</h2>
    <div class="rs"><h3 class="me">new access <span class="n">1</span></h3>
    <details class="c ar" id="c0" open><summary><b class="sg">-/+</b><span class="a"><span>Role</span>/app</span><span class="rk hi">can give itself more</span> <span class="pl">examples/s3access/stack.yaml:3</span></summary>
    <div class="b">
    <p>because <code>path</code> cannot change</p>
    <p class="h">access:</p>
    <ul class="x">
    <li class="p"><b>+</b> sessions may last 2 h, before 1 h</li>
    <li class="m"><b>-</b> may lose anything: the old policy cannot be understood</li></ul>
    <p class="w"><b>!</b> changes the credentials of 1 instance: <code>i-0abc (running)</code></p>
    <p class="w"><b>!</b> gap for 1 running instance: they have no credentials</p>
    <ul class="e">
    <li class="t"><b>~</b><span class="d">path</span> <del>&quot;/a/&quot;</del> → <ins>&quot;/b/&quot;</ins> <span class="rk me">forces replacement</span> <span class="pl">examples/s3access/stack.yaml:4</span></li>
    <li class="p"><b>+</b><span class="d">tags.<wbr>Team</span> <code>&quot;web&quot;</code></li>
    <li class="m"><b>-</b><span class="d">managedPolicies.<wbr>arn:aws:iam::aws:policy/A</span></li></ul></div></details>
    </div>
    "#);
}

#[test]
fn a_policy_is_drawn_statement_by_statement() {
    let before = sample::policy(json!([
        {"Sid": "Same", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"},
        {"Sid": "Turned", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*",
         "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}},
        {"Sid": "Gone", "Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
    ]));
    let after = sample::policy(json!([
        {"Sid": "Same", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"},
        {"Sid": "Turned", "Effect": "Deny", "Action": ["s3:GetObject", "s3:DeleteObject"], "Resource": "*"},
        {"Sid": "New", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
    ]));
    let mut role = sample::change(Action::Update, "Role", "app", 3);
    role.edits = vec![sample::edit("inlinePolicies.P", before, after)];
    assert_snapshot!(changes(vec![role]), @r#"
    <h2>Changes</h2>
    <div class="rs"><h3 class="lo">cosmetic <span class="n">1</span></h3>
    <details class="c au" id="c0" open><summary><b class="sg">~</b><span class="a"><span>Role</span>/app</span> <span class="pl">examples/s3access/stack.yaml:3</span></summary>
    <div class="b">
    <ul class="e">
    <li class="t"><b>~</b><span class="d">inlinePolicies.<wbr>P</span>
    <div class="s t">
    <p><b>~</b> <em><del>Allow</del> → <ins>Deny</ins></em> Turned</p>
    <p><i>Action</i><span><code>s3:GetObject</code><br><ins>+ s3:DeleteObject</ins><br><del>- s3:PutObject</del><br></span></p>
    <p><i>Resource</i><span><code>*</code></span></p>
    <p><i>Condition StringEquals aws:SourceVpc</i><span><del>- vpc-1</del></span></p></div>
    <div class="s p">
    <p><b>+</b> <em>Allow</em> New</p>
    <p><i>Action</i><span><code>ec2:*</code></span></p>
    <p><i>Resource</i><span><code>*</code></span></p></div>
    <div class="s m">
    <p><b>-</b> <em>Allow</em> Gone</p>
    <p><i>Action</i><span><code>sqs:*</code></span></p>
    <p><i>Resource</i><span><code>*</code></span></p></div>
    <details><summary>1 statement unchanged</summary>
    <div class="s">
    <p><em>Allow</em> Same</p>
    <p><i>Action</i><span><code>s3:ListBucket</code></span></p>
    <p><i>Resource</i><span><code>*</code></span></p></div></details></li></ul></div></details>
    </div>
    "#);
}

#[test]
fn long_texts_are_compared_line_by_line() {
    let mut instance = sample::change(Action::Update, "Instance", "web", 3);
    instance.edits = vec![sample::edit(
        "userData",
        sample::text("#!/bin/sh\necho <a>\n"),
        sample::text("#!/bin/sh\necho <b>\n"),
    )];
    assert_snapshot!(changes(vec![instance]), @r#"
    <h2>Changes</h2>
    <div class="rs"><h3 class="lo">cosmetic <span class="n">1</span></h3>
    <details class="c au" id="c0" open><summary><b class="sg">~</b><span class="a"><span>Instance</span>/web</span> <span class="pl">examples/s3access/stack.yaml:3</span></summary>
    <div class="b">
    <ul class="e">
    <li class="t"><b>~</b><span class="d">userData</span>
    <pre>@@ -1,2 +1,2 @@
     #!/bin/sh
    <del>-echo &lt;a&gt;</del>
    <ins>+echo &lt;b&gt;</ins>
    </pre></li></ul></div></details>
    </div>
    "#);
}

#[test]
fn the_riskiest_comes_first_and_what_is_alike_is_one() {
    let association = |member: &str| {
        let mut change = sample::change(Action::Create, "InstanceAssociation", "web", 9);
        change.address = change.address.member(member);
        change
    };
    let mut trust = sample::change(Action::Update, "Role", "trusted", 1);
    trust.risk = Risk::TrustWidened;
    let page = changes(vec![association("i-1"), association("i-2"), trust]);
    let summaries: Vec<&str> = page
        .split("<summary>")
        .skip(1)
        .map(|rest| rest.split("</summary>").next().unwrap())
        .collect();
    assert_snapshot!(summaries.join("\n"), @r#"
    <b class="sg">~</b><span class="a"><span>Role</span>/trusted</span> <span class="pl">examples/s3access/stack.yaml:1</span>
    <b class="sg">+</b><span class="a"><span>InstanceAssociation</span>/web[2 instances]</span> <span class="pl">examples/s3access/stack.yaml:9</span>
    "#);
}

#[test]
fn findings_warnings_and_refusals_say_what_to_do() {
    let plan = sample::s3access();
    let finding = |severity, allowed| Finding {
        id: "full-admin".into(),
        severity,
        address: Address::new(kind::ROLE, "s3access"),
        field: FieldPath::member(field::INLINE_POLICIES, "P"),
        place: Some(sample::place(7)),
        message: "it allows everything".into(),
        fix: "name the actions".into(),
        allowed,
    };
    let allowed = Allowed {
        by: AllowedBy::Comment,
        reason: "a sandbox".into(),
    };
    let findings = [
        finding(Severity::High, None),
        finding(Severity::Low, Some(allowed)),
    ];
    let warnings: Problems = Diagnostic::warning("odd", "this is odd")
        .at(Some(sample::place(3)))
        .and_at(Some(sample::place(5)), "first here")
        .hint("pass `--odd`")
        .into();
    let refusals = [Diagnostic::error("gap", "there would be a gap")];
    let page = html(&Review {
        warnings: &warnings,
        findings: &findings,
        refusals: &refusals,
        ..review(&plan)
    });
    assert_snapshot!(piece(
        &page,
        "<section id=\"refused\"",
        "<section id=\"changes\""
    ), @r##"
    <section id="refused"><h2>Refused</h2>
    <ul class="ps">
    <li>
    <p class="ph"><span class="sv hi">! error</span> <code>gap</code></p>
    <p>there would be a gap</p></li></ul></section>
    <section id="warnings"><h2>Warnings</h2>
    <ul class="ps">
    <li>
    <p class="ph"><span class="sv me">! warning</span> <code>odd</code> <span class="pl">examples/s3access/stack.yaml:3</span></p>
    <p>this is odd</p>
    <p class="hint">first here <span class="pl">examples/s3access/stack.yaml:5</span></p>
    <p class="hint">pass <code>--odd</code></p></li></ul></section>
    <section id="findings"><h2>Findings</h2>
    <ul class="ps">
    <li>
    <p class="ph"><span class="sv hi">high</span> <code>full-admin</code> <span class="pl">examples/s3access/stack.yaml:7</span></p>
    <p>it allows everything</p>
    <p class="hint"><a href="#c0">Role/s3access</a> <code>inlinePolicies.P</code></p>
    <p class="hint">fix: name the actions</p></li></ul>
    <details class="fold"><summary>1 allowed finding</summary>
    <ul class="ps">
    <li>
    <p class="ph"><span class="sv lo">low</span> <code>full-admin</code> <span class="pl">examples/s3access/stack.yaml:7</span></p>
    <p>it allows everything</p>
    <p class="hint"><a href="#c0">Role/s3access</a> <code>inlinePolicies.P</code></p>
    <p class="hint">allowed in the manifest: a sandbox</p></li></ul></details></section>
    "##);
}

#[test]
fn notes_rollouts_and_what_stays() {
    let mut plan = sample::plan(vec![sample::change(Action::Keep, "Role", "kept", 1)]);
    let mut note = sample::note(NoteKind::Undeclared, "app", "is not declared");
    note.content.insert("document".into(), sample::trust());
    plan.notes = vec![note, sample::note(NoteKind::Warning, "app", "look at it")];
    let web = Address::new(kind::INSTANCE_ASSOCIATION, "web");
    plan.rollouts = vec![Waves {
        address: web.clone(),
        rollout: Rollout {
            max_in_flight: 2,
            pause_between: 30,
            abort_on_failures: 1,
        },
        waves: vec![
            vec![web.clone().member("i-1"), web.clone().member("i-2")],
            vec![web.member("i-3")],
        ],
    }];
    let page = html(&review(&plan));
    assert_snapshot!(piece(&page, "<section id=\"rollouts\"", "</main>"), @r#"
    <section id="rollouts"><h2>Rollouts</h2>
    <h3>Rollout of InstanceAssociation/web</h3>
    <p class="f">3 instances in 2 waves of at most 2, 30 s between; no further wave after 1 failure</p>
    <ol class="wv" start="1">
    <li><code>i-1, i-2</code></li>
    <li><code>i-3</code></li></ol>
    </section>
    <section id="notes"><h2>Notes</h2>
    <h3>Warnings</h3>
    <ul class="ps">
    <li><b class="w">!</b> <span class="d">Role/app</span>: look at it</li></ul>
    <h3>Not declared, and left alone</h3>
    <ul class="ps">
    <li><b class="w">!</b> <span class="d">Role/app</span>: is not declared
    <details><summary>content</summary>
    <ul class="e">
    <li><span class="d">document</span>
    <div class="s">
    <p><em>Allow</em></p>
    <p><i>Principal Service</i><span><code>ec2.amazonaws.com</code></span></p>
    <p><i>Action</i><span><code>sts:AssumeRole</code></span></p></div></li></ul></details></li></ul>
    </section>
    <section id="unchanged"><h2>Unchanged</h2>
    <details class="fold"><summary>1 resource</summary>
    <ul class="cols">
    <li>Role/kept <span class="pl">examples/s3access/stack.yaml:1</span></li></ul></details></section>
    "#);
}

#[test]
fn calls_stand_in_the_round_in_which_they_may_run() {
    let mut plan = sample::s3access();
    plan.steps.push(sample::step(
        2,
        Address::new(kind::ROLE, "gone"),
        "do it elsewhere",
        WriteCall::new(Service::Ec2, "RunInstances").in_region(Some("eu-west-1")),
    ));
    plan.steps[2].needs.clear();
    let wave = |number| Wave {
        rollout: Address::new(kind::INSTANCE_ASSOCIATION, "web"),
        number,
        of: 2,
        pause: 0,
        abort_on_failures: 1,
    };
    plan.steps[0].wave = Some(wave(2));
    plan.steps[2].wave = Some(wave(1));
    let page = html(&review(&plan));
    assert_snapshot!(piece(&page, "<ol class=\"tl\"", "</section>"), @r##"
    <ol class="tl">
    <li>
    <ul>
    <li>do it elsewhere <small><code>ec2:RunInstances</code> Role/gone in eu-west-1, wave 1 of 2</small></li></ul></li>
    <li>
    <ul>
    <li>create role s3access <small><code>iam:CreateRole</code> <a href="#c0">Role/s3access</a>, wave 2 of 2</small></li></ul></li>
    <li>
    <ul>
    <li>put inline policy S3-Permissions <small><code>iam:PutRolePolicy</code> <a href="#c0">Role/s3access</a></small></li></ul></li>
    </ol>
    "##);
}
