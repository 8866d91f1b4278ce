use super::*;
use crate::clock::Moment;
use crate::protocol::Protocol;

const TYPES: &str = "<R><instanceTypeSet>\
<item><instanceType>m5.xlarge</instanceType><currentGeneration>true</currentGeneration><bareMetal>false</bareMetal>\
<supportedUsageClasses><item>on-demand</item><item>spot</item></supportedUsageClasses>\
<supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes>\
<processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures><manufacturer>Intel</manufacturer></processorInfo>\
<vCpuInfo><defaultVCpus>4</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>16384</sizeInMiB></memoryInfo></item>\
<item><instanceType>t3.xlarge</instanceType><currentGeneration>true</currentGeneration>\
<burstablePerformanceSupported>true</burstablePerformanceSupported>\
<supportedUsageClasses><item>on-demand</item><item>spot</item></supportedUsageClasses>\
<supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes>\
<processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures><manufacturer>Intel</manufacturer></processorInfo>\
<vCpuInfo><defaultVCpus>4</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>16384</sizeInMiB></memoryInfo></item>\
<item><instanceType>g5.xlarge</instanceType><currentGeneration>true</currentGeneration>\
<supportedUsageClasses><item>on-demand</item><item>spot</item></supportedUsageClasses>\
<supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes>\
<processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures><manufacturer>AMD</manufacturer></processorInfo>\
<gpuInfo><gpus><item><name>A10G</name><manufacturer>NVIDIA</manufacturer><count>1</count>\
<memoryInfo><sizeInMiB>22888</sizeInMiB></memoryInfo></item></gpus></gpuInfo>\
<vCpuInfo><defaultVCpus>4</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>16384</sizeInMiB></memoryInfo></item>\
<item><instanceType>u-6tb1.metal</instanceType><bareMetal>true</bareMetal>\
<supportedUsageClasses><item>on-demand</item></supportedUsageClasses>\
<vCpuInfo><defaultVCpus>448</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>6291456</sizeInMiB></memoryInfo></item>\
</instanceTypeSet></R>";

fn facts() -> Facts {
    let catalogue = Catalogue::read(&roxmltree::Document::parse(TYPES).unwrap());
    let all: std::collections::BTreeSet<String> = catalogue.types.keys().cloned().collect();
    let mut few = all.clone();
    few.remove("g5.xlarge");
    let region = Region {
        zones: BTreeMap::from([("us-east-1a".to_owned(), all), ("us-east-1b".to_owned(), few)]),
        ids: BTreeMap::from([
            ("us-east-1a".to_owned(), "use1-az4".to_owned()),
            ("us-east-1b".to_owned(), "use1-az6".to_owned()),
        ]),
    };
    Facts {
        catalogue: Arc::new(catalogue),
        regions: BTreeMap::from([("us-east-1".to_owned(), Arc::new(region))]),
        filtered: None,
    }
}

fn call(store: &Store, form: &str) -> Result<String> {
    let params = Params::parse(form.as_bytes());
    let call = Call {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        service: "ec2".to_owned(),
        operation: params.get("Action").unwrap().to_owned(),
        protocol: Protocol::Ec2,
        request_id: "id".to_owned(),
        now: Moment(0),
        wall: 1_795_438_800_000,
    };
    assert!(wants(&call, &params).is_some());
    handle(store, &call, &params, &facts()).map(|answer| String::from_utf8(answer.body).unwrap())
}

fn done(form: &str) -> String {
    call(&Store::default(), form).unwrap_or_else(|error| panic!("{form}: {error}"))
}

fn refused(form: &str) -> String {
    call(&Store::default(), form).expect_err(form).code
}

fn all(text: &str, name: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(text).unwrap();
    let nodes =
        document.descendants().filter(|node| node.has_tag_name(("http://ec2.amazonaws.com/doc/2016-11-15/", name)));
    nodes.filter_map(|node| node.text()).map(str::to_owned).collect()
}

const DAY: &str = "Action=DescribeSpotPriceHistory&StartTime=2026-11-22T13:00:00Z&EndTime=2026-11-23T13:00:00Z";

#[test]
fn a_region_has_its_own_types_in_pages() {
    let text = done("Action=DescribeInstanceTypes");
    assert_eq!(all(&text, "instanceType"), ["g5.xlarge", "m5.xlarge", "t3.xlarge", "u-6tb1.metal"]);
    assert!(text.contains("<nextToken></nextToken>"), "{text}");
    assert_eq!(all(&done("Action=DescribeInstanceTypes&InstanceType.1=m5.xlarge"), "defaultVCpus"), ["4"]);
    assert_eq!(refused("Action=DescribeInstanceTypes&InstanceType.1=m9.huge"), "InvalidInstanceType");
    let filtered = |name: &str, value: &str| {
        let form = format!("Action=DescribeInstanceTypes&Filter.1.Name={name}&Filter.1.Value.1={value}");
        all(&done(&form), "instanceType")
    };
    assert_eq!(filtered("burstable-performance-supported", "true"), ["t3.xlarge"]);
    assert_eq!(filtered("vcpu-info.default-vcpus", "448"), ["u-6tb1.metal"]);
    assert_eq!(
        refused("Action=DescribeInstanceTypes&Filter.1.Name=colour&Filter.1.Value.1=red"),
        "InvalidParameterValue"
    );
    assert_eq!(refused("Action=DescribeInstanceTypes&MaxResults=500"), "InvalidParameterValue");
    let text = done(
        "Action=DescribeInstanceTypeOfferings&LocationType=availability-zone&Filter.1.Name=instance-type&Filter.1.Value.1=g5.*",
    );
    assert_eq!(
        (all(&text, "instanceType"), all(&text, "location")),
        (vec!["g5.xlarge".to_owned()], vec!["us-east-1a".to_owned()])
    );
    assert_eq!(refused("Action=DescribeInstanceTypeOfferings&LocationType=planet"), "InvalidParameterValue");
    assert_eq!(refused("Action=DescribeInstanceTypeOfferings&Filter.1.Name=colour"), "InvalidParameterValue");
}

#[test]
fn history_is_filtered_and_paged() {
    let one = format!(
        "{DAY}&InstanceType.1=m5.xlarge&ProductDescription.1=Linux/UNIX%20(Amazon%20VPC)&AvailabilityZone=us-east-1b"
    );
    let text = done(&one);
    let times = all(&text, "timestamp");
    assert!((4..=7).contains(&times.len()), "{times:?}");
    assert!(times.windows(2).all(|two| two[0] > two[1]), "the newest first: {times:?}");
    assert!(
        times.last().unwrap().as_str() <= "2026-11-22T13:00:00Z",
        "the price in force at the start is there: {times:?}"
    );
    assert!(all(&text, "availabilityZoneId").iter().all(|id| id == "use1-az6"));
    let mut pages = Vec::new();
    let mut token = String::new();
    loop {
        let text = done(&format!("{one}&MaxResults=2&NextToken={token}"));
        assert!(all(&text, "timestamp").len() <= 2);
        pages.extend(all(&text, "timestamp"));
        match all(&text, "nextToken").first() {
            Some(next) => token.clone_from(next),
            None => break,
        }
    }
    assert_eq!(pages, times);
    let text = done(&format!(
        "{DAY}&Filter.1.Name=instance-type&Filter.1.Value.1=*.xlarge&Filter.2.Name=product-description&Filter.2.Value.1=Linux/UNIX"
    ));
    assert_eq!(all(&text, "instanceType").iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    assert_eq!(
        all(&done(&format!("{DAY}&InstanceType.1=u-6tb1.metal")), "spotPrice").len(),
        0,
        "it is not sold as Spot"
    );
    let ahead = "Action=DescribeSpotPriceHistory&StartTime=2026-12-01T00:00:00Z&InstanceType.1=m5.xlarge";
    let ahead = format!("{ahead}&ProductDescription.1=Linux/UNIX&AvailabilityZone=us-east-1a");
    assert_eq!(all(&done(&ahead), "spotPrice").len(), 1, "a clock that is ahead is told the price now");
    assert_eq!(refused(&format!("{DAY}&InstanceType.1=m9.huge")), "InvalidParameterValue");
    assert_eq!(refused(&format!("{DAY}&NextToken=x")), "InvalidNextToken");
    assert_eq!(refused("Action=DescribeSpotPriceHistory&StartTime=yesterday"), "InvalidParameterValue");
    assert_eq!(refused(&format!("{DAY}&MaxResults=5000")), "InvalidParameterValue");
}

#[test]
fn prices_and_scores_can_be_set() {
    let store = Store {
        prices: vec![SetPrice {
            region: None,
            zone: None,
            instance_type: "m5.*".to_owned(),
            price: Amount::Price(0.1234),
            since: 0,
        }],
        scores: vec![
            SetScore { region: "us-east-1".to_owned(), zone: None, score: 2 },
            SetScore { region: "us-east-1".to_owned(), zone: Some("us-east-1b".to_owned()), score: 9 },
        ],
    };
    let text = call(&store, &format!("{DAY}&InstanceType.1=m5.xlarge&ProductDescription.1=Linux/UNIX")).unwrap();
    assert_eq!(all(&text, "spotPrice"), ["0.123400", "0.123400"]);
    let ask = "Action=GetSpotPlacementScores&TargetCapacity=10&RegionName.1=us-east-1&InstanceType.1=m5.xlarge&InstanceType.2=t3.xlarge";
    assert_eq!(all(&call(&store, ask).unwrap(), "score"), ["2"]);
    let text = call(&store, &format!("{ask}&SingleAvailabilityZone=true")).unwrap();
    assert_eq!(
        (all(&text, "score"), all(&text, "availabilityZoneId")),
        (vec!["9".to_owned(), "2".to_owned()], vec!["use1-az6".to_owned(), "use1-az4".to_owned()])
    );
    assert_eq!(all(&done(ask), "score"), ["3"], "two types are not flexible");
    assert_eq!(refused("Action=GetSpotPlacementScores&InstanceType.1=m5.xlarge"), "InvalidParameterValue");
    assert_eq!(refused("Action=GetSpotPlacementScores&TargetCapacity=1"), "InvalidParameterValue");
}

#[test]
fn types_are_found_by_what_they_have() {
    let ask = "Action=GetInstanceTypesFromInstanceRequirements&ArchitectureType.1=x86_64&VirtualizationType.1=hvm\
               &InstanceRequirements.VCpuCount.Min=4&InstanceRequirements.MemoryMiB.Min=8192";
    let found = |more: &str| all(&done(&format!("{ask}{more}")), "instanceType");
    assert_eq!(found(""), ["g5.xlarge", "m5.xlarge"]);
    assert_eq!(found("&InstanceRequirements.BurstablePerformance=required"), ["t3.xlarge"]);
    assert_eq!(found("&InstanceRequirements.AcceleratorCount.Max=0"), ["m5.xlarge"]);
    assert_eq!(found("&InstanceRequirements.AcceleratorName.1=a10g"), ["g5.xlarge"]);
    assert_eq!(found("&InstanceRequirements.ExcludedInstanceType.1=g*"), ["m5.xlarge"]);
    assert_eq!(found("&InstanceRequirements.CpuManufacturer.1=amd"), ["g5.xlarge"]);
    assert_eq!(found("&InstanceRequirements.VCpuCount.Max=4&InstanceRequirements.MemoryGiBPerVCpu.Min=5"), [""; 0]);
    assert_eq!(refused(&format!("{ask}&InstanceRequirements.VCpuCount.Max=1")), "InvalidParameterValue");
    assert_eq!(refused(&format!("{ask}&InstanceRequirements.BareMetal=maybe")), "InvalidParameterValue");
    assert_eq!(refused("Action=GetInstanceTypesFromInstanceRequirements"), "MissingParameter");
}

#[test]
fn patterns_are_those_of_ec2() {
    for (pattern, text, fits) in [
        ("m5.xlarge", "m5.xlarge", true),
        ("m5.*", "m5.xlarge", true),
        ("*.xlarge", "m5.2xlarge", false),
        ("m?.xlarge", "m5.xlarge", true),
        ("*", "", true),
        ("m*x*e", "m5.xlarge", true),
        ("m5", "m5.xlarge", false),
    ] {
        assert_eq!(wildcard(pattern, text), fits, "{pattern} {text}");
    }
}
