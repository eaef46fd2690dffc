//! Exit codes: every one has a name, a meaning and a test. They are documented in `docs/exit-codes.md`.

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done. For `plan --detailed-exitcode`: no changes.
    Done,
    /// Error; nothing was changed.
    Error,
    /// `plan --detailed-exitcode`: there are changes.
    Changes,
    /// Refused by a guard: account, region, protection, mass deletion.
    Refused,
    /// A saved plan is not good any more: AWS has moved, it has run, or its time is over.
    Stale,
    /// Some steps failed, the rest were applied or skipped.
    Partial,
    /// Applied, but AWS did not read back as declared in time.
    NotConverged,
    /// The command line was wrong.
    Usage,
    /// Done, or changes, but the result could not be written to stdout.
    Unwritten,
    /// Stopped by the user.
    Interrupted,
    /// `credentials exec`: as the command ended that was run.
    Child(u8),
}

impl Exit {
    /// The number the operating system gets.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Error => 1,
            Exit::Changes => 2,
            Exit::Refused => 3,
            Exit::Stale => 4,
            Exit::Partial => 5,
            Exit::NotConverged => 6,
            Exit::Usage => 64,
            Exit::Unwritten => 74,
            Exit::Interrupted => 130,
            Exit::Child(code) => code,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
