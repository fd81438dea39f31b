//! Error rows of the gateway, which another description may lack.

use cloudcert::model::{self, Api, Family};

/// Returns the API whose error row a refusal of the gateway has: the one that is called, or one of the SDK's description in the same
/// family where another description does not list the row.
pub(super) fn api_with<'a>(family: Family, api: Option<&'a Api>, row: &str) -> Option<&'a Api> {
    let has = |api: &&Api| api.errors.iter().any(|known| known.name == row);
    let built_in = || model::apis().iter().filter(|api| api.protocol.family == family).find(has);
    api.filter(has).or_else(built_in).or(api)
}
