//! What this run has done so far, as far as it explains errors: AWS shows new things late and old things
//! too long, but only things that were touched. What follows from it is `retry`'s.

use std::collections::BTreeSet;

use crate::model::Address;
use crate::plan::Step;

/// The resources that the steps done so far made, changed and removed.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    made: BTreeSet<Address>,
    changed: BTreeSet<Address>,
    removed: BTreeSet<Address>,
    worked_on: BTreeSet<Address>,
    named: BTreeSet<Address>,
    /// Those of `made` that an earlier run made.
    recent: BTreeSet<Address>,
}

/// What the run did before one step, as far as it concerns that step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent fact about the run"
)]
pub(super) struct History {
    /// Those among the step's subjects and its own address that this run made: subjects first.
    pub(super) made: Vec<Address>,
    /// This very run made the step's own address.
    pub(super) own_made: bool,
    /// Those that it made or changed.
    pub(super) changed: Vec<Address>,
    /// The step's own address was removed in this run.
    pub(super) removed: bool,
    /// An earlier step worked on the step's address without making it.
    pub(super) moved: bool,
    /// An earlier step worked on the step's address, or on another resource that it named with it.
    pub(super) emptied: bool,
}

impl Ledger {
    /// Starts with resources that were made or changed shortly before this run, for example by a run that
    /// was interrupted.
    pub(super) fn new(recent: &BTreeSet<Address>) -> Self {
        Self {
            made: recent.clone(),
            changed: recent.clone(),
            named: recent.clone(),
            recent: recent.clone(),
            ..Self::default()
        }
    }

    /// Notes that a step is done.
    pub(super) fn record(&mut self, step: &Step) {
        if let Some(made) = &step.makes {
            self.made.insert(made.clone());
            self.changed.insert(made.clone());
            self.removed.remove(made);
            self.recent.remove(made);
        } else {
            self.changed.insert(step.address.clone());
            self.worked_on.insert(step.address.clone());
        }
        if let Some(removed) = &step.removes {
            self.made.remove(removed);
            self.changed.remove(removed);
            self.removed.insert(removed.clone());
        }
        self.named.extend(step.subjects.iter().cloned());
    }

    /// What concerns a step.
    pub(super) fn history(&self, step: &Step) -> History {
        let address = &step.address;
        let own = std::iter::once(address).filter(|own| !step.subjects.contains(*own));
        let concerned: Vec<&Address> = step.subjects.iter().chain(own).collect();
        let among = |set: &BTreeSet<Address>| -> Vec<Address> {
            let hits = concerned.iter().filter(|address| set.contains(**address));
            hits.map(|address| (*address).clone()).collect()
        };
        History {
            made: among(&self.made),
            own_made: self.made.contains(address) && !self.recent.contains(address),
            changed: among(&self.changed),
            removed: self.removed.contains(address),
            moved: self.worked_on.contains(address),
            emptied: self.worked_on.contains(address) || self.named.contains(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::tests::fixture::step;
    use crate::model::kind;

    fn role() -> Address {
        Address::new(kind::ROLE, "r")
    }

    fn profile() -> Address {
        Address::new(kind::INSTANCE_PROFILE, "p")
    }

    #[test]
    fn a_made_resource_concerns_the_steps_that_name_it() {
        let mut ledger = Ledger::default();
        ledger.record(&step(0, "Role/r").makes("Role/r").build());
        let naming = step(1, "InstanceProfile/p").subject("Role/r").build();
        let history = ledger.history(&naming);
        assert_eq!(
            history,
            History {
                made: vec![role()],
                changed: vec![role()],
                ..History::default()
            }
        );
        assert_eq!(
            ledger.history(&step(2, "Role/other").build()),
            History::default()
        );
    }

    #[test]
    fn a_removed_resource_is_not_fresh_and_one_made_again_is_not_removed() {
        let mut ledger = Ledger::default();
        let make = step(0, "Role/r").makes("Role/r").build();
        let remove = step(1, "Role/r").removes("Role/r").build();
        ledger.record(&make);
        ledger.record(&remove);
        let history = ledger.history(&make);
        assert!(history.removed && history.made.is_empty() && history.changed.is_empty());
        ledger.record(&make);
        let history = ledger.history(&make);
        assert!(!history.removed);
        assert_eq!(history.made, [role()]);
    }

    #[test]
    fn taking_a_role_out_of_a_profile_empties_both() {
        let mut ledger = Ledger::default();
        ledger.record(&step(0, "InstanceProfile/p").subject("Role/r").build());
        assert!(ledger.history(&step(1, "Role/r").build()).emptied);
        assert!(!ledger.history(&step(1, "Role/r").build()).moved);
        let history = ledger.history(&step(2, "InstanceProfile/p").build());
        assert!(history.emptied && history.moved);
        assert_eq!(history.changed, [profile()]);
    }

    #[test]
    fn what_was_touched_shortly_before_the_run_counts() {
        let ledger = Ledger::new(&BTreeSet::from([role()]));
        let history = ledger.history(&step(0, "Role/r").build());
        assert_eq!(history.made, [role()]);
        assert!(!history.own_made);
        assert!(history.emptied && !history.moved && !history.removed);
    }
}
