//! Large items without the items inside them. Every field is written out: a field that the model gets later does not compile until somebody
//! has decided where it belongs.

use crate::model::{Action, Api};
use indexmap::IndexMap;

/// An API version without its items.
pub(super) fn api(of: &Api) -> Api {
    Api {
        id: of.id.clone(),
        provider: of.provider.clone(),
        service: of.service.clone(),
        version: of.version.clone(),
        modules: of.modules.clone(),
        title: of.title.clone(),
        doc: of.doc.clone(),
        legacy: of.legacy.clone(),
        sources: IndexMap::new(),
        protocol: of.protocol.clone(),
        endpoints: of.endpoints.clone(),
        groups: Vec::new(),
        common_parameters: Vec::new(),
        common_response: Vec::new(),
        ids: Vec::new(),
        enums: Vec::new(),
        types: Vec::new(),
        tables: Vec::new(),
        errors: Vec::new(),
        actions: Vec::new(),
        defects: Vec::new(),
    }
}

/// An action without its items.
pub(super) fn action(of: &Action) -> Action {
    Action {
        name: of.name.clone(),
        method: of.method.clone(),
        aliases: of.aliases.clone(),
        group: of.group.clone(),
        title: of.title.clone(),
        doc: of.doc.clone(),
        effect: of.effect,
        effect_when: Vec::new(),
        cost: of.cost.clone(),
        irreversible: of.irreversible,
        methods: of.methods.clone(),
        preconditions: Vec::new(),
        paginator: None,
        waiters: Vec::new(),
        state_view: None,
        reconcile: Vec::new(),
        nothing_shows: of.nothing_shows.clone(),
        host_from: None,
        envelopes: of.envelopes.clone(),
        errors: of.errors.clone(),
        rules: Vec::new(),
        parameters: Vec::new(),
        response: Vec::new(),
        examples: Vec::new(),
        source: of.source.clone(),
        undocumented: of.undocumented.clone(),
        replaced_by: of.replaced_by.clone(),
        history: of.history.clone(),
        defects: Vec::new(),
        at: of.at.clone(),
    }
}
