//! Every recipe with probes that do not see what they are sent for: no verdict of "not executed" comes of them, and nothing is sent twice.
//! The endpoint counts.

use super::case_of;
use super::plays::{Play, for_each};
use super::stage::Stage;
use crate::setup::requests::order;
use cloudcert::Outcome;
use cloudcert::model::Probe;
use cloudcert_emulator::{Fault, Rule};

/// What may arrive in place of a response to a probe.
fn blind(play: &Play<'_>) -> Vec<(u16, String)> {
    let path = match play.probe() {
        Probe::Listing { items, .. } => items.clone(),
        _ => vec!["List".to_owned()],
    };
    let (list, outer) = path.split_last().unwrap();
    let within =
        |body: String| outer.iter().rev().fold(body, |body, name| format!(r#"{{"RequestId":"1","{name}":{body}}}"#));
    let bodies = [
        "{}".to_owned(),
        r#"{"RequestId":"1"}"#.to_owned(),
        format!(r#"{{"RequestId":"1","{list}":null}}"#),
        format!(r#"{{"RequestId":"1","{list}":["a"]}}"#),
        format!(
            r#"{{"RequestId":"1","TotalCount":2,"{list}":[{{"id":9,"CertificateId":"9","name":"n","MainDomain":"d"}}]}}"#
        ),
        format!(r#"{{"RequestId":"1","{}":[]}}"#, list.to_lowercase()),
        "<html><body>Welcome to this network</body></html>".to_owned(),
        "{\"RequestId\":".to_owned(),
    ];
    let mut all: Vec<(u16, String)> = bodies.into_iter().map(|body| (200, within(body))).collect();
    all.extend([(302, String::new()), (403, "<html>".to_owned()), (404, "{}".to_owned()), (429, String::new())]);
    all
}

fn spoil(play: &Play<'_>, status: u16, body: &str) {
    let fault = Fault::Response {
        status,
        body: body.to_owned(),
        content_type: "application/json".to_owned(),
        committed: false,
    };
    let probed = &play.best().action;
    play.stage.endpoint.clear_faults();
    play.stage.endpoint.inject(Rule::new(fault).action(probed.as_str())).unwrap();
}

#[test]
fn a_blind_probe_before_the_call_sends_nothing() {
    for_each(|play| {
        for (status, body) in blind(&play) {
            spoil(&play, status, &body);
            if let Ok(call) = play.try_guard() {
                // There may be no state yet. Then this probe proves nothing, and the verdict will be ambiguous.
                let about = format!("{}: {status} {body}", play.about());
                assert!(matches!(play.probe(), Probe::State { .. }), "{about}");
                drop(call);
            }
        }
        play.stage.endpoint.clear_faults();
        assert_eq!(play.happened(), 0, "{}", play.about());
    });
}

#[test]
fn a_blind_probe_after_a_lost_call_is_no_verdict_and_allows_no_second_call() {
    for_each(|play| {
        let call = play.guard();
        play.lose(&*call, Fault::CloseAfterCommit);
        for (status, body) in blind(&play) {
            spoil(&play, status, &body);
            let about = format!("{}: {status} {body}", play.about());
            match call.try_find_out(play.stage) {
                Err(_) | Ok(Outcome::Ambiguous { .. }) => {}
                Ok(outcome) => panic!("{about}: {outcome}"),
            }
            play.refuses(&*call);
        }
        play.stage.endpoint.clear_faults();
        assert_eq!(call.find_out(play.stage), play.executed(), "{}", play.about());
        play.refuses(&*call);
        assert_eq!(play.happened(), 1, "{}", play.about());
    });
}

#[test]
fn a_call_to_another_endpoint_is_probed_there() {
    use cloudcert::CallOptions;
    use cloudcert::aliyun_cas::v2020_04_07::Client;
    let here = Stage::new();
    let there = Stage::new();
    let case = case_of("aliyun-cas-2020-04-07", "CreateCertificateRequest");
    let play = Play::new(&there, &case, 0);
    // Sleeps move the clock of the endpoint that is called.
    let client = Client::new(play.config().endpoint(here.endpoint.url())).unwrap();
    let order = order(&client).product_code("geotrust-dv-1-starter");
    let order = there.run(order.with_options(CallOptions::new().endpoint(there.endpoint.url())).guard()).unwrap();
    there.endpoint.inject(Rule::new(Fault::CloseAfterCommit).action("CreateCertificateRequest").times(1)).unwrap();
    assert!(there.run(order.send()).unwrap_err().outcome_unknown());
    assert_eq!(there.run(order.find_out()).unwrap(), play.executed());
    there.run(order.send()).unwrap_err();
    let orders = |stage: &Stage| stage.endpoint.state()["services"]["aliyun-cas-2020-04-07"]["orders"]["total"].clone();
    assert_eq!((orders(&there), orders(&here)), (1.into(), 0.into()));
    assert_eq!(here.endpoint.state()["requests"]["seen"], 0, "nothing was sent here");
}
