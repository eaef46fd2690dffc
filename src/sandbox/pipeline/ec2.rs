//! An EC2 call in its weather: one region, taken out of the world, advanced, changed whole or not at all.

use jiff::Timestamp;

use super::Pipeline;
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::injector::InjectedFaults;
use crate::sandbox::weather::FaultKind;
use crate::sandbox::world::Region;
use crate::sandbox::{ec2, refusal};

type Write = fn(&mut Region, &ec2::Call) -> Outcome;

impl Pipeline {
    pub(super) fn ec2(
        &mut self,
        action: ec2::Action,
        name: &str,
        form: &Form,
        place: &str,
        injected: &InjectedFaults,
        now: Timestamp,
    ) -> Outcome {
        ec2::check_parameters(name, form)?;
        if form.is_true("DryRun") {
            let text = "Request would have succeeded, but DryRun flag is set.";
            return Err(Fault::new("DryRunOperation", text));
        }
        refused(name, form, place, injected)?;
        let names_profile = ["Name", "Arn"]
            .iter()
            .any(|field| form.get(&format!("IamInstanceProfile.{field}")).is_some());
        let seen = names_profile.then(|| self.iam_of_ec2(now)).flatten();
        let replica = self.ec2_replica(place, injected, now);
        let mut region = self.world.regions.remove(place).unwrap_or_default();
        region.advance(now);
        let call = ec2::Call {
            form,
            now,
            entropy: injected.entropy.nth(1),
            iam: &self.world.iam,
            seen: seen.as_ref(),
            region: place,
            association_delay: injected.association,
            instance_delay: injected.instance,
        };
        let (outcome, before) = match action {
            ec2::Action::Read(run) => (run(replica.as_ref().unwrap_or(&region), &call), None),
            ec2::Action::Write(run) => whole(run, &mut region, replica.as_ref(), &call),
        };
        if !region.is_empty() {
            self.world.regions.insert(place.to_owned(), region);
        }
        let (Ok(fields), Some(before)) = (&outcome, before) else {
            return outcome;
        };
        let delay = self.injector.weather.ec2_delay;
        self.ec2_history
            .record(place, now, injected.unseen.ec2, before, delay);
        self.saved(fields.clone())
    }

    /// The replica that serves a call, if it is not up to date. The script's has not seen the latest write.
    fn ec2_replica(
        &self,
        place: &str,
        injected: &InjectedFaults,
        now: Timestamp,
    ) -> Option<Region> {
        if injected.scripted(FaultKind::Stale) {
            self.ec2_history.before_latest(place, now)
        } else if injected.holds(FaultKind::Stale) {
            self.ec2_history
                .as_of(place, self.injector.weather.ec2_delay, now)
        } else {
            None
        }
    }
}

/// What goes wrong with some actions only.
fn refused(name: &str, form: &Form, place: &str, injected: &InjectedFaults) -> Result<(), Fault> {
    let tags = matches!(name, "CreateTags" | "DeleteTags");
    let starts = matches!(name, "RunInstances" | "StartInstances");
    if tags && injected.holds(FaultKind::ConcurrentModification) {
        Err(refusal::concurrent_tags())
    } else if starts && injected.holds(FaultKind::InsufficientCapacity) {
        Err(refusal::no_capacity(form, place))
    } else {
        Ok(())
    }
}

/// Carries a write out completely or not at all, and gives the region as it was before. A replica that has not heard of
/// the instance refuses it.
fn whole(
    run: Write,
    region: &mut Region,
    replica: Option<&Region>,
    call: &ec2::Call,
) -> (Outcome, Option<Region>) {
    let refused = replica.and_then(|replica| run(&mut replica.clone(), call).err());
    if let Some(fault) = refused.filter(|fault| fault.code == "InvalidInstanceID.NotFound") {
        return (Err(fault), None);
    }
    let before = region.clone();
    let outcome = run(region, call);
    if outcome.is_err() {
        region.clone_from(&before);
    }
    (outcome, Some(before))
}
