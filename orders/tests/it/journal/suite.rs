//! What every engine must do.

use crate::journal::child::Process;
use crate::journal::engine::{Engine, order};
use crate::journal::sample::{Random, event, kinds, opened};
use cloudcert_orders::journal::event::{Event, VERSION};
use cloudcert_orders::journal::{Journal, LockName};
use cloudcert_orders::{Kind, OrderKey};
use sha2::{Digest, Sha256};

pub(crate) async fn every_kind_of_event_is_read_as_it_was_written(engine: &dyn Engine) {
    let (journal, kinds) = (engine.open().await.unwrap(), kinds());
    assert!(kinds.len() > 20, "{kinds:?}");
    for seed in 1..=4 {
        let (mut random, order) = (Random::new(seed), order(&format!("seed-{seed}"), 1));
        let mut written = Vec::new();
        for kind in &kinds {
            let event = event(kind, &mut random);
            assert_eq!(event.kind(), kind);
            let recorded = journal.append(&order, written.len() as u64, &event).await.unwrap();
            assert_eq!(
                (&recorded.order, recorded.sequence, &recorded.event),
                (&order, written.len() as u64 + 1, &event)
            );
            written.push(recorded);
        }
        assert_eq!(journal.events(&order).await.unwrap(), written);
        assert_eq!(engine.open().await.unwrap().events(&order).await.unwrap(), written);
    }
    journal.verify().await.unwrap();
}

pub(crate) async fn a_caller_that_missed_an_event_is_refused(engine: &dyn Engine) {
    let (journal, order) = (engine.open().await.unwrap(), order("www", 1));
    assert_eq!(journal.events(&order).await.unwrap(), []);
    let refused = |failure: cloudcert_orders::Failure| {
        assert_eq!(failure.kind(), Kind::Busy, "{failure}");
        assert_eq!(failure.place(), Some("www/1"));
    };
    refused(journal.append(&order, 1, &Event::Drafted).await.unwrap_err());
    journal.append(&order, 0, &opened(&["example.com"])).await.unwrap();
    for after in [0, 2, 3, u64::MAX] {
        refused(journal.append(&order, after, &Event::Drafted).await.unwrap_err());
    }
    assert_eq!(journal.append(&order, 1, &Event::Drafted).await.unwrap().sequence, 2);
    assert_eq!(journal.events(&order).await.unwrap().len(), 2);
    // Another cycle and another certificate count from their own beginning.
    for other in [crate::journal::engine::order("www", 2), crate::journal::engine::order("www.a", 1)] {
        assert_eq!(journal.append(&other, 0, &opened(&["example.com"])).await.unwrap().sequence, 1);
    }
}

pub(crate) async fn one_of_two_writers_wins(engine: &dyn Engine) {
    let (one, other, order) = (engine.open().await.unwrap(), engine.open().await.unwrap(), order("www", 1));
    for after in 0..20 {
        let event = Event::Unknown { why: "the same".to_owned() };
        let (first, second) = tokio::join!(one.append(&order, after, &event), other.append(&order, after, &event));
        let lost = match (first, second) {
            (Ok(_), Err(failure)) | (Err(failure), Ok(_)) => failure,
            (first, second) => panic!("{first:?} and {second:?}"),
        };
        assert_eq!(lost.kind(), Kind::Busy, "{lost}");
    }
    assert_eq!(one.events(&order).await.unwrap().len(), 20);
}

pub(crate) async fn eight_processes_write_one_order(engine: &dyn Engine) {
    let mut processes: Vec<_> = (0..8).map(|_| Process::start(&engine.place())).collect();
    for process in &mut processes {
        process.ask("append www 10");
    }
    for process in &mut processes {
        assert_eq!(process.answer(), "committed");
    }
    let journal = engine.open().await.unwrap();
    let events = journal.events(&order("www", 1)).await.unwrap();
    assert_eq!(events.len(), 80);
    for process in &processes {
        let own = events
            .iter()
            .filter(|recorded| matches!(&recorded.event, Event::Unknown { why } if *why == process.id().to_string()));
        assert!((9..=10).contains(&own.count()));
    }
    journal.verify().await.unwrap();
}

pub(crate) async fn orders_are_sorted(engine: &dyn Engine) {
    let journal = engine.open().await.unwrap();
    assert_eq!(journal.orders().await.unwrap(), []);
    let mut orders: Vec<OrderKey> =
        [("b", 1), ("a-b", 1), ("a.b", 1), ("a_b", 1), ("ab", 1), ("a", 10), ("a", 2), ("_direct-00", 1)]
            .map(|(name, cycle)| order(name, cycle))
            .into();
    for order in &orders {
        journal.append(order, 0, &opened(&["example.com"])).await.unwrap();
        journal.append(order, 1, &Event::Drafted).await.unwrap();
    }
    orders.sort();
    assert_eq!(journal.orders().await.unwrap(), orders);
}

pub(crate) async fn a_lock_is_held_by_one_process(engine: &dyn Engine) {
    let name = LockName::Certificate("www".parse().unwrap());
    let (journal, mut process) = (engine.open().await.unwrap(), Process::start(&engine.place()));
    assert_eq!(process.call("lock www"), "held");
    assert_eq!(process.call("lock www"), "busy", "a process does not get it twice");
    let failure = journal.lock(&name).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Busy, "{failure}");
    assert_eq!((process.call("held"), process.call("confirm")), ("true".to_owned(), "held".to_owned()));
    process.kill();
    let lock = eventually(&*journal, &name).await;
    assert!(lock.held());
    lock.confirm().await.unwrap();
    let mut process = Process::start(&engine.place());
    assert_eq!(process.call("lock www"), "busy");
    drop(lock);
    eventually(&*journal, &name).await;
    assert_eq!(journal.takeover(), engine.takeover());
}

/// A server notices the end of a process a little later.
async fn eventually(journal: &dyn Journal, name: &LockName) -> Box<dyn cloudcert_orders::journal::Lock> {
    for _ in 0..200 {
        match journal.lock(name).await {
            Ok(lock) => return lock,
            Err(failure) => assert_eq!(failure.kind(), Kind::Busy, "{failure}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the lock stays taken");
}

pub(crate) async fn locks_of_other_names_are_free(engine: &dyn Engine) {
    let journal = engine.open().await.unwrap();
    let account =
        |cloud: &str, account: &str| LockName::Account { cloud: cloud.to_owned(), account: account.to_owned() };
    let names = ["www", "www.a", "account-aliyun-1", "setup"].map(|name| LockName::Certificate(name.parse().unwrap()));
    let accounts =
        [("aliyun", "1"), ("aliyun", ""), ("", "aliyun"), ("ali", "yun"), ("../..", "/etc/passwd"), ("a\0b", "域名")];
    let mut held = Vec::new();
    for name in names.into_iter().chain(accounts.map(|(cloud, number)| account(cloud, number))) {
        held.push(journal.lock(&name).await.unwrap());
        assert_eq!(journal.lock(&name).await.unwrap_err().kind(), Kind::Busy);
    }
    assert!(held.iter().all(|lock| lock.held()));
}

pub(crate) async fn what_was_committed_survives_its_process(engine: &dyn Engine) {
    for round in 1..=5 {
        let mut process = Process::start(&engine.place());
        assert_eq!(process.call("append www 3"), "committed");
        process.kill();
        assert_eq!(engine.open().await.unwrap().events(&order("www", 1)).await.unwrap().len(), 3 * round);
    }
}

pub(crate) async fn unknown_kinds_and_versions_are_refused(engine: &dyn Engine) {
    let cases = [
        ("kind", VERSION, "telepathy", r#"{"kind":"telepathy"}"#, "unknown kind"),
        ("field", VERSION, "unknown", r#"{"kind":"unknown"}"#, "other fields"),
        ("text", VERSION, "unknown", "not JSON", "other fields"),
        ("version", VERSION + 1, "drafted", r#"{"kind":"drafted"}"#, "newer version"),
        ("other", VERSION, "submitted", r#"{"kind":"drafted"}"#, "is called `submitted`"),
    ];
    for (name, version, kind, event, expected) in cases {
        let (journal, order) = (engine.open().await.unwrap(), order(name, 1));
        insert(engine, &order, 1, version, kind, event).unwrap();
        let failure = journal.events(&order).await.unwrap_err();
        assert_eq!((failure.kind(), failure.place()), (Kind::Failed, Some(order.to_string().as_str())), "{failure}");
        assert!(failure.message().contains(expected), "{failure}");
        assert_eq!(journal.verify().await.unwrap_err().kind(), Kind::Failed);
    }
}

/// Writes a row past the library, with a digest that fits the first row of an order.
fn insert(
    engine: &dyn Engine,
    order: &OrderKey,
    sequence: u64,
    version: u32,
    kind: &str,
    event: &str,
) -> Result<(), String> {
    let (at, token) = ("2026-11-28T00:00:00Z", "token");
    let mut hash = Sha256::new();
    let parts = [
        String::new(),
        order.certificate.to_string(),
        order.cycle.to_string(),
        sequence.to_string(),
        version.to_string(),
        at.into(),
        kind.into(),
        event.into(),
        token.into(),
    ];
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let (table, certificate, cycle) = (engine.table(), &order.certificate, order.cycle);
    engine.by_hand(&format!(
        "INSERT INTO {table} (certificate, cycle, sequence, version, at, kind, event, token, digest)
         VALUES ('{certificate}', {cycle}, {sequence}, {version}, '{at}', '{kind}', '{event}', '{token}', '{digest}')"
    ))
}

pub(crate) async fn events_are_never_changed_by_hand(engine: &dyn Engine) {
    let (journal, order, table) = (engine.open().await.unwrap(), order("www", 1), engine.table());
    journal.append(&order, 0, &opened(&["example.com"])).await.unwrap();
    let before = journal.append(&order, 1, &Event::Drafted).await.unwrap();
    for sql in [
        format!("UPDATE {table} SET kind = 'closed' WHERE sequence = 2"),
        format!("DELETE FROM {table} WHERE sequence = 2"),
        format!("DELETE FROM {table}"),
    ] {
        let error = engine.by_hand(&sql).unwrap_err();
        assert!(error.contains("events are never"), "{error}");
    }
    for sequence in [1, 2, 4] {
        let error = insert(engine, &order, sequence, VERSION, "drafted", r#"{"kind":"drafted"}"#).unwrap_err();
        assert!(error.contains("events follow one another"), "{error}");
    }
    assert_eq!(journal.events(&order).await.unwrap().last(), Some(&before));
    journal.verify().await.unwrap();
}

pub(crate) async fn a_changed_event_is_found(engine: &dyn Engine) {
    let (journal, order) = (engine.open().await.unwrap(), order("www", 1));
    journal.append(&order, 0, &opened(&["example.com"])).await.unwrap();
    journal.append(&order, 1, &Event::Unknown { why: "answer lost".to_owned() }).await.unwrap();
    journal.append(&order, 2, &Event::Drafted).await.unwrap();
    engine.by_hand(engine.unlock()).unwrap();
    engine
        .by_hand(&format!("UPDATE {} SET event = REPLACE(event, 'lost', 'came') WHERE sequence = 2", engine.table()))
        .unwrap();
    let failure = journal.events(&order).await.unwrap_err();
    assert_eq!((failure.kind(), failure.message()), (Kind::Failed, "event 2 is damaged: its digest does not fit"));
    assert_eq!(journal.verify().await.unwrap_err().kind(), Kind::Failed);
}

pub(crate) async fn a_missing_event_is_found(engine: &dyn Engine) {
    let (journal, order) = (engine.open().await.unwrap(), order("www", 1));
    for after in 0..4 {
        journal.append(&order, after, &Event::Drafted).await.unwrap();
    }
    engine.by_hand(engine.unlock()).unwrap();
    engine.by_hand(&format!("DELETE FROM {} WHERE sequence = 2", engine.table())).unwrap();
    let failure = journal.events(&order).await.unwrap_err();
    assert_eq!((failure.kind(), failure.message()), (Kind::Failed, "event 2 is missing, and event 3 follows"));
    engine.by_hand(&format!("DELETE FROM {} WHERE sequence = 1", engine.table())).unwrap();
    let failure = journal.events(&order).await.unwrap_err();
    assert_eq!(failure.message(), "event 1 is missing, and event 3 follows");
    assert_eq!(journal.orders().await.unwrap(), [order], "an order without a beginning is still an order");
}

pub(crate) async fn an_event_that_is_too_large_is_refused(engine: &dyn Engine) {
    let (journal, order) = (engine.open().await.unwrap(), order("www", 1));
    journal.append(&order, 0, &Event::Unknown { why: "x".repeat(900_000) }).await.unwrap();
    let failure = journal.append(&order, 1, &Event::Unknown { why: "x".repeat(1_100_000) }).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Failed, "{failure}");
    assert_eq!(journal.events(&order).await.unwrap().len(), 1);
    // What another program wrote is not read into memory.
    let long = format!(r#"{{"kind":"unknown","why":"{}"}}"#, "x".repeat(100));
    let other = crate::journal::engine::order("other", 1);
    insert(engine, &other, 1, VERSION, "unknown", &long).unwrap();
    engine.by_hand(engine.unlock()).unwrap();
    engine
        .by_hand(&format!(
            "UPDATE {} SET event = REPLACE(event, 'x', '{}') WHERE certificate = 'other'",
            engine.table(),
            "x".repeat(20_000)
        ))
        .unwrap();
    let failure = journal.events(&other).await.unwrap_err();
    assert!(failure.kind() == Kind::Failed && failure.message().contains("more than any order has"), "{failure}");
}

pub(crate) async fn a_sound_journal_verifies(engine: &dyn Engine) {
    let journal = engine.open().await.unwrap();
    journal.verify().await.unwrap();
    assert_eq!(journal.older_copy().await.unwrap(), None);
    engine.by_hand(engine.unlock()).unwrap();
    let failure = journal.verify().await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Failed, "{failure}");
    assert!(failure.message().contains("tables or triggers were changed"), "{failure}");
}

pub(crate) async fn a_copy_orders_nothing_until_it_is_accepted(engine: &dyn Engine) {
    let (sending, order) = (event("sending", &mut Random::new(7)), order("www", 1));
    let journal = engine.open().await.unwrap();
    journal.append(&order, 0, &opened(&["example.com"])).await.unwrap();
    journal.append(&order, 1, &sending).await.unwrap();
    drop(journal);
    engine.become_a_copy();
    let journal = engine.open().await.unwrap();
    let reason = journal.older_copy().await.unwrap().expect("a copy is told from the journal that was written last");
    let failure = journal.append(&order, 2, &sending).await.unwrap_err();
    assert!(failure.kind() == Kind::Unknown && failure.message().contains(&reason), "{failure}");
    // What is known already may be recorded: it orders nothing.
    journal
        .append(&order, 2, &Event::Answered { ids: [("OrderId".to_owned(), "1".to_owned())].into(), request_id: None })
        .await
        .unwrap();
    assert!(journal.older_copy().await.unwrap().is_some(), "an event accepts nothing");
    journal.accept().await.unwrap();
    assert_eq!(journal.older_copy().await.unwrap(), None);
    assert_eq!(engine.open().await.unwrap().older_copy().await.unwrap(), None);
    journal.append(&order, 3, &sending).await.unwrap();
}
