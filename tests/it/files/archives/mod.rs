//! Archives: which are read, and which are refused.

mod zip;

pub(crate) use zip::{Entry, zip};

use cloudcert::ErrorKind;
use cloudcert::archive::{Archive, Limits};
use proptest::prelude::*;
use zip::zip_of;

fn entries() -> Vec<Entry> {
    vec![
        Entry::stored("a/", b"").with(|e| e.mode = 0o040_755),
        Entry::stored("a/cert.pem", b"certificate"),
        Entry::deflated("a/chain.pem", &b"chain of trust, ".repeat(50)),
        Entry::deflated("a/private.key", b"canary"),
        Entry::deflated("empty", b""),
        Entry::deflated("streamed", b"written as it comes").with(|e| e.flags = 0x808),
        Entry::stored("streamed too", b"the same").with(|e| e.flags = 8),
        // As archives from Windows are: no mode.
        Entry::stored("b..c/.d", b"dots").with(|e| e.mode = 0),
    ]
}

/// Why an archive is refused.
fn why(bytes: &[u8]) -> String {
    let error = Archive::read(bytes).unwrap_err();
    assert_eq!((error.kind(), error.action()), (ErrorKind::Response, "Archive::read"));
    let text = format!("{error} {error:?}");
    assert!(!text.contains("canary"), "{text}");
    error.message().to_owned()
}

#[track_caller]
fn refused(entry: Entry, expected: &str) {
    let why = why(&zip(&[Entry::stored("first", b"1"), entry]));
    assert!(why.contains(expected), "{why}");
}

#[test]
fn stored_and_deflated_files_are_read() {
    let archive = Archive::read(&zip(&entries())).unwrap();
    let files: Vec<(&str, usize)> = archive.files().iter().map(|file| (file.name(), file.expose().len())).collect();
    let packed = [("a/cert.pem", 11), ("a/chain.pem", 800), ("a/private.key", 6), ("empty", 0)];
    assert_eq!(files, [&packed[..], &[("streamed", 19), ("streamed too", 8), ("b..c/.d", 4)]].concat());
    assert_eq!(archive.file("a/private.key").unwrap().expose(), b"canary");
    assert!(archive.file("private.key").is_none());
    assert!(!format!("{archive:?} {archive:#?} {:?}", archive.files()).contains("canary"));
    assert_eq!(Archive::read(&zip(&[])).unwrap().files().len(), 0);
    // What stands before an archive does not matter; names that are not UTF-8 are retained as far as possible.
    let name = |e: &mut Entry| (e.name, e.local_name, e.flags) = (vec![0xd6, 0xa4], vec![0xd6, 0xa4], 0);
    let prefixed = [b"MZ and more".to_vec(), zip(&[Entry::stored("x", b"").with(name)])].concat();
    assert_eq!(Archive::read(&prefixed).unwrap().files()[0].name(), "\u{5a4}");
}

#[test]
fn names_that_lead_out_of_the_archive_are_refused() {
    for (name, expected) in [
        ("/etc/passwd", "absolute"),
        ("../key.pem", "`..`"),
        ("a/../../key.pem", "`..`"),
        ("a/..", "`..`"),
        ("../", "`..`"),
        ("./key.pem", "`.`"),
        ("a//b", "empty parts"),
        ("//host/share", "absolute"),
        ("/", "absolute"),
        ("..\\key.pem", "backslash"),
        ("a\\b", "backslash"),
        ("C:\\key.pem", "backslash"),
        ("C:key.pem", "colon"),
        ("key.pem:stream", "colon"),
        ("a\0.pem", "control character"),
        ("a\nb", "control character"),
        ("", "no name"),
        (&"x".repeat(600), "too long"),
    ] {
        refused(Entry::stored(name, b""), expected);
    }
    for twice in ["first", "FIRST", "First/"] {
        refused(Entry::stored(twice, b""), "occurs twice");
    }
}

#[test]
fn entries_that_are_not_plain_files_are_refused() {
    let file = || Entry::stored("file", b"target");
    for mode in [0o120_777, 0o060_644, 0o010_644, 0o140_644, 0o040_755] {
        refused(file().with(|e| e.mode = mode), "a link");
    }
    refused(Entry::stored("folder/", b"x").with(|e| e.mode = 0o040_755), "a folder with contents");
    for flags in [0x801, 0x841, 0x2801] {
        refused(file().with(|e| e.flags = flags), "is encrypted");
    }
    refused(file().with(|e| e.method = 99), "is encrypted");
    for method in [1, 9, 12, 14, 93, 95, 7777] {
        refused(file().with(|e| e.method = method), "only deflate is");
    }
}

#[test]
fn bombs_are_refused_before_inflation() {
    // 2 GiB of nothing, as the header tells; a stream that would not end.
    let bomb = Entry::deflated("bomb", &vec![0; 900_000]);
    assert!(bomb.packed < 1_000);
    refused(bomb.clone().with(|e| e.size = 1 << 31), "has more than 1048576 bytes");
    refused(bomb.clone(), "more than 100 times larger");
    // A header that tells less than there is.
    refused(bomb.clone().with(|e| e.size = 50_000), "does not have the size");
    let loose = Limits::new().ratio(2_000);
    assert_eq!(Archive::read_with(&zip(&[bomb]), loose).unwrap().files()[0].expose().len(), 900_000);

    let many: Vec<Entry> = (0..101).map(|i| Entry::stored(&i.to_string(), b"")).collect();
    assert!(Archive::read(&zip(&many[..100])).is_ok());
    assert!(why(&zip(&many)).contains("it has 101 entries, more than the 100 that are allowed"));
    assert!(why(&zip_of(&many, 3)).contains("more entries than its header states"));
    assert!(why(&zip_of(&many[..3], 5)).contains("fewer entries than its header states"));
    assert!(Archive::read_with(&zip(&many), Limits::new().entries(101)).is_ok());

    let big: Vec<Entry> = (0..20).map(|i| Entry::stored(&i.to_string(), &vec![7; 1 << 20])).collect();
    assert!(why(&zip(&big)).contains("all files together have more than 16777216 bytes"));
    let small = |limits| Archive::read_with(&zip(&big[..2]), limits);
    assert!(small(Limits::new()).is_ok());
    assert!(small(Limits::new().file_size((1 << 20) - 1)).is_err());
    assert!(small(Limits::new().total_size((2 << 20) - 1)).is_err());

    // Two entries of the same bytes, and one within another.
    let one = Entry::stored("one", b"data");
    let same = one.clone().with(|e| (e.name, e.offset) = (b"one".to_vec(), Some(0)));
    assert!(why(&zip(&[one.clone(), same])).contains("twice"));
    let inner = zip(&[Entry::stored("inner", b"x")]);
    let outer = Entry::stored("outer", &inner);
    let at = u32::try_from(30 + "outer".len()).unwrap();
    let within = Entry::stored("inner", b"x").with(|e| e.offset = Some(at));
    assert!(why(&zip(&[outer, within])).contains("two entries overlap"));
}

#[test]
fn headers_that_lie_are_detected() {
    let text = b"some text that is long enough".repeat(4);
    for entry in [Entry::stored("file", &text), Entry::deflated("file", &text)] {
        refused(entry.clone().with(|e| e.size += 1), "does not have the size");
        refused(entry.clone().with(|e| e.size -= 1), "does not have the size");
        refused(entry.clone().with(|e| e.crc ^= 1), "checksum");
        refused(entry.clone().with(|e| e.data[3] ^= 0x10), "does not ");
        refused(entry.clone().with(|e| e.packed = 1 << 30), "is cut off");
        refused(entry.clone().with(|e| e.offset = Some(1 << 30)), "is cut off");
        refused(entry.clone().with(|e| e.offset = Some(5)), "is cut off");
        refused(entry.clone().with(|e| e.local_name = b"evil".to_vec()), "headers that contradict each other");
    }
}

#[test]
fn a_truncated_archive_is_refused() {
    let whole = zip(&entries());
    for length in 0..whole.len() {
        let why = why(&whole[..length]);
        assert!(why.contains("not a zip archive"), "{length}: {why}");
    }
    assert!(why(b"<html>canary</html>").contains("not a zip archive"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_never_panics_and_never_passes_limits(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = zip(&entries());
        for (place, byte) in &places {
            let at = place.index(bytes.len());
            bytes[at] = *byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(archive) = Archive::read(&bytes) {
            for file in archive.files() {
                prop_assert!(file.expose().len() <= 1 << 20);
                prop_assert!(!file.name().contains("..") || file.name().contains("b..c"), "{}", file.name());
            }
        }
    }

    #[test]
    fn garbage_is_no_archive(bytes in prop::collection::vec(any::<u8>(), 0..400), end: bool) {
        let mut bytes = bytes;
        if end {
            bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2e\0\0\0\0\0\0\0\0\0");
        }
        if let Ok(archive) = Archive::read(&bytes) {
            prop_assert!(archive.files().is_empty());
        }
    }

    #[test]
    fn contents_of_any_kind_survive_a_round_trip(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..5)) {
        let made: Vec<Entry> = contents
            .iter()
            .enumerate()
            .map(|(i, content)| {
                let name = format!("f{i}");
                if i % 2 == 0 { Entry::deflated(&name, content) } else { Entry::stored(&name, content) }
            })
            .collect();
        let archive = Archive::read_with(&zip(&made), Limits::new().ratio(2_000)).unwrap();
        let read: Vec<Vec<u8>> = archive.files().iter().map(|file| file.expose().to_vec()).collect();
        prop_assert_eq!(read, contents);
    }
}
