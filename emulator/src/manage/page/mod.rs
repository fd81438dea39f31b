//! The page for people, at `/_emulator/`. It uses the management API and nothing else.
//!
//! The page puts text into text nodes only: what clients sent may contain markup. Its policy holds the browser to that.

use super::answer::Answer;

/// The files of the page: path below `/_emulator/`, content type, content.
const FILES: [(&str, &str, &[u8]); 10] = [
    ("", "text/html;charset=utf-8", include_bytes!("index.html")),
    ("style.css", "text/css;charset=utf-8", include_bytes!("style.css")),
    ("icon.svg", "image/svg+xml", include_bytes!("icon.svg")),
    ("words.json", "application/json", include_bytes!("words.json")),
    ("page.js", "text/javascript;charset=utf-8", include_bytes!("page.js")),
    ("show.js", "text/javascript;charset=utf-8", include_bytes!("show.js")),
    ("services.js", "text/javascript;charset=utf-8", include_bytes!("services.js")),
    ("faults.js", "text/javascript;charset=utf-8", include_bytes!("faults.js")),
    ("clock.js", "text/javascript;charset=utf-8", include_bytes!("clock.js")),
    ("words.js", "text/javascript;charset=utf-8", include_bytes!("words.js")),
];

/// What the page may do: load these files, talk to this endpoint, and make no markup of text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// Returns the file at a path below `/_emulator/`, if there is one.
pub(super) fn file(name: &str) -> Option<Answer> {
    let (_, kind, content) = FILES.iter().find(|(known, ..)| *known == name)?;
    let answer = Answer::of(200, kind, *content).header("content-security-policy", POLICY);
    Some(answer.header("referrer-policy", "no-referrer").header("x-frame-options", "DENY"))
}

/// Sends a browser that left the slash out to the page, whose files are relative to it.
pub(super) fn with_slash() -> Answer {
    Answer::empty(308).header("location", "/_emulator/")
}
