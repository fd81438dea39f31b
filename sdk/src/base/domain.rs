//! The definition of a domain name, for checks, endpoints, email addresses and the local endpoint.
//!
//! A domain name is valid by UTS 46 (the crate `idna`, which reqwest reads URLs with), has at least one dot, and does not end with a number.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// Returns the ASCII form of a domain name in lower case; `None` if the text is not a domain name with a dot. Names in other scripts may be written
/// as they are or encoded, by IDNA (UTS 46). IP addresses in any spelling and texts with invisible characters are not domain names.
pub(crate) fn ascii(text: &str) -> Option<String> {
    let uts46 = Uts46::new();
    // Some registered names have hyphens in the third and fourth place.
    let name = uts46.to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify).ok()?;
    let (_, top) = name.rsplit_once('.')?;
    (!is_number(top) && !text.chars().any(|sign| is_hidden(&uts46, sign))).then(|| name.into_owned())
}

/// Returns the full name of a DNS record. The name is relative to the domain, without the asterisk of a wildcard, unless it ends with it already.
#[allow(dead_code, reason = "only some API versions have such names")]
pub(crate) fn record_name(name: &str, domain: &str) -> String {
    let domain = domain.trim().trim_end_matches('.');
    let domain = domain.strip_prefix("*.").unwrap_or(domain);
    let name = name.trim().trim_end_matches('.');
    let is_complete = || {
        let (name, domain) = (name.to_ascii_lowercase(), domain.to_ascii_lowercase());
        name.strip_suffix(&domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    match (name.is_empty() || name == "@", domain.is_empty()) {
        (true, _) => domain.to_owned(),
        (false, true) => name.to_owned(),
        (false, false) if is_complete() => name.to_owned(),
        (false, false) => format!("{name}.{domain}"),
    }
}

/// Whether the last label makes the name an IP address: `1.2.3.4`, `127.1`, `1.2.0x304`. No top-level domain is a number.
fn is_number(label: &str) -> bool {
    let hexadecimal =
        label.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hexadecimal || label.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether IDNA ignores a character. Such a character was copied by mistake, and services may not ignore it.
fn is_hidden(uts46: &Uts46, sign: char) -> bool {
    if sign.is_ascii() {
        return false;
    }
    let mut buffer = [0; 4];
    uts46.to_unicode(sign.encode_utf8(&mut buffer).as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow).0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{ascii, record_name};

    #[test]
    fn the_name_of_a_record_is_relative_to_the_domain_unless_it_ends_with_it() {
        for (name, domain, full) in [
            ("_dnsauth", "www.example.com", "_dnsauth.www.example.com"),
            ("_dnsauth", "*.example.com", "_dnsauth.example.com"),
            ("_dnsauth.www.example.com", "www.example.com", "_dnsauth.www.example.com"),
            ("_dnsauth.WWW.example.com.", "www.example.COM.", "_dnsauth.WWW.example.com"),
            ("_dnsauth.notexample.com", "example.com", "_dnsauth.notexample.com.example.com"),
            ("_dnsauth.www", "www.example.com", "_dnsauth.www.www.example.com"),
            ("www.example.com", "www.example.com", "www.example.com"),
            ("@", "example.com", "example.com"),
            ("", "*.example.com", "example.com"),
            ("_dnsauth", "", "_dnsauth"),
            ("_dnsauth", "例子.中国", "_dnsauth.例子.中国"),
        ] {
            assert_eq!(record_name(name, domain), full, "{name} {domain}");
        }
    }

    #[test]
    fn names_of_all_scripts_are_names() {
        for (text, encoded) in [
            ("example.com", "example.com"),
            ("WWW.Example.COM", "www.example.com"),
            ("a-b.c--d.example", "a-b.c--d.example"),
            ("r3---sn-4g5e6.example.com", "r3---sn-4g5e6.example.com"),
            ("123.example", "123.example"),
            ("1.2.3.4a", "1.2.3.4a"),
            ("0x.example", "0x.example"),
            ("例子.中国", "xn--fsqu00a.xn--fiqs8s"),
            ("例子。中国", "xn--fsqu00a.xn--fiqs8s"),
            ("उदाहरण.परीक्षा", "xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g"),
            ("हिन्दी.भारत", "xn--j2bd4cyah0f.xn--h2brj9c"),
            ("ไทย.ไทย", "xn--o3cw4h.xn--o3cw4h"),
            ("น้ำ.ไทย", "xn--q3c4c8cq.xn--o3cw4h"),
            ("col·lecció.cat", "xn--collecci-ioa91d.cat"),
            ("straße.example", "xn--strae-oqa.example"),
            ("faß.de", "xn--fa-hia.de"),
            ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
            ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
            ("דוגמה.טעסט", "xn--6dbbec0c.xn--deba0ad"),
            ("ශ්‍රී.ලංකා", "xn--10cl1a0b660p.xn--fzc2c9e2c"),
            ("XN--FSQU00A.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s"),
        ] {
            assert_eq!(ascii(text).as_deref(), Some(encoded), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_none() {
        let long = format!("{}.example", "a".repeat(64));
        let longer = format!("{}example", "a.".repeat(130));
        for text in [
            "",
            ".",
            "com",
            "localhost",
            "example.",
            ".example.com",
            "example..com",
            "exa mple.com",
            "example.com ",
            " example.com",
            "-a.example",
            "a-.example",
            "a_b.example",
            "a/b.example",
            "a:80.example",
            "a@b.example",
            "*.example.com",
            "a.*.example",
            "https://example.com",
            "example.com:443",
            "example.com/",
            "exam\u{ad}ple.com",
            "exam\u{200b}ple.com",
            "\u{feff}example.com",
            "example\u{2060}.com",
            "a\u{200d}b.example",
            "a\u{200c}b.example",
            "\u{301}a.example",
            "xn--a.example",
            "xn--.example",
            "xn--ls8h\u{e9}.example",
            "1.2.3.4",
            "1.2.3.4.",
            "127.1",
            "127.0.1",
            "0x7f.1",
            "1.2.3.0x4",
            "1.2.0x304",
            "0177.0.0.1",
            "1.2.3.0x",
            "01.02.03.04",
            "256.256.256.256",
            "1.2.3.4.5",
            "example.1",
            "::1",
            "[::1]",
            "2001:db8::1",
            "::ffff:1.2.3.4",
            "[::ffff:1.2.3.4]",
            "１.２.３.４",
            "1。2。3。4",
            "①.②.③.④",
            "1．2．3．4",
            "fe80::1%eth0",
            "a\u{0}b.example",
            "a\nb.example",
            "\u{202e}a.example",
            "א1a.example",
            &long,
            &longer,
        ] {
            assert_eq!(ascii(text), None, "{text:?}");
        }
    }
}
