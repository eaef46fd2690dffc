//! What is left beside a saved plan once it runs, so that it runs once: live state alone cannot tell a plan that creates
//! something from the same plan after somebody has deleted it again.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::plan_file;
use crate::apply::Report;
use crate::saved::{SavedPlan, StalePlan};

/// The file beside a plan.
pub(super) struct Receipt {
    path: PathBuf,
    id: String,
    digest: String,
}

/// What stands in it.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    id: String,
    digest: String,
    began: Timestamp,
    ended: Option<Timestamp>,
}

impl Receipt {
    /// That of a plan; stale when the plan has run.
    pub(super) fn of(path: &Path, plan: &SavedPlan) -> Result<Self, Failure> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".applied");
        let receipt = Self {
            path: PathBuf::from(beside),
            id: plan.id.clone(),
            digest: plan.digest.clone(),
        };
        match receipt.earlier() {
            // Another plan of the same file name has nothing to do with this one.
            Some(entry) if entry.digest == receipt.digest => {
                Err(Failure::Stale(StalePlan::Applied(format!(
                    ": a run began at {} ({})",
                    entry.began,
                    receipt.path.display()
                ))))
            }
            Some(_) | None => Ok(receipt),
        }
    }

    fn earlier(&self) -> Option<Entry> {
        let text = std::fs::read_to_string(&self.path).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Before the first call, so that a run that is killed counts.
    pub(super) fn begin(&self) -> Result<(), Failure> {
        self.put(Timestamp::now(), None)
    }

    /// After the last one. A run that has changed nothing may be repeated.
    pub(super) fn end(&self, report: &Report) -> Result<(), Failure> {
        let began = self.earlier().map(|entry| entry.began);
        if report.may_have_changed() {
            return self.put(began.unwrap_or_else(Timestamp::now), Some(Timestamp::now()));
        }
        // It is there: it was written before the run.
        let _ = std::fs::remove_file(&self.path);
        Ok(())
    }

    fn put(&self, began: Timestamp, ended: Option<Timestamp>) -> Result<(), Failure> {
        let Self { path, id, digest } = self;
        let entry = serde_json::json!(Entry {
            id: id.clone(),
            digest: digest.clone(),
            began,
            ended,
        });
        plan_file::private(path, &format!("{entry:#}\n"))
    }
}
