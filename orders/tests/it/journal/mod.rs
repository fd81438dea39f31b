//! The journal: one suite for both engines, and what only one of them can get wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and tells its parent what it did"
)]

// What the modules below use of it must stand above them.
/// Runs every test of the suite for one engine. `$engine` is `None` if this machine has none.
macro_rules! each_test_of_the_suite {
    ($engine:expr) => {
        each_test_of_the_suite! { $engine;
            every_kind_of_event_is_read_as_it_was_written, a_caller_that_missed_an_event_is_refused, one_of_two_writers_wins,
            eight_processes_write_one_order, orders_are_sorted, a_lock_is_held_by_one_process, locks_of_other_names_are_free,
            what_was_committed_survives_its_process, unknown_kinds_and_versions_are_refused, events_are_never_changed_by_hand,
            a_changed_event_is_found, a_missing_event_is_found, an_event_that_is_too_large_is_refused, a_sound_journal_verifies,
            a_copy_orders_nothing_until_it_is_accepted,
        }
    };
    ($engine:expr; $($test:ident),* $(,)?) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            if let Some(engine) = $engine {
                crate::journal::suite::$test(&engine).await;
            }
        }
    )* };
}

mod child;
#[cfg(feature = "postgres")]
mod durable;
#[cfg(feature = "postgres")]
mod encrypted;
mod engine;
mod export;
#[cfg(feature = "postgres")]
mod pooler;
#[cfg(feature = "postgres")]
mod postgres;
mod sample;
#[cfg(feature = "postgres")]
#[path = "../../support/postgres.rs"]
mod server;
mod sqlite;
mod suite;
