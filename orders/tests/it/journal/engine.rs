//! What the suite needs of an engine.

use cloudcert_orders::base::task::Task;
use cloudcert_orders::journal::Journal;
use cloudcert_orders::{Name, OrderKey};
use std::time::Duration;

pub(crate) trait Engine: Send + Sync {
    /// A connection to the journal, as another process would have.
    fn open(&self) -> Task<'_, Box<dyn Journal>>;

    /// What tells a child where the journal is.
    fn place(&self) -> String;

    /// Runs statements by hand, past the library: the error of the database as text.
    fn by_hand(&self, sql: &str) -> Result<(), String>;

    /// The table of events, as a statement names it.
    fn table(&self) -> &'static str;

    /// Statements that take away what keeps events from being changed by hand.
    fn unlock(&self) -> &'static str;

    /// Makes the journal an older copy of itself: a restored backup, or a replica that took over.
    fn become_a_copy(&self);

    /// What [`Journal::takeover`] must say.
    fn takeover(&self) -> Duration;
}

/// Opens the journal that [`Engine::place`] names.
pub(crate) async fn open(place: &str) -> Box<dyn Journal> {
    let (engine, place) = place.split_once('|').unwrap();
    match engine {
        "sqlite" => Box::new(cloudcert_orders::journal::SqliteJournal::open(place).await.unwrap()),
        #[cfg(feature = "postgres")]
        "postgres" => Box::new(cloudcert_orders::journal::PostgresJournal::connect(place).await.unwrap()),
        other => panic!("no engine `{other}`"),
    }
}

pub(crate) fn order(name: &str, cycle: u32) -> OrderKey {
    OrderKey::new(name.parse::<Name>().unwrap(), cycle)
}
