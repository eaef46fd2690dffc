//! What happens to a call, step by step: signature, route, weather, action, state file, answer.

use std::time::Duration;

use jiff::Timestamp;

use super::error::SandboxError;
use super::fault::{Fault, Outcome};
use super::form::Form;
use super::http::{Delivery, Request, Response};
use super::past::{Before, Past};
use super::route::{self, Action, Service};
use super::sky::{Fate, Sky};
use super::store::Store;
use super::world::{self, World};
use super::xml::Fields;
use super::{answer, caller, ec2, iam, refusal, signature, sts};

/// Everything behind the sandbox's lock.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) world: World,
    pub(crate) sky: Sky,
    pub(crate) calls: Vec<String>,
    past: Past,
    store: Option<Store>,
}

impl Pipeline {
    pub(crate) fn new(world: World, sky: Sky, store: Option<Store>) -> Pipeline {
        let (calls, past) = (Vec::new(), Past::default());
        Pipeline {
            world,
            sky,
            calls,
            past,
            store,
        }
    }

    /// Ends everything that is under way.
    pub(crate) fn settle(&mut self) {
        self.past = Past::default();
        self.world.settle();
    }

    pub(crate) fn handle(&mut self, request: &Request, now: Timestamp) -> Response {
        let (fate, form) = (self.sky.fate(now), Form::of(request));
        let service = Service::of(request, &form);
        let outcome = match service {
            Some(service) => self.answer(service, request, &form, fate, now),
            None => Err(nobody(request)),
        };
        let name = form.get("Action").unwrap_or_default();
        let id = fate.entropy.nth(0).request_id();
        let mut response = answer::response(service.unwrap_or(Service::Iam), name, &id, &outcome);
        response.delay = Duration::try_from(self.sky.weather.latency).unwrap_or_default();
        if fate.lost {
            response.delivery = Delivery::Drop;
        }
        response
    }

    fn answer(
        &mut self,
        service: Service,
        request: &Request,
        form: &Form,
        fate: Fate,
        now: Timestamp,
    ) -> Outcome {
        let scope =
            signature::verify(request, now).map_err(|flaw| refusal::unsigned(service, flaw))?;
        let action = route::action(service, form)?;
        let name = form.get("Action").unwrap_or_default();
        self.calls.push(format!("{}:{name}", service.name()));
        if !self.sky.admits(service, &scope.region, name, now) {
            return Err(refusal::throttled(service));
        }
        if let Some(error) = fate.server_error {
            return Err(refusal::failed(service, error));
        }
        // AWS answers GetCallerIdentity whatever the policies say.
        if self.sky.denies(service, name) && service != Service::Sts {
            let caller = self
                .world
                .iam
                .user(caller::USER)
                .map(|user| self.world.iam.user_arn(user));
            return Err(refusal::denied(
                service,
                &caller.unwrap_or_default(),
                name,
                form,
            ));
        }
        match action {
            Action::Identity => sts::identity(&self.world.iam),
            Action::Iam(action) => self.iam(action, name, form, fate, now),
            Action::Ec2(action) => self.ec2(action, name, form, &scope.region, fate, now),
        }
    }

    fn iam(
        &mut self,
        action: iam::Action,
        name: &str,
        form: &Form,
        fate: Fate,
        now: Timestamp,
    ) -> Outcome {
        let names_principals = matches!(name, "CreateRole" | "UpdateAssumeRolePolicy");
        let seen = if fate.stale || names_principals {
            self.seen(now)
        } else {
            None
        };
        let call = iam::Call {
            form,
            now,
            entropy: fate.entropy.nth(1),
            seen: seen.as_ref(),
            short_page: fate.short_page,
        };
        let replica = seen.as_ref().filter(|_| fate.stale);
        let run = match action {
            iam::Action::Read(run) => return run(replica.unwrap_or(&self.world.iam), &call),
            iam::Action::Write(run) => run,
        };
        if fate.concurrent {
            return Err(refusal::concurrent());
        }
        if let Some(fault) = replica.and_then(|replica| refused_by(replica, run, &call)) {
            return Err(fault);
        }
        let before = Before::of(&self.world.iam, form);
        let fields = run(&mut self.world.iam, &call)?;
        self.past.record(now, before);
        self.saved(fields)
    }

    fn ec2(
        &mut self,
        action: ec2::Action,
        name: &str,
        form: &Form,
        place: &str,
        fate: Fate,
        now: Timestamp,
    ) -> Outcome {
        ec2::check_parameters(name, form)?;
        if form.is_true("DryRun") {
            return Err(Fault::new(
                "DryRunOperation",
                "Request would have succeeded, but DryRun flag is set.",
            ));
        }
        let seen = self.seen(now);
        let mut region = self.world.regions.remove(place).unwrap_or_default();
        region.advance(now);
        let call = ec2::Call {
            form,
            now,
            entropy: fate.entropy.nth(1),
            iam: &self.world.iam,
            seen: seen.as_ref(),
            region: place,
            association_delay: self.sky.weather.association_delay,
            instance_delay: self.sky.weather.instance_delay,
        };
        let (outcome, writes) = match action {
            ec2::Action::Read(run) => (run(&region, &call), false),
            ec2::Action::Write(run) => (whole(run, &mut region, &call), true),
        };
        if !region.is_empty() {
            self.world.regions.insert(place.to_owned(), region);
        }
        match outcome {
            Ok(fields) if writes => self.saved(fields),
            outcome => outcome,
        }
    }

    /// IAM as the data planes see it, when that differs from the present.
    fn seen(&mut self, now: Timestamp) -> Option<world::Iam> {
        let horizon = self.sky.horizon(now);
        self.past.forget(horizon);
        self.past.as_of(&self.world.iam, horizon)
    }

    fn saved(&self, fields: Fields) -> Outcome {
        let saved = self.save();
        saved.map(|()| fields).map_err(|error| {
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

/// What a lagging replica holds against a write: what it does not know yet, or what it still knows.
fn refused_by(
    replica: &world::Iam,
    run: fn(&mut world::Iam, &iam::Call) -> Outcome,
    call: &iam::Call,
) -> Option<Fault> {
    let fault = run(&mut replica.clone(), call).err()?;
    matches!(fault.code, "NoSuchEntity" | "DeleteConflict").then_some(fault)
}

/// Carries a write out completely or not at all.
fn whole(
    run: fn(&mut world::Region, &ec2::Call) -> Outcome,
    region: &mut world::Region,
    call: &ec2::Call,
) -> Outcome {
    let mut changed = region.clone();
    let fields = run(&mut changed, call)?;
    *region = changed;
    Ok(fields)
}

/// A request for a service that is not here.
fn nobody(request: &Request) -> Fault {
    match signature::scope(request) {
        Some(scope) => Fault::new(
            "InvalidAction",
            format!("the sandbox serves iam, sts and ec2, not {}", scope.service),
        ),
        None => refusal::unsigned(Service::Iam, signature::Flaw::Missing),
    }
}
