//! Counts the steps of what could take longer the more there is of it, so that a test can hold what reading and reporting costs
//! to the size of the input. Outside of tests nothing is counted.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Some steps were taken.
pub(crate) fn steps(number: usize) {
    #[cfg(test)]
    STEPS.set(STEPS.get() + number);
    #[cfg(not(test))]
    let _ = number;
}

/// The steps that this thread has taken for something.
#[cfg(test)]
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = STEPS.get();
    let result = work();
    (result, STEPS.get() - before)
}
