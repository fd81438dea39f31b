//! What connections take from the variables of the process. Nobody can change these safely, so each test runs this program again.

use super::{fetch_token, service};
use crate::setup::clock::ManualClock;
use crate::setup::config::single_attempt_at;
use crate::setup::futures::run;
use crate::setup::server::{Authority, BOTH, Server, http};
use crate::setup::token_service::{metadata_response, sts_response};
use crate::setup::tunnel::Tunnel;
use cloudcert::credentials::{AssumedRole, CredentialsUri, ProvideCredentials, Role, Surroundings};
use cloudcert::{Connection, Credentials, Proxy};
use std::path::PathBuf;
use std::process::Command;

/// What the program that runs again is to do.
const TASK: &str = "CLOUDCERT_TEST_TASK";
const ROOTS: &str = "CLOUDCERT_TEST_ROOTS";
const HOST: &str = "https://kcm.example.invalid";

/// Runs this program again with these variables, and none that matter besides, and tells whether its call succeeded.
fn again(task: &str, variables: &[(&str, &str)]) -> bool {
    told(task, variables).contains("succeeded")
}

/// The same, with the output of the program.
fn told(task: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "connections::surroundings::the_call_of_the_child_process", "--nocapture"]);
    for name in ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    for name in ["REQUEST_METHOD", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name);
    }
    let output = command.env(TASK, task).envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("1 passed"), "{text} {}", String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("canary"), "{text}");
    text.into_owned()
}

#[test]
#[allow(clippy::print_stdout, reason = "the program that started this one reads it")]
fn the_call_of_the_child_process() {
    let Ok(task) = std::env::var(TASK) else { return };
    let roots = std::env::var(ROOTS).map(|path| std::fs::read(path).unwrap());
    let connection = match task.as_str() {
        "usual" | "plain" => Connection::new().root_certificates(roots.unwrap()),
        "without proxy" => Connection::new().root_certificates(roots.unwrap()).without_proxy(),
        "system" => Connection::new().system_roots(),
        "built in" => Connection::new(),
        other => panic!("{other}"),
    };
    let url = std::env::var("CLOUDCERT_TEST_URL").unwrap_or_else(|_| HOST.to_owned());
    let config = single_attempt_at(url).connection(connection);
    match fetch_token(if task == "plain" { config.dangerous_allow_http() } else { config }) {
        Ok(_) => println!("succeeded"),
        Err(error) => println!("{:?} {error}", error.kind()),
    }
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn proxies_come_from_variables_unless_they_are_switched_off() {
    let authority = Authority::new();
    let server = service(Some(authority.tls("kcm.example.invalid", BOTH)));
    let roots = file("roots.pem", &authority.pem());
    let roots = roots.to_str().unwrap();
    for (task, name, more, asked) in [
        ("usual", "HTTPS_PROXY", None, true),
        ("usual", "https_proxy", None, true),
        ("usual", "ALL_PROXY", None, true),
        ("usual", "HTTP_PROXY", None, false),
        ("usual", "HTTPS_PROXY", Some(("NO_PROXY", "example.invalid")), false),
        // The caller of a CGI program cannot set this one, so it counts there too.
        ("usual", "HTTPS_PROXY", Some(("REQUEST_METHOD", "GET")), true),
        ("without proxy", "HTTPS_PROXY", None, false),
    ] {
        let tunnel = Tunnel::to(server.address, None);
        let url = tunnel.url.replace("http://", "http://user:canary@");
        let mut variables = vec![(ROOTS, roots), (name, url.as_str())];
        variables.extend(more);
        assert_eq!(again(task, &variables), asked, "{task} {name} {more:?}");
        let seen = tunnel.seen();
        assert_eq!(seen.len(), usize::from(asked), "{task} {name} {more:?}");
        assert!(seen.iter().all(|passed| passed.login() == Some("Basic dXNlcjpjYW5hcnk=")));
    }
}

#[test]
fn variables_of_proxies_are_read_as_curl_reads_them() {
    let authority = Authority::new();
    let server = service(Some(authority.tls("kcm.example.invalid", BOTH)));
    let roots = file("roots-2.pem", &authority.pem());
    let roots = (ROOTS, roots.to_str().unwrap());
    // Nobody listens there.
    let away = "http://127.0.0.1:1";
    for variables in [
        [("https_proxy", "URL"), ("HTTPS_PROXY", away)],
        [("https_proxy", ""), ("HTTPS_PROXY", "URL")],
        [("https_proxy", "URL"), ("all_proxy", away)],
        [("HTTPS_PROXY", "URL"), ("all_proxy", away)],
        [("all_proxy", "URL"), ("ALL_PROXY", away)],
        [("all_proxy", "URL"), ("http_proxy", away)],
        [("https_proxy", "\"URL\""), ("no_proxy", "a.invalid")],
        [("https_proxy", " 'URL' "), ("no_proxy", "")],
        [("https_proxy", "ADDRESS"), ("no_proxy", "kcm.example.invalid:443")],
        [("https_proxy", "URL/path?query"), ("no_proxy", "*.example.invalid")],
        [("no_proxy", "a.invalid"), ("NO_PROXY", "*")],
    ] {
        let tunnel = Tunnel::to(server.address, None);
        let address = tunnel.url.trim_start_matches("http://");
        let values = variables.map(|(_, value)| value.replace("URL", &tunnel.url).replace("ADDRESS", address));
        let mut all = vec![roots, ("https_proxy", tunnel.url.as_str())];
        if variables[0].0 != "no_proxy" {
            all.pop();
        }
        all.extend(variables.iter().zip(&values).map(|((name, _), value)| (*name, value.as_str())));
        assert!(again("usual", &all) && tunnel.seen().len() == 1, "{variables:?}");
    }
}

#[test]
fn a_variable_with_an_invalid_proxy_is_named_where_a_proxy_is_needed() {
    let local = service(None);
    let url = local.url();
    let roots = file("roots-3.pem", &Authority::new().pem());
    let roots = (ROOTS, roots.to_str().unwrap());
    for (name, value) in [
        ("https_proxy", "socks5://canary:1080"),
        ("HTTPS_PROXY", "socks5h://canary"),
        ("all_proxy", "ftp://canary"),
        ("ALL_PROXY", "http://canary:port"),
        ("https_proxy", "http://"),
        ("https_proxy", "two words"),
    ] {
        let said = told("usual", &[roots, (name, value)]);
        assert!(
            said.contains("Config")
                && said.contains(&format!("nothing was sent: the variable {name} is not a valid proxy")),
            "{said}"
        );
        // Not where no proxy is needed.
        assert!(again("usual", &[roots, (name, value), ("CLOUDCERT_TEST_URL", &url)]));
        let except = told("usual", &[roots, (name, value), ("no_proxy", "example.invalid")]);
        assert!(except.contains("Connect") && except.contains("DNS"), "{except}");
    }
    // Plain http has a variable of its own, which in capitals may be the header `Proxy` of who called a CGI program.
    let tunnel = Tunnel::to(local.address, None);
    let task = "plain";
    for (name, more, asked) in [
        ("http_proxy", None, true),
        ("HTTP_PROXY", None, true),
        ("http_proxy", Some(("REQUEST_METHOD", "GET")), true),
        ("HTTP_PROXY", Some(("REQUEST_METHOD", "GET")), false),
        ("https_proxy", None, false),
    ] {
        let mut variables =
            vec![roots, (name, tunnel.url.as_str()), ("CLOUDCERT_TEST_URL", "http://kcm.example.invalid")];
        variables.extend(more);
        assert_eq!(again(task, &variables), asked, "{name} {more:?}");
    }
}

#[test]
fn system_roots_are_trusted_on_request() {
    let authority = Authority::new();
    let server = service(Some(authority.tls("127.0.0.1", BOTH)));
    let (roots, url) = (file("system.pem", &authority.pem()), server.url());
    let variables = [("CLOUDCERT_TEST_URL", url.as_str()), ("SSL_CERT_FILE", roots.to_str().unwrap())];
    assert!(again("system", &variables));
    assert!(!again("built in", &variables));
    let nowhere = file("nothing.pem", "");
    assert!(!again("system", &[variables[0], ("SSL_CERT_FILE", nowhere.to_str().unwrap())]));
}

#[test]
fn providers_of_credentials_use_the_given_connection() {
    let authority = Authority::new();
    let response = http("200 OK", "", sts_response("a"));
    let server = Server::always(Some(authority.tls("sts.example.invalid", BOTH)), response);
    let tunnel = Tunnel::to(server.address, None);
    let connection =
        Connection::new().root_certificates(authority.pem()).proxy(Proxy::new(&*tunnel.url).login("user", "word"));
    let around = Surroundings::system().variables(|_| None).environment(ManualClock::new());
    let around = around.sts_endpoint("https://sts.example.invalid");
    let role = |around: &Surroundings| AssumedRole::new(Credentials::new("id", "s"), Role::new("arn"), around);
    let given = run(role(&around.clone().connection(connection.clone())).provide()).unwrap();
    assert_eq!(given.access_key_id(), "a-id");
    assert_eq!(tunnel.seen()[0].line(), "CONNECT sts.example.invalid:443 HTTP/1.1");
    assert_eq!(tunnel.seen()[0].login(), Some("Basic dXNlcjp3b3Jk"));
    assert!(server.seen()[0].header("user-agent").unwrap().starts_with("cloudcert/"));

    // A URL on this machine: no proxy, but its own root certificate.
    let local = Server::always(Some(authority.tls("127.0.0.1", BOTH)), http("200 OK", "", metadata_response("b")));
    let given = run(CredentialsUri::new(local.url(), &around.clone().connection(connection)).provide()).unwrap();
    assert_eq!((given.access_key_id(), tunnel.seen().len()), ("b-id", 1));
    run(CredentialsUri::new(local.url(), &around).provide()).unwrap_err();
    assert_eq!(local.seen().len(), 1, "who is not vouched for is asked nothing");
    let wrong = around.connection(Connection::new().proxy(Proxy::new("canary")));
    let error = run(role(&wrong).provide()).unwrap_err().to_string();
    assert!(error.contains("the proxy's URL is not valid") && !error.contains("canary"), "{error}");
}
