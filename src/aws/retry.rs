//! What may follow a failed request, as pure decisions: a remedy and the same request at once, a read again after
//! a while, or nothing. Doing it is `client`'s.

use std::time::{Duration, SystemTime};

use crate::cloud::backoff::Backoff;
use crate::cloud::{Class, Fault};

use super::fault::is_about_time;

/// An endpoint that cannot be reached is tried this often: enough for a hiccup of the network, and a wrong
/// endpoint is reported soon.
const UNREACHABLE_ATTEMPTS: u32 = 3;

/// Difference from AWS's clock that makes us doubt ours. Signatures are good for five minutes.
const DOUBT: Duration = Duration::from_mins(4);

/// How to wait before a read is sent again, after this many attempts; `None` to give up. What was throttled is
/// waited out at the gate, by everybody together, and is not asked about here.
pub(super) fn backoff(class: Class, attempts: u32, max_attempts: u32) -> Option<Backoff> {
    let (backoff, limit) = match class {
        Class::Transient => (Backoff::QUICK, max_attempts),
        Class::Unreachable => (Backoff::QUICK, max_attempts.min(UNREACHABLE_ATTEMPTS)),
        Class::Missing
        | Class::Exists
        | Class::Children
        | Class::Busy
        | Class::NotYet
        | Class::State
        | Class::Occupied
        | Class::Throttled
        | Class::Quota
        | Class::Denied
        | Class::Credentials
        | Class::Expired
        | Class::Invalid
        | Class::Unmodifiable
        | Class::Unexpected => return None,
    };
    (attempts < limit).then_some(backoff)
}

/// What makes a refused request worth sending again, writes included: AWS has looked at nothing but its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Sign by AWS's clock.
    Clock,
    /// Get new credentials.
    Renew,
}

/// The remedies that one call has used up. Each works once or not at all.
#[derive(Debug, Default)]
pub(super) struct Remedies {
    clock: bool,
    renew: bool,
}

impl Remedies {
    /// The remedy for a fault of a request signed at one time and answered at another, by AWS's clock.
    pub(super) fn choose(
        &mut self,
        fault: &Fault,
        signed_at: SystemTime,
        answered_at: Option<SystemTime>,
    ) -> Option<Remedy> {
        if !matches!(fault.class, Class::Credentials | Class::Expired) {
            return None;
        }
        let off = answered_at.is_some_and(|answered| {
            is_about_time(fault) || difference(signed_at, answered) > DOUBT
        });
        if off && !self.clock {
            self.clock = true;
            return Some(Remedy::Clock);
        }
        if fault.class == Class::Expired && !self.renew {
            self.renew = true;
            return Some(Remedy::Renew);
        }
        None
    }
}

fn difference(one: SystemTime, other: SystemTime) -> Duration {
    one.duration_since(other)
        .unwrap_or_else(|earlier| earlier.duration())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::cloud::Service;

    fn fault(class: Class, code: &str) -> Fault {
        Fault::new(class, Service::Iam, "GetRole", code, "")
    }

    #[test]
    fn reads_are_sent_again_only_when_time_may_heal() {
        assert_eq!(backoff(Class::Transient, 1, 6), Some(Backoff::QUICK));
        assert_eq!(backoff(Class::Transient, 6, 6), None);
        assert_eq!(backoff(Class::Unreachable, 2, 6), Some(Backoff::QUICK));
        assert_eq!(backoff(Class::Unreachable, 3, 6), None);
        assert_eq!(backoff(Class::Quota, 1, 6), None);
        assert_eq!(backoff(Class::NotYet, 1, 6), None);
    }

    #[test]
    fn expired_credentials_are_renewed_once() {
        let mut remedies = Remedies::default();
        let expired = fault(Class::Expired, "ExpiredToken");
        let now = UNIX_EPOCH + DOUBT;
        let choose = |remedies: &mut Remedies| remedies.choose(&expired, now, Some(now));
        assert_eq!(choose(&mut remedies), Some(Remedy::Renew));
        assert_eq!(choose(&mut remedies), None);
    }

    #[test]
    fn a_clock_that_is_far_off_is_doubted_before_the_credentials() {
        let mut remedies = Remedies::default();
        let expired = fault(Class::Expired, "RequestExpired");
        let late = Some(UNIX_EPOCH + DOUBT * 2);
        assert_eq!(
            remedies.choose(&expired, UNIX_EPOCH, late),
            Some(Remedy::Clock)
        );
        let other = remedies.choose(&expired, UNIX_EPOCH, late);
        assert_eq!(other, Some(Remedy::Renew));
    }

    #[test]
    fn without_aws_time_there_is_nothing_to_correct_by() {
        let mut remedies = Remedies::default();
        let skewed = fault(Class::Credentials, "RequestTimeTooSkewed");
        assert_eq!(remedies.choose(&skewed, UNIX_EPOCH, None), None);
        let now = Some(UNIX_EPOCH);
        assert_eq!(
            remedies.choose(&skewed, UNIX_EPOCH, now),
            Some(Remedy::Clock)
        );
        let denied = fault(Class::Denied, "AccessDenied");
        assert_eq!(remedies.choose(&denied, UNIX_EPOCH, now), None);
    }
}
