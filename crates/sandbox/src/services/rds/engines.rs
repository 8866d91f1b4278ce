//! What depends on the engine: versions, ports, names of the default groups.

use super::{Result, listed};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;

struct Engine {
    name: &'static str,
    /// The version a call without one gets, and what completes a major version.
    versions: &'static [&'static str],
    port: u32,
    license: &'static str,
}

const ENGINES: [Engine; 11] = [
    Engine { name: "mysql", versions: &["8.0.41", "8.4.5", "5.7.44"], port: 3306, license: "general-public-license" },
    Engine {
        name: "mariadb",
        versions: &["10.11.11", "11.4.5", "10.6.21"],
        port: 3306,
        license: "general-public-license",
    },
    Engine {
        name: "postgres",
        versions: &["16.8", "17.4", "15.12", "14.17", "13.20", "12.22"],
        port: 5432,
        license: "postgresql-license",
    },
    Engine {
        name: "oracle-ee",
        versions: &["19.0.0.0.ru-2025-01.rur-2025-01.r1"],
        port: 1521,
        license: "bring-your-own-license",
    },
    Engine {
        name: "oracle-se2",
        versions: &["19.0.0.0.ru-2025-01.rur-2025-01.r1"],
        port: 1521,
        license: "license-included",
    },
    Engine { name: "sqlserver-ee", versions: &["16.00.4185.3.v1"], port: 1433, license: "license-included" },
    Engine { name: "sqlserver-se", versions: &["16.00.4185.3.v1"], port: 1433, license: "license-included" },
    Engine { name: "sqlserver-ex", versions: &["16.00.4185.3.v1"], port: 1433, license: "license-included" },
    Engine { name: "sqlserver-web", versions: &["16.00.4185.3.v1"], port: 1433, license: "license-included" },
    Engine {
        name: "aurora-mysql",
        versions: &["8.0.mysql_aurora.3.08.2", "5.7.mysql_aurora.2.12.5"],
        port: 3306,
        license: "general-public-license",
    },
    Engine {
        name: "aurora-postgresql",
        versions: &["16.8", "17.4", "15.12", "14.17"],
        port: 5432,
        license: "postgresql-license",
    },
];

fn find(name: &str) -> Result<&'static Engine> {
    ENGINES
        .iter()
        .find(|engine| engine.name == name)
        .ok_or_else(|| ApiError::new("InvalidParameterValue", format!("Invalid DB engine: {name}")))
}

/// The port an engine listens on.
pub(super) fn port(engine: &str) -> Result<u32> {
    Ok(find(engine)?.port)
}

/// The licence an engine comes with.
pub(super) fn license(engine: &str) -> Result<String> {
    Ok(find(engine)?.license.to_owned())
}

/// The full version: `16` becomes the newest 16 that is known, and a full version is taken as it is.
pub(super) fn version(engine: &str, given: Option<&str>) -> Result<String> {
    let known = find(engine)?.versions;
    let Some(given) = given else { return Ok(known.first().copied().unwrap_or_default().to_owned()) };
    let prefix = format!("{given}.");
    let completed = known.iter().find(|version| version.starts_with(&prefix));
    Ok(completed.map_or_else(|| given.to_owned(), |version| (*version).to_owned()))
}

/// Whether it is one of Aurora's.
pub(super) fn is_aurora(engine: &str) -> bool {
    engine.starts_with("aurora")
}

/// The major version, as in the names of parameter groups: `8.0`, `16`, `19`.
pub(super) fn major(engine: &str, version: &str) -> String {
    let parts = if matches!(engine, "postgres" | "aurora-postgresql" | "oracle-ee" | "oracle-se2") { 1 } else { 2 };
    version.split('.').take(parts).collect::<Vec<_>>().join(".")
}

/// The parameter group of an instance that names none.
pub(super) fn parameter_group(engine: &str, version: &str) -> String {
    let major = major(engine, version);
    let separator = if engine.starts_with("oracle") || engine.starts_with("sqlserver") { "-" } else { "" };
    format!("default.{engine}{separator}{major}")
}

/// The option group of an instance that names none.
pub(super) fn option_group(engine: &str, version: &str) -> String {
    format!("default:{engine}-{}", major(engine, version).replace('.', "-"))
}

/// `DescribeDBEngineVersions`: the versions that are known here, a fraction of AWS's.
pub(super) fn describe(params: &Params) -> Result<Xml> {
    let wanted = |name: &str, value: &str| params.text(name).is_none_or(|wanted| wanted == value);
    let mut found = Vec::new();
    for engine in ENGINES.iter().filter(|engine| wanted("Engine", engine.name)) {
        let asked = params.text("EngineVersion");
        let matches = |version: &str| {
            asked.as_deref().is_none_or(|asked| version == asked || version.starts_with(&format!("{asked}.")))
        };
        let family = |version: &str| {
            let group = parameter_group(engine.name, version);
            group.strip_prefix("default.").unwrap_or_default().to_owned()
        };
        let mut versions: Vec<&str> = engine.versions.iter().copied().filter(|version| matches(version)).collect();
        versions.retain(|version| wanted("DBParameterGroupFamily", &family(version)));
        if params.flag("DefaultOnly")? == Some(true) {
            versions.truncate(1);
        }
        found.extend(versions.into_iter().map(|version| (engine.name, version, family(version))));
    }
    listed(params, "DBEngineVersions", "DBEngineVersion", found, |xml, (engine, version, family)| {
        xml.text("Engine", engine)
            .text("EngineVersion", version)
            .text("MajorEngineVersion", major(engine, version))
            .text("DBParameterGroupFamily", family)
            .text("DBEngineDescription", engine)
            .text("DBEngineVersionDescription", format!("{engine} {version}"))
            .text("Status", "available")
            .text("SupportsReadReplica", true)
            .text("SupportsGlobalDatabases", is_aurora(engine));
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_groups_are_completed() {
        assert_eq!(version("postgres", Some("16")).unwrap(), "16.8");
        assert_eq!(version("mysql", None).unwrap(), "8.0.41");
        assert_eq!(version("mysql", Some("8.0.36")).unwrap(), "8.0.36");
        assert_eq!(parameter_group("postgres", "16.8"), "default.postgres16");
        assert_eq!(parameter_group("mysql", "8.0.41"), "default.mysql8.0");
        assert_eq!(parameter_group("aurora-mysql", "8.0.mysql_aurora.3.08.2"), "default.aurora-mysql8.0");
        assert_eq!(option_group("mysql", "8.0.41"), "default:mysql-8-0");
        assert_eq!(port("dbase").unwrap_err().code, "InvalidParameterValue");
    }
}
