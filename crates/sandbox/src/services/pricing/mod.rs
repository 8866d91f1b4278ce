//! AWS Price List: `DescribeServices`, `GetAttributeValues` and `GetProducts`. JSON 1.1, in three regions alone; shapes and codes of
//! the service's model (2017-10-15). moto has nothing of it.
//!
//! Prices are facts where there are any: files of price facts beside the checkout when they are there, else the project's own
//! price book. What neither knows is not in the list.

mod list;
mod places;
mod units;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Call, page};
use crate::protocol::{Answer, ApiError, json as wire};
use list::{Product, SERVICES};

/// Where the API is.
pub const REGIONS: [&str; 3] = ["us-east-1", "eu-central-1", "ap-south-1"];

const FORMAT: &str = "aws_v1";

type Result<T> = std::result::Result<T, ApiError>;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Request {
    service_code: Option<String>,
    attribute_name: Option<String>,
    filters: Vec<Filter>,
    format_version: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    #[serde(rename = "Type")]
    kind: String,
    field: String,
    value: String,
}

impl Filter {
    fn lets(&self, product: &Product) -> bool {
        let Some(found) = product.attribute(&self.field) else { return self.kind == "NONE_OF" };
        let mut listed = self.value.split(',').map(str::trim);
        match self.kind.as_str() {
            "CONTAINS" => found.contains(&self.value),
            "ANY_OF" => listed.any(|value| value == found),
            "NONE_OF" => !listed.any(|value| value == found),
            _ => found == self.value,
        }
    }
}

/// Answers a call.
///
/// # Errors
/// As the service's.
pub fn handle(call: &Call, body: &[u8]) -> Result<Answer> {
    if !REGIONS.contains(&call.region.as_str()) {
        return Err(ApiError::new(
            "InvalidSignatureException",
            format!(
                "Credential should be scoped to a valid region, not '{}': the Price List has {}.",
                call.region,
                REGIONS.join(", ")
            ),
        )
        .with_status(403));
    }
    let request: Request = wire::read(body, "InvalidParameterException")?;
    if request.format_version.as_deref().is_some_and(|format| format != FORMAT) {
        return Err(invalid(format!("FormatVersion must be {FORMAT}.")));
    }
    let value = match call.operation.as_str() {
        "DescribeServices" => services(&request)?,
        "GetAttributeValues" => values(&request)?,
        "GetProducts" => products(&request)?,
        other => {
            return Err(ApiError::new(
                "UnknownOperationException",
                format!("The sandbox does not implement the Price List's {other}."),
            ));
        }
    };
    Ok(wire::answer(&value))
}

fn services(request: &Request) -> Result<Value> {
    let wanted = |code: &&str| request.service_code.as_deref().is_none_or(|named| named == *code);
    let codes: Vec<&str> = SERVICES.into_iter().filter(wanted).collect();
    if codes.is_empty() {
        return Err(invalid("Invalid service code provided."));
    }
    let shapes = codes.into_iter().map(|code| json!({ "ServiceCode": code, "AttributeNames": list::attributes(code) }));
    request.answer("Services", shapes.collect())
}

fn values(request: &Request) -> Result<Value> {
    let service = request.service()?;
    let name = request.attribute_name.as_deref().ok_or_else(|| invalid("AttributeName is required."))?;
    if !list::attributes(service).contains(&name) {
        return Err(ApiError::new("NotFoundException", format!("{service} has no attribute {name}.")));
    }
    let found: std::collections::BTreeSet<String> =
        list::products().iter().filter(|it| it.service() == service).filter_map(|it| it.attribute(name)).collect();
    request.answer("AttributeValues", found.into_iter().map(|value| json!({ "Value": value })).collect())
}

fn products(request: &Request) -> Result<Value> {
    let service = request.service()?;
    const KINDS: [&str; 5] = ["TERM_MATCH", "EQUALS", "CONTAINS", "ANY_OF", "NONE_OF"];
    if let Some(bad) = request.filters.iter().find(|it| !KINDS.contains(&it.kind.as_str())) {
        return Err(invalid(format!("The filter type {} is none of {}.", bad.kind, KINDS.join(", "))));
    }
    if request.filters.len() > 50 {
        return Err(invalid("At most 50 filters can be given."));
    }
    let own = list::products().iter().filter(|it| it.service() == service);
    let found: Vec<&Product> = own.filter(|it| request.filters.iter().all(|filter| filter.lets(it))).collect();
    let (found, next) = request.page(found)?;
    // Each product is a JSON document of its own, in a string.
    Ok(with_next("PriceList", found.iter().map(|it| json!(it.document().to_string())).collect(), next))
}

impl Request {
    fn service(&self) -> Result<&'static str> {
        let named = self.service_code.as_deref().ok_or_else(|| invalid("ServiceCode is required."))?;
        SERVICES.into_iter().find(|code| *code == named).ok_or_else(|| invalid("Invalid service code provided."))
    }

    fn page<T>(&self, items: Vec<T>) -> Result<(Vec<T>, Option<String>)> {
        let most = self.max_results.unwrap_or(100);
        if !(1..=100).contains(&most) {
            return Err(invalid("MaxResults must be between 1 and 100."));
        }
        page(items, self.next_token.as_deref(), most)
            .ok_or_else(|| ApiError::new("InvalidNextTokenException", "The pagination token is invalid."))
    }

    fn answer(&self, name: &str, items: Vec<Value>) -> Result<Value> {
        let (items, next) = self.page(items)?;
        Ok(with_next(name, items, next))
    }
}

fn with_next(name: &str, items: Vec<Value>, next: Option<String>) -> Value {
    let mut answer = Map::new();
    answer.insert("FormatVersion".to_owned(), json!(FORMAT));
    answer.insert(name.to_owned(), Value::Array(items));
    if let Some(next) = next {
        answer.insert("NextToken".to_owned(), json!(next));
    }
    Value::Object(answer)
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::protocol::Protocol;

    fn ask(operation: &str, region: &str, body: &Value) -> Result<Value> {
        let call = Call {
            account: "123456789012".to_owned(),
            region: region.to_owned(),
            service: "pricing".to_owned(),
            operation: operation.to_owned(),
            protocol: Protocol::Json,
            request_id: "id".to_owned(),
            now: Moment(0),
            wall: 0,
        };
        handle(&call, body.to_string().as_bytes()).map(|answer| serde_json::from_slice(&answer.body).unwrap())
    }

    fn term(field: &str, value: &str) -> Value {
        json!({ "Type": "TERM_MATCH", "Field": field, "Value": value })
    }

    #[test]
    fn a_product_says_what_the_price_book_says() {
        let filters = [
            term("instanceType", "m5.xlarge"),
            term("regionCode", "us-east-1"),
            term("operatingSystem", "Linux"),
            term("tenancy", "Shared"),
            term("preInstalledSw", "NA"),
            term("capacitystatus", "Used"),
        ];
        let answer =
            ask("GetProducts", "us-east-1", &json!({ "ServiceCode": "AmazonEC2", "Filters": filters })).unwrap();
        let [one] = answer["PriceList"].as_array().unwrap().as_slice() else { panic!("{answer}") };
        let listed = parapet_pricing::aws::on_demand_linux(one.as_str().unwrap().as_bytes()).unwrap().unwrap();
        let quote = listed.price.known().unwrap().clone();
        assert_eq!(quote.money.amount.normalize().to_string(), "0.192");
        let product: Value = serde_json::from_str(one.as_str().unwrap()).unwrap();
        assert_eq!(product["product"]["attributes"]["location"], "US East (N. Virginia)");
        assert_eq!(product["product"]["attributes"]["usagetype"], "BoxUsage:m5.xlarge");
    }

    #[test]
    fn other_services_have_their_unit_prices() {
        for (service, field, value, usd) in [
            ("AmazonEC2", "volumeApiName", "gp3", "0.0800000000"),
            ("AmazonEKS", "usagetype", "USE1-AmazonEKS-Hours:perCluster", "0.1000000000"),
        ] {
            let filters = [term(field, value), term("regionCode", "us-east-1")];
            let answer =
                ask("GetProducts", "eu-central-1", &json!({ "ServiceCode": service, "Filters": filters })).unwrap();
            let list = answer["PriceList"].as_array().unwrap();
            assert!(list.iter().any(|it| it.as_str().unwrap().contains(usd)), "{service} {value}: {list:?}");
        }
    }

    #[test]
    fn lists_are_filtered_and_cut_into_pages() {
        let filters = json!([{ "Type": "ANY_OF", "Field": "instanceType", "Value": "m5.large,m5.xlarge" }, term("location", "US East (N. Virginia)"), { "Type": "NONE_OF", "Field": "capacitystatus", "Value": "AllocatedCapacityReservation" }]);
        let mut found = 0;
        let mut token = Value::Null;
        loop {
            let mut body = json!({ "ServiceCode": "AmazonEC2", "Filters": filters, "MaxResults": 3 });
            if !token.is_null() {
                body["NextToken"] = token;
            }
            let answer = ask("GetProducts", "us-east-1", &body).unwrap();
            found += answer["PriceList"].as_array().unwrap().len();
            token = answer.get("NextToken").cloned().unwrap_or(Value::Null);
            if token.is_null() {
                break;
            }
        }
        assert_eq!(found, 4, "two types, used and reserved without use");
        let answer = ask("DescribeServices", "us-east-1", &json!({ "ServiceCode": "AmazonEC2" })).unwrap();
        assert!(answer["Services"][0]["AttributeNames"].as_array().unwrap().contains(&json!("instanceType")));
        let body = json!({ "ServiceCode": "AmazonEC2", "AttributeName": "capacitystatus" });
        let answer = ask("GetAttributeValues", "us-east-1", &body).unwrap();
        assert_eq!(answer["AttributeValues"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn bad_requests_are_refused() {
        for (operation, region, body, code) in [
            ("GetProducts", "us-west-2", json!({ "ServiceCode": "AmazonEC2" }), "InvalidSignatureException"),
            ("GetProducts", "us-east-1", json!({}), "InvalidParameterException"),
            ("GetProducts", "us-east-1", json!({ "ServiceCode": "AmazonMoon" }), "InvalidParameterException"),
            (
                "GetProducts",
                "us-east-1",
                json!({ "ServiceCode": "AmazonEC2", "MaxResults": 101 }),
                "InvalidParameterException",
            ),
            (
                "GetProducts",
                "us-east-1",
                json!({ "ServiceCode": "AmazonEC2", "NextToken": "x" }),
                "InvalidNextTokenException",
            ),
            (
                "GetProducts",
                "us-east-1",
                json!({ "ServiceCode": "AmazonEC2", "Filters": [{ "Type": "LIKE", "Field": "a", "Value": "b" }] }),
                "InvalidParameterException",
            ),
            (
                "GetAttributeValues",
                "us-east-1",
                json!({ "ServiceCode": "AmazonEC2", "AttributeName": "colour" }),
                "NotFoundException",
            ),
        ] {
            assert_eq!(ask(operation, region, &body).unwrap_err().code, code, "{body}");
        }
    }
}
