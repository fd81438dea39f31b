//! Deploying what the store has: the newest certificate, or an older generation.

use super::{DAY, Machine};
use cloudcert_orders::base::task::Task;
use cloudcert_orders::flow::again::{Again, Deployed, deploy};
use cloudcert_orders::inventory::{Local, Source};
use cloudcert_orders::renew::Wish;
use cloudcert_orders::renew::report::Outcome;
use cloudcert_orders::store::{Store, Stored};
use cloudcert_orders::target::Target;
use cloudcert_orders::{Failure, Kind, Text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A target that remembers the generations that came, and can be made to fail.
#[derive(Debug, Clone, Default)]
struct Web {
    came: Arc<Mutex<Vec<u32>>>,
    fails: Arc<AtomicBool>,
}

impl Web {
    fn came(&self) -> Vec<u32> {
        std::mem::take(&mut self.came.lock().unwrap())
    }
}

impl Target for Web {
    fn name(&self) -> &'static str {
        "web"
    }

    fn deploy<'a>(&'a self, stored: &'a Stored, _: Option<&'a Value>) -> Task<'a, Value> {
        self.came.lock().unwrap().push(stored.order.cycle);
        let fails = self.fails.load(Ordering::SeqCst);
        let done = if fails { Err(Failure::new(Kind::Failed, Text::quote("no route"))) } else { Ok(json!({})) };
        Box::pin(std::future::ready(done))
    }
}

impl Machine {
    async fn deploy(&self, cycle: Option<u32>) -> Result<Deployed, Failure> {
        let again = Again { cycle, targets: vec!["web".to_owned()], current: true };
        self.at_desk(async |desk| deploy(desk, &self.plan, &again).await).await
    }

    fn current(&self) -> u32 {
        Store::open(self.folder.path()).unwrap().current(&self.plan.name).unwrap().unwrap().order.cycle
    }

    fn generation(&self, cycle: u32) -> std::path::PathBuf {
        self.folder.path().join("live/www/generations").join(cycle.to_string())
    }
}

/// A machine with two generations, the first of which is still valid.
async fn two_generations() -> (Machine, Web) {
    let mut machine = Machine::new(false).await;
    let web = Web::default();
    machine.targets.push(Box::new(web.clone()));
    machine.issue().await;
    let due = machine.run(Wish::Renew).await.due.unwrap();
    machine.pass(u64::try_from(due.as_second() - machine.now().as_second()).unwrap() / DAY + 1);
    assert_eq!(machine.run(Wish::Renew).await.outcome, Outcome::Renewed);
    assert_eq!((web.came(), machine.current()), (vec![1, 2], 2));
    (machine, web)
}

#[tokio::test]
async fn an_older_generation_is_deployed_and_stays_until_somebody_says_otherwise() {
    let (machine, web) = two_generations().await;
    let back = machine.deploy(Some(1)).await.unwrap();
    assert_eq!((back.state.key.cycle, back.is_newest, back.current_was), (1, false, Some(2)));
    assert_eq!((web.came(), machine.current()), (vec![1], 1));
    // A timer does not undo what a person has done.
    assert_eq!(machine.run(Wish::Renew).await.outcome, Outcome::Nothing);
    assert_eq!((web.came(), machine.current()), (vec![], 1));
    let again = machine.deploy(None).await.unwrap();
    assert_eq!((again.state.key.cycle, again.is_newest, again.current_was), (2, true, Some(1)));
    assert_eq!((web.came(), machine.current(), machine.orders()), (vec![2], 2, 2));
    assert_eq!(machine.deploy(Some(2)).await.unwrap().current_was, None);
}

#[tokio::test]
async fn what_is_gone_or_not_whole_or_expired_is_refused_and_changes_nothing() {
    let (machine, web) = two_generations().await;
    web.came();
    let refused = async |kind: Kind, said: &str| {
        let failure = machine.deploy(Some(1)).await.unwrap_err();
        assert!(failure.kind() == kind && failure.to_string().contains(said), "{said} is not in: {failure:?}");
        assert!(failure.next().is_some(), "{failure:?}");
        assert_eq!((web.came(), machine.current()), (vec![], 2));
    };
    let key = machine.generation(1).join("privkey.pem");
    let hidden = machine.folder.path().join("hidden");
    fs::rename(&key, &hidden).unwrap();
    refused(Kind::Failed, "privkey.pem: this file is missing").await;
    fs::copy(machine.generation(2).join("privkey.pem"), &key).unwrap();
    refused(Kind::Failed, "another certificate").await;
    fs::rename(&hidden, &key).unwrap();
    machine.pass(200);
    refused(Kind::Failed, "has expired").await;
    fs::remove_dir_all(machine.generation(1)).unwrap();
    refused(Kind::Invalid, "keeps the last three, and has 2").await;
    let never = machine.deploy(Some(7)).await.unwrap_err();
    assert!(never.kind() == Kind::Invalid && never.message().contains("generation 7"), "{never:?}");
}

#[tokio::test]
async fn a_failed_deployment_of_an_older_generation_is_not_outstanding() {
    let (machine, web) = two_generations().await;
    web.fails.store(true, Ordering::SeqCst);
    let failure = machine.deploy(Some(1)).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Outstanding);
    assert!(failure.message().contains("web: no route") && failure.next().unwrap().contains("newest"), "{failure:?}");
    web.came();
    assert_eq!((machine.run(Wish::Renew).await.outcome, web.came()), (Outcome::Nothing, vec![]));
    let store = Store::open(machine.folder.path()).unwrap();
    let outstanding = async || {
        let local = Local { journal: &machine.journal, store: &store, before: BTreeMap::new(), now: machine.now() };
        let rows = local.rows().await.unwrap();
        let rows = rows.into_iter().filter(|row| row.outstanding && row.attention.is_some());
        rows.filter_map(|row| row.order).collect::<Vec<_>>()
    };
    assert_eq!(outstanding().await, Vec::<String>::new());
    assert_eq!(machine.deploy(None).await.unwrap_err().kind(), Kind::Outstanding);
    assert_eq!(outstanding().await, ["www/2"]);
}
