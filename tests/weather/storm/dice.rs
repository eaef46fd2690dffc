//! Seeded chance: the same seed throws the same numbers, on every machine.

/// SplitMix64: one word of state.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0xD1B5_4A32_D192_ED03) ^ 0x5708_2025);
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn from(&mut self, low: usize, high: usize) -> usize {
        let span = u64::try_from(high - low + 1).expect("it is small");
        low + usize::try_from(self.next() % span).expect("it is small")
    }

    /// From 0 up to `most`, in steps of a thousandth of it.
    pub(super) fn share(&mut self, most: f64) -> f64 {
        let thousandths = u32::try_from(self.from(0, 1000)).expect("it is small");
        most * f64::from(thousandths) / 1000.0
    }

    /// True in so many of a hundred throws.
    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.from(1, 100) <= percent
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.from(0, all.len() - 1)]
    }

    /// One of several, or none when there are none or so many of a hundred throws say so.
    pub(super) fn maybe<T: Clone>(&mut self, percent: usize, all: &[T]) -> Option<T> {
        let hit = self.percent(percent);
        (hit && !all.is_empty()).then(|| self.pick(all).clone())
    }
}
