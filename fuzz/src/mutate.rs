//! Mutations, for toolchains without libFuzzer.

/// A small generator: the same seed brings the same mutation.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % (end.max(1) as u64)) as usize
    }
}

/// Texts that formats are made of.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "18446744073709551616",
    "9223372036854775808",
    "<",
    "</",
    "/>",
    ">",
    "<item>",
    "</item>",
    "&amp;",
    "&#0;",
    "&#xD;",
    "<!DOCTYPE a>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "\u{feff}",
    "\u{0}",
    "\n",
    "\r\n",
    "=",
    "#",
    ";",
    "%",
    "&",
    "+",
    " ",
    "canary-7",
    "Code",
    "Message",
    "Error",
    "RequestId",
    "[secret 1]",
    "-----BEGIN PRIVATE KEY-----",
    "https://example.com/a?b",
    "张",
    "PrivateKey",
    "Key",
    "Token",
];

/// Changes an input in a few places; `other` is where pieces may come from.
pub fn mutate(input: &[u8], other: &[u8], seed: u64) -> Vec<u8> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut out = input.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(out.len() + 1);
        let end = (at + random.below(16)).min(out.len());
        match random.below(7) {
            0 if at < out.len() => out[at] ^= 1 << random.below(8),
            1 => out.insert(at, random.below(256) as u8),
            2 => {
                out.drain(at..end);
            }
            3 => {
                let word = WORDS[random.below(WORDS.len())];
                out.splice(at..at, word.bytes());
            }
            4 => {
                let piece = out[at..end].to_vec();
                let times = random.below(8);
                out.splice(at..at, piece.repeat(times));
            }
            5 if !other.is_empty() => {
                let from = random.below(other.len());
                let to = (from + random.below(64)).min(other.len());
                out.splice(at..end, other[from..to].iter().copied());
            }
            _ => out.truncate(at.max(1)),
        }
    }
    out
}
