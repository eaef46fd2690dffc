//! Files that only their owner may read: credentials, plans, snapshots, receipts. What stands in them is others'.

use std::fs;
use std::io::{Result, Write};
use std::path::Path;

/// Writes a file, in the place of an older one. Whoever reads it meanwhile sees the old one or the new one, never a part.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let passing = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    create(&passing, text)
        .and_then(|()| fs::rename(&passing, path))
        .inspect_err(|_| {
            // It may never have been made.
            let _ = fs::remove_file(&passing);
        })
}

/// Writes a file that must not be there yet: of two who write it at once, one fails.
pub(crate) fn create(path: &Path, text: &str) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
