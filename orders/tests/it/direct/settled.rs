//! Raw calls that a person settles by their names.

use super::{API, ORDER, Stop, dies, direct, endpoint, journal, kinds, order, orders, process, session_at};
use cloudcert::api::Effect;
use cloudcert::model;
use cloudcert_emulator::{Fault, Rule};
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::what::{Plain, Reply, What};
use cloudcert_orders::direct::Executed;
use cloudcert_orders::direct::entry::Entry;
use cloudcert_orders::journal::event::End;
use cloudcert_orders::journal::{Journal, SqliteJournal};
use cloudcert_orders::{Kind, Name};
use serde_json::Value;
use std::sync::Arc;

async fn name(journal: &dyn Journal) -> Name {
    journal.orders().await.unwrap().pop().unwrap().certificate
}

#[tokio::test]
async fn finding_out_needs_the_journal_alone_and_sends_nothing() {
    for (point, end, bought) in [("before", End::Failed, 0), ("after", End::Done, 1)] {
        let (endpoint, (_folder, journal)) = (Arc::new(endpoint().await), journal().await);
        let journal = Arc::new(journal);
        dies(&endpoint, &journal, &format!("{point} call {ORDER}")).await;
        let mut entry = Entry::last(journal.as_ref(), &name(journal.as_ref()).await).await.unwrap().unwrap();
        let other = super::endpoint().await;
        let elsewhere = session_at(&other, API, &Watched::default()).await;
        let refused = entry.find_out(&elsewhere, None).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Unconfigured, "{refused}");
        let session = session_at(&endpoint, API, &Watched::default()).await;
        entry.find_out(&session, None).await.unwrap();
        assert_eq!(entry.state().closed.as_ref().map(|(end, _)| *end), Some(end));
        assert_eq!((orders(&endpoint), entry.state().ids.contains_key("OrderId")), (bought, bought == 1));
        // Once more changes nothing.
        let events = entry.state().events;
        entry.find_out(&session, None).await.unwrap();
        assert_eq!(entry.state().events, events);
        drop(entry);
        process(&endpoint, journal.as_ref(), &Watched::default()).await.unwrap();
        assert_eq!(orders(&endpoint), bought + 1);
    }
}

#[tokio::test]
async fn a_person_says_what_became_of_it() {
    let who = || "somebody".to_owned();
    for executed in [None, Some("17".to_owned())] {
        let (endpoint, (_folder, journal)) = (Arc::new(endpoint().await), journal().await);
        let journal = Arc::new(journal);
        dies(&endpoint, &journal, "after append sending").await;
        let name = name(journal.as_ref()).await;
        let mut entry = Entry::last(journal.as_ref(), &name).await.unwrap().unwrap();
        // While it is held, nobody sends.
        let busy = process(&endpoint, journal.as_ref(), &Watched::default()).await.unwrap_err();
        assert_eq!(busy.kind(), Kind::Busy, "{busy}");
        entry.resolve(who(), executed.clone(), "looked".to_owned()).await.unwrap();
        assert_eq!(entry.state().ids.get("OrderId"), executed.as_ref());
        let again = entry.resolve(who(), None, "again".to_owned()).await.unwrap_err();
        assert_eq!(again.kind(), Kind::Invalid, "{again}");
        assert_eq!(entry.abandon("no".to_owned()).await.unwrap_err().kind(), Kind::Invalid);
        drop(entry);
        process(&endpoint, journal.as_ref(), &Watched::default()).await.unwrap();
        assert_eq!(orders(&endpoint), 1);
        assert_eq!(journal.orders().await.unwrap().len(), 2, "the same request is another order now");
    }
    let (endpoint, (_folder, journal)) = (Arc::new(endpoint().await), journal().await);
    let journal = Arc::new(journal);
    dies(&endpoint, &journal, "after append sending").await;
    let mut entry = Entry::last(journal.as_ref(), &name(journal.as_ref()).await).await.unwrap().unwrap();
    entry.abandon("given up".to_owned()).await.unwrap();
    assert_eq!(kinds(journal.as_ref()).await, ["opened", "looked", "sending", "closed"]);
    assert!(Entry::last(journal.as_ref(), &"_direct-none".parse().unwrap()).await.unwrap().is_none());
}

/// The journal has no personal data. What could only be shown with it is found out by the same request alone.
#[tokio::test]
async fn what_is_shown_by_personal_data_is_not_taken_for_not_executed() {
    let (endpoint, (folder, journal)) = (Arc::new(endpoint().await), journal().await);
    let example = &model::api(API).unwrap().action("CreateWHClientCertificate").unwrap().examples[0];
    let request = Value::Object(example.request.clone().into_iter().collect());
    assert!(request["CommonName"].is_string());
    let what = What::Described(super::request("CreateWHClientCertificate", API, &request));
    let watch = Watched::by(Arc::new(Stop("after append sending".to_owned())));
    let (to, other) = (endpoint.clone(), SqliteJournal::open(folder.path()).await.unwrap());
    let died = tokio::spawn(async move {
        let session = session_at(&to, API, &watch).await;
        direct(&other, &session, &watch).send(&what, &|| ()).await.map(drop)
    });
    assert!(died.await.is_err_and(|error| error.is_panic()));
    let session = session_at(&endpoint, API, &Watched::default()).await;
    let mut entry = Entry::last(&journal, &name(&journal).await).await.unwrap().unwrap();
    let unknown = entry.find_out(&session, None).await.unwrap_err();
    assert_eq!(unknown.kind(), Kind::Unknown, "{unknown}");
    assert!(unknown.message().contains("CommonName"), "{unknown}");
    assert!(!entry.state().is_closed());
}

/// Nothing shows what became of an action that the description lacks: only a person can settle it.
#[tokio::test]
async fn an_action_that_nothing_shows_is_unknown_until_a_person_settles_it() {
    let (endpoint, (_folder, journal)) = (endpoint().await, journal().await);
    let session = session_at(&endpoint, API, &Watched::default()).await;
    let direct = direct(&journal, &session, &Watched::default());
    let known = model::api(API).unwrap().action("CreateCsr").unwrap().examples[1].request.clone();
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let parameters = known.into_iter().map(|(name, value)| (name, text(value))).collect();
    let (api, action) = (API.to_owned(), "CreateCsr".to_owned());
    let what = What::Plain(Plain { api, action, parameters, effect: Effect::Order });
    endpoint.inject(Rule::new(Fault::CloseAfterCommit).action("CreateCsr").times(1)).unwrap();
    for _ in 0..2 {
        let lost = direct.send(&what, &|| ()).await.unwrap_err();
        assert_eq!(lost.kind(), Kind::Unknown, "{lost}");
    }
    let mut entry = Entry::last(&journal, &direct.name(&what).unwrap()).await.unwrap().unwrap();
    assert!(entry.request().await.unwrap().is_empty(), "nobody knows which of its parameters are personal");
    // A call of the description has no such witness either, whatever this one's effect was said to be.
    entry.find_out(&session, None).await.unwrap_err();
    entry.resolve("somebody".to_owned(), None, "looked".to_owned()).await.unwrap();
    drop(entry);
    let sent = direct.send(&what, &|| ()).await.unwrap();
    assert!(matches!(sent, Executed::Response { reply: Reply::Plain(_), .. }), "{sent:?}");
    assert_ne!(direct.name(&what).unwrap(), direct.name(&order()).unwrap());
}
