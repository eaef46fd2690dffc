//! Who calls: the sandbox's access keys and the user behind them.

/// The account of a fresh sandbox.
pub const ACCOUNT: &str = "123456789012";
/// The user that calls.
pub const USER: &str = "sandbox";
/// The access key that works.
pub const ACCESS_KEY_ID: &str = "AKIASANDBOXEXAMPLE22";
/// Its secret. Signatures are verified against it; it opens nothing but a sandbox.
pub const SECRET_ACCESS_KEY: &str = "this/is/not/a/secret/sandbox/EXAMPLEKEY0";
/// A temporary access key, with the same secret, whose session has expired.
pub const EXPIRED_ACCESS_KEY_ID: &str = "ASIASANDBOXEXPIRED22";
/// AWS's own policy that allows everything: the one whose document the sandbox knows.
pub(crate) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
