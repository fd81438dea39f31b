//! How certificates are ordered, and what each way needs.

use super::certificate::{Certificate, KeySource};
use super::problems::Problems;
use super::section::Section;
use crate::base::text::Text;
use std::fmt;

/// A cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cloud {
    /// Alibaba Cloud.
    Aliyun,
    /// Kingsoft Cloud.
    Ksyun,
}

impl Cloud {
    pub(super) const CHOICES: [(&'static str, Self); 2] = [("aliyun", Self::Aliyun), ("ksyun", Self::Ksyun)];

    /// Its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Aliyun => "aliyun",
            Self::Ksyun => "ksyun",
        }
    }

    pub(super) fn title(self) -> Text {
        match self {
            Self::Aliyun => text!("Alibaba Cloud", "阿里云"),
            Self::Ksyun => text!("Kingsoft Cloud", "金山云"),
        }
    }
}

/// How a certificate is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flow {
    /// From a package of Alibaba Cloud: what a profile of that cloud does unless `api` says otherwise.
    CasPackage,
    /// With an instance of Alibaba Cloud that was bought before.
    CasInstance,
    /// With a bought instance, by the old API of Alibaba Cloud.
    Cas2018,
    /// At Kingsoft Cloud.
    Kcm,
}

impl Flow {
    pub(super) const CHOICES: [(&'static str, Self); 4] = [
        ("cas-package", Self::CasPackage),
        ("cas-instance", Self::CasInstance),
        ("cas-2018", Self::Cas2018),
        ("kcm", Self::Kcm),
    ];

    /// The flow of a cloud unless `api` names another.
    #[must_use]
    pub fn of(cloud: Cloud) -> Self {
        match cloud {
            Cloud::Aliyun => Self::CasPackage,
            Cloud::Ksyun => Self::Kcm,
        }
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CasPackage => "cas-package",
            Self::CasInstance => "cas-instance",
            Self::Cas2018 => "cas-2018",
            Self::Kcm => "kcm",
        }
    }

    /// The API version that it calls.
    #[must_use]
    pub fn api(self) -> &'static str {
        match self {
            Self::CasPackage | Self::CasInstance => "aliyun-cas-2020-04-07",
            Self::Cas2018 => "aliyun-cas-2018-07-13",
            Self::Kcm => "ksyun-kcm-2016-03-04",
        }
    }

    /// The parameter of its orders that `product` of a certificate goes into. `None` if the product follows from the instance.
    #[must_use]
    pub fn product_parameter(self) -> Option<&'static str> {
        match self {
            Self::CasPackage => Some("ProductCode"),
            Self::CasInstance | Self::Cas2018 => None,
            Self::Kcm => Some("CertificateCode"),
        }
    }

    /// The cloud that has it.
    #[must_use]
    pub fn cloud(self) -> Cloud {
        match self {
            Self::CasPackage | Self::CasInstance | Self::Cas2018 => Cloud::Aliyun,
            Self::Kcm => Cloud::Ksyun,
        }
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reports what the flow of a certificate needs and does not have, and what has no effect in it.
pub(super) fn check(certificate: &Certificate, section: &mut Section<'_>, problems: &mut Problems<'_>) {
    let flow = certificate.flow;
    for key in missing(certificate) {
        let remedy = if key == "product" {
            text!(
                "Name the code of the product. It decides what the order costs, so it is never guessed.",
                "请指定产品代码。它决定费用，因此不会猜测。"
            )
        } else if key.starts_with("contact.ids") {
            text!(
                "Name the id of a contact that the service keeps: contact = {{ ids = [304050] }}.",
                "请指定服务中联系人的编号：contact = {{ ids = [304050] }}。"
            )
        } else {
            text!("Add it: the order needs it.", "请添加：订购需要它。")
        };
        problems.add(
            section.at,
            text!("`{}.{key}` is missing, which {flow} needs", "缺少 `{}.{key}`，{flow} 需要它", section.path),
            remedy,
        );
    }
    if flow == Flow::Cas2018 && certificate.key != KeySource::Service {
        let at = section.take("key").map_or(section.at, |entry| entry.at);
        let message = text!(
            "`{}.key` must be service in {flow}, which takes no certificate signing request",
            "`{}.key` 在 {flow} 中须为 service：它不接受证书签名请求",
            section.path
        );
        let remedy = text!(
            "Write key = \"service\": the cloud makes the private key. Or name another `api`.",
            "请写 key = \"service\"，由云生成私钥，或指定其他 `api`。"
        );
        problems.add(at, message, remedy);
    }
    for key in idle(certificate) {
        let at = section.take(key).map_or(section.at, |entry| entry.at);
        let message = text!("`{}.{key}` has no effect in {flow}", "`{}.{key}` 在 {flow} 中不起作用", section.path);
        problems.add(at, message, text!("Remove it, or name another `api`.", "请删除，或指定其他 `api`。"));
    }
}

/// The keys that the flow needs and that are absent. They follow from the required parameters of the orders.
fn missing(certificate: &Certificate) -> Vec<&'static str> {
    let (contact, company) = (&certificate.contact, &certificate.company);
    let product = ("product", certificate.product.is_some());
    let person = [
        ("contact.name", contact.name.is_some()),
        ("contact.email", contact.email.is_some()),
        ("contact.phone", contact.phone.is_some()),
    ];
    let place = [("company.province", company.province.is_some()), ("company.city", company.city.is_some())];
    let needed: Vec<(&'static str, bool)> = match certificate.flow {
        Flow::CasPackage => person.into_iter().chain([product]).collect(),
        Flow::CasInstance => {
            vec![("instance", certificate.instance.is_some()), ("contact.ids", !contact.ids.is_empty())]
        }
        Flow::Cas2018 => person.into_iter().chain(place).collect(),
        Flow::Kcm => {
            let mut needed = vec![product];
            if contact.ids.is_empty() {
                needed.extend([
                    ("contact.first_name", contact.first_name.is_some()),
                    ("contact.last_name", contact.last_name.is_some()),
                ]);
                needed.extend([("contact.email", contact.email.is_some()), ("contact.phone", contact.phone.is_some())]);
            }
            if company.id.is_none() {
                needed.extend([("company.name", company.name.is_some())].into_iter().chain(place));
                needed.extend([
                    ("company.address", company.address.is_some()),
                    ("company.postal_code", company.postal_code.is_some()),
                ]);
            }
            needed
        }
    };
    needed.into_iter().filter(|(_, is_there)| !is_there).map(|(key, _)| key).collect()
}

/// The keys that are there and that the flow does not use.
fn idle(certificate: &Certificate) -> Vec<&'static str> {
    let flow = certificate.flow;
    let of_kcm = flow == Flow::Kcm;
    let keys = [
        ("product", certificate.product.is_some() && flow == Flow::CasInstance),
        ("instance", certificate.instance.is_some() && !matches!(flow, Flow::CasInstance | Flow::Cas2018)),
        ("project", certificate.project.is_some() && !of_kcm),
        ("bill_type", certificate.bill_type.is_some() && !of_kcm),
        ("shared", certificate.shared && flow != Flow::CasPackage),
    ];
    keys.into_iter().filter(|(_, is_idle)| *is_idle).map(|(key, _)| key).collect()
}
