//! Moving traffic between the two releases.

mod global_accelerator;
mod load_balancer;

use tfplugin::prelude::*;

use super::model::{GlobalAccelerator, LoadBalancer, RolloutGate};
use crate::aws::Aws;
use crate::provider::Clients;

/// Who moves traffic.
pub(crate) enum Mover<'a> {
    GlobalAccelerator(&'a Aws, &'a GlobalAccelerator),
    LoadBalancer(&'a Aws, &'a LoadBalancer),
    /// Somebody else.
    External,
}

impl<'a> Mover<'a> {
    pub(crate) async fn of(cx: &'a Context<Clients>, gate: &'a RolloutGate) -> Result<Self> {
        let Some(traffic) = &gate.traffic else { return Ok(Self::External) };
        Ok(match (&traffic.global_accelerator, &traffic.load_balancer) {
            (Some(accelerator), _) => Self::GlobalAccelerator(cx.aws().await?, accelerator),
            (None, Some(balancer)) => Self::LoadBalancer(cx.aws().await?, balancer),
            (None, None) => Self::External,
        })
    }

    /// Share of the traffic that the new release gets, in percent; `None` where somebody else moves it.
    pub(crate) async fn weight(&self) -> Result<Option<i64>> {
        match self {
            Self::GlobalAccelerator(aws, settings) => global_accelerator::weight(aws, settings).await.map(Some),
            Self::LoadBalancer(aws, settings) => load_balancer::weight(aws, settings).await.map(Some),
            Self::External => Ok(None),
        }
    }

    /// Gives the new release a share of the traffic, in percent, and waits until that is in effect.
    pub(crate) async fn shift(&self, cx: &Context<Clients>, percent: i64) -> Result<()> {
        match self {
            Self::GlobalAccelerator(aws, settings) => global_accelerator::shift(cx, aws, settings, percent).await,
            Self::LoadBalancer(aws, settings) => load_balancer::shift(aws, settings, percent).await,
            Self::External => Ok(()),
        }
    }
}

/// The share of two weights, in whole percent; 0 when nobody has any.
fn share(canary: i64, stable: i64) -> i64 {
    let all = canary + stable;
    if all > 0 { (canary * 100 + all / 2) / all } else { 0 }
}

#[cfg(test)]
mod tests {
    #[test]
    fn weights_are_shares() {
        for ((canary, stable), percent) in [((5, 95), 5), ((128, 128), 50), ((0, 0), 0), ((255, 0), 100), ((1, 2), 33)]
        {
            assert_eq!(super::share(canary, stable), percent);
        }
    }
}
