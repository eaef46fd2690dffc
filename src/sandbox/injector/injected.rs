//! The faults and delays of one call: draws from seeded streams, one for each purpose.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::sandbox::ids::Entropy;
use crate::sandbox::random::{Random, mix};
use crate::sandbox::weather::{Draw, FaultKind, Weather};

#[derive(Debug, Clone)]
pub(crate) struct InjectedFaults {
    pub(crate) drawn: BTreeSet<FaultKind>,
    pub(crate) scripted: BTreeSet<FaultKind>,
    pub(crate) latency: SignedDuration,
    /// How long a transition of an association takes.
    pub(crate) association: SignedDuration,
    /// How long a transition of an instance takes.
    pub(crate) instance: SignedDuration,
    /// How long others do not see the write, if it is one.
    pub(crate) unseen: Unseen,
    pub(crate) entropy: Entropy,
}

/// How long a write stays unseen, as draws: the lengths depend on the weather at the time of the read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unseen {
    pub(crate) iam_to_ec2: Draw,
    pub(crate) iam_to_iam: Draw,
    pub(crate) ec2: Draw,
}

impl InjectedFaults {
    /// Whether this kind of fault happens, drawn or scripted.
    pub(crate) fn holds(&self, kind: FaultKind) -> bool {
        self.drawn.contains(&kind) || self.scripted(kind)
    }

    /// Whether the script asks for this kind of fault.
    pub(crate) fn scripted(&self, kind: FaultKind) -> bool {
        self.scripted.contains(&kind)
    }
}

/// What each stream of faults is for, in the order of [`Weather::odds`].
const PURPOSES: [&str; 9] = [
    "errors",
    "dropped",
    "lost",
    "stale",
    "concurrent",
    "conflicts",
    "arns",
    "capacity",
    "pages",
];

/// The streams, each of which moves on at every call.
#[derive(Debug)]
pub(super) struct Streams {
    faults: [Random; 9],
    delays: Random,
    ids: Random,
}

impl Streams {
    pub(super) fn new(seed: u64) -> Streams {
        let stream = |purpose| Random::new(seed, purpose);
        Streams {
            faults: PURPOSES.map(stream),
            delays: stream("delays"),
            ids: stream("ids"),
        }
    }

    pub(super) fn draw(&mut self, weather: &Weather, now: Timestamp) -> InjectedFaults {
        let clock = u64::try_from(now.as_nanosecond() & i128::from(u64::MAX)).unwrap_or_default();
        let drawn = self.faults(weather);
        let mut draw = || Draw::from(self.delays.next());
        InjectedFaults {
            drawn,
            scripted: BTreeSet::new(),
            latency: weather.latency.drawn(draw()),
            association: weather.association_delay.drawn(draw()),
            instance: weather.instance_delay.drawn(draw()),
            unseen: Unseen {
                iam_to_ec2: draw(),
                iam_to_iam: draw(),
                ec2: draw(),
            },
            entropy: Entropy(self.ids.next() ^ mix(clock)),
        }
    }

    fn faults(&mut self, weather: &Weather) -> BTreeSet<FaultKind> {
        let mut drawn = BTreeSet::new();
        for (stream, (_, kind, chance)) in self.faults.iter_mut().zip(weather.odds()) {
            let kind = match kind {
                FaultKind::ServerError if stream.next() & 1 == 1 => FaultKind::Unavailable,
                kind => kind,
            };
            if stream.chance(chance) {
                drawn.insert(kind);
            }
        }
        drawn
    }
}
