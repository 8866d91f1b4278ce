//! JSON schemas of Kubernetes objects, out of packages that carry them.

use std::path::PathBuf;
use std::process::Command;

use super::Skip;
use super::npm::Package;
use super::once::once;
use super::python::{Wheel, ran};

/// Schemas of Kubernetes itself, with every field that is not known refused.
const CORE: Wheel = Wheel {
    name: "kubernetes-validate",
    version: "1.37.0",
    sha256: "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9",
};
const CORE_DEFINITIONS: &str = "kubernetes_validate/kubernetes-json-schema/v1.33.0-local-strict/_definitions.json";

/// The newest that have their schemas as JSON within their source: later ones have them compiled.
const ISTIO: Package = Package {
    name: "@kubernetes-models/istio",
    version: "2.3.0",
    sha256: "a6861951369d5916a2fb439eedb93de547ba19330ce0c952d024cc87d0ec7ed7",
};
const ARGO_CD: Package = Package {
    name: "@kubernetes-models/argo-cd",
    version: "2.4.0",
    sha256: "5576be2b8f2fd5c7f0768671ab6a3d93891372627d5f8facb62ea3e5503caaea",
};

/// Where schemas are.
#[derive(Debug, Clone)]
pub struct Schemas {
    /// JSON with the `$defs` of Kubernetes 1.33.
    pub core: PathBuf,
    /// JavaScript with the schema of an object after `const schema = `: `networking.istio.io/v1beta1/KIND.js`.
    pub istio: PathBuf,
    /// The same: `argoproj.io/v1alpha1/KIND.js`.
    pub argo_cd: PathBuf,
}

/// Schemas of Kubernetes, Istio and Argo CD.
///
/// # Errors
/// They are not there and cannot be downloaded.
pub fn kubernetes_schemas() -> Result<Schemas, Skip> {
    let key = format!("{} {} {}", CORE.requirement(), ISTIO.sha256, ARGO_CD.sha256);
    let dir = once("kubernetes-schemas", &key, |dir| {
        let wheel = CORE.download(dir)?;
        let mut extract = Command::new("python3");
        // One file: the package has twenty thousand.
        extract.args(["-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])"]);
        extract.arg(wheel).arg(CORE_DEFINITIONS).arg(dir);
        ran("the schemas of Kubernetes", extract)?;
        ISTIO.unpack(&dir.join("istio"))?;
        ARGO_CD.unpack(&dir.join("argo-cd"))
    })?;
    Ok(Schemas { core: dir.join(CORE_DEFINITIONS), istio: dir.join("istio"), argo_cd: dir.join("argo-cd") })
}
