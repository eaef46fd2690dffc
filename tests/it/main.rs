//! The tests that see the crate from outside: one binary, a file per subject. Tests of a single module's inner
//! working stand beside the code.

#[cfg(test)]
mod bless;
#[cfg(test)]
mod circles;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod house;
#[cfg(test)]
mod library;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod rehearsal;
#[cfg(test)]
mod saved;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod specs;
#[cfg(test)]
mod support;
#[cfg(test)]
mod survey;
