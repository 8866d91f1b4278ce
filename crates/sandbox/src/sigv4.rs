//! Whose call it is and where it goes: the credential scope of an AWS signature. The signature itself is not checked.

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;

/// The account of a caller whose access key says nothing else; moto's own default.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// The credential scope of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The access key.
    pub access_key: String,
    /// For example `eu-west-1`.
    pub region: String,
    /// The name the service is signed with, for example `rds`; in lower case.
    pub service: String,
}

impl Scope {
    /// Reads `Authorization`, or the query of a presigned URL.
    #[must_use]
    pub fn of(headers: &HeaderMap, query: Option<&str>) -> Option<Self> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some(credential) = header.and_then(|text| text.split("Credential=").nth(1)) {
            return Self::parse(credential.split([',', ' ']).next()?);
        }
        let presigned = query?.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?;
        Self::parse(&percent_decode_str(presigned).decode_utf8_lossy())
    }

    fn parse(credential: &str) -> Option<Self> {
        // From the right: an access key may contain a slash, the rest cannot.
        let mut parts = credential.rsplitn(5, '/');
        let (_terminator, service, region, _date, key) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self { access_key: key.to_owned(), region: region.to_owned(), service: service.to_ascii_lowercase() })
    }

    /// The account, if the access key names it: twelve digits are an account number.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        let key = self.access_key.as_str();
        (key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit())).then_some(key)
    }

    /// Whether moto made this key, and so knows an account for it.
    #[must_use]
    pub fn issued_by_moto(&self) -> bool {
        self.access_key.len() == 20 && (self.access_key.starts_with("AKIA") || self.access_key.starts_with("ASIA"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn reads_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(
            AUTHORIZATION,
            HeaderValue::from_static(
                "AWS4-HMAC-SHA256 Credential=222233334444/20261123/eu-west-1/rds/aws4_request, SignedHeaders=host, Signature=0",
            ),
        );
        let scope = Scope::of(&headers, None).unwrap();
        assert_eq!((scope.region.as_str(), scope.service.as_str()), ("eu-west-1", "rds"));
        assert_eq!(scope.account(), Some("222233334444"));
        assert!(!scope.issued_by_moto());
    }

    #[test]
    fn reads_a_presigned_url() {
        let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261123%2Fus-east-1%2Fs3%2Faws4_request";
        let scope = Scope::of(&HeaderMap::new(), Some(query)).unwrap();
        assert_eq!((scope.region.as_str(), scope.service.as_str()), ("us-east-1", "s3"));
        assert!(scope.issued_by_moto() && scope.account().is_none());
    }

    #[test]
    fn an_unsigned_request_has_none() {
        assert_eq!(Scope::of(&HeaderMap::new(), Some("a=b")), None);
        assert_eq!(Scope::of(&HeaderMap::new(), Some("X-Amz-Credential=short")), None);
    }
}
