//! A gate as it is configured, in the terms of those who work with it: what is judged, what is asked, for how long.

use parapet_analysis::{Analysis, AnalysisError, Direction, Kind};
use parapet_metrics::{ARM, Arms, Asked, PERIOD, Queries, Texts, WINDOW};
use tfplugin::path::{Field, Path};
use tfplugin::prelude::*;

use super::model::{Anomaly, CloudWatch, Metric, RolloutGate};
use super::stages::{Stage, stages};
use crate::duration;

/// Most windows of one answer: Prometheus refuses more points.
pub(crate) const MOST_WINDOWS: i64 = 11_000;
/// How late CloudWatch is, in seconds, where nothing is said.
const CLOUDWATCH_DELAY: i64 = 120;

/// What to do about data that do not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reaction {
    Hold,
    RollBack,
    Extend,
}

impl Reaction {
    fn named(name: &str) -> Self {
        match name {
            "hold" => Self::Hold,
            "rollback" => Self::RollBack,
            _ => Self::Extend,
        }
    }
}

/// What is judged, and how to ask for it.
#[derive(Clone, Debug)]
pub(crate) struct Judging {
    pub(crate) analysis: Analysis,
    pub(crate) queries: Queries,
    /// Length of a window, in seconds.
    pub(crate) window: i64,
    /// Windows of history.
    pub(crate) history: i64,
}

/// The arguments that say what is judged: those of the resource, or of the data source.
pub(crate) struct Asking<'a> {
    pub(crate) metrics: &'a [Metric],
    pub(crate) canary: Option<&'a str>,
    pub(crate) baseline: Option<&'a str>,
    pub(crate) halves: Option<&'a [String]>,
    pub(crate) anomaly: Option<&'a Anomaly>,
    pub(crate) false_positive_rate: f64,
    pub(crate) window: &'a str,
    pub(crate) warm_up: &'a str,
    /// Whether CloudWatch is asked.
    pub(crate) is_cloudwatch: bool,
}

/// Everything a rollout goes by.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) judging: Judging,
    pub(crate) stages: Vec<Stage>,
    pub(crate) on_no_data: Reaction,
    pub(crate) on_inconclusive: Reaction,
    /// Seconds.
    pub(crate) max_duration: i64,
    /// How late data are, in seconds.
    pub(crate) delay: i64,
}

impl Settings {
    pub(crate) fn of(gate: &RolloutGate) -> Result<Self> {
        let paths = RolloutGate::paths();
        let asking = Asking {
            metrics: &gate.metric,
            canary: gate.canary_matchers.as_deref(),
            baseline: gate.baseline_matchers.as_deref(),
            halves: gate.half_matchers.as_deref(),
            anomaly: gate.anomaly.as_ref(),
            false_positive_rate: gate.false_positive_rate,
            window: &gate.window,
            warm_up: &gate.warm_up,
            is_cloudwatch: gate.cloudwatch.is_some(),
        };
        let delay = gate.cloudwatch.as_ref().map_or(Ok(0), cloudwatch_delay)?;
        Ok(Self {
            judging: asking.judging(&paths.metric)?,
            stages: stages(&gate.strategy, &gate.step)
                .map_err(|problem| Error::new("Steps that lead nowhere").detail(problem).at(&paths.step))?,
            on_no_data: Reaction::named(&gate.on_no_data),
            on_inconclusive: Reaction::named(&gate.on_inconclusive),
            max_duration: seconds(&gate.max_duration)?,
            delay,
        })
    }
}

impl Asking<'_> {
    /// Checks everything that is known without asking anybody. `at` is where the metrics stand.
    pub(crate) fn judging(&self, at: &Field<Vec<Metric>>) -> Result<Judging> {
        let root = |name: &str| Path::root().attribute(name);
        let window = seconds(self.window)?;
        if window < 1 {
            return Err(Error::new("A window without length").detail("`window` is at least 1s.").at(root("window")));
        }
        if self.is_cloudwatch && !matches!(window, 1 | 5 | 10 | 30) && window % 60 != 0 {
            return Err(Error::new("A window that CloudWatch does not have")
                .detail("CloudWatch has periods of 1, 5, 10 and 30 seconds and of whole minutes.")
                .at(root("window")));
        }
        let windows = |text: &str| seconds(text).map(|it| it / window);
        let mut asked = Vec::new();
        for (index, metric) in self.metrics.iter().enumerate() {
            if self.is_cloudwatch && metric.kind == "latency" {
                return Err(Error::new(format!("The metric {} cannot be asked for", metric.name))
                    .detail("CloudWatch has no histograms: count slow requests as an `error_ratio`, with the statistic TC(0.25:).")
                    .at(at.index(index).path().attribute("kind")));
            }
            let one = metric.asked(self.canary, self.baseline);
            asked.push(one.map_err(|(field, problem)| {
                let path = at.index(index).path().attribute(field);
                Error::new(format!("The metric {} cannot be asked for", metric.name)).detail(problem).at(path)
            })?);
        }
        let history = self.anomaly.map_or(Ok(0), |it| windows(&it.training_window))?;
        if history > MOST_WINDOWS {
            let detail = format!("{history} windows: take a longer `window`, or at most {MOST_WINDOWS} of them.");
            return Err(Error::new("Too much history for one answer").detail(detail).at(root("anomaly")));
        }
        let halves = match self.halves {
            Some([one, other]) if one != other => Some((one.clone(), other.clone())),
            Some(_) => {
                return Err(Error::new("No two halves")
                    .detail("Give two matchers that differ.")
                    .at(root("half_matchers")));
            }
            None => None,
        };
        let arm = |matchers: Option<&str>| matchers.unwrap_or_default().to_owned();
        let analysis = Analysis {
            metrics: asked.iter().map(|it| it.metric.clone()).collect(),
            false_positive_rate: self.false_positive_rate,
            warm_up: usize::try_from(windows(self.warm_up)?).unwrap_or_default(),
            anomaly: self.anomaly.map(Anomaly::of_analysis),
            ..Analysis::default()
        };
        analysis.validate().map_err(|error| {
            let place = if matches!(&error, AnalysisError::Setting { setting, .. } if setting == "false_positive_rate")
            {
                root("false_positive_rate")
            } else {
                at.path().clone()
            };
            Error::new("A gate that cannot judge").detail(error.to_string()).at(place)
        })?;
        let arms = Arms { canary: arm(self.canary), baseline: arm(self.baseline), halves };
        Ok(Judging { analysis, queries: Queries { metrics: asked, arms }, window, history })
    }
}

impl Anomaly {
    fn of_analysis(&self) -> parapet_analysis::Anomaly {
        let defaults = parapet_analysis::Anomaly::default();
        let count =
            |given: Option<i64>, default: usize| given.and_then(|it| usize::try_from(it).ok()).unwrap_or(default);
        parapet_analysis::Anomaly {
            min_training: count(self.min_windows, defaults.min_training),
            calibration: count(self.calibration_windows, defaults.calibration),
            seed: self.seed.and_then(|it| u64::try_from(it).ok()).unwrap_or(defaults.seed),
        }
    }
}

type Wrong = (&'static str, String);

impl Metric {
    /// What to ask; `Err` names the argument to blame.
    fn asked(&self, canary: Option<&str>, baseline: Option<&str>) -> Result<Asked, Wrong> {
        let told_apart = canary.is_some() && baseline.is_some() && canary != baseline;
        let other = |field: &'static str, query: &str, given: Option<&String>| match given {
            Some(own) => Ok(own.clone()),
            None if query.contains(ARM) && told_apart => Ok(query.to_owned()),
            None => Err((
                field,
                format!(
                    "It would ask the same of both releases. Put {ARM} into it and set `canary_matchers` and `baseline_matchers`, or \
                     give a query of its own for the stable release."
                ),
            )),
        };
        let all = [
            ("canary_query", Some(&self.canary_query)),
            ("baseline_query", self.baseline_query.as_ref()),
            ("total_query", self.total_query.as_ref()),
            ("baseline_total_query", self.baseline_total_query.as_ref()),
        ];
        for (field, query) in all {
            let Some(query) = query else { continue };
            if !query.contains(WINDOW) && !query.contains(PERIOD) {
                // An instant selector answers with samples of up to five minutes ago: a service that is gone would look steady.
                let how = "write increase(...[$window]), or avg_over_time(...[$window]) of a gauge";
                return Err((
                    field,
                    format!("It has neither {WINDOW} nor {PERIOD}, so that it would also see older samples; {how}."),
                ));
            }
            if let Some(problem) = parapet_metrics::per_second(query).filter(|_| self.kind != "gauge") {
                return Err((field, format!("{query}: {problem}.")));
            }
            if query.contains(ARM) && !told_apart {
                let need = "Set `canary_matchers` and `baseline_matchers`, which differ";
                return Err((field, format!("{need}: they stand for {ARM}.")));
            }
        }
        let query = other("canary_query", &self.canary_query, self.baseline_query.as_ref())?;
        let baseline_total = match &self.total_query {
            Some(total) => Some(other("total_query", total, self.baseline_total_query.as_ref())?),
            None => None,
        };
        Ok(Asked {
            metric: parapet_analysis::Metric {
                name: self.name.clone(),
                kind: self.judged()?,
                critical: self.critical.unwrap_or(true),
            },
            canary: Texts { query: self.canary_query.clone(), total: self.total_query.clone() },
            baseline: Texts { query, total: baseline_total },
        })
    }

    fn judged(&self) -> Result<Kind, Wrong> {
        let is = |kind: &str| self.kind == kind;
        let counted = is("error_ratio") || is("latency");
        for (field, given, belongs) in [
            ("total_query", self.total_query.is_some(), is("error_ratio")),
            ("baseline_total_query", self.baseline_total_query.is_some(), is("error_ratio")),
            ("tolerable", self.tolerable.is_some(), is("error_ratio")),
            ("slow_above", self.slow_above.is_some(), is("latency")),
            ("max_ratio", self.max_ratio.is_some(), counted),
            ("detectable", self.detectable.is_some(), counted),
            ("worse", self.worse.is_some(), is("gauge")),
        ] {
            if given && !belongs {
                return Err((field, format!("`{field}` does not belong to the kind {}.", self.kind)));
            }
        }
        if is("error_ratio") && self.total_query.is_none() {
            return Err(("total_query", "An error ratio needs `total_query`: all requests.".to_owned()));
        }
        let kind = match self.kind.as_str() {
            "error_ratio" => Kind::error_ratio(),
            "latency" => Kind::latency(),
            _ => {
                let worse = match self.worse.as_deref() {
                    Some("lower") => Direction::Lower,
                    Some("either") => Direction::Either,
                    _ => Direction::Higher,
                };
                return Ok(Kind::Gauge { worse });
            }
        };
        let mut kind = self.max_ratio.map_or(kind.clone(), |ratio| kind.accepting(ratio));
        match &mut kind {
            Kind::ErrorRatio { detectable, tolerable, .. } => {
                *detectable = self.detectable.unwrap_or(*detectable);
                *tolerable = self.tolerable.unwrap_or(*tolerable);
            }
            Kind::Latency { detectable, slow_above, .. } => {
                *detectable = self.detectable.unwrap_or(*detectable);
                *slow_above = self.slow_above;
            }
            Kind::Gauge { .. } => {}
        }
        Ok(kind)
    }
}

/// A duration in whole seconds.
pub(crate) fn seconds(text: &str) -> Result<i64> {
    Ok(i64::try_from(duration::parse(text)?.as_secs()).unwrap_or(i64::MAX))
}

/// How late CloudWatch may be, in seconds.
pub(crate) fn cloudwatch_delay(settings: &CloudWatch) -> Result<i64> {
    settings.delay.as_deref().map_or(Ok(CLOUDWATCH_DELAY), seconds)
}
