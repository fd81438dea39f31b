//! Pictures as parameters.

use crate::base::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// How files of the usual kinds begin: JPEG, PNG, GIF, BMP, TIFF, PDF.
const BEGINNINGS: [&[u8]; 8] =
    [b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"%PDF-"];

/// A picture, such as a business licence, as services take it: in base64.
///
/// Setters of pictures take it. They also take text, which has to be base64. The size that a service allows is checked before the request is sent.
///
/// ```no_run
/// # #[cfg(feature = "ksyun-kcm-2016-03-04")]
/// # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use cloudcert::Image;
///
/// let licence = Image::from_bytes(std::fs::read("licence.jpg")?)?;
/// client.update_certificate().certificate_id("2601020300001").business_licence(licence).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Image(String);

impl Image {
    /// Takes the bytes of a picture.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if they are not JPEG, PNG, GIF, BMP, TIFF, WebP or PDF. If a service takes pictures of
    /// another kind, pass text in base64 to the setter.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        let bytes = bytes.as_ref();
        let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
        if webp || BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning)) {
            return Ok(Self(STANDARD.encode(bytes)));
        }
        let message = "the bytes are not a picture: use JPEG, PNG, GIF, BMP, TIFF, WebP or PDF";
        Err(Error::input("Image::from_bytes", message))
    }

    /// The picture in base64.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.0
    }
}

impl From<Image> for String {
    fn from(image: Image) -> Self {
        image.0
    }
}

impl From<&Image> for String {
    fn from(image: &Image) -> Self {
        image.0.clone()
    }
}

/// Shows the size only: a picture may show persons and their papers.
impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({} bytes in base64)", self.0.len())
    }
}
