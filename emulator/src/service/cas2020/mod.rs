//! CAS 2020-04-07: orders from packages and instances that were bought in advance, and what the account stores beside them.

mod access;
mod cancelling;
mod contacts;
mod csrs;
mod deployment;
mod held;
mod instances;
mod labels;
mod listing;
mod order;
mod orders;
mod package;
mod page;
mod placing;
mod refusals;
mod rows;
mod store;
mod tokens;
mod warehouses;

pub(crate) use instances::check as check_stock;

use super::definition::Service;
use super::errand::Pending;
use super::shared::Shared;
use crate::base::call::{Call, Fields, Refusal};
use crate::base::settings::Settings;
use access::Accesses;
use contacts::{Companies, Contacts};
use csrs::Csrs;
use deployment::Deployment;
use held::Held;
use instances::Instances;
use labels::Labels;
use orders::Orders;
use package::Packages;
use serde_json::{Value, json};
use store::Store;
use tokens::Tokens;
use warehouses::Warehouses;

/// The state of this API version.
pub(super) struct Cas2020 {
    packages: Packages,
    orders: Orders,
    instances: Instances,
    store: Store,
    csrs: Csrs,
    contacts: Contacts,
    companies: Companies,
    tokens: Tokens,
    labels: Labels,
    deployment: Deployment,
    accesses: Accesses,
    warehouses: Warehouses,
}

impl Cas2020 {
    pub(super) fn new(settings: &Settings, now: i64) -> Self {
        Self {
            packages: Packages::bought(settings),
            orders: Orders::new(settings.seed),
            instances: Instances::bought(settings, now),
            store: Store::new(settings.seed),
            csrs: Csrs::new(),
            contacts: Contacts::new(),
            companies: Companies::new(),
            tokens: Tokens::default(),
            labels: Labels::default(),
            deployment: Deployment::new(settings),
            accesses: Accesses::default(),
            warehouses: Warehouses::new(settings.seed, now),
        }
    }

    fn package_orders(&mut self, call: &Call<'_>, shared: &mut Shared) -> Option<Result<Fields, Refusal>> {
        let Self { packages, orders, labels, store, .. } = self;
        let now = shared.clock.now();
        Some(match call.action.name.as_str() {
            "DescribePackageState" => packages.describe(call),
            "GetCertificatePackageCount" => Ok(packages.counts(call)),
            "CreateCertificateRequest"
            | "CreateCertificateWithCsrRequest"
            | "CreateCertificateForPackageRequest"
            | "RenewCertificateOrderForPackageRequest" => self.place(call, shared),
            "DescribeCertificateState" => orders.probe(call, packages, shared),
            "DeleteCertificateRequest" => orders.delete(call, packages, shared),
            "CancelOrderRequest" => cancelling::withdraw(call, orders),
            "CancelCertificateForPackageRequest" => cancelling::cancel(call, orders, packages, store, now),
            "ListUserCertificateOrder" => listing::list(call, orders, labels, Held::new(&shared.account, store), now),
            _ => return None,
        })
    }

    /// Places an order and tags it. Tags that cannot be set are refused before anything is placed.
    fn place(&mut self, call: &Call<'_>, shared: &Shared) -> Result<Fields, Refusal> {
        let tags = labels::of(call, "Tags")?;
        let Self { packages, orders, labels, store, .. } = self;
        let id = match call.action.name.as_str() {
            "CreateCertificateForPackageRequest" => placing::place_from_package(call, orders, packages, shared),
            "RenewCertificateOrderForPackageRequest" => placing::renew(call, orders, packages, store, shared),
            _ => placing::place(call, orders, packages, shared),
        }?;
        labels.tag_order(order::instance(id), tags);
        Ok(placing::response(call, id))
    }

    fn instances(&mut self, call: &Call<'_>, shared: &mut Shared) -> Option<Result<Fields, Refusal>> {
        let Self { instances, store, csrs, contacts, companies, tokens, .. } = self;
        let now = shared.clock.now();
        Some(match call.action.name.as_str() {
            "ListInstances" => instances.list(call, now),
            "GetInstanceSummary" => Ok(instances.summary(call, now)),
            "GetInstanceDetail" => instances.detail(call, store, companies, |public| csrs.key_of(public), shared),
            "UpdateInstance" => instances.update(call, contacts, companies, now),
            "ApplyCertificate" => instances.apply(call, contacts, companies, now),
            "GetTaskAttribute" => instances.task(call),
            "CancelPendingCertificate" => instances.cancel(call),
            "RevokeCertificate" => instances.revoke(call, store, shared),
            "RefundInstance" => instances.refund(call, now),
            "DeleteInstance" => tokens.once(call, || instances.delete(call, now)),
            _ => return None,
        })
    }

    fn certificates(&mut self, call: &Call<'_>, shared: &mut Shared) -> Option<Result<Fields, Refusal>> {
        let Self { store, orders, tokens, .. } = self;
        let now = shared.clock.now();
        let account = &mut shared.account;
        Some(match call.action.name.as_str() {
            "UploadUserCertificate" => tokens.once(call, || store::upload(call, store, account)),
            "ListCertificates" => store::list(call, store, account, now),
            "GetCertificateDetail" => store::detail(call, store, account, now),
            "GetUserCertificateDetail" => {
                store::user_detail(call, (store, account), |id| orders.of_certificate(id), now)
            }
            "DeleteUserCertificate" => tokens.once(call, || store.delete(call, account, now)),
            "ShareCertificate" => store.share(call, account),
            _ => return None,
        })
    }

    fn applicants(&mut self, call: &Call<'_>, shared: &Shared) -> Option<Result<Fields, Refusal>> {
        let Self { csrs, contacts, companies, .. } = self;
        Some(match call.action.name.as_str() {
            "CreateCsr" => csrs.create(call, shared),
            "UploadCsr" => csrs.upload(call),
            "UpdateCsr" => csrs.update(call),
            "GetCsrDetail" => csrs.detail(call),
            "ListCsr" => csrs.list(call),
            "DeleteCsr" => csrs.delete(call),
            "CreateContact" => contacts.create(call),
            "UpdateContact" => contacts.update(call),
            "GetContact" => contacts.get(call),
            "ListContact" => contacts.list(call),
            "DeleteContact" => contacts.delete(call),
            "CreateCompany" => companies.create(call),
            "UpdateCompany" => companies.update(call),
            "GetCompany" => companies.get(call),
            "ListCompanies" => companies.list(call),
            "DeleteCompany" => companies.delete(call),
            _ => return None,
        })
    }

    fn deployed(&mut self, call: &Call<'_>, shared: &Shared) -> Option<Result<Fields, Refusal>> {
        let Self { labels, deployment, accesses, store, contacts, .. } = self;
        let now = shared.clock.now();
        let deployed = deployment.handle(call, Held::new(&shared.account, store), contacts, now);
        let accessed = || accesses.handle(call, &mut deployment.resources, now);
        deployed.or_else(accessed).or_else(|| labels.handle(call))
    }
}

impl Service for Cas2020 {
    fn handle(&mut self, call: &Call<'_>, shared: &mut Shared) -> Option<Result<Fields, Refusal>> {
        self.package_orders(call, shared)
            .or_else(|| self.instances(call, shared))
            .or_else(|| self.certificates(call, shared))
            .or_else(|| self.applicants(call, shared))
            .or_else(|| self.deployed(call, shared))
            .or_else(|| self.warehouses.handle(call, shared))
    }

    fn pending(&self, call: &Call<'_>, shared: &Shared) -> Option<Pending> {
        match call.action.name.as_str() {
            "DescribeCertificateState" => self.orders.pending(call, shared),
            "GetInstanceDetail" => self.instances.pending(call, shared),
            "CreateCsr" => self.csrs.pending(call),
            "ListCert"
            | "DescribeWarehouseCert"
            | "DeletePCACert"
            | "CreateWHClientCertificate"
            | "RevokeWHClientCertificate" => self.warehouses.pending(call),
            _ => None,
        }
    }

    /// Ids of orders are numbers, those of instances are not.
    fn found(&mut self, id: &str) {
        self.orders.found(id);
        self.instances.found(id);
    }

    fn state(&self, shared: &Shared, most: usize) -> Value {
        let now = shared.clock.now();
        json!({
            "packages": self.packages.state(),
            "orders": { "total": self.orders.len(), "latest": self.orders.latest(most) },
            "instances": self.instances.state(now, most),
            "certificates": self.store.state(&shared.account, now, most),
            "csrs": self.csrs.state(most),
            "contacts": self.contacts.len(),
            "companies": self.companies.len(),
            "labels": self.labels.state(),
            "deployment": self.deployment.state(Held::new(&shared.account, &self.store), now, most),
            "accesses": self.accesses.state(),
            "warehouses": self.warehouses.state(),
        })
    }
}
