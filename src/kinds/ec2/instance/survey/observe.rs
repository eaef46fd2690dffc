//! One instance as it is: what its description shows, and the attributes that have to be asked for one by one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Depth, Seen};
use crate::cloud::{Class, Fault, Node, ReadCall, Reads, Service};
use crate::kinds::tags;
use crate::model::{
    Address, AwsScope, FieldName, FieldPath, Link, Observed, Resource, Value, field, kind,
};

/// The options of the metadata service that a document can declare, by EC2's names, which are the manifest's.
const OPTIONS: [&str; 4] = [
    "httpTokens",
    "httpPutResponseHopLimit",
    "httpEndpoint",
    "instanceMetadataTags",
];

/// What is to be known about an instance.
pub(super) struct Question<'a> {
    /// What is declared of it: nothing else of it is managed.
    pub(super) desired: Option<&'a Resource>,
    /// Whether everything is to be known all the same.
    pub(super) depth: Depth,
    /// Whether it may have to go, so that its protection counts whether or not it is declared.
    pub(super) owned: bool,
    pub(super) setting: &'a AwsScope,
}

impl Question<'_> {
    /// The instance; and the call that was refused, where doing without is possible.
    pub(super) async fn read(
        &self,
        reads: &dyn Reads,
        seen: &Seen,
    ) -> Result<(Observed, Option<String>), Fault> {
        let mut observed = self.shown(seen);
        if self.declares(field::USER_DATA) {
            match attribute(reads, seen, "userData").await? {
                Some(data) if data.is_empty() => {}
                Some(data) => observed.attributes.set(field::USER_DATA, decoded(&data)),
                None => self.assume(field::USER_DATA, &mut observed),
            }
        }
        let declared = self.declares(field::TERMINATION_PROTECTION);
        if !declared && !self.owned {
            return Ok((observed, None));
        }
        let protection = match attribute(reads, seen, "disableApiTermination").await {
            Err(fault) if fault.class == Class::Denied && !declared => {
                return Ok((observed, Some(fault.call)));
            }
            protection => protection?,
        };
        let protection = protection.map(|text| text == "true");
        observed.facts.termination_protected = protection == Some(true);
        match protection {
            Some(protection) if declared => {
                observed
                    .attributes
                    .set(field::TERMINATION_PROTECTION, protection);
            }
            Some(_) => {}
            None => self.assume(field::TERMINATION_PROTECTION, &mut observed),
        }
        Ok((observed, None))
    }

    /// A replica that does not know the instance yet says nothing of what it is like. Nothing is replaced because of
    /// that: it passes for what is declared until the next look.
    fn assume(&self, field: FieldName, observed: &mut Observed) {
        let path = FieldPath::new(field);
        let declared = self
            .desired
            .and_then(|desired| desired.attributes.get(&path));
        if let Some(declared) = declared {
            observed.attributes.insert(path, declared.clone());
        }
    }

    fn declares(&self, field: FieldName) -> bool {
        let is_declared = |desired: &Resource| desired.attributes.has(field);
        self.depth == Depth::Whole || self.desired.is_some_and(is_declared)
    }

    /// What its description shows.
    fn shown(&self, seen: &Seen) -> Observed {
        let Seen {
            id,
            state,
            region,
            node,
        } = seen;
        let mut observed = Observed {
            id: Some(id.clone()),
            created: node
                .text(&["launchTime"])
                .and_then(|time| time.parse().ok()),
            ..Observed::default()
        };
        observed.facts.instance_state = Some(state.clone());
        observed.facts.region.clone_from(region);
        let here = region.as_deref().unwrap_or(&self.setting.region);
        let attributes = &mut observed.attributes;
        attributes.set(field::REGION, here);
        // Those that every declaration has show which instance it is where nothing is declared any more.
        for (field, always) in [
            (field::IMAGE_ID, true),
            (field::INSTANCE_TYPE, true),
            (field::KEY_NAME, false),
            (field::SUBNET_ID, false),
        ] {
            if let Some(text) = node.text(&[field.as_str()])
                && (always || self.declares(field))
            {
                attributes.set(field, text);
            }
        }
        self.groups(node, &mut observed);
        self.metadata(node, &mut observed);
        profile(node, &mut observed);
        tags::observe(&mut observed, node.list(&["tagSet"]), tags::EC2);
        observed
    }

    fn groups(&self, node: &Node, observed: &mut Observed) {
        let groups = node.list(&["groupSet"]).iter();
        let ids = groups.filter_map(|group| group.text(&["groupId"]));
        for id in ids.filter(|_| self.declares(field::SECURITY_GROUP_IDS)) {
            let groups = field::SECURITY_GROUP_IDS;
            observed.attributes.set_member(groups, id, Value::Present);
        }
    }

    /// One that a region does not have is not shown.
    fn metadata(&self, node: &Node, observed: &mut Observed) {
        let options = field::METADATA_OPTIONS;
        let is_declared = |option: &str| {
            let mut declared = self.desired.into_iter();
            declared.any(|one| {
                one.attributes
                    .members(options)
                    .any(|(name, _)| name == option)
            })
        };
        for option in OPTIONS {
            if (self.depth == Depth::Whole || is_declared(option))
                && let Some(text) = node.text(&[options.as_str(), option])
            {
                let number = text.parse().map(Value::Number);
                let value = number.unwrap_or_else(|_| text.into());
                observed.attributes.set_member(options, option, value);
            }
        }
    }
}

/// The profile it uses. What it uses is not a reference: its association, if it is declared, lets go of it first.
fn profile(node: &Node, observed: &mut Observed) {
    let Some(arn) = node.text(&["iamInstanceProfile", "arn"]) else {
        return;
    };
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let link = Link {
        name: name.to_owned(),
        id: node.text(&["iamInstanceProfile", "id"]).map(str::to_owned),
        target: Some(Address::new(kind::INSTANCE_PROFILE, name)),
    };
    observed.attributes.set(field::INSTANCE_PROFILE, link);
}

/// An attribute that no description shows, empty where it has no value; `None` where the instance is not known, not
/// yet or no longer.
async fn attribute(
    reads: &dyn Reads,
    seen: &Seen,
    attribute: &str,
) -> Result<Option<String>, Fault> {
    let call = ReadCall::new(Service::Ec2, "DescribeInstanceAttribute")
        .with("InstanceId", seen.id.clone())
        .with("Attribute", attribute)
        .in_region(seen.region.as_deref());
    match reads.ask(&call).await {
        Err(fault) if fault.is_missing() => Ok(None),
        Err(fault) => Err(fault),
        Ok(answer) => {
            let value = answer.body.text(&[attribute, "value"]);
            Ok(Some(value.unwrap_or_default().to_owned()))
        }
    }
}

/// User data as text. What is none, or was not encoded, differs from everything that is declared.
fn decoded(data: &str) -> String {
    let plain: String = data.split_whitespace().collect();
    match STANDARD.decode(plain) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => data.to_owned(),
    }
}
