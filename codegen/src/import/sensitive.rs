//! What is sensitive by its name, and which examples may be shown: testers of the vendor put probes into them, and some are alive.

/// Most characters of an example.
const LONGEST: usize = 100;

/// Parts of names, without separators, whose values are secret.
const SECRET: [&str; 11] = [
    "privatekey",
    "secretkey",
    "certkey",
    "password",
    "passwd",
    "accesstoken",
    "securitytoken",
    "webhook",
    "plaintext",
    "credential",
    "robot",
];

/// Parts of names, without separators, that name a person or lead to one, or to a secret.
const PERSONAL: [&str; 14] = [
    "secret",
    "token",
    "accesskey",
    "email",
    "phone",
    "mobile",
    "username",
    "idcard",
    "address",
    "contact",
    "firstname",
    "lastname",
    "company",
    "licence",
];

/// Names that have such a part and hold nothing of the kind.
const HARMLESS: [&str; 4] = ["nexttoken", "clienttoken", "phonestatus", "emailstatus"];

fn folded(wire: &str) -> String {
    wire.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Whether the text of this name is a secret; a `Key` is one unless it stands in a structure, where it is that of a tag.
pub(super) fn is_secret(wire: &str, member: bool) -> bool {
    let name = folded(wire);
    SECRET.iter().any(|part| name.contains(part)) || (name == "key" && !member)
}

/// Whether the text of this name identifies a person beyond what the loader knows by itself.
pub(super) fn is_personal(wire: &str) -> bool {
    let name = folded(wire);
    ["idcard", "identitycard", "idnumber", "homeaddress", "companyaddress", "postaladdress", "secretid"]
        .iter()
        .any(|part| name.contains(part))
}

/// The example, if it can be shown: not of a sensitive item, and nothing but plain characters.
pub(super) fn example(wire: &str, example: &str) -> Option<String> {
    let (name, example) = (folded(wire), example.trim());
    let plain = |c: char| c.is_alphanumeric() || "-_.:,*@/ ".contains(c);
    let fits = !example.is_empty() && example.chars().count() <= LONGEST && example.chars().all(plain);
    let sensitive = name == "key" || SECRET.iter().chain(&PERSONAL).any(|part| name.contains(part));
    (fits && (!sensitive || HARMLESS.contains(&name.as_str()))).then(|| example.to_owned())
}
