//! What the price list calls regions: in words, and in front of usage types.

/// Region code, location, and the prefix of usage types where there is one.
const PLACES: [(&str, &str, &str); 33] = [
    ("us-east-1", "US East (N. Virginia)", ""),
    ("us-east-2", "US East (Ohio)", "USE2-"),
    ("us-west-1", "US West (N. California)", "USW1-"),
    ("us-west-2", "US West (Oregon)", "USW2-"),
    ("us-gov-east-1", "AWS GovCloud (US-East)", "UGE1-"),
    ("us-gov-west-1", "AWS GovCloud (US-West)", "UGW1-"),
    ("af-south-1", "Africa (Cape Town)", "AFS1-"),
    ("ap-east-1", "Asia Pacific (Hong Kong)", "APE1-"),
    ("ap-northeast-1", "Asia Pacific (Tokyo)", "APN1-"),
    ("ap-northeast-2", "Asia Pacific (Seoul)", "APN2-"),
    ("ap-northeast-3", "Asia Pacific (Osaka)", "APN3-"),
    ("ap-south-1", "Asia Pacific (Mumbai)", "APS3-"),
    ("ap-south-2", "Asia Pacific (Hyderabad)", "APS5-"),
    ("ap-southeast-1", "Asia Pacific (Singapore)", "APS1-"),
    ("ap-southeast-2", "Asia Pacific (Sydney)", "APS2-"),
    ("ap-southeast-3", "Asia Pacific (Jakarta)", "APS4-"),
    ("ap-southeast-4", "Asia Pacific (Melbourne)", "APS6-"),
    ("ap-southeast-5", "Asia Pacific (Malaysia)", "APS7-"),
    ("ca-central-1", "Canada (Central)", "CAN1-"),
    ("ca-west-1", "Canada West (Calgary)", "CAN2-"),
    ("eu-central-1", "EU (Frankfurt)", "EUC1-"),
    ("eu-central-2", "Europe (Zurich)", "EUC2-"),
    ("eu-north-1", "EU (Stockholm)", "EUN1-"),
    ("eu-south-1", "EU (Milan)", "EUS1-"),
    ("eu-south-2", "Europe (Spain)", "EUS2-"),
    ("eu-west-1", "EU (Ireland)", "EU-"),
    ("eu-west-2", "EU (London)", "EUW2-"),
    ("eu-west-3", "EU (Paris)", "EUW3-"),
    ("il-central-1", "Israel (Tel Aviv)", "ILC1-"),
    ("me-central-1", "Middle East (UAE)", "MEC1-"),
    ("me-south-1", "Middle East (Bahrain)", "MES1-"),
    ("mx-central-1", "Mexico (Central)", "MXC1-"),
    ("sa-east-1", "South America (Sao Paulo)", "SAE1-"),
];

/// The region in words; its code where the words are not known.
pub(super) fn location(region: &str) -> &str {
    PLACES.iter().find(|(code, ..)| *code == region).map_or(region, |(_, location, _)| location)
}

/// What stands in front of a usage type of the region.
pub(super) fn prefix(region: &str) -> &'static str {
    PLACES.iter().find(|(code, ..)| *code == region).map_or("", |(.., prefix)| prefix)
}
