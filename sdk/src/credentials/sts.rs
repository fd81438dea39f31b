//! Alibaba Cloud's STS: temporary keys of a role.
//!
//! It is described here and not in `spec/`, because only sources of credentials use it; the SDK does not offer it as a service.

use super::Surroundings;
use super::role::{self, Role};
use super::temporary::{no_response, temporary};
use crate::base::api::{ApiInfo, Signature};
use crate::base::api::{Format, Method};
use crate::base::credentials::{Credentials, CredentialsError};
use crate::base::scrub::Hidden;
use crate::base::secret::Secret;
use crate::http::{Fetch, Verb};
use crate::protocol::address::Address;
use crate::protocol::response;
use crate::protocol::{self, Draft, Pair};
use serde_json::Value;
use std::time::Duration;

static STS: ApiInfo = ApiInfo {
    id: "aliyun-sts-2015-04-01",
    version: "2015-04-01",
    family: protocol::ALIYUN_RPC,
    nested_errors: false,
    signatures: &[Signature::AliyunV1],
    signing_name: "sts",
    default_region: "",
    hosts: &[],
    any_region: false,
    success_codes: &[],
    retry_after: None,
    effects: &[],
    methods: &[],
    errors: &[],
};

const TIMEOUT: Duration = Duration::from_secs(15);

/// How a request to STS proves who sends it.
pub(super) enum Authentication<'a> {
    /// It is signed with these keys.
    Key(&'a Credentials),
    /// It carries a token of an identity provider, and is not signed.
    Token { provider_arn: &'a str, token: Secret },
}

/// Requests temporary keys of a role.
pub(super) async fn assume(
    role: &Role,
    authentication: Authentication<'_>,
    surroundings: &Surroundings,
) -> Result<Credentials, CredentialsError> {
    let address = address(role, surroundings)?;
    let clock = surroundings.clock();
    let nonce =
        clock.nonce().map_err(|e| CredentialsError::failed("the system provides no random numbers").caused_by(e))?;
    let mut parameters = role.parameters(surroundings)?;
    // Errors never show what variables and files contain, but STS may quote it: hide these values.
    let shown = |name: &str, value: &str| name == "DurationSeconds" || value == role::SESSION;
    let values = parameters.iter().filter(|(name, value)| !shown(name, value));
    let mut own: Vec<Secret> = values.map(|(_, value)| value.as_str().into()).collect();
    let (action, secrets, signed) = match authentication {
        Authentication::Key(credentials) => {
            let draft = Draft {
                api: &STS,
                action: "AssumeRole",
                parameters: parameters.into(),
                credentials,
                signature: Signature::AliyunV1,
                region: "",
                host: &address.host,
                method: Method::Post,
                format: Format::Json,
                now: clock.now(),
                nonce,
            };
            ("AssumeRole", credentials.secrets(), protocol::sign(&draft))
        }
        Authentication::Token { provider_arn, token } => {
            let action = "AssumeRoleWithOIDC";
            let pair = |name: &'static str, value: &str| -> Pair { (name.into(), value.to_owned()) };
            parameters.extend([pair("OIDCProviderArn", provider_arn), pair("OIDCToken", token.expose())]);
            own.push(provider_arn.into());
            (action, vec![token], protocol::unsigned(&STS, action, &parameters, clock.now(), &nonce))
        }
    };
    let secrets = secrets.into_iter().chain(own).map(Hidden::secret);
    let hidden: Vec<Hidden> = secrets.chain(signed.proof.map(|proof| Hidden::signature(proof.signature))).collect();
    let fetch = Fetch { headers: signed.headers, body: signed.body, ..Fetch::new(Verb::Post, address.base, TIMEOUT) };
    let response = surroundings.fetch(fetch).await.map_err(no_response)?;
    let mut value = Value::Null;
    response::read(&STS, action, &[&format!("{action}Response")], response, false, &mut value)
        .map_err(|error| CredentialsError::failed(error.without(&hidden).to_string()))?;
    let credentials = value.get("Credentials").unwrap_or(&Value::Null);
    temporary(credentials, clock.now()).map_err(|error| CredentialsError::failed(format!("{action}: {error}")))
}

/// The address of STS: the one set by the caller, that of a region, or the central one.
fn address(role: &Role, surroundings: &Surroundings) -> Result<Address, CredentialsError> {
    let url = match (surroundings.sts_url(), role.region(surroundings)) {
        (Some(url), _) => url.to_owned(),
        (None, None) => "https://sts.aliyuncs.com".to_owned(),
        (None, Some(region)) => {
            // A dot or a slash would change the host.
            if !region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(CredentialsError::failed(
                    "the STS region is not a valid region name: write it like cn-hangzhou",
                ));
            }
            let start = if role.by_vpc(surroundings) { "sts-vpc" } else { "sts" };
            format!("https://{start}.{region}.aliyuncs.com")
        }
    };
    Address::of_url(&url, false).map_err(|error| CredentialsError::failed(format!("STS: {error}")))
}
