//! Statistics of a rollout: pure functions, seeded, no I/O.
