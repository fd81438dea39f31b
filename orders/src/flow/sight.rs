//! Whether the world sees a published proof. It is asked and told, and the order goes on whatever the answer is.

use super::order::Order;
use crate::proof::check::Settings;
use crate::proof::sight::{self, Sight};
use std::time::{Duration, Instant};

/// How long a look may take where the run may not wait: what can be done now is done, and ends soon.
const SHORT: Duration = Duration::from_secs(10);
/// How long between two looks of a run. Name servers keep answers for a while.
const BETWEEN: Duration = Duration::from_secs(30);

/// What a run has seen of the proof.
#[derive(Debug, Default)]
pub(super) struct Looks {
    last: Option<Instant>,
    seen: bool,
    /// What was told last of each proof: the same again is not news.
    told: Vec<Sight>,
}

impl Order<'_> {
    /// Looks for the proof and tells what is seen that was not seen before, unless it was seen everywhere, or this run has looked just now.
    pub(super) async fn look(&mut self) {
        let is_fresh = self.looks.last.is_some_and(|last| last.elapsed() < BETWEEN);
        if self.looks.seen || is_fresh {
            return;
        }
        let (desk, challenges) = (self.desk, self.state.challenges.clone());
        let left = desk.until.saturating_duration_since(Instant::now());
        let end = Instant::now() + desk.dns.limit.min(left.max(SHORT));
        let mut seen = !challenges.is_empty();
        let before = std::mem::take(&mut self.looks.told);
        for (number, challenge) in challenges.iter().enumerate() {
            let limit = end.saturating_duration_since(Instant::now());
            let settings = Settings { limit, ..desk.dns.clone() };
            let Some(sight) = sight::look(challenge, &settings).await else { return };
            seen &= sight.is_seen();
            if before.get(number) != Some(&sight) {
                desk.listener.sight(&self.state.key, &sight);
            }
            self.looks.told.push(sight);
        }
        self.looks.seen = seen;
        self.looks.last = Some(Instant::now());
    }
}
