//! From a BucketDeny's `spec` to its fields. What AWS has instead is read in `survey`.

use serde_json::{Value as Json, json};

use super::spec::BucketDenySpec;
use crate::kinds::{Declaration, Declared, SpecProblem, Specification};
use crate::model::{Address, AwsScope, Ensure, FieldPath, field, kind};
use crate::policy::{self, Document, PolicyPurpose};

pub(super) fn declare(specification: &Specification<'_>) -> Declaration {
    let spec: BucketDenySpec = specification.typed()?;
    let sid = specification.name;
    let mut declared = Declared::new(
        Address::new(kind::BUCKET_DENY, sid),
        &format!("{}/{sid}", spec.bucket),
        spec.ensure,
    );
    declared.plain(field::BUCKET, spec.bucket.as_str());
    let mut problems: Vec<SpecProblem> = name(sid)
        .into_iter()
        .chain(bucket_name(&spec.bucket))
        .collect();
    if spec.ensure == Ensure::Present {
        problems.extend(statement(&mut declared, &spec, specification));
    }
    Ok(vec![declared.unless_wrong(problems)?])
}

/// IAM allows letters and digits in a `Sid`, and so do we: AWS does not say what else S3 takes.
fn name(sid: &str) -> Option<SpecProblem> {
    if !sid.is_empty() && sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let words = sid.split(|letter: char| !letter.is_ascii_alphanumeric());
    let plain: String = words.map(capitalised).collect();
    let message =
        format!("`{sid}` becomes the statement's Sid, which may only have letters and digits");
    let problem = SpecProblem::new("", "bad-sid", message);
    Some(problem.hint(format!("name the document `{plain}`")))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Old buckets of us-east-1 also have capitals, underscores and up to 255 characters (Amazon S3 user guide, "Bucket
/// naming rules").
fn bucket_name(name: &str) -> Option<SpecProblem> {
    let problem = |message: String| SpecProblem::new("/bucket", "bad-name", message);
    if let Some(rest) = name.strip_prefix("arn:") {
        let bare = rest.rsplit(':').next().unwrap_or_default();
        let hint = format!("write the bucket's name: {bare}");
        return Some(problem(format!("`{name}` is an ARN")).hint(hint));
    }
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let fine = (3..=255).contains(&name.len()) && name.bytes().all(known);
    (!fine).then(|| {
        problem(format!("`{name}` is not the name of a bucket"))
            .hint("names have 3 to 63 small letters, digits, dots and hyphens")
    })
}

/// The statement as a policy of its own, so that it is checked, compared and shown like any other.
fn statement(
    declared: &mut Declared,
    spec: &BucketDenySpec,
    specification: &Specification<'_>,
) -> Vec<SpecProblem> {
    let arn = bucket_arn(specification.setting, &spec.bucket);
    let whole = || vec![arn.clone(), format!("{arn}/*")];
    let resources = spec.resources.clone().unwrap_or_else(whole);
    let mut problems = fields(spec, &resources, &arn);
    let (found, earlier): (_, &[SpecProblem]) =
        match Document::from_json(document(spec, specification.name, &resources)) {
            Ok(document) => {
                let found = policy::check(&document, PolicyPurpose::Resource);
                declared.set(FieldPath::new(field::STATEMENT), document.into(), "");
                (found, &problems)
            }
            Err(found) => (found, &[]),
        };
    let of_policy = found.into_iter();
    let of_policy = of_policy.map(|problem| SpecProblem::from_policy("", problem));
    let of_policy: Vec<SpecProblem> = of_policy
        .filter_map(|problem| placed(problem, earlier))
        .collect();
    problems.extend(of_policy);
    // S3 must know a role of this stack before it takes the statement.
    for principal in &spec.principals {
        if let Some(target) = declared_role(principal, specification) {
            declared.link(target);
        }
    }
    problems
}

fn document(spec: &BucketDenySpec, sid: &str, resources: &[String]) -> Json {
    let mut statement = json!({
        "Sid": sid,
        "Effect": "Deny",
        "Principal": { "AWS": one_or_many(&spec.principals) },
        "Action": one_or_many(&spec.actions),
        "Resource": one_or_many(resources),
    });
    if let Some(condition) = &spec.condition {
        statement["Condition"] = Json::Object(condition.clone());
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

/// What is wrong with the fields one by one, beyond what is wrong with any policy.
fn fields(spec: &BucketDenySpec, resources: &[String], arn: &str) -> Vec<SpecProblem> {
    let mut problems = Vec::new();
    if spec.principals.is_empty() {
        let message = "a bucket deny needs `principals`: who is denied";
        problems.push(SpecProblem::new("", "missing-field", message));
    }
    problems.extend(each(&spec.principals, "/principals", principal));
    problems.extend(each(&spec.actions, "/actions", action));
    problems.extend(each(resources, "/resources", |name| within(name, arn)));
    problems
}

/// The resource of the stack that a principal is, or is a session of.
fn declared_role(principal: &str, specification: &Specification<'_>) -> Option<Address> {
    let arns = specification.arns;
    if let Some(address) = arns.get(principal) {
        return Some(address.clone());
    }
    let account = specification.setting.account.as_str();
    let session = principal
        .split_once(&format!(":{account}:assumed-role/"))?
        .1;
    let role = session.split('/').next()?;
    let mut roles = arns.values();
    roles
        .find(|address| address.kind == kind::ROLE && address.name == role)
        .cloned()
}

pub(super) fn bucket_arn(setting: &AwsScope, bucket: &str) -> String {
    format!("arn:{}:s3:::{bucket}", setting.partition)
}

fn one_or_many(texts: &[String]) -> Json {
    match texts {
        [only] => json!(only),
        several => json!(several),
    }
}

fn each(
    texts: &[String],
    pointer: &str,
    fault: impl Fn(&str) -> Option<SpecProblem>,
) -> Vec<SpecProblem> {
    let faults = texts.iter().enumerate().filter_map(|(index, text)| {
        let problem = fault(text)?;
        let pointer = format!("{pointer}/{index}");
        Some(SpecProblem { pointer, ..problem })
    });
    faults.collect()
}

/// The four kinds of principals that AWS describes for denying by bucket policy (IAM user guide, "Disabling permissions
/// for temporary security credentials").
fn principal(arn: &str) -> Option<SpecProblem> {
    if arn.starts_with("arn:") && arn.contains(['*', '?']) {
        let message = format!("`{arn}` has a wildcard, and a principal is always one");
        let problem = SpecProblem::new("", "bad-principal", message);
        return Some(problem.hint("name every session, or deny the role or user as a whole"));
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let entity = match parts[..] {
        ["arn", _, "iam" | "sts", "", _, entity] => entity,
        _ => "",
    };
    let kinds = ["role/", "user/", "assumed-role/", "federated-user/"];
    if kinds.iter().any(|kind| entity.starts_with(kind)) {
        return None;
    }
    let message = format!("`{arn}` is not the ARN of a role, user, session or federated user");
    let problem = SpecProblem::new("", "bad-principal", message);
    Some(problem.hint(
        "for a session of a role it looks like arn:aws:sts::123456789012:assumed-role/ROLE/SESSION",
    ))
}

fn action(name: &str) -> Option<SpecProblem> {
    let service = name
        .split_once(':')
        .map(|(service, _)| service.to_ascii_lowercase());
    if name == "*" || service.as_deref() == Some("s3") {
        return None;
    }
    let message = format!("`{name}` is no action of S3, and a bucket's policy takes no others");
    let problem = SpecProblem::new("", "bad-action", message);
    Some(problem.hint("actions of S3 look like `s3:GetObject`"))
}

fn within(resource: &str, arn: &str) -> Option<SpecProblem> {
    let rest = resource.strip_prefix(arn);
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    let message =
        format!("`{resource}` is not in the bucket, and its policy decides over nothing else");
    let problem = SpecProblem::new("", "bad-resource", message);
    Some(problem.hint(format!(
        "write `{arn}` for the bucket, `{arn}/*` for everything in it"
    )))
}

/// A problem of the statement at the field that it comes from; nothing where the field's own check reports it.
fn placed(problem: SpecProblem, earlier: &[SpecProblem]) -> Option<SpecProblem> {
    const STATEMENT_POINTER: &str = "/Statement/0";
    let elements = [
        ("/Principal/AWS", "/principals"),
        ("/Principal", "/principals"),
        ("/Action", "/actions"),
        ("/Resource", "/resources"),
        ("/Condition", "/condition"),
    ];
    let within = problem
        .pointer
        .strip_prefix(STATEMENT_POINTER)
        .unwrap_or_default();
    let mut fields = elements.iter();
    let pointer = fields
        .find_map(|(element, field)| {
            within
                .strip_prefix(element)
                .map(|rest| format!("{field}{rest}"))
        })
        .unwrap_or_default();
    // The Sid is reported as the document's name, and one text stands without its index.
    let is_known = earlier
        .iter()
        .any(|one| one.pointer.starts_with(&pointer) && !pointer.is_empty());
    let is_name = problem.code == "policy-sid";
    let nobody = pointer == "/principals" && earlier.iter().any(|one| one.code == "missing-field");
    (!is_known && !is_name && !nobody).then_some(SpecProblem { pointer, ..problem })
}
