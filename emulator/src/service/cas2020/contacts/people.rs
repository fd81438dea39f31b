//! Contacts.

use crate::base::call::{Call, Fields, Refusal};
use crate::service::cas2020::page::{Page, contains};
use crate::service::cas2020::refusals::{invalid, number};
use crate::service::cas2020::rows::Rows;
use crate::service::values::fields;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The id of the first contact.
const FIRST_ID: i64 = 1_352_001;
/// The parameters that are stored, and the field that shows each in the response.
const SAVED: [(&str, &str); 5] =
    [("Email", "Email"), ("Idcard", "IdCard"), ("Mobile", "Mobile"), ("Name", "Name"), ("Webhooks", "Webhooks")];
/// What only the response for one contact shows.
const HIDDEN: &str = "IdCard";

/// The contacts of the account: personal data, which nothing but the calls for contacts may show.
pub(crate) struct Contacts(Rows<Contact>);

/// What a contact has, by the field that shows it.
#[derive(Default, Clone)]
struct Contact(BTreeMap<&'static str, String>);

impl Contacts {
    pub(crate) fn new() -> Self {
        Self(Rows::new("ContactId", FIRST_ID))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn has(&self, id: i64) -> bool {
        self.0.get(id).is_ok()
    }

    /// Returns what a deployment job shows of a contact. Of one that is not there it shows the id.
    pub(crate) fn brief(&self, id: i64) -> Value {
        let mut out = fields(json!({ "Id": id }));
        if let Ok(contact) = self.0.get(id) {
            for name in ["Name", "Email", "Mobile"] {
                out.insert(name.to_owned(), contact.text(name).into());
            }
        }
        Value::Object(out)
    }

    pub(crate) fn create(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let mut contact = Contact::default();
        contact.read(call)?;
        Ok(fields(json!({ "ContactId": self.0.add(contact) })))
    }

    /// Replaces what a call names.
    pub(crate) fn update(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = number(call, "ContactId")?;
        let mut contact = self.0.get(id)?.clone();
        contact.read(call)?;
        *self.0.get_mut(id)? = contact;
        Ok(fields(json!({ "ContactId": id })))
    }

    pub(crate) fn get(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = number(call, "ContactId")?;
        Ok(self.0.get(id)?.shown(id))
    }

    pub(crate) fn delete(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        self.0.remove(number(call, "ContactId")?).map(|()| Fields::new())
    }

    pub(crate) fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let page = Page::read(call, 20, None)?;
        let keyword = call.params.text("Keyword");
        let searched =
            |contact: &Contact| contains(keyword, ["Name", "Email", "Mobile"].map(|name| contact.text(name)));
        let found: Vec<_> = self.0.iter().filter(|(_, contact)| searched(contact)).collect();
        let total = found.len();
        let shown = page.of(found.into_iter()).into_iter().map(|(id, contact)| {
            let mut shown = contact.shown(id);
            shown.remove(HIDDEN);
            Value::Object(shown)
        });
        let mut out = fields(json!({
            "ContactList": shown.collect::<Vec<_>>(),
            "CurrentPage": page.number,
            "ShowSize": page.size,
            "TotalCount": total,
        }));
        if let Some(keyword) = keyword {
            out.insert("Keyword".to_owned(), keyword.into());
        }
        Ok(out)
    }
}

impl Contact {
    fn read(&mut self, call: &Call<'_>) -> Result<(), Refusal> {
        for (parameter, field) in SAVED {
            if let Some(text) = call.params.text(parameter) {
                self.0.insert(field, text.to_owned());
            }
        }
        if self.0.contains_key("Webhooks") && self.webhooks().is_none() {
            return Err(invalid("Webhooks", "It is a JSON list of addresses."));
        }
        Ok(())
    }

    fn text(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    fn webhooks(&self) -> Option<Vec<String>> {
        serde_json::from_str(self.0.get("Webhooks")?).ok()
    }

    fn shown(&self, id: i64) -> Fields {
        let mut out: Fields = self.0.iter().map(|(field, text)| ((*field).to_owned(), text.clone().into())).collect();
        out.insert("ContactId".to_owned(), id.into());
        // Nobody has to prove a number or an address here.
        out.insert("MobileStatus".to_owned(), i32::from(self.0.contains_key("Mobile")).into());
        out.insert("EmailStatus".to_owned(), i32::from(self.0.contains_key("Email")).into());
        out.insert("WebhookList".to_owned(), self.webhooks().unwrap_or_default().into());
        out
    }
}
