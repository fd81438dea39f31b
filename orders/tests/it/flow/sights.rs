//! A run asks the world whether it sees the proof, tells the answers, and goes on whatever they are.

use super::run::{plan, session};
use crate::proof::dns::Dns;
use cloudcert_emulator::{Emulator, Handle};
use cloudcert_orders::OrderKey;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::cas_package::CasPackage;
use cloudcert_orders::config::Config;
use cloudcert_orders::flow::order::{Desk, Order};
use cloudcert_orders::flow::report::{Ended, Listener};
use cloudcert_orders::hook::Hook;
use cloudcert_orders::journal::SqliteJournal;
use cloudcert_orders::journal::event::{Challenge, End, Purpose};
use cloudcert_orders::proof::check::report::{Seen, Verdict, Warning};
use cloudcert_orders::proof::check::{Ask, Settings};
use cloudcert_orders::proof::dns::client::Client;
use cloudcert_orders::proof::hook::HookSolver;
use cloudcert_orders::proof::manual::Manual;
use cloudcert_orders::proof::sight::{Sight, look};
use cloudcert_orders::proof::solver::Solver;
use cloudcert_orders::store::{Access, Store};
use std::sync::Mutex;
use std::time::{Duration, Instant};

const ZONES: &str = "zone example.com\nexample.com NS ns1.example.com\nns1.example.com A 127.0.0.1\n";
/// Adds the record to the file of the zones.
const SCRIPT: &str = r#"
read -r told
part() { printf '%s' "$told" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
[ "$CLOUDCERT_EVENT" = cleanup ] || printf '%s\n' "$(part name) $(part type) $(part value)" >> "$1"
"#;

#[derive(Default)]
struct Told(Mutex<Vec<Sight>>);

impl Listener for Told {
    fn sight(&self, _: &OrderKey, sight: &Sight) {
        self.0.lock().unwrap().push(sight.clone());
    }
}

/// A whole order. Returns what was told of its proof.
async fn issued(endpoint: &Handle, solver: &dyn Solver, dns: Settings, wait: Duration) -> (Ended, Vec<Sight>) {
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(folder.path()).await.unwrap();
    let cloud = CasPackage::new(session(endpoint, &Watched::default()).await).unwrap();
    let (store, told, plan) = (Store::open(folder.path()).unwrap(), Told::default(), plan());
    let desk = Desk {
        journal: &journal,
        cloud: &cloud,
        solver,
        dns,
        store: &store,
        access: Access::default(),
        folder: folder.path().to_owned(),
        targets: &[],
        listener: &told,
        watch: Watched::default(),
        interval: Duration::from_millis(1),
        probes: None,
        now: None,
        until: Instant::now() + wait,
    };
    let ended = Order::open(&desk, &plan, Purpose::Issue).await.unwrap().advance().await;
    (ended, told.0.into_inner().unwrap())
}

fn of(server: &Dns) -> Settings {
    Settings {
        servers: vec![server.address().to_string()],
        port: server.address().port(),
        client: Client::new().timeout(Duration::from_millis(200)).tries(1),
        ..Settings::default()
    }
}

/// An endpoint that asks for the proof a few times before it issues.
fn slow_endpoint() -> Emulator {
    Emulator::new().polls_until_verified(3)
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn what_a_hook_published_is_seen_once() {
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("zones");
    std::fs::write(&zones, ZONES).unwrap();
    let dns = Dns::of_file(&zones);
    let endpoint = Emulator::new().dns(dns.address()).serve().await.unwrap();
    let command = ["/bin/sh", "-c", SCRIPT, "hook", zones.to_str().unwrap()].map(str::to_owned).to_vec();
    let solver = HookSolver::new(Hook { command, timeout: LONG, env: Vec::new() });
    let (ended, told) = issued(&endpoint, &solver, of(&dns), LONG).await;
    assert_eq!(ended, Ended::Closed(End::Done));
    let [Sight::Record(report)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((report.verdict(), report.rows.len()), (Verdict::Everywhere, 2), "{report}");
    assert!(told[0].is_seen() && report.rows.iter().all(|row| row.seen == Seen::Found));
}

#[tokio::test]
async fn nobody_answers_and_the_order_goes_on() {
    let silent =
        Dns::start("!silent com\n!silent example.com\n!silent www.example.com\n!silent _dnsauth.www.example.com");
    let endpoint = slow_endpoint().serve().await.unwrap();
    let begun = Instant::now();
    let (ended, told) = issued(&endpoint, &Manual, of(&silent), LONG).await;
    assert_eq!(ended, Ended::Closed(End::Done));
    let [Sight::Record(report)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(report.verdict(), Verdict::Unknown);
    assert!(report.warnings.contains(&Warning::NobodyAnswered), "{report}");
    assert!(begun.elapsed() < LONG);
}

#[tokio::test]
async fn a_look_ends_in_time_and_a_record_that_is_nowhere_stops_nothing() {
    let empty = Dns::start(ZONES);
    let endpoint = slow_endpoint().serve().await.unwrap();
    let (ended, told) = issued(&endpoint, &Manual, of(&empty), LONG).await;
    assert_eq!(ended, Ended::Closed(End::Done));
    assert!(matches!(&told[..], [Sight::Record(report)] if report.verdict() == Verdict::Nowhere), "{told:?}");
    // A run that may not wait looks too, and ends soon.
    let slow = Dns::start(&format!("{ZONES}!delay _dnsauth.www.example.com 5000"));
    let settings = Settings { limit: Duration::from_millis(300), client: Client::new(), ..of(&slow) };
    let begun = Instant::now();
    let (ended, told) = issued(&endpoint, &Manual, settings, Duration::ZERO).await;
    assert!(matches!(ended, Ended::Stopped(_)), "{ended:?}");
    assert!(begun.elapsed() < Duration::from_secs(4));
    assert!(told.iter().all(|sight| !sight.is_seen()), "{told:?}");
}

#[tokio::test]
async fn nobody_is_asked_if_the_configuration_says_so() {
    let dns = Dns::start(ZONES);
    let endpoint = slow_endpoint().serve().await.unwrap();
    let (ended, told) = issued(&endpoint, &Manual, Settings { ask: Ask::Off, ..of(&dns) }, LONG).await;
    assert_eq!((ended, told.len(), dns.asked().len()), (Ended::Closed(End::Done), 0, 0));
}

#[test]
fn the_words_of_the_configuration_are_settings() {
    for (word, ask) in
        [("all", Ask::All), ("authoritative", Ask::Authoritative), ("resolvers", Ask::Resolvers), ("off", Ask::Off)]
    {
        let text = format!("[dns]\ncheck = \"{word}\"\nservers = [\"192.0.2.53\", \"[2001:db8::53]:5353\"]\n");
        let settings = Config::parse(&text, "x").unwrap().dns.settings();
        assert_eq!((settings.ask, settings.port), (ask, 53));
        assert_eq!(settings.servers, ["192.0.2.53:53", "[2001:db8::53]:5353"]);
    }
    let absent = Config::parse("", "x").unwrap().dns.settings();
    assert_eq!(absent, Settings::default());
}

#[tokio::test]
async fn a_file_is_looked_for_at_its_web_server() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let domain = listener.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || {
        use std::io::{BufRead, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = std::io::BufReader::new(stream.try_clone().unwrap()).lines();
        while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nproof").unwrap();
    });
    let file = Challenge::File { domain: domain.clone(), path: "/x/y.txt".to_owned(), content: "proof".to_owned() };
    assert_eq!(look(&file, &Settings::off()).await, None);
    let sight = look(&file, &Settings::default()).await.unwrap();
    assert!(sight.is_seen() && sight.to_string() == format!("http://{domain}/x/y.txt: found"), "{sight}");
    server.join().unwrap();
    let gone = look(&file, &Settings::default()).await.unwrap();
    assert!(!gone.is_seen(), "{gone}");
    let odd = Challenge::File { domain: "a b".to_owned(), path: "/x".to_owned(), content: String::new() };
    assert!(matches!(look(&odd, &Settings::default()).await, Some(Sight::Unknown(_))));
}
