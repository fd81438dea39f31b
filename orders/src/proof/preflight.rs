//! A look at the names before anything is ordered: do they exist, and may the authority issue for them. Advice, both.

use crate::base::failure::{Failure, Kind as FailureKind};
use crate::proof::caa::{Permission, Property, decide};
use crate::proof::check::{Ask, Settings};
use crate::proof::dns::lookup::Lookup;
use crate::proof::dns::{Answer, Code, Data, Kind, Trouble};
use crate::proof::name::{ancestors, is_name, plain, shown};
use std::fmt;
use tokio::time::{Instant, timeout_at};

/// The most parents that are asked for CAA records.
const MOST_PARENTS: usize = 16;

/// What is known about a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The name as it was given.
    pub name: String,
    /// The zone that it is in, if there is one and a server told.
    pub zone: Option<String>,
    /// Whether it exists. `None` if nobody told.
    pub exists: Option<bool>,
    /// What CAA records say about the authority. `None` if nobody told, or no authority was named.
    pub permission: Option<Permission>,
    /// The name that has these records: this one or a parent.
    pub restricted_by: Option<String>,
    /// What a person should know. Empty if all is well.
    pub advice: Vec<String>,
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", shown(&self.name))?;
        f.write_str(if self.advice.is_empty() { "ready" } else { "see below" })?;
        self.advice.iter().try_for_each(|advice| write!(f, "\n  {advice}"))
    }
}

/// Looks at the names of an order.
///
/// `issuers` are the names by which the authority of the product calls itself in CAA records, such as `digicert.com`. Without any, CAA is not
/// looked at. With [`Ask::Off`] nobody is asked and nothing returned.
///
/// # Errors
///
/// Of the kind [`Unconfigured`](FailureKind::Unconfigured) if the settings are wrong, and no other. What servers say, or that they say nothing, is advice.
pub async fn preflight(names: &[String], issuers: &[String], settings: &Settings) -> Result<Vec<Look>, Failure> {
    if settings.ask == Ask::Off {
        return Ok(Vec::new());
    }
    let (lookup, nobody) = match settings.lookup().await {
        Ok(lookup) => (Some(lookup), None),
        Err(failure) if failure.kind() == FailureKind::NotNow => (None, Some(format!("Nobody was asked: {failure}"))),
        Err(failure) => return Err(failure),
    };
    let deadline = Instant::now() + settings.limit;
    let mut looks = Vec::new();
    for name in names {
        let mut seen = Look {
            name: name.clone(),
            zone: None,
            exists: None,
            permission: None,
            restricted_by: None,
            advice: nobody.iter().cloned().collect(),
        };
        if let Some(lookup) = &lookup
            && timeout_at(deadline, look(lookup, issuers, &mut seen)).await.is_err()
        {
            seen.advice.push("Not everything was looked at: time was up.".to_owned());
        }
        looks.push(seen);
    }
    Ok(looks)
}

async fn look(lookup: &Lookup, issuers: &[String], look: &mut Look) {
    let whole = plain(&look.name);
    let (name, wildcard) = whole.strip_prefix("*.").map_or((whole.as_str(), false), |name| (name, true));
    if !is_name(name) {
        look.advice.push(
            "No server can be asked for this name. Write it in ASCII, beginning with `xn--` where needed.".to_owned(),
        );
        return;
    }
    match lookup.zone(name).await {
        Ok(zone) => look.zone = zone,
        Err(trouble) => {
            look.advice
                .push(format!("Nothing is known about the name: {trouble}. The authority may see it all the same."));
            return;
        }
    }
    look.exists = match lookup.ask(name, Kind::A).await {
        Ok(Answer { code: Code::Exists, .. }) => Some(true),
        Ok(Answer { code: Code::NoSuchName, .. }) => Some(false),
        _ => None,
    };
    match (&look.zone, look.exists) {
        (None, _) => look.advice.push("No zone has this name: is the domain registered, and spelt right?".to_owned()),
        (Some(zone), Some(false)) => {
            let advice =
                format!("The name does not exist in the zone {zone}. A DNS record can prove it, a file cannot.");
            look.advice.push(advice);
        }
        _ => {}
    }
    if issuers.is_empty() {
        return;
    }
    match restrictions(lookup, name).await {
        Ok(found) => {
            let (parent, records) = found.unwrap_or_default();
            let permission = decide(&records, issuers, wildcard);
            look.restricted_by = Some(parent).filter(|parent| !parent.is_empty());
            look.advice.extend(advice(&permission, look.restricted_by.as_deref().unwrap_or(name), issuers));
            look.permission = Some(permission);
        }
        Err(trouble) => look.advice.push(format!(
            "The CAA records could not be read: {trouble}. An authority that cannot read them refuses to issue."
        )),
    }
}

/// The CAA records of a name, or of its nearest parent that has some (RFC 8659, section 3). The resolver follows aliases.
async fn restrictions(lookup: &Lookup, name: &str) -> Result<Option<(String, Vec<Property>)>, Trouble> {
    for parent in ancestors(name).take(MOST_PARENTS) {
        let answer = lookup.ask(parent, Kind::Caa).await?;
        let records = answer.answers.into_iter().filter_map(|row| match row.data {
            Data::Caa(record) => Some(record),
            _ => None,
        });
        let records: Vec<_> = records.collect();
        if !records.is_empty() {
            return Ok(Some((parent.to_owned(), records)));
        }
    }
    Ok(None)
}

fn advice(permission: &Permission, parent: &str, issuers: &[String]) -> Option<String> {
    let issuers = issuers.join("` or `");
    match permission {
        Permission::Unrestricted | Permission::Allowed => None,
        Permission::Forbidden(others) => {
            let allowed = if others.is_empty() {
                "nobody".to_owned()
            } else {
                let others: Vec<_> = others.iter().map(|other| shown(other)).collect();
                format!("only {}", others.join(", "))
            };
            let remedy = format!("Add a CAA record for `{issuers}` there, or the authority refuses.");
            Some(format!("The CAA records of {parent} allow {allowed} to issue. {remedy}"))
        }
        Permission::Critical(tag) => Some(format!(
            "A CAA record of {parent} has the critical tag `{}`. An authority that does not know it refuses.",
            shown(tag)
        )),
    }
}
