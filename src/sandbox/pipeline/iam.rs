//! An IAM call in its weather: who lags behind, what a lagging replica refuses.

use jiff::Timestamp;

use super::{Arrived, Pipeline};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::history::Before;
use crate::sandbox::injector::InjectedFaults;
use crate::sandbox::weather::FaultKind;
use crate::sandbox::{iam, refusal, world};

type Write = fn(&mut world::Iam, &iam::Call) -> Outcome;

impl Pipeline {
    pub(super) fn iam(
        &mut self,
        action: iam::Action,
        name: &str,
        arrived: Arrived<'_>,
        injected: &InjectedFaults,
    ) -> Outcome {
        let (form, now) = (arrived.form, arrived.now);
        let principals = matches!(name, "CreateRole" | "UpdateAssumeRolePolicy");
        let lags = [
            FaultKind::Stale,
            FaultKind::DeleteConflict,
            FaultKind::UnresolvedArn,
        ];
        let looks_back = principals || lags.into_iter().any(|kind| injected.holds(kind));
        let lagging = looks_back.then(|| self.lagging_iam(now)).flatten();
        let replica = self.iam_replica(lagging.as_ref(), form, injected);
        let is_new = || is_new(&self.world.iam, lagging.as_ref(), form);
        let call = iam::Call {
            form,
            now,
            entropy: injected.entropy.nth(1),
            caller: arrived.caller,
            seen: lagging.as_ref(),
            short_page: injected.holds(FaultKind::ShortPage),
            unresolved: injected.scripted(FaultKind::UnresolvedArn)
                || (injected.holds(FaultKind::UnresolvedArn) && is_new()),
        };
        let run = match action {
            iam::Action::Read(run) => {
                return run(replica.as_ref().unwrap_or(&self.world.iam), &call);
            }
            iam::Action::Write(run) => run,
        };
        if injected.holds(FaultKind::ConcurrentModification) {
            return Err(refusal::concurrent());
        }
        let held = || refused_for_children(lagging.as_ref(), name, run, &call, injected);
        let refused = replica
            .as_ref()
            .and_then(|replica| refused_by(replica, run, &call));
        if let Some(fault) = refused.or_else(held) {
            return Err(fault);
        }
        let before = Before::of(&self.world.iam, form);
        let fields = run(&mut self.world.iam, &call)?;
        self.recorded(now, injected, before);
        self.saved(fields)
    }

    /// IAM as EC2 sees it, when that differs from the present.
    pub(super) fn iam_of_ec2(&self, now: Timestamp) -> Option<world::Iam> {
        let delay = self.injector.weather.iam_to_ec2();
        self.iam_history.as_of(&self.world.iam, now, |unseen| {
            delay.drawn(unseen.iam_to_ec2)
        })
    }

    /// IAM as its own replicas and its check of principals see it, when that differs from the present.
    pub(super) fn lagging_iam(&self, now: Timestamp) -> Option<world::Iam> {
        let delay = self.injector.weather.iam_to_iam();
        self.iam_history.as_of(&self.world.iam, now, |unseen| {
            delay.drawn(unseen.iam_to_iam)
        })
    }

    fn recorded(&mut self, now: Timestamp, injected: &InjectedFaults, before: Before) {
        let weather = &self.injector.weather;
        let (to_iam, to_ec2) = (weather.iam_to_iam(), weather.iam_to_ec2());
        self.iam_history.forget(now, |unseen| {
            let there = to_ec2.drawn(unseen.iam_to_ec2);
            to_iam.drawn(unseen.iam_to_iam).max(there)
        });
        self.iam_history.record(now, injected.unseen, before);
    }

    /// The replica that serves a call, if it is not up to date. The script's has not seen the latest write.
    fn iam_replica(
        &self,
        lagging: Option<&world::Iam>,
        form: &Form,
        injected: &InjectedFaults,
    ) -> Option<world::Iam> {
        if injected.scripted(FaultKind::Stale) {
            self.iam_history.before_latest(&self.world.iam, form)
        } else {
            lagging
                .filter(|_| injected.holds(FaultKind::Stale))
                .cloned()
        }
    }
}

/// What a lagging replica holds against a write: what it does not know yet, or what it still knows.
fn refused_by(replica: &world::Iam, run: Write, call: &iam::Call) -> Option<Fault> {
    let fault = run(&mut replica.clone(), call).err()?;
    matches!(fault.code, "NoSuchEntity" | "DeleteConflict").then_some(fault)
}

/// A deletion that still sees what was removed before it. The script needs nothing to have been there.
fn refused_for_children(
    lagging: Option<&world::Iam>,
    name: &str,
    run: Write,
    call: &iam::Call,
    injected: &InjectedFaults,
) -> Option<Fault> {
    let first = match name {
        "DeleteRole" => "must detach all policies first.",
        "DeleteInstanceProfile" => "must remove roles from instance profile first.",
        _ => return None,
    };
    if injected.scripted(FaultKind::DeleteConflict) {
        let text = format!("Cannot delete entity, {first}");
        return Some(Fault::new("DeleteConflict", text));
    }
    lagging
        .filter(|_| injected.holds(FaultKind::DeleteConflict))
        .and_then(|lagging| refused_by(lagging, run, call))
        .filter(|fault| fault.code == "DeleteConflict")
}

/// Whether the role or profile that a call names was made so recently that a lagging replica does not know it.
fn is_new(iam: &world::Iam, lagging: Option<&world::Iam>, form: &Form) -> bool {
    let id = |iam: &world::Iam| {
        let role = form.get("RoleName").and_then(|name| iam.role(name));
        let profile = || {
            form.get("InstanceProfileName")
                .and_then(|name| iam.profile(name))
        };
        role.map(|role| role.id.clone())
            .or_else(|| profile().map(|profile| profile.id.clone()))
    };
    lagging.is_some_and(|lagging| id(lagging) != id(iam))
}
