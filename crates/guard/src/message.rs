//! A gRPC message in its frame: one byte that says whether it is compressed, four for its length.

use std::io::Read as _;

use bytes::{BufMut as _, Bytes, BytesMut};
use flate2::read::GzDecoder;
use hyper::header::HeaderMap;

/// The only message of a unary call.
#[derive(Debug)]
pub(crate) struct Message {
    /// The encoded message, decompressed.
    pub(crate) content: Bytes,
}

impl Message {
    /// Reads the only message in `body`.
    ///
    /// # Errors
    /// There is none or more than one, or its compression is unknown. The error is a sentence for a person.
    pub(crate) fn read(body: &Bytes, headers: &HeaderMap) -> Result<Self, String> {
        let Some(([compressed, length @ ..], rest)) = body.split_first_chunk::<5>() else {
            return Err(format!("{} bytes hold no message", body.len()));
        };
        let length = u64::from(u32::from_be_bytes(*length));
        if u64::try_from(rest.len()) != Ok(length) {
            return Err(format!("its only message has {length} bytes, but {} came", rest.len()));
        }
        let content = body.slice(5..);
        match compressed {
            0 => Ok(Self { content }),
            1 if headers.get("grpc-encoding").is_some_and(|it| it == "gzip") => {
                let mut plain = Vec::new();
                GzDecoder::new(&*content)
                    .read_to_end(&mut plain)
                    .map_err(|error| format!("its gzip is damaged: {error}"))?;
                Ok(Self { content: plain.into() })
            }
            _ => Err("it is compressed in a way the guard does not know".to_owned()),
        }
    }

    /// `content` in a frame of its own, uncompressed, as every receiver must accept it. A message of 4 GiB or more has no frame;
    /// none arrives that large.
    pub(crate) fn frame(content: &Bytes) -> Bytes {
        let mut frame = BytesMut::with_capacity(content.len() + 5);
        frame.put_u8(0);
        frame.put_u32(u32::try_from(content.len()).unwrap_or(u32::MAX));
        frame.put_slice(content);
        frame.freeze()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn a_frame_is_read_back() {
        for content in [Bytes::new(), Bytes::from_static(b"message")] {
            assert_eq!(Message::read(&Message::frame(&content), &HeaderMap::new()).unwrap().content, content);
        }
    }

    #[test]
    fn gzip_is_understood_and_nothing_else_is_guessed() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"message").unwrap();
        let mut body = Message::frame(&gzip.finish().unwrap().into()).to_vec();
        body[0] = 1;
        let body = Bytes::from(body);
        let mut headers = HeaderMap::new();
        assert!(Message::read(&body, &headers).unwrap_err().contains("compressed"));
        headers.insert("grpc-encoding", HeaderValue::from_static("gzip"));
        assert_eq!(Message::read(&body, &headers).unwrap().content, "message");
    }

    #[test]
    fn anything_but_one_message_is_an_error() {
        let one = Message::frame(&Bytes::from_static(b"one"));
        for body in [&one[..4], &one[..7], &[&one[..], &one[..]].concat(), b""] {
            assert!(Message::read(&Bytes::copy_from_slice(body), &HeaderMap::new()).is_err(), "{body:?}");
        }
    }
}
