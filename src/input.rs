//! Reading files: regular ones only, up to a limit for each kind of file, and never through a link that leads out of the folder
//! where the file is expected. The only module that opens files to read them. What the texts say is not known here.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// What is read at once: a file that is no text is refused after the first piece.
const PIECE: u64 = 64 * KIB;

/// The largest file of a kind. More than real use needs, less than what fills memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    files: &'static str,
    bytes: u64,
}

impl Limit {
    /// A manifest; ten thousand roles take about 10 MiB.
    pub const MANIFEST: Self = Self::new("manifests", 32 * MIB);
    /// A policy, where AWS takes at most 20 KiB.
    pub const POLICY: Self = Self::new("policy files", MIB);
    /// A file with variables.
    pub const VARIABLES: Self = Self::new("variable files", MIB);
    /// A saved plan; one of ten thousand roles takes 90 MiB.
    pub const PLAN: Self = Self::new("saved plans", 512 * MIB);
    /// What stands in place of AWS: a snapshot or account details.
    pub const LIVE: Self = Self::new("snapshots and account details", 512 * MIB);
    /// What is left beside a saved plan that ran.
    pub const RECEIPT: Self = Self::new("receipts", 64 * KIB);
    /// A weather of the sandbox.
    pub const WEATHER: Self = Self::new("weather files", MIB);
    /// What a sandbox begins with.
    pub const SEED: Self = Self::new("seed files", 16 * MIB);
    /// What the AWS CLI is configured with: profiles, certificates, tokens.
    pub const SETTINGS: Self = Self::new("settings", MIB);
    /// What a sandbox keeps.
    pub const SANDBOX: Self = Self::new("the state of a sandbox", 512 * MIB);

    const fn new(files: &'static str, bytes: u64) -> Self {
        Self { files, bytes }
    }

    fn too_large(self) -> InputError {
        InputError::TooLarge {
            files: self.files,
            kibibytes: self.bytes / KIB,
        }
    }
}

/// Where a file may lie, links resolved.
#[derive(Debug, Clone, Copy)]
pub enum Bounds<'a> {
    /// In the folder that its path names: the path is the user's own, but what lies there may come from others, and a link could
    /// make any file of this machine part of messages and plans.
    ItsFolder,
    /// In one of these folders or below.
    Below(&'a [PathBuf]),
    /// Anywhere.
    Anywhere,
}

/// Why a file was not read. The messages begin after the file's name.
#[derive(Debug, Error)]
pub enum InputError {
    /// The operating system's reason.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A device, a pipe, a socket or a folder.
    #[error("it is {0}, not a regular file")]
    NotRegular(&'static str),
    /// More bytes than the limit of its kind.
    #[error("it is larger than {kibibytes} KiB, the limit for {files}")]
    TooLarge {
        /// The kind, in plural.
        files: &'static str,
        /// Its limit.
        kibibytes: u64,
    },
    /// Not UTF-8, or with NUL bytes, which no text has.
    #[error("it is not UTF-8 text (line {line})")]
    NotText {
        /// The first line that is none.
        line: usize,
    },
    /// A link leads to another folder.
    #[error("it is a link to a file in another folder")]
    LeadsAway,
    /// Not below the folders that were given.
    #[error("it lies outside of the folders of the manifests")]
    Outside,
}

impl InputError {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == ErrorKind::NotFound)
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Io(error) if error.kind() == ErrorKind::PermissionDenied => {
                Some("check the file's permissions")
            }
            Self::Io(_) => None,
            Self::NotRegular(_) => Some("write its content to a file"),
            Self::TooLarge { .. } => Some("check that it is the right file; split it if it is"),
            Self::NotText { .. } => Some("save it as UTF-8"),
            Self::LeadsAway => Some("name the file that it links to"),
            Self::Outside => Some(
                "move it beside the manifests, name its folder as well, or pass --allow-files-outside",
            ),
        }
    }
}

/// The text of a file.
pub fn text(path: &Path, limit: Limit, bounds: Bounds<'_>) -> Result<String, InputError> {
    let mut file = open(&within(path, bounds)?)?;
    if file.metadata()?.len() > limit.bytes {
        return Err(limit.too_large());
    }
    text_from(&mut file, limit)
}

/// The text of something that is open already, such as standard input.
pub fn text_from(from: &mut dyn Read, limit: Limit) -> Result<String, InputError> {
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        from.take(PIECE).read_to_end(&mut bytes)?;
        if bytes.len() == before {
            break;
        }
        if let Some(index) = bytes[before..].iter().position(|byte| *byte == 0) {
            return Err(not_text(&bytes[..before + index]));
        }
        if bytes.len() as u64 > limit.bytes {
            return Err(limit.too_large());
        }
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        not_text(&error.as_bytes()[..valid])
    })
}

fn not_text(before: &[u8]) -> InputError {
    InputError::NotText {
        line: before.split(|byte| *byte == b'\n').count(),
    }
}

/// The first bytes of a file as text, to tell what it is; nothing for what is no regular file.
pub fn beginning(path: &Path) -> Option<String> {
    let mut start = Vec::new();
    let file = open(path).ok()?;
    file.take(PIECE).read_to_end(&mut start).ok()?;
    Some(String::from_utf8_lossy(&start).into_owned())
}

/// Opens a regular file. Opening a pipe would wait for its other end, and opening a device may have an effect: neither is done.
fn open(path: &Path) -> Result<File, InputError> {
    regular(&std::fs::metadata(path)?)?;
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    let file = options.open(path)?;
    // What lies there may have changed since it was looked at.
    regular(&file.metadata()?)?;
    Ok(file)
}

fn regular(about: &std::fs::Metadata) -> Result<(), InputError> {
    if about.is_file() {
        return Ok(());
    }
    Err(InputError::NotRegular(if about.is_dir() {
        "a folder"
    } else {
        "a device, a pipe or a socket"
    }))
}

/// The file behind all links, when it lies within the bounds.
fn within(path: &Path, bounds: Bounds<'_>) -> Result<PathBuf, InputError> {
    let real = std::fs::canonicalize(path)?;
    match bounds {
        Bounds::Anywhere => Ok(real),
        Bounds::ItsFolder => {
            let folder = std::fs::canonicalize(folder_of(path))?;
            if real.starts_with(folder) {
                Ok(real)
            } else {
                Err(InputError::LeadsAway)
            }
        }
        Bounds::Below(folders) if is_below(&real, folders) => Ok(real),
        Bounds::Below(_) => Err(InputError::Outside),
    }
}

/// Whether what a path leads to lies in one of these folders or below.
pub fn lies_below(path: &Path, folders: &[PathBuf]) -> bool {
    std::fs::canonicalize(path).is_ok_and(|real| is_below(&real, folders))
}

fn is_below(real: &Path, folders: &[PathBuf]) -> bool {
    folders
        .iter()
        .filter_map(|folder| std::fs::canonicalize(folder).ok())
        .any(|folder| real.starts_with(folder))
}

/// The folder of a file, for paths without one as well.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limit = Limit::new("tests", 2 * KIB);

    fn message(result: Result<String, InputError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "a".repeat(2048)).unwrap();
        assert_eq!(text(&path, SMALL, Bounds::ItsFolder).unwrap().len(), 2048);
        std::fs::write(&path, "a".repeat(2049)).unwrap();
        let error = text(&path, SMALL, Bounds::ItsFolder);
        assert_eq!(
            message(error),
            "it is larger than 2 KiB, the limit for tests"
        );
        let error = text_from(&mut io::repeat(b'a'), SMALL);
        assert_eq!(
            message(error),
            "it is larger than 2 KiB, the limit for tests"
        );
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        for (bytes, line) in [(&b"a\nb\0"[..], 2), (b"caf\xe9", 1), (b"\n\n\xff\xfe", 3)] {
            let error = message(text_from(&mut &*bytes, SMALL));
            assert_eq!(error, format!("it is not UTF-8 text (line {line})"));
        }
        let endless = text_from(&mut io::repeat(0), Limit::new("tests", u64::MAX));
        assert_eq!(message(endless), "it is not UTF-8 text (line 1)");
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_in_the_folder() {
        use std::os::unix::fs::symlink;
        let top = tempfile::tempdir().unwrap();
        let (inside, outside) = (top.path().join("in"), top.path().join("out"));
        std::fs::create_dir_all(inside.join("deeper")).unwrap();
        std::fs::create_dir(&outside).unwrap();
        std::fs::write(inside.join("deeper/a"), "a").unwrap();
        std::fs::write(outside.join("b"), "b").unwrap();
        symlink("deeper/a", inside.join("near")).unwrap();
        symlink("../out/b", inside.join("away")).unwrap();
        let of = |name: &str, bounds: Bounds<'_>| text(&inside.join(name), SMALL, bounds);
        assert_eq!(of("near", Bounds::ItsFolder).unwrap(), "a");
        assert_eq!(of("away", Bounds::Anywhere).unwrap(), "b");
        assert!(matches!(
            of("away", Bounds::ItsFolder),
            Err(InputError::LeadsAway)
        ));
        let folders = [inside.clone()];
        assert_eq!(of("near", Bounds::Below(&folders)).unwrap(), "a");
        for name in ["away", "../out/b"] {
            let error = of(name, Bounds::Below(&folders));
            assert!(matches!(error, Err(InputError::Outside)), "{name}");
        }
        assert!(
            of("absent", Bounds::Below(&folders))
                .unwrap_err()
                .is_missing()
        );
    }

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        for path in [&*pipe, Path::new("/dev/zero"), folder.path()] {
            let error = text(path, SMALL, Bounds::Anywhere);
            assert!(matches!(error, Err(InputError::NotRegular(_))), "{path:?}");
            assert_eq!(beginning(path), None, "{path:?}");
        }
    }
}
