//! Which examples may be taken: testers of the vendor put probes into them, and some are alive.

/// Most characters of an example.
const LONGEST: usize = 100;

/// Parts of names, without separators, whose values are secret or name a person.
const SENSITIVE: [&str; 22] = [
    "privatekey",
    "secret",
    "password",
    "passwd",
    "token",
    "webhook",
    "plaintext",
    "credential",
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
    "license",
    "robot",
];

/// The example, if it can be printed: not of a sensitive item, and nothing but plain characters.
pub(super) fn safe(wire: &str, example: &str) -> Option<String> {
    let example = example.trim();
    let plain = |c: char| c.is_alphanumeric() || "-_.:,*@/ ".contains(c);
    let fits = !example.is_empty() && example.chars().count() <= LONGEST && example.chars().all(plain);
    (fits && !sensitive(wire)).then(|| example.to_owned())
}

/// Whether an item looks sensitive by its name.
pub(super) fn sensitive(wire: &str) -> bool {
    let name: String = wire.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    // Tokens of pages and of repeated calls prove nothing.
    let harmless = ["nexttoken", "clienttoken", "phonestatus", "emailstatus"].contains(&name.as_str());
    !harmless && (name == "key" || SENSITIVE.iter().any(|part| name.contains(part)))
}
