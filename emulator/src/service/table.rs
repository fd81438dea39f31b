//! The services that the endpoint plays.

use super::cas2018::Cas2018;
use super::cas2020::Cas2020;
use super::definition::Service;
use super::kcm::Kcm;
use crate::base::settings::Settings;

/// The id of an API version in the spec, and how its service is made at a time.
pub(super) type Row = (&'static str, fn(&Settings, i64) -> Box<dyn Service>);

/// Every service that the endpoint plays. To add one, write its folder and a row here.
pub(super) const SERVICES: [Row; 3] = [
    ("aliyun-cas-2020-04-07", |settings, now| Box::new(Cas2020::new(settings, now))),
    ("aliyun-cas-2018-07-13", |settings, _| Box::new(Cas2018::new(settings))),
    ("ksyun-kcm-2016-03-04", |settings, _| Box::new(Kcm::new(settings))),
];
