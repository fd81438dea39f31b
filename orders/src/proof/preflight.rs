//! A look at the names before anything is ordered: do they exist, and may the authority issue for them. Advice, both.

use crate::base::failure::{Failure, Kind as FailureKind};
use crate::base::text::Text;
use crate::proof::caa::{Permission, Property, decide};
use crate::proof::check::{Ask, Settings};
use crate::proof::dns::lookup::Lookup;
use crate::proof::dns::{Answer, Code, Data, Kind, Trouble};
use crate::proof::name::{ancestors, is_name, plain, shown};
use std::fmt;
use tokio::time::{Instant, timeout_at};

/// The most parents that are asked for CAA records.
const MOST_PARENTS: usize = 16;

/// What a person should know about a name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// Nobody was asked, and why.
    NobodyAsked(Text),
    /// Not everything was looked at in time.
    TimeUp,
    /// No server can be asked for the name.
    NotAscii,
    /// Nothing is known about the name, and why.
    Unknown(Text),
    /// No zone has the name.
    NoZone,
    /// The name does not exist in this zone.
    NoName(String),
    /// The CAA records could not be read, and why.
    CaaUnknown(Text),
    /// The CAA records do not let the authority issue.
    Forbidden {
        /// The name that has the records.
        at: String,
        /// Who may issue. Empty if nobody may.
        allowed: Vec<String>,
        /// How the authority of the product calls itself.
        issuers: Vec<String>,
    },
    /// A critical CAA record has a tag that authorities need not understand.
    Critical {
        /// The name that has the record.
        at: String,
        /// The tag.
        tag: String,
    },
}

impl Advice {
    /// What it means, for people.
    #[must_use]
    pub fn said(&self) -> Text {
        match self {
            Self::NobodyAsked(why) => text!("Nobody was asked: {why}", "未查询：{why}"; why),
            Self::TimeUp => text!("Not everything was looked at: time was up.", "时间已到，未全部查看。"),
            Self::NotAscii => text!(
                "No server can be asked for this name. Write it in ASCII, beginning with `xn--` where needed.",
                "无法查询此名称。请用 ASCII 书写，必要时以 `xn--` 开头。"
            ),
            Self::Unknown(why) => text!(
                "Nothing is known about the name: {why}. The authority may see it all the same.",
                "无法获知此名称的情况：{why}。证书颁发机构仍可能看到它。";
                why
            ),
            Self::NoZone => text!(
                "No zone has this name: is the domain registered, and spelt right?",
                "没有区域包含此名称：域名是否已注册，拼写是否正确？"
            ),
            Self::NoName(zone) => text!(
                "The name does not exist in the zone {}. A DNS record can prove it, a file cannot.",
                "名称在区域 {} 中不存在。可用 DNS 记录验证，不能用文件验证。",
                shown(zone)
            ),
            Self::CaaUnknown(why) => text!(
                "The CAA records could not be read: {why}. An authority that cannot read them refuses to issue.",
                "无法读取 CAA 记录：{why}。证书颁发机构若也无法读取，会拒绝签发。";
                why
            ),
            Self::Forbidden { at, allowed, issuers } => forbidden(&shown(at), allowed, issuers),
            Self::Critical { at, tag } => {
                let (at, tag) = (shown(at), shown(tag));
                text!(
                    "A CAA record of {at} has the critical tag `{tag}`. An authority that does not know it refuses.",
                    "{at} 的 CAA 记录带有关键标签 `{tag}`。不识别它的证书颁发机构会拒绝。"
                )
            }
        }
    }
}

fn forbidden(at: &str, allowed: &[String], issuers: &[String]) -> Text {
    let issuers = issuers.join("` or `");
    let allowed: Vec<_> = allowed.iter().map(|other| shown(other)).collect();
    let allowed = if allowed.is_empty() {
        text!("nobody", "任何机构都不得")
    } else {
        text!("only {}", "仅 {} 可", allowed.join(", "))
    };
    text!(
        "The CAA records of {at} allow {allowed} to issue. Add a CAA record for `{issuers}` there, or the authority refuses.",
        "按 {at} 的 CAA 记录，{allowed}签发。请添加 `{issuers}` 的 CAA 记录，否则证书颁发机构会拒绝。";
        allowed
    )
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

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
    pub advice: Vec<Advice>,
}

impl Look {
    /// All of it, for people: the name, then a line for each piece of advice.
    #[must_use]
    pub fn said(&self) -> Text {
        let says = if self.advice.is_empty() { text!("ready", "就绪") } else { text!("see below", "见下") };
        let mut lines = vec![says.map(|says| format!("{}: {says}", shown(&self.name)))];
        lines.extend(self.advice.iter().map(|advice| advice.said().map(|advice| format!("  {advice}"))));
        Text::join(&lines, &Text::quote("\n"))
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
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
        Err(failure) if failure.kind() == FailureKind::NotNow => (None, Some(Advice::NobodyAsked(failure.whole()))),
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
            seen.advice.push(Advice::TimeUp);
        }
        looks.push(seen);
    }
    Ok(looks)
}

async fn look(lookup: &Lookup, issuers: &[String], look: &mut Look) {
    let whole = plain(&look.name);
    let (name, wildcard) = whole.strip_prefix("*.").map_or((whole.as_str(), false), |name| (name, true));
    if !is_name(name) {
        look.advice.push(Advice::NotAscii);
        return;
    }
    match lookup.zone(name).await {
        Ok(zone) => look.zone = zone,
        Err(trouble) => {
            look.advice.push(Advice::Unknown(trouble.said()));
            return;
        }
    }
    look.exists = match lookup.ask(name, Kind::A).await {
        Ok(Answer { code: Code::Exists, .. }) => Some(true),
        Ok(Answer { code: Code::NoSuchName, .. }) => Some(false),
        _ => None,
    };
    match (&look.zone, look.exists) {
        (None, _) => look.advice.push(Advice::NoZone),
        (Some(zone), Some(false)) => look.advice.push(Advice::NoName(zone.clone())),
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
        Err(trouble) => look.advice.push(Advice::CaaUnknown(trouble.said())),
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

fn advice(permission: &Permission, at: &str, issuers: &[String]) -> Option<Advice> {
    let at = at.to_owned();
    match permission {
        Permission::Unrestricted | Permission::Allowed => None,
        Permission::Forbidden(allowed) => {
            Some(Advice::Forbidden { at, allowed: allowed.clone(), issuers: issuers.to_vec() })
        }
        Permission::Critical(tag) => Some(Advice::Critical { at, tag: tag.clone() }),
    }
}
