//! A proxy that is set is used, bypassed or refused as it should be, and sees only hosts.

use super::{fetch_token, service};
use crate::setup::config::single_attempt_at;
use crate::setup::server::{Authority, BOTH, Server, closed_port};
use crate::setup::shown::everything_shown;
use crate::setup::tunnel::Tunnel;
use cloudcert::{Config, Connection, ErrorKind, Proxy};

/// A host that does not exist: only a proxy can lead to it.
const HOST: &str = "https://kcm.example.invalid:8443";

struct Stage {
    authority: Authority,
    server: Server,
}

impl Stage {
    fn new() -> Self {
        let authority = Authority::new();
        let server = service(Some(authority.tls("kcm.example.invalid", BOTH)));
        Self { authority, server }
    }

    fn proxy(&self) -> Tunnel {
        Tunnel::to(self.server.address, None)
    }

    fn config_with_proxy(&self, proxy: Proxy) -> Config {
        single_attempt_at(HOST).connection(Connection::new().root_certificates(self.authority.pem()).proxy(proxy))
    }
}

#[test]
fn a_proxy_tunnels_and_sees_only_hosts() {
    let stage = Stage::new();
    let tunnel = stage.proxy();
    let proxy = Proxy::new(&*tunnel.url).login("a user%41", "canary:p%40ss");
    let shown = format!("{proxy:?} {:?}", stage.config_with_proxy(proxy.clone()));
    assert!(!shown.contains("canary") && !shown.contains(&tunnel.url), "{shown}");
    assert_eq!(fetch_token(stage.config_with_proxy(proxy)).unwrap(), "kcm.example.com");
    let seen = tunnel.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line(), "CONNECT kcm.example.invalid:8443 HTTP/1.1");
    // `a user%41:canary:p%40ss`
    assert_eq!(seen[0].login(), Some("Basic YSB1c2VyJTQxOmNhbmFyeTpwJTQwc3M="));
    for part in ["AKLTtestid", "GetToken", "uthorization: AWS4", "x-amz"] {
        assert!(!seen[0].head.contains(part), "{}", seen[0].head);
    }
    assert_eq!(seen[0].bytes[0], 0x16, "TLS begins at once");
    assert!(!String::from_utf8_lossy(&seen[0].bytes).contains("AKLTtestid"));
    let server = stage.server.seen();
    assert_eq!(server[0].header("proxy-authorization"), None, "the service does not learn who we are to the proxy");
    assert_eq!(server[0].header("host"), Some("kcm.example.invalid:8443"));
}

#[test]
fn a_proxy_may_have_its_login_in_its_url_and_speak_tls() {
    let stage = Stage::new();
    let tunnel = stage.proxy();
    let url = tunnel.url.replace("http://", "http://user:pass%20word@");
    fetch_token(stage.config_with_proxy(Proxy::new(url))).unwrap();
    assert_eq!(tunnel.seen()[0].login(), Some("Basic dXNlcjpwYXNzIHdvcmQ="));

    let tunnel = Tunnel::to(stage.server.address, Some(stage.authority.tls("127.0.0.1", BOTH)));
    fetch_token(stage.config_with_proxy(Proxy::new(&*tunnel.url).login("user", "word"))).unwrap();
    assert_eq!(tunnel.seen()[0].login(), Some("Basic dXNlcjp3b3Jk"));
    let stranger = Tunnel::to(stage.server.address, Some(Authority::new().tls("127.0.0.1", BOTH)));
    assert_eq!(
        fetch_token(stage.config_with_proxy(Proxy::new(&*stranger.url))).unwrap_err().kind(),
        ErrorKind::Connect
    );
    assert!(stranger.seen().is_empty(), "a proxy that nobody vouches for is told nothing");
}

#[test]
fn a_proxy_is_bypassed_for_its_exceptions_and_for_this_machine() {
    let stage = Stage::new();
    for (hosts, asked) in [
        ("kcm.example.invalid", false),
        (".example.invalid", false),
        ("10.0.0.0/8, example.invalid", false),
        ("*", false),
        ("ample.invalid", true),
        ("example.com", true),
        ("", true),
    ] {
        let tunnel = stage.proxy();
        let outcome = fetch_token(stage.config_with_proxy(Proxy::new(&*tunnel.url).no_proxy(hosts)));
        assert_eq!(outcome.is_ok(), asked, "{hosts}: {outcome:?}");
        assert_eq!(tunnel.seen().len(), usize::from(asked), "{hosts}");
    }
    let (tunnel, local) = (stage.proxy(), service(None));
    fetch_token(stage.config_with_proxy(Proxy::new(&*tunnel.url)).endpoint(local.url())).unwrap();
    fetch_token(
        stage.config_with_proxy(Proxy::new(&*tunnel.url)).endpoint(local.url().replace("127.0.0.1", "localhost")),
    )
    .unwrap();
    assert!(tunnel.seen().is_empty());
}

#[test]
fn allowed_plain_http_goes_through_the_proxy_unchanged() {
    let service = service(None);
    let tunnel = Tunnel::to(service.address, None);
    let connection = Connection::new().proxy(Proxy::new(&*tunnel.url).login("user", "word"));
    fetch_token(single_attempt_at("http://kcm.example.invalid").connection(connection).dangerous_allow_http()).unwrap();
    assert_eq!(tunnel.seen()[0].line(), "GET http://kcm.example.invalid/?Action=GetToken&Version=2016-03-04 HTTP/1.1");
    assert_eq!(tunnel.seen()[0].login(), Some("Basic dXNlcjp3b3Jk"));
}

#[test]
fn a_proxy_that_refuses_or_is_down_is_a_connect_error_that_shows_nothing() {
    let stage = Stage::new();
    let tunnel = stage.proxy();
    let away = format!("http://canary:canary@127.0.0.1:{}", closed_port());
    for (url, host, why) in [(tunnel.url.as_str(), "https://refused.example.invalid", "proxy"), (&away, HOST, "")] {
        let error = fetch_token(stage.config_with_proxy(Proxy::new(url)).endpoint(host)).unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Connect, false), "{error}");
        assert!(
            everything_shown(&error).contains(why) && !everything_shown(&error).contains("canary"),
            "{}",
            everything_shown(&error)
        );
    }
    assert!(stage.server.seen().is_empty());
}

#[test]
fn an_invalid_proxy_is_reported_without_showing_it() {
    for proxy in [
        Proxy::new("canary"),
        Proxy::new("socks5://canary:1080"),
        Proxy::new("http://"),
        Proxy::new("http://canary:3128/path"),
        Proxy::new("http://canary:3128/?query"),
        Proxy::new("http://127.0.0.1:1").login("canary:canary", "x"),
    ] {
        let error = fetch_token(single_attempt_at(HOST).connection(Connection::new().proxy(proxy))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(
            error.to_string().contains("proxy") && !everything_shown(&error).contains("canary"),
            "{}",
            everything_shown(&error)
        );
    }
}

/// Whether a proxy that is not for these is asked for a host.
fn asked(except: &str, host: &str) -> bool {
    let service = service(None);
    let tunnel = Tunnel::to(service.address, None);
    let proxy = Proxy::new(&*tunnel.url).no_proxy(except);
    let config =
        single_attempt_at(format!("http://{host}")).connection(Connection::new().proxy(proxy)).dangerous_allow_http();
    let outcome = fetch_token(config.connect_timeout(std::time::Duration::from_millis(300)));
    assert_eq!(outcome.is_ok(), !tunnel.seen().is_empty(), "{except}: {outcome:?}");
    outcome.is_ok()
}

/// What curl 7.88.1 does with each list; where a line says so, what its documentation says instead.
#[test]
fn exceptions_of_a_proxy_are_read_as_curl_reads_them() {
    for (except, by_proxy) in [
        ("*", false),
        ("*,x", true),
        ("x,*", true),
        ("*.example.invalid", true),
        (".example.invalid", false),
        ("example.invalid.", false),
        ("example.invalid:8080", true),
        ("example.invalid:80", true),
        ("a.invalid example.invalid", false),
        ("a.invalid,, \t example.invalid", false),
        ("EXAMPLE.invalid", false),
        ("ample.invalid", true),
        ("..example.invalid", true),
        ("www.www.example.invalid", true),
        // Quotes are trimmed, which curl does not do.
        ("\"example.invalid\"", false),
        ("'a.invalid', \"example.invalid\"", false),
        ("\"a.invalid,example.invalid\"", false),
        ("'*'", false),
        (" * ", false),
    ] {
        assert_eq!(asked(except, "www.example.invalid:8080"), by_proxy, "{except}");
    }
    assert!(!asked("example.invalid", "www.example.invalid."), "the dot at the end of a host does not matter");
    assert!(!asked("证书.invalid", "www.xn--1jqs90m.invalid"));
    for (except, by_proxy) in [
        ("*", false),
        ("192.0.2.0/24", false),
        ("192.0.2.9/24,x", false),
        ("192.0.2.3", false),
        ("192.0.2.3/32", false),
        ("192.0.2.2/31", false),
        ("192.0.2.4/31", true),
        ("192.0.2.9/0", true),
        ("192.0.2.3/0", false),
        ("192.0.2.3/33", true),
        ("192.0.2.3/x", true),
        ("192.0.2.3:8080", true),
        ("192.0/16", true),
        (".192.0.2.3", true),
        ("3", true),
        ("2001:db8::/32", true),
    ] {
        assert_eq!(asked(except, "192.0.2.3:8080"), by_proxy, "{except}");
    }
    // This version of curl compares addresses of IPv6 as names; its documentation takes them as addresses.
    for (except, by_proxy) in [
        ("*", false),
        ("2001:db8::3", false),
        ("[2001:db8::3]", false),
        ("2001:DB8:0::3", false),
        ("2001:db8::/32", false),
        ("[2001:db8::]/32", false),
        ("2001:db9::/32", true),
        ("2001:db8::3/129", true),
        ("192.0.2.0/24", true),
    ] {
        assert_eq!(asked(except, "[2001:db8::3]:8080"), by_proxy, "{except}");
    }
}
