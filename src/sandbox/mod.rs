//! An AWS look-alike in the process. Shares no code with the client.
