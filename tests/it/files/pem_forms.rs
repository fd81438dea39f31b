//! Certificates and keys in every form that openssl writes: fixed ones, and new ones where the program is there.
//!
//! The keys in `tests/data/pem` were made for these tests and open nothing.

use crate::setup::config::ksyun_keys;
use cloudcert::pem::Bundle;
use cloudcert::{Config, Connection};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Kinds of keys that can be proved, with what makes one.
const KINDS: [(&str, &str); 7] = [
    ("rsa2048", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
    ("rsa3072", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072"),
    ("rsa4096", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096"),
    ("p256", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
    ("p384", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
    ("p521", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521"),
    ("ed25519", "genpkey -algorithm ED25519"),
];

/// Kinds that cannot, with the name that they are refused by.
const OTHERS: [(&str, &str, &str); 8] = [
    ("rsa1024", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024", "RSA private key of 1024 bits"),
    ("rsa-exponent-3", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3", "exponent"),
    ("rsa-pss", "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", "RSASSA-PSS"),
    ("ed448", "genpkey -algorithm ED448", "Ed448"),
    ("x25519", "genpkey -algorithm X25519", "X25519"),
    ("p224", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-224", "P-224"),
    ("secp256k1", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "secp256k1"),
    ("brainpool", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1", "brainpoolP256r1"),
];

/// Keys in further forms, with what makes one out of `FROM.key`.
const FORMS: [(&str, &str, &str); 8] = [
    ("rsa2048", "rsa2048.pkcs1", "rsa -traditional -in rsa2048.key"),
    ("p256", "p256.sec1", "ec -in p256.key"),
    ("p256", "p256.no-public", "ec -no_public -in p256.key"),
    ("p256", "p256.compressed", "ec -conv_form compressed -in p256.key"),
    ("p384", "p384.sec1", "ec -in p384.key"),
    ("p384", "p384.hybrid", "ec -conv_form hybrid -in p384.key"),
    ("p521", "p521.sec1", "ec -in p521.key"),
    ("p521", "p521.no-public", "ec -no_public -in p521.key"),
];

/// What is refused, with the words that name it.
const REFUSED: [(&str, &str, &str); 9] = [
    ("rsa2048.encrypted", "pkcs8 -topk8 -in rsa2048.key -passout pass:example", "ENCRYPTED PRIVATE KEY"),
    (
        "rsa2048.encrypted-traditional",
        "rsa -traditional -aes128 -in rsa2048.key -passout pass:example",
        "Proc-Type: 4,ENCRYPTED",
    ),
    ("p256.encrypted-traditional", "ec -aes256 -in p256.key -passout pass:example", "Proc-Type: 4,ENCRYPTED"),
    ("p256.explicit", "ec -param_enc explicit -in p256.key", "explicit curve parameters"),
    ("p256.public", "pkey -pubout -in p256.key", "PUBLIC KEY"),
    ("p256.request", "req -new -key p256.key -subj /CN=www.example.com", "CERTIFICATE REQUEST"),
    ("dh.parameters", "genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048", "PARAMETERS"),
    ("p256.pkcs7", "crl2pkcs7 -nocrl -certfile p256.pem", "PKCS7"),
    ("p256.explicit-parameters", "ecparam -name prime256v1 -param_enc explicit", "EC PARAMETERS"),
];

/// All files, with the arguments that make them, in order.
fn commands() -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut add = |file: &str, arguments: String| out.push((file.to_owned(), arguments));
    for (kind, make) in KINDS {
        add(&format!("{kind}.key"), make.to_owned());
        add(&format!("{kind}.pem"), format!("req -x509 -key {kind}.key -subj /CN=www.example.com -days 36500"));
    }
    for (kind, make, _) in OTHERS {
        add(&format!("{kind}.key"), make.to_owned());
    }
    for (_, file, make) in FORMS {
        add(file, make.to_owned());
    }
    for (file, make, _) in REFUSED {
        add(file, make.to_owned());
    }
    add("p256.parameters", "ecparam -name prime256v1".to_owned());
    add("p256.trusted", "x509 -in p256.pem -trustout -addtrust serverAuth".to_owned());
    add("p256.rejected", "x509 -in p256.pem -trustout -addreject serverAuth".to_owned());
    add("p256.text", "x509 -in p256.pem -text".to_owned());
    out
}

fn openssl(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("openssl");
    let out = command.current_dir(folder).args(arguments).stderr(Stdio::null()).output().ok()?;
    out.status.success().then_some(out.stdout)
}

struct Folder(PathBuf);

impl Folder {
    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.0.join(file)).unwrap()
    }

    fn has(&self, file: &str) -> bool {
        self.0.join(file).exists()
    }
}

fn fixed() -> Folder {
    Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pem"))
}

fn refusal(texts: &[&str]) -> String {
    let error = Bundle::read(texts).unwrap_err();
    error.message().to_owned()
}

/// Checks everything about a folder with these files. Programs of other versions may not make all of them.
fn check(folder: &Folder) {
    for (kind, _) in KINDS {
        let (certificate, key) = (folder.text(&format!("{kind}.pem")), folder.text(&format!("{kind}.key")));
        let bundle = Bundle::read([&certificate, &key]).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(key.contains(bundle.key.unwrap().expose().trim()), "{kind}");
        for (stranger, _) in KINDS.iter().filter(|(stranger, _)| *stranger != kind) {
            let why = refusal(&[&certificate, &folder.text(&format!("{stranger}.key"))]);
            assert!(why.contains("belongs to another certificate"), "{kind} {stranger}: {why}");
        }
        for (other, _, name) in OTHERS.iter().filter(|(other, _, _)| folder.has(&format!("{other}.key"))) {
            let why = refusal(&[&certificate, &folder.text(&format!("{other}.key"))]);
            assert!(why.contains(name), "{other}: {why}");
        }
    }
    for (kind, file, _) in FORMS {
        let (certificate, key) = (folder.text(&format!("{kind}.pem")), folder.text(file));
        let bundle = Bundle::read([&certificate, &key]).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(key.contains(bundle.key.unwrap().expose().trim()), "{file}");
        let stranger = if kind.starts_with('p') { "p256.sec1" } else { "rsa3072.key" };
        if stranger.split('.').next() != Some(kind) {
            assert!(refusal(&[&certificate, &folder.text(stranger)]).contains("another certificate"), "{file}");
        }
    }
    let certificate = folder.text("p256.pem");
    let key = folder.text("p256.key");
    for (file, _, name) in REFUSED.iter().filter(|(file, _, _)| folder.has(file)) {
        for texts in [vec![&certificate, &folder.text(file)], vec![&certificate, &key, &folder.text(file)]] {
            let texts: Vec<&str> = texts.into_iter().map(String::as_str).collect();
            let why = refusal(&texts);
            assert!(why.contains(name), "{file}: {why}");
        }
    }
    let sec1 = folder.text("p256.parameters") + &folder.text("p256.sec1");
    assert!(Bundle::read([&certificate, &sec1]).unwrap().key.is_some());
    let plain = Bundle::read([&certificate, &key]).unwrap();
    for file in ["p256.trusted", "p256.text", "p256.rejected"] {
        let bundle = Bundle::read([&folder.text(file), &key]).unwrap();
        assert_eq!(bundle.certificate, plain.certificate, "{file}");
    }
}

/// Makes all files in a folder.
fn make(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for (file, arguments) in commands() {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        if let Some(out) = openssl(folder, &arguments) {
            let text = String::from_utf8(out).unwrap();
            std::fs::write(folder.join(file), format!("A test vector: what follows opens nothing.\n{text}")).unwrap();
        }
    }
}

#[test]
fn every_form_is_read_or_refused_by_name() {
    // With this variable they are made anew.
    if std::env::var_os("CLOUDCERT_WRITE_PEM_VECTORS").is_some() {
        make(&fixed().0);
    }
    check(&fixed());
}

#[test]
fn files_of_the_local_openssl_are_read_too() {
    let folder = std::env::temp_dir().join(format!("cloudcert-pem-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    if openssl(&folder, &["version"]).is_some() {
        make(&folder);
        check(&Folder(folder.clone()));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A certificate, its key and another one, as people and programs put them together.
#[test]
fn sections_are_found_wherever_they_are() {
    let folder = fixed();
    let marked = |file: &str| {
        let text = folder.text(file);
        text[text.find("-----BEGIN").unwrap()..].to_owned()
    };
    let (certificate, key, other) = (marked("p256.pem"), marked("p256.sec1"), marked("rsa2048.pem"));
    let wanted = Bundle::read([&certificate, &key]).unwrap();
    let glued = |parts: &[&str]| parts.iter().map(|part| part.trim_end()).collect::<String>();
    let indented = |text: &str| text.lines().map(|line| format!(" \t {line} \n")).collect::<Vec<_>>().concat();
    let unfolded = |text: &str| text.lines().collect::<String>().replace("----------BEGIN", "-----\n-----BEGIN");
    let both = format!("{certificate}{key}");
    let forms = [
        ("glued", glued(&[&certificate, &key])),
        ("glued the other way", glued(&[&key, &certificate])),
        ("glued with half of the dashes", glued(&[&certificate, &key]).replace("----------BEGIN", "-----BEGIN")),
        ("a byte order mark", format!("\u{FEFF}{both}")),
        ("a byte order mark before each", format!("\u{FEFF}{certificate}\u{FEFF}{key}")),
        ("a byte order mark between glued ones", format!("{}\u{FEFF}{key}", certificate.trim_end())),
        ("CRLF", both.replace('\n', "\r\n")),
        ("CR", both.replace('\n', "\r")),
        ("empty lines", both.replace('\n', "\n\n")),
        ("blanks before and after lines", indented(&both)),
        ("one line a section", unfolded(&both)),
        ("one line", unfolded(&both).replace('\n', "")),
        ("blanks for line ends", both.replace('\n', " ")),
        ("text around", format!("subject=CN\n{certificate}issuer: x\n---\n\n{key}the end")),
        ("text on the same line", format!("certificate: {certificate}key={key}")),
        ("bytes of no script around", format!("{certificate}\u{0}\u{7f}{key}")),
        ("headers", both.replacen("-----\n", "-----\nComment: made for a test\nX-Other: 1\n\n", 1)),
        (
            "an old label",
            both.replace("N CERTIFICATE-", "N X509 CERTIFICATE-").replace("D CERTIFICATE-", "D X509 CERTIFICATE-"),
        ),
    ];
    for (what, text) in forms {
        let bundle = Bundle::read([&text]).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(bundle.certificate, wanted.certificate, "{what}");
        assert_eq!(bundle.key.unwrap().expose(), wanted.key.as_ref().unwrap().expose(), "{what}");
    }
    // Of root certificates none is lost either.
    for text in [
        glued(&[&certificate, &other]),
        format!("\u{FEFF}{certificate}\u{FEFF}{other}"),
        format!("{certificate}{other}").replace('\n', "\r"),
        indented(&format!("{certificate}{other}")),
        folder.text("p256.text") + &other,
    ] {
        let trusted = Connection::new().only_root_certificates(&text);
        started(trusted).unwrap();
        let error = Bundle::read([&text]).unwrap_err();
        assert!(error.message().contains("2 certificates that could be meant"), "{error}");
    }
}

fn started(connection: Connection) -> Result<(), cloudcert::Error> {
    let config = Config::new(ksyun_keys()).connection(connection);
    cloudcert::ksyun_kcm::v2016_03_04::Client::new(config).map(drop)
}

#[test]
fn anything_but_a_certificate_among_roots_is_refused_by_name() {
    let folder = fixed();
    let good = folder.text("p256.pem");
    for (file, name) in [
        ("p256.key", "PRIVATE KEY"),
        ("p256.sec1", "EC PRIVATE KEY"),
        ("rsa2048.encrypted", "ENCRYPTED PRIVATE KEY"),
        ("rsa2048.encrypted-traditional", "Proc-Type: 4,ENCRYPTED"),
        ("p256.parameters", "EC PARAMETERS"),
        ("p256.request", "CERTIFICATE REQUEST"),
        ("p256.pkcs7", "PKCS7"),
        // It says that it must not be trusted.
        ("p256.rejected", "TRUSTED CERTIFICATE"),
    ] {
        for text in [good.clone() + &folder.text(file), folder.text(file) + &good] {
            for connection in
                [Connection::new().root_certificates(&text), Connection::new().only_root_certificates(&text)]
            {
                let error = started(connection).unwrap_err();
                assert!(error.message().contains(name), "{file}: {error}");
            }
        }
    }
    started(Connection::new().only_root_certificates(folder.text("p256.text"))).unwrap();
}

#[test]
fn damage_is_never_ignored() {
    let folder = fixed();
    let (certificate, key) = (folder.text("p256.pem"), folder.text("p256.key"));
    let cut = |text: &str, from: &str, to: &str| text.replacen(from, to, 1);
    for (what, text, why) in [
        ("four dashes", cut(&key, "-----BEGIN", "----BEGIN"), "looks like a BEGIN or END"),
        (
            "other dashes",
            cut(&key, "-----BEGIN PRIVATE KEY-----", "\u{2014}BEGIN PRIVATE KEY\u{2014}"),
            "looks like a BEGIN or END",
        ),
        ("small letters", key.to_lowercase(), "looks like a BEGIN or END"),
        ("no BEGIN", cut(&key, "-----BEGIN PRIVATE KEY-----\n", ""), "looks like a BEGIN or END"),
        ("no END", cut(&key, "-----END PRIVATE KEY-----", ""), "PRIVATE KEY has no end"),
        ("another END", cut(&key, "END PRIVATE", "END RSA PRIVATE"), "PRIVATE KEY ends as RSA PRIVATE KEY"),
        ("no base64", cut(&key, "MI", "M%"), "PRIVATE KEY is not valid base64"),
        ("nothing", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n".to_owned(), "is not valid base64"),
        ("a label in small letters", key.replace("PRIVATE KEY", "private key"), "marker is malformed"),
        ("an unknown label", key.replace("PRIVATE KEY", "SECRET THING"), "SECRET THING"),
        ("a form of another program", key.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY"), "OPENSSH PRIVATE KEY"),
        (
            "no key",
            "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n".to_owned(),
            "private key is damaged",
        ),
        ("no text", "a password".to_owned(), "contains no PEM"),
    ] {
        for texts in [vec![certificate.clone(), text.clone()], vec![text.clone(), certificate.clone()]] {
            let error = Bundle::read(&texts).unwrap_err();
            assert!(error.message().contains(why), "{what}: {error}");
        }
        if what != "no text" {
            assert!(Bundle::read([certificate.clone() + &text]).unwrap_err().message().contains(why), "{what}");
        }
    }
    let utf16: Vec<u8> = "\u{FEFF}-----BEGIN".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(Bundle::read([certificate.as_bytes(), &utf16]).unwrap_err().message().contains("UTF-16"));
    assert!(Bundle::read([certificate.as_bytes(), &[0x30, 0x82, 1, 2]]).unwrap_err().message().contains("DER"));
    assert!(Bundle::read([&certificate, "", " \r\n", "\u{FEFF}"]).unwrap().key.is_none());
}

/// What a key's own text says of its public half proves nothing: here it is that of the certificate, and the number is another one.
#[test]
fn a_key_with_only_its_public_half_matches_no_certificate() {
    use base64::Engine;
    let base64 = base64::engine::general_purpose::STANDARD;
    let folder = fixed();
    let der = |text: &str| {
        let start = text.find("-----BEGIN").unwrap();
        let body: String = text[start..].lines().filter(|line| !line.starts_with('-')).collect();
        base64.decode(body).unwrap()
    };
    for (kind, file, at, length) in
        [("p256", "p256.sec1", 7, 32), ("p384", "p384.sec1", 8, 48), ("p521", "p521.sec1", 8, 66)]
    {
        let mut forged = der(&folder.text(file));
        assert_eq!(usize::from(forged[at - 1]), length, "{kind}: the number is there");
        forged[at + length - 1] ^= 1;
        let text =
            format!("-----BEGIN EC PRIVATE KEY-----\n{}\n-----END EC PRIVATE KEY-----\n", base64.encode(&forged));
        let why = refusal(&[&folder.text(&format!("{kind}.pem")), &text]);
        assert!(why.contains("belongs to another certificate"), "{kind}: {why}");
    }
    let mut forged = der(&folder.text("rsa2048.pkcs1"));
    let last = forged.len() - 40;
    forged[last] ^= 1;
    let text = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", base64.encode(&forged));
    assert!(refusal(&[&folder.text("rsa2048.pem"), &text]).contains("RSA private key of 2048 bits is not accepted"));
}
