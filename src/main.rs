//! The binary: calls the command line and hands its exit code to the operating system.

fn main() {}
