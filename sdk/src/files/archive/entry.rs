//! One entry: what its headers tell, held against what is there.

use super::Limits;
use rawzip::{CompressionMethod, ZipFileHeaderRecord, ZipSliceArchive, crc32};

/// Kinds of files, in the mode of Unix.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

pub(super) struct Entry {
    pub(super) bytes: Vec<u8>,
    /// Where it stands in the archive, with its own header.
    pub(super) range: (u64, u64),
}

/// Reads an entry. The error goes on after its name.
pub(super) fn read(
    archive: &ZipSliceArchive<&[u8]>,
    header: &ZipFileHeaderRecord<'_>,
    limits: Limits,
    left: usize,
) -> Result<Entry, String> {
    let folder = header.is_dir();
    let kind = header.mode().value() & KIND;
    if kind != if folder { FOLDER } else { REGULAR } && kind != 0 {
        return Err("is a link, or something else that is no file".to_owned());
    }
    let way = header.compression_method();
    if header.flags().is_encrypted() || header.flags().is_masked() || way == CompressionMethod::AES {
        return Err("is encrypted".to_owned());
    }
    if way != CompressionMethod::STORE && way != CompressionMethod::DEFLATE {
        return Err("is compressed in a way that is not read: only deflate is".to_owned());
    }
    let (packed, size) = (header.compressed_size_hint(), header.uncompressed_size_hint());
    let size = usize::try_from(size).ok().filter(|size| *size <= limits.file_size);
    let size = size.ok_or_else(|| format!("has more than {} bytes", limits.file_size))?;
    if size > left {
        return Err(format!("is too much: all files together have more than {} bytes", limits.total_size));
    }
    if size as u64 > packed.saturating_mul(limits.ratio as u64) {
        return Err(format!("is more than {} times larger than what it takes in the archive", limits.ratio));
    }
    if folder && size > 0 {
        return Err("is a folder with bytes in it".to_owned());
    }
    let entry = archive.get_entry(header.wayfinder()).map_err(|_| "is cut off".to_owned())?;
    let local = entry.local_header();
    // Two readers must not see two archives.
    if local.file_path().as_bytes() != header.file_path().as_bytes()
        || local.compression_method() != way
        || local.flags().is_encrypted()
    {
        return Err("is described in two ways that differ".to_owned());
    }
    let bytes = match way {
        CompressionMethod::STORE => Some(entry.data().to_vec()).filter(|bytes| bytes.len() == size),
        _ => inflated(entry.data(), size),
    };
    let bytes = bytes.ok_or("does not have the size that the archive tells, or is damaged")?;
    if crc32(&bytes) != header.crc32() {
        return Err("does not have the check sum that the archive tells".to_owned());
    }
    Ok(Entry { bytes, range: (header.local_header_offset(), entry.compressed_data_range().1) })
}

/// Exactly this many bytes, or nothing.
fn inflated(data: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; size];
    let written = miniz_oxide::inflate::decompress_slice_iter_to_slice(&mut bytes, std::iter::once(data), false, true);
    (written == Ok(size)).then_some(bytes)
}
