//! Privilege escalation: what lets somebody become more than his policies say. The ways are those that Rhino Security
//! Labs and Bishop Fox have published; which rule tells of one is decided elsewhere.

use std::collections::BTreeSet;

use super::document::statement::StatementRef;
use crate::model::{AccessView, AwsScope};
use crate::policy::{Document, Operator, Pattern, PolicyPurpose};

/// What a way is about: the group its rule stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    /// A policy that is in use says something else.
    Policy,
    /// Policies are added to a role, user or group.
    Grant,
    /// Another user's credentials.
    Credentials,
    /// Another role lets one in.
    Trust,
    /// The boundary goes.
    Boundary,
    /// Something is started with a role of one's choice.
    PassRole,
    /// Code is run where a role is already.
    Code,
}

/// On what an action must be allowed.
#[derive(Debug, Clone, Copy)]
enum On {
    /// All resources with this last part of an ARN of IAM (`user/*`).
    All(&'static str),
    /// All roles, or the role itself.
    Own,
    /// All roles, with `iam:PassedToService` that lets this service in.
    Passed(&'static str),
    /// All resources with this service and last part.
    Every(&'static str, &'static str),
    /// A document of Systems Manager that runs any command.
    Command,
    /// Any resource at all.
    Some,
}

/// A way to more permissions: all of its actions are needed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) family: Family,
    needs: &'static [(&'static str, On)],
}

const fn way(family: Family, name: &'static str, needs: &'static [(&'static str, On)]) -> Way {
    Way {
        name,
        family,
        needs,
    }
}

use Family::{Boundary, Code, Credentials, Grant, PassRole, Policy, Trust};
use On::{All, Every, Own, Passed};

#[rustfmt::skip]
const WAYS: &[Way] = &[
    way(Policy, "iam:CreatePolicyVersion", &[("iam:createpolicyversion", All("policy/*"))]),
    way(Policy, "iam:SetDefaultPolicyVersion", &[("iam:setdefaultpolicyversion", All("policy/*"))]),
    way(Grant, "iam:AttachUserPolicy", &[("iam:attachuserpolicy", All("user/*"))]),
    way(Grant, "iam:AttachGroupPolicy", &[("iam:attachgrouppolicy", All("group/*"))]),
    way(Grant, "iam:AttachRolePolicy", &[("iam:attachrolepolicy", Own)]),
    way(Grant, "iam:PutUserPolicy", &[("iam:putuserpolicy", All("user/*"))]),
    way(Grant, "iam:PutGroupPolicy", &[("iam:putgrouppolicy", All("group/*"))]),
    way(Grant, "iam:PutRolePolicy", &[("iam:putrolepolicy", Own)]),
    way(Grant, "iam:AddUserToGroup", &[("iam:addusertogroup", All("group/*"))]),
    way(Credentials, "iam:CreateAccessKey", &[("iam:createaccesskey", All("user/*"))]),
    way(Credentials, "iam:CreateLoginProfile", &[("iam:createloginprofile", All("user/*"))]),
    way(Credentials, "iam:UpdateLoginProfile", &[("iam:updateloginprofile", All("user/*"))]),
    way(Trust, "iam:UpdateAssumeRolePolicy", &[("iam:updateassumerolepolicy", All("role/*"))]),
    way(Boundary, "iam:DeleteRolePermissionsBoundary", &[("iam:deleterolepermissionsboundary", Own)]),
    way(Boundary, "iam:PutRolePermissionsBoundary", &[("iam:putrolepermissionsboundary", Own)]),
    way(Boundary, "iam:DeleteUserPermissionsBoundary", &[("iam:deleteuserpermissionsboundary", All("user/*"))]),
    way(PassRole, "iam:PassRole with ec2:RunInstances",
        &[("iam:passrole", Passed("ec2.amazonaws.com")), ("ec2:runinstances", On::Some)]),
    way(PassRole, "iam:PassRole with ec2:AssociateIamInstanceProfile",
        &[("iam:passrole", Passed("ec2.amazonaws.com")), ("ec2:associateiaminstanceprofile", On::Some)]),
    way(PassRole, "iam:PassRole with ec2:ReplaceIamInstanceProfileAssociation",
        &[("iam:passrole", Passed("ec2.amazonaws.com")), ("ec2:replaceiaminstanceprofileassociation", On::Some)]),
    way(PassRole, "iam:PassRole with lambda:CreateFunction and lambda:InvokeFunction",
        &[("iam:passrole", Passed("lambda.amazonaws.com")), ("lambda:createfunction", On::Some),
          ("lambda:invokefunction", On::Some)]),
    way(PassRole, "iam:PassRole with cloudformation:CreateStack",
        &[("iam:passrole", Passed("cloudformation.amazonaws.com")), ("cloudformation:createstack", On::Some)]),
    way(PassRole, "iam:PassRole with glue:CreateDevEndpoint",
        &[("iam:passrole", Passed("glue.amazonaws.com")), ("glue:createdevendpoint", On::Some)]),
    way(PassRole, "iam:PassRole with sagemaker:CreateNotebookInstance",
        &[("iam:passrole", Passed("sagemaker.amazonaws.com")), ("sagemaker:createnotebookinstance", On::Some)]),
    way(PassRole, "iam:PassRole with codebuild:CreateProject and codebuild:StartBuild",
        &[("iam:passrole", Passed("codebuild.amazonaws.com")), ("codebuild:createproject", On::Some),
          ("codebuild:startbuild", On::Some)]),
    way(PassRole, "iam:PassRole with ecs:RegisterTaskDefinition and ecs:RunTask",
        &[("iam:passrole", Passed("ecs-tasks.amazonaws.com")), ("ecs:registertaskdefinition", On::Some),
          ("ecs:runtask", On::Some)]),
    way(Code, "lambda:UpdateFunctionCode", &[("lambda:updatefunctioncode", Every("lambda", "function:*"))]),
    way(Code, "ssm:SendCommand",
        &[("ssm:sendcommand", Every("ec2", "instance/*")), ("ssm:sendcommand", On::Command)]),
    way(Code, "ssm:StartSession", &[("ssm:startsession", Every("ec2", "instance/*"))]),
];

/// A way that is open, and the statement that allows its first action.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) way: Way,
    pub(super) place: Place,
}

/// A statement: the index of its document, and its pointer.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) document: usize,
    pub(super) pointer: String,
}

/// The names of the ways that the permissions of a resource open together (`iam:PassRole with ec2:RunInstances`). A Deny
/// without a condition closes one; a boundary and attached policies are not read.
pub fn escalations(access: &AccessView<'_>, scope: &AwsScope) -> BTreeSet<&'static str> {
    let documents = access.documents(PolicyPurpose::Identity);
    let open = open(&documents, scope, None).into_iter();
    open.map(|open| open.way.name).collect()
}

/// The ways that are open, in the order of the table. The ARN is that of the role or user that has the documents.
pub(super) fn open(documents: &[&Document], scope: &AwsScope, own: Option<&str>) -> Vec<Open> {
    let all = documents.iter().enumerate();
    let statements = all.flat_map(|(index, one)| {
        let statements = StatementRef::all(one).into_iter();
        statements.map(move |statement| (index, statement))
    });
    let statements = statements.collect();
    let identity = Identity {
        statements,
        scope,
        own,
    };
    let open = WAYS.iter().filter_map(|way| {
        let needs = way.needs.iter();
        let places = needs.map(|(action, on)| identity.allows(action, *on));
        let places: Option<Vec<Place>> = places.collect();
        let place = places?.into_iter().next()?;
        Some(Open { way: *way, place })
    });
    open.collect()
}

/// All that one role or user is allowed and denied.
struct Identity<'a> {
    statements: Vec<(usize, StatementRef<'a>)>,
    scope: &'a AwsScope,
    own: Option<&'a str>,
}

impl Identity<'_> {
    /// Where an action is allowed on what it must be.
    fn allows(&self, action: &str, on: On) -> Option<Place> {
        let targets = match on {
            On::Some => return self.allowed(action, None, None),
            All(last) => vec![self.arn("iam", "", last)],
            Passed(_) => vec![self.arn("iam", "", "role/*")],
            Every(service, last) => vec![self.arn(service, "*", last)],
            On::Command => {
                // Documents of AWS have no account.
                let partition = self.scope.partition;
                let shell = format!("arn:{partition}:ssm:*::document/AWS-RunShellScript");
                vec![self.arn("ssm", "*", "document/*"), shell]
            }
            Own => {
                let own = self.own.map(str::to_owned);
                let roles = self.arn("iam", "", "role/*");
                own.into_iter().chain([roles]).collect()
            }
        };
        let service = match on {
            Passed(service) => Some(service),
            _ => None,
        };
        let mut targets = targets.iter();
        targets.find_map(|target| self.allowed(action, Some(target), service))
    }

    fn allowed(&self, action: &str, target: Option<&str>, service: Option<&str>) -> Option<Place> {
        let about = self.statements.iter();
        let about = about.filter(|(_, statement)| statement.covers_action(action));
        let about: Vec<&(usize, StatementRef<'_>)> = about.collect();
        let is_denied = about.iter().any(|(_, statement)| {
            statement.denies() && statement.is_unconditional() && covers(statement, target)
        });
        let opens = |statement: &StatementRef<'_>| {
            statement.allows()
                && (target.is_none() || covers(statement, target) && is_open(statement, service))
        };
        if is_denied {
            return None;
        }
        let (index, statement) = about.into_iter().find(|(_, one)| opens(one))?;
        Some(Place {
            document: *index,
            pointer: statement.pointer.clone(),
        })
    }

    /// A pattern of ARNs in the account.
    fn arn(&self, service: &str, region: &str, last: &str) -> String {
        let AwsScope {
            partition, account, ..
        } = self.scope;
        format!("arn:{partition}:{service}:{region}:{account}:{last}")
    }
}

/// Whether a statement is about all of a pattern of resources; without one, about all there are.
fn covers(statement: &StatementRef<'_>, target: Option<&str>) -> bool {
    let target = Pattern::new(target.unwrap_or("*"), statement.variables);
    let mut named = statement.patterns.resource.iter().flatten();
    let excepted = statement.patterns.not_resource.as_ref();
    named.any(|one| one.includes(&target))
        || excepted.is_some_and(|list| !list.iter().any(|one| one.overlaps(&target)))
}

/// Keys that say from where or when something is done, not what: such a test does not close a way.
const CIRCUMSTANCES: [&str; 10] = [
    "aws:currenttime",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:useragent",
    "aws:viaawsservice",
];

/// Whether the conditions of an Allow leave the way open.
fn is_open(statement: &StatementRef<'_>, service: Option<&str>) -> bool {
    statement.tests().all(|test| {
        let key = test.key.to_lowercase();
        let operator = Operator::of(&test.operator);
        match service {
            Some(service) if key == "iam:passedtoservice" && !operator.is_negated() => {
                let mut values = test.values.iter();
                values.any(|value| Pattern::new(value, statement.variables).matches(service))
            }
            _ => CIRCUMSTANCES.contains(&key.as_str()),
        }
    })
}
