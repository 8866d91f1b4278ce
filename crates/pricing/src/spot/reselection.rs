//! Whether a choice made earlier still stands.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::assess::Assessed;
use super::candidate::Candidate;
use super::infeasible::Infeasible;
use super::mean::Window;
use super::requirements::Requirements;
use super::select::{assessed, select};
use super::selection::{Reason, Selection};
use crate::instance::InstanceType;

/// When to choose again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reselection {
    /// Never; a breach is still told.
    #[default]
    Pinned,
    /// When the earlier choice no longer fulfils the requirements.
    OnBreach,
    /// Whenever another choice would be made today.
    Always,
}

impl FromStr for Reselection {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "pinned" => Ok(Self::Pinned),
            "on_breach" => Ok(Self::OnBreach),
            "always" => Ok(Self::Always),
            _ => Err(format!("`{text}` is none of pinned, on_breach, always")),
        }
    }
}

/// An earlier choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior {
    /// The types that were chosen.
    pub instance_types: BTreeSet<InstanceType>,
}

/// What an earlier choice no longer fulfils.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// A type is no longer offered here, or not known any more.
    Gone {
        /// The type.
        instance_type: InstanceType,
    },
    /// A type no longer fits.
    Unfit {
        /// The type.
        instance_type: InstanceType,
        /// Why.
        reason: Reason,
        /// The figure that is to blame, for a person; empty where there is none.
        figure: String,
    },
    /// The types are no longer of one shape, or there are fewer types or families than asked.
    Requirements {
        /// The attribute to blame.
        attribute: &'static str,
        /// What is wrong.
        message: String,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone { instance_type } => write!(f, "{instance_type} is no longer offered here"),
            Self::Unfit { instance_type, reason, figure } if figure.is_empty() => {
                write!(f, "{instance_type}: {}", reason.phrase())
            }
            Self::Unfit { instance_type, reason, figure } => {
                write!(f, "{instance_type}: {} ({figure})", reason.phrase())
            }
            Self::Requirements { attribute, message } => write!(f, "{attribute}: {message}"),
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Decision {
    /// Keep the earlier choice. Breaches are told by `on_breach = error|warn`; there are none unless the choice is pinned.
    Keep {
        /// What it no longer fulfils.
        breaches: Vec<Breach>,
    },
    /// Take another choice.
    Reselect {
        /// What the earlier one no longer fulfils; empty when another one is merely better.
        breaches: Vec<Breach>,
        /// The new one.
        selection: Box<Selection>,
    },
    /// The earlier choice no longer stands, and there is no other.
    Stuck {
        /// What the earlier one no longer fulfils.
        breaches: Vec<Breach>,
        /// Why there is no other.
        infeasible: Box<Infeasible>,
    },
}

/// Decides whether an earlier choice stands. A figure that has become unknown is no breach: an API that does not answer must not
/// replace nodes.
#[must_use]
pub fn reselect(
    mode: Reselection,
    prior: &Prior,
    requirements: &Requirements,
    candidates: &[Candidate],
    window: Option<Window>,
) -> Decision {
    let breaches = breaches(prior, requirements, candidates, window);
    let again = match mode {
        Reselection::Pinned => false,
        Reselection::OnBreach => !breaches.is_empty(),
        Reselection::Always => true,
    };
    if !again {
        return Decision::Keep { breaches };
    }
    match select(requirements, candidates, window) {
        Ok(selection) => {
            let same = selection.chosen.len() == prior.instance_types.len()
                && selection.chosen.iter().all(|it| prior.instance_types.contains(&it.instance_type));
            if same {
                Decision::Keep { breaches }
            } else {
                Decision::Reselect { breaches, selection: Box::new(selection) }
            }
        }
        Err(_) if breaches.is_empty() => Decision::Keep { breaches },
        Err(infeasible) => Decision::Stuck { breaches, infeasible },
    }
}

fn breaches(
    prior: &Prior,
    requirements: &Requirements,
    candidates: &[Candidate],
    window: Option<Window>,
) -> Vec<Breach> {
    let all = assessed(requirements, candidates, window);
    let mut found = Vec::new();
    let mut kept: Vec<&Assessed<'_>> = Vec::new();
    for instance_type in &prior.instance_types {
        let Ok(index) = all.binary_search_by_key(&instance_type, |it| &it.candidate.instance_type) else {
            found.push(Breach::Gone { instance_type: instance_type.clone() });
            continue;
        };
        let Some(it) = all.get(index) else { continue };
        kept.push(it);
        if let Some(reason) = it.reasons.without(unknown()).first() {
            let figure = figure(it, reason);
            found.push(Breach::Unfit { instance_type: instance_type.clone(), reason, figure });
        }
    }
    let mut unmet = |attribute, message| found.push(Breach::Requirements { attribute, message });
    let (types, families) = (
        prior.instance_types.len(),
        prior.instance_types.iter().map(InstanceType::family).collect::<BTreeSet<_>>().len(),
    );
    if types < requirements.min_instance_types {
        unmet("min_instance_types", format!("{types} types, {} are asked", requirements.min_instance_types));
    }
    if types > requirements.max_instance_types {
        unmet("max_instance_types", format!("{types} types, at most {} are asked", requirements.max_instance_types));
    }
    if families < requirements.min_families {
        unmet("min_families", format!("{families} families, {} are asked", requirements.min_families));
    }
    let shapes: BTreeSet<_> = kept.iter().map(|it| it.group()).collect();
    if shapes.len() > 1 {
        let shapes: Vec<String> = shapes.iter().map(ToString::to_string).collect();
        unmet("instance_types", format!("the types have different shapes: {}", shapes.join("; ")));
    }
    found
}

fn unknown() -> super::assess::Reasons {
    super::assess::Reasons::of(&[
        Reason::ZonesUnknown,
        Reason::OnDemandUnknown,
        Reason::SpotUnknown,
        Reason::InterruptionUnknown,
        Reason::PlacementUnknown,
    ])
}

fn figure(it: &Assessed<'_>, reason: Reason) -> String {
    match reason {
        Reason::Savings => it.savings.map(|savings| format!("{}%", savings.round_dp(1).normalize())),
        Reason::Interruption => it.candidate.interruption.as_ref().map(|it| it.bucket.to_string()),
        Reason::Placement => it.candidate.placement_score.map(|score| score.to_string()),
        Reason::Zones => it.zones.map(|zones| zones.to_string()),
        _ => None,
    }
    .unwrap_or_default()
}
