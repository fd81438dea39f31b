//! The documented example.

/// A configuration with every key, each with an explanation. It has no problems.
///
/// ```
/// use cloudcert_orders::config::{Config, EXAMPLE};
///
/// let config = Config::parse(EXAMPLE, "config.toml").map_err(|all| format!("{all:?}"))?;
/// assert_eq!(config.limits.orders_per_day, 10);
/// # Ok::<(), String>(())
/// ```
pub const EXAMPLE: &str = r#"# Times are a whole number with its unit: "30s", "2m", "12h", "30d". Paths are absolute. No key and no password may stand here.

# Where the credentials of a cloud are.
[profiles.prod]
cloud = "aliyun"                         # or ksyun
credentials = "chain"                    # or env, aliyun-cli:NAME, aliyun-file:SECTION, ksyun-file:SECTION

[profiles.kingsoft]
cloud = "ksyun"

# A certificate from a package. Its name is its identity for ever: the journal and the store have it.
[certificates.www]
profile = "prod"
api = "cas-package"                      # or cas-instance, cas-2018; kcm at Kingsoft Cloud. Absent: cas-package, or kcm
names = ["www.example.com"]              # the main domain first; at most five from a package, all of them wildcards or none
product = "geotrust-dv-1-starter"        # what it costs follows from it: required, never guessed
shared = false                           # true if others order from the same package: what is new there is ours only with our domain
contact = { name = "Li Lei", email = "ops@example.com", phone = "13800000000" }
key = "ec-p256"                          # or ec-p384, rsa-2048, rsa-4096; service lets the cloud make it
prove = { dns = { hook = "alidns" } }    # or { file = { hook = "NAME" } }, { webroot = "/srv/www" }, { manual = "dns" }, { manual = "file" }
deploy = ["nginx", "cas-upload"]         # targets of [deploy]; cas-upload and kcm-upload need no table there

[certificates.www.renew]
before = "30d"                           # before its end; absent: a third of its life, half of one of 10 days and less
auto = true                              # a renewal may order without asking; absent: it asks
by = "order"                             # or extend, which kcm alone has; a lost response of it may have to be settled by a person

# With an instance that was bought before.
[certificates.shop]
profile = "prod"
api = "cas-instance"
names = ["shop.example.com"]
instance = "cas_dv-cn-example0001"
contact = { ids = [304050] }             # contacts that the service keeps
company = { id = 50607 }                 # a company that the service keeps: for OV and EV
prove = { webroot = "/srv/www" }

# At Kingsoft Cloud, which wants to know more.
[certificates.api]
profile = "kingsoft"
names = ["api.example.com", "*.api.example.com"]
product = "GEOOV01"
project = 100001                         # absent: the default project
bill_type = 805                          # 801 is paid before, 805 afterwards; absent: what the service takes
key = "rsa-2048"
prove = { manual = "dns" }               # a person publishes the record, and a later run goes on

[certificates.api.contact]
first_name = "Lei"
last_name = "Li"
email = "ops@example.com"
phone = "13800000000"
title = "Engineer"

[certificates.api.company]               # also the subject of certificate signing requests
name = "Example Ltd"
department = "IT"
country = "CN"
province = "Zhejiang"
city = "Hangzhou"
address = "1 Example Road"
phone = "057100000000"
postal_code = "310000"

# Commands that publish proofs and take them away, or are told of what happened.
[hooks.alidns]
command = ["/usr/local/lib/cloudcert/alidns", "--zone", "example.com"]
timeout = "2m"                           # then it is ended
env = ["ALIDNS_KEY_FILE"]                # variables that it gets, besides PATH, HOME and those of the event

[hooks.mail]
command = ["/usr/local/lib/cloudcert/mail"]

# Who is told how runs ended.
[notify]
hook = "mail"
events = ["done", "failure", "attention", "due-soon"]

# Where certificates are deployed.
[deploy.nginx]
kind = "files"
folder = "/etc/nginx/tls/www"
format = "pem"                           # or combined: one file with certificate, chain and key, combined.pem, in place of four
owner = "root"
group = "www-data"
key_mode = "0640"                        # absent: 0600
reload = ["systemctl", "reload", "nginx"]
timeout = "1m"                           # of the reload
verify = "www.example.com:443"           # or a list: these servers must show the new certificate

[deploy.mailserver]
kind = "command"
command = ["/usr/local/lib/cloudcert/deploy-mail"]

[deploy.load-balancer]
kind = "cas-deploy"
profile = "prod"                         # absent: that of the certificate
resources = [50607080]                   # ids that ListCloudResources shows
contacts = [60708090]                    # ids that ListContact shows

[deploy.second-cloud]
kind = "kcm-upload"                      # or cas-upload
profile = "kingsoft"
name = "www-example-com"                 # absent: the name of the certificate
project = 100001

[limits]
orders_per_day = 10                      # orders of an account in 24 hours; 0 forbids every order

[dns]
check = "all"                            # who is asked for names and proofs: all, authoritative, resolvers; off asks nobody. It stops nothing
servers = ["192.0.2.53", "[2001:db8::53]:5353"]   # resolvers; absent: those of the system

[journal]
postgres = "host=db.example.com dbname=cloudcert user=cloudcert"   # absent: a file in the state folder
password_file = "/etc/cloudcert/postgres-password"   # with mode 0600
roots = "/etc/cloudcert/postgres-roots.pem"          # encrypts: the server must have a certificate of these roots
allow_plain = false                                  # true: another machine without encryption, over a network that is trusted
"#;
