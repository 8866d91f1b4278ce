//! What plans cost: the resources of a plan as [`parapet_pricing`] prices them.

mod resources;

pub use resources::priced;
