//! Every row of the table with a message that AWS (or moto) really sends, and the look-alikes between them.

use std::collections::BTreeSet;

use super::*;
use crate::aws::transport::TransportErrorKind;
use crate::cloud::WriteCall;

const IAM: Service = Service::Iam;
const STS: Service = Service::Sts;
const EC2: Service = Service::Ec2;
const S3: Service = Service::S3;
const ANALYZER: Service = Service::AccessAnalyzer;

/// Service, code, message, status and the class they mean. The last ones stand in no row: their status decides.
const CASES: &str = r#"
ec2 | InvalidParameterValue | Value (s3access-profile) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name | 400 | NotYet
ec2 | InvalidParameterValue | Value (arn:aws:iam::1:instance-profile/p) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN | 400 | NotYet
ec2 | InvalidParameterValue | IAM Instance Profile "arn:aws:iam::1:instance-profile/p" has no associated IAM Roles | 400 | NotYet
ec2 | InvalidParameterValue | Value (x) for parameter instanceType is invalid. | 400 | Invalid
ec2 | NoSuchEntity | Instance profile p not found | 404 | NotYet
iam | MalformedPolicyDocument | Invalid principal in policy: "AWS":"arn:aws:iam::1:role/x" | 400 | NotYet
iam | MalformedPolicyDocument | Has prohibited field Resource | 400 | Invalid
sts | MalformedPolicyDocument | Invalid principal in policy | 400 | Invalid
ec2 | InvalidAssociationID.NotFound | The association ID 'iip-assoc-1' does not exist | 400 | Missing
ec2 | InvalidInstanceID.NotFound | The instance ID 'i-1' does not exist | 400 | Missing
ec2 | InvalidAMIID.NotFound | The image id '[ami-1]' does not exist | 400 | Invalid
ec2 | InvalidSubnetID.NotFound | The subnet ID 'subnet-1' does not exist | 400 | Invalid
ec2 | InvalidVolume.NotFound | The volume 'vol-1' does not exist | 400 | Missing
iam | NoSuchEntity | The role with name r cannot be found. | 404 | Missing
iam | NoSuchEntity | Policy arn:aws:iam::aws:policy/Typo does not exist or is not attachable. | 404 | Invalid
iam | NoSuchEntity | Scope ARN: arn:aws:iam::aws:policy/Typo does not exist or is not attachable. | 404 | Invalid
iam | NoSuchEntity | Policy arn:aws:iam::aws:policy/Gone was not found. | 404 | Missing
iam | EntityAlreadyExists | Role with name r already exists. | 409 | Exists
iam | DeleteConflict | Cannot delete entity, must detach all policies first. | 409 | Children
iam | ConcurrentModification |  | 409 | Busy
iam | EntityTemporarilyUnmodifiable | Entity is temporarily unmodifiable | 409 | Busy
ec2 | ConcurrentTagAccess | You can't run simultaneous commands to modify a tag | 400 | Busy
ec2 | IncorrectState | There is an existing association for instance i-1 | 400 | State
ec2 | IncorrectState | The association iip-assoc-1 is not the active association | 400 | State
ec2 | IncorrectInstanceState | The instance 'i-1' is not in the 'running' or 'stopped' states. | 400 | State
ec2 | IdempotentInstanceTerminated | The client token is of a terminated instance | 400 | Invalid
ec2 | OperationNotPermitted | The instance 'i-1' may not be terminated. | 400 | Invalid
ec2 | Unsupported | Your requested instance type (t3.micro) is not supported in your requested Availability Zone | 400 | Invalid
ec2 | VPCIdNotSpecified | No default VPC for this user | 400 | Invalid
ec2 | TagLimitExceeded | The maximum number of Tags for a resource has been reached: 50 | 400 | Quota
ec2 | UnsupportedOperation |  | 400 | State
iam | LimitExceeded | Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1 | 409 | Occupied
iam | LimitExceeded | Cannot exceed quota for ACLSizePerRole: 2048 | 409 | Quota
iam | LimitExceeded | Maximum policy size of 10240 bytes exceeded for role r | 409 | Quota
iam | LimitExceeded | Cannot exceed quota for PoliciesPerRole: 10 | 409 | Quota
iam | LimitExceeded | Cannot exceed quota for RolesPerAccount: 1000 | 409 | Quota
iam | LimitExceeded | Rate exceeded | 409 | Quota
ec2 | InstanceLimitExceeded | You have requested more instances (2) than your current instance limit of 1 allows | 400 | Quota
ec2 | InsufficientInstanceCapacity | We currently do not have sufficient capacity | 500 | Quota
iam | Throttling | Rate exceeded | 400 | Throttled
ec2 | RequestLimitExceeded | Request limit exceeded. | 503 | Throttled
ec2 | SlowDown | Please reduce your request rate. | 503 | Throttled
iam | ServiceFailure |  | 500 | Transient
ec2 | Unavailable | The service is unavailable. Please try again shortly. | 503 | Transient
sts | IDPCommunicationError |  | 400 | Transient
iam | SignatureDoesNotMatch | Signature expired: 20150830T123600Z is now earlier than 20150830T124200Z | 403 | Credentials
iam | SignatureDoesNotMatch | Signature not yet current: 20150830T123600Z is still later than 20150830T122200Z | 403 | Credentials
ec2 | RequestTimeTooSkewed |  | 403 | Credentials
sts | SignatureDoesNotMatch | Credential should be scoped to a valid Region, not 'eu-west-1'. | 403 | Credentials
iam | SignatureDoesNotMatch | The request signature we calculated does not match the signature you provided. | 403 | Credentials
iam | InvalidClientTokenId | The security token included in the request is invalid | 403 | Credentials
sts | InvalidClientTokenId | The security token included in the request is invalid. | 403 | Credentials
ec2 | AuthFailure | AWS was not able to validate the provided access credentials | 401 | Credentials
ec2 | RequestExpired | Request has expired. | 400 | Expired
iam | ExpiredToken | The security token included in the request is expired | 403 | Expired
sts | AccessDenied | User: arn:aws:iam::1:user/u is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/r | 403 | Denied
ec2 | UnauthorizedOperation | You are not authorized to perform this operation. Encoded authorization failure message: abc | 403 | Denied
ec2 | UnauthorizedOperation | You are not authorized to perform this operation. | 403 | Denied
iam | AccessDenied | User: arn:aws:iam::1:user/u is not authorized to perform: iam:CreateRole | 403 | Denied
sts | RegionDisabledException | STS is not activated in this region for account:1. | 403 | Denied
ec2 | OptInRequired | You are not subscribed to this service. | 401 | Denied
iam | UnmodifiableEntity | Cannot perform the operation on the protected role 'AWSServiceRoleForX' | 400 | Unmodifiable
ec2 | InvalidIamInstanceProfileArn.Malformed | The ARN 'arn:aws:iam::1:role/r' is not valid | 400 | Invalid
ec2 | IdempotentParameterMismatch | Arguments on this idempotent request are inconsistent with arguments used in previous request(s). | 400 | Invalid
iam | PolicyNotAttachable | Cannot attach a Service Role Policy to a Customer Role. | 400 | Invalid
sts | PackedPolicyTooLarge | Packed policy consumes 120% of allotted space | 400 | Invalid
iam | ValidationError | 1 validation error detected: Value '' at 'roleName' failed to satisfy constraint | 400 | Invalid
ec2 | InvalidInstanceID.Malformed | Invalid id: "i" | 400 | Invalid
iam | PolicyEvaluation |  | 500 | Invalid
access-analyzer | AccessDeniedException | User: arn:aws:iam::1:user/u is not authorized to perform: access-analyzer:ValidatePolicy on resource: * | 403 | Denied
access-analyzer | ThrottlingException | Rate exceeded | 429 | Throttled
access-analyzer | ValidationException | Invalid policy document | 400 | Invalid
access-analyzer | InvalidParameterException | Invalid policy type | 400 | Invalid
access-analyzer | UnprocessableEntityException | The policies cannot be compared | 422 | Invalid
access-analyzer | ConflictException | A generation is in progress | 409 | Busy
access-analyzer | ResourceNotFoundException | No such job | 404 | Missing
access-analyzer | ServiceQuotaExceededException | Too many generations | 402 | Quota
access-analyzer | InternalServerException | Internal error | 500 | Transient
access-analyzer | InvalidSignatureException | Signature expired: 20150830T123600Z is now earlier than 20150830T124200Z | 403 | Credentials
access-analyzer | UnrecognizedClientException | The security token included in the request is invalid. | 403 | Credentials
access-analyzer | ExpiredTokenException | The security token included in the request is expired | 403 | Expired
s3 | MalformedPolicy | Invalid principal in policy | 400 | NotYet
s3 | MalformedPolicy | Policies must be valid JSON and the first byte must be '{' | 400 | Invalid
s3 | NoSuchBucketPolicy | The bucket policy does not exist | 404 | Missing
s3 | NoSuchBucket | The specified bucket does not exist | 404 | Invalid
s3 | OperationAborted | A conflicting conditional operation is currently in progress against this resource. | 409 | Busy
s3 | MethodNotAllowed | The specified method is not allowed against this resource. | 405 | Denied
s3 | PermanentRedirect | The bucket you are attempting to access must be addressed using the specified endpoint. | 301 | Invalid
s3 | SlowDown | Please reduce your request rate. | 503 | Throttled
s3 | ExpiredToken | The provided token has expired. | 400 | Expired
s3 | InvalidAccessKeyId | The AWS Access Key Id you provided does not exist in our records. | 403 | Credentials
s3 | AccessDenied | Access Denied | 403 | Denied
iam | SomethingNew |  | 400 | Unexpected
iam | SomethingNew |  | 403 | Denied
ec2 | SomethingNew |  | 429 | Throttled
ec2 | SomethingNew |  | 502 | Transient
ec2 | UnreadableAnswer | HTTP status 502 with `<html>` | 502 | Transient
ec2 | UnreadableAnswer | HTTP status 200 with `<html>` | 200 | Transient
ec2 | UnreadableAnswer | HTTP status 403 with `<html>` | 403 | Transient
"#;

struct Case {
    service: Service,
    code: &'static str,
    message: &'static str,
    status: u16,
    class: &'static str,
}

fn cases() -> impl Iterator<Item = Case> {
    CASES.trim().lines().map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [service, code, message, status, class] = cells[..] else {
            panic!("{line}")
        };
        let service = [IAM, STS, EC2, ANALYZER, S3]
            .into_iter()
            .find(|known| known.name() == service);
        Case {
            service: service.expect("a known service"),
            code,
            message,
            status: status.parse().expect("a status"),
            class,
        }
    })
}

fn call(service: Service) -> WriteCall {
    WriteCall::new(service, "Act")
}

#[test]
fn every_case_has_its_class() {
    for case in cases() {
        let (class, _) = classify(case.service, case.code, case.message, case.status);
        let about = format!("{} {}", case.code, case.message);
        assert_eq!(format!("{class:?}"), case.class, "{about}");
    }
}

#[test]
fn every_row_has_a_case() {
    let first = |case: Case| rows().position(|row| row.fits(case.service, case.code, case.message));
    let used: BTreeSet<usize> = cases().filter_map(first).collect();
    let unused: Vec<&Row> = rows()
        .enumerate()
        .filter(|(index, _)| !used.contains(index))
        .map(|(_, row)| row)
        .collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

#[test]
fn a_fault_keeps_all_that_aws_said() {
    let call = call(EC2);
    let fault = of_answer(
        call.call(),
        ErrorAnswer {
            code: "InvalidIamInstanceProfileArn.Malformed".into(),
            message: "not valid".into(),
            status: 400,
            request_id: Some("r-1".into()),
        },
    );
    assert_eq!(
        fault,
        Fault {
            class: Class::Invalid,
            call: "ec2:Act".into(),
            code: "InvalidIamInstanceProfileArn.Malformed".into(),
            message: "not valid".into(),
            status: Some(400),
            request_id: Some("r-1".into()),
            hint: Some("give the ARN of the instance profile, not of its role".into()),
        }
    );
}

#[test]
fn tokens_that_iam_refuses_are_explained() {
    let (_, hint) = classify(IAM, "InvalidClientTokenId", "", 403);
    assert!(hint.contains("GetFederationToken"), "{hint}");
    let (_, hint) = classify(STS, "InvalidClientTokenId", "", 403);
    assert!(!hint.contains("GetFederationToken"), "{hint}");
}

#[test]
fn only_signatures_refused_for_their_time_are_about_time() {
    let about_time: Vec<&str> = cases()
        .filter(|case| {
            let class = Class::Credentials;
            let fault = Fault::new(class, case.service, "Act", case.code, case.message);
            is_about_time(&fault)
        })
        .map(|case| case.message.split(':').next().unwrap())
        .collect();
    assert_eq!(
        about_time,
        [
            "Signature expired",
            "Signature not yet current",
            "",
            "Signature expired"
        ]
    );
}

#[test]
fn a_lost_connection_is_ambiguous_and_a_refused_one_is_not() {
    let call = call(IAM);
    let lost = TransportError::Lost {
        kind: TransportErrorKind::TimedOut,
        reason: "no answer within 60 s".into(),
    };
    let refused = TransportError::Unreachable {
        kind: TransportErrorKind::ConnectionRefused,
        reason: "127.0.0.1:1 refused the connection".into(),
    };
    let lost = of_transport(call.call(), &lost);
    assert_eq!(lost.class, Class::Transient);
    assert_eq!(lost.to_string(), "iam:Act: TimedOut: no answer within 60 s");
    assert_eq!(
        of_transport(call.call(), &refused).class,
        Class::Unreachable
    );
}
