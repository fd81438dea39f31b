use super::{Hidden, Scrubber, view};
use crate::base::secret::REDACTED;
use crate::base::sensitivity::Sensitivity;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use std::fmt::Write;

fn personal(text: &str) -> Hidden {
    Hidden::of(Sensitivity::Personal, text).unwrap()
}

/// A generator with a fixed seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap() % end.max(1)
    }

    /// A text of this alphabet, which begins with one of its letters.
    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[self.below(letters.len())]).collect()
    }
}

const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PASSWORD: &str = "ABCDEFabcdef0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ äß张é";

fn percent(text: &str, digits: fn(u8) -> String) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { digits(byte) }).collect()
}

fn small(text: &str) -> String {
    percent(text, |byte| format!("%{byte:02x}"))
}

fn capitals(text: &str) -> String {
    percent(text, |byte| format!("%{byte:02X}"))
}

fn each(text: &str, one: impl Fn(char) -> String) -> String {
    text.chars().map(one).collect()
}

fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn html(text: &str) -> String {
    let names = [
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\"", "&quot;"),
        ("'", "&apos;"),
        ("+", "&plus;"),
        ("/", "&sol;"),
        ("=", "&equals;"),
    ];
    names.iter().fold(text.to_owned(), |text, (sign, name)| text.replace(sign, name))
}

fn units(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut out, unit| {
        let _ = write!(out, "\\u{unit:04x}");
        out
    })
}

fn hex(text: &str) -> String {
    crate::base::secret::hex(text.as_bytes())
}

fn lines(text: &str, end: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(11).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join(end)
}

type Encoding = (&'static str, fn(&str) -> String);

/// How a service may write what it quotes.
const ENCODINGS: &[Encoding] = &[
    ("as it is", str::to_owned),
    ("percent, small", small),
    ("percent, capitals", capitals),
    ("percent, all of it", |text| {
        percent(text, |byte| format!("%{byte:02x}")).bytes().map(|byte| format!("%{byte:02X}")).collect()
    }),
    ("percent, twice", |text| small(&capitals(text))),
    ("percent, three times", |text| capitals(&small(&capitals(text)))),
    ("a form", |text| capitals(text).replace("%20", "+")),
    ("a form, not encoded", |text| text.replace(' ', "+")),
    ("a form, decoded", |text| text.replace('+', " ")),
    ("percent, unicode", |text| {
        each(text, |c| {
            if c.is_ascii_alphanumeric() || u32::from(c) > 0xffff {
                c.into()
            } else {
                format!("%u{:04X}", u32::from(c))
            }
        })
    }),
    ("JSON", json),
    ("JSON in JSON", |text| json(&json(text))),
    ("JSON, with slashes escaped", |text| json(text).replace('/', "\\/")),
    ("JSON, ASCII only", |text| {
        each(text, |c| if c.is_ascii_alphanumeric() { c.into() } else { units(&c.to_string()) })
    }),
    ("JSON, all of it", units),
    ("backslash x", |text| text.bytes().map(|byte| format!("\\x{byte:02x}")).collect::<String>()),
    ("Rust", |text| each(text, |c| format!("\\u{{{:x}}}", u32::from(c)))),
    ("HTML, by names", html),
    ("HTML, decimal", |text| each(text, |c| format!("&#{};", u32::from(c)))),
    ("HTML, hexadecimal", |text| each(text, |c| format!("&#x{:x};", u32::from(c)))),
    ("HTML, capitals, padded", |text| each(text, |c| format!("&#X{:04X};", u32::from(c)))),
    ("HTML of percent", |text| html(&capitals(text))),
    ("percent of HTML", |text| capitals(&html(text))),
    ("JSON of HTML", |text| json(&html(text))),
    ("base64", |text| STANDARD.encode(text)),
    ("base64, no padding", |text| STANDARD_NO_PAD.encode(text)),
    ("base64 for URLs", |text| URL_SAFE.encode(text)),
    ("base64 for URLs, no padding", |text| URL_SAFE_NO_PAD.encode(text)),
    ("base64 behind one byte", |text| STANDARD.encode(format!(":{text}"))),
    ("base64 behind two", |text| STANDARD.encode(format!("k={text}&x"))),
    ("base64 behind letters", |text| format!("key{}", STANDARD.encode(text))),
    ("base64 in lines", |text| lines(&STANDARD.encode(text), "\r\n")),
    ("base64 of base64", |text| STANDARD.encode(STANDARD.encode(text))),
    ("percent of base64", |text| capitals(&STANDARD.encode(text))),
    ("base64 of JSON", |text| STANDARD.encode(json(text))),
    ("hexadecimal", hex),
    ("hexadecimal, capitals", |text| hex(text).to_uppercase()),
    ("hexadecimal behind a digit", |text| format!("f{}", hex(text))),
    ("capitals", str::to_uppercase),
    ("small letters", str::to_lowercase),
    ("invisible characters in it", |text| each(text, |c| format!("{c}\u{200b}"))),
];

fn clean(hidden: &[Hidden], text: &str) -> String {
    Scrubber::new(hidden).clean(text).unwrap_or_else(|| text.to_owned())
}

/// Whether anything of a text is left that tells it.
fn left(shown: &str, encoded: &str) -> bool {
    let letters: Vec<char> = encoded.chars().collect();
    let run = letters.len().min(24);
    letters.windows(run).any(|run| shown.contains(&run.iter().collect::<String>()))
}

#[test]
fn a_secret_is_found_in_every_encoding() {
    let mut random = Random(1);
    let mut tried = 0;
    for (alphabet, lengths) in [(BASE64, [20, 40, 64, 200]), (PASSWORD, [6, 12, 24, 90])] {
        for length in lengths {
            for _ in 0..4 {
                let secret = format!("k{}k", random.text(alphabet, length));
                for (name, encode) in ENCODINGS {
                    let encoded = encode(&secret);
                    let message = format!("The value {encoded} is not valid");
                    let shown = clean(&[Hidden::secret(secret.as_str())], &message);
                    assert!(shown.starts_with("The value ") && shown.ends_with(" is not valid"), "{name}: {shown}");
                    assert!(shown.contains(REDACTED), "{name}: {secret:?} as {encoded:?} is not found");
                    assert!(!left(&shown, &encoded), "{name}: {shown} of {encoded}");
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, 32 * ENCODINGS.len());
}

#[test]
fn sixteen_characters_of_a_secret_are_found_wherever_it_was_cut() {
    let mut random = Random(2);
    for alphabet in [BASE64, PASSWORD] {
        for _ in 0..2 {
            let secret = random.text(alphabet, 80);
            let letters: Vec<char> = secret.chars().collect();
            let hidden = [Hidden::secret(secret.as_str())];
            for (start, run) in letters.windows(16).enumerate().step_by(8) {
                let run: String = run.iter().collect();
                for (name, encode) in ENCODINGS {
                    let shown = clean(&hidden, &format!("got {} here", encode(&run)));
                    assert!(shown.contains(REDACTED), "{name}: characters {start} on: {run:?} in {shown:?}");
                }
            }
        }
    }
}

#[test]
fn a_private_key_is_found_without_its_armour_and_in_any_lines() {
    let mut random = Random(3);
    let body = random.text(BASE64, 1600);
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", wrapped(&body, 64, "\n"));
    let hidden = [Hidden::secret(pem.as_str())];
    for line in pem.lines().filter(|line| !line.starts_with("-----")) {
        for (name, encode) in ENCODINGS {
            let shown = clean(&hidden, &format!("line 7 is {} and wrong", encode(line)));
            assert!(shown.starts_with("line 7 ") && shown.contains(REDACTED), "{name}: {shown}");
            assert!(!left(&shown, &encode(line)), "{name}: {shown}");
        }
    }
    for other in [
        body.clone(),
        wrapped(&body, 76, "\r\n"),
        wrapped(&body, 20, "\\n"),
        wrapped(&body, 64, " "),
        wrapped(&body, 30, "\n> "),
    ] {
        let shown = clean(&hidden, &format!("the text {other} is no PEM"));
        assert!(!left(&shown, &body[..30]) && !left(&shown, &body[1500..1530]), "{shown}");
        let letters = shown.chars().filter(|c| body.contains(*c)).count();
        assert!(letters < 500, "{shown}");
    }
    // What all keys have is no secret, and what follows it is of a key that is not known here.
    assert_eq!(
        clean(&hidden, "a key is -----BEGIN CERTIFICATE----- and not"),
        "a key is -----BEGIN CERTIFICATE----- and not"
    );
    assert_eq!(clean(&[], "got -----begin ec private key-----\nabc"), format!("got -----begin ec {REDACTED}"));
    assert_eq!(clean(&[], "the private key is not valid"), "the private key is not valid");
}

fn wrapped(text: &str, width: usize, end: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(width).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join(end)
}

#[test]
fn a_signature_is_found_in_both_ways_to_write_it_and_by_its_name() {
    let raw: Vec<u8> = (7..39).map(|n: u8| n.wrapping_mul(37)).collect();
    let (digits, text) = (crate::base::secret::hex(&raw), STANDARD.encode(&raw));
    for known in [&digits, &text] {
        let hidden = [Hidden::signature(known.as_str())];
        for quoted in [&digits, &text, &digits.to_uppercase(), &URL_SAFE_NO_PAD.encode(&raw), &capitals(&text)] {
            let shown = clean(&hidden, &format!("we got {quoted}, which is wrong"));
            assert!(shown.contains(REDACTED) && !left(&shown, quoted), "{shown}");
        }
    }
    // The right one is quoted: nobody here knows it.
    for quote in ["Signature=", "signature: ", "\"Signature\":\"", "X-Amz-Signature=", "SecurityToken = "] {
        for value in [&digits, &text] {
            let shown = clean(&[], &format!("expected {quote}{value}."));
            assert_eq!(shown, format!("expected {quote}{REDACTED}."));
        }
    }
    for plain in [
        "Signature expired: 20260102T030405Z is too far",
        "SignatureMethod=HMAC-SHA256-and-more",
        "signature: SomethingIsNotAsItShouldBe",
    ] {
        assert_eq!(clean(&[], plain), plain);
    }
}

#[test]
fn what_names_a_person_is_found_whole_or_cut_off_and_not_inside_words() {
    let of = |text: &str| [personal(text)];
    let shown = |text: &str, message: &str| clean(&of(text), message);
    assert_eq!(shown("hostmaster@shop.example.com", "bad HOSTMASTER@shop.exa"), format!("bad {REDACTED}"));
    assert_eq!(shown("hostmaster@shop.example.com", "hostmaster%40shop.example.com!"), format!("{REDACTED}!"));
    // The domain is public.
    assert_eq!(shown("me@a-long-shop.example.com", "a-long-shop.example.com fails"), "a-long-shop.example.com fails");
    assert_eq!(shown("13800000000", "call 138-0000-0000 now"), format!("call {REDACTED} now"));
    assert_eq!(shown("Chen", "the kitchen of CHEN, %43hen"), format!("the kitchen of {REDACTED}, {REDACTED}"));
    assert_eq!(shown("张三丰", "用户张三丰无权限"), format!("用户{REDACTED}无权限"));
    assert_eq!(shown("Li", "Li"), "Li", "shorter texts stand in others by chance");
}

#[test]
fn what_is_public_stays() {
    let mut random = Random(4);
    let hidden: Vec<Hidden> = (0..20).map(|_| Hidden::secret(random.text(BASE64, 60))).collect();
    for plain in [
        "The domain name www.example.com is not put on record: see https://example.com/docs?a=b&c=d",
        "参数 Domain 的值无效、不合法或者超出范围 (100%)",
        "Specified access key is not found: LTAI5tExampleExample",
        "C:\\temp\\new & <b>&nbsp;</b> &unknown; 50%",
        "",
    ] {
        assert_eq!(Scrubber::new(&hidden).clean(plain), None, "{plain}");
    }
    for _ in 0..200 {
        let other = random.text(BASE64, 100);
        assert_eq!(Scrubber::new(&hidden).clean(&other), None, "{other}");
    }
}

#[test]
fn marks_do_not_overlap_and_keep_what_is_between() {
    let hidden = [Hidden::secret("first-secret"), Hidden::secret("second-secret"), Hidden::secret("secret")];
    assert_eq!(clean(&hidden, "first-secret"), REDACTED);
    assert_eq!(clean(&hidden, "first-secretsecond-secret"), REDACTED);
    assert_eq!(clean(&hidden, "张first-secret张second-secret"), format!("张{REDACTED}张{REDACTED}"));
    assert_eq!(clean(&hidden, "string to sign is: a=b&secret"), format!("string to sign: {REDACTED}"));
    assert_eq!(clean(&hidden, "got POST&amp;%2F&amp;a"), format!("got {REDACTED}"));
}

#[test]
fn a_long_message_is_cut_and_looking_at_it_is_bounded() {
    let secret = "long-secret-of-somebody";
    let long = "x ".repeat(1 << 20) + secret;
    let shown = clean(&[Hidden::secret(secret)], &long);
    assert!(shown.len() < 20_000 && shown.ends_with(REDACTED), "{}", shown.len());
    // Every decoding brings another: nothing of it is shown if not all of it can be looked at.
    let mut random = Random(5);
    for alphabet in ["%25&amp;\\u00", "%2526#x;", "\\/ab", "0123456789abcdef", BASE64] {
        let nested = random.text(alphabet, 16 << 10);
        let mut looked = 0;
        view::each(&nested, |view| looked += view.bytes.len());
        assert!(looked <= 65 << 14, "{looked} bytes were looked at");
    }
    // Each sign is encoded in another order of encodings.
    let nested: String = (0..64_u32)
        .map(|order| {
            (0..6).fold("%".to_owned(), |text, step| match (order >> step) & 3 {
                0 => capitals(&text),
                1 => html(&text).replace('%', "&percnt;"),
                2 => json(&text).replace('%', "\\u0025").replace('&', "\\u0026"),
                _ => STANDARD.encode(text),
            })
        })
        .collect::<Vec<_>>()
        .join(" ")
        .repeat(20);
    let mut looked = 0;
    assert!(!view::each(&nested[..16 << 10], |view| looked += view.bytes.len()));
    assert!(looked <= 65 << 14, "{looked} bytes were looked at");
    assert_eq!(clean(&[], &nested), REDACTED);
    let deep = (0..9).fold(secret.to_owned(), |text, _| units(&text));
    assert!(!clean(&[Hidden::secret(secret)], &deep).contains(secret));
}

#[test]
fn nothing_panics_on_any_text() {
    let mut random = Random(6);
    let signs = "%&#;\\ux{}0aF+/=\n\r\u{202e}张é\u{1f600}Signature:string to signPRIVATE KEY-----BEGIN ";
    for _ in 0..3000 {
        let length = random.below(60);
        let text = random.text(signs, length);
        let secret = random.text(signs, 1 + length / 2);
        let cleaned =
            clean(&[Hidden::secret(secret.as_str()), personal(text.as_str()), Hidden::signature(secret)], &text);
        assert!(cleaned.len() <= text.len() + 40 * REDACTED.len());
    }
}

#[cfg(feature = "testing")]
#[test]
fn a_digest_is_no_link_because_of_three_bytes() {
    let of = |text: &str| Scrubber::new(std::iter::empty::<&Hidden>()).sensitivity(text);
    // As hexadecimal it has the bytes `>://\x08`.
    assert!(of("1C82DB7336C77DE800C0785CE90DA281BB3E3A2F2F083CF0BF1A3279C1B71B6B").is_public());
    for link in ["https://example.com/a?token=b", "oss://bucket"] {
        let hexadecimal: String = link.bytes().map(|byte| format!("{byte:02x}")).collect();
        for text in [hexadecimal, link.replace(':', "%3A"), link.replace('/', "&#x2f;")] {
            assert_eq!(of(&text), Sensitivity::Secret, "{text}");
        }
    }
}
