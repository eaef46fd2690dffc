//! The append-only record of every mutating call: one JSON object per line, written before the call is sent
//! and after it was answered. Parameters are left out: they may be large, and need not be anybody's business.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::model::Address;
use crate::plan::StepId;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When, in UTC.
    pub time: Timestamp,
    /// The step's position in its plan.
    pub step: StepId,
    /// What the step does, as an order.
    pub title: String,
    /// The call, `iam:CreateRole`.
    pub action: String,
    /// The resource it works on.
    pub address: Address,
    /// Before or after.
    pub event: Moment,
    /// How often this step's call has been sent, counted from 1.
    pub attempt: u32,
    /// AWS's request id, when there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What came of it; only in [`Moment::Answered`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<CallResult>,
}

/// Whether an entry was written before or after its call. A sending entry without an answered one is a
/// call whose effect is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// The call is about to be sent.
    Sending,
    /// The call was answered, or no answer will come any more.
    Answered,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallResult {
    /// It took effect.
    Ok,
    /// It did not, or that is unknown.
    Error {
        /// AWS's error code, or ours.
        code: String,
        /// AWS's message.
        message: String,
    },
}

/// Where the record of mutating calls goes.
pub trait Journal: Send + Sync {
    /// Appends one entry and hands it to the operating system before it returns.
    fn record(&self, entry: &Entry) -> Result<(), JournalError>;
}

/// The journal could not be opened or written.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The folder or file could not be made or opened.
    #[error("cannot open the journal {}", path.display())]
    Open {
        /// The journal's file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// An entry could not be appended.
    #[error("cannot write to the journal {}", path.display())]
    Write {
        /// The journal's file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A journal in a file that only its owner can read.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    file: Mutex<File>,
}

impl FileJournal {
    /// Opens a journal to append to; makes its folder and the file when they are not there.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let file = open(path).map_err(|source| JournalError::Open {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file),
        })
    }
}

impl Journal for FileJournal {
    fn record(&self, entry: &Entry) -> Result<(), JournalError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = serde_json::to_vec(entry)
            .map_err(std::io::Error::from)
            .and_then(|mut line| {
                line.push(b'\n');
                // One write per line: lines of two runs may alternate, but never mix.
                file.write_all(&line)?;
                file.flush()
            });
        written.map_err(|source| JournalError::Write {
            path: self.path.clone(),
            source,
        })
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    refuse_links(path)?;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    let mut file = options.open(path)?;
    keep_private(&file)?;
    end_last_line(&mut file)?;
    Ok(file)
}

/// The folder that a run works in may come from others, and a link in it would let them choose which file of this machine is
/// written to. Of an absolute path only the file itself counts: nobody can ship the folders above it.
fn refuse_links(path: &Path) -> std::io::Result<()> {
    let own = path
        .ancestors()
        .filter(|part| *part == path || path.is_relative());
    for part in own {
        if std::fs::symlink_metadata(part).is_ok_and(|about| about.is_symlink()) {
            let why = format!("{} is a symbolic link", part.display());
            return Err(std::io::Error::other(why));
        }
    }
    Ok(())
}

/// A file that was there already may have been made by others, or with another mode.
#[cfg(unix)]
fn keep_private(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let about = file.metadata()?;
    if about.is_file() && about.permissions().mode() & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_: &File) -> std::io::Result<()> {
    Ok(())
}

/// A crash may have torn the last line; the next entry must not be glued to it.
fn end_last_line(file: &mut File) -> std::io::Result<()> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last != *b"\n" {
        file.write_all(b"\n")?;
    }
    Ok(())
}

/// A journal in memory, for tests and for runs that keep none.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<Vec<Entry>>);

impl MemoryJournal {
    /// What was recorded so far.
    pub fn entries(&self) -> Vec<Entry> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Journal for MemoryJournal {
    fn record(&self, entry: &Entry) -> Result<(), JournalError> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push(entry.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind;

    fn entry(attempt: u32) -> Entry {
        Entry {
            time: Timestamp::UNIX_EPOCH,
            step: 3,
            title: "create role s3access".into(),
            action: "iam:CreateRole".into(),
            address: Address::new(kind::ROLE, "s3access"),
            event: Moment::Sending,
            attempt,
            request_id: None,
            result: None,
        }
    }

    #[test]
    fn every_entry_is_one_line_and_later_runs_append() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/journal.jsonl");
        FileJournal::open(&path).unwrap().record(&entry(1)).unwrap();
        let answered = Entry {
            event: Moment::Answered,
            request_id: Some("req-1".into()),
            result: Some(CallResult::Error {
                code: "Throttling".into(),
                message: "Rate\nexceeded".into(),
            }),
            ..entry(1)
        };
        let journal = FileJournal::open(&path).unwrap();
        journal.record(&answered).unwrap();
        journal
            .record(&Entry {
                result: Some(CallResult::Ok),
                ..answered
            })
            .unwrap();
        insta::assert_snapshot!(std::fs::read_to_string(&path).unwrap(), @r#"
        {"time":"1970-01-01T00:00:00Z","step":3,"title":"create role s3access","action":"iam:CreateRole","address":"Role/s3access","event":"sending","attempt":1}
        {"time":"1970-01-01T00:00:00Z","step":3,"title":"create role s3access","action":"iam:CreateRole","address":"Role/s3access","event":"answered","attempt":1,"requestId":"req-1","result":{"error":{"code":"Throttling","message":"Rate\nexceeded"}}}
        {"time":"1970-01-01T00:00:00Z","step":3,"title":"create role s3access","action":"iam:CreateRole","address":"Role/s3access","event":"answered","attempt":1,"requestId":"req-1","result":"ok"}
        "#);
    }

    #[test]
    fn a_line_torn_by_a_crash_does_not_swallow_the_next_entry() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        std::fs::write(&path, r#"{"time":"19"#).unwrap();
        FileJournal::open(&path).unwrap().record(&entry(7)).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let last: Entry = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!(last, entry(7));
        assert_eq!(text.lines().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        FileJournal::open(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn one_that_others_could_read_is_made_private_and_links_are_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        FileJournal::open(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let link = folder.path().join("link");
        for target in ["journal.jsonl", "absent"] {
            symlink(target, &link).unwrap();
            let error = FileJournal::open(&link).unwrap_err();
            let why = std::error::Error::source(&error).unwrap().to_string();
            assert!(why.ends_with("link is a symbolic link"), "{why}");
            std::fs::remove_file(&link).unwrap();
        }
        assert!(!folder.path().join("absent").exists());
    }

    #[test]
    fn a_journal_that_cannot_be_opened_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = FileJournal::open(folder.path()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("cannot open the journal {}", folder.path().display())
        );
        assert!(std::error::Error::source(&error).is_some());
    }
}
