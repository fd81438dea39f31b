//! What a hook prints: bounded, printable, without private keys.

use crate::base::text::Text;
use serde_json::{Map, Value};

/// How many bytes of a command's output are kept, and how long the JSON object in its last line may be.
pub const OUTPUT_LIMIT: usize = 64 * 1024;

/// Longer than any label between the dashes of a PEM text, in bytes.
const LABEL: usize = 128;

/// Where output comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Output,
    Errors,
}

/// The output of both streams, in the order in which its lines were complete.
#[derive(Debug, Default)]
pub(super) struct Log {
    output: Stream,
    errors: Stream,
    kept: Kept,
    /// The last line of standard output that is not blank. It may be the state.
    last: Option<Line>,
}

/// The beginning of a line.
#[derive(Debug, Default)]
struct Line {
    bytes: Vec<u8>,
    /// How many bytes it lacks.
    cut: u64,
}

/// A stream of which a line is not complete.
#[derive(Debug, Default)]
struct Stream {
    open: Line,
    keys: Keys,
}

/// Finds private keys in a stream. It reads whole lines, of which only the beginning is kept, and knows several marks in one line.
#[derive(Debug, Default)]
struct Keys {
    /// Whether one has begun and not ended.
    inside: bool,
    /// Whether one was in the open line.
    met: bool,
    /// The end of the open line, in which a mark may have begun.
    rest: Vec<u8>,
}

#[derive(Debug, Default)]
struct Kept {
    lines: Vec<String>,
    bytes: usize,
    dropped: u64,
}

/// The state, or why it cannot be kept.
pub(super) type State = Result<Option<Map<String, Value>>, Text>;

impl Log {
    pub(super) fn add(&mut self, source: Source, bytes: &[u8]) {
        let mut parts = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            let stream = self.stream(source);
            let room = OUTPUT_LIMIT.saturating_sub(stream.open.bytes.len());
            let taken = part.get(..room).unwrap_or(part);
            stream.open.bytes.extend_from_slice(taken);
            stream.open.cut += (part.len() - taken.len()) as u64;
            stream.keys.read(part);
            if parts.peek().is_some() {
                self.close(source);
            }
        }
    }

    fn stream(&mut self, source: Source) -> &mut Stream {
        match source {
            Source::Output => &mut self.output,
            Source::Errors => &mut self.errors,
        }
    }

    /// The line of a stream is complete.
    fn close(&mut self, source: Source) {
        let stream = self.stream(source);
        let line = std::mem::take(&mut stream.open);
        if stream.keys.end_line() {
            self.kept.take(&Line { bytes: b"(redacted)".to_vec(), cut: 0 });
        } else if line.bytes.iter().all(u8::is_ascii_whitespace) {
            // A blank line says nothing.
        } else if source == Source::Errors {
            self.kept.take(&line);
        } else if let Some(before) = self.last.replace(line) {
            self.kept.take(&before);
        }
    }

    /// The state, the lines, and how many bytes they lack.
    pub(super) fn finish(mut self) -> (State, Vec<String>, u64) {
        for source in [Source::Output, Source::Errors] {
            self.close(source);
        }
        let state = match self.last.take() {
            None => Ok(None),
            Some(last) => {
                let state = last.state();
                if !matches!(state, Ok(Some(_))) {
                    self.kept.take(&last);
                }
                state
            }
        };
        (state, self.kept.lines, self.kept.dropped)
    }
}

impl Keys {
    /// Reads more of the open line.
    fn read(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        self.met |= self.inside;
        loop {
            let mark: &[u8] = if self.inside { b"-----END" } else { b"-----BEGIN" };
            let Some(at) = find(&self.rest, mark) else {
                let kept = self.rest.len().min(mark.len() - 1);
                self.rest.drain(..self.rest.len() - kept);
                return;
            };
            if self.inside {
                self.rest.drain(..at + mark.len());
                self.inside = false;
                continue;
            }
            self.rest.drain(..at);
            let label = self.rest.get(mark.len()..).unwrap_or_default();
            let Some(end) = find(label, b"-----") else {
                if label.len() < LABEL {
                    return;
                }
                self.rest.drain(..mark.len());
                continue;
            };
            self.inside = find(label.get(..end).unwrap_or_default(), b"PRIVATE KEY").is_some();
            self.met |= self.inside;
            self.rest.drain(..mark.len() + end);
        }
    }

    /// The open line has ended. Returns whether it belongs to a private key.
    fn end_line(&mut self) -> bool {
        // The line ends inside a mark.
        if !self.inside && find(&self.rest, b"-----BEGIN").is_some() && find(&self.rest, b"PRIVATE KEY").is_some() {
            (self.inside, self.met) = (true, true);
        }
        self.rest.clear();
        std::mem::take(&mut self.met) || self.inside
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

impl Line {
    fn state(&self) -> State {
        let text = self.bytes.trim_ascii();
        if !text.starts_with(b"{") {
            return Ok(None);
        }
        if self.cut > 0 {
            return Err(text!(
                "the last line of the hook's output is a JSON object of more than 64 KiB",
                "钩子输出的最后一行是超过 64 KiB 的 JSON 对象"
            ));
        }
        // A line in braces that is not JSON is a line like any other.
        Ok(serde_json::from_slice(text).ok())
    }
}

impl Kept {
    fn take(&mut self, line: &Line) {
        let text = printable(&String::from_utf8_lossy(&line.bytes));
        let room = OUTPUT_LIMIT.saturating_sub(self.bytes);
        self.dropped += line.cut;
        let end = (0..=room.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let kept = text.get(..end).unwrap_or_default();
        self.dropped += (text.len() - kept.len()) as u64;
        if !kept.is_empty() {
            self.bytes += kept.len() + 1;
            self.lines.push(kept.to_owned());
        }
    }
}

/// A text in one line, in which control characters are escaped.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim_end_matches('\r').chars() {
        // Characters that turn the direction of text around can falsify a line as well.
        let treacherous = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if treacherous && c != '\t' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
