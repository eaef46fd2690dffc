//! Draws plans, reports, progress and problems. Computes nothing.
