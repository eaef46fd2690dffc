//! A call of S3 in its weather. Buckets have no lag of their own; what they know of IAM's principals lags as elsewhere.

use jiff::Timestamp;

use super::{Arrived, Pipeline};
use crate::sandbox::fault::Fault;
use crate::sandbox::form::Form;
use crate::sandbox::http::Response;
use crate::sandbox::injector::InjectedFaults;
use crate::sandbox::refusal;
use crate::sandbox::s3::{self, Action, Call, Reply};
use crate::sandbox::weather::FaultKind;

impl Pipeline {
    pub(super) fn s3(
        &mut self,
        action: Action,
        arrived: Arrived<'_>,
        body: &[u8],
        injected: &InjectedFaults,
    ) -> Result<Reply, Fault> {
        let (form, now) = (arrived.form, arrived.now);
        let lagging = self.lagging_iam(now);
        let call = Call {
            form,
            body,
            seen: lagging.as_ref().unwrap_or(&self.world.iam),
            iam: &self.world.iam,
            now,
            region: arrived.region,
        };
        let run = match action {
            Action::Read(run) => return run(&self.world.buckets, &call),
            Action::Write(run) => run,
        };
        if injected.holds(FaultKind::ConcurrentModification) {
            return Err(refusal::aborted());
        }
        let mut buckets = self.world.buckets.clone();
        let reply = run(&mut buckets, &call)?;
        self.world.buckets = buckets;
        self.saved(reply)
    }

    pub(super) fn of_s3(
        &self,
        form: &Form,
        request_id: &str,
        now: Timestamp,
        outcome: Result<&Reply, &Fault>,
    ) -> Response {
        let bucket = form
            .get("Bucket")
            .and_then(|name| self.world.buckets.get(name));
        let envelope = s3::Envelope {
            action: form.get("Action").unwrap_or_default(),
            request_id,
            region: bucket.map(|bucket| bucket.region.as_str()),
            now,
        };
        s3::response(envelope, outcome)
    }
}
