//! Conditions taken apart: an operator such as `ForAnyValue:StringLikeIfExists` is a set, a base and a suffix, and a range
//! of addresses is an address and a length. Which operators IAM has is `check`'s; what a test means is decided by those who
//! read it.

use std::net::IpAddr;

/// A condition operator in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator<'a> {
    /// What stands before the colon: `ForAnyValue` or `ForAllValues` in a sound document.
    pub set: Option<&'a str>,
    /// `StringLike`.
    pub base: &'a str,
    /// Whether it also holds when the key is absent.
    pub if_exists: bool,
}

impl<'a> Operator<'a> {
    /// Takes an operator apart.
    pub fn of(text: &'a str) -> Self {
        let (set, rest) = match text.split_once(':') {
            Some((set, rest)) => (Some(set), rest),
            None => (None, text),
        };
        let base = rest.strip_suffix("IfExists");
        Self {
            set,
            base: base.unwrap_or(rest),
            if_exists: base.is_some(),
        }
    }

    /// Whether it holds for what is not named.
    pub fn is_negated(&self) -> bool {
        self.base.contains("Not")
    }
}

/// An address, or a range in CIDR notation: the address, and how many bits of it count.
pub fn address_range(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
    (bits <= most).then_some((address, bits))
}
