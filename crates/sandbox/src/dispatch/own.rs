//! Calls that the sandbox answers itself: what each service has to be told, and what is noted of the answer.

use std::collections::BTreeSet;

use hyper::Response;

use super::{Asked, Dispatcher, response, unavailable};
use crate::events::Outcome;
use crate::protocol::query::Params;
use crate::protocol::{self, Answer, ApiError, cbor};
use crate::proxy::{Body, ProxyError};
use crate::services::{
    Call, budgets, cloudwatch, compute_optimizer, cost_explorer, ec2, eks, global_accelerator, load_balancing, pricing,
    rds, sts,
};
use crate::state::State;

/// Services some calls of which are answered here, by the names they are signed with.
pub(super) const SERVICES: [&str; 8] =
    ["budgets", "ce", "compute-optimizer", "eks", "globalaccelerator", "monitoring", "pricing", "rds"];

impl Dispatcher {
    pub(super) async fn carry_out(
        &self,
        call: &mut Call,
        asked: Asked,
        reads_only: bool,
        dropped: bool,
    ) -> Response<Body> {
        if let Some(result) = self.seeded(call, &asked) {
            return response(call, self.noted(call, result, reads_only, dropped));
        }
        let own = match call.service.as_str() {
            "globalaccelerator" => self.within(call, (reads_only, dropped), |state, call| {
                global_accelerator::handle(&mut state.global_accelerator, call, asked.body.bytes())
            }),
            "ec2" => match asked.params.as_ref().and_then(|params| Some((params, ec2::wants(call, params)?))) {
                Some((params, wants)) => match self.proxy.ec2_facts(call, &wants).await {
                    Ok(Some(facts)) => self.within(call, (reads_only, dropped), |state, call| {
                        ec2::handle(&state.ec2, call, params, &facts)
                    }),
                    // A filter that moto does not let pass: it says what is wrong with it.
                    Ok(None) => return self.pass_on(call, asked, reads_only, dropped).await,
                    Err(error) => self.noted(call, Err(unavailable(&error)), reads_only, dropped),
                },
                None => return self.pass_on(call, asked, reads_only, dropped).await,
            },
            "eks" => match eks::Route::of(&asked.parts.method, asked.parts.uri.path()) {
                Some(route) if route.is_own() => self.node_groups(call, &asked, &route, reads_only, dropped).await,
                Some(route) => return self.cluster(call, asked, &route, reads_only, dropped).await,
                None => return self.pass_on(call, asked, reads_only, dropped).await,
            },
            "budgets" => self.within(call, (reads_only, dropped), |state, call| {
                budgets::handle(&mut state.budgets, call, asked.body.bytes())
            }),
            "sts" if !self.proxy.has_moto() && call.operation == "GetCallerIdentity" => {
                self.noted(call, Ok(sts::caller_identity(call)), reads_only, dropped)
            }
            "compute-optimizer" => self.within(call, (reads_only, dropped), |state, call| {
                compute_optimizer::handle(&mut state.compute_optimizer, call, asked.body.bytes())
            }),
            "pricing" => self.noted(call, pricing::handle(call, asked.body.bytes()), reads_only, dropped),
            "rds" => match &asked.params {
                Some(params) if rds::owns(call, params) => self.database(call, params, reads_only, dropped).await,
                _ => return self.pass_on(call, asked, reads_only, dropped).await,
            },
            "monitoring" => match self.metrics(call, &asked).await {
                Ok(Some(answer)) => self.noted(call, Ok(answer), reads_only, dropped),
                Ok(None) => return self.pass_on(call, asked, reads_only, dropped).await,
                Err(error) => self.noted(call, Err(error), reads_only, dropped),
            },
            _ => return self.pass_on(call, asked, reads_only, dropped).await,
        };
        response(call, own)
    }

    /// Answers what is asked of something that was seeded; `None` for anything else.
    fn seeded(&self, call: &Call, asked: &Asked) -> Option<Result<Answer, ApiError>> {
        let state = self.control.state();
        if call.service == "ce" {
            return cost_explorer::handle(&state.estate, call, self.proxy.has_moto()).map(Ok);
        }
        let estate = state.estate.get(&call.account, &call.region)?;
        match call.service.as_str() {
            "ec2" => ec2::owned(estate, call, asked.params.as_ref()?),
            "elasticloadbalancing" => load_balancing::handle(estate, call, asked.params.as_ref()?),
            "monitoring" => {
                let body = asked.body.bytes();
                let request = cloudwatch::Request::read(call, asked.params.as_ref(), body).ok().flatten();
                // Replication lag is asked for alone, and found elsewhere.
                if request.is_some_and(|request| !request.is_all_for_moto()) {
                    return None;
                }
                cloudwatch::usage::handle(estate, call, asked.params.as_ref(), body)
            }
            _ => None,
        }
    }

    /// Notes what came of a call that was answered here.
    pub(super) fn noted(
        &self,
        call: &Call,
        result: Result<Answer, ApiError>,
        reads_only: bool,
        dropped: bool,
    ) -> Answer {
        let mut state = self.control.state();
        let answer = settle(call, result);
        state.record(call, reads_only, &outcome(&answer, dropped));
        answer
    }

    /// Answers a call from the state alone.
    fn within(
        &self,
        call: &mut Call,
        (reads_only, dropped): (bool, bool),
        handle: impl FnOnce(&mut State, &Call) -> Result<Answer, ApiError>,
    ) -> Answer {
        let mut state = self.control.state();
        call.now = state.now;
        let result = handle(&mut state, call);
        let answer = settle(call, result);
        state.record(call, reads_only, &outcome(&answer, dropped));
        answer
    }

    async fn database(&self, call: &mut Call, params: &Params, reads_only: bool, dropped: bool) -> Answer {
        let wants = rds::wants(&self.control.state().rds, call, params);
        let mut facts = match self.proxy.rds_facts(call, &wants).await {
            Ok(facts) => facts,
            Err(error) => return self.noted(call, Err(unavailable(&error)), reads_only, dropped),
        };
        let answer = self.within(call, (reads_only, dropped), |state, call| {
            facts.dark = state.blackouts.keys().cloned().collect();
            rds::handle(&mut state.rds, call, params, &facts)
        });
        if !reads_only && answer.error.is_none() {
            self.look_at_groups(call).await;
        }
        answer
    }

    async fn node_groups(
        &self,
        call: &mut Call,
        asked: &Asked,
        route: &eks::Route,
        reads_only: bool,
        dropped: bool,
    ) -> Answer {
        let body = asked.body.bytes();
        let facts = match self.proxy.eks_facts(call, &eks::wants(route, body)).await {
            Ok(facts) => facts,
            Err(error) => return self.noted(call, Err(unavailable(&error)), reads_only, dropped),
        };
        let query = asked.parts.uri.query().unwrap_or_default();
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        self.within(call, (reads_only, dropped), |state, call| {
            eks::handle(&mut state.eks, call, route, &query, body, &facts)
        })
    }

    /// A call about a cluster, which is moto's, except that it knows neither node groups nor updates.
    async fn cluster(
        &self,
        call: &Call,
        asked: Asked,
        route: &eks::Route,
        reads_only: bool,
        dropped: bool,
    ) -> Response<Body> {
        if route.operation == "DeleteCluster" {
            let free = eks::check_delete_cluster(&self.control.state().eks, call, &route.cluster);
            if let Err(error) = free {
                return response(call, self.noted(call, Err(error), reads_only, dropped));
            }
        }
        let given = asked.body.bytes().to_vec();
        let answer = self.pass_on(call, asked, reads_only, dropped).await;
        if route.operation != "UpdateClusterConfig" || !answer.status().is_success() {
            return answer;
        }
        let update = eks::of_cluster(&mut self.control.state().eks, call, &route.cluster, &given);
        response(call, protocol::json::answer(&update))
    }

    /// Keeps what is put, and answers what asks for it, or for replication lag, or what moto has no protocol for; `None` is all moto's.
    async fn metrics(&self, call: &Call, asked: &Asked) -> Result<Option<Answer>, ApiError> {
        let body = asked.body.bytes();
        let has_moto = self.proxy.has_moto();
        if call.operation == "PutMetricData" {
            let kept = self.control.state().cloudwatch.put(call, asked.params.as_ref(), body)?;
            if !has_moto {
                return Ok(Some(kept));
            }
        }
        let request = cloudwatch::Request::read(call, asked.params.as_ref(), body)?;
        if let Some(request) = request.filter(|request| !has_moto || !request.is_all_for_moto()) {
            let others = match request.for_moto().filter(|_| has_moto) {
                Some(others) => Some(self.metrics_of_moto(call, &others).await?),
                None => None,
            };
            let state = self.control.state();
            return request.answer(call, &state.cloudwatch, &state.rds, others).map(Some);
        }
        if call.protocol != protocol::Protocol::Cbor {
            return Ok(None);
        }
        let value = self.metrics_of_moto(call, &cbor::read(body)?).await?;
        Ok(Some(cbor::answer(&value)))
    }

    /// A call of CloudWatch in JSON, which moto understands.
    async fn metrics_of_moto(&self, call: &Call, request: &serde_json::Value) -> Result<serde_json::Value, ApiError> {
        let target = format!("GraniteServiceVersion20100801.{}", call.operation);
        let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.0")];
        let answer = self.proxy.call(call, "monitoring", &headers, "/", request.to_string().into_bytes()).await;
        let answer = answer.map_err(|error| unavailable(&error))?;
        let value: serde_json::Value = if answer.body().is_empty() {
            serde_json::json!({})
        } else {
            serde_json::from_slice(answer.body())
                .map_err(|_| unavailable(&ProxyError::Answer(call.operation.clone())))?
        };
        if answer.status().is_success() {
            return Ok(value);
        }
        let text = |name: &str| value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let code = text("__type").rsplit('#').next().unwrap_or("InternalFailure").to_owned();
        Err(ApiError { code, message: text("message").to_owned(), status: answer.status().as_u16() })
    }

    /// Finds out which security groups of databases let anybody in: it decides whether a writer is open.
    pub(super) async fn look_at_groups(&self, call: &Call) {
        if !self.proxy.has_moto() {
            return;
        }
        let groups: BTreeSet<String> = {
            let state = self.control.state();
            let here = state.rds.instances.values().filter(|it| it.account == call.account && it.region == call.region);
            here.flat_map(|it| it.settings.security_groups.clone()).collect()
        };
        for group in groups {
            // Without an answer the last one holds: a group is open until it is known to be closed.
            if let Ok(open) = self.proxy.lets_in(call, &group).await {
                self.control.state().ingress.insert(format!("{}/{}/{group}", call.account, call.region), open);
            }
        }
        self.control.state().note_changes();
    }
}

fn settle(call: &Call, result: Result<Answer, ApiError>) -> Answer {
    result.unwrap_or_else(|error| protocol::error(call.protocol, &call.service, &error, &call.request_id))
}

pub(super) fn outcome(answer: &Answer, dropped: bool) -> Outcome {
    match &answer.error {
        _ if dropped => Outcome::DroppedAfter,
        None => Outcome::Succeeded,
        Some(code) => Outcome::Failed { code: code.clone() },
    }
}
