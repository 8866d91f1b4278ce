//! Where the test provider keeps its objects.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value as Json;

/// Objects by kind and name, and the secrets that were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cloud {
    objects: Arc<Mutex<BTreeMap<String, Json>>>,
    secrets: Arc<Mutex<Vec<Option<String>>>>,
    reviewed: Arc<Mutex<Vec<Json>>>,
}

impl Cloud {
    pub(crate) fn put(&self, name: &str, object: Json) {
        self.objects.lock().unwrap().insert(name.to_owned(), object);
    }

    pub(crate) fn get(&self, name: &str) -> Option<Json> {
        self.objects.lock().unwrap().get(name).cloned()
    }

    pub(crate) fn delete(&self, name: &str) {
        self.objects.lock().unwrap().remove(name);
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }

    pub(crate) fn send_secret(&self, secret: Option<String>) {
        self.secrets.lock().unwrap().push(secret);
    }

    pub(crate) fn review(&self, change: Json) {
        self.reviewed.lock().unwrap().push(change);
    }

    /// Every change that was reviewed since the last call, in order.
    pub(crate) fn reviewed(&self) -> Vec<Json> {
        std::mem::take(&mut *self.reviewed.lock().unwrap())
    }

    /// Every secret that a create or update was given, in order.
    pub(crate) fn secrets(&self) -> Vec<Option<String>> {
        self.secrets.lock().unwrap().clone()
    }
}
