//! What is left beside a saved plan once it runs, so that it runs once: live state alone cannot tell a plan that creates
//! something from the same plan after somebody has deleted it again.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{outputs, private};
use crate::apply::Report;
use crate::cli::terminal::Failure;
use crate::input::{self, Bounds, Limit};
use crate::saved::{self, SavedPlan, StalePlan};

/// The file beside a plan.
pub(crate) struct Receipt {
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
    /// Where that of a plan stands: `plan.json.9debce10a131.applied`. Each plan has a name of its own, so that no run has to
    /// remove the receipt of another one.
    pub(crate) fn beside(path: &Path, plan: &SavedPlan) -> PathBuf {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.applied", saved::short(&plan.digest)));
        PathBuf::from(beside)
    }

    /// That of a plan; stale when the plan has run.
    pub(crate) fn of(path: &Path, plan: &SavedPlan) -> Result<Self, Failure> {
        let receipt = Self {
            path: Self::beside(path, plan),
            id: plan.id.clone(),
            digest: plan.digest.clone(),
        };
        receipt.unused()?;
        Ok(receipt)
    }

    fn unused(&self) -> Result<(), Failure> {
        match self.earlier()? {
            Some(entry) => Err(Failure::Stale(StalePlan::Applied(format!(
                ": a run began at {} ({})",
                entry.began,
                self.path.display()
            )))),
            None => Ok(()),
        }
    }

    /// A receipt that cannot be read may be that of this plan.
    fn earlier(&self) -> Result<Option<Entry>, Failure> {
        let unreadable = |why: String| {
            let path = self.path.display();
            let hint = "it tells whether the plan has been applied; plan again under another name";
            Failure::other(format!("cannot read {path}: {why}"), Some(hint))
        };
        match input::text(&self.path, Limit::RECEIPT, Bounds::ItsFolder) {
            Ok(text) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| unreadable(error.to_string())),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(unreadable(error.to_string())),
        }
    }

    /// Before the first call, so that a run that is killed counts. Another run may have begun since this one looked, while
    /// somebody was asked: only one of them can put its receipt where there is none.
    pub(crate) fn begin(&self) -> Result<(), Failure> {
        self.unused()?;
        let text = self.text(Timestamp::now(), None);
        private::create(&self.path, &text).or_else(|error| {
            self.unused()
                .and(Err(outputs::unwritten(&self.path, &error)))
        })
    }

    /// After the last one. A run that has changed nothing may be repeated.
    pub(crate) fn end(&self, report: &Report) -> Result<(), Failure> {
        if report.may_have_changed() {
            let now = Timestamp::now();
            let began = self.earlier()?.map_or(now, |entry| entry.began);
            let text = self.text(began, Some(now));
            return private::replace(&self.path, &text)
                .map_err(|error| outputs::unwritten(&self.path, &error));
        }
        // It is there: it was written before the run.
        let _ = std::fs::remove_file(&self.path);
        Ok(())
    }

    fn text(&self, began: Timestamp, ended: Option<Timestamp>) -> String {
        let Self {
            path: _,
            id,
            digest,
        } = self;
        let entry = serde_json::json!(Entry {
            id: id.clone(),
            digest: digest.clone(),
            began,
            ended,
        });
        format!("{entry:#}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(folder: &Path, digest: &str) -> Receipt {
        Receipt {
            path: folder.join("plan.json.applied"),
            id: "id".to_owned(),
            digest: digest.to_owned(),
        }
    }

    #[test]
    fn of_two_runs_that_both_saw_none_one_begins() {
        let folder = tempfile::tempdir().unwrap();
        let runs = [(); 8].map(|()| receipt(folder.path(), "this"));
        let began = std::thread::scope(|scope| {
            let runs = runs
                .each_ref()
                .map(|run| scope.spawn(|| run.begin().is_ok()));
            let began = runs.into_iter().filter_map(|run| run.join().ok());
            began.filter(|began| *began).count()
        });
        assert_eq!(began, 1);
        assert!(matches!(runs[0].begin(), Err(Failure::Stale(_))));
    }

    #[test]
    fn one_that_cannot_be_read_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("plan.json.applied"), "{").unwrap();
        assert!(matches!(
            receipt(folder.path(), "this").begin(),
            Err(Failure::Other { .. })
        ));
    }
}
