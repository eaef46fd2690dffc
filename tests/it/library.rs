//! The run as a library: what a program does that plans, carries out and reads back without the command line.

use std::sync::Arc;

use jiff::Timestamp;
use rolewright::apply::{MemoryJournal, Options};
use rolewright::diagnostic::Sources;
use rolewright::live;
use rolewright::model::{AwsScope, Partition};
use rolewright::run::rehearsal::{clock::VirtualClock, sandbox};
use rolewright::run::{self, PlanRequest, Project, ReadBack, Run, View};
use rolewright::sandbox::{Sandbox, Weather};

const REGION: &str = "us-east-1";

const MANIFEST: &str = "\
apiVersion: rolewright.dev/v1
kind: Stack
metadata: { name: shop }
spec: {}
---
apiVersion: rolewright.dev/v1
kind: Role
metadata: { name: web }
spec: { trustPolicy: { services: [ec2.amazonaws.com] } }
";

#[tokio::test]
async fn a_plan_is_made_carried_out_and_read_back() {
    let clock = Arc::new(VirtualClock::starting_at(Timestamp::now()));
    let aws = Arc::new(Sandbox::open(None, Weather::default()).unwrap());
    let client = sandbox::client(&aws, &clock, REGION).unwrap();
    let mut sources = Sources::none();
    sources.add_manifest("shop.yaml", MANIFEST);
    let mut project = Project::of(sources).unwrap();
    let (request, options) = (PlanRequest::default(), Options::default());
    let work = async {
        let caller = live::identity(&client).await.unwrap().caller;
        let view = View {
            reads: &client,
            scope: &AwsScope {
                partition: Partition::Aws,
                account: caller.account.clone(),
                region: REGION.to_owned(),
            },
            caller: &caller,
        };
        let planned = run::plan(view, &mut project, &request).await.unwrap();
        let run = Run::silent(view, &client, &*clock);
        let outcome = run::execute(run, &planned, &options, &MemoryJournal::default()).await;
        assert_eq!(outcome.read_back, Some(ReadBack::Converged));
        let again = run::plan(view, &mut project, &request).await.unwrap();
        assert!(again.plan.is_empty());
    };
    clock.pass(Box::pin(work)).await;
    assert!(aws.world().iam.roles.contains_key("web"));
}
