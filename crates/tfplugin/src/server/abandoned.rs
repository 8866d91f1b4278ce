//! Noticing that Terraform is gone without having said so: it was killed.
//!
//! Two signs together, since each alone may be harmless. A host may close its connections and come back (one that serves the provider
//! on to others through `TF_REATTACH_PROVIDERS` does so between the phases of a run, which a person's answer may lie between), and
//! what started the process may end on purpose while clients go on using it. With no client left and the parent dead, nobody can
//! come back: the address was told to the parent alone.

use std::future::pending;
use std::time::Duration;

use tokio::sync::watch;

/// How long to wait for the next client before looking: a parent that dies takes its connections with it at about the same time.
pub(crate) const PAUSE: Duration = Duration::from_secs(2);

/// Counts the clients that are connected.
#[derive(Clone, Debug)]
pub(crate) struct Clients(watch::Sender<usize>);

/// One connected client; gone when dropped.
#[derive(Debug)]
pub(crate) struct Client(watch::Sender<usize>);

impl Clients {
    pub(crate) fn none() -> Self {
        Self(watch::Sender::new(0))
    }

    pub(crate) fn arrive(&self) -> Client {
        self.0.send_modify(|count| *count += 1);
        Client(self.0.clone())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// The process that started this one, or whoever took its place when it died.
#[cfg(unix)]
pub(crate) fn parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

/// Where a process does not learn of its parent's death it cannot know that it was abandoned.
#[cfg(not(unix))]
pub(crate) fn parent() -> Option<u32> {
    None
}

/// Ends once a client has been there, none is any more, and the parent is no longer the one there was at the start.
pub(crate) async fn abandoned(
    clients: Clients,
    parent_at_start: Option<u32>,
    parent: impl Fn() -> Option<u32>,
    pause: Duration,
) {
    let mut count = clients.0.subscribe();
    if parent_at_start.is_none() || count.wait_for(|connected| *connected > 0).await.is_err() {
        return pending().await;
    }
    loop {
        // The sender is at hand, so that there is no error.
        let _none_left = count.wait_for(|connected| *connected == 0).await.map(drop);
        tokio::time::sleep(pause).await;
        if *count.borrow() == 0 && parent() != parent_at_start {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const PAUSE: Duration = Duration::from_millis(5);
    const LONG: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn only_without_clients_and_parent_is_it_abandoned() {
        let (clients, parent_id) = (Clients::none(), Arc::new(AtomicU32::new(7)));
        let current = Arc::clone(&parent_id);
        let wait = abandoned(clients.clone(), Some(7), move || Some(current.load(Ordering::Relaxed)), PAUSE);
        let mut wait = std::pin::pin!(wait);
        let mut ended = async || tokio::time::timeout(LONG, wait.as_mut()).await.is_ok();

        parent_id.store(1, Ordering::Relaxed);
        assert!(!ended().await, "no client has been there yet");
        parent_id.store(7, Ordering::Relaxed);
        let (one, two) = (clients.arrive(), clients.arrive());
        drop(one);
        assert!(!ended().await, "a client is left");
        drop(two);
        assert!(!ended().await, "the parent lives and may connect again");
        let again = clients.arrive();
        parent_id.store(1, Ordering::Relaxed);
        assert!(!ended().await, "a client outlives the parent");
        drop(again);
        assert!(ended().await, "nobody is left");
    }

    #[tokio::test]
    async fn where_parents_are_unknown_it_waits_for_ever() {
        let clients = Clients::none();
        let wait = abandoned(clients.clone(), None, || Some(1), PAUSE);
        drop(clients.arrive());
        assert!(tokio::time::timeout(LONG, wait).await.is_err());
    }
}
