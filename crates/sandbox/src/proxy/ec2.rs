//! What others have to know of EC2.

use super::{Proxy, ProxyError};
use crate::services::Call;

impl Proxy {
    /// A describe call of EC2.
    pub(super) async fn ec2(
        &self,
        call: &Call,
        operation: &str,
        filters: &[(&str, &str)],
    ) -> Result<String, ProxyError> {
        self.ec2_form(call, filtered(operation, filters)).await?.ok_or_else(|| ProxyError::Answer(operation.to_owned()))
    }

    /// A call of EC2 in its own form; `None` when it is refused.
    pub(super) async fn ec2_form(&self, call: &Call, form: String) -> Result<Option<String>, ProxyError> {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = self.call(call, "ec2", &headers, "/", form.into_bytes()).await?;
        Ok(answer.status().is_success().then(|| String::from_utf8_lossy(answer.body()).into_owned()))
    }
}

/// The form of a describe call; filters of one name have to follow each other.
fn filtered(operation: &str, filters: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", operation).append_pair("Version", "2016-11-15");
    let (mut filter, mut value, mut last) = (0, 0, "");
    for (name, text) in filters {
        if *name != last {
            (filter, value, last) = (filter + 1, 0, name);
            form.append_pair(&format!("Filter.{filter}.Name"), name);
        }
        value += 1;
        form.append_pair(&format!("Filter.{filter}.Value.{value}"), text);
    }
    form.finish()
}
