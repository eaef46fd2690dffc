//! The one composer of a plan: what is declared, what there is, the changes, the findings, and what guards refuse.

use std::collections::{BTreeMap, BTreeSet};

use super::{Project, RunError, View};
use crate::diagnostic::{Diagnostic, Problems, Sources};
use crate::findings::{Finding, FindingPolicy};
use crate::kinds::SurveyScope;
use crate::model::{Address, Desired, Live, Stack};
use crate::plan::{self, GuardOverrides, Plan, PlanOptions};
use crate::resolve::Resolved;

/// What is asked of a plan beside the manifests.
#[derive(Debug, Clone, Default)]
pub struct PlanRequest {
    /// What is planned.
    pub options: PlanOptions,
    /// What guards need not refuse.
    pub overrides: GuardOverrides,
    /// Which findings refuse the plan, and which do not count.
    pub findings: FindingPolicy,
}

/// A plan with everything it was made from.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The texts that messages point into; none for a plan that was saved elsewhere.
    pub sources: Sources,
    /// What is declared, as it stands in the manifests.
    pub declared: Desired,
    /// The same with an address for every instance that is known.
    pub desired: Desired,
    /// What there is.
    pub live: Live,
    /// What is to be done.
    pub plan: Plan,
    /// What was asked for.
    pub options: PlanOptions,
    /// What guards did not refuse.
    pub overrides: GuardOverrides,
    /// What stops nothing.
    pub warnings: Problems,
    /// What rules say about the policies and their changes, the worst first.
    pub findings: Vec<Finding>,
    /// Why the plan must not be carried out.
    pub refusals: Vec<Diagnostic>,
}

/// Reads AWS and plans.
pub async fn plan(
    view: View<'_>,
    project: &mut Project,
    request: &PlanRequest,
) -> Result<Planned, RunError> {
    let resolved = project.desired(view.scope)?;
    let live = view.survey(&resolved.desired, SurveyScope::Owned).await?;
    compose(project, resolved, live, request)
}

/// Plans with what is known of AWS.
pub fn compose(
    project: &Project,
    resolved: Resolved,
    live: Live,
    request: &PlanRequest,
) -> Result<Planned, RunError> {
    let Resolved {
        desired: declared,
        warnings,
        mut findings,
    } = resolved;
    let options = options(&request.options, &declared)?;
    let plan = match plan::plan(&declared, &live, &options) {
        Ok(plan) => plan,
        Err(mut problems) => {
            problems.extend(warnings);
            return Err(RunError::Manifests(problems, project.sources.clone()));
        }
    };
    findings.extend(plan::findings(&plan, &live));
    let findings = request.findings.judge(findings, &project.sources);
    // From here on every instance that is known stands by its id.
    let desired = plan::expand(&declared, &live).into_owned();
    let overrides = request.overrides.clone();
    let mut refusals = plan::refusals(&plan, &desired, &live, &overrides);
    refusals.extend(request.findings.refusals(&findings));
    Ok(Planned {
        sources: project.sources.clone(),
        declared,
        desired,
        live,
        plan,
        options,
        overrides,
        warnings,
        findings,
        refusals,
    })
}

/// The options with what the stack itself says. Only what is declared can be adopted.
fn options(asked: &PlanOptions, declared: &Desired) -> Result<PlanOptions, RunError> {
    let mut adopted = asked.adopt.iter();
    match adopted.find(|address| !declared.resources.contains_key(address)) {
        Some(address) => Err(RunError::NotDeclared(address.clone())),
        None => Ok(PlanOptions {
            prune: asked.prune || declared.stack.prune,
            ..asked.clone()
        }),
    }
}

/// Plans to remove the stack's tags from resources, and to leave them otherwise unchanged. No manifest is needed.
pub async fn release(
    view: View<'_>,
    stack: Stack,
    released: &BTreeSet<Address>,
) -> Result<Planned, RunError> {
    let desired = Desired {
        stack,
        resources: BTreeMap::new(),
    };
    let live = view.survey(&desired, SurveyScope::Owned).await?;
    let plan = plan::release(&desired, &live, released)
        .map_err(|problems| RunError::Manifests(problems, Sources::none()))?;
    Ok(Planned {
        sources: Sources::none(),
        declared: desired.clone(),
        desired,
        live,
        plan,
        options: PlanOptions {
            release: released.clone(),
            ..PlanOptions::default()
        },
        overrides: GuardOverrides::default(),
        warnings: Problems::none(),
        findings: Vec::new(),
        refusals: Vec::new(),
    })
}
