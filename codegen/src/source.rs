//! The input of the loader: files as bytes with a path, and the limits on them.

/// A file of the spec, as it was read. The path is relative to the spec folder, with `/` between its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies, `aliyun-cas-2020-04-07/service.yaml`.
    pub path: String,
    /// Its content, which need not be UTF-8.
    pub bytes: Vec<u8>,
}

impl SourceFile {
    /// A file from its path and content.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into() }
    }
}

/// Limits on the size of a spec. They are generous: our largest file has about 2,000 lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of one file.
    pub file_bytes: usize,
    /// Most bytes of all files.
    pub tree_bytes: usize,
    /// Most files.
    pub files: usize,
    /// Deepest nesting of mappings and lists.
    pub depth: usize,
    /// Number of findings in one file after which reading that file stops.
    pub findings_per_file: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 1 << 20, tree_bytes: 16 << 20, files: 20_000, depth: 32, findings_per_file: 100 }
    }
}
