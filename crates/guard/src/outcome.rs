//! How a wrapped command ended.

use std::process::ExitStatus;

/// How a wrapped command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It exited with this code.
    Code(u8),
    /// A signal with this number ended it.
    Signal(u8),
}

impl Outcome {
    /// Whether the command exited with code 0.
    #[must_use]
    pub fn success(self) -> bool {
        self == Self::Code(0)
    }

    /// The code to exit with in its place: its own, or 128 plus the number of the signal, as shells do.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Code(code) => code,
            Self::Signal(number) => 128_u8.saturating_add(number),
        }
    }
}

impl From<ExitStatus> for Outcome {
    fn from(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        let byte = |number: i32| u8::try_from(number & 0xff).unwrap_or(1);
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(byte(code)),
            (None, Some(number)) => Self::Signal(byte(number)),
            (None, None) => Self::Code(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn a_signal_becomes_the_code_a_shell_would_give() {
        assert_eq!(Outcome::from(ExitStatus::from_raw(2 << 8)), Outcome::Code(2));
        let killed = Outcome::from(ExitStatus::from_raw(9));
        assert_eq!((killed, killed.code(), killed.success()), (Outcome::Signal(9), 137, false));
    }
}
