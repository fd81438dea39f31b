//! The services that the endpoint plays.

use super::cas2018::Cas2018;
use super::cas2020::Cas2020;
use super::definition::Service;
use super::kcm::Kcm;
use crate::base::settings::Settings;

/// The id of an API version in the spec, and how its service is made.
pub(super) type Row = (&'static str, fn(&Settings) -> Box<dyn Service>);

/// Every service that the endpoint plays. To add one, write its folder and a row here.
pub(super) const SERVICES: [Row; 3] = [
    ("aliyun-cas-2020-04-07", |settings| Box::new(Cas2020::new(settings))),
    ("aliyun-cas-2018-07-13", |settings| Box::new(Cas2018::new(settings))),
    ("ksyun-kcm-2016-03-04", |settings| Box::new(Kcm::new(settings))),
];
