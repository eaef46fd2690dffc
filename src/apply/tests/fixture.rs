//! Steps for tests, written in one line each, and errors of every class.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::{
    Class, Condition, Expect, Fault, Lookup, Node, Parameter, ReadCall, Service, WhenNone,
    WriteCall,
};
use crate::model::Address;
use crate::plan::{OnMissing, Step, StepId, Wave};

/// A step that writes to a role and has its own lane.
pub(in crate::apply) fn step(id: StepId, at: &str) -> StepBuilder {
    let address = address(at);
    StepBuilder(Step {
        id,
        title: format!("write {at}"),
        needs: BTreeSet::new(),
        lane: format!("lane {id}"),
        lookups: Vec::new(),
        merge: None,
        ready: Vec::new(),
        call: WriteCall::new(Service::Iam, "PutRolePolicy"),
        precondition: None,
        goal: None,
        settled: None,
        makes: None,
        removes: None,
        subjects: BTreeSet::new(),
        on_missing: OnMissing::Fail,
        wave: None,
        address,
    })
}

pub(in crate::apply) struct StepBuilder(Step);

impl StepBuilder {
    pub(in crate::apply) fn build(self) -> Step {
        self.0
    }

    pub(in crate::apply) fn needs(mut self, needs: &[StepId]) -> Self {
        self.0.needs = needs.iter().copied().collect();
        self
    }

    pub(in crate::apply) fn lane(mut self, lane: &str) -> Self {
        lane.clone_into(&mut self.0.lane);
        self
    }

    /// Puts it into a wave of a rollout that pauses for so many seconds and stands one failure less than given.
    pub(in crate::apply) fn wave(
        mut self,
        number: usize,
        pause: u64,
        abort_on_failures: usize,
    ) -> Self {
        self.0.wave = Some(Wave {
            rollout: address("InstanceAssociation/web"),
            number,
            of: 3,
            pause,
            abort_on_failures,
        });
        self
    }

    pub(in crate::apply) fn makes(mut self, at: &str) -> Self {
        self.0.makes = Some(address(at));
        self
    }

    pub(in crate::apply) fn removes(mut self, at: &str) -> Self {
        self.0.removes = Some(address(at));
        self
    }

    pub(in crate::apply) fn subject(mut self, at: &str) -> Self {
        self.0.subjects.insert(address(at));
        self
    }

    pub(in crate::apply) fn iam(self, action: &str) -> Self {
        self.call(WriteCall::new(Service::Iam, action))
    }

    pub(in crate::apply) fn ec2(self, action: &str) -> Self {
        self.call(WriteCall::new(Service::Ec2, action))
    }

    fn call(mut self, call: WriteCall) -> Self {
        self.0.call = call;
        self
    }

    pub(in crate::apply) fn goal(mut self, goal: Condition) -> Self {
        self.0.goal = Some(goal);
        self
    }

    pub(in crate::apply) fn ready(mut self, ready: Condition) -> Self {
        self.0.ready.push(ready);
        self
    }

    pub(in crate::apply) fn settled(mut self, settled: Condition) -> Self {
        self.0.settled = Some(settled);
        self
    }

    pub(in crate::apply) fn done_when_missing(mut self) -> Self {
        self.0.on_missing = OnMissing::Done;
        self
    }

    /// Looks up the association to act on among those that EC2 lists.
    pub(in crate::apply) fn association(mut self, when_none: WhenNone) -> Self {
        self.0.lookups.push(Lookup {
            name: "association".to_owned(),
            read: ReadCall::new(Service::Ec2, "DescribeIamInstanceProfileAssociations"),
            list: vec!["set".to_owned()],
            item: Expect::is(&["state"], "associated"),
            take: vec!["id".to_owned()],
            when_none,
        });
        let later = Parameter::Later("association".to_owned());
        self.0.call = self.0.call.with("AssociationId", later);
        self
    }
}

pub(in crate::apply) fn address(text: &str) -> Address {
    Address::try_from(text.to_owned()).unwrap()
}

/// The thing that a Get call asks for is there.
pub(in crate::apply) fn found(about: &str, action: &str) -> Condition {
    condition(about, Service::Iam, action, Expect::Found)
}

/// The thing that a Get call asks for is gone.
pub(in crate::apply) fn gone(about: &str, action: &str) -> Condition {
    condition(about, Service::Iam, action, Expect::Missing)
}

/// The instance `i-0abc` runs; hopeless once it is terminated.
pub(in crate::apply) fn running() -> Condition {
    let expect = Expect::is(&["state"], "running");
    Condition {
        hopeless: Some(Expect::is(&["state"], "terminated")),
        ..condition(
            "i-0abc to be running",
            Service::Ec2,
            "DescribeInstances",
            expect,
        )
    }
}

fn condition(about: &str, service: Service, action: &str, expect: Expect) -> Condition {
    Condition {
        about: about.to_owned(),
        read: ReadCall::new(service, action),
        expect,
        hopeless: None,
    }
}

/// An error of a class, with the code AWS uses for it.
pub(in crate::apply) fn fault(class: Class) -> Fault {
    let (code, message) = match class {
        Class::Missing => ("NoSuchEntity", "The role with name r cannot be found."),
        Class::Exists => ("EntityAlreadyExists", "Role with name r already exists."),
        Class::Children => (
            "DeleteConflict",
            "Cannot delete entity, must delete policies first.",
        ),
        Class::Busy => ("ConcurrentModification", ""),
        Class::NotYet => (
            "InvalidParameterValue",
            "Value (p) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
        ),
        Class::State => (
            "IncorrectState",
            "There is an existing association for instance i-0abc",
        ),
        Class::Occupied => (
            "LimitExceeded",
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
        ),
        Class::Throttled => ("Throttling", "Rate exceeded"),
        Class::Transient => ("ServiceFailure", "internal error"),
        Class::Unreachable => ("ConnectionRefused", "connection refused"),
        Class::Quota => (
            "LimitExceeded",
            "Cannot exceed quota for PoliciesPerRole: 10",
        ),
        Class::Denied => (
            "AccessDenied",
            "not authorized to perform: iam:PutRolePolicy",
        ),
        Class::Credentials => (
            "InvalidClientTokenId",
            "The security token included in the request is invalid",
        ),
        Class::Expired => (
            "ExpiredToken",
            "The security token included in the request is expired",
        ),
        Class::Invalid => ("MalformedPolicyDocument", "Syntax errors in policy."),
        Class::Unmodifiable => ("UnmodifiableEntity", "Cannot perform the operation"),
        Class::Unexpected => ("Unexpected", "not understood"),
    };
    let mut fault = Fault::new(class, Service::Iam, "PutRolePolicy", code, message);
    fault.request_id = Some("req-fault".to_owned());
    fault
}

/// An answer with one text in it.
pub(in crate::apply) fn text(name: &str, value: &str) -> Node {
    Node::Map(BTreeMap::from([(
        name.to_owned(),
        Node::Text(value.to_owned()),
    )]))
}

/// An answer that lists associations as (id, state).
pub(in crate::apply) fn associations(rows: &[(&str, &str)]) -> Node {
    let rows = rows.iter().map(|(id, state)| {
        Node::Map(BTreeMap::from([
            ("id".to_owned(), Node::Text((*id).to_owned())),
            ("state".to_owned(), Node::Text((*state).to_owned())),
        ]))
    });
    Node::Map(BTreeMap::from([(
        "set".to_owned(),
        Node::List(rows.collect()),
    )]))
}
