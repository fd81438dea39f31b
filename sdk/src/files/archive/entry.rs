//! Reads one entry, and checks its headers against its contents.

use super::Limits;
use rawzip::{CompressionMethod, ZipFileHeaderRecord, ZipSliceArchive, crc32};

/// Kinds of files, in the mode of Unix.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

/// A file that was read.
pub(super) struct Entry {
    pub(super) bytes: Vec<u8>,
    /// Its bytes in the archive, including its header.
    pub(super) range: (u64, u64),
}

/// Reads an entry. The error continues a sentence that begins with the entry's name.
pub(super) fn read(
    archive: &ZipSliceArchive<&[u8]>,
    header: &ZipFileHeaderRecord<'_>,
    limits: Limits,
    left: usize,
) -> Result<Entry, String> {
    let folder = header.is_dir();
    let kind = header.mode().value() & KIND;
    if kind != if folder { FOLDER } else { REGULAR } && kind != 0 {
        return Err("is a link or another special file".to_owned());
    }
    let method = header.compression_method();
    if header.flags().is_encrypted() || header.flags().is_masked() || method == CompressionMethod::AES {
        return Err("is encrypted".to_owned());
    }
    if method != CompressionMethod::STORE && method != CompressionMethod::DEFLATE {
        return Err("uses a compression method that is not supported: only deflate is".to_owned());
    }
    let (packed, size) = (header.compressed_size_hint(), header.uncompressed_size_hint());
    let size = usize::try_from(size).ok().filter(|size| *size <= limits.file_size);
    let size = size.ok_or_else(|| format!("has more than {} bytes", limits.file_size))?;
    if size > left {
        return Err(format!("is too large: all files together have more than {} bytes", limits.total_size));
    }
    if size as u64 > packed.saturating_mul(limits.ratio as u64) {
        return Err(format!("is more than {} times larger than its compressed size", limits.ratio));
    }
    if folder && size > 0 {
        return Err("is a folder with contents".to_owned());
    }
    let entry = archive.get_entry(header.wayfinder()).map_err(|_| "is cut off".to_owned())?;
    let local = entry.local_header();
    // Different readers must not see different archives.
    if local.file_path().as_bytes() != header.file_path().as_bytes()
        || local.compression_method() != method
        || local.flags().is_encrypted()
    {
        return Err("has two headers that contradict each other".to_owned());
    }
    let bytes = match method {
        CompressionMethod::STORE => Some(entry.data().to_vec()).filter(|bytes| bytes.len() == size),
        _ => inflated(entry.data(), size),
    };
    let bytes = bytes.ok_or("does not have the size that its header states, or is damaged")?;
    if crc32(&bytes) != header.crc32() {
        return Err("does not match its checksum".to_owned());
    }
    Ok(Entry { bytes, range: (header.local_header_offset(), entry.compressed_data_range().1) })
}

/// Decompresses to exactly this many bytes; `None` if there are more or fewer.
fn inflated(data: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; size];
    let written = miniz_oxide::inflate::decompress_slice_iter_to_slice(&mut bytes, std::iter::once(data), false, true);
    (written == Ok(size)).then_some(bytes)
}
