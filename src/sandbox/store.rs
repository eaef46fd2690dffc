//! The state file: one JSON document, replaced as a whole after every change, guarded by a lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::input::{self, Bounds, Limit};

use super::error::SandboxError;
use super::world::World;

/// Raised whenever an older program could no longer read the file.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Saved<'a> {
    format: u32,
    world: &'a World,
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Loaded {
    #[serde(rename = "format")]
    _format: u32,
    world: World,
}

/// How often a taken folder is looked at again: a process that is just ending, or one that is being started and
/// has not yet closed what it inherited, lets go within a blink.
const PATIENCE: u32 = 20;
const BLINK: std::time::Duration = std::time::Duration::from_millis(10);

#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// Locked as long as it is open; the operating system lets go when the process ends, however it ends.
    _lock: File,
}

impl Store {
    /// Takes the folder, making it if need be.
    pub(crate) fn open(folder: &Path) -> Result<Store, SandboxError> {
        let fail = |path: &Path| {
            let path = path.to_owned();
            move |source| SandboxError::File { path, source }
        };
        fs::create_dir_all(folder).map_err(fail(folder))?;
        let path = folder.join("lock");
        let lock = private()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(fail(&path))?;
        let mut patience = PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => {
                    return Ok(Store {
                        folder: folder.to_owned(),
                        _lock: lock,
                    });
                }
                Err(TryLockError::WouldBlock) if patience > 0 => {
                    patience -= 1;
                    std::thread::sleep(BLINK);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(SandboxError::Busy {
                        path: folder.to_owned(),
                    });
                }
                Err(TryLockError::Error(source)) => return Err(fail(&path)(source)),
            }
        }
    }

    /// The saved world, if one was saved.
    pub(crate) fn load(&self) -> Result<Option<World>, SandboxError> {
        let path = self.folder.join("state.json");
        let text = match input::text(&path, Limit::SANDBOX, Bounds::ItsFolder) {
            Ok(text) => text,
            Err(error) if error.is_missing() => return Ok(None),
            Err(source) => return Err(SandboxError::Unreadable { path, source }),
        };
        let damaged = |source| SandboxError::State {
            path: path.clone(),
            source,
        };
        let Header { format } = serde_json::from_str(&text).map_err(damaged)?;
        if format != FORMAT {
            return Err(SandboxError::Format {
                path,
                found: format,
                wanted: FORMAT,
            });
        }
        let loaded: Loaded = serde_json::from_str(&text).map_err(damaged)?;
        Ok(Some(loaded.world))
    }

    /// Replaces the saved world. A reader sees the old one or the new one, never half of it.
    pub(crate) fn save(&self, world: &World) -> Result<(), SandboxError> {
        let (path, next) = (
            self.folder.join("state.json"),
            self.folder.join("state.json.new"),
        );
        let mut text = serde_json::to_vec_pretty(&Saved {
            format: FORMAT,
            world,
        })
        .map_err(|source| SandboxError::State {
            path: path.clone(),
            source,
        })?;
        text.push(b'\n');
        let write = || -> io::Result<()> {
            private()
                .create(true)
                .truncate(true)
                .write(true)
                .open(&next)?
                .write_all(&text)?;
            fs::rename(&next, &path)
        };
        write().map_err(|source| SandboxError::File { path, source })
    }
}

/// Files for the owner's eyes only.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Not through a link: what lies in the folder may come from others.
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    options
}
