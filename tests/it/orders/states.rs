//! Verdicts by a state of the certificate: which states prove what, as the recipe of the action says.

use super::{gone, refused, state, why};
use crate::setup::futures::now;
use crate::setup::requests::revocation;
use crate::setup::script::{Reply, Script, busy, json_response};
use cloudcert::{Error, Evidence, Outcome};

/// The verdict on a revocation whose response is lost.
fn revoked(replies: impl IntoIterator<Item = Reply>) -> Outcome {
    let client = Script::replies(replies).kcm_client();
    let call = now(revocation(&client).revoke_letter("aGVsbG8=").guard()).unwrap();
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    now(call.find_out()).unwrap()
}

#[test]
fn a_state_proves_only_what_the_recipe_says() {
    let executed = Outcome::Executed { evidence: Evidence::State };
    let not_executed = Outcome::NotExecuted { evidence: Evidence::State };
    assert_eq!(revoked([state(2), Reply::lost(), state(3)]), executed);
    assert_eq!(revoked([state(2), Reply::lost(), state(2), state(1), state(3)]), executed);
    assert_eq!(revoked([state(2), Reply::lost(), state(2), state(2), state(2)]), not_executed);
    let under_review = why(revoked([state(2), Reply::lost(), state(1), state(1), state(1)]));
    assert!(under_review.contains("the state is `1`"), "{under_review}");
    why(revoked([state(2), Reply::lost(), state(2), state(1), state(2)]));
    for before in [0, 1, 3, 4, 5, 77] {
        let why = why(revoked([state(before), Reply::lost()]));
        assert!(why.contains(&format!("`{before}`")) && why.contains("before the call"), "{why}");
    }
    let without = r#"{"Certificate":{"CertificateId":"7"}}"#;
    why(revoked([Reply::json(without), Reply::lost()]));
    why(revoked([state(2), Reply::lost(), Reply::json(without), Reply::json(without), Reply::json(without)]));
}

#[test]
fn a_renewal_is_proved_by_status_0_alone_and_never_disproved() {
    let extended = |replies: [Reply; 5]| {
        let client = Script::replies(replies).kcm_client();
        let call = client.extend_certificate().certificate_id("7").certificate_code("SECDV01").year_length(1);
        let call = now(call.domain_count(1).wildcard_count(0).guard()).unwrap();
        now(call.send()).unwrap_err();
        now(call.find_out()).unwrap()
    };
    assert_eq!(
        extended([state(2), Reply::lost(), state(0), state(0), state(0)]),
        Outcome::Executed { evidence: Evidence::State }
    );
    for after in [1, 2, 3] {
        why(extended([state(2), Reply::lost(), state(after), state(after), state(after)]));
    }
    why(extended([state(0), Reply::lost(), state(0), state(0), state(0)]));
}

#[test]
fn an_order_that_is_gone_was_deleted_if_it_was_there_before() {
    let failed = || Reply::json(r#"{"Type":"verify_fail"}"#);
    let deleted = |replies: Vec<Reply>| {
        let client = Script::replies(replies).cas_client();
        let call = now(client.delete_certificate_request().order_id(5).guard())?;
        now(call.send()).unwrap_err();
        now(call.find_out())
    };
    assert_eq!(
        deleted(vec![failed(), Reply::lost(), gone()]).unwrap(),
        Outcome::Executed { evidence: Evidence::State }
    );
    assert_eq!(
        deleted(vec![failed(), Reply::lost(), failed(), failed(), failed()]).unwrap(),
        Outcome::NotExecuted { evidence: Evidence::State }
    );
    let never_there = why(deleted(vec![gone(), Reply::lost()]).unwrap());
    assert!(never_there.contains("probe before the call already failed with NotFoundOrder"), "{never_there}");
    assert_eq!(deleted(vec![refused("NoPermission")]).unwrap_err().code(), Some("NoPermission"));
    assert_eq!(
        deleted(vec![failed(), Reply::lost(), refused("NoPermission")]).unwrap_err().code(),
        Some("NoPermission")
    );
}

#[test]
fn a_submission_may_have_no_state_before_it() {
    let submitted = |replies: Vec<Reply>| -> Result<Outcome, Error> {
        let client = Script::replies(replies).old_client();
        let call = client.create_dv_order_audit().instance_id("cas-1").city("Beijing").domain(["www.example.com"]);
        let call = call.domain_verify_type("DNS").email("ops@example.com").mobile("13800000000");
        let call = now(call.province("Beijing").username("Li Lei").guard())?;
        now(call.send()).unwrap_err();
        now(call.find_out())
    };
    let checking = || Reply::json(r#"{"OrderStatus":"checking"}"#);
    let none = || refused("InvalidParameter");
    assert_eq!(
        submitted(vec![none(), Reply::lost(), checking()]).unwrap(),
        Outcome::Executed { evidence: Evidence::State }
    );
    assert_eq!(
        submitted(vec![Reply::json("{}"), Reply::lost(), none(), checking()]).unwrap(),
        Outcome::Executed { evidence: Evidence::State }
    );
    let why_not = why(submitted(vec![none(), Reply::lost(), none(), none(), none()]).unwrap());
    assert!(why_not.contains("failed with InvalidParameter"), "{why_not}");
    why(submitted(vec![checking(), Reply::lost()]).unwrap());
    // A probe that is forbidden or unclear has not seen that there is no state.
    let unclear = Reply::json(r#"{"Code":"X","OrderStatus":"checking"}"#);
    let forbidden = json_response(403, r#"{"Code":"Forbidden.RAM","Message":"no"}"#.to_owned());
    for failing in [unclear, forbidden, refused("InvalidAccessKeyId.Inactive")] {
        assert!(submitted(vec![failing]).is_err());
    }
    for failing in [Reply::lost(), busy(), refused("Throttling.User")] {
        assert!(submitted(vec![failing.clone()]).is_err(), "a later probe may see something else");
        assert!(submitted(vec![none(), Reply::lost(), failing]).is_err());
    }
}

#[test]
fn a_draft_may_be_sent_again_and_is_not_probed() {
    let script = Script::replies([Reply::lost(), state(0), state(0)]);
    let client = script.kcm_client();
    let draft = now(client.update_certificate().certificate_id("7").city("Beijing").guard()).unwrap();
    assert!(script.sent().is_empty());
    assert!(!now(draft.send()).unwrap_err().outcome_unknown());
    assert!(why(now(draft.find_out()).unwrap()).contains("may simply be sent again"));
    now(draft.send()).unwrap();
}
