//! Who asks for a certificate: contacts and companies.

use super::problems::Problems;
use super::section::Section;
use crate::keys::Subject;
use cloudcert::model::{Format, has_shape};
use std::fmt;

/// A person whom the certificate authority may write to or call. `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Ids of contacts that the service keeps, in place of everything else. `cas-instance` needs one at least, `kcm` takes one.
    pub ids: Vec<String>,
    /// The whole name, for the flows of Alibaba Cloud.
    pub name: Option<String>,
    /// The given name, for `kcm`.
    pub first_name: Option<String>,
    /// The family name, for `kcm`.
    pub last_name: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The position in the company, for `kcm`.
    pub title: Option<String>,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").finish_non_exhaustive()
    }
}

/// A company: what orders need of it, and the subject of certificate signing requests. `Debug` shows its id alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Company {
    /// Id of a company that the service keeps, for `cas-instance` and `kcm`. It wins over everything else.
    pub id: Option<String>,
    /// The name, as the business licence has it.
    pub name: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The country, as a code of two letters.
    pub country: Option<String>,
    /// The province. The old API of Alibaba Cloud recommends pinyin.
    pub province: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The street address, for `kcm`.
    pub address: Option<String>,
    /// The phone number, for `kcm`. A DV certificate whose contact has a phone needs none.
    pub phone: Option<String>,
    /// The postal code, for `kcm`.
    pub postal_code: Option<String>,
}

impl Company {
    /// The subject of a certificate signing request.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject {
            organisation: self.name.clone(),
            department: self.department.clone(),
            country: self.country.clone(),
            province: self.province.clone(),
            city: self.city.clone(),
        }
    }
}

impl fmt::Debug for Company {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Company").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(super) fn contact(mut section: Section<'_>, problems: &mut Problems<'_>) -> Contact {
    let contact = Contact {
        ids: section.take("ids").map(|entry| entry.ids(problems)).unwrap_or_default(),
        name: section.text("name", problems),
        first_name: section.text("first_name", problems),
        last_name: section.text("last_name", problems),
        email: section.text("email", problems),
        phone: section.text("phone", problems),
        title: section.text("title", problems),
    };
    if contact.email.as_ref().is_some_and(|email| !has_shape(email, Format::Email)) {
        let at = section.take("email").map_or(section.at, |entry| entry.at);
        let message = format!("`{}` is not an email address", section.name("email"));
        problems.add(at, message, "Write one address, such as ops@example.com.");
    }
    section.finish(problems);
    contact
}

pub(super) fn company(mut section: Section<'_>, problems: &mut Problems<'_>) -> Company {
    let company = Company {
        id: section.id("id", problems),
        name: section.text("name", problems),
        department: section.text("department", problems),
        country: section.text("country", problems),
        province: section.text("province", problems),
        city: section.text("city", problems),
        address: section.text("address", problems),
        phone: section.text("phone", problems),
        postal_code: section.text("postal_code", problems),
    };
    let is_code = |text: &String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if company.country.as_ref().is_some_and(|text| !is_code(text)) {
        let at = section.take("country").map_or(section.at, |entry| entry.at);
        let message = format!("`{}` is not a code of two capital letters", section.name("country"));
        problems.add(at, message, "Write it as in \"CN\".");
    }
    section.finish(problems);
    company
}
