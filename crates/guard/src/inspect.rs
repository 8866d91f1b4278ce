//! Where the two halves of the guard meet: calls are carried on one side, judged on the other.

use bytes::Bytes;

/// A real provider that the guard stands in front of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Source address, as in `registry.terraform.io/hashicorp/aws`.
    pub source: String,
    /// Version in the dependency lock file.
    pub version: String,
    /// Plugin protocol it speaks: 5 or 6.
    pub protocol: u8,
}

/// Looks at unary calls on their way. It is called on a thread that may block.
pub trait Inspector: Send + Sync + 'static {
    /// Whether messages of the method (`PlanResourceChange`) are read. All others pass as a stream that nobody holds.
    fn reads(&self, method: &str) -> bool;

    /// An answer that is known before anybody asks, whatever the request: no process is started for it.
    fn known(&self, _provider: &Provider, _method: &str) -> Option<Bytes> {
        None
    }

    /// A request before the provider sees it. Some answer goes back in the provider's place, which is never called.
    fn request(&self, provider: &Provider, method: &str, request: &Bytes) -> Option<Bytes>;

    /// A successful answer on its way back; what is returned reaches Terraform.
    fn response(&self, provider: &Provider, method: &str, request: &Bytes, response: Bytes) -> Bytes;
}
