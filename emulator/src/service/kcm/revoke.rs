//! Tokens, and the revocations that need them.

use super::certificate::{Shown, Stage};
use super::{invalid, missing, required, wrong_status};
use crate::call::{Answer, Call, Refusal};
use crate::random::Random;
use crate::service::answer;
use crate::world::World;
use serde_json::json;
use std::collections::VecDeque;

/// How long a token is good for. The documents give no life; this one is short enough to be met.
const LIFE_SECONDS: i64 = 300;
/// How many tokens are remembered; older ones count as expired.
const MOST: usize = 1000;
const IMAGE_MOST_BYTES: usize = 600 * 1024;

/// Tokens that were given out and not used.
pub(super) struct Tokens {
    random: Random,
    given: VecDeque<(String, i64)>,
}

impl Tokens {
    pub(super) fn new(random: Random) -> Self {
        Self { random, given: VecDeque::new() }
    }

    fn give(&mut self, now: i64) -> String {
        let token = self.random.hex(32);
        self.given.push_back((token.clone(), now));
        if self.given.len() > MOST {
            self.given.pop_front();
        }
        token
    }

    /// Whether a token is good at a time.
    fn is_good(&self, token: &str, now: i64) -> bool {
        self.given.iter().any(|(given, at)| given == token && now - at < LIFE_SECONDS)
    }

    fn used(&mut self, token: &str) {
        self.given.retain(|(given, _)| given != token);
    }
}

/// Gives a token out. `ApiHost` is this endpoint, so that clients that go by it come back here.
pub(super) fn token(world: &mut World) -> Answer {
    let url = world.settings.public_url.as_str();
    let host = url.split_once("://").map_or(url, |(_, host)| host).to_owned();
    answer(json!({ "Token": world.kcm.tokens.give(world.clock.now()), "ApiHost": host }))
}

/// Revokes a certificate. The token is used up by that, and by nothing else.
pub(super) fn revoke(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let now = world.clock.now();
    let kcm = &mut world.kcm;
    let seed = kcm.seed;
    let token = required(call, "Token")?;
    required(call, "Reason")?;
    if !kcm.tokens.is_good(token, now) {
        return Err(Refusal::new("invalid-token", "The token is invalid or has expired."));
    }
    let certificate = kcm.get(call)?;
    if !matches!(certificate.stage, Stage::Issued(_)) {
        return Err(wrong_status(certificate, "Only an issued certificate can be revoked."));
    }
    let letter = call.params.text("RevokeLetter");
    if letter.is_none() && !certificate.product.is_sectigo() {
        return Err(missing("RevokeLetter"));
    }
    if letter.is_some_and(|letter| letter.len() > IMAGE_MOST_BYTES * 4 / 3 + 4) {
        return Err(invalid("RevokeLetter", "The picture is larger than 600 KB."));
    }
    let stage = std::mem::replace(&mut certificate.stage, Stage::Ordered);
    certificate.stage = match stage {
        Stage::Issued(delivered) => Stage::Revoked(delivered),
        other => other,
    };
    let shown = certificate.shown(Shown::Item, seed);
    kcm.tokens.used(token);
    Ok(answer(json!({ "Certificate": shown })))
}
