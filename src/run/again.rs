//! Plans manifests again to find out whether a saved plan is the one that they lead to.

use super::{PlanRequest, Planned, Project, RunError, View, compose};
use crate::findings::FindingPolicy;
use crate::kinds::SurveyScope;
use crate::plan::GuardOverrides;
use crate::saved::{self, SavedPlan, StalePlan};

/// Fails when the manifests lead to another plan than the saved one, planned with its options. Nothing that it touches may have
/// moved since: `checked` sees to that. What guards refuse of it is added to the plan, because the file may not say so.
pub async fn check_manifests(
    view: View<'_>,
    project: &mut Project,
    saved: &SavedPlan,
    overrides: &GuardOverrides,
    planned: &mut Planned,
) -> Result<(), RunError> {
    let request = PlanRequest {
        options: saved.wishes.clone(),
        overrides: GuardOverrides {
            own_role: saved.allowances.own_role || overrides.own_role,
            lock_out: saved.allowances.lock_out || overrides.lock_out,
            ..saved.allowances.clone()
        },
        findings: FindingPolicy::default(),
    };
    let resolved = project.desired(view.scope)?;
    let live = view.survey(&resolved.desired, SurveyScope::Owned).await?;
    let again = compose(project, resolved, saved::as_planned(saved, &live), &request)?;
    let manifests = saved::manifests(&again.sources);
    let differences = saved::differences(saved, &manifests, &again.plan);
    if !differences.is_empty() {
        return Err(RunError::Stale(StalePlan::OtherManifests(differences)));
    }
    for refusal in again.refusals {
        if !planned.refusals.contains(&refusal) {
            planned.refusals.push(refusal);
        }
    }
    Ok(())
}
