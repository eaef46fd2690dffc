//! A small seeded generator, so that equal seeds give equal weather. Not for secrets.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): one word of state.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// A stream of its own for each `purpose`, so that asking one thing more often does not change another.
    pub(crate) fn new(seed: u64, purpose: &str) -> Random {
        let state = purpose
            .bytes()
            .fold(seed, |state, byte| mix(state ^ u64::from(byte)));
        Random { state }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.state)
    }

    /// True with the given probability. Always draws, so that a changed probability keeps the rest of the stream.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        // The upper 32 bits as a fraction of 1: exact in an f64.
        let upper = u32::try_from(self.next() >> 32).unwrap_or(u32::MAX);
        f64::from(upper) / 4_294_967_296.0 < probability
    }
}

/// The finalizer of SplitMix64: every input bit moves about half of the output bits.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn equal_seeds_repeat_and_purposes_differ() {
        let draw = |seed, purpose| {
            let mut random = Random::new(seed, purpose);
            [random.next(), random.next(), random.next()]
        };
        assert_eq!(draw(7, "lost"), draw(7, "lost"));
        assert_ne!(draw(7, "lost"), draw(8, "lost"));
        assert_ne!(draw(7, "lost"), draw(7, "errors"));
    }

    #[test]
    fn chances_are_about_as_frequent_as_asked() {
        let mut random = Random::new(1, "coin");
        let heads = (0..10_000).filter(|_| random.chance(0.25)).count();
        assert!((2_300..2_700).contains(&heads), "{heads}");
        assert!(!(0..1_000).any(|_| random.chance(0.0)));
        assert!((0..1_000).all(|_| random.chance(1.0)));
    }
}
