//! What things cost: money, price sources, the price book, estimates of what is planned, and the choice of instance types on the Spot market.
//!
//! Nothing here talks to a network. What AWS answers is parsed by [`aws`] and fetched by who has the clients; without any
//! of it the embedded reference [`book`] gives prices and names itself as their source. A price that is not known is
//! [`Price::Unknown`], never zero.

pub mod aws;
pub mod book;
pub mod estimate;
pub mod instance;
pub mod money;
pub mod recommend;
pub mod source;
pub mod spot;

pub use book::Book;
pub use estimate::Estimate;
pub use instance::{Architecture, Glob, Gpu, InstanceType, Shape};
pub use money::{Currency, Decimal, Money, MoneyError};
pub use source::{Price, Quote, Source, SourceKind};
