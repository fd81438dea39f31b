//! A clock that is off: it is corrected once from the date of a response, in every form that HTTP has for dates.

use super::{HARMLESS, ONCE, call_with_effect, good};
use crate::setup::clock::ManualClock;
use crate::setup::futures::run;
use crate::setup::script::{Reply, Script, response_with_headers};
use cloudcert::Retries;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Effect;

fn skewed() -> Reply {
    // An hour after the time of these tests.
    let date = vec![("date", "Fri, 02 Jan 2026 04:04:05 GMT")];
    response_with_headers(400, date, r#"{"Code":"InvalidTimeStamp.Expired","Message":"expired"}"#)
}

#[test]
fn a_wrong_clock_is_corrected_once_and_explained() {
    for effect in HARMLESS.into_iter().chain(ONCE) {
        let script = Script::replies([skewed(), good(), good()]);
        let config = script.config_with_retries().environment(ManualClock::with_random(0.5));
        let client = cas::Client::new(config).unwrap();
        for _ in 0..2 {
            run(client.call("Later", [("A", "b")], effect)).unwrap();
        }
        let sent = script.sent();
        assert!(sent[0].body.contains("03%3A04%3A05Z"));
        assert!(sent[1].body.contains("04%3A04%3A05Z") && sent[2].body.contains("04%3A04%3A05Z"));
    }
    let ended = call_with_effect(Effect::Order, [skewed(), skewed(), good()], |config| config);
    let error = ended.error.unwrap();
    assert_eq!((ended.sent, error.clock_offset(), error.outcome_unknown()), (2, Some(3_600), false));
    assert!(error.to_string().contains("This machine's clock is 3600 s behind the service's"), "{error}");
    let ended = call_with_effect(Effect::Read, [skewed(), good()], |config| {
        config.retries(Retries::new().correct_clock(false))
    });
    assert_eq!(ended.sent, 1);
}

#[test]
fn dates_are_read_in_all_forms_of_http() {
    const NOW: [&str; 3] =
        ["Fri, 02 Jan 2026 03:04:05 GMT", "Friday, 02-Jan-26 03:04:05 GMT", "Fri Jan  2 03:04:05 2026"];
    for now in NOW {
        for later in ["Fri, 02 Jan 2026 03:04:12 GMT", "Friday, 02-Jan-26 03:04:12 GMT", " Fri Jan  2 03:04:12 2026 "] {
            let headers = vec![("date", now), ("retry-after", later)];
            let throttled = response_with_headers(429, headers, r#"{"Code":"Busy","Message":"slow"}"#);
            let ended = call_with_effect(Effect::Read, [throttled, good()], |config| config);
            assert_eq!((ended.sent, ended.backoffs), (2, vec![7_000]), "{now}, {later}");
        }
    }
    // The clock is corrected by each of them. A year of two digits may be of the last century.
    for (date, offset) in [
        ("Fri, 02 Jan 2026 04:04:05 GMT", 3_600),
        ("Friday, 02-Jan-26 04:04:05 GMT", 3_600),
        ("Fri Jan  2 04:04:05 2026", 3_600),
        ("Mon Jan 12 03:04:05 2026", 864_000),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777 - 1_767_323_045),
        ("Sun Nov  6 08:49:37 1994", 784_111_777 - 1_767_323_045),
    ] {
        let skewed =
            response_with_headers(400, vec![("date", date)], r#"{"Code":"InvalidTimeStamp.Expired","Message":"late"}"#);
        let ended = call_with_effect(Effect::Read, [skewed.clone(), skewed], |config| config);
        assert_eq!((ended.sent, ended.error.unwrap().clock_offset()), (2, Some(offset)), "{date}");
    }
    for date in ["", "yesterday", "Fri, 02 Jan 2026", "Friday, 02-Jan-26 25:04:05 GMT", "Fri Feb 31 04:04:05 2026"] {
        let skewed =
            response_with_headers(400, vec![("date", date)], r#"{"Code":"InvalidTimeStamp.Expired","Message":"late"}"#);
        assert_eq!(
            call_with_effect(Effect::Read, [skewed], |config| config).error.unwrap().clock_offset(),
            None,
            "{date}"
        );
    }
}
