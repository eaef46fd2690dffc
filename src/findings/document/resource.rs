//! Resources that an action never has: objects for what is done to buckets, and buckets for what is done to objects.

use super::statement::StatementRef;
use crate::findings::{Frame, Rule, RuleMatch, Severity};
use crate::policy::Pattern;

pub(crate) const RESOURCE_CANNOT_MATCH: Rule = Rule {
    id: "resource-cannot-match",
    severity: Severity::Medium,
    title: "An action on resources that it is never about",
    why: "Amazon S3 lists a bucket and reads an object. `s3:ListBucket` on `bucket/*`, or `s3:GetObject` on the \
          bucket itself, has no effect.",
    fix: "Write the ARN of the bucket for actions on buckets, and `bucket/*` for actions on objects.",
    frame: Frame::Inline("work"),
    bad: "- Effect: Allow
  Action: s3:ListBucket
  Resource: arn:aws:s3:::logs/*",
    good: "- Effect: Allow
  Action: s3:ListBucket
  Resource: arn:aws:s3:::logs
- Effect: Allow
  Action: s3:GetObject
  Resource: arn:aws:s3:::logs/*",
};

/// Actions of S3 on buckets only, in lower case (service authorization reference).
const ON_BUCKETS: [&str; 9] = [
    "s3:createbucket",
    "s3:deletebucket",
    "s3:getbucketlocation",
    "s3:getbucketpolicy",
    "s3:getbucketversioning",
    "s3:listbucket",
    "s3:listbucketmultipartuploads",
    "s3:listbucketversions",
    "s3:putbucketpolicy",
];

/// Actions of S3 on objects only, in lower case (service authorization reference).
const ON_OBJECTS: [&str; 12] = [
    "s3:abortmultipartupload",
    "s3:deleteobject",
    "s3:deleteobjectversion",
    "s3:getobject",
    "s3:getobjectacl",
    "s3:getobjecttagging",
    "s3:getobjectversion",
    "s3:listmultipartuploadparts",
    "s3:putobject",
    "s3:putobjectacl",
    "s3:putobjecttagging",
    "s3:restoreobject",
];

pub(super) fn find(statement: &StatementRef<'_>, all: &mut Vec<RuleMatch>) {
    let Some(resources) = &statement.elements.resource else {
        return;
    };
    let fits =
        |of: fn(&StatementRef<'_>, &str) -> bool| resources.iter().any(|text| of(statement, text));
    let (buckets, objects) = (fits(may_be_bucket), fits(may_be_object));
    for (pointer, action) in statement.members("Action", statement.elements.action.as_ref()) {
        let name = action.to_lowercase();
        let (is_about, fix) = if !buckets && ON_BUCKETS.contains(&name.as_str()) {
            ("buckets", "add the ARN of the bucket, without `/*`")
        } else if !objects && ON_OBJECTS.contains(&name.as_str()) {
            (
                "objects",
                "add the ARN of the objects: the bucket's with `/*`",
            )
        } else {
            continue;
        };
        let message =
            format!("`{action}` is about {is_about}, and no resource of the statement is one");
        all.push(RESOURCE_CANNOT_MATCH.found_at(pointer, message, fix));
    }
}

/// Whether a bucket or an access point can be meant. The names of buckets have no slash.
fn may_be_bucket(statement: &StatementRef<'_>, text: &str) -> bool {
    let s3 = Pattern::new("arn:*:s3*:*:*:*", statement.variables);
    let last = text.splitn(6, ':').last().unwrap_or(text);
    let has_slash = last.contains('/') && !last.contains("accesspoint/");
    Pattern::new(text, statement.variables).overlaps(&s3) && !has_slash
}

fn may_be_object(statement: &StatementRef<'_>, text: &str) -> bool {
    let objects = Pattern::new("arn:*:s3*:*:*:*/*", statement.variables);
    Pattern::new(text, statement.variables).overlaps(&objects)
}
