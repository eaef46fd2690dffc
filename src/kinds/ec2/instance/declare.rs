//! From an Instance's `spec` to its fields, and to the association that gives it its profile. What AWS has instead
//! is read in `survey`.

use std::collections::BTreeMap;

use super::super::check_id;
use super::spec::{InstanceSpec, MetadataOptions, Switch};
use crate::kinds::ec2::instance_association;
use crate::kinds::iam::instance_profile;
use crate::kinds::{Declaration, Declared, Letters, SpecProblem, Specification, tags};
use crate::model::{Address, Ensure, FieldPath, NAME_TAG, Value, field, kind};

/// The most user data that EC2 takes, in bytes before it is encoded (EC2 user guide, "Run commands at launch").
const MOST_USER_DATA: usize = 16_384;
/// The longest tag key of EC2 (EC2 API reference, data type Tag); IAM takes one more.
const LONGEST_KEY: usize = 127;
/// The longest tag value, which the name becomes.
const LONGEST_NAME: usize = 256;

const PROFILE_POINTER: &str = "/instanceProfile";

/// Gathers one instance's fields and what is wrong with them.
struct Declaring {
    instance: Declared,
    problems: Vec<SpecProblem>,
}

/// The instance, and the association that it brings along.
pub(super) fn declare(specification: &Specification<'_>) -> Declaration {
    let spec: InstanceSpec = specification.typed()?;
    let address = Address::new(kind::INSTANCE, specification.name);
    let mut declaring = Declaring {
        instance: Declared::new(address, specification.name, spec.ensure),
        problems: check_name(specification.name).into_iter().collect(),
    };
    declaring.region(&spec, specification);
    declaring.required(&spec);
    declaring.plain(&spec);
    declaring.groups(&spec);
    declaring.metadata(&spec.metadata_options);
    declaring.tags(&spec, specification);
    let association = declaring.association(&spec, specification);
    let Declaring { instance, problems } = declaring;
    if problems.is_empty() {
        Ok(std::iter::once(instance).chain(association).collect())
    } else {
        Err(problems)
    }
}

impl Declaring {
    /// Always a field, also when it is the run's own: an instance in another region has to be replaced.
    fn region(&mut self, spec: &InstanceSpec, specification: &Specification<'_>) {
        let Some(region) = &spec.region else {
            self.instance
                .plain(field::REGION, specification.setting.region.as_str());
            return;
        };
        match region.check(specification) {
            Ok(region) => {
                self.instance.plain(field::REGION, region.as_str());
                self.instance.region = Some(region);
            }
            Err(problem) => self.problems.push(problem),
        }
    }

    /// EC2 would take a type of its own choice, which nobody wants.
    fn required(&mut self, spec: &InstanceSpec) {
        let needed = [
            (field::IMAGE_ID, &spec.image_id, "an"),
            (field::INSTANCE_TYPE, &spec.instance_type, "an"),
        ];
        for (field, value, article) in needed {
            if value.is_none() && spec.ensure == Ensure::Present {
                let message = format!("an instance needs {article} `{field}`");
                let example = match field {
                    field::IMAGE_ID => "imageId: ami-1234567890abcdef0",
                    _ => "instanceType: t3.micro",
                };
                let problem = SpecProblem::new("", "missing-field", message);
                self.problems
                    .push(problem.hint(format!("write it like `{example}`")));
            }
        }
    }

    fn plain(&mut self, spec: &InstanceSpec) {
        if let Some(image) = &spec.image_id {
            self.problems.extend(check_id("ami", image, "/imageId"));
            self.instance.plain(field::IMAGE_ID, image.as_str());
        }
        if let Some(instance_type) = &spec.instance_type {
            self.problems.extend(check_type(instance_type));
            self.instance
                .plain(field::INSTANCE_TYPE, instance_type.as_str());
        }
        if let Some(subnet) = &spec.subnet_id {
            self.problems
                .extend(check_id("subnet", subnet, "/subnetId"));
            self.instance.plain(field::SUBNET_ID, subnet.as_str());
        }
        if let Some(key) = &spec.key_name {
            self.problems.extend(check_key(key));
            self.instance.plain(field::KEY_NAME, key.as_str());
        }
        if let Some(data) = spec.user_data.as_deref().filter(|data| !data.is_empty()) {
            self.problems.extend(check_user_data(data));
            self.instance.plain(field::USER_DATA, data);
        }
        if let Some(protection) = spec.termination_protection {
            let field = field::TERMINATION_PROTECTION;
            self.instance.plain(field, protection);
        }
    }

    fn groups(&mut self, spec: &InstanceSpec) {
        for (index, group) in spec.security_group_ids.iter().flatten().enumerate() {
            let pointer = format!("/{}/{index}", field::SECURITY_GROUP_IDS);
            self.problems.extend(check_id("sg", group, &pointer));
            let path = FieldPath::member(field::SECURITY_GROUP_IDS, group);
            if self.instance.attributes.contains_key(&path) {
                let message = format!("security group {group} is listed twice");
                self.problems
                    .push(SpecProblem::new(&pointer, "declared-twice", message));
            }
            self.instance.set(path, Value::Present, pointer);
        }
    }

    fn metadata(&mut self, options: &MetadataOptions) {
        let MetadataOptions {
            http_tokens,
            http_put_response_hop_limit,
            http_endpoint,
            instance_metadata_tags,
        } = options;
        let text = |name: &str| Value::Text(name.to_owned());
        let switch = |switch: Switch| text(switch.name());
        let all = [
            ("httpTokens", Some(text(http_tokens.name()))),
            (
                "httpPutResponseHopLimit",
                http_put_response_hop_limit.map(Value::Number),
            ),
            ("httpEndpoint", http_endpoint.map(switch)),
            ("instanceMetadataTags", instance_metadata_tags.map(switch)),
        ];
        for (option, value) in all {
            let Some(value) = value else { continue };
            let path = FieldPath::member(field::METADATA_OPTIONS, option);
            let pointer = format!("/{}/{option}", field::METADATA_OPTIONS);
            self.instance.set(path, value, pointer);
        }
    }

    fn tags(&mut self, spec: &InstanceSpec, specification: &Specification<'_>) {
        let mut all = specification.tags(&spec.tags);
        all.insert(NAME_TAG.to_owned(), specification.name.to_owned());
        let in_metadata = spec.metadata_options.instance_metadata_tags == Some(Switch::Enabled);
        let (own, letters) = (&spec.tags, Letters::Distinct);
        let wrong = tags::declare(&mut self.instance, &all, own, letters);
        self.problems.extend(wrong);
        self.problems.extend(check_keys(&all, in_metadata));
    }

    /// What launches with a profile changes it later as any other instance does.
    fn association(
        &mut self,
        spec: &InstanceSpec,
        specification: &Specification<'_>,
    ) -> Option<Declared> {
        let profile = spec.instance_profile.as_deref()?;
        let link = specification.named(&instance_profile::ARN, profile, PROFILE_POINTER);
        let link = link.map_err(|problem| self.problems.push(problem)).ok()?;
        let (name, ensure) = (specification.name, spec.ensure);
        let mut association = instance_association::with_launch(name, link, ensure);
        association.named_at(PROFILE_POINTER);
        Some(association)
    }
}

/// The name becomes the value of a tag by which the instance is looked up, so that it can hold nothing which a
/// filter takes for a wildcard.
fn check_name(name: &str) -> Option<SpecProblem> {
    let fine =
        |character: char| character.is_ascii_alphanumeric() || "_.:/=+-@".contains(character);
    let fits = !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(fine);
    let problem = || {
        let message = format!("`{name}` cannot be an instance's name");
        SpecProblem::new("../metadata/name", "bad-name", message).hint(format!(
            "it becomes a tag: use up to {LONGEST_NAME} letters, digits and _ . : / = + - @"
        ))
    };
    (!fits).then(problem)
}

fn check_type(name: &str) -> Option<SpecProblem> {
    let is_letter = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
    let fits = |part: &str| !part.is_empty() && part.chars().all(is_letter);
    let fine = name
        .split_once('.')
        .is_some_and(|(family, size)| fits(family) && fits(size));
    let problem = || {
        let message = format!("`{name}` is not an instance type");
        SpecProblem::new("/instanceType", "bad-instance-type", message)
            .hint("it looks like t3.micro: a family, a dot and a size")
    };
    (!fine).then(problem)
}

/// Up to 255 characters of ASCII (EC2 API reference, CreateKeyPair).
fn check_key(key: &str) -> Option<SpecProblem> {
    let fine = (1..=255).contains(&key.len()) && key.is_ascii();
    (!fine).then(|| {
        let message = format!("`{key}` cannot be the name of a key pair");
        SpecProblem::new("/keyName", "bad-name", message)
            .hint("it has 1 to 255 characters of ASCII")
    })
}

fn check_user_data(data: &str) -> Option<SpecProblem> {
    (data.len() > MOST_USER_DATA).then(|| {
        let message = format!(
            "the user data has {} bytes; EC2 takes {MOST_USER_DATA}",
            data.len()
        );
        SpecProblem::new("/userData", "user-data-too-large", message)
            .hint("let it fetch the rest, from Amazon S3 for example")
    })
}

/// What EC2 asks of tag keys beyond what IAM does; more where they are shown as paths of the metadata service
/// (EC2 user guide, "Tag your Amazon EC2 resources").
fn check_keys(all: &BTreeMap<String, String>, in_metadata: bool) -> Vec<SpecProblem> {
    let fault = |key: &String| {
        if key.chars().count() > LONGEST_KEY {
            return Some(format!(
                "tag key `{key}` has more than {LONGEST_KEY} characters, the most on an instance"
            ));
        }
        let is_path = key.contains(['/', ' ']) || matches!(key.as_str(), "." | ".." | "_index");
        (in_metadata && is_path).then(|| {
            format!("tag key `{key}` cannot be shown by the metadata service, as `instanceMetadataTags` asks")
        })
    };
    all.keys()
        .filter_map(|key| Some((key, fault(key)?)))
        .map(|(key, message)| SpecProblem::new(&tags::pointer(key), "bad-tag", message))
        .collect()
}
