//! The table from AWS's error codes and messages to classes, with what to do next. Who calls and what they may is in
//! `caller`, S3's own codes are in `buckets`. Rows are tried from top to bottom, so special messages stand above the rest of their code. Sources: the error lists of the IAM and STS
//! API references, the EC2 API's page on error codes, the user guides' troubleshooting chapters.

use super::codes::{SERVICE_FAILURE, THROTTLING, WRONG_REQUEST};
use crate::cloud::{Class, Service};

/// What a row says of an error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The service it is about; `None` is any.
    pub(super) service: Option<Service>,
    /// The codes. `*` at the start stands for any beginning.
    pub(super) codes: &'static [&'static str],
    /// A part of the message that must be there; empty is always there.
    pub(super) message: &'static str,
    /// What it is.
    pub(super) class: Class,
    /// What to do next; empty when the message says it all.
    pub(super) hint: &'static str,
}

pub(super) const IAM: Option<Service> = Some(Service::Iam);
pub(super) const STS: Option<Service> = Some(Service::Sts);
pub(super) const EC2: Option<Service> = Some(Service::Ec2);
const ANALYZER: Option<Service> = Some(Service::AccessAnalyzer);

/// A row for any message.
pub(super) const fn row(
    service: Option<Service>,
    codes: &'static [&'static str],
    class: Class,
    hint: &'static str,
) -> Row {
    special(service, codes, "", class, hint)
}

/// A row for messages with this part only.
pub(super) const fn special(
    service: Option<Service>,
    codes: &'static [&'static str],
    message: &'static str,
    class: Class,
    hint: &'static str,
) -> Row {
    Row {
        service,
        codes,
        message,
        class,
        hint,
    }
}

const PROPAGATION_HINT: &str = "a new instance profile takes some seconds to reach EC2; if it stays so, check the name and the role inside it";

pub(super) const TABLE: &[Row] = &[
    // Names that the service cannot see yet, or never will.
    special(
        EC2,
        &["InvalidParameterValue"],
        "Invalid IAM Instance Profile",
        Class::NotYet,
        PROPAGATION_HINT,
    ),
    special(
        EC2,
        &["InvalidParameterValue"],
        "has no associated IAM Roles",
        Class::NotYet,
        "put a role into the instance profile; a new one takes some seconds to be seen",
    ),
    // Emulators answer EC2 calls with IAM's own code.
    row(EC2, &["NoSuchEntity"], Class::NotYet, PROPAGATION_HINT),
    special(
        IAM,
        &["MalformedPolicyDocument"],
        "Invalid principal in policy",
        Class::NotYet,
        "a principal of the policy does not exist, or is too new: check its ARN",
    ),
    row(
        None,
        &["MalformedPolicyDocument"],
        Class::Invalid,
        "check the policy's grammar: AWS's message names the element",
    ),
    // Things that are not there, or there already.
    row(
        EC2,
        &["InvalidAssociationID.NotFound"],
        Class::Missing,
        "association ids change with every Replace: plan again",
    ),
    row(
        EC2,
        &["InvalidInstanceID.NotFound"],
        Class::Missing,
        "check the instance id, the region and the account",
    ),
    // Nothing that this run makes: no wait brings an image or a subnet into being.
    row(
        EC2,
        &[
            "InvalidAMIID.NotFound",
            "InvalidAMIID.Unavailable",
            "InvalidGroup.NotFound",
            "InvalidKeyPair.NotFound",
            "InvalidSubnetID.NotFound",
        ],
        Class::Invalid,
        "check the id or name: each region and account has its own images, key pairs, subnets and security groups",
    ),
    // Neither the role nor anything that this run makes: no wait brings a policy into being.
    special(
        IAM,
        &["NoSuchEntity"],
        "does not exist or is not attachable",
        Class::Invalid,
        "check the managed policy's ARN: AWS's own are arn:aws:iam::aws:policy/NAME, some with a path before the name",
    ),
    row(None, &["NoSuchEntity", "*.NotFound"], Class::Missing, ""),
    row(ANALYZER, &["ResourceNotFoundException"], Class::Missing, ""),
    row(
        IAM,
        &["EntityAlreadyExists"],
        Class::Exists,
        "names are unique per account, ignoring letter case and path: adopt it, or choose another name",
    ),
    row(
        IAM,
        &["DeleteConflict"],
        Class::Children,
        "remove what AWS's message names, then delete again",
    ),
    // Another writer.
    row(
        IAM,
        &["ConcurrentModification"],
        Class::Busy,
        "another writer is at work on the same resource: run again in a few minutes",
    ),
    row(
        IAM,
        &["EntityTemporarilyUnmodifiable"],
        Class::Busy,
        "the name was deleted and created again just now: run again in a few minutes",
    ),
    row(
        EC2,
        &["ConcurrentTagAccess"],
        Class::Busy,
        "another writer changes the same tags: run again",
    ),
    row(
        ANALYZER,
        &["ConflictException"],
        Class::Busy,
        "another policy generation is in the way: run again when it is done",
    ),
    // States.
    special(
        EC2,
        &["IncorrectState"],
        "existing association",
        Class::State,
        "the instance has an association already: replace it, or wait until the old one is gone",
    ),
    special(
        EC2,
        &["IncorrectState"],
        "not the active association",
        Class::State,
        "the association is stale or its instance is stopped: plan again",
    ),
    row(
        EC2,
        &["IncorrectState", "IncorrectInstanceState"],
        Class::State,
        "wait until the instance is running or stopped, then run again",
    ),
    row(
        EC2,
        &["UnsupportedOperation"],
        Class::State,
        "check the instance's state and its stop protection",
    ),
    // Limits. LimitExceeded is never about the rate of calls.
    special(
        IAM,
        &["LimitExceeded"],
        "InstanceSessionsPerInstanceProfile",
        Class::Occupied,
        "an instance profile holds one role: remove the other one first",
    ),
    special(
        IAM,
        &["LimitExceeded"],
        "ACLSizePerRole",
        Class::Quota,
        "shorten the trust policy, or ask AWS for a higher quota of its length",
    ),
    special(
        IAM,
        &["LimitExceeded"],
        "Maximum policy size",
        Class::Quota,
        "all inline policies of a role share 10,240 characters without white space, those of a user 2,048: shorten them, or move statements to a managed policy",
    ),
    special(
        IAM,
        &["LimitExceeded"],
        "PoliciesPerRole",
        Class::Quota,
        "detach a managed policy, or ask AWS for a higher quota",
    ),
    row(
        None,
        &["LimitExceeded"],
        Class::Quota,
        "delete what is not needed, or ask AWS for a higher quota",
    ),
    row(
        ANALYZER,
        &["ServiceQuotaExceededException"],
        Class::Quota,
        "Access Analyzer runs few policy generations at a time and few a day: wait for the others, or try again tomorrow",
    ),
    row(
        EC2,
        &["InstanceLimitExceeded", "VcpuLimitExceeded"],
        Class::Quota,
        "terminate what is not needed, or ask AWS for a higher quota",
    ),
    row(
        EC2,
        &["TagLimitExceeded"],
        Class::Quota,
        "a resource carries 50 tags: take some away",
    ),
    row(
        EC2,
        &["InsufficientInstanceCapacity"],
        Class::Quota,
        "AWS has too few such instances there now: try another zone or type, or later",
    ),
    row(
        None,
        THROTTLING,
        Class::Throttled,
        "the account sends too many calls: run again later, or with less parallelism",
    ),
    row(
        None,
        SERVICE_FAILURE,
        Class::Transient,
        "AWS has trouble of its own: run again, and look at the AWS Health Dashboard if it stays",
    ),
    // Wrong requests.
    row(
        EC2,
        &["InvalidIamInstanceProfileArn.Malformed"],
        Class::Invalid,
        "give the ARN of the instance profile, not of its role",
    ),
    row(
        EC2,
        &["IdempotentParameterMismatch"],
        Class::Invalid,
        "a run before has launched it with other parameters, and EC2 does not list it yet: run again in a minute",
    ),
    row(
        EC2,
        &["IdempotentInstanceTerminated"],
        Class::Invalid,
        "the instance of that launch is terminated already: run again; if it stays so, give the instance another name",
    ),
    row(
        EC2,
        &["OperationNotPermitted"],
        Class::Invalid,
        "the instance is protected: declare it with `terminationProtection: false`, or lift the protection in EC2",
    ),
    row(
        EC2,
        &["Unsupported"],
        Class::Invalid,
        "check the instance type: not every zone, image and account has each",
    ),
    row(
        EC2,
        &["VPCIdNotSpecified"],
        Class::Invalid,
        "the account has no default VPC in this region: name a subnet",
    ),
    row(
        IAM,
        &["PolicyNotAttachable"],
        Class::Invalid,
        "AWS reserves this policy for its own roles: attach another one",
    ),
    row(
        STS,
        &["PackedPolicyTooLarge"],
        Class::Invalid,
        "shorten the session policy or its tags",
    ),
    row(None, WRONG_REQUEST, Class::Invalid, ""),
];
