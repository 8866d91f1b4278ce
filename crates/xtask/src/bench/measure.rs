//! What a process used, as the operating system counted it.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde_json::{Value, json};

/// Unit of the peak memory that `getrusage` reports, in bytes.
const RSS_UNIT: u64 = if cfg!(target_os = "macos") { 1 } else { 1024 };

/// What one run of a command used.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// From start to end.
    pub wall_seconds: f64,
    /// Processor time outside the kernel, all threads.
    pub user_seconds: f64,
    /// Processor time in the kernel, all threads.
    pub system_seconds: f64,
    /// Largest resident set.
    pub peak_bytes: u64,
    /// `None` when a signal ended it.
    pub exit_code: Option<i32>,
}

impl Used {
    /// One line for the process that asked.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "wall_seconds": self.wall_seconds,
            "user_seconds": self.user_seconds,
            "system_seconds": self.system_seconds,
            "peak_bytes": self.peak_bytes,
            "exit_code": self.exit_code,
        })
    }

    /// Reads [`Self::to_json`].
    ///
    /// # Errors
    /// A field is missing.
    pub fn from_json(value: &Value) -> Result<Self> {
        let seconds = |name: &str| value.get(name).and_then(Value::as_f64).with_context(|| format!("no {name}"));
        Ok(Self {
            wall_seconds: seconds("wall_seconds")?,
            user_seconds: seconds("user_seconds")?,
            system_seconds: seconds("system_seconds")?,
            peak_bytes: value.get("peak_bytes").and_then(Value::as_u64).context("no peak_bytes")?,
            exit_code: value.get("exit_code").and_then(Value::as_i64).and_then(|code| i32::try_from(code).ok()),
        })
    }
}

/// Runs a command and says what it used; what it writes to standard output is thrown away.
///
/// `getrusage` speaks of all children together: call it from a process that has no other child. That process should be
/// small, because Linux counts the memory of a parent to the peak of the child it starts.
///
/// # Errors
/// The command cannot be started.
pub fn run(command: &[OsString]) -> Result<Used> {
    let (program, arguments) = command.split_first().context("no command to measure")?;
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let wall_seconds = start.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("cannot ask what the command used")?;
    Ok(Used {
        wall_seconds,
        user_seconds: seconds(usage.user_time()),
        system_seconds: seconds(usage.system_time()),
        peak_bytes: u64::try_from(usage.max_rss()).unwrap_or_default() * RSS_UNIT,
        exit_code: status.code(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a run are far below 2^53")]
fn seconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_time_of_a_child_are_counted() {
        // 64 MiB in one piece, touched by reading into it.
        let command = ["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=4"].map(OsString::from);
        let used = run(&command).unwrap();
        assert_eq!(used.exit_code, Some(0));
        assert!(used.peak_bytes >= 64 << 20, "{used:?}");
        assert!(used.wall_seconds > 0.0 && used.user_seconds + used.system_seconds > 0.0, "{used:?}");
        assert_eq!(Used::from_json(&used.to_json()).unwrap(), used);
    }

    #[test]
    fn a_command_that_does_not_exist_is_an_error() {
        assert!(run(&["no-such-command-anywhere".into()]).is_err());
    }
}
