//! What AWS answers about prices, parsed. Fetching it is for who has the clients.

mod interruption;
mod price_list;
mod spot_history;

pub use interruption::{Advice, InterruptionData};
pub use price_list::{Listed, on_demand_linux};
pub use spot_history::SpotHistory;

/// An answer that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AwsDataError {
    /// Not JSON, or not the JSON it should be.
    #[error("{what} cannot be read as what {from} writes: {error}")]
    Syntax {
        /// The file or answer.
        what: String,
        /// Who writes such.
        from: &'static str,
        /// The parser's complaint.
        error: serde_json::Error,
    },
    /// A value in it that makes no sense.
    #[error("{what}: {place}: {message}")]
    Value {
        /// The file or answer.
        what: String,
        /// Where in it.
        place: String,
        /// What is wrong.
        message: String,
    },
}
