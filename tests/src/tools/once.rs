//! Making a directory once, whichever of many test processes comes first.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Skip;
use crate::checkout;

/// A failure is remembered this long, so that a hundred test processes do not each wait for the same dead network.
const FAILURE_HOLDS: Duration = Duration::from_secs(15 * 60);

/// The directory `target/e2e/NAME`, made by `make` unless it was made for the same `key` before.
///
/// `make` gets an empty directory; what it leaves after an error is removed.
pub(super) fn once(name: &str, key: &str, make: impl FnOnce(&Path) -> Result<(), Skip>) -> Result<PathBuf, Skip> {
    once_in(&checkout::e2e(), name, key, make)
}

fn once_in(base: &Path, name: &str, key: &str, make: impl FnOnce(&Path) -> Result<(), Skip>) -> Result<PathBuf, Skip> {
    let place = Place::new(base, name);
    if place.is_ready(key) {
        return Ok(place.dir);
    }
    if let Some(failure) = place.recent_failure() {
        return Err(failure);
    }
    fs::create_dir_all(base).map_err(|e| Skip::because(name, e))?;
    let lock = File::create(&place.lock).map_err(|e| Skip::because(name, e))?;
    lock.lock().map_err(|e| Skip::because(name, e))?;
    if place.is_ready(key) {
        return Ok(place.dir);
    }
    if let Some(failure) = place.recent_failure() {
        return Err(failure);
    }
    let made = place.clear().map_err(|e| Skip::because(name, e)).and_then(|()| make(&place.dir));
    match made.and_then(|()| fs::write(&place.ready, key).map_err(|e| Skip::because(name, e))) {
        Ok(()) => Ok(place.dir),
        Err(skip) => {
            // Best effort: the reason is reported either way.
            let _removed = fs::remove_dir_all(&place.dir);
            let _recorded = fs::write(&place.missing, &skip.0);
            Err(skip)
        }
    }
}

/// Forgets what could not be had, so that the next use tries again.
///
/// # Errors
/// A record cannot be removed.
pub fn forget_failures() -> io::Result<()> {
    let Ok(entries) = fs::read_dir(checkout::e2e()) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "missing") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

struct Place {
    dir: PathBuf,
    ready: PathBuf,
    missing: PathBuf,
    lock: PathBuf,
}

impl Place {
    fn new(base: &Path, name: &str) -> Self {
        let file = |kind: &str| base.join(format!("{name}.{kind}"));
        Self { dir: base.join(name), ready: file("ready"), missing: file("missing"), lock: file("lock") }
    }

    fn is_ready(&self, key: &str) -> bool {
        self.dir.is_dir() && fs::read_to_string(&self.ready).is_ok_and(|found| found == key)
    }

    fn recent_failure(&self) -> Option<Skip> {
        let age = fs::metadata(&self.missing).ok()?.modified().ok()?.elapsed().ok()?;
        (age < FAILURE_HOLDS).then(|| fs::read_to_string(&self.missing).ok().map(Skip)).flatten()
    }

    fn clear(&self) -> io::Result<()> {
        for stale in [&self.ready, &self.missing] {
            if stale.exists() {
                fs::remove_file(stale)?;
            }
        }
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir)?;
        }
        fs::create_dir_all(&self.dir)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(dir: &Path) -> Result<(), Skip> {
        fs::write(dir.join("tool"), "").map_err(|e| Skip::because("tool", e))
    }

    #[test]
    fn makes_once_and_again_for_a_new_key_or_a_lost_directory() {
        let base = tempfile::tempdir().unwrap();
        let dir = once_in(base.path(), "it", "key 1", write).unwrap();
        assert!(dir.join("tool").exists());
        let never = |_: &Path| panic!("made twice");
        assert_eq!(once_in(base.path(), "it", "key 1", never).unwrap(), dir);
        fs::write(dir.join("stale"), "").unwrap();
        once_in(base.path(), "it", "key 2", write).unwrap();
        assert!(!dir.join("stale").exists());
        fs::remove_dir_all(&dir).unwrap();
        once_in(base.path(), "it", "key 2", write).unwrap();
        assert!(dir.join("tool").exists());
    }

    #[test]
    fn remembers_a_failure_and_leaves_nothing_half_made() {
        let base = tempfile::tempdir().unwrap();
        let fail = |dir: &Path| write(dir).and_then(|()| Err(Skip("no network".to_owned())));
        assert_eq!(once_in(base.path(), "it", "key", fail), Err(Skip("no network".to_owned())));
        assert!(!base.path().join("it").exists());
        let never = |_: &Path| panic!("tried again at once");
        assert_eq!(once_in(base.path(), "it", "key", never), Err(Skip("no network".to_owned())));
    }

    #[test]
    fn makes_once_for_many_at_the_same_time() {
        let base = tempfile::tempdir().unwrap();
        let made = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    once_in(base.path(), "it", "key", |dir| {
                        made.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(50));
                        write(dir)
                    })
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }
}
