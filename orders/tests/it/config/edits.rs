//! The example with one mistake in it: just one problem, in the line of the mistake.

use super::{line, parse};
use cloudcert_orders::config::EXAMPLE;

/// What stands in the example, what stands in its place, and what the message says.
const EDITS: &[(&str, &str, &str)] = &[
    (
        "names = [\"www.example.com\"]",
        "names = [\"www.example.com.\"]\n",
        "`certificates.www.names` has a text that is not a domain",
    ),
    ("names = [\"www.example.com\"]", "names = [\"https://www.example.com\"]", "not a domain"),
    ("names = [\"www.example.com\"]", "names = [\"192.0.2.1\"]", "not a domain"),
    ("names = [\"www.example.com\"]", "names = [\"a.example.com\", \"A.example.com\"]", "a domain twice"),
    ("names = [\"www.example.com\"]", "names = [\"a.example.com\", \"*.example.com\"]", "wildcard domains and others"),
    (
        "names = [\"www.example.com\"]",
        "names = [\"a.a.cn\", \"b.a.cn\", \"c.a.cn\", \"d.a.cn\", \"e.a.cn\", \"f.a.cn\"]",
        "has 6 domains",
    ),
    ("names = [\"www.example.com\"]", "names = []", "has no domain"),
    ("names = [\"www.example.com\"]", "names = \"www.example.com\"", "must be a list of texts"),
    ("profile = \"prod\"\napi = \"cas-package\"", "profile = \"kingsoft\"\napi = \"cas-package\"", ""),
    ("api = \"cas-instance\"", "api = \"cas-2020\"", "must be one of cas-package, cas-instance, cas-2018, kcm"),
    ("shared = false", "shared = \"no\"", "must be true or false"),
    ("shared = false", "instance = \"cas-1\"", "`certificates.www.instance` has no effect in cas-package"),
    ("shared = false", "project = 1", "has no effect in cas-package"),
    ("shared = false", "bill_type = 805", "has no effect in cas-package"),
    ("bill_type = 805", "bill_type = \"later\"", "must be a whole number from 0 to 99999"),
    ("project = 100001                         #", "project = \"prod\" #", "is not the number of a project"),
    ("project = 100001\n", "project = \"prod\"\n", "is not the number of a project"),
    ("bill_type = 805", "shared = true", "has no effect in kcm"),
    (
        "instance = \"cas_dv-cn-example0001\"",
        "instance = \"cas_dv-cn-example0001\"\nproduct = \"x\"",
        "has no effect in cas-instance",
    ),
    ("key = \"ec-p256\"", "key = \"rsa-1024\"", "must be one of ec-p256, ec-p384, rsa-2048, rsa-4096, service"),
    ("key = \"ec-p256\"", "Key = \"ec-p256\"", "`certificates.www.Key` is not a key of the configuration"),
    (
        "{ dns = { hook = \"alidns\" } }",
        "{ dns = { hook = \"route53\" } }",
        "names a hook that the configuration does not have",
    ),
    ("{ dns = { hook = \"alidns\" } }", "{ dns = { } }", "`certificates.www.prove.dns.hook` is missing"),
    ("{ dns = { hook = \"alidns\" } }", "{ }", "must have one of dns, file, webroot, manual, and has 0"),
    ("{ dns = { hook = \"alidns\" } }", "\"manual\"", "must be a table"),
    ("{ manual = \"dns\" }               #", "{ manual = \"file\" } #", "is by file, and a name is a wildcard domain"),
    (
        "{ manual = \"dns\" }               #",
        "{ webroot = \"/srv/www\" } #",
        "is by file, and a name is a wildcard domain",
    ),
    ("{ webroot = \"/srv/www\" }\n", "{ webroot = \"srv/www\" }\n", "must be an absolute path"),
    ("{ webroot = \"/srv/www\" }\n", "{ webroot = \"/srv/../etc\" }\n", "must be an absolute path"),
    ("before = \"30d\"", "before = \"2d\"", "shorter than 3 days"),
    ("before = \"30d\"", "before = \"359d\"", "90 % or more"),
    ("before = \"30d\"", "before = \"99999999999999999999d\"", "must be a whole number with its unit"),
    ("before = \"30d\"", "before = 30", "must be a whole number with its unit"),
    ("by = \"order\"", "by = \"extend\"", "which kcm alone has"),
    (
        "deploy = [\"nginx\", \"cas-upload\"]",
        "deploy = [\"apache\"]",
        "names a target that the configuration does not have",
    ),
    ("deploy = [\"nginx\", \"cas-upload\"]", "deploy = [\"nginx\", \"nginx\"]", "names a target twice"),
    ("email = \"ops@example.com\"\n", "email = \"ops\"\n", "is not an email address"),
    ("country = \"CN\"", "country = \"China\"", "is not a code of two capital letters"),
    ("id = 50607 }", "id = 5.5 }", "must be an id"),
    ("ids = [304050]", "ids = []", "`certificates.shop.contact.ids` is missing, which cas-instance needs"),
    ("[\"/usr/local/lib/cloudcert/mail\"]", "[\"mail\"]", "begins with a relative path"),
    ("[\"/usr/local/lib/cloudcert/mail\"]", "[]", "names no program"),
    ("[\"/usr/local/lib/cloudcert/mail\"]", "[\"\"]", ""),
    ("[\"/usr/local/lib/cloudcert/mail\"]", "\"/usr/bin/mail x\"", ""),
    ("timeout = \"2m\"", "timeout = \"2h\"", "must be from 1 second to 1 hour"),
    ("timeout = \"2m\"", "timeout = \"0s\"", "must be from 1 second to 1 hour"),
    ("[\"ALIDNS_KEY_FILE\"]", "[\"NAME=value\"]", "is not the name of a variable"),
    ("[\"ALIDNS_KEY_FILE\"]", "[\"ALIBABA_CLOUD_ACCESS_KEY_SECRET\"]", "which no command gets"),
    ("hook = \"mail\"", "hook = \"nobody\"", "`notify.hook` names a hook"),
    ("\"attention\", \"due-soon\"]", "\"always\"]", "is not an event"),
    ("kind = \"files\"", "kind = \"file\"", "must be one of files, command, cas-upload, kcm-upload, cas-deploy"),
    ("format = \"pem\"", "format = \"pfx\"", "must be one of pem, combined"),
    ("owner = \"root\"", "owner = \"--reference=/x\"", "is not the name of a user or group"),
    ("key_mode = \"0640\"", "key_mode = \"0644\"", "lets everybody read the private key"),
    ("key_mode = \"0640\"", "key_mode = \"0200\"", "lets everybody read the private key, or its owner not"),
    ("key_mode = \"0640\"", "key_mode = \"rw\"", "is not a file mode"),
    ("key_mode = \"0640\"", "key_mode = 0o640", "must be a text"),
    ("reload = [\"systemctl\"", "reload = [\"bin/systemctl\"", "begins with a relative path"),
    ("verify = \"www.example.com:443\"", "verify = \"www.example.com\"", "is not a server"),
    ("\"www.example.com:443\"", "[\"www.example.com:443\", \"[2001:db8::1]:0\"]", "is not a server"),
    (
        "profile = \"prod\"                         # absent",
        "profile = \"kingsoft\" # absent",
        "names a profile of another cloud",
    ),
    ("resources = [50607080]", "resources = []", "has no id"),
    ("orders_per_day = 10", "orders_per_day = \"10\"", "must be a whole number from 0 to 10000"),
    ("orders_per_day = 10", "orders_per_day = 100000", "must be a whole number from 0 to 10000"),
    ("check = \"all\"", "check = \"none\"", "must be one of all, authoritative, resolvers, off"),
    ("\"192.0.2.53\"", "\"dns.example.com\"", "is not the address of a server"),
    ("host=db.example.com dbname=cloudcert user=cloudcert", "host=db.example.com PassWord = 'x'", "has a password"),
    (
        "host=db.example.com dbname=cloudcert user=cloudcert",
        "postgres://cloudcert:x@db.example.com/cloudcert",
        "has a password",
    ),
    (
        "host=db.example.com dbname=cloudcert user=cloudcert",
        "postgres://db.example.com/cloudcert?password=x",
        "has a password",
    ),
    (
        "host=db.example.com dbname=cloudcert user=cloudcert",
        "db.example.com",
        "does not say how the database is reached",
    ),
    ("allow_plain = false ", "allow_plain = true ", "allows what `roots` forbids"),
    ("password_file = \"/etc/cloudcert/", "password_file = \"", "must be an absolute path"),
    ("[hooks.mail]", "[hooks.mail]\nshell = true", "`hooks.mail.shell` is not a key"),
    ("[hooks.mail]", "[hooks.alidns]", "there twice"),
    ("[certificates.shop]", "[certificates.www]", "there twice"),
    ("[certificates.shop]", "[certificates.WWW]", "`WWW` cannot be a name"),
    ("[certificates.shop]", "[certificates._direct-ab]", "cannot be a name"),
    ("[certificates.shop]", "[certificates.\"../etc\"]", "cannot be a name"),
    ("[deploy.mailserver]", "[deploy.\"Mail Server\"]", "cannot be a name"),
    ("cloud = \"ksyun\"", "", "`profiles.kingsoft.cloud` is missing"),
];

#[test]
fn each_mistake_is_one_problem_in_its_line() {
    for (before, after, message) in EDITS {
        let text = EXAMPLE.replacen(before, after, 1);
        assert_ne!(text, EXAMPLE, "`{before}` is not in the example");
        let Err(failures) = parse(&text) else { panic!("`{after}` is not refused") };
        assert!(failures.iter().any(|failure| failure.message().contains(message)), "`{after}`: {failures:#?}");
        // These have consequences, or point at the table around them.
        if message.is_empty()
            || ["is missing", "cannot be a name", "there twice"].iter().any(|end| message.contains(end))
        {
            continue;
        }
        assert_eq!(failures.len(), 1, "`{after}`: {failures:#?}");
        let expected = line(&text, after.trim_end()) + usize::from(after.contains('\n') && !after.ends_with('\n'));
        assert_eq!(failures[0].place(), Some(format!("config.toml:{expected}").as_str()), "`{after}`");
    }
}

#[test]
fn a_flow_says_what_it_needs() {
    let start = "[profiles.a]\ncloud = \"aliyun\"\n[profiles.k]\ncloud = \"ksyun\"\n[certificates.www]\nnames = [\"www.example.com\"]\nprove = { manual = \"dns\" }\n";
    let missing = |rest: &str| {
        let failures = parse(&format!("{start}{rest}")).unwrap_err();
        let mut keys: Vec<String> = failures
            .iter()
            .map(|failure| {
                failure.message().strip_prefix("`certificates.www.").unwrap().split('`').next().unwrap().to_owned()
            })
            .collect();
        keys.sort();
        keys
    };
    assert_eq!(missing("profile = \"a\""), ["contact.email", "contact.name", "contact.phone", "product"]);
    assert_eq!(missing("profile = \"a\"\napi = \"cas-instance\""), ["contact.ids", "instance"]);
    assert_eq!(
        missing("profile = \"a\"\napi = \"cas-2018\""),
        ["company.city", "company.province", "contact.email", "contact.name", "contact.phone", "key"]
    );
    let of_kcm = [
        "company.address",
        "company.city",
        "company.name",
        "company.postal_code",
        "company.province",
        "contact.email",
        "contact.first_name",
        "contact.last_name",
        "contact.phone",
        "product",
    ];
    assert_eq!(missing("profile = \"k\""), of_kcm);
    assert_eq!(missing("profile = \"k\"\ncontact = { ids = [1] }\ncompany = { id = 2 }"), ["product"]);
    assert_eq!(
        missing(
            "profile = \"k\"\napi = \"cas-2018\"\nkey = \"service\"\ncontact = { name = \"a\", email = \"a@a.cn\", phone = \"1\" }\ncompany = { province = \"a\", city = \"b\" }"
        ),
        ["api"]
    );
}

#[test]
fn settings_of_a_database_need_a_database() {
    for key in ["password_file = \"/a\"", "roots = \"/a\"", "allow_plain = true"] {
        let failures = parse(&format!("[journal]\n{key}\n")).unwrap_err();
        assert!(failures[0].message().contains("has no effect without `postgres`"), "{failures:#?}");
        assert_eq!(failures[0].place(), Some("config.toml:2"));
    }
}

#[test]
fn two_certificates_do_not_share_a_folder_or_upload_to_a_foreign_cloud() {
    let text = EXAMPLE.replacen(
        "prove = { webroot = \"/srv/www\" }\n",
        "prove = { webroot = \"/srv/www\" }\ndeploy = [\"nginx\"]\n",
        1,
    );
    let failures = parse(&text).unwrap_err();
    assert!(failures[0].message().contains("already takes the files of"), "{failures:#?}");
    let text = EXAMPLE.replacen("deploy = [\"nginx\", \"cas-upload\"]", "deploy = [\"kcm-upload\"]", 1);
    let failures = parse(&text).unwrap_err();
    assert!(failures[0].message().contains("needs a profile of Kingsoft Cloud"), "{failures:#?}");
    let text = EXAMPLE.replacen("deploy = [\"nginx\", \"cas-upload\"]", "deploy = [\"second-cloud\"]", 1);
    assert!(parse(&text).is_ok());
}
