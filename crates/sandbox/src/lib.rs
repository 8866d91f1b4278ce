//! A local AWS.
pub mod clock;
pub mod events;
pub mod faults;
pub mod protocol;
pub mod services;
pub mod sigv4;
pub mod state;
