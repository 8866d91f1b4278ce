//! The Query protocol: form parameters such as `Tags.Tag.1.Key` in, XML out.

use std::collections::{BTreeMap, BTreeSet};

use super::xml::Xml;
use super::{Answer, ApiError};

/// The parameters of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a form; of a parameter given twice the last counts.
    #[must_use]
    pub fn parse(form: &[u8]) -> Self {
        Self(form_urlencoded::parse(form).into_owned().collect())
    }

    /// A parameter as it was written.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that is there and not empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// A parameter without which the call makes no sense.
    ///
    /// # Errors
    /// `MissingParameter`.
    pub fn required(&self, name: &str) -> Result<String, ApiError> {
        self.text(name)
            .ok_or_else(|| ApiError::new("MissingParameter", format!("The request must contain the parameter {name}")))
    }

    /// A whole number.
    ///
    /// # Errors
    /// `InvalidParameterValue` for anything else.
    pub fn number(&self, name: &str) -> Result<Option<u32>, ApiError> {
        self.parsed(name, "a non-negative integer")
    }

    /// A decimal number.
    ///
    /// # Errors
    /// `InvalidParameterValue` for anything else.
    pub fn decimal(&self, name: &str) -> Result<Option<f64>, ApiError> {
        self.parsed(name, "a number")
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// `InvalidParameterValue` for anything else.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        self.parsed(name, "true or false")
    }

    fn parsed<T: std::str::FromStr>(&self, name: &str, what: &str) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            ApiError::new("InvalidParameterValue", format!("Invalid value '{text}' for {name}: it must be {what}"))
        })
    }

    /// Whether a list was given, if only as an empty one.
    #[must_use]
    pub fn has_list(&self, name: &str) -> bool {
        self.0.keys().any(|key| key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    }

    /// A list of texts: `name.Member.1`, `name.member.1` and `name.1` are the same.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.members(name).iter().filter_map(|prefix| self.text(prefix)).collect()
    }

    /// A list of structures, each with its members as parameters of their own.
    #[must_use]
    pub fn structures(&self, name: &str) -> Vec<Self> {
        self.members(name).iter().map(|prefix| self.under(prefix)).collect()
    }

    /// The parameters under `prefix.`, without the prefix.
    #[must_use]
    pub fn under(&self, prefix: &str) -> Self {
        let strip = |(key, value): (&String, &String)| {
            Some((key.strip_prefix(prefix)?.strip_prefix('.')?.to_owned(), value.clone()))
        };
        Self(self.0.iter().filter_map(strip).collect())
    }

    /// The prefix of each member of a list, in the order of their numbers.
    fn members(&self, name: &str) -> Vec<String> {
        let mut found = BTreeSet::new();
        for key in self.0.keys() {
            let Some(rest) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) else { continue };
            let mut parts = rest.split('.');
            let Some(first) = parts.next() else { continue };
            if let Ok(number) = first.parse::<u32>() {
                found.insert((number, format!("{name}.{first}")));
            } else if let Some(second) = parts.next()
                && let Ok(number) = second.parse::<u32>()
            {
                found.insert((number, format!("{name}.{first}.{second}")));
            }
        }
        found.into_iter().map(|(_, prefix)| prefix).collect()
    }
}

fn namespace(service: &str) -> String {
    match service {
        "monitoring" => "http://monitoring.amazonaws.com/doc/2010-08-01/".to_owned(),
        "rds" => "http://rds.amazonaws.com/doc/2014-10-31/".to_owned(),
        other => format!("https://{other}.amazonaws.com/doc/"),
    }
}

/// `<OperationResponse><OperationResult>…`; an operation without a result has no such element.
#[must_use]
pub fn answer(service: &str, operation: &str, result: Option<&Xml>, request_id: &str) -> Answer {
    let mut xml = Xml::document();
    xml.element(&format!("{operation}Response xmlns=\"{}\"", namespace(service)), |response| {
        if let Some(result) = result {
            response.element(&format!("{operation}Result"), |inside| {
                inside.append(result);
            });
        }
        response.element("ResponseMetadata", |metadata| {
            metadata.text("RequestId", request_id);
        });
    });
    Answer::ok("text/xml", xml.into_bytes())
}

/// `<OperationResponse><requestId/>…`, as EC2 has it.
#[must_use]
pub fn ec2_answer(operation: &str, inside: &Xml, request_id: &str) -> Answer {
    let mut xml = Xml::document();
    xml.element(&format!("{operation}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\""), |response| {
        response.text("requestId", request_id).append(inside);
    });
    Answer::ok("text/xml;charset=UTF-8", xml.into_bytes())
}

pub(super) fn error(service: &str, error: &ApiError, request_id: &str) -> Vec<u8> {
    let mut xml = Xml::document();
    xml.element(&format!("ErrorResponse xmlns=\"{}\"", namespace(service)), |response| {
        response.element("Error", |inside| {
            inside.text("Type", error.fault()).text("Code", &error.code).text("Message", &error.message);
        });
        response.text("RequestId", request_id);
    });
    xml.into_bytes()
}

pub(super) fn ec2_error(error: &ApiError, request_id: &str) -> Vec<u8> {
    let mut xml = Xml::document();
    xml.element("Response", |response| {
        response.element("Errors", |errors| {
            errors.element("Error", |inside| {
                inside.text("Code", &error.code).text("Message", &error.message);
            });
        });
        response.text("RequestID", request_id);
    });
    xml.into_bytes()
}

pub(super) fn s3_error(error: &ApiError, request_id: &str) -> Vec<u8> {
    let mut xml = Xml::document();
    xml.element("Error", |inside| {
        inside.text("Code", &error.code).text("Message", &error.message).text("RequestId", request_id);
    });
    xml.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_order_whatever_the_member_is_called() {
        let params = Params::parse(
            b"Action=X&Tags.Tag.10.Key=j&Tags.Tag.2.Key=b&Tags.Tag.2.Value=v%20w&Ids.member.1=a&Plain.1=p&Flag=true&N=7",
        );
        let keys: Vec<_> = params.structures("Tags").iter().filter_map(|tag| tag.text("Key")).collect();
        assert_eq!(keys, ["b", "j"]);
        assert_eq!(params.structures("Tags")[0].get("Value"), Some("v w"));
        assert_eq!(params.texts("Ids"), ["a"]);
        assert_eq!(params.texts("Plain"), ["p"]);
        assert_eq!(params.flag("Flag"), Ok(Some(true)));
        assert_eq!(params.number("N"), Ok(Some(7)));
        assert_eq!(params.number("Action").unwrap_err().code, "InvalidParameterValue");
        assert_eq!(params.required("Gone").unwrap_err().code, "MissingParameter");
        assert!(params.has_list("Tags") && !params.has_list("Tag"));
    }
}
