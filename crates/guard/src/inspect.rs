//! Where the two halves of the guard meet: calls are carried on one side, judged on the other.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::saved::Names;

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

/// Stack of the threads that an inspector is called on: policies are evaluated where the call is.
pub const STACK_BYTES: usize = parapet_policy::Engine::STACK_BYTES;

/// Looks at unary calls on their way. It is called on a thread that may block and has [`STACK_BYTES`] of stack.
pub trait Inspector: Send + Sync + 'static {
    /// Whether messages of the method (`PlanResourceChange`) are read. All others pass as a stream that nobody holds.
    fn reads(&self, method: &str) -> bool;

    /// An answer that is known before anybody asks, whatever the request: no process is started for it.
    fn known(&self, _provider: &Provider, _method: &str) -> Option<Bytes> {
        None
    }

    /// [`Self::known`], where nothing has to be in it that a plan does not name.
    fn known_of(&self, provider: &Provider, method: &str, _names: &Names) -> Option<Bytes> {
        self.known(provider, method)
    }

    /// A request before the provider sees it. Some answer goes back in the provider's place, which is never called.
    fn request(&self, provider: &Provider, method: &str, request: &Bytes) -> Option<Bytes>;

    /// A successful answer on its way back; what is returned reaches Terraform.
    fn response(&self, provider: &Provider, method: &str, request: &Bytes, response: Bytes) -> Bytes;
}

/// An inspector that is still being made while providers are verified and started. Whoever has a question for it waits: it has
/// to be there before a command is run.
#[derive(Default)]
pub struct Awaited(OnceLock<Arc<dyn Inspector>>);

impl Awaited {
    /// Here it is. Another one than the first changes nothing.
    pub fn arrive(&self, inspector: Arc<dyn Inspector>) {
        self.0.get_or_init(|| inspector);
    }
}

impl Inspector for Awaited {
    fn reads(&self, method: &str) -> bool {
        self.0.wait().reads(method)
    }

    fn known(&self, provider: &Provider, method: &str) -> Option<Bytes> {
        self.0.wait().known(provider, method)
    }

    fn known_of(&self, provider: &Provider, method: &str, names: &Names) -> Option<Bytes> {
        self.0.wait().known_of(provider, method, names)
    }

    fn request(&self, provider: &Provider, method: &str, request: &Bytes) -> Option<Bytes> {
        self.0.wait().request(provider, method, request)
    }

    fn response(&self, provider: &Provider, method: &str, request: &Bytes, response: Bytes) -> Bytes {
        self.0.wait().response(provider, method, request, response)
    }
}
