//! The calls that attach, replace and detach. Which way is open depends on the instance's state: a running
//! instance can swap its profile in place, a stopped one cannot (EC2 API reference,
//! ReplaceIamInstanceProfileAssociation).

use super::survey::{ASSOCIATIONS, associations, described, filter};
use crate::cloud::{Condition, Expect, Lookup, Parameter, ReadCall, Service, WhenNone, WriteCall};
use crate::kinds::{Lowering, Renewal, StepDraft, StepDrafts};
use crate::model::{Action, Address, Link, field};

/// The states of an association that is there or comes.
const ACTIVE: [&str; 2] = ["associating", "associated"];

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let calls = Calls {
        instance: lowering.live_name,
        lowering,
    };
    let in_place = matches!(calls.state(), "running" | "pending")
        && !lowering.target_is_replaced
        && *lowering.renewal == Renewal::None;
    match lowering.action {
        Action::Create => StepDrafts::build(calls.associate()),
        Action::Update if in_place => StepDrafts::build(calls.replace()),
        Action::Update if *lowering.renewal != Renewal::None => calls.renew(),
        Action::Update | Action::Replace => StepDrafts {
            teardown: vec![calls.disassociate().needs(calls.newcomer())],
            build: calls.associate().into_iter().collect(),
        },
        Action::Detach | Action::Delete => StepDrafts::teardown([calls.disassociate()]),
        Action::Adopt | Action::Keep => StepDrafts::default(),
    }
}

struct Calls<'a> {
    instance: &'a str,
    lowering: &'a Lowering<'a>,
}

impl<'a> Calls<'a> {
    fn state(&self) -> &str {
        self.lowering.observed.map_or("", super::state)
    }

    fn call(&self, action: &str) -> WriteCall {
        WriteCall::new(Service::Ec2, action).in_region(self.region())
    }

    fn region(&self) -> Option<&str> {
        self.lowering
            .desired
            .and_then(|desired| desired.region.as_deref())
    }

    fn wanted(&self) -> Option<&'a Link> {
        self.lowering.wanted().link(field::INSTANCE_PROFILE)
    }

    fn had(&self) -> Option<&'a Link> {
        self.lowering.had().link(field::INSTANCE_PROFILE)
    }

    /// A profile that comes instead of another one: it must be complete before the old one goes, so that a
    /// profile that cannot be made leaves the instance as it was.
    fn newcomer(&self) -> Option<Address> {
        let (new, old) = (self.wanted()?, self.had()?);
        new.target
            .clone()
            .filter(|new| old.target.as_ref() != Some(new))
    }

    /// Takes the profile away, and puts it back once the new role is complete.
    fn renew(&self) -> StepDrafts {
        let former = match self.lowering.renewal {
            Renewal::Before(former) => Some(former.clone()),
            Renewal::None | Renewal::PutBack => None,
        };
        let target = self.wanted().and_then(|link| link.target.clone());
        let associate = self.associate().map(|draft| draft.frees(former));
        StepDrafts {
            teardown: vec![self.disassociate().needs(target)],
            build: associate.into_iter().collect(),
        }
    }

    fn associations(&self) -> ReadCall {
        associations(self.region(), vec![filter("instance-id", [self.instance])])
    }

    fn condition(&self, about: String, expect: Expect) -> Condition {
        Condition {
            about,
            read: self.associations(),
            expect,
            hopeless: None,
        }
    }

    fn associate(&self) -> Option<StepDraft> {
        let profile = self.wanted()?;
        let call = self
            .call("AssociateIamInstanceProfile")
            .with("InstanceId", self.instance);
        let draft = StepDraft::new(
            format!(
                "associate instance profile {} with {}",
                profile.name, self.instance
            ),
            call,
        );
        let ready = self.steady().into_iter().chain([self.free_for(profile)]);
        Some(self.moved_to(profile, draft).ready(ready))
    }

    fn replace(&self) -> Option<StepDraft> {
        let profile = self.wanted()?;
        let call = self
            .call("ReplaceIamInstanceProfileAssociation")
            .with("AssociationId", Parameter::Later(self.association()));
        let title = format!(
            "replace the instance profile of {} by {}",
            self.instance, profile.name
        );
        let draft = StepDraft::new(title, call)
            .lookup(self.current(WhenNone::Fail))
            .ready(self.steady());
        Some(
            self.moved_to(profile, draft)
                .frees(self.had().and_then(|old| old.target.clone())),
        )
    }

    /// What attaching and replacing share: the profile, and what shows that it has arrived.
    fn moved_to(&self, profile: &Link, draft: StepDraft) -> StepDraft {
        let by_name = Parameter::map([("Name", profile.name.as_str().into())]);
        let call = draft.call.clone().with("IamInstanceProfile", by_name);
        let arriving = self.row(profile, &ACTIVE);
        let arrived = Expect::All(vec![
            Expect::any(&[ASSOCIATIONS], self.row(profile, &["associated"])),
            Expect::no_item(&[ASSOCIATIONS], Expect::is(&["state"], "disassociating")),
        ]);
        let about = format!("{} to be associated with {}", self.instance, profile.name);
        StepDraft { call, ..draft }
            .needs(profile.target.clone())
            .goal(self.condition(about.clone(), Expect::any(&[ASSOCIATIONS], arriving)))
            .settled(self.condition(about, arrived))
    }

    /// A row of the wanted profile in one of some states. Where its id is not known yet, a former profile of
    /// its name is excluded by the id that one had: a listing that lags behind still shows it.
    fn row(&self, profile: &Link, states: &[&str]) -> Expect {
        let mut all = vec![Expect::one_of(&["state"], states), is_of(profile)];
        let old = self.had().and_then(|old| old.id.as_ref());
        if let (None, Some(old)) = (&profile.id, old) {
            all.push(Expect::is(&["iamInstanceProfile", "id"], old).negated());
        }
        Expect::All(all)
    }

    /// A row of the profile that the plan saw, in one of some states: what somebody else attached after the
    /// plan is not ours to take away.
    fn former(&self, states: &[&str]) -> Expect {
        let state = Expect::one_of(&["state"], states);
        let old = self.had().map(is_of);
        Expect::All(std::iter::once(state).chain(old).collect())
    }

    /// No profile is on its way out, as one may be after a run that was cut off. Where this run took one
    /// away, a third one that somebody attached instead will not go by itself.
    fn free_for(&self, profile: &Link) -> Condition {
        let going = Expect::is(&["state"], "disassociating");
        let third = self.had().map(|old| {
            let active = Expect::one_of(&["state"], &ACTIVE);
            Expect::All(vec![active, is_of(old).negated(), is_of(profile).negated()])
        });
        let none = std::iter::once(going).chain(third.clone());
        let none = none.map(|row| Expect::no_item(&[ASSOCIATIONS], row));
        let about = format!("{} to be free for {}", self.instance, profile.name);
        Condition {
            hopeless: third.map(|row| Expect::any(&[ASSOCIATIONS], row)),
            ..self.condition(about, Expect::All(none.collect()))
        }
    }

    fn disassociate(&self) -> StepDraft {
        let call = self
            .call("DisassociateIamInstanceProfile")
            .with("AssociationId", Parameter::Later(self.association()));
        let old = self.had();
        let name = old.map_or("its instance profile", |old| old.name.as_str());
        let gone = self.condition(
            format!("{} to be disassociated from {name}", self.instance),
            Expect::no_item(
                &[ASSOCIATIONS],
                self.former(&["associating", "associated", "disassociating"]),
            ),
        );
        StepDraft::new(format!("disassociate {name} from {}", self.instance), call)
            .lookup(self.current(WhenNone::Done))
            .ready(self.steady())
            .frees(old.and_then(|old| old.target.clone()))
            .settled(gone)
            .gone_is_done()
    }

    /// What the id of the association to act on is called, also in the message that there is none.
    fn association(&self) -> String {
        let old = self.had().map(|old| format!(" with {}", old.name));
        format!(
            "association of {}{}",
            self.instance,
            old.unwrap_or_default()
        )
    }

    /// The association to act on, by profile and state: its id changes with every replacement.
    fn current(&self, when_none: WhenNone) -> Lookup {
        Lookup {
            name: self.association(),
            read: self.associations(),
            list: vec![ASSOCIATIONS.to_owned()],
            item: self.former(&ACTIVE),
            take: vec!["associationId".to_owned()],
            when_none,
        }
    }

    /// Only running and stopped instances take a profile; others are on their way to one or the other.
    fn steady(&self) -> Option<Condition> {
        if matches!(self.state(), "running" | "stopped") {
            return None;
        }
        let in_state = |states: &[&str]| {
            let instance = Expect::one_of(&["instanceState", "name"], states);
            Expect::any(
                &["reservationSet"],
                Expect::any(&["instancesSet"], instance),
            )
        };
        Some(Condition {
            about: format!("{} to be running or stopped", self.instance),
            read: described(self.region(), vec![filter("instance-id", [self.instance])]),
            expect: in_state(&["running", "stopped"]),
            hopeless: Some(in_state(&["shutting-down", "terminated"])),
        })
    }
}

/// A row of a profile. The id tells a profile from a former one of its name.
fn is_of(profile: &Link) -> Expect {
    match &profile.id {
        Some(id) => Expect::is(&["iamInstanceProfile", "id"], id),
        None => Expect::ends_with(
            &["iamInstanceProfile", "arn"],
            &format!("/{}", profile.name),
        ),
    }
}
