//! Each documented error of each action is read in JSON and in XML: code, inner code, cause, remedy, and whether the call may have been
//! executed.

use super::{Case, call_with_response, cases};
use cloudcert::api::Effect;
use cloudcert::model::{ErrorRow, ErrorScope, ErrorStyle, Match, Retry};
use serde_json::{Value, json};

/// The rows that an action may fail with.
fn rows(case: &Case) -> impl Iterator<Item = &'static ErrorRow> {
    let action = case.action;
    let its = move |row: &&ErrorRow| row.scope != ErrorScope::Business || action.errors.contains(&row.name);
    case.api.errors.iter().filter(its)
}

/// A response with this error, in JSON and in XML.
fn bodies(case: &Case, row: &ErrorRow) -> [String; 2] {
    let code = match &row.code {
        Match::Exact(code) => code.clone(),
        Match::Prefix(start) => format!("{start}Later"),
    };
    let message = format!("Said by the service. {}", row.message_contains.as_deref().unwrap_or_default());
    let inner = row.inner_code.as_deref();
    match case.api.protocol.error_style {
        ErrorStyle::Flat => [
            json!({"Code": code, "Message": message, "RequestId": "R-1", "HostId": "h", "Recommend": "r"}).to_string(),
            format!(
                "<Error><RequestId>R-1</RequestId><HostId>h</HostId><Code>{code}</Code><Message>{message}</Message></Error>"
            ),
        ],
        ErrorStyle::Nested => {
            let mut error = json!({"Type": "Sender", "Code": code, "Message": message});
            let mut element = String::new();
            if let Some(inner) = inner {
                error["InnerCode"] = inner.into();
                element = format!("<InnerCode>{inner}</InnerCode>");
            }
            [
                json!({"RequestId": "R-1", "Error": error}).to_string(),
                format!(
                    "<ErrorResponse><RequestId>R-1</RequestId><Error><Code>{code}</Code>{element}<Message>{message}</Message></Error></ErrorResponse>"
                ),
            ]
        }
    }
}

#[test]
fn each_documented_error_is_reported_in_full() {
    let mut reported = 0;
    for case in cases() {
        // The client fills in a repeat key.
        let key = case.action.repeat_key().map(|field| (field.wire.clone(), json!("key")));
        let effect = (case.effect)(&Value::Object(key.into_iter().collect()));
        for row in rows(&case) {
            let statuses = if row.status.is_empty() { vec![400] } else { row.status.clone() };
            for (status, body) in statuses.iter().flat_map(|status| bodies(&case, row).map(|body| (*status, body))) {
                let error = call_with_response(&case, status, body).err().unwrap();
                let about = format!("{} {}: {error}", case.action.name, row.name);
                assert_eq!(error.status(), Some(status), "{about}");
                assert_eq!(error.request_id(), Some("R-1"), "{about}");
                assert!(row.code.covers(error.code().unwrap()), "{about}");
                assert_eq!(error.inner_code(), row.inner_code.as_deref(), "{about}");
                assert_eq!((case.codes)(&error), [Some(row.code_name.clone()), row.inner_code_name.clone()], "{about}");
                let info = error.info().unwrap();
                assert_eq!((info.cause, info.remedy), (row.cause.en.trim(), row.remedy.en.trim()), "{about}");
                assert_eq!(error.is_throttled(), row.retry == Retry::Throttle, "{about}");
                let harmless = matches!(effect, Effect::Read | Effect::Idempotent);
                let unclear = matches!(row.retry, Retry::Transient | Retry::Reconcile);
                assert_eq!(error.outcome_unknown(), unclear && !harmless, "{about}");
                assert!(error.to_string().contains("Said by the service."), "{about}");
                reported += 1;
            }
        }
    }
    assert!(reported > 500, "{reported} errors");
}

#[test]
fn an_undocumented_error_retains_everything_in_the_response() {
    for case in cases() {
        let body = match case.api.protocol.error_style {
            ErrorStyle::Flat => json!({"Code": "Later.Code", "Message": "new", "RequestId": "R-2"}),
            ErrorStyle::Nested => json!({"RequestId": "R-2", "Error": {"Code": "Later.Code", "Message": "new"}}),
        };
        let error = call_with_response(&case, 400, body.to_string()).err().unwrap();
        assert_eq!((error.code(), error.message(), error.request_id()), (Some("Later.Code"), "new", Some("R-2")));
        assert!(error.info().is_none() && (case.codes)(&error) == [None, None]);
    }
}
