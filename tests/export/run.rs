//! Export and plan as the command line makes them, on an in-memory sandbox.

use std::collections::BTreeMap;
use std::sync::Arc;

use rolewright::diagnostic::{Problems, Sources};
use rolewright::export::{self, Manifests, Material};
use rolewright::kinds::{ExportFilter, SurveyScope};
use rolewright::live::{self, Chosen};
use rolewright::manifest::{self, MemoryFiles};
use rolewright::model::{AwsScope, Desired, Partition};
use rolewright::plan::{self, Plan, PlanOptions};
use rolewright::resolve;
use rolewright::sandbox::{ACCOUNT, Sandbox};

use crate::air;
use crate::draw::STACK;

pub(crate) fn setting() -> AwsScope {
    AwsScope {
        partition: Partition::Aws,
        account: ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
    }
}

/// What is chosen, and its manifests.
pub(crate) async fn export(sandbox: &Arc<Sandbox>, choice: &ExportFilter) -> (Chosen, Manifests) {
    let (client, setting) = (air::client(sandbox), setting());
    let chosen = live::choose(&client, &setting, choice).await;
    let chosen = chosen.unwrap_or_else(|fault| panic!("{fault}"));
    let manifests = export::export(&Material {
        stack: STACK,
        setting: &setting,
        found: &chosen.resources,
        blind: &chosen.blind,
    });
    (chosen, manifests)
}

/// What a plan of these manifests would do now.
pub(crate) async fn plan(sandbox: &Arc<Sandbox>, text: &str, prune: bool) -> Result<Plan, String> {
    let (client, setting) = (air::client(sandbox), setting());
    let desired = desired(text, &setting)?;
    let caller = live::identity(&client).await.expect("it knows us").caller;
    let live = live::survey(&client, &setting, &caller, &desired, SurveyScope::Owned).await;
    let live = live.unwrap_or_else(|fault| panic!("{fault}"));
    let wishes = PlanOptions {
        prune,
        ..PlanOptions::default()
    };
    plan::plan(&desired, &live, &wishes).map_err(|problems| words(&problems))
}

fn desired(text: &str, setting: &AwsScope) -> Result<Desired, String> {
    let mut sources = Sources::none();
    sources.add_manifest("export.yaml", text);
    let variables = BTreeMap::new();
    let (entries, problems) = manifest::parse(&sources, &resolve::kind_names());
    if problems.has_errors() {
        return Err(words(&problems));
    }
    let stack = resolve::stack(&entries, &variables, None).map_err(|more| words(&more))?;
    let input = resolve::Input {
        entries: &entries,
        stack: &stack,
        setting,
        variables: &variables,
        files: &MemoryFiles::default(),
    };
    let resolved = resolve::resolve(&input, &mut sources).map_err(|more| words(&more))?;
    Ok(resolved.desired)
}

fn words(problems: &Problems) -> String {
    let sorted = problems.sorted();
    let messages: Vec<String> = sorted
        .iter()
        .filter(|problem| problem.severity == rolewright::diagnostic::Severity::Error)
        .map(|problem| format!("{}: {}", problem.code, problem.message))
        .collect();
    messages.join("; ")
}
