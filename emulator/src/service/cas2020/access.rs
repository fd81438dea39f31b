//! Access keys of other clouds. Their secrets are checked for being there, and then forgotten.

use super::deployment::Resources;
use super::page::Page;
use super::refusals::{invalid, number, required};
use crate::base::call::{Call, Fields, Refusal};
use crate::service::values::fields;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The clouds whose keys can be stored.
const CLOUDS: [&str; 3] = ["Tencent", "Huawei", "Aws"];
/// The sizes that a page may have, and the usual one.
const SIZES: [i64; 3] = [10, 20, 50];
const USUAL_SIZE: i64 = 20;

/// All access keys, by id.
#[derive(Default)]
pub(super) struct Accesses {
    all: BTreeMap<i64, Access>,
    last: i64,
}

struct Access {
    cloud: String,
    /// The public half of the key.
    key: String,
}

impl Accesses {
    /// Handles a call about access keys.
    pub(super) fn handle(
        &mut self,
        call: &Call<'_>,
        resources: &mut Resources,
        now: i64,
    ) -> Option<Result<Fields, Refusal>> {
        Some(match call.action.name.as_str() {
            "AddCloudAccess" => self.add(call, resources, now),
            "ListCloudAccess" => self.list(call),
            "DeleteCloudAccess" => self.delete(call, resources),
            "DescribeCloudResourceStatus" => {
                Ok(fields(json!({ "Data": resources.counts(call.params.text("SecretId")) })))
            }
            _ => return None,
        })
    }

    /// Stores an access key, and shows a resource of its cloud. The same key may be stored again.
    fn add(&mut self, call: &Call<'_>, resources: &mut Resources, now: i64) -> Result<Fields, Refusal> {
        let cloud = required(call, "CloudName")?.to_owned();
        let key = required(call, "SecretId")?.to_owned();
        required(call, "SecretKey")?;
        if !CLOUDS.contains(&cloud.as_str()) {
            return Err(invalid("CloudName", format!("It is one of {}.", CLOUDS.join(", "))));
        }
        self.last += 1;
        resources.add_cloud(&cloud, (self.last, key.clone()), now);
        self.all.insert(self.last, Access { cloud, key });
        Ok(Fields::new())
    }

    fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let page = Page::read(call, USUAL_SIZE, None)?;
        if !SIZES.contains(&page.size) {
            return Err(invalid("ShowSize", "It is 10, 20 or 50."));
        }
        let (cloud, key) = (call.params.text("CloudName"), call.params.text("SecretId"));
        let taken = self.all.iter().filter(|(_, access)| {
            cloud.is_none_or(|cloud| cloud == access.cloud) && key.is_none_or(|key| key == access.key)
        });
        let all: Vec<Value> = taken.map(|(id, access)| access.shown(*id)).collect();
        let total = all.len();
        let mut out = fields(json!({ "CloudAccessList": page.of(all.into_iter()), "TotalCount": total }));
        // Both come back only if the call has them.
        for (name, value) in [("CurrentPage", page.number), ("ShowSize", page.size)] {
            if call.params.text(name).is_some() {
                out.insert(name.to_owned(), value.into());
            }
        }
        Ok(out)
    }

    /// Deletes an access key. Succeeds again if it was deleted before; fails if there never was one.
    fn delete(&mut self, call: &Call<'_>, resources: &mut Resources) -> Result<Fields, Refusal> {
        let id = number(call, "AccessId")?;
        if !(1..=self.last).contains(&id) {
            return Err(invalid("AccessId", "The access key does not exist."));
        }
        self.all.remove(&id);
        resources.remove_cloud(id);
        Ok(Fields::new())
    }

    /// Shows how many keys there are. Not even their public halves are shown.
    pub(super) fn state(&self) -> Value {
        json!(self.all.len())
    }
}

impl Access {
    fn shown(&self, id: i64) -> Value {
        json!({ "AccessId": id, "CloudName": self.cloud, "SecretId": self.key, "ServiceStatus": "normal" })
    }
}
