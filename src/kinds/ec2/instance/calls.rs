//! The calls that launch, change and terminate an instance.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::is_unprotected;
use super::token::{Launch, token};
use crate::cloud::{Condition, Expect, Parameter, Service, WriteCall};
use crate::kinds::draft::Calls;
use crate::kinds::ec2::instance_association::{described, filter};
use crate::kinds::{Lowering, StepDraft, StepDrafts, tags};
use crate::model::{Action, Attributes, NAME_TAG, Observed, STACK_TAG, Value, field};

/// The states that a launch leads to; an instance that is stopped was running before.
const STARTED: [&str; 3] = ["running", "stopping", "stopped"];
/// The states from which there is no way back.
const ENDED: [&str; 2] = ["shutting-down", "terminated"];

pub(super) fn drafts(lowering: &Lowering<'_>) -> StepDrafts {
    let wanted = lowering.wanted();
    InstanceCalls { lowering, wanted }.drafts(lowering.action)
}

/// That the instance still belongs to whom it belonged when it was found.
pub(super) fn precondition(lowering: &Lowering<'_>, found: &Observed) -> Option<Condition> {
    let id = found.id.as_deref()?;
    let ours = lowering.wanted().tag(STACK_TAG);
    let owned = tags::still_owned(&["tagSet"], tags::EC2, ours, Some(found));
    let is_owned = Expect::any(&["reservationSet"], Expect::any(&["instancesSet"], owned));
    let region = found.facts.region.as_deref();
    Some(Condition {
        about: tags::described(&format!("instance {}", lowering.live_name), Some(found)),
        read: described(region, vec![filter("instance-id", [id])]),
        expect: is_owned,
        hopeless: None,
    })
}

struct InstanceCalls<'a> {
    lowering: &'a Lowering<'a>,
    /// What is declared; empty for what is only being removed.
    wanted: &'a Attributes,
}

impl Calls for InstanceCalls<'_> {
    fn create(&self) -> Vec<StepDraft> {
        let is_replaced = self.lowering.action == Action::Replace;
        vec![self.launch(self.id().filter(|_| is_replaced))]
    }

    fn update(&self) -> StepDrafts {
        StepDrafts::build(self.changes())
    }

    fn delete(&self) -> Vec<StepDraft> {
        self.terminate()
    }
}

impl<'a> InstanceCalls<'a> {
    fn name(&self) -> &'a str {
        self.lowering.live_name
    }

    fn id(&self) -> Option<&'a str> {
        self.lowering.observed?.id.as_deref()
    }

    /// The instance as it is called in titles.
    fn spoken(&self) -> String {
        match self.id() {
            Some(id) => format!("instance {} ({id})", self.name()),
            None => format!("instance {}", self.name()),
        }
    }

    fn new_region(&self) -> Option<&'a str> {
        self.lowering.desired?.region.as_deref()
    }

    fn region(&self) -> Option<&'a str> {
        self.lowering.observed?.facts.region.as_deref()
    }

    fn tag(&self, key: &str) -> &'a str {
        self.wanted.tag(key).unwrap_or_default()
    }

    /// One launch of one instance. Whatever becomes of the answer, sending it again is the same launch.
    fn launch(&self, replaced: Option<&'a str>) -> StepDraft {
        let predecessors = self.predecessors(replaced);
        let mut call = WriteCall::new(Service::Ec2, "RunInstances")
            .in_region(self.new_region())
            .with("MinCount", "1")
            .with("MaxCount", "1")
            .with("ClientToken", self.token(predecessors.clone()))
            .with("TagSpecification", self.tags_at_launch())
            .with("MetadataOptions", self.metadata());
        for (field, name) in [
            (field::IMAGE_ID, "ImageId"),
            (field::INSTANCE_TYPE, "InstanceType"),
            (field::KEY_NAME, "KeyName"),
            (field::SUBNET_ID, "SubnetId"),
        ] {
            if let Some(value) = self.wanted.text(field) {
                call = call.with(name, value);
            }
        }
        if let Some(data) = self.wanted.text(field::USER_DATA) {
            call = call.with("UserData", STANDARD.encode(data));
        }
        if self.wanted.flag(field::TERMINATION_PROTECTION) == Some(true) {
            call = call.with("DisableApiTermination", "true");
        }
        let groups = self.groups();
        if !groups.is_empty() {
            call = call.with("SecurityGroupId", groups.into_iter().collect::<Parameter>());
        }
        let profile = self.wanted.link(field::INSTANCE_PROFILE);
        if let Some(profile) = profile {
            let by_name = Parameter::map([("Name", profile.name.as_str().into())]);
            call = call.with("IamInstanceProfile", by_name);
        }
        let launched = |about: &str, states| self.launched(&predecessors, about, states);
        let there = [&["pending"], &STARTED[..]].concat();
        StepDraft::new(format!("launch instance {}", self.name()), call)
            .needs(profile.and_then(|profile| profile.target.clone()))
            .goal(launched("to be launched", &there))
            .settled(launched("to be running", &STARTED))
            .makes()
    }

    /// What is true of the instance of a launch: it has the tags, and was not there before. Its id is not known, and
    /// a listing may not show it yet.
    fn launched(&self, predecessors: &[&str], about: &str, states: &[&str]) -> Condition {
        let tag = |key: &str| filter(&format!("tag:{key}"), [self.tag(key)]);
        let new = Expect::one_of(&["instanceId"], predecessors).negated();
        let in_state = |states: &[&str]| {
            let instance = Expect::All(vec![new.clone(), Expect::one_of(&STATE, states)]);
            Expect::any(
                &["reservationSet"],
                Expect::any(&["instancesSet"], instance),
            )
        };
        Condition {
            about: format!("instance {} {about}", self.name()),
            read: described(self.new_region(), vec![tag(STACK_TAG), tag(NAME_TAG)]),
            expect: in_state(states),
            hopeless: Some(in_state(&ENDED)),
        }
    }

    /// The instances that were this one before, sorted, with the one that is being replaced.
    fn predecessors(&self, replaced: Option<&'a str>) -> Vec<&'a str> {
        let observed = self.lowering.observed.into_iter();
        let former = observed.flat_map(|one| &one.facts.predecessors);
        let mut predecessors: Vec<&str> = former.map(String::as_str).chain(replaced).collect();
        predecessors.sort_unstable();
        predecessors
    }

    fn token(&self, predecessors: Vec<&'a str>) -> String {
        let setting = self.lowering.setting;
        token(&Launch {
            account: &setting.account,
            region: self.new_region().unwrap_or(&setting.region),
            stack: self.tag(STACK_TAG),
            name: self.tag(NAME_TAG),
            predecessors,
        })
    }

    fn tags_at_launch(&self) -> Parameter {
        let specification = Parameter::map([
            ("ResourceType", "instance".into()),
            ("Tag", tags::parameter(self.wanted)),
        ]);
        Parameter::List(vec![specification])
    }

    fn groups(&self) -> Vec<&'a str> {
        let groups = self.wanted.members(field::SECURITY_GROUP_IDS);
        groups.map(|(id, _)| id).collect()
    }

    /// The declared options, as EC2 spells them: with a capital.
    fn metadata(&self) -> Parameter {
        let options = self.wanted.members(field::METADATA_OPTIONS);
        let members = options.filter_map(|(name, value)| {
            let (first, rest) = name.split_at_checked(1)?;
            let value = match value {
                Value::Text(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            Some((format!("{}{rest}", first.to_uppercase()), value.into()))
        });
        Parameter::Map(members.collect())
    }

    /// The calls that change what EC2 changes in place.
    fn changes(&self) -> Vec<StepDraft> {
        let Some(id) = self.id() else {
            return Vec::new();
        };
        let changed = self.lowering.changed;
        let is_new = |field| self.lowering.changes(field);
        let set = tags::changed_parameter(changed, self.wanted).map(|list| {
            let call = self.on_tags("CreateTags", id, list);
            StepDraft::new(format!("tag {}", self.spoken()), call)
        });
        let removed = tags::removed_parameter(changed, self.wanted).map(|keys| {
            let call = self.on_tags("DeleteTags", id, by_key(keys));
            StepDraft::new(format!("remove tags from {}", self.spoken()), call)
        });
        let groups = is_new(field::SECURITY_GROUP_IDS).then(|| self.set_groups());
        let metadata = is_new(field::METADATA_OPTIONS).then(|| self.set_metadata());
        let protection = is_new(field::TERMINATION_PROTECTION)
            .then(|| self.protect(self.wanted.flag(field::TERMINATION_PROTECTION) == Some(true)));
        [groups, metadata, protection, set, removed]
            .into_iter()
            .flatten()
            .collect()
    }

    fn call(&self, action: &str) -> WriteCall {
        WriteCall::new(Service::Ec2, action)
            .in_region(self.region())
            .with("InstanceId", self.id().unwrap_or_default())
    }

    fn on_tags(&self, action: &str, id: &str, list: Parameter) -> WriteCall {
        let ids: Parameter = [id].into_iter().collect();
        WriteCall::new(Service::Ec2, action)
            .in_region(self.region())
            .with("ResourceId", ids)
            .with("Tag", list)
    }

    fn set_groups(&self) -> StepDraft {
        let groups: Parameter = self.groups().into_iter().collect();
        let call = self.call("ModifyInstanceAttribute").with("GroupId", groups);
        StepDraft::new(
            format!("set the security groups of {}", self.spoken()),
            call,
        )
    }

    fn set_metadata(&self) -> StepDraft {
        let mut call = self.call("ModifyInstanceMetadataOptions");
        if let Parameter::Map(options) = self.metadata() {
            for (option, value) in options {
                call = call.with(&option, value);
            }
        }
        StepDraft::new(
            format!("set the metadata options of {}", self.spoken()),
            call,
        )
    }

    fn protect(&self, protect: bool) -> StepDraft {
        let value = Parameter::map([("Value", protect.to_string().into())]);
        let call = self
            .call("ModifyInstanceAttribute")
            .with("DisableApiTermination", value);
        let verb = if protect {
            "protect"
        } else {
            "stop protecting"
        };
        StepDraft::new(format!("{verb} {} from termination", self.spoken()), call)
    }

    /// Terminates it, after lifting a protection that is declared to be off. A profile that comes instead of the
    /// one it has must be complete before, so that one that cannot be made leaves the instance as it was.
    fn terminate(&self) -> Vec<StepDraft> {
        let Some((id, observed)) = self.id().zip(self.lowering.observed) else {
            return Vec::new();
        };
        let old = observed
            .attributes
            .link(field::INSTANCE_PROFILE)
            .and_then(|old| old.target.clone());
        let new = self
            .wanted
            .link(field::INSTANCE_PROFILE)
            .and_then(|new| new.target.clone());
        let lift = (observed.facts.termination_protected && is_unprotected(self.wanted))
            .then(|| self.protect(false));
        let ids: Parameter = [id].into_iter().collect();
        let call = WriteCall::new(Service::Ec2, "TerminateInstances")
            .in_region(self.region())
            .with("InstanceId", ids);
        let terminate = StepDraft::new(format!("terminate {}", self.spoken()), call)
            .stage(1)
            .needs(new.filter(|new| old.as_ref() != Some(new)))
            .frees(old)
            .settled(self.terminated(id))
            .removes();
        lift.into_iter().chain([terminate]).collect()
    }

    /// A terminated instance is listed for about an hour, then no more.
    fn terminated(&self, id: &str) -> Condition {
        let still = Expect::is(&STATE, "terminated").negated();
        Condition {
            about: format!("{} to be terminated", self.spoken()),
            read: described(self.region(), vec![filter("instance-id", [id])]),
            expect: Expect::no_item(&["reservationSet"], Expect::any(&["instancesSet"], still)),
            hopeless: None,
        }
    }
}

/// Where an instance's state is in its description.
const STATE: [&str; 2] = ["instanceState", "name"];

/// Tags to delete whatever their values are.
fn by_key(keys: Parameter) -> Parameter {
    let Parameter::List(keys) = keys else {
        return keys;
    };
    let tags = keys.into_iter().map(|key| Parameter::map([("Key", key)]));
    Parameter::List(tags.collect())
}
