//! The token by which EC2 knows a launch: equal launches have equal tokens, so that sending one again, after a lost
//! answer or by the next run after a crash, never launches twice.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Which launch it is.
pub(super) struct Launch<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) stack: &'a str,
    pub(super) name: &'a str,
    /// The ids of the instances that were this resource before, sorted: after a termination the next launch is
    /// another one.
    pub(super) predecessors: Vec<&'a str>,
}

/// 64 hexadecimal digits, the most that EC2 takes (EC2 API reference, RunInstances).
pub(super) fn token(launch: &Launch<'_>) -> String {
    let Launch {
        account,
        region,
        stack,
        name,
        predecessors,
    } = launch;
    let mut hash = Sha256::new();
    // None of these can hold a line break.
    for part in [account, region, stack, name]
        .into_iter()
        .chain(predecessors)
    {
        hash.update(part);
        hash.update("\n");
    }
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(region: &str, name: &str, predecessors: &[&str]) -> String {
        token(&Launch {
            account: "123456789012",
            region,
            stack: "shop",
            name,
            predecessors: predecessors.to_vec(),
        })
    }

    #[test]
    fn a_launch_has_one_token_and_every_other_launch_another() {
        let first = of("us-east-1", "web", &[]);
        assert_eq!(first, of("us-east-1", "web", &[]));
        assert_eq!(first.len(), 64);
        let others = [
            of("us-east-1", "db", &[]),
            of("eu-west-1", "web", &[]),
            of("us-east-1", "web", &["i-11111111"]),
            of("us-east-1", "web", &["i-22222222"]),
            of("us-east-1", "web", &["i-11111111", "i-22222222"]),
        ];
        assert!(others.iter().all(|other| *other != first));
        assert_ne!(others[2], others[3]);
        assert_ne!(others[2], others[4]);
    }
}
