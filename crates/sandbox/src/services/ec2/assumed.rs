//! What is assumed of EC2 where there is no moto to ask: the instance types of the project's price book, in three zones of every region.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use parapet_pricing::{Architecture, Book, InstanceType, Shape};

use super::catalogue::{Catalogue, Kind, Region};
use super::{Facts, Wants};
use crate::protocol::xml::Xml;

impl Facts {
    /// What is assumed: every region has every instance type that the price book has the shape of.
    #[must_use]
    pub fn assumed(wants: &Wants) -> Self {
        static CATALOGUE: OnceLock<Arc<Catalogue>> = OnceLock::new();
        let catalogue = CATALOGUE.get_or_init(|| Arc::new(from_book()));
        let region = |name: &String| {
            let zones = ["a", "b", "c"].map(|zone| format!("{name}{zone}"));
            let ids = zones.iter().zip(1..).map(|(zone, number)| (zone.clone(), format!("{}-az{number}", short(name))));
            let types = || catalogue.types.keys().cloned().collect();
            Arc::new(Region { ids: ids.collect(), zones: zones.iter().map(|zone| (zone.clone(), types())).collect() })
        };
        let regions: BTreeMap<_, _> = wants.regions.iter().map(|name| (name.clone(), region(name))).collect();
        Self { catalogue: Arc::clone(catalogue), regions, filtered: None }
    }
}

/// The region in ids of zones: `use1` of us-east-1, `apse2` of ap-southeast-2.
fn short(region: &str) -> String {
    let mut parts = region.split('-');
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part {
            "northeast" => short.push_str("ne"),
            "northwest" => short.push_str("nw"),
            "southeast" => short.push_str("se"),
            "southwest" => short.push_str("sw"),
            other => short.extend(other.chars().next()),
        }
    }
    short
}

fn from_book() -> Catalogue {
    let kinds = Book::reference().candidates("us-east-1").into_iter().map(|it| described(&it.instance_type, &it.shape));
    let mut document = Xml::default();
    document.list("instanceTypeSet", "item", kinds, |item, inside| {
        item.append(&inside);
    });
    roxmltree::Document::parse(document.as_str()).map(|it| Catalogue::read(&it)).unwrap_or_default()
}

/// As EC2 describes it, as far as the book knows.
fn described(name: &InstanceType, shape: &Shape) -> Xml {
    let arm = shape.architecture == Architecture::Arm64;
    // `m5a`, `c6ad`: after the generation an `a` is AMD's.
    let letters = name
        .family()
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let manufacturer = match letters {
        _ if arm => "AWS",
        letters if letters.starts_with('a') => "AMD",
        _ => "Intel",
    };
    let mut xml = Xml::default();
    xml.text("instanceType", name)
        .text("currentGeneration", shape.current_generation)
        .texts("supportedUsageClasses", "item", ["on-demand", "spot"])
        .texts("supportedRootDeviceTypes", "item", ["ebs"])
        .texts("supportedVirtualizationTypes", "item", ["hvm"])
        .text("bareMetal", shape.bare_metal)
        .element("processorInfo", |processor| {
            processor.texts("supportedArchitectures", "item", [shape.architecture.as_str()]);
            processor.text("manufacturer", manufacturer);
        })
        .element("vCpuInfo", |processors| {
            processors.text("defaultVCpus", shape.vcpu);
        })
        .element("memoryInfo", |memory| {
            memory.text("sizeInMiB", shape.memory_mib);
        })
        .text("burstablePerformanceSupported", shape.burstable);
    // About what general-purpose types have: it grows with the processors.
    let processors = f64::from(shape.vcpu);
    xml.element("ebsInfo", |ebs| {
        ebs.text("ebsOptimizedSupport", "default").element("ebsOptimizedInfo", |info| {
            info.text("baselineBandwidthInMbps", shape.vcpu * 600)
                .text("baselineThroughputInMBps", processors * 75.0)
                .text("baselineIops", shape.vcpu * 2500);
        });
    });
    xml.element("networkInfo", |network| {
        network.list("networkCards", "item", [processors], |card, processors| {
            card.text("networkCardIndex", 0).text("baselineBandwidthInGbps", processors * 0.4);
        });
    });
    if let Some(gpu) = &shape.gpu {
        xml.element("gpuInfo", |info| {
            info.list("gpus", "item", [gpu], |item, gpu| {
                item.text("name", &gpu.name).text("manufacturer", &gpu.manufacturer).text("count", gpu.count);
            });
        });
    }
    xml
}

impl Kind {
    /// What a filter looks at; `None` for one that only moto knows.
    pub(super) fn filtered_by(&self, filter: &str) -> Option<Vec<String>> {
        Some(match filter {
            "instance-type" => vec![self.name.clone()],
            "current-generation" => vec![self.current.to_string()],
            "bare-metal" => vec![self.bare_metal.to_string()],
            "burstable-performance-supported" => vec![self.burstable.to_string()],
            "hibernation-supported" => vec![self.hibernates.to_string()],
            "instance-storage-supported" => vec![self.storage.is_some().to_string()],
            "processor-info.supported-architecture" => self.architectures.clone(),
            "supported-usage-class" => self.usage_classes.clone(),
            "supported-virtualization-type" => self.virtualization.clone(),
            "vcpu-info.default-vcpus" => vec![self.vcpus.to_string()],
            "memory-info.size-in-mib" => vec![self.memory_mib.to_string()],
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_has_types_of_every_sort() {
        let wants = Wants { regions: vec!["ap-southeast-2".to_owned()], filtered: None };
        let facts = Facts::assumed(&wants);
        let kind = facts.catalogue.types.get("m5.xlarge").unwrap();
        assert_eq!((kind.vcpus, kind.memory_mib, kind.manufacturer.as_str()), (4, 16384, "Intel"));
        assert!(kind.usage_classes.contains(&"spot".to_owned()) && !kind.burstable && !kind.bare_metal);
        let types = || facts.catalogue.types.values();
        assert!(types().any(|it| it.manufacturer == "AMD") && types().any(|it| it.architectures == ["arm64"]));
        assert!(types().any(|it| !it.accelerators.is_empty()) && types().any(|it| it.burstable));
        assert_eq!(facts.regions["ap-southeast-2"].ids["ap-southeast-2b"], "apse2-az2");
    }
}
