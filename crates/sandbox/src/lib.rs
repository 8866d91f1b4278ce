//! A local AWS, for demos and tests of multi-region failover. It is never shipped in the provider.
//!
//! One endpoint answers for every service. Most of them are [moto](https://docs.getmoto.org)'s, which runs as a child
//! process; what moto lacks or answers wrongly is implemented here, with the states, errors and validation of the real
//! APIs: Global Accelerator, RDS with replicas and Aurora global clusters, replication lag in CloudWatch, managed node groups and
//! updates of EKS, the Spot market and the instance types of EC2, the Price List, AWS Budgets, the enrolment of Compute Optimizer, and large accounts
//! that are seeded in one call. Account and
//! region come from the credential scope of the signature, which is not checked; an access key of twelve digits is an account.
//!
//! ```no_run
//! use parapet_sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::default())?;
//! println!("AWS_ENDPOINT_URL={}", sandbox.endpoint);
//! sandbox.control().settle();
//! # Ok::<(), parapet_sandbox::StartError>(())
//! ```
//!
//! # Time
//! Changes of state take as long as at AWS, in simulated time, which runs [`DEFAULT_SPEED`] times as fast as the clock on the wall,
//! and can be advanced. Times in answers, and the window in which CloudWatch is asked for lag, are of the clock on the wall:
//! callers compare them with their own. So are the times of Spot prices.
//!
//! # Admin API
//! JSON, under `/_sandbox/`; [`Control`] has the same as methods.
//!
//! | request | what it does |
//! |---|---|
//! | `GET ready` | Answers once moto does. |
//! | `GET clock` | Simulated time, wall time and speed. |
//! | `POST clock` `{"advance": SECONDS, "speed": FACTOR, "settle": true}` | Moves or changes time; `settle` goes on until nothing changes by itself any more. |
//! | `PUT replicas` `{"arn": ARN, "lag": LAG, "replication": "error"}` | Replication lag: `{"value": 12.5}` seconds, `"missing"`, `{"stale": {"value": 1, "age": 900}}` or `{"series": [3, null, 1]}`, a sample a minute; and the status of replication. |
//! | `PUT health` `{"endpoint": ID, "state": "UNHEALTHY", "reason": TEXT}` | What health checks find of an endpoint. |
//! | `PUT quotas` `{"region": REGION, "name": "DBInstances", "max": N, "account": ACCOUNT}` | A quota of RDS; one more instance than that is refused. |
//! | `GET node-groups` | The node groups of EKS: status, scaling, and how many nodes are ready. |
//! | `GET node-groups/CLUSTER` | How many nodes of a cluster were ready over time, by node group and in all. |
//! | `PUT node-groups` `{"cluster": C, "node_group": G, "desired": N, "issues": [{"code": C, "message": M}]}` | Scales as an autoscaler does; sets what ails it, which makes it `DEGRADED`, and with none `ACTIVE` again. |
//! | `POST failures` `{"cluster": C, "node_group": "spot-*", "of": "create", "count": 1, "issues": [...]}` | Lets the creation of node groups end in `CREATE_FAILED`; `"update"` fails updates, `"delete"` deletions. |
//! | `PUT estates` `{"region": R, "account": ACCOUNT, "instances": [...], "volumes": [...], "metrics": {...}, "generate": {"instances": 5000, "volumes": 20000}}` | What an account has in a region and how it was used, as [`services::estate::Estate`] says; EC2, load balancing, CloudWatch and Cost Explorer answer from it. |
//! | `PUT spot-prices` `{"region": R, "zone": Z, "instance_type": "m5.*", "share": 0.9, "seconds_ago": 86400}` | Spot prices from then on, as a share of the on-demand price, or in USD per hour: `"price": 0.12`. |
//! | `DELETE spot-prices` | Spot prices are what they were. |
//! | `PUT placement-scores` `{"region": R, "zone": Z, "score": 2}` | The Spot placement score of a region, or of a zone by name or id. |
//! | `PUT blackouts/REGION` `{"mode": "drop", "workloads": true}` | Drops every connection to a region, or lets it hang: `{"mode": {"hang": MILLISECONDS}}`. With `workloads` false only its API is gone. |
//! | `DELETE blackouts/REGION`, `GET blackouts` | Heals a region; which are dark. |
//! | `POST faults` `{"service": S, "operation": O, "region": R, "skip": N, "count": N, "effect": EFFECT}` | Strikes matching calls: `"throttle"`, `{"error": {"status": 503, "code": C, "message": M}}`, `{"latency": MILLISECONDS}`, `"drop_before"` or `"drop_after"`. |
//! | `GET faults`, `DELETE faults` | Those that wait; removes all. |
//! | `GET events?since=NUMBER` | Calls that change something, statuses, writers that open and close, node groups that change, switches of this API. |
//! | `GET writers` | Open writers by family, and every time when a family had more than one. |
//! | `GET calls`, `DELETE calls` | How often each operation was called; counts from 0 again. |
//! | `GET state`, `PUT state`, `DELETE state` | Saves, loads or empties the state of the sandbox's own services; moto's is emptied, but neither saved nor loaded. |

mod admin;
pub mod clock;
mod control;
mod dispatch;
pub mod events;
pub mod faults;
pub mod moto;
pub mod protocol;
pub mod proxy;
mod sandbox;
mod server;
pub mod services;
pub mod sigv4;
pub mod state;

pub use control::{Control, ControlError};
pub use moto::Backend;
pub use sandbox::{DEFAULT_SPEED, Options, Sandbox, StartError};
