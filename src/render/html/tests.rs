//! The page as a whole and in pieces.
