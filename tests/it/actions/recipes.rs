//! Every action with a recipe, at the local endpoint: its response is lost, and probes find out whether it was executed. The endpoint
//! counts how often it was.

use super::plays::{Play, config_by_endpoint_clock, for_each};
use super::stage::Stage;
use super::{case_of, cases};
use crate::setup::requests::{application, order};
use cloudcert::model::{Effect, Probe};
use cloudcert::{Evidence, Outcome};
use cloudcert_emulator::{Fault, Rule};
use std::collections::BTreeSet;

#[test]
fn every_recipe_of_the_description_is_played() {
    let recipes = |case: &super::Case| {
        let name = (case.api.id.clone(), case.action.name.clone());
        (0..case.action.reconcile.len()).map(move |number| (name.clone(), number)).collect::<Vec<_>>()
    };
    let described: BTreeSet<_> = cases().iter().flat_map(recipes).collect();
    let played = for_each(|play| {
        let name = (play.case.api.id.clone(), play.case.action.name.clone());
        play.usable().into_iter().map(|number| (name.clone(), number)).collect::<Vec<_>>()
    });
    assert_eq!(played.into_iter().flatten().collect::<BTreeSet<_>>(), described);
}

#[test]
fn a_call_whose_response_was_lost_is_proved_executed_and_not_sent_again() {
    for_each(|play| {
        let call = play.guard();
        play.lose(&*call, Fault::CloseAfterCommit);
        assert_eq!(call.find_out(play.stage), play.executed(), "{}", play.about());
        let listed = matches!(play.probe(), Probe::Listing { .. });
        assert_eq!(call.found(), usize::from(listed), "{}", play.about());
        play.refuses(&*call);
        assert_eq!(call.find_out(play.stage), play.executed(), "{}", play.about());
        assert_eq!(play.happened(), 1, "{}", play.about());
    });
}

#[test]
fn a_call_that_did_not_arrive_is_proved_not_executed_and_may_be_sent_again() {
    for fault in [Fault::CloseBeforeReading, Fault::Internal { committed: false }] {
        for_each(|play| {
            let call = play.guard();
            play.lose(&*call, fault.clone());
            let outcome = call.find_out(play.stage);
            if play.is_silent() {
                assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{}: {outcome}", play.about());
                play.refuses(&*call);
                assert_eq!(play.happened(), 0, "{}", play.about());
                return;
            }
            assert_eq!(outcome, Outcome::NotExecuted { evidence: play.evidence() }, "{}", play.about());
            call.send(play.stage).unwrap_or_else(|e| panic!("{}: {e}", play.about()));
            play.refuses(&*call);
            let outcome = call.find_out(play.stage);
            assert_eq!(outcome, Outcome::Executed { evidence: Evidence::Response }, "{}", play.about());
            assert_eq!(play.happened(), 1, "{}", play.about());
        });
    }
}

#[test]
fn a_call_is_taken_up_by_another_client_with_what_was_saved() {
    for (fault, executed) in [(Fault::CloseAfterCommit, true), (Fault::CloseBeforeReading, false)] {
        for_each(|play| {
            let saved = {
                let call = play.guard();
                let saved = call.saved();
                play.lose(&*call, fault.clone());
                saved
            };
            assert_eq!((saved.api(), saved.action()), (&*play.case.api.id, &*play.case.action.name));
            let call = play.guard_again(&saved.to_json());
            play.refuses(&*call);
            let outcome = call.find_out(play.stage);
            if executed {
                assert_eq!(outcome, play.executed(), "{}", play.about());
                let listed = matches!(play.probe(), Probe::Listing { .. });
                assert_eq!(call.found(), usize::from(listed), "{}", play.about());
                play.refuses(&*call);
            } else if play.is_silent() {
                assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{}: {outcome}", play.about());
                play.refuses(&*call);
            } else {
                assert_eq!(outcome, Outcome::NotExecuted { evidence: play.evidence() }, "{}", play.about());
                call.send(play.stage).unwrap_or_else(|e| panic!("{}: {e}", play.about()));
                play.refuses(&*call);
            }
            assert_eq!(play.happened(), usize::from(executed || !play.is_silent()), "{}", play.about());
        });
    }
}

#[test]
fn the_same_call_by_somebody_else_after_it_makes_a_count_ambiguous() {
    for_each(|play| {
        let call = play.guard();
        play.lose(&*call, Fault::CloseAfterCommit);
        let both = play.somebody_else();
        // A name is taken, but what is created may be there twice.
        let creates = matches!(play.case.action.effect, Effect::Order | Effect::Create) && play.counts();
        assert!(both || !creates, "{}: a second one was refused", play.about());
        let outcome = call.find_out(play.stage);
        if both && play.counts() {
            assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{}: {outcome}", play.about());
        } else {
            assert_eq!(outcome, play.executed(), "{}", play.about());
        }
        play.refuses(&*call);
        assert_eq!(play.happened(), 1 + usize::from(both), "{}", play.about());
    });
}

#[test]
fn the_same_call_by_somebody_else_before_it_is_not_taken_for_it() {
    for_each(|play| {
        assert!(play.somebody_else(), "{}", play.about());
        let call = play.guard();
        play.lose(&*call, Fault::Internal { committed: false });
        let outcome = call.find_out(play.stage);
        if play.counts() {
            assert_eq!(outcome, Outcome::NotExecuted { evidence: play.evidence() }, "{}", play.about());
        } else {
            // What it would change is changed already.
            assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{}: {outcome}", play.about());
            play.refuses(&*call);
        }
        assert_eq!(play.happened(), 1, "{}", play.about());
    });
}

#[test]
fn the_outcome_of_a_dropped_call_is_found_by_probes() {
    for_each(|play| {
        let call = play.guard();
        play.inject(Fault::Stall { ms: 60_000 });
        call.abandon(play.stage, &|| play.happened() == 1);
        play.refuses(&*call);
        assert_eq!(call.find_out(play.stage), play.executed(), "{}", play.about());
        assert_eq!(play.happened(), 1, "{}", play.about());
    });
}

#[test]
fn two_witnesses_of_a_lost_order_agree_at_once() {
    let (stage, case) = (Stage::new(), case_of("aliyun-cas-2020-04-07", "CreateCertificateRequest"));
    let play = Play::new(&stage, &case, 0);
    assert!(play.usable().len() > 1, "a list and a count");
    let call = play.guard();
    play.lose(&*call, Fault::CloseAfterCommit);
    let seen = || stage.endpoint.state()["requests"]["seen"].as_u64().unwrap();
    let (before, started) = (seen(), stage.endpoint.clock().now());
    assert_eq!(call.find_out(&stage), play.executed());
    assert_eq!(seen() - before, 2, "one request for each witness");
    assert!(stage.endpoint.clock().now() - started < 10, "one round");
}

#[test]
fn an_order_that_is_listed_while_another_one_is_given_back_is_ambiguous() {
    use cloudcert::aliyun_cas::v2020_04_07::Client;
    let (stage, case) = (Stage::new(), case_of("aliyun-cas-2020-04-07", "CreateCertificateRequest"));
    let client = Client::new(config_by_endpoint_clock(&stage, &case)).unwrap();
    let order = || order(&client).product_code("geotrust-dv-1-starter");
    let other = stage.run(order().send()).unwrap().order_id;
    let used =
        || stage.run(client.describe_package_state().product_code("geotrust-dv-1-starter").send()).unwrap().used_count;
    let call = stage.run(order().guard()).unwrap();
    let before = used();
    stage.endpoint.inject(Rule::new(Fault::CloseAfterCommit).action(&*case.action.name).times(1)).unwrap();
    assert!(stage.run(call.send()).unwrap_err().outcome_unknown());
    stage.run(client.cancel_certificate_for_package_request().order_id(other).send()).unwrap();
    assert_eq!(used(), before, "the count went up and down");
    let outcome = stage.run(call.find_out()).unwrap();
    let Outcome::Ambiguous { why } = outcome else { panic!("{outcome}") };
    assert_eq!(why, "ListUserCertificateOrder shows it, but DescribePackageState shows no change");
    assert!(matches!(&call.found()[..], [ours] if ours.order_id.is_some_and(|id| id != other)), "a person sees it");
    stage.run(call.send()).unwrap_err();
}

#[test]
fn an_application_can_be_completed_at_once_because_the_client_waits() {
    use cloudcert::ksyun_kcm::v2016_03_04::Client;
    let (stage, case) = (Stage::new(), case_of("ksyun-kcm-2016-03-04", "ApplyCertificate"));
    let client = Client::new(config_by_endpoint_clock(&stage, &case)).unwrap();
    let apply = || stage.run(application(&client).send()).unwrap().certificate.certificate_id;
    let update = |client: &Client, id| stage.run(client.update_certificate().certificate_id(id).city("Beijing").send());
    // Another client does not know of the application.
    let stranger = Client::new(config_by_endpoint_clock(&stage, &case)).unwrap();
    assert_eq!(update(&stranger, apply()).unwrap_err().inner_code(), Some("order_not_exist"));
    let before = stage.endpoint.clock().now();
    update(&client, apply()).unwrap();
    assert!(stage.endpoint.clock().now() - before >= 2, "two seconds have passed, by the endpoint's clock");
}
