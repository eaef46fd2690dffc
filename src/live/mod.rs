//! Reads what is: the live counterparts of what is declared, and what the stack owns.
