//! The journal in `PostgreSQL` through the program. Tests leave this out, and say so, where no server is installed; with `CLOUDCERT_REQUIRE_POSTGRES=1`
//! they fail.

use super::Machine;
use super::elsewhere::{Afar, of_account};
use super::front::Front;
use super::server::Cluster;
use super::ways::{Way, paid, slow};
use crate::setup::{Done, Folder, Run};
use cloudcert_cli::Exit;
use std::os::unix::fs::PermissionsExt;
use std::process::Child;

/// A configuration whose journal is in a database.
fn text(database: &str) -> String {
    format!("{}\n[journal]\npostgres = \"{database}\"\n", of_account("account = \"1001\""))
}

/// Runs `renew` until nothing is left to wait for.
#[track_caller]
fn settle(afar: &Afar) -> Done {
    for _ in 0..10 {
        let done = afar.run("renew --budget 0s").done();
        if done.code != Some(i32::from(Exit::Waiting.code())) {
            return done;
        }
    }
    panic!("the order does not end");
}

#[test]
fn an_order_goes_from_the_first_run_to_its_end_in_a_database() {
    let Some(cluster) = Cluster::shared() else { return };
    let (endpoint, database) = (slow(), cluster.database());
    let afar = Afar::new(Front::of(&endpoint), &text(&cluster.config(&database)));
    afar.ends("issue www --yes --no-wait", Exit::Waiting);
    let done = settle(&afar);
    assert_eq!(done.code, Some(0), "{}", done.all());
    assert!(!afar.machine.folder.0.join("state/journal.sqlite3").exists(), "the journal is in the database alone");
    let events = cluster.sql(&database, "SELECT string_agg(kind, ' ' ORDER BY sequence) FROM cloudcert.event").unwrap();
    assert!(events.starts_with("opened key ") && events.ends_with(" closed"), "{events}");
    for line in ["order verify", "renew", "order find-out www", "due"] {
        afar.ends(line, Exit::Done);
    }
    assert!(afar.ends("order show www", Exit::Done).out.contains("closed"));
    afar.ends("revoke www --reason test --yes", Exit::Done);
    assert_eq!(Way::Kcm.orders(&endpoint), 1);

    // A second machine sees the order, and its certificate is on the first one.
    let second = Machine::new(&afar.front.url, &text(&cluster.config(&database)));
    let run = |line: &str| second.run(line).env("SSL_CERT_FILE", &afar.front.roots);
    assert!(run("order list www").ends(Exit::Done).out.contains("www/1"));
    run("issue www --yes").ends(Exit::Unconfirmed).says("--replace");
    assert_eq!(Way::Kcm.orders(&endpoint), 1);
}

#[test]
fn two_programs_at_once_make_one_order() {
    let Some(cluster) = Cluster::shared() else { return };
    let endpoint = slow();
    let front = Front::of(&endpoint);
    let database = cluster.config(&cluster.database());
    let (url, roots) = (front.url.clone(), front.roots.clone());
    // Two machines, each with folders of its own.
    let machines: Vec<Machine> = (0..2).map(|_| Machine::new(&url, &text(&database))).collect();
    let mut runs: Vec<Run> = machines
        .iter()
        .flat_map(|machine| (0..2).map(|_| machine.run("issue www --yes --no-wait").env("SSL_CERT_FILE", &roots)))
        .collect();
    let children: Vec<Child> = runs.iter_mut().map(Run::start).collect();
    let done: Vec<Done> = children.into_iter().map(Done::of).collect();
    let codes: Vec<Option<i32>> = done.iter().map(|done| done.code).collect();
    let texts: Vec<String> = done.iter().map(Done::all).collect();
    assert!(codes.iter().all(|code| [Some(8), Some(9)].contains(code)), "{codes:?} {texts:#?}");
    assert!(codes.contains(&Some(8)), "{codes:?} {texts:#?}");
    assert_eq!(Way::Kcm.orders(&endpoint), 1, "{texts:#?}");
}

#[test]
fn a_database_that_is_away_or_refuses_orders_nothing() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    cluster.keep();
    let endpoint = slow();
    let afar = Afar::new(Front::of(&endpoint), &text(&cluster.config("postgres")));
    afar.ends("due", Exit::Done);
    let before = paid(&endpoint);
    cluster.crash();
    for line in ["issue www --yes", "renew", "order verify"] {
        afar.ends(line, Exit::NotNow).says("next: ");
    }
    cluster.serve(&[]);
    afar.machine.folder.file("config.toml", text(&cluster.config("absent")));
    let done = afar.run("issue www --yes").done();
    assert!([Some(4), Some(6)].contains(&done.code), "{}", done.all());
    assert!(done.err.contains("next: "), "{}", done.err);
    assert_eq!(paid(&endpoint), before);
    assert_eq!(endpoint.state()["requests"]["seen"], 0);
    afar.machine.folder.file("config.toml", text(&cluster.config("postgres")));
    afar.ends("issue www --yes --no-wait", Exit::Waiting);
}

#[test]
fn a_password_is_read_from_a_file_of_the_user_alone_and_shown_nowhere() {
    let Some(cluster) = Cluster::shared() else { return };
    let (endpoint, place) = (slow(), Folder::new());
    let file = place.file("password", "CANARY it's \\ a password\n");
    let mode = |mode: u32| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    let database = cluster.config(&cluster.database());
    let afar = Afar::new(Front::of(&endpoint), &format!("{}password_file = \"{file}\"\n", text(&database)));
    mode(0o644);
    let done = afar.ends("issue www --yes", Exit::Unconfigured);
    done.says("config.toml");
    done.says("next: ");
    mode(0o600);
    let runs = [
        done,
        afar.ends("issue www --yes --no-wait", Exit::Waiting),
        afar.ends("order export www --json-lines", Exit::Done),
        afar.run("due").env("RUST_LOG", "trace").done(),
    ];
    for done in runs {
        assert!(!done.all().contains("CANARY"), "{}", done.all());
    }
    let place = cluster.config("absent").replace("host=", "").replace("port=", "").replace('/', "%2F");
    let place: Vec<&str> = place.split(' ').collect();
    let url = format!("postgres://postgres@{}:{}/absent", place[0], place[1]);
    for url in [url.clone(), format!("{url}?sslmode=disable"), url.replace("/absent", "")] {
        let of_url = format!("{}password_file = \"{file}\"\n", text(&url));
        afar.machine.folder.file("config.toml", of_url);
        let done = afar.run("order list").done();
        assert!(!done.all().contains("CANARY") && !done.all().contains("cannot be read"), "{url}: {}", done.all());
        assert_eq!(done.err.contains("does not exist"), url.contains("absent"), "{url}: {}", done.all());
    }
    let inside = format!("{} password=CANARY", cluster.config("postgres"));
    afar.machine.folder.file("config.toml", text(&inside));
    let done = afar.ends("issue www --yes", Exit::Unconfigured);
    done.says("password_file");
    assert!(!done.all().contains("CANARY"), "{}", done.all());
    assert_eq!(Way::Kcm.orders(&endpoint), 1);
}
