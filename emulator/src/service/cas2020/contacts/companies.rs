//! Companies.

use crate::base::call::{Call, Fields, Refusal};
use crate::pki::Subject;
use crate::service::cas2020::page::{Page, contains};
use crate::service::cas2020::refusals::number;
use crate::service::cas2020::rows::Rows;
use crate::service::values::fields;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The id of the first company.
const FIRST_ID: i64 = 51_001;
/// The texts that are stored. Responses show them under the same names.
const SAVED: [&str; 11] = [
    "City",
    "CompanyAddress",
    "CompanyCode",
    "CompanyEmail",
    "CompanyName",
    "CompanyPhone",
    "CountryCode",
    "Department",
    "Lang",
    "PostCode",
    "Province",
];

/// The companies of the account.
pub(crate) struct Companies(Rows<Company>);

struct Company {
    texts: BTreeMap<&'static str, String>,
    kind: i64,
}

impl Companies {
    pub(crate) fn new() -> Self {
        Self(Rows::new("CompanyId", FIRST_ID))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns a company as certificates name it, or `None` if there is none of this id.
    pub(crate) fn subject(&self, id: i64) -> Option<Subject> {
        let company = self.0.get(id).ok()?;
        let text = |name| company.text(name).to_owned();
        Some(Subject { organization: text("CompanyName"), state: text("Province"), city: text("City") })
    }

    pub(crate) fn create(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let company = Company::read(call)?;
        Ok(fields(json!({ "CompanyId": self.0.add(company) })))
    }

    /// Replaces a company. What a call does not name is gone.
    pub(crate) fn update(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = number(call, "CompanyId")?;
        *self.0.get_mut(id)? = Company::read(call)?;
        Ok(fields(json!({ "CompanyId": id })))
    }

    pub(crate) fn get(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = number(call, "CompanyId")?;
        Ok(self.0.get(id)?.shown(id))
    }

    pub(crate) fn delete(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        self.0.remove(number(call, "CompanyId")?).map(|()| Fields::new())
    }

    pub(crate) fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let page = Page::read(call, 10, None)?;
        let (id, keyword) = (call.params.whole("CompanyId"), call.params.text("Keyword"));
        let searched = |company: &Company| {
            contains(keyword, ["CompanyName", "Province", "CountryCode", "City"].map(|name| company.text(name)))
        };
        let wanted = |(number, company): &(i64, &Company)| id.is_none_or(|id| id == *number) && searched(company);
        let found: Vec<_> = self.0.iter().filter(wanted).collect();
        let total = found.len();
        let shown = page.of(found.into_iter()).into_iter().map(|(id, company)| Value::Object(company.shown(id)));
        Ok(fields(json!({
            "CompanyList": shown.collect::<Vec<_>>(),
            "CurrentPage": page.number,
            "ShowSize": page.size,
            "TotalCount": total,
        })))
    }
}

impl Company {
    fn read(call: &Call<'_>) -> Result<Self, Refusal> {
        let text = |name: &'static str| Some((name, call.params.text(name)?.to_owned()));
        Ok(Self { texts: SAVED.into_iter().filter_map(text).collect(), kind: number(call, "CompanyType")? })
    }

    fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    fn shown(&self, id: i64) -> Fields {
        let mut out: Fields = self.texts.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into())).collect();
        out.insert("CompanyId".to_owned(), id.into());
        out.insert("CompanyType".to_owned(), self.kind.into());
        out
    }
}
