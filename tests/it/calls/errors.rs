//! Errors stay complete, whoever has a copy of them.

use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::requests::{order, rollback};
use crate::setup::script::{Reply, Script, busy, json_response, response_with_headers};
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07::{Client, create_certificate_request};
use cloudcert::credentials::{CredentialsError, from_fn};
use cloudcert::{Config, Error, ErrorKind, Incoming, Interceptor};
use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Retains a clone of every error, as a program that writes reports does.
#[derive(Debug, Clone, Default)]
struct Keeper(Arc<Mutex<Vec<Error>>>);

impl Interceptor for Keeper {
    fn after_response(&self, response: &Incoming<'_>) {
        self.0.lock().unwrap().extend(response.error().cloned());
    }
}

/// Everything in an error.
fn facts(error: &Error) -> String {
    format!(
        "{error}\n{error:?}\n{:?}",
        (
            (error.kind(), error.action(), error.message(), error.raw_message().map(|raw| raw.expose().to_owned())),
            (error.code(), error.inner_code(), error.request_id(), error.status(), error.redacted_body()),
            (error.problems(), error.is_throttled(), error.already_done(), error.attempts(), error.retry_after()),
            (error.clock_offset(), error.signature_difference(), error.outcome_unknown(), error.how_to_find_out()),
            (error.wait(), error.source().map(ToString::to_string)),
        )
    )
}

/// The error of a program, which must be the same whether an interceptor retains errors or not.
#[track_caller]
fn same(replies: impl Fn() -> Vec<Reply>, program: impl Fn(Config) -> Error, retained: usize) -> Error {
    let config = |script: &Script| script.config_with_retries();
    let alone = program(config(&Script::replies(replies())));
    let keeper = Keeper::default();
    let error = program(config(&Script::replies(replies())).interceptor(keeper.clone()));
    assert_eq!(facts(&error), facts(&alone));
    assert_eq!(keeper.0.lock().unwrap().len(), retained, "{error}");
    // Retained errors no longer change.
    assert!(keeper.0.lock().unwrap().iter().all(|error| error.attempts() == 0 && error.wait().is_none()));
    error
}

#[test]
fn a_copy_changes_nothing_about_the_error_of_a_call() {
    let lost = || (0..3).map(|_| Reply::lost()).collect();
    let state = |config| now(Client::new(config).unwrap().describe_certificate_state().order_id(5).send()).unwrap_err();
    let error = same(lost, state, 3);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3));

    let place = |config| now(order(&Client::new(config).unwrap()).send()).unwrap_err();
    let error = same(|| vec![Reply::not_sent(), Reply::lost()], place, 2);
    assert_eq!((error.attempts(), error.outcome_unknown()), (2, true));
    assert!(error.how_to_find_out().is_some());

    // A time stamp is corrected once. If the clock is still off, it is an error.
    let late = || {
        response_with_headers(
            400,
            vec![("date", "Fri, 02 Jan 2026 04:04:05 GMT")],
            r#"{"Code":"InvalidTimeStamp.Expired"}"#,
        )
    };
    let error = same(move || vec![late(), late()], state, 2);
    assert_eq!((error.clock_offset(), error.attempts()), (Some(3600), 2));

    // A rejection of the second attempt may be the effect of the first.
    let refused = || json_response(404, r#"{"Code":"NotFoundOrder","Message":"none"}"#);
    let delete = |config| now(old_client(config).delete_user_certificate().cert_id(5).send()).unwrap_err();
    let error =
        same(move || vec![Reply::lost(), json_response(403, r#"{"Code":"NoPermission","Message":"no"}"#)], delete, 2);
    assert_eq!((error.attempts(), error.outcome_unknown()), (2, true));
    let error = same(move || vec![refused()], state, 1);
    assert_eq!((error.attempts(), error.outcome_unknown()), (1, false));

    let invalid =
        |config| now(Client::new(config).unwrap().send(create_certificate_request::Request::default())).unwrap_err();
    assert!(!same(Vec::new, invalid, 0).problems().is_empty());
}

fn old_client(config: Config) -> old::Client {
    old::Client::new(config).unwrap()
}

#[test]
fn a_copy_changes_nothing_about_the_error_of_a_wait() {
    let wait = |config| {
        let wait = Client::new(config).unwrap().wait_until_certificate_issued(5).deadline(Duration::from_secs(600));
        now(wait.into_future()).unwrap_err()
    };
    let denied = || json_response(403, r#"{"Code":"NoPermission","Message":"no"}"#);
    let error = same(move || vec![json_response(200, r#"{"Type":"process"}"#), denied()], wait, 1);
    let end = error.wait().unwrap();
    assert_eq!((end.polls, end.last_state.as_deref(), error.attempts()), (2, Some("process"), 1));
    let error = same(|| (0..20).map(|_| busy()).collect(), wait, 15);
    assert_eq!((error.wait().unwrap().polls, error.attempts()), (5, 3));
}

#[test]
fn a_copy_changes_nothing_about_the_error_of_a_list() {
    let list = |config| now(old_client(config).describe_user_certificate_list().pages().next()).unwrap().unwrap_err();
    let error = same(|| (0..3).map(|_| busy()).collect(), list, 3);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Service, 3));
}

#[test]
fn a_copy_changes_nothing_about_the_error_of_a_guarded_call() {
    let guarded = |config| now(now(rollback(&Client::new(config).unwrap()).guard()).unwrap().send()).unwrap_err();
    let error = same(|| vec![json_response(200, r#"{"RollbackCount":"1"}"#), Reply::lost()], guarded, 1);
    assert_eq!((error.attempts(), error.outcome_unknown()), (1, true));
    assert!(error.how_to_find_out().is_some());
}

#[test]
fn an_error_about_credentials_can_be_given_a_cause_after_it_was_copied() {
    let error = CredentialsError::failed("the vault is closed");
    let copy = error.clone();
    let error = error.caused_by("sealed");
    assert_eq!(error.source().unwrap().to_string(), "sealed");
    assert!(copy.source().is_none());
    let vault = from_fn("vault", move || std::future::ready(Err(error.clone())));
    let script = Script::repeat("{}");
    let config = Config::new(vault).transport(script.clone()).environment(ManualClock::new());
    let error = now(Client::new(config).unwrap().describe_certificate_state().order_id(5).send()).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Credentials, 0));
    assert_eq!(error.source().unwrap().source().unwrap().to_string(), "sealed");
}
