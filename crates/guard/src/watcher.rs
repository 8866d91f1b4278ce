//! Ends providers whose guard was killed.
//!
//! A provider has no reason to end when its host disappears. A process that only waits for the guard's end of a pipe to close
//! kills them then, whatever ended the guard, and removes its private directory. It is a shell script because every system that
//! has unix sockets has a shell, and because nothing of the guard may be needed once the guard is gone.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
pids=
while read -r what pid; do
  case $what in
    +) pids="$pids $pid" ;;
    -) left=
       for one in $pids; do [ "$one" = "$pid" ] || left="$left $one"; done
       pids=$left ;;
  esac
done
for one in $pids; do kill -KILL "$one" 2>/dev/null; done
rm -rf -- "$1"
"#;

/// The process that waits.
pub(crate) struct Watcher {
    child: Child,
    pipe: Mutex<Option<ChildStdin>>,
}

impl Watcher {
    /// Starts one that removes `directory` at the end.
    ///
    /// # Errors
    /// There is no shell.
    pub(crate) fn start(directory: &Path) -> io::Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "parapet-guard-watcher"]).arg(directory).current_dir("/");
        // A group of its own: neither Ctrl-C nor the signal that kills the guard's group reaches it.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let pipe = Mutex::new(child.stdin.take());
        Ok(Self { child, pipe })
    }

    /// A process that must not outlive the guard.
    pub(crate) fn add(&self, pid: u32) {
        self.tell(&format!("+ {pid}\n"));
    }

    /// A process that has ended. Its number may belong to another one soon.
    pub(crate) fn remove(&self, pid: u32) {
        self.tell(&format!("- {pid}\n"));
    }

    fn tell(&self, line: &str) {
        if let Some(pipe) = self.pipe.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            // Somebody killed the watcher; the guard itself still ends every provider.
            let _watched = pipe.write_all(line.as_bytes());
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take());
        let _reaped = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_end_of_the_pipe_those_not_taken_back_are_killed() {
        let directory = tempfile::tempdir().unwrap().keep();
        let sleep = || Command::new("sleep").arg("60").spawn().unwrap();
        let (mut one, mut two, mut three) = (sleep(), sleep(), sleep());
        let watcher = Watcher::start(&directory).unwrap();
        for child in [&one, &two, &three] {
            watcher.add(child.id());
        }
        watcher.remove(two.id());
        drop(watcher);
        assert!(!one.wait().unwrap().success() && !three.wait().unwrap().success());
        assert!(two.try_wait().unwrap().is_none(), "was taken back");
        two.kill().unwrap();
        two.wait().unwrap();
        assert!(!directory.exists());
    }
}
