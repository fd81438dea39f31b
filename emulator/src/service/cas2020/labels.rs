//! Tags and resource groups of the account's resources. Any id counts as a resource.

use super::refusals::{at_most, invalid, missing, required};
use crate::base::call::{Call, Fields, Refusal};
use crate::service::values::fields;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The group of a resource that nobody has moved.
const USUAL_GROUP: &str = "rg-example0000001";
/// The kind of resources that tags are for if a call is about an order.
const ORDER: &str = "instance";
/// How many tags or resources a call may name.
const NAMED_MOST: usize = 20;
/// Maximum length of a key and of a value, in characters.
const LENGTH_MOST: usize = 128;
/// The page size of a call that names none.
const USUAL_SIZE: i64 = 20;

/// Tags and groups.
#[derive(Default)]
pub(super) struct Labels {
    /// By kind and id of a resource.
    tags: BTreeMap<(String, String), BTreeMap<String, String>>,
    /// By id of a resource.
    groups: BTreeMap<String, String>,
}

impl Labels {
    /// Handles a call about tags or groups.
    pub(super) fn handle(&mut self, call: &Call<'_>) -> Option<Result<Fields, Refusal>> {
        Some(match call.action.name.as_str() {
            "TagResources" => self.tag(call),
            "UntagResources" => self.untag(call),
            "ListTagResources" => self.list(call),
            "ListTagKeys" => self.keys(call),
            "MoveResourceGroup" => self.move_to_group(call),
            _ => return None,
        })
    }

    /// Returns the group of a resource.
    pub(super) fn group(&self, id: &str) -> &str {
        self.groups.get(id).map_or(USUAL_GROUP, String::as_str)
    }

    /// Tags a new order.
    pub(super) fn tag_order(&mut self, id: String, tags: Vec<(String, String)>) {
        if !tags.is_empty() {
            self.tags.entry((ORDER.to_owned(), id)).or_default().extend(tags);
        }
    }

    fn tag(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let (kind, ids) = resources(call)?;
        let tags = of(call, "Tag")?;
        if tags.is_empty() {
            return Err(missing("Tag"));
        }
        for id in ids {
            self.tags.entry((kind.to_owned(), id.to_owned())).or_default().extend(tags.iter().cloned());
        }
        Ok(Fields::new())
    }

    /// Removes tags. A tag that is not there counts as removed.
    fn untag(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let (kind, ids) = resources(call)?;
        let keys = call.params.list("TagKey");
        if keys.is_empty() && call.params.boolean("All") != Some(true) {
            return Err(missing("TagKey"));
        }
        for id in ids {
            let place = (kind.to_owned(), id.to_owned());
            let Some(tags) = self.tags.get_mut(&place) else { continue };
            tags.retain(|key, _| !keys.is_empty() && !keys.contains(&key.as_str()));
            if tags.is_empty() {
                self.tags.remove(&place);
            }
        }
        Ok(Fields::new())
    }

    fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let kind = required(call, "ResourceType")?;
        let ids = call.params.list("ResourceId");
        let asked = named(call, "Tag");
        if ids.is_empty() && asked.is_empty() {
            return Err(missing("ResourceId"));
        }
        let has = |tags: &BTreeMap<String, String>, (key, value): &(&str, Option<&str>)| {
            tags.get(*key).is_some_and(|found| value.is_none_or(|value| value == found))
        };
        let of_kind = self.tags.iter().filter(|((of, id), tags)| {
            of == kind && (ids.is_empty() || ids.contains(&id.as_str())) && asked.iter().all(|wanted| has(tags, wanted))
        });
        let all = of_kind.flat_map(|((of, id), tags)| {
            tags.iter().map(
                move |(key, value)| json!({ "ResourceType": of, "ResourceId": id, "TagKey": key, "TagValue": value }),
            )
        });
        let (shown, next, size) = by_token(call, all.collect())?;
        Ok(fields(json!({ "TagResources": { "TagResource": shown }, "NextToken": next, "MaxResults": size })))
    }

    /// Lists the keys of tags, in pages by number if the call names one, or else by token.
    fn keys(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let kind = required(call, "ResourceType")?;
        let group = call.params.text("ResourceGroupId");
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for ((of, id), tags) in &self.tags {
            if of == kind && group.is_none_or(|group| self.group(id) == group) {
                for key in tags.keys() {
                    *counts.entry(key).or_default() += 1;
                }
            }
        }
        let all = counts.into_iter().map(|(key, count)| json!({ "TagKey": key, "TagCount": count }));
        let all: Vec<Value> = all.collect();
        let total = all.len();
        if call.params.text("CurrentPage").is_none() && call.params.text("PageSize").is_none() {
            let (shown, next, size) = by_token(call, all)?;
            let page = json!({ "TagKeys": shown, "NextToken": next, "MaxResults": size, "TotalCount": total });
            return Ok(fields(page));
        }
        let (page, size) = (positive(call, "CurrentPage", 1)?, positive(call, "PageSize", USUAL_SIZE)?);
        let count = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        let skip = count((page - 1).saturating_mul(size));
        let shown: Vec<Value> = all.into_iter().skip(skip).take(count(size)).collect();
        Ok(fields(json!({ "TagKeys": shown, "CurrentPage": page, "PageSize": size, "TotalCount": total })))
    }

    fn move_to_group(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let (id, group) = (required(call, "ResourceId")?, required(call, "ResourceGroupId")?);
        required(call, "ResourceType")?;
        self.groups.insert(id.to_owned(), group.to_owned());
        Ok(Fields::new())
    }

    pub(super) fn state(&self) -> Value {
        json!({ "tagged": self.tags.len(), "moved": self.groups.len() })
    }
}

/// Returns the tags that a call sets, after checking them. `name` is the list that holds them.
pub(super) fn of(call: &Call<'_>, name: &str) -> Result<Vec<(String, String)>, Refusal> {
    let given = named(call, name);
    if given.len() > NAMED_MOST {
        return Err(invalid(name, format!("A call names at most {NAMED_MOST} tags.")));
    }
    let owned = given.into_iter().map(|(key, value)| {
        let value = value.unwrap_or_default();
        let reserved = key.starts_with("aliyun") || key.starts_with("acs:");
        if reserved || [key, value].iter().any(|text| text.contains("http://") || text.contains("https://")) {
            return Err(invalid(name, "A key begins with aliyun or acs:, or there is a web address."));
        }
        if key.is_empty() {
            return Err(invalid(name, "A key is empty."));
        }
        at_most(name, key, LENGTH_MOST)?;
        at_most(name, value, LENGTH_MOST)?;
        Ok((key.to_owned(), value.to_owned()))
    });
    owned.collect()
}

/// Returns the keys and values of a list of tags.
fn named<'a>(call: &'a Call<'_>, name: &str) -> Vec<(&'a str, Option<&'a str>)> {
    let part = |index: usize, member: &str| call.params.0.get(&format!("{name}.{index}.{member}")).map(String::as_str);
    let tag = |index| match (part(index, "Key"), part(index, "Value")) {
        (None, None) => None,
        (key, value) => Some((key.unwrap_or_default(), value)),
    };
    (1..).map_while(tag).collect()
}

/// Returns the kind of the resources that a call names, and their ids.
fn resources<'a>(call: &'a Call<'_>) -> Result<(&'a str, Vec<&'a str>), Refusal> {
    let kind = required(call, "ResourceType")?;
    let ids = call.params.list("ResourceId");
    match ids.len() {
        0 => Err(missing("ResourceId")),
        _ if ids.iter().any(|id| id.is_empty()) => Err(invalid("ResourceId", "One of them is empty.")),
        count if count > NAMED_MOST => {
            Err(invalid("ResourceId", format!("A call names at most {NAMED_MOST} resources.")))
        }
        _ => Ok((kind, ids)),
    }
}

/// Returns the items of the page that a call asks for by token, the token of the next page, and the size of a page. After the last page the
/// token is empty.
fn by_token(call: &Call<'_>, all: Vec<Value>) -> Result<(Vec<Value>, String, i64), Refusal> {
    let size = positive(call, "MaxResults", USUAL_SIZE)?;
    let start = match call.params.text("NextToken") {
        None => 0,
        Some(token) => read_token(token).ok_or_else(|| invalid("NextToken", "No response had it."))?,
    };
    let total = all.len();
    let take = usize::try_from(size).unwrap_or(usize::MAX);
    let end = start.saturating_add(take);
    let next = if end < total { format!("next-{end}") } else { String::new() };
    Ok((all.into_iter().skip(start).take(take).collect(), next, size))
}

fn read_token(token: &str) -> Option<usize> {
    token.strip_prefix("next-")?.parse().ok()
}

/// Reads a number from 1 on, or returns the usual one if the call has none.
fn positive(call: &Call<'_>, name: &str, usual: i64) -> Result<i64, Refusal> {
    match call.params.text(name) {
        None => Ok(usual),
        Some(_) => call.params.whole(name).filter(|n| *n >= 1).ok_or_else(|| invalid(name, "It begins at 1.")),
    }
}
