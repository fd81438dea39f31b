//! Reads the spec of an older revision: keys that the language renamed or dropped since.

use cloudcert_codegen::source::SourceFile;

/// Keys that were renamed: before and now.
const RENAMED: [(&str, &str); 2] =
    [("guaranteed: true", "guaranteed: true"), ("guaranteed: false", "guaranteed: false")];
/// Keys that had one value only and were dropped.
const DROPPED: [&str; 1] = ["lists: dotted-from-one"];

/// Rewrites old keys line by line, so that places in findings stay right. Texts have a key of their own and are left alone.
pub(super) fn translate(files: &mut [SourceFile]) {
    for file in files {
        let Ok(text) = std::str::from_utf8(&file.bytes) else { continue };
        let lines = text.split_inclusive('\n').map(|line| {
            let (key, end) = line.split_at(line.trim_end().len());
            let inside = key.trim_start();
            if DROPPED.contains(&inside) {
                return end.to_owned();
            }
            match RENAMED.iter().find(|(old, _)| *old == inside) {
                Some((old, new)) => line.replace(old, new),
                None => line.to_owned(),
            }
        });
        file.bytes = lines.collect::<String>().into_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_keys_are_rewritten_in_their_line() {
        let old = "protocol:\n  lists: dotted-from-one\nA:\n  guaranteed: true\n  doc: {en: It is guaranteed: true.}\n";
        let mut files = [SourceFile::new("a/service.yaml", old)];
        translate(&mut files);
        let new = "protocol:\n\nA:\n  guaranteed: true\n  doc: {en: It is guaranteed: true.}\n";
        assert_eq!(String::from_utf8_lossy(&files[0].bytes), new);
    }
}
