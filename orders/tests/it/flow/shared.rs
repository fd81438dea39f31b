//! Packages that others order from: whose order is new in the list after a lost response.

use super::run::{ORDER, emulator, orders, plan, run_plan};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::{Config, Credentials};
use cloudcert_emulator::{Fault, Handle, Rule};
use cloudcert_orders::Kind;
use cloudcert_orders::base::watch::{Watch, Watched};
use cloudcert_orders::flow::report::Ended;
use cloudcert_orders::journal::event::{End, Event};
use cloudcert_orders::journal::{Journal, SqliteJournal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn block<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Somebody who orders the same product for another domain, right after a response was lost.
struct Other {
    url: String,
    has_ordered: AtomicBool,
}

impl Watch for Other {
    fn reach(&self, point: &str) {
        if point != "after append unknown" || self.has_ordered.swap(true, Ordering::SeqCst) {
            return;
        }
        let config = Config::new(Credentials::new("testid", "testsecret")).endpoint(&self.url).dangerous_allow_http();
        let ordering = std::thread::spawn(move || {
            let client = Client::new(config).unwrap();
            let order = client.create_certificate_request().product_code("geotrust-dv-1-starter");
            let order = order.domain("other.example.com").validate_type("DNS");
            block(order.username("Li Lei").email("ops@example.com").phone("13800000000").send()).unwrap();
        });
        ordering.join().unwrap();
    }
}

/// How a run ends whose response is lost, with or without another order beside it, and the verdict about it.
fn lost(fault: Fault, shared: bool, is_alone: bool) -> (Ended, String, u64) {
    let endpoint: Handle = emulator().serve_blocking().unwrap();
    endpoint.inject(Rule::new(fault).action(ORDER).times(1)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let watch = Arc::new(Other { url: endpoint.url().to_owned(), has_ordered: AtomicBool::new(is_alone) });
    let mut plan = plan();
    plan.shared = shared;
    block(async {
        let journal = SqliteJournal::open(folder.path()).await.unwrap();
        let ended = run_plan(&plan, &endpoint, &journal, folder.path(), &Watched::by(watch)).await.unwrap();
        let events = journal.events(&"www/1".parse().unwrap()).await.unwrap();
        let found = events.into_iter().find_map(|recorded| match recorded.event {
            Event::Found { verdict, why, .. } => Some(format!("{verdict:?}: {why}")),
            _ => None,
        });
        (ended, found.unwrap(), orders(&endpoint))
    })
}

fn is_unknown(ended: &Ended) -> bool {
    matches!(ended, Ended::Stopped(failure) if failure.kind() == Kind::Unknown)
}

/// The list is searched by the product, so the order of somebody else looks like ours.
#[test]
fn the_order_of_somebody_else_is_never_taken_for_ours() {
    for shared in [false, true] {
        let (ended, found, orders) = lost(Fault::CloseBeforeReading, shared, false);
        assert!(is_unknown(&ended), "shared {shared}: {ended:?}");
        assert_eq!((found.as_str(), orders), ("Ambiguous: what is new in the list is for other domains", 1));
    }
}

/// In a package that is ours alone, two new orders are a riddle. In one that others use, the one with our domain is ours.
#[test]
fn beside_orders_of_others_ours_is_found_by_its_domain_if_the_package_is_shared() {
    let (ended, found, orders) = lost(Fault::CloseAfterCommit, false, false);
    assert!(is_unknown(&ended) && orders == 2, "{ended:?}, {found}");
    let (ended, found, orders) = lost(Fault::CloseAfterCommit, true, false);
    assert_eq!((ended, orders), (Ended::Closed(End::Done), 2), "{found}");
    assert!(found.contains("just one is for these domains"), "{found}");
}

#[test]
fn an_order_that_is_alone_is_found_in_any_package() {
    for shared in [false, true] {
        let (ended, found, orders) = lost(Fault::CloseAfterCommit, shared, true);
        assert_eq!((ended, orders), (Ended::Closed(End::Done), 1), "{found}");
        let (ended, found, orders) = lost(Fault::CloseBeforeReading, shared, true);
        assert_eq!((ended, orders), (Ended::Closed(End::Done), 1), "{found}");
    }
}
