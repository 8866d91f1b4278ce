//! Instance types: their names and their shapes.

use std::fmt;
use std::str::FromStr;

/// A name that is no instance type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an instance type; write family and size, such as m7i.xlarge")]
pub struct NotAnInstanceType(pub String);

/// `m7i.xlarge`: family and size.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceType {
    name: String,
    dot: usize,
}

impl InstanceType {
    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// What stands before the dot: `m7i`.
    #[must_use]
    pub fn family(&self) -> &str {
        self.name.get(..self.dot).unwrap_or_default()
    }

    /// What stands after the dot: `xlarge`.
    #[must_use]
    pub fn size(&self) -> &str {
        self.name.get(self.dot + 1..).unwrap_or_default()
    }

    /// The first number of the family's name: 7 of `m7i`, 6 of `u-6tb1`; none of a name without one.
    #[must_use]
    pub fn generation(&self) -> Option<u8> {
        let digits = self.family().trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits.get(..end)?.parse().ok()
    }
}

impl InstanceType {
    /// Whether the family is built around an accelerator that is no GPU: Inferentia, Trainium, Gaudi, transcoders, FPGAs. It is
    /// paid for whether it is used or not. EC2 documents these families by their names.
    #[must_use]
    pub fn has_other_accelerator(&self) -> bool {
        let letters = self.family().split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
        ["inf", "trn", "dl", "vt", "f"].contains(&letters)
    }

    /// Whether it has disks of its own (instance store), whose data is gone once it is stopped: a `d` behind the generation, the
    /// families built around disks, and those from before disks were told by the name. "Instance store volumes" of the EC2 user guide.
    #[must_use]
    pub fn has_local_disks(&self) -> bool {
        let family = self.family();
        let letters = family.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
        let behind = family.get(letters.len()..).unwrap_or_default();
        // G and P have disks but for the first of them and g3.
        let accelerated = ["g", "p"].contains(&letters) && !["g3", "g3s", "p2", "p3"].contains(&family);
        behind.contains('d')
            || self.is_built_around_disks()
            || accelerated
            || ["c1", "c3", "m1", "m2", "m3", "r3", "x1", "x1e", "f1"].contains(&family)
    }

    /// Whether it is chosen for its disks: storage optimized.
    #[must_use]
    pub fn is_built_around_disks(&self) -> bool {
        let letters = self.family().split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
        ["d", "h", "hs", "i", "im", "is"].contains(&letters)
    }
}

impl FromStr for InstanceType {
    type Err = NotAnInstanceType;

    fn from_str(text: &str) -> Result<Self, NotAnInstanceType> {
        let part = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        match text.split_once('.') {
            Some((family, size)) if part(family) && part(size) => Ok(Self { name: text.to_owned(), dot: family.len() }),
            _ => Err(NotAnInstanceType(text.to_owned())),
        }
    }
}

impl fmt::Display for InstanceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Processor architecture, as EC2 and Kubernetes tell images apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Architecture {
    /// 64-bit Arm: Graviton.
    Arm64,
    /// 64-bit Intel and AMD.
    X86_64,
}

impl Architecture {
    /// EC2's name for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }
}

impl FromStr for Architecture {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "arm64" => Ok(Self::Arm64),
            "x86_64" | "amd64" => Ok(Self::X86_64),
            _ => Err(format!("`{text}` is not an architecture; write x86_64 or arm64")),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The GPUs of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gpu {
    /// `NVIDIA`, `AMD`, ...
    pub manufacturer: String,
    /// `A10G`, `T4`, ...
    pub name: String,
    /// How many.
    pub count: u32,
}

/// What an instance type is, apart from its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Virtual processors with the default threads per core.
    pub vcpu: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Processor architecture.
    pub architecture: Architecture,
    /// GPUs, when it has some.
    pub gpu: Option<Gpu>,
    /// Processor time is credited (the T families).
    pub burstable: bool,
    /// No hypervisor.
    pub bare_metal: bool,
    /// What EC2 calls a current generation.
    pub current_generation: bool,
}

/// A pattern for instance types: `*` stands for any characters, `?` for one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Glob(String);

impl Glob {
    /// A pattern of any text.
    pub(crate) fn of(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// Whether the whole text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (self.0.as_bytes(), text.as_bytes());
        let (mut p, mut t) = (0, 0);
        // After the last `*`, and how much of the text that one has taken: going back there alone is enough.
        let mut star: Option<(usize, usize)> = None;
        while let Some(got) = text.get(t) {
            match pattern.get(p) {
                Some(b'*') => {
                    p += 1;
                    star = Some((p, t));
                }
                Some(want) if want == got || *want == b'?' => {
                    p += 1;
                    t += 1;
                }
                _ => match &mut star {
                    Some((after, taken)) => {
                        *taken += 1;
                        (p, t) = (*after, *taken);
                    }
                    None => return false,
                },
            }
        }
        pattern.get(p..).unwrap_or_default().iter().all(|left| *left == b'*')
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Glob {
    type Err = String;

    /// At most 30 characters, as in EC2's own `allowed_instance_types`.
    fn from_str(text: &str) -> Result<Self, String> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.*?".contains(c);
        if (1..=30).contains(&text.len()) && text.chars().all(allowed) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "`{text}` is not a pattern for instance types; write one such as m7i.xlarge, m7*.xlarge or *.metal*"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_parts() {
        let it: InstanceType = "c7i-flex.2xlarge".parse().unwrap();
        assert_eq!((it.family(), it.size(), it.generation()), ("c7i-flex", "2xlarge", Some(7)));
        assert_eq!("u-12tb1.112xlarge".parse::<InstanceType>().unwrap().generation(), Some(12));
        for bad in ["", "m5", "m5.", ".large", "M5.large", "m5.large.x", "m5 .large"] {
            assert!(bad.parse::<InstanceType>().is_err(), "{bad}");
        }
    }

    #[test]
    fn accelerators_are_known_by_their_family() {
        let has = |text: &str| text.parse::<InstanceType>().unwrap().has_other_accelerator();
        assert!(has("inf2.xlarge") && has("trn1n.32xlarge") && has("f2.6xlarge") && has("dl1.24xlarge"));
        assert!(!has("i4i.xlarge") && !has("t3.large") && !has("g5.xlarge") && !has("d3en.xlarge"));
    }

    #[test]
    fn patterns_match_whole_names() {
        let matches = |pattern: &str, text: &str| pattern.parse::<Glob>().unwrap().matches(text);
        assert!(matches("m5.*", "m5.large") && matches("*.metal*", "c7i.metal-24xl") && matches("m?i.*", "m7i.large"));
        assert!(matches("*a*a*a*b", "aaaaaaaaaaab") && !matches("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaa"));
        assert!(!matches("m5.*", "m5a.large") && !matches("m5", "m5.large") && !matches("*.large", "m5.xlarge2"));
        assert!("".parse::<Glob>().is_err() && "m5.[a]".parse::<Glob>().is_err());
    }

    #[test]
    fn local_disks_are_told_by_the_family() {
        for (name, disks, built) in [
            ("m5d.large", true, false),
            ("r6idn.xlarge", true, false),
            ("x2iedn.xlarge", true, false),
            ("i3.large", true, true),
            ("i4i.large", true, true),
            ("im4gn.large", true, true),
            ("d3.xlarge", true, true),
            ("c3.large", true, false),
            ("g5.xlarge", true, false),
            ("g3.4xlarge", false, false),
            ("m5.large", false, false),
            ("c6in.large", false, false),
            ("inf1.xlarge", false, false),
            ("t3.micro", false, false),
        ] {
            let it: InstanceType = name.parse().unwrap();
            assert_eq!((it.has_local_disks(), it.is_built_around_disks()), (disks, built), "{name}");
        }
    }
}
