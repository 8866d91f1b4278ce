//! Instance types and where they are offered: moto's, read once.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::Node;

/// Every instance type moto knows, whatever the region.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// By name.
    pub types: BTreeMap<String, Kind>,
}

/// An instance type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kind {
    /// For example `m7i.xlarge`.
    pub name: String,
    /// As moto describes it: what is inside `<item>`.
    pub xml: String,
    /// Virtual processors.
    pub vcpus: u32,
    /// Memory.
    pub memory_mib: u32,
    /// For example `x86_64`.
    pub architectures: Vec<String>,
    /// `Intel`, `AMD` or `AWS`.
    pub manufacturer: String,
    /// Of the generation that is sold now.
    pub current: bool,
    /// Of the T families.
    pub burstable: bool,
    /// Without a hypervisor.
    pub bare_metal: bool,
    /// Can hibernate.
    pub hibernates: bool,
    /// `spot`, `on-demand`, `capacity-block`.
    pub usage_classes: Vec<String>,
    /// `hvm`, `paravirtual`.
    pub virtualization: Vec<String>,
    /// GPUs, inference chips and FPGAs.
    pub accelerators: Vec<Accelerator>,
    /// Disks of its own: gigabytes in all, and `ssd` or `hdd`; none when it has none.
    pub storage: Option<(u32, String)>,
    /// Most network interfaces.
    pub interfaces: u32,
    /// Baseline bandwidth to EBS in megabits per second.
    pub ebs_mbps: u32,
}

/// What computes beside the processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accelerator {
    /// `gpu`, `inference` or `fpga`.
    pub kind: &'static str,
    /// For example `NVIDIA`.
    pub manufacturer: String,
    /// For example `A10G`.
    pub name: String,
    /// How many.
    pub count: u32,
    /// Memory of each.
    pub memory_mib: u32,
}

/// What a region offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Region {
    /// Names of instance types by availability zone.
    pub zones: BTreeMap<String, BTreeSet<String>>,
    /// Ids of availability zones by name.
    pub ids: BTreeMap<String, String>,
}

impl Region {
    /// Whether any zone offers an instance type.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.zones.values().any(|types| types.contains(name))
    }
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.has_tag_name(name))
}

fn text(node: Node<'_, '_>, path: &[&str]) -> String {
    let mut node = node;
    for name in path {
        match child(node, name) {
            Some(found) => node = found,
            None => return String::new(),
        }
    }
    node.text().unwrap_or_default().to_owned()
}

fn number(node: Node<'_, '_>, path: &[&str]) -> u32 {
    // Some are written with a fraction.
    text(node, path).split('.').next().and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn items<'a>(node: Node<'a, 'a>, name: &str) -> Vec<Node<'a, 'a>> {
    let set = child(node, name);
    set.into_iter().flat_map(|set| set.children()).filter(|it| it.has_tag_name("item")).collect()
}

fn texts(node: Node<'_, '_>, name: &str) -> Vec<String> {
    items(node, name).iter().filter_map(|item| item.text()).map(str::to_owned).collect()
}

impl Catalogue {
    /// Reads the answer to `DescribeInstanceTypes`.
    #[must_use]
    pub fn read(document: &roxmltree::Document<'_>) -> Self {
        let source = document.input_text();
        let set = document.descendants().find(|node| node.has_tag_name("instanceTypeSet"));
        let each = set.into_iter().flat_map(|set| set.children()).filter(|node| node.has_tag_name("item"));
        let kinds = each.map(|item| {
            let inside = item.first_element_child().zip(item.last_element_child());
            let xml = inside.and_then(|(first, last)| source.get(first.range().start..last.range().end));
            Kind::read(item, xml.unwrap_or_default())
        });
        Self { types: kinds.map(|kind| (kind.name.clone(), kind)).collect() }
    }
}

impl Kind {
    fn read(item: Node<'_, '_>, xml: &str) -> Self {
        let is = |name: &str| text(item, &[name]) == "true";
        let processor = child(item, "processorInfo");
        let storage = child(item, "instanceStorageInfo").map(|storage| {
            let disk = items(storage, "disks").first().map(|disk| text(*disk, &["type"])).unwrap_or_default();
            (number(storage, &["totalSizeInGB"]), disk)
        });
        let mut accelerators = Vec::new();
        for (kind, info, set) in [
            ("gpu", "gpuInfo", "gpus"),
            ("inference", "inferenceAcceleratorInfo", "accelerators"),
            ("fpga", "fpgaInfo", "fpgas"),
        ] {
            for each in child(item, info).map(|info| items(info, set)).unwrap_or_default() {
                accelerators.push(Accelerator {
                    kind,
                    manufacturer: text(each, &["manufacturer"]),
                    name: text(each, &["name"]),
                    count: number(each, &["count"]),
                    memory_mib: number(each, &["memoryInfo", "sizeInMiB"]),
                });
            }
        }
        Self {
            name: text(item, &["instanceType"]),
            xml: xml.to_owned(),
            vcpus: number(item, &["vCpuInfo", "defaultVCpus"]),
            memory_mib: number(item, &["memoryInfo", "sizeInMiB"]),
            architectures: processor.map(|it| texts(it, "supportedArchitectures")).unwrap_or_default(),
            manufacturer: text(item, &["processorInfo", "manufacturer"]),
            current: is("currentGeneration"),
            burstable: is("burstablePerformanceSupported"),
            bare_metal: is("bareMetal"),
            hibernates: is("hibernationSupported"),
            usage_classes: texts(item, "supportedUsageClasses"),
            virtualization: texts(item, "supportedVirtualizationTypes"),
            accelerators,
            storage,
            interfaces: number(item, &["networkInfo", "maximumNetworkInterfaces"]),
            ebs_mbps: number(item, &["ebsInfo", "ebsOptimizedInfo", "baselineBandwidthInMbps"]),
        }
    }
}
