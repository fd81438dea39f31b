//! Why some rules have no witness that runs. A rule that gets one must leave this list, so it may only shrink.

/// Rules, and the reason that holds for all of them.
pub(super) const REASONS: [(&[&str], &str); 13] = [
    (
        &["param-state-alias-added"],
        "No case brings it by itself: a parameter that becomes required gets its name for the state, and says no more.",
    ),
    (
        &[
            "common-param-carrier-changed",
            "common-param-default-changed",
            "common-param-enum-changed",
            "common-param-removed",
            "common-param-removed-required",
            "common-param-setter-changed",
            "common-param-signatures-changed",
            "enum-value-removed-silent",
        ],
        "Which common parameters are sent, and where, is written in the runtime and not generated: programs of both descriptions send the same.",
    ),
    (
        &["param-default-added", "param-default-changed", "param-default-removed"],
        "What a service does about a parameter that is absent is seen in its effects, which an endpoint on a description does not have.",
    ),
    (
        &["action-cost-added", "action-cost-unit-changed"],
        "An endpoint on a description counts neither quota nor money.",
    ),
    (&["action-irreversible-added"], "An endpoint on a description keeps nothing that a call could take away."),
    (
        &["action-precondition-added", "action-precondition-changed"],
        "An endpoint on a description answers each call by itself, whatever was called before.",
    ),
    (
        &[
            "action-host-from-added",
            "action-host-from-changed",
            "action-host-from-removed",
            "default-region-changed",
            "endpoint-host-changed",
            "endpoint-removed",
            "signing-region-changed",
        ],
        "All hosts and regions are one endpoint here.",
    ),
    (&["service-withdrawn"], "When a vendor switches a service off, no description says."),
    (
        &[
            "common-field-changed",
            "field-text-kind-changed",
            "field-time-changed",
            "field-time-zone-changed",
            "param-time-zone-changed",
        ],
        "A text travels as it is. What a caller makes of it, the caller's program decides.",
    ),
    (
        &["field-values-changed", "field-values-widened"],
        "Every value of the enum is read. Which of them a caller expects in this place, the caller's program decides.",
    ),
    (
        &["check-changed-advice"],
        "The limits of this kind whose change is neither tighter nor wider are regular expressions and keys of CSRs, which neither the SDK nor the \
         endpoint checks.",
    ),
    (
        &["error-message-match-changed", "success-code-removed"],
        "What else a service sends than the description says, an endpoint on it cannot know.",
    ),
    (
        &["enum-removed", "id-removed", "table-row-added", "table-row-removed", "type-removed", "unclassified-change"],
        "In a sound description something that uses it changes too, and decides what programs meet.",
    ),
];
