//! Seeded chance: the same seed throws the same numbers, on every machine.

/// SplitMix64: one word of state.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD1B5_4A32_D192_ED03) ^ 0x0e39_0127)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn from(&mut self, low: usize, high: usize) -> usize {
        let span = u64::try_from(high - low + 1).expect("it is small");
        low + usize::try_from(self.next() % span).expect("it is small")
    }

    /// True in so many of a hundred throws.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.from(1, 100) <= percent
    }

    /// One of several.
    pub(crate) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.from(0, all.len() - 1)].clone()
    }

    /// One of several, in so many of a hundred throws.
    pub(crate) fn maybe<T: Clone>(&mut self, percent: usize, all: &[T]) -> Option<T> {
        (self.percent(percent) && !all.is_empty()).then(|| self.pick(all))
    }

    /// Some of several, each once.
    pub(crate) fn some<T: Clone>(&mut self, percent: usize, all: &[T]) -> Vec<T> {
        let kept = all.iter().filter(|_| self.percent(percent));
        kept.cloned().collect()
    }
}
