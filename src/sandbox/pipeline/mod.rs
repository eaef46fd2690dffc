//! What happens to a call, step by step: signature, principal, route, weather, action, state file, answer.

mod ec2;
mod iam;
mod s3;

use std::time::Duration;

use jiff::Timestamp;

use super::error::SandboxError;
use super::fault::{Fault, Outcome};
use super::form::Form;
use super::history::{Ec2ReplicaHistory, IamReplicaHistory};
use super::http::{Delivery, Request, Response};
use super::injector::{FaultInjector, InjectedFaults};
use super::principal::Principal;
use super::route::{self, Action};
use super::s3::Reply;
use super::service::Service;
use super::session::{self, Bearer, Claims, Session, Terms};
use super::signature::{SignatureError, Signed};
use super::store::Store;
use super::weather::FaultKind;
use super::world::World;
use super::xml::Fields;
use super::{answer, authorize, imds, refusal, signature, sts};

/// Everything behind the sandbox's lock.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) world: World,
    pub(crate) injector: FaultInjector,
    pub(crate) calls: Vec<String>,
    iam_history: IamReplicaHistory,
    ec2_history: Ec2ReplicaHistory,
    store: Option<Store>,
}

/// A call whose signature holds.
#[derive(Debug, Clone, Copy)]
struct Arrived<'a> {
    service: Service,
    caller: &'a Principal,
    region: &'a str,
    form: &'a Form,
    now: Timestamp,
}

enum Answer {
    Fields(Fields),
    Reply(Reply),
}

impl Pipeline {
    pub(crate) fn new(world: World, injector: FaultInjector, store: Option<Store>) -> Pipeline {
        Pipeline {
            world,
            injector,
            calls: Vec::new(),
            iam_history: IamReplicaHistory::default(),
            ec2_history: Ec2ReplicaHistory::default(),
            store,
        }
    }

    /// Ends everything that is under way.
    pub(crate) fn settle(&mut self) {
        self.iam_history = IamReplicaHistory::default();
        self.ec2_history = Ec2ReplicaHistory::default();
        self.world.settle();
    }

    /// The credentials that are handed out now, if the weather has any.
    pub(crate) fn session(&self, callers: Timestamp) -> Option<Session> {
        let lifetime = self.injector.lifetime()?;
        let now = self.injector.clock(callers);
        let end = now.saturating_add(lifetime).ok()?;
        let terms = Terms {
            issued: now,
            expires: Timestamp::from_millisecond(end.as_millisecond()).ok()?,
            policies: Vec::new(),
        };
        let bearer = Bearer::Caller;
        Some(Session::of(&Claims { bearer, terms }))
    }

    pub(crate) fn handle(&mut self, request: &Request, callers: Timestamp) -> Response {
        if request.path == session::PATH {
            return session::response(self.session(callers).as_ref());
        }
        if let Some(address) = imds::addressed(&request.path) {
            return self.metadata(request, address, self.injector.clock(callers));
        }
        let now = self.injector.clock(callers);
        let (mut injected, form) = (self.injector.draw(now), route::form(request));
        let service = Service::of(request, &form);
        let outcome = match service {
            Some(service) => self.answer(service, request, &form, &mut injected, now),
            None => Err(unknown_service(request)),
        };
        let name = form.get("Action").unwrap_or_default();
        let id = injected.entropy.nth(0).request_id();
        let mut response = match &outcome {
            Ok(Answer::Reply(reply)) => self.of_s3(&form, &id, now, Ok(reply)),
            Err(fault) if service == Some(Service::S3) => self.of_s3(&form, &id, now, Err(fault)),
            Ok(Answer::Fields(fields)) => answer::response(service, name, &id, now, Ok(fields)),
            Err(fault) => answer::response(service, name, &id, now, Err(fault)),
        };
        response.delay = Duration::try_from(injected.latency).unwrap_or_default();
        if injected.holds(FaultKind::DropBefore) || injected.holds(FaultKind::DropAfter) {
            response.delivery = Delivery::Drop;
        }
        response
    }

    /// A request to the metadata service of an instance. It has no weather: it never leaves the instance.
    fn metadata(
        &mut self,
        request: &Request,
        (name, instance, path): (&str, &str, &str),
        now: Timestamp,
    ) -> Response {
        let seen = self.iam_of_ec2(now);
        let Some(region) = self.world.regions.get_mut(name) else {
            return imds::unknown_instance();
        };
        region.advance(now);
        let Some(instance) = region.instances.get(instance) else {
            return imds::unknown_instance();
        };
        let place = imds::Place {
            instance,
            region,
            region_name: name,
            iam: seen.as_ref().unwrap_or(&self.world.iam),
            lifetime: self.injector.lifetime(),
            now,
        };
        imds::respond(place, request, path)
    }

    fn answer(
        &mut self,
        service: Service,
        request: &Request,
        form: &Form,
        injected: &mut InjectedFaults,
        now: Timestamp,
    ) -> Result<Answer, Fault> {
        if service == Service::Sts && form.get("Action") == Some(sts::WITH_WEB_IDENTITY) {
            return self.vouched(form, injected, now).map(Answer::Fields);
        }
        let (caller, region) = self.caller(service, request, now)?;
        let action = route::action(service, form)?;
        let name = form.get("Action").unwrap_or_default();
        self.calls.push(format!("{}:{name}", service.name()));
        self.injector.follow_script(service, name, injected);
        let arrived = Arrived {
            service,
            caller: &caller,
            region: &region,
            form,
            now,
        };
        self.weathered(arrived, injected)?;
        let fields = match action {
            Action::Sts(action) => self.sts(action, arrived),
            Action::Iam(action) => self.iam(action, name, arrived, injected),
            Action::Ec2(action) => self.ec2(action, name, form, &region, injected, now),
            Action::S3(action) => {
                let reply = self.s3(action, arrived, &request.body, injected);
                return reply.map(Answer::Reply);
            }
        };
        fields.map(Answer::Fields)
    }

    fn caller(
        &self,
        service: Service,
        request: &Request,
        now: Timestamp,
    ) -> Result<(Principal, String), Fault> {
        let refused = |error| refusal::unsigned(service, error);
        let Signed { scope, claims } = signature::verify(request, now).map_err(refused)?;
        let caller = Principal::of(&self.world.iam, claims);
        let caller = caller.filter(|caller| service != Service::Iam || caller.may_call_iam());
        let caller = caller.ok_or_else(|| refused(SignatureError::UnknownKey))?;
        Ok((caller, scope.region))
    }

    /// A call of STS. It learns of roles as late as IAM's own check of principals does.
    fn sts(&self, action: sts::Action, arrived: Arrived<'_>) -> Outcome {
        let seen = self.lagging_iam(arrived.now);
        action(&sts::Call {
            iam: &self.world.iam,
            seen: seen.as_ref(),
            principal: arrived.caller,
            enforced: self.enforces(arrived.caller),
            form: arrived.form,
            region: arrived.region,
            now: arrived.now,
        })
    }

    /// The one unsigned call: the token of an identity provider says who calls.
    fn vouched(&mut self, form: &Form, injected: &mut InjectedFaults, now: Timestamp) -> Outcome {
        self.calls.push(format!("sts:{}", sts::WITH_WEB_IDENTITY));
        self.injector
            .follow_script(Service::Sts, sts::WITH_WEB_IDENTITY, injected);
        self.reached(Service::Sts, "", form, now, injected)?;
        let seen = self.lagging_iam(now);
        sts::assume_with_web_identity(&sts::Stranger {
            seen: seen.as_ref().unwrap_or(&self.world.iam),
            form,
            now,
        })
    }

    /// Whether the caller's own policies decide: those of a session always do.
    fn enforces(&self, caller: &Principal) -> bool {
        self.injector.enforces() || caller.terms().is_some()
    }

    /// What keeps a call from being looked at.
    fn weathered(&mut self, arrived: Arrived<'_>, injected: &InjectedFaults) -> Result<(), Fault> {
        let (service, form) = (arrived.service, arrived.form);
        let name = form.get("Action").unwrap_or_default();
        self.reached(service, arrived.region, form, arrived.now, injected)?;
        // AWS answers GetCallerIdentity whatever the policies say.
        let denied = self.injector.denies(service, name) || injected.holds(FaultKind::Deny);
        if denied && name != "GetCallerIdentity" {
            let caller = arrived.caller.arn(&self.world.iam);
            return Err(refusal::denied(service, &caller, name, form));
        }
        // S3 checks where a bucket is before it checks permissions.
        if service == Service::S3 {
            let World { buckets, iam, .. } = &self.world;
            super::s3::checked(buckets, form, arrived.region, iam)?;
        }
        self.authorized(arrived)
    }

    /// What keeps a call from reaching anybody who could decide about it.
    fn reached(
        &mut self,
        service: Service,
        region: &str,
        form: &Form,
        now: Timestamp,
        injected: &InjectedFaults,
    ) -> Result<(), Fault> {
        // The connection is dropped, so this text is never read, and the call takes no token: it never arrived.
        if injected.holds(FaultKind::DropBefore) {
            return Err(refusal::failed(service, FaultKind::Unavailable));
        }
        let admitted = self.injector.admits(service, region, form, now);
        if !admitted || injected.holds(FaultKind::Throttle) {
            return Err(refusal::throttled(service));
        }
        let failures = [FaultKind::ServerError, FaultKind::Unavailable];
        match failures
            .into_iter()
            .find(|failure| injected.holds(*failure))
        {
            Some(failure) => Err(refusal::failed(service, failure)),
            None => Ok(()),
        }
    }

    /// What the caller's own policies say, where they are asked.
    fn authorized(&self, arrived: Arrived<'_>) -> Result<(), Fault> {
        let enforced = self.enforces(arrived.caller);
        if !enforced && arrived.service != Service::S3 {
            return Ok(());
        }
        let call = authorize::Call {
            service: arrived.service,
            action: arrived.form.get("Action").unwrap_or_default(),
            form: arrived.form,
            region: arrived.region,
            now: arrived.now,
        };
        let decided = authorize::decide(&self.world, arrived.caller, &call, enforced);
        decided.map_err(|denied| {
            let caller = arrived.caller.arn(&self.world.iam);
            refusal::unauthorized(arrived.service, &caller, &denied)
        })
    }

    fn saved<T>(&self, answer: T) -> Result<T, Fault> {
        let saved = self.save();
        saved.map(|()| answer).map_err(|error| {
            Fault::new(
                "InternalFailure",
                format!("the call took effect, but {error}"),
            )
        })
    }

    pub(crate) fn save(&self) -> Result<(), SandboxError> {
        self.store
            .as_ref()
            .map_or(Ok(()), |store| store.save(&self.world))
    }
}

/// A request for a service that is not here.
fn unknown_service(request: &Request) -> Fault {
    match signature::scope(request) {
        Some(scope) => Fault::new(
            "InvalidAction",
            format!(
                "the sandbox serves iam, sts, ec2 and s3, not {}",
                scope.service
            ),
        ),
        None => refusal::unsigned(Service::Iam, signature::SignatureError::Missing),
    }
}
