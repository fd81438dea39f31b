//! Calls and downloads by a proxy, with marks in its password, in the link and in what is downloaded.

use crate::setup::config::single_attempt_at;
use crate::setup::futures::run;
use crate::setup::server::{Authority, BOTH, Server, http};
use crate::setup::tunnel::Tunnel;
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Connection, Proxy};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Calls and downloads by proxies whose password contains this mark, as links and responses do, and checks that nothing shows it.
///
/// Gives the login as it travels to the proxy, which must not be shown either.
pub(crate) fn call_by_marked_proxies(mark: &str) -> String {
    let authority = Authority::new();
    let content = format!("{mark}key");
    let server = Server::new(Some(authority.tls("kcm.example.invalid", BOTH)), move |seen, out| {
        let location = format!("Location: /{content}\r\n");
        let response = match seen.line() {
            line if line.ends_with("found") => http("200 OK", "", &content),
            line if line.ends_with("moved") => http("302 Found", &location, &content),
            _ => http("404 Not Found", "", &content),
        };
        out.write_all(&response)
    });
    let tunnel = Tunnel::to(server.address, None);
    let login = Proxy::new(&*tunnel.url).login("user", format!("{mark}password"));
    let in_url = Proxy::new(tunnel.url.replace("://", &format!("://user:{mark}password@")));
    let mut shown = String::new();
    for proxy in [login, in_url] {
        let connection = Connection::new().only_root_certificates(authority.pem()).proxy(proxy);
        for host in ["kcm.example.invalid", "refused.example.invalid", "other.example.invalid"] {
            let url = format!("https://{host}");
            let client = Client::new(single_attempt_at(&*url).connection(connection.clone())).unwrap();
            write!(shown, "{client:?} {:?}", run(client.get_token().send())).unwrap();
            for end in ["found", "moved", "lost"] {
                let download = client.download(format!("{url}/{mark}/{mark}?{mark}={end}"));
                write!(shown, "{download:?}").unwrap();
                write!(shown, "{:?}", run(async { download.await })).unwrap();
            }
            let large = client.download(format!("{url}/{mark}found")).limit(1);
            write!(shown, "{:?}", run(async { large.await })).unwrap();
        }
    }
    assert!(!shown.contains(mark), "{shown}");
    // Two calls, and downloads of which one is redirected, one is found, one is missing, one is too large.
    assert_eq!(server.seen().len(), 2 * 6);
    let logins: BTreeSet<String> = tunnel.seen().iter().map(|passed| passed.login().unwrap().to_owned()).collect();
    assert_eq!(logins.len(), 1, "{logins:?}");
    logins.into_iter().next().unwrap().replace("Basic ", "")
}
