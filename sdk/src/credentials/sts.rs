//! Alibaba Cloud's STS: temporary keys of a role, and whose keys these are.
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
use crate::protocol::{self, Draft, Pair, Payload};
use serde_json::Value;
use std::time::Duration;

static STS: ApiInfo = ApiInfo {
    id: "aliyun-sts-2015-04-01",
    service: "sts",
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
    let address = address(role.region(surroundings), role.by_vpc(surroundings), surroundings)?;
    let clock = surroundings.clock();
    let mut parameters = role.parameters(surroundings)?;
    // Errors never show what variables and files contain, but STS may quote it: hide these values.
    let shown = |name: &str, value: &str| name == "DurationSeconds" || value == role::SESSION;
    let values = parameters.iter().filter(|(name, value)| !shown(name, value));
    let mut own: Vec<Secret> = values.map(|(_, value)| value.as_str().into()).collect();
    let (action, secrets, signed) = match authentication {
        Authentication::Key(credentials) => {
            let signed = sign("AssumeRole", parameters, credentials, &address, surroundings)?;
            ("AssumeRole", credentials.secrets(), signed)
        }
        Authentication::Token { provider_arn, token } => {
            let action = "AssumeRoleWithOIDC";
            let pair = |name: &'static str, value: &str| -> Pair { (name.into(), value.to_owned()) };
            parameters.extend([pair("OIDCProviderArn", provider_arn), pair("OIDCToken", token.expose())]);
            own.push(provider_arn.into());
            (action, vec![token], protocol::unsigned(&STS, action, &parameters, clock.now(), &nonce(surroundings)?))
        }
    };
    let secrets = secrets.into_iter().chain(own).collect();
    let value = send(action, address, signed, secrets, surroundings).await?;
    let credentials = value.get("Credentials").unwrap_or(&Value::Null);
    temporary(credentials, clock.now()).map_err(|error| CredentialsError::failed(format!("{action}: {error}")))
}

/// Sends a request and reads the response. No error contains a secret or the signature.
async fn send(
    action: &str,
    address: Address,
    signed: Payload,
    secrets: Vec<Secret>,
    surroundings: &Surroundings,
) -> Result<Value, CredentialsError> {
    let signature = signed.proof.map(|proof| Hidden::signature(proof.signature));
    let hidden: Vec<Hidden> = secrets.into_iter().map(Hidden::secret).chain(signature).collect();
    let fetch = Fetch { headers: signed.headers, body: signed.body, ..Fetch::new(Verb::Post, address.base, TIMEOUT) };
    let response = surroundings.fetch(fetch).await.map_err(no_response)?;
    let mut value = Value::Null;
    response::read(&STS, action, &[&format!("{action}Response")], response, false, &mut value)
        .map_err(|error| CredentialsError::failed(error.without(&hidden).to_string()))?;
    Ok(value)
}

/// Whose access key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallerIdentity {
    /// The id of the account.
    pub account_id: String,
    /// The user, role or account as an ARN, `acs:ram::<account>:user/<name>`.
    pub arn: String,
    /// `Account`, `RAMUser` or `AssumedRoleUser`.
    pub identity_type: String,
}

/// Asks Alibaba Cloud's STS whose access key it is. An access key id alone does not tell the account.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use cloudcert::credentials::{Chain, ProvideCredentials, Surroundings, caller_identity};
///
/// let surroundings = Surroundings::system();
/// let keys = Chain::aliyun(&surroundings).provide().await?;
/// println!("{}", caller_identity(&keys, &surroundings).await?.account_id);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If STS cannot be reached, or refuses the key. No error contains a secret.
pub async fn caller_identity(
    credentials: &Credentials,
    surroundings: &Surroundings,
) -> Result<CallerIdentity, CredentialsError> {
    const ACTION: &str = "GetCallerIdentity";
    let region = surroundings.variable("ALIBABA_CLOUD_STS_REGION");
    let address = address(region, surroundings.is_on("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"), surroundings)?;
    let value = {
        let signed = sign(ACTION, Vec::new(), credentials, &address, surroundings)?;
        send(ACTION, address, signed, credentials.secrets(), surroundings).await?
    };
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match (text("AccountId"), text("Arn"), text("IdentityType")) {
        (Some(account_id), Some(arn), Some(identity_type)) => Ok(CallerIdentity { account_id, arn, identity_type }),
        _ => Err(CredentialsError::failed(format!("{ACTION}: the response lacks AccountId, Arn or IdentityType"))),
    }
}

/// Signs a request with a key.
fn sign(
    action: &str,
    parameters: Vec<Pair>,
    credentials: &Credentials,
    address: &Address,
    surroundings: &Surroundings,
) -> Result<Payload, CredentialsError> {
    let clock = surroundings.clock();
    Ok(protocol::sign(&Draft {
        api: &STS,
        action,
        parameters: parameters.into(),
        credentials,
        signature: Signature::AliyunV1,
        region: "",
        host: &address.host,
        method: Method::Post,
        format: Format::Json,
        now: clock.now(),
        nonce: nonce(surroundings)?,
    }))
}

fn nonce(surroundings: &Surroundings) -> Result<String, CredentialsError> {
    let nonce = surroundings.clock().nonce();
    nonce.map_err(|error| CredentialsError::failed("the system provides no random numbers").caused_by(error))
}

/// The address of STS: the one set by the caller, that of a region, or the central one.
fn address(region: Option<String>, by_vpc: bool, surroundings: &Surroundings) -> Result<Address, CredentialsError> {
    let url = match (surroundings.sts_url(), region) {
        (Some(url), _) => url.to_owned(),
        (None, None) => "https://sts.aliyuncs.com".to_owned(),
        (None, Some(region)) => {
            // A dot or a slash would change the host.
            if !region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(CredentialsError::failed(
                    "the STS region is not a valid region name: write it like cn-hangzhou",
                ));
            }
            let start = if by_vpc { "sts-vpc" } else { "sts" };
            format!("https://{start}.{region}.aliyuncs.com")
        }
    };
    Address::of_url(&url, false).map_err(|error| CredentialsError::failed(format!("STS: {error}")))
}
