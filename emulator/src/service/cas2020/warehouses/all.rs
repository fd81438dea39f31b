//! The warehouses of an account.

use super::certificates::Certificates;
use crate::base::call::{Call, Fields, Refusal};
use crate::base::random::Random;
use crate::pki::Trouble;
use crate::service::cas2020::page::{Page, contains};
use crate::service::cas2020::refusals::{invalid, required};
use crate::service::shared::Shared;
use crate::service::values::fields;
use serde_json::{Value, json};

/// The number of the first warehouse.
pub(super) const FIRST_ID: i64 = 12;
/// How long a warehouse lasts.
const SECONDS: i64 = 365 * 86_400;
/// The largest page of a list by token, and the usual one.
const SIZE_MOST: i64 = 100;
const USUAL_SIZE: i64 = 20;
/// The kinds of warehouses, as the one list calls them and as the other one does. What is neither is the second.
const KINDS: [(&str, &str); 2] = [("pcaCaCert", "uploadCA"), ("pcaCertificate", "uploadPCA")];
/// What the second list calls the warehouse of the private CA.
const OF_PRIVATE_CA: &str = "aliyunPCA";

/// All warehouses and what is in them.
pub(in crate::service::cas2020) struct Warehouses {
    /// The oldest first. The first of all belongs to the private CA.
    all: Vec<Warehouse>,
    /// How many there ever were.
    given: i64,
    pub(super) certificates: Certificates,
    pub(super) ids: Random,
}

pub(super) struct Warehouse {
    number: i64,
    pub(super) id: String,
    name: String,
    kind: String,
    /// The id of its private CA, if it belongs to one.
    pub(super) private_ca: Option<String>,
    created: i64,
}

impl Warehouses {
    pub(in crate::service::cas2020) fn new(seed: u64, now: i64) -> Self {
        let mut ids = Random::stream(seed, "cas-2020-04-07/warehouses");
        let private_ca = Warehouse {
            number: FIRST_ID,
            id: format!("cas-wh-{}", ids.hex(6)),
            name: "private-ca".to_owned(),
            kind: "pcaCertificate".to_owned(),
            private_ca: Some(format!("pca-{}", ids.hex(8))),
            created: now,
        };
        Self { all: vec![private_ca], given: 1, certificates: Certificates::default(), ids }
    }

    /// Puts the certificate of the sub CA into the warehouse of the private CA, when it is first needed.
    pub(super) fn founded(&mut self, shared: &Shared) -> Result<(), Refusal> {
        if self.certificates.has_sub_ca() {
            return Ok(());
        }
        let pem = shared.pki.intermediate(shared.clock.now()).map_err(|trouble| failed(&trouble))?;
        let id = self.ids.request_id().to_lowercase();
        self.certificates.add_sub_ca(id, FIRST_ID, pem).map_err(|trouble| failed(&trouble))
    }

    /// Makes a warehouse. Nothing refuses a second one of the same name.
    pub(super) fn create(&mut self, call: &Call<'_>, now: i64) -> Fields {
        let text = |name, usual: &str| call.params.text(name).unwrap_or(usual).to_owned();
        let id = format!("cas-wh-{}", self.ids.hex(6));
        let number = FIRST_ID + self.given;
        self.given += 1;
        let (name, kind) = (text("Name", &id), text("Type", "pcaCertificate"));
        self.all.push(Warehouse { number, id: id.clone(), name, kind, private_ca: None, created: now });
        fields(json!({ "WarehouseInstanceId": id }))
    }

    /// Deletes a warehouse with what is in it. Succeeds if there is none.
    pub(super) fn delete(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = required(call, "WarehouseInstanceId")?;
        let Some(at) = self.all.iter().position(|warehouse| warehouse.id == id) else { return Ok(Fields::new()) };
        if self.all.get(at).is_some_and(|warehouse| warehouse.private_ca.is_some()) {
            return Err(invalid("WarehouseInstanceId", "The warehouse belongs to a private CA."));
        }
        self.certificates.delete_all(self.all.remove(at).number);
        Ok(Fields::new())
    }

    /// Lists warehouses by their text ids. A token is the number of those before it.
    pub(super) fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let size = match call.params.text("MaxResults") {
            None => USUAL_SIZE,
            Some(_) => call
                .params
                .whole("MaxResults")
                .filter(|size| (1..=SIZE_MOST).contains(size))
                .ok_or_else(|| invalid("MaxResults", format!("It is between 1 and {SIZE_MOST}.")))?,
        };
        let skip = match call.params.text("NextToken").filter(|token| !token.is_empty()) {
            None => 0,
            Some(token) => token.parse().map_err(|_| invalid("NextToken", "No response had it."))?,
        };
        let (ids, kinds) = (texts(call, "WarehouseInstanceIds"), texts(call, "WarehouseTypes"));
        let taken = |list: &[String], text: &String| list.is_empty() || list.contains(text);
        let all = self.all.iter().filter(|found| taken(&ids, &found.id) && taken(&kinds, &found.kind));
        let size_of_page = usize::try_from(size).unwrap_or_default();
        let total = all.clone().count();
        let shown: Vec<Value> = all.skip(skip).take(size_of_page).map(Warehouse::brief).collect();
        let next = skip.saturating_add(size_of_page);
        let later = if next < total { next.to_string() } else { String::new() };
        Ok(fields(json!({ "Data": shown, "MaxResults": size, "NextToken": later, "TotalCount": total })))
    }

    /// Lists warehouses by their numbers.
    pub(super) fn numbered(&self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        let page = Page::read(call, 50, None)?;
        let (id, kind) = (call.params.text("InstanceId"), call.params.text("Type"));
        let all = self.all.iter().filter(|found| {
            id.is_none_or(|id| id == found.id)
                && kind.is_none_or(|kind| kind == found.numbered_kind())
                && contains(call.params.text("Name"), [found.name.as_str()])
        });
        let total = all.clone().count();
        let shown = page.of(all).into_iter().map(|found| found.shown(now));
        Ok(fields(json!({
            "CertWarehouseList": shown.collect::<Vec<_>>(),
            "CurrentPage": page.number,
            "ShowSize": page.size,
            "TotalCount": total,
        })))
    }

    pub(super) fn of_number(&self, number: i64) -> Option<&Warehouse> {
        self.all.iter().find(|warehouse| warehouse.number == number)
    }

    /// Shows counts alone: names may be those of people.
    pub(in crate::service::cas2020) fn state(&self) -> Value {
        json!({ "total": self.all.len(), "certificates": self.certificates.state() })
    }
}

impl Warehouse {
    fn brief(&self) -> Value {
        json!({ "WarehouseInstanceId": self.id, "WarehouseName": self.name, "WarehouseType": self.kind })
    }

    fn numbered_kind(&self) -> &'static str {
        let [_, (_, usual)] = KINDS;
        let known = KINDS.iter().find(|(kind, _)| *kind == self.kind);
        if self.private_ca.is_some() { OF_PRIVATE_CA } else { known.map_or(usual, |(_, kind)| kind) }
    }

    fn shown(&self, now: i64) -> Value {
        let ends = self.created.saturating_add(SECONDS);
        let mut out = fields(json!({
            "WhId": self.number,
            "InstanceId": self.id,
            "Name": self.name,
            "Type": self.numbered_kind(),
            "Qps": 10,
            "EndTime": ends.saturating_mul(1000),
            "IsExpired": now >= ends,
        }));
        if let Some(id) = &self.private_ca {
            out.insert("PcaInstanceId".to_owned(), id.clone().into());
        }
        Value::Object(out)
    }
}

/// Reads a list of texts that travels as JSON. The gateway has checked its form.
fn texts(call: &Call<'_>, name: &str) -> Vec<String> {
    call.params.text(name).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

pub(super) fn failed(trouble: &Trouble) -> Refusal {
    Refusal::new("unknown-error", format!("{trouble}"))
}
