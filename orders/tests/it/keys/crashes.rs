//! A process that makes a key dies at each point. The next one must end with one whole key, and with the one that was there, if any.

use super::{KEY_OF_SERVICE, mode, order};
use cloudcert_orders::base::watch::{Watch, Watched};
use cloudcert_orders::keys::{self, KeyKind};
use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const STATE: &str = "ORDERS_TEST_KEYS_STATE";
const POINT: &str = "ORDERS_TEST_KEYS_POINT";

/// Ends the process at the given point, without running destructors.
struct Dies {
    left: AtomicUsize,
}

impl Watch for Dies {
    fn reach(&self, _: &str) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            std::process::exit(77);
        }
    }
}

fn work(state: &Path, watched: &Watched) {
    keys::obtain(KeyKind::EcP256, &keys::path(state, &order()), watched).unwrap();
    keys::keep(&keys::path(state, &"service/1".parse().unwrap()), KEY_OF_SERVICE, watched).unwrap();
}

/// The child: does nothing unless a parent started it.
#[test]
fn child() {
    let (Some(state), Ok(point)) = (env::var_os(STATE), env::var(POINT)) else { return };
    let watch = Dies { left: AtomicUsize::new(point.parse().unwrap()) };
    work(Path::new(&state), &Watched::by(Arc::new(watch)));
}

#[test]
fn a_crash_at_any_point_leaves_a_whole_key_or_none() {
    let mut crashed = 0;
    for point in 1.. {
        let state = tempfile::tempdir().unwrap();
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "keys::crashes::child"])
            .env(STATE, state.path())
            .env(POINT, point.to_string())
            .output()
            .unwrap();
        if child.status.success() {
            break;
        }
        assert_eq!(child.status.code(), Some(77), "{child:?}");
        crashed += 1;

        let path = keys::path(state.path(), &order());
        let there = path.exists().then(|| keys::read(&path, &Watched::default()).unwrap().public_sha256());
        work(state.path(), &Watched::default());
        let key = keys::read(&path, &Watched::default()).unwrap();
        assert!(there.is_none_or(|there| there == key.public_sha256()), "point {point}");
        for order in ["www/1", "service/1"] {
            let path = keys::path(state.path(), &order.parse().unwrap());
            assert_eq!(mode(&path), 0o600);
            let all: Vec<_> =
                path.parent().unwrap().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(all, ["1.pem"], "point {point}");
        }
    }
    // Ten and more points for each of the two keys.
    assert!(crashed >= 20, "{crashed}");
}
