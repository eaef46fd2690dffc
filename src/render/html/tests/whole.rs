//! What holds for all of the page: every text is escaped, equal plans give equal bytes, and it is not too large.

use serde_json::json;

use super::review;
use crate::cloud::{Service, WriteCall};
use crate::diagnostic::Diagnostic;
use crate::model::{Address, Value, kind};
use crate::plan::{Action, Gap, NoteKind, Plan, Risk};
use crate::render::html::html;
use crate::render::review::Review;
use crate::render::sample;

#[test]
fn no_text_becomes_markup_or_script() {
    let evil = "</script><script>alert('x')</script>\"'&\u{1b}\u{202e}";
    let mut role = sample::change(Action::Update, "Role", evil, 1);
    role.address.member = Some(evil.into());
    role.place.as_mut().unwrap().file = evil.into();
    role.reasons = vec![evil.into()];
    let document = |action: &str| {
        sample::policy(json!([{
            "Sid": evil, "Effect": evil, "Action": action, "Resource": evil,
            "Condition": {evil: {evil: evil}}, "Principal": {evil: evil}, evil: evil,
        }]))
    };
    role.edits = vec![
        sample::edit(
            &format!("tags.{evil}"),
            sample::text(evil),
            sample::text("b"),
        ),
        sample::edit("trustPolicy", document(evil), document("x")),
        sample::added("policy", document(evil)),
        sample::removed("role", sample::link(evil, Some(evil))),
        sample::edit(
            "userData",
            sample::text(&format!("{evil}\n")),
            sample::text("b\n"),
        ),
        sample::added("description", sample::text(&format!("{evil}\n"))),
    ];
    role.instances = vec![sample::instance(evil, evil); 12];
    role.gap = Some(Gap {
        meaning: evil.into(),
        instances: role.instances.clone(),
    });
    role.references.insert(Address::new(kind::ROLE, evil));
    let address = role.address.clone();
    let mut plan = sample::plan(vec![role]);
    plan.stack = evil.into();
    plan.setting.account = evil.into();
    plan.caller.arn = evil.into();
    let mut note = sample::note(NoteKind::Blind, evil, evil);
    note.content.insert(evil.into(), document(evil));
    plan.notes = vec![note];
    plan.steps = vec![sample::step(
        0,
        address,
        evil,
        WriteCall::new(Service::Iam, evil),
    )];
    let refusals = [Diagnostic::error(evil, evil)
        .at(Some(sample::place(1)))
        .hint(evil)];
    let page = html(&Review {
        refusals: &refusals,
        ..review(&plan)
    });
    assert!(page.matches("alert(&#39;x&#39;)").count() > 30);
    assert_eq!(page.matches("<script").count(), 1, "the page's own");
    assert_eq!(page.matches("</script").count(), 1);
    assert!(!page.contains("alert('x')"));
    assert!(!page.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn the_page_can_load_nothing() {
    let page = html(&review(&sample::s3access()));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    assert!(page.contains(policy));
    let addresses = page.replace("http://www.w3.org/2000/svg", "");
    for way in [
        "http:", "https:", "src=", "url(\"", "@import", "fetch(", "XMLHttp", "<link", "<img",
    ] {
        assert!(!addresses.contains(way), "{way}");
    }
}

#[test]
fn equal_plans_give_equal_bytes() {
    let page = |plan: &Plan| html(&review(plan));
    assert_eq!(page(&sample::s3access()), page(&sample::s3access()));
}

/// A plan of this many roles, each with two policies that change and three calls.
fn large(number: usize) -> Plan {
    let policy = |bucket: &str| {
        sample::policy(json!([
            {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
             "Resource": [format!("arn:aws:s3:::{bucket}"), format!("arn:aws:s3:::{bucket}/*")]},
            {"Sid": "Queue", "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"],
             "Resource": "arn:aws:sqs:eu-central-1:123456789012:jobs",
             "Condition": {"StringEquals": {"aws:PrincipalTag/team": "shop"}}},
        ]))
    };
    let roles = (0..number).map(|index| {
        let mut role = sample::change(Action::Update, "Role", &format!("worker-{index:04}"), index);
        role.risk = Risk::NewAccess;
        role.edits = vec![
            sample::edit(
                "inlinePolicies.Data",
                policy("old"),
                policy(&format!("new-{index}")),
            ),
            sample::added("inlinePolicies.More", policy("more")),
            sample::edit(
                "maxSessionDuration",
                Value::Number(3600),
                Value::Number(7200),
            ),
        ];
        role
    });
    let mut plan = sample::plan(roles.collect());
    let addresses: Vec<Address> = plan.changes.iter().map(|one| one.address.clone()).collect();
    for address in addresses {
        for title in [
            "update the session length",
            "put inline policy Data",
            "put inline policy More",
        ] {
            let title = format!("{title} of role {}", address.name);
            let call = WriteCall::new(Service::Iam, "PutRolePolicy");
            let id = plan.steps.len();
            plan.steps
                .push(sample::step(id, address.clone(), &title, call));
        }
    }
    plan.steps.iter_mut().for_each(|step| step.needs.clear());
    plan
}

#[test]
fn a_thousand_changes_stay_below_three_megabytes() {
    let page = html(&review(&large(1000)));
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    assert_eq!(page.matches("<details class=\"c ").count(), 1000);
}
