//! Writes zip archives byte by byte, so that they can lie.

use miniz_oxide::deflate::compress_to_vec;

/// An entry, and what its headers say about it.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    /// The name in the header before the data.
    pub(crate) local_name: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) data: Vec<u8>,
    pub(crate) crc: u32,
    pub(crate) size: u32,
    /// The compressed size that the header announces.
    pub(crate) packed: u32,
    /// The mode of Unix.
    pub(crate) mode: u32,
    /// An offset that is not the real one.
    pub(crate) offset: Option<u32>,
}

impl Entry {
    pub(crate) fn stored(name: &str, content: &[u8]) -> Self {
        let size = u32::try_from(content.len()).unwrap();
        Self {
            name: name.into(),
            local_name: name.into(),
            method: 0,
            flags: 0x800,
            data: content.to_vec(),
            crc: rcrc(content),
            size,
            packed: size,
            mode: 0o100_644,
            offset: None,
        }
    }

    pub(crate) fn deflated(name: &str, content: &[u8]) -> Self {
        let data = compress_to_vec(content, 9);
        let packed = u32::try_from(data.len()).unwrap();
        Self { method: 8, data, packed, ..Self::stored(name, content) }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// The check sum of zip, bit by bit.
fn rcrc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// An archive of these entries.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_of(entries, u16::try_from(entries.len()).unwrap())
}

/// An archive that announces this number of entries.
pub(crate) fn zip_of(entries: &[Entry], count: u16) -> Vec<u8> {
    let mut out = Vec::new();
    let mut list = Vec::new();
    for entry in entries {
        let offset = entry.offset.unwrap_or(u32::try_from(out.len()).unwrap());
        // A streamed entry has its sizes after the data.
        let streamed = entry.flags & 8 != 0;
        let common = |name: &[u8], hidden: bool| {
            let mut bytes = Vec::new();
            let version = 20_u16;
            for part in [version, entry.flags, entry.method, 0, 0x21] {
                bytes.extend(part.to_le_bytes());
            }
            for part in [entry.crc, entry.packed, entry.size] {
                bytes.extend(if hidden { [0; 4] } else { part.to_le_bytes() });
            }
            bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            bytes.extend([0, 0]);
            bytes
        };
        out.extend(b"PK\x03\x04");
        out.extend(common(&entry.local_name, streamed));
        out.extend(&entry.local_name);
        out.extend(&entry.data);
        if streamed {
            out.extend(b"PK\x07\x08");
            out.extend([entry.crc, entry.packed, entry.size].map(u32::to_le_bytes).concat());
        }
        list.extend(b"PK\x01\x02\x14\x03");
        list.extend(common(&entry.name, false));
        // No comment, first disk, no internal attributes.
        list.extend([0; 6]);
        list.extend((entry.mode << 16).to_le_bytes());
        list.extend(offset.to_le_bytes());
        list.extend(&entry.name);
    }
    let start = u32::try_from(out.len()).unwrap();
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend(u32::try_from(list.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}
