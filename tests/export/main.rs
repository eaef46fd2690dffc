//! What is exported, read back and planned, changes nothing: shown over hundreds of random worlds, through the real
//! client on an in-memory sandbox. Then one thing changes, and the plan finds that and nothing else.
//! `ROLEWRIGHT_EXPORT_SEED=7` repeats one world.

mod air;
mod calls;
mod change;
mod dice;
mod draw;
mod remarks;
mod run;
mod words;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rolewright::export::{self, Manifests};
use rolewright::model::{Action, Address};
use rolewright::plan::{self, Change, Difference, Plan};
use rolewright::sandbox::{Iam, Sandbox};

use change::Finding;
use dice::Dice;
use draw::{OWNER_TAG, STACK};

/// How many worlds are gone through.
const WORLDS: u64 = 320;

/// All kinds have to be among what was changed afterwards.
#[test]
fn an_export_planned_changes_nothing_in_random_worlds() {
    let only = std::env::var("ROLEWRIGHT_EXPORT_SEED").ok();
    let only = only.map(|text| text.parse::<u64>().expect("it is a number"));
    let seeds = only.map_or(0..WORLDS, |only| only..only + 1);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = Mutex::new(seeds);
    let through = || {
        let mut changed = BTreeSet::new();
        loop {
            let seed = next.lock().expect("nothing panics there").next();
            let Some(seed) = seed else { return changed };
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            let runtime = runtime.expect("a runtime can be made");
            changed.extend(runtime.block_on(world(seed)));
        }
    };
    let changed: BTreeSet<String> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(through)).collect();
        let ended = running.into_iter().map(|thread| thread.join());
        ended
            .flat_map(|changed| changed.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    if only.is_none() {
        let kinds = [
            "Instance",
            "InstanceAssociation",
            "InstanceProfile",
            "Role",
            "UserPolicy",
        ];
        assert_eq!(changed.iter().collect::<Vec<_>>(), kinds);
    }
}

/// One export and what is planned of it.
struct Case {
    seed: u64,
    sandbox: Arc<Sandbox>,
    text: String,
    /// Whether what the stack owns and the export leaves out would be deleted.
    prune: bool,
}

impl Case {
    fn fail(&self, why: &str) -> ! {
        panic!("seed {}: {why}\n{}", self.seed, self.text)
    }

    async fn plan(&self) -> Plan {
        let plan = run::plan(&self.sandbox, &self.text, self.prune).await;
        plan.unwrap_or_else(|problems| self.fail(&problems))
    }

    /// Nothing is to be done but to adopt what nobody owns, and then nothing at all.
    async fn is_as_it_is(&self) -> Plan {
        let plan = self.plan().await;
        if let Some(odd) = plan.effective().find(|change| !is_only_adopted(change)) {
            self.fail(&format!("{odd:#?}"));
        }
        if plan.is_empty() {
            return plan;
        }
        adopt(&self.sandbox, &plan);
        let plan = self.plan().await;
        if !plan.is_empty() {
            self.fail(&format!("{:#?}", plan.effective().collect::<Vec<_>>()));
        }
        plan
    }

    /// Something changes, and the plan finds that and nothing else. Gives the kind of what has changed.
    async fn finds_a_change(&self, exported: &BTreeSet<Address>) -> Option<String> {
        let (mut expected, dice) = (None, &mut Dice::new(self.seed));
        let edited = self
            .sandbox
            .edit(|world| expected = change::one(dice, world, exported));
        edited.expect("it lives in memory");
        let Finding { address, path } = expected?;
        let plan = self.plan().await;
        let edits: Vec<(&Address, String)> = plan
            .effective()
            .flat_map(|change| {
                let edits = change.edits.iter();
                edits.map(|edit| (&change.address, edit.path.to_string()))
            })
            .collect();
        if edits != [(&address, path.clone())] {
            self.fail(&format!(
                "{address}: {path} was changed; the plan finds {edits:?}"
            ));
        }
        self.drift_tells(&plan, &address, &path);
        Some(address.kind.to_string())
    }

    /// Drift is the same difference, and nothing else.
    fn drift_tells(&self, plan: &Plan, address: &Address, path: &str) {
        let drift = plan::drift(plan);
        let told: Vec<&Difference<'_>> = drift.values().flatten().collect();
        let is_it = |one: &&Difference<'_>| {
            one.address == address && one.edit.is_none_or(|edit| edit.path.to_string() == path)
        };
        if told.len() != 1 || !told.iter().all(is_it) {
            self.fail(&format!(
                "{address}: {path} was changed; drift tells {told:?}"
            ));
        }
    }
}

async fn world(seed: u64) -> Option<String> {
    let scene = draw::scene(seed);
    let sandbox = air::sandbox(scene.world);
    let (chosen, manifests) = run::export(&sandbox, &scene.choice).await;
    let case = Case {
        seed,
        sandbox,
        text: export::manifests(&manifests),
        prune: scene.choice.owner.is_some(),
    };
    if let Some(fault) = unsound(&manifests) {
        case.fail(&fault);
    }
    let planned = case.is_as_it_is().await;
    let planned: BTreeSet<&Address> = planned.changes.iter().map(|one| &one.address).collect();
    let (mut exported, mut foreign) = (BTreeSet::new(), Vec::new());
    for (address, observed) in &chosen.resources {
        if planned.contains(address) {
            exported.insert(address.clone());
        } else if !observed.service_linked {
            foreign.push(address);
        }
    }
    let comments = manifests.documents.iter().filter(|one| !one.is_sound);
    let comments: Vec<&str> = comments
        .filter_map(|one| one.body["metadata"]["name"].as_str())
        .collect();
    if let Some(lost) = foreign
        .iter()
        .find(|one| !comments.contains(&one.name.as_str()))
    {
        case.fail(&format!("{lost} is neither declared nor told about"));
    }
    case.finds_a_change(&exported).await
}

/// Why a document is only a comment, or does not say all.
fn unsound(manifests: &Manifests) -> Option<String> {
    let is_foreign = |remark: &String| {
        let reasons = ["stack `another` owns it:", "is not declared here:"];
        reasons.iter().any(|reason| remark.ends_with(reason))
    };
    let odd = |document: &&export::Document| {
        !(document.is_sound && document.remarks.is_empty()
            || document.remarks.iter().all(is_foreign))
    };
    let document = manifests.documents.iter().find(odd)?;
    Some(format!(
        "{}: {:?}",
        document.body["metadata"]["name"], document.remarks
    ))
}

/// Adopting changes the ownership tag, and everything else is as it is declared.
fn is_only_adopted(change: &Change) -> bool {
    let owner = format!("tags.{OWNER_TAG}");
    change.action == Action::Adopt
        && change
            .edits
            .iter()
            .all(|edit| edit.path.to_string() == owner)
}

/// What applying the plan would do.
fn adopt(sandbox: &Arc<Sandbox>, plan: &Plan) {
    let done = sandbox.edit(|world| {
        for change in plan.effective() {
            let key = Iam::key(&change.address.name);
            let tags = match change.address.kind.as_str() {
                "Role" => &mut world.iam.roles.get_mut(&key).expect("it is there").tags,
                _ => {
                    &mut world
                        .iam
                        .instance_profiles
                        .get_mut(&key)
                        .expect("it is there")
                        .tags
                }
            };
            tags.insert(OWNER_TAG.to_owned(), STACK.to_owned());
        }
    });
    done.expect("it lives in memory");
}
