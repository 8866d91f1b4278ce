//! RDS and Aurora instances: idle, too large, of a previous generation, on x86.

use std::collections::HashMap;

use super::cost::Cost;
use super::draft::{Desk, Draft, Evidence};
use super::family::{Offered, Options, Range};
use super::fit::{Fit, Use, enough, mib};
use super::inventory::Database;
use super::kind;
use super::output::{Action, Confidence};
use crate::instance::InstanceType;

const BYTES_PER_MIB: u64 = 1 << 20;

pub(super) fn all(desk: &mut Desk<'_>) {
    let inventory = desk.inventory;
    let range = Range::new(desk.book, desk.region());
    let mut known: HashMap<&str, Option<Options>> = HashMap::new();
    let looked_at = inventory.databases.iter().filter(|it| it.available);
    for database in looked_at.filter(|it| desk.looks_at(&it.tags)).collect::<Vec<_>>() {
        idle(desk, database);
        let options = known.entry(&database.class).or_insert_with(|| {
            let machine: InstanceType = database.class.strip_prefix("db.")?.parse().ok()?;
            range.options(&machine)
        });
        if let Some(options) = options {
            rightsize(desk, database, options);
            upgrade(desk, database, options);
            to_graviton(desk, database, options);
        }
    }
}

fn class(to: &Offered) -> String {
    format!("db.{}", to.instance_type)
}

/// A month of an instance of a class, as this one is set up. Its storage stays.
fn cost(desk: &Desk<'_>, database: &Database, class: &str) -> Cost {
    let edition = match (database.multi_az, database.io_optimized) {
        (_, true) => format!("{}-io-optimized", database.engine),
        (true, false) => format!("{}-multi-az", database.engine),
        (false, false) => database.engine.clone(),
    };
    Cost::month_of(desk.book, desk.region(), ("rds", &format!("{edition}:{class}")))
}

fn draft<'a>(desk: &Desk<'_>, database: &'a Database, action: Action, recommended: String, then: Cost) -> Draft<'a> {
    let zones = if database.multi_az { ", Multi-AZ" } else { "" };
    Draft {
        action,
        kind: kind::DATABASE,
        arn: database.arn.clone(),
        id: &database.id,
        tags: &database.tags,
        current: format!("{}, {}{zones}", database.class, database.engine),
        recommended,
        now: cost(desk, database, &database.class),
        then,
        confidence: (Confidence::Low, String::new()),
        reason: String::new(),
        evidence: Evidence::default(),
        remediation: String::new(),
    }
}

/// A draft for another class.
fn move_to<'a>(desk: &Desk<'_>, database: &'a Database, action: Action, to: &Offered) -> Draft<'a> {
    let class = class(to);
    let then = cost(desk, database, &class);
    Draft {
        remediation: format!(
            "Set `instance_class = \"{class}\"` in its resource; it is restarted in the maintenance window, or at once with \
             `apply_immediately = true`. With Multi-AZ the interruption is a failover of about a minute."
        ),
        ..draft(desk, database, action, class, then)
    }
}

/// The cheapest class that fits and whose price RDS has; where the class in use has no price either, one of the same family.
fn best<'a>(
    desk: &Desk<'_>,
    database: &Database,
    options: &'a [Offered],
    fits: impl Fn(&Offered) -> bool,
) -> Option<&'a Offered> {
    let priced = |it: &&Offered| cost(desk, database, &class(it)).usd();
    let fitting: Vec<&Offered> = options.iter().filter(|it| fits(it)).collect();
    // Of equal prices the older generation, on which more versions of the engines run.
    let order = |it: &&Offered| (priced(it), it.instance_type.generation());
    let cheapest = fitting.iter().copied().filter(|it| priced(it).is_some()).min_by_key(order);
    let family = |it: &&Offered| {
        database.class.strip_prefix("db.").and_then(|it| it.split_once('.')).map(|it| it.0)
            == Some(it.instance_type.family())
    };
    cheapest.or_else(|| {
        let unknown = cost(desk, database, &database.class).usd().is_none();
        fitting.into_iter().find(|it| unknown && family(it))
    })
}

fn idle(desk: &mut Desk<'_>, database: &Database) {
    let Some(connections) = enough(&database.connections, desk.limits) else { return };
    // A replica that nobody reads may be what a failover goes to.
    if connections.max > 0.0 || database.replica {
        return;
    }
    let what = draft(desk, database, Action::Delete, "a final snapshot, then nothing".to_owned(), Cost::nothing());
    desk.add(Draft {
        confidence: (Confidence::Medium, "nobody connected; what is in it may still be wanted".to_owned()),
        reason: format!("nobody connected to it in {} days", connections.days),
        evidence: Evidence::default()
            .measured("connections_max", connections.max)
            .with("days", connections.days)
            .with("datapoints", connections.datapoints),
        remediation: format!(
            "Stop it first and see whether somebody misses it (`aws rds stop-db-instance --db-instance-identifier {}`; RDS starts it again \
             after seven days). Then delete it with a final snapshot: `skip_final_snapshot = false` and \
             `final_snapshot_identifier`, and remove its resource.",
            database.id
        ),
        ..what
    });
}

fn rightsize(desk: &mut Desk<'_>, database: &Database, options: &Options) {
    let Some(cpu) = enough(&database.cpu_percent, desk.limits) else { return };
    let free = database.least_free_bytes.map(|it| it / BYTES_PER_MIB);
    let seen =
        Use { cpu, memory_mib: free.map(|it| mib(options.shape.memory_mib.saturating_sub(it))), carried: Vec::new() };
    let fits = |it: &Offered| {
        let fit = seen.fits(&options.shape, (&it.shape, &it.instance_type), None, desk.limits);
        matches!(fit, Fit::Yes { .. })
    };
    let Some(to) = best(desk, database, &options.smaller, fits) else { return };
    let what = move_to(desk, database, Action::Rightsize, to);
    desk.add(Draft {
        confidence: match seen.memory_mib {
            Some(_) => (Confidence::Medium, "what its disks and its network carry was not compared".to_owned()),
            None => (
                Confidence::Low,
                "neither its memory nor its disks were seen; the size of its memory is kept".to_owned(),
            ),
        },
        reason: format!(
            "in {} days its processors were used {:.1}% at the 95th percentile and {:.1}% at most",
            cpu.days, cpu.p95, cpu.max
        ),
        evidence: seen.evidence(&options.shape, &to.shape),
        ..what
    });
}

fn upgrade(desk: &mut Desk<'_>, database: &Database, options: &Options) {
    let Some(to) = best(desk, database, &options.newer, |_| true) else { return };
    let what = move_to(desk, database, Action::Upgrade, to);
    desk.add(Draft {
        confidence: (Confidence::Medium, "old versions of an engine do not run on newer classes".to_owned()),
        reason: format!("{} is of a previous generation", database.class),
        evidence: Evidence::default().with("engine_version", &database.engine_version),
        ..what
    });
}

fn to_graviton(desk: &mut Desk<'_>, database: &Database, options: &Options) {
    if !runs_on_graviton(&database.engine, &database.engine_version) {
        return;
    }
    let Some(to) = best(desk, database, &options.graviton, |_| true) else { return };
    let what = move_to(desk, database, Action::MigrateToGraviton, to);
    desk.add(Draft {
        confidence: (
            Confidence::High,
            "RDS runs this version of the engine on Graviton; clients see no difference".to_owned(),
        ),
        reason: format!("{} has as many processors and as much memory on Graviton, for less", class(to)),
        evidence: Evidence::default().with("engine_version", &database.engine_version),
        ..what
    });
}

/// Whether a version of an engine runs on Graviton2 and later: "Supported DB engines for DB instance classes" of the RDS and Aurora user
/// guides. False for one that is not known exactly, and for engines whose licences are bound to x86.
#[must_use]
pub fn runs_on_graviton(engine: &str, version: &str) -> bool {
    let parts: Vec<u64> = version.split('.').map_while(|part| part.parse().ok()).collect();
    let least: &[u64] = match engine {
        "mysql" => &[8, 0, 17],
        "postgres" => &[12, 3],
        "mariadb" => &[10, 4, 13],
        "aurora-postgresql" => &[12, 4],
        // 8.0.mysql_aurora.3.01.0 is the first; all of version 3 run on it.
        "aurora-mysql" => &[8, 0],
        _ => return false,
    };
    // `13` of PostgreSQL is its newest minor version; `8.0` of MySQL may be any.
    let open = parts.len() < least.len() && least.starts_with(&parts);
    !open && parts.as_slice() >= least
}
