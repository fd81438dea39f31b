//! Archives that certificates are downloaded in.

use super::trouble::Trouble;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Makes a zip archive of named texts. The same texts give the same bytes, because entries have no time.
pub(crate) fn archive(files: &[(&str, &str)]) -> Result<Vec<u8>, Trouble> {
    let failed = |e: &dyn std::fmt::Display| Trouble::new(format!("The archive could not be made: {e}."));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in files {
        writer.start_file(*name, options).map_err(|e| failed(&e))?;
        writer.write_all(content.as_bytes()).map_err(|e| failed(&e))?;
    }
    Ok(writer.finish().map_err(|e| failed(&e))?.into_inner())
}
