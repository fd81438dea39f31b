//! Checks a call against rules over several parameters, and against the parameters that every request carries.
//!
//! Behaviours check such rules themselves. This is for calls that are answered from their description alone.

use super::denial::Reason;
use super::members::Inside;
use super::received::Received;
use crate::base::call::{Call, boolean};
use cloudcert::model::{
    self, CommonParameter, Condition, Effect, Field, Need, Rule, RuleDemand, SetBy, TableBound, TimeLayout, Type,
};
use serde_json::Value;

/// Checks the rules of an action, enforced ones and advice alike, and what is inside of its parameters. Returns the members that the
/// description does not know.
pub(crate) fn rules(received: &Received, call: &Call<'_>) -> Result<Vec<String>, Reason> {
    common(received, call)?;
    let request = Request(call);
    let mut ignored = Vec::new();
    for field in &call.action.parameters {
        let needed = field.needed_if.iter().any(|needed| request.holds(&needed.when));
        if needed && !request.has(std::slice::from_ref(&field.wire)) {
            return Err(Reason::missing(&field.wire));
        }
        request.value(field)?;
        if matches!(field.kind, Type::JsonText(_) | Type::JsonList(_) | Type::JsonMap(_))
            && received.text(&field.wire).is_some()
            && let Some(value) = call.params.json(&field.wire)
        {
            Inside { api: call.api, ignored: &mut ignored }.field(&field.wire, field, &value)?;
        }
    }
    call.action.rules.iter().try_for_each(|rule| request.rule(rule))?;
    Ok(ignored)
}

/// Returns the effect of a call: that of its action, or what a condition says of its parameters.
pub(crate) fn effect(call: &Call<'_>) -> Effect {
    let request = Request(call);
    let special = call.action.effect_when.iter().find(|(when, _)| request.holds(when));
    special.map_or(call.action.effect, |(_, effect)| *effect)
}

/// Checks what every request carries. What the signature consists of was checked before, and so were action and version.
fn common(received: &Received, call: &Call<'_>) -> Result<(), Reason> {
    // Which scheme a request is signed with is not known here, so what only some schemes need is not demanded.
    let goes_with_all = |common: &CommonParameter| {
        let schemes = &common.signatures;
        schemes.is_empty() || call.api.protocol.signatures.iter().all(|scheme| schemes.contains(scheme))
    };
    let checked = call.api.common_parameters.iter().filter(|common| common.set_by != SetBy::Signer);
    for common in checked.filter(|common| !["Action", "Version"].contains(&common.wire.as_str())) {
        let sent = match &common.header {
            Some(header) => received.header(header).map(std::borrow::Cow::into_owned),
            None => received.text(&common.wire).map(str::to_owned),
        };
        let known = common.enumeration.as_ref().and_then(|name| call.api.enumeration(name));
        match (sent, known) {
            (None, _) if common.required && goes_with_all(common) => return Err(Reason::missing(&common.wire)),
            (Some(text), Some(known)) if known.value(&text).is_none() => {
                return Err(Reason::invalid(&common.wire, "must be one of the documented values"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The parameters of a call, as conditions see them.
struct Request<'a>(&'a Call<'a>);

impl Request<'_> {
    fn field(&self, path: &[String]) -> Option<&Field> {
        self.0.action.parameter(path.first()?)
    }

    /// The values at a path: one of a single value, several of a list. An absent parameter counts as its default.
    fn values(&self, path: &[String]) -> Vec<String> {
        let Some((name, members)) = path.split_first() else { return Vec::new() };
        let default = || {
            let field = self.field(path)?;
            let given = if let Need::Defaulted(value) = &field.need { Some(value) } else { field.default.as_ref() };
            Some(text(given?))
        };
        if members.is_empty() {
            let list = self.0.params.list(name);
            return match self.0.params.text(name) {
                Some(one) if matches!(self.field(path).map(|field| &field.kind), Some(Type::CommaList(_))) => {
                    one.split(',').map(|part| part.trim().to_owned()).collect()
                }
                Some(one) => vec![one.to_owned()],
                None if list.is_empty() => default().into_iter().collect(),
                None => list.into_iter().map(str::to_owned).collect(),
            };
        }
        let whole = self.0.params.json(name);
        let found = members.iter().try_fold(whole.as_ref(), |value, name| Some(value?.get(name)));
        match found.flatten() {
            Some(Value::Array(items)) => items.iter().map(text).collect(),
            Some(value) => Some(text(value)).filter(|text| !text.is_empty()).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Whether there is something at a path. A default does not count.
    fn has(&self, path: &[String]) -> bool {
        match path {
            [name] => {
                let start = format!("{name}.");
                let mut members = self.0.params.0.range(start.clone()..).take_while(|(key, _)| key.starts_with(&start));
                self.0.params.text(name).is_some() || members.next().is_some()
            }
            _ => !self.values(path).is_empty(),
        }
    }

    /// Whether a value is one that the description names, in any spelling.
    fn is(&self, path: &[String], given: &str, wanted: &Value) -> bool {
        let wanted = text(wanted);
        let named = self.field(path).and_then(|field| field.kind.named());
        let spelled = |value: &str| {
            let known = named.and_then(|name| self.0.api.enumeration(name)).and_then(|of| of.value(value));
            known.map_or_else(|| value.to_owned(), |value| value.wire.clone())
        };
        let both = boolean(given).zip(boolean(&wanted));
        spelled(given) == spelled(&wanted) || both.is_some_and(|(given, wanted)| given == wanted)
    }

    /// Checks what the description says about a value beyond its type: which values of its enum are expected, and how a text looks.
    fn value(&self, field: &Field) -> Result<(), Reason> {
        let path = std::slice::from_ref(&field.wire);
        if !self.has(path) {
            return Ok(());
        }
        let looks_right = |text: &str| match &field.kind {
            Type::Time { layout, .. } => layout.is_number() || has_layout(text, *layout),
            Type::Boolean { digits: true } => matches!(text, "1" | "0"),
            Type::Boolean { digits: false } => !matches!(text, "1" | "0"),
            Type::Pem => text.contains("-----BEGIN "),
            Type::Csr => model::has_shape(text, model::Format::Csr),
            Type::Url | Type::SecretUrl => text.starts_with("http://") || text.starts_with("https://"),
            _ => true,
        };
        let expected = |text: &str| {
            let wanted = |value: &String| self.is(path, text, &Value::from(value.as_str()));
            field.values.is_empty() || field.values.iter().any(wanted)
        };
        match self.values(path).iter().find(|text| !looks_right(text) || !expected(text)) {
            Some(text) if looks_right(text) => Err(Reason::invalid(&field.wire, "must be one of the expected values")),
            Some(_) => Err(Reason::invalid(&field.wire, "must have the documented form")),
            None => Ok(()),
        }
    }

    fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::OneOf { path, values } => {
                let given = self.values(path);
                given.iter().any(|given| values.iter().any(|wanted| self.is(path, given, wanted)))
            }
            Condition::Present(path) => self.has(path),
            Condition::Absent(path) => !self.has(path),
            Condition::Is { path, format } => self.values(path).iter().any(|text| model::has_shape(text, *format)),
            Condition::All(all) => all.iter().all(|part| self.holds(part)),
            Condition::Any(any) => any.iter().any(|part| self.holds(part)),
            Condition::Not(inner) => !self.holds(inner),
        }
    }

    fn rule(&self, rule: &Rule) -> Result<(), Reason> {
        if rule.when.as_ref().is_some_and(|when| !self.holds(when)) {
            return Ok(());
        }
        let broken = |path: &[String]| Reason::invalid(path.join("."), format!("breaks the rule {}", rule.name));
        match &rule.demand {
            RuleDemand::Require(paths) => match paths.iter().find(|path| !self.has(path)) {
                Some(path) => Err(Reason::missing(path.join("."))),
                None => Ok(()),
            },
            RuleDemand::RequireOneOf(paths) if !paths.iter().any(|path| self.has(path)) => {
                Err(Reason::missing(paths.first().map(|path| path.join(".")).unwrap_or_default()))
            }
            RuleDemand::RequireOneOf(_) => Ok(()),
            RuleDemand::Forbid(paths) => {
                paths.iter().find(|path| self.has(path)).map_or(Ok(()), |path| Err(broken(path)))
            }
            RuleDemand::Refuse => Err(broken(rule.when.as_ref().and_then(subject).unwrap_or_default())),
            RuleDemand::Shape { path, format } => {
                let fits = self.values(path).iter().all(|text| model::has_shape(text, *format));
                if fits { Ok(()) } else { Err(broken(path)) }
            }
            RuleDemand::Table { table, key, within } => {
                within.iter().try_for_each(|bound| match self.fits(table, key, bound) {
                    Some(false) => Err(broken(std::slice::from_ref(&bound.parameter))),
                    _ => Ok(()),
                })
            }
        }
    }

    /// Whether a number lies within the bounds of its row, or `None` if the table or the request does not say.
    fn fits(&self, table: &str, key: &str, bound: &TableBound) -> Option<bool> {
        let table = self.0.api.table(table)?;
        let value = self.values(&[key.to_owned()]).into_iter().next()?;
        let row = table.rows.iter().find(|row| row.value == value)?;
        let cell = |name: &str| {
            let position = table.columns.iter().position(|column| column.name == name)?;
            row.cells.get(position)?.as_i64()
        };
        let number: i64 = self.values(std::slice::from_ref(&bound.parameter)).first()?.parse().ok()?;
        Some(cell(&bound.min)? <= number && number <= cell(&bound.max)?)
    }
}

/// Whether a text is a time in this layout.
fn has_layout(text: &str, layout: TimeLayout) -> bool {
    let pattern = match layout {
        TimeLayout::Date => "%Y-%m-%d",
        TimeLayout::DateTime => "%Y-%m-%d %H:%M:%S",
        TimeLayout::Rfc3339 => return text.parse::<jiff::Timestamp>().is_ok(),
        TimeLayout::Compact => "%Y%m%dT%H%M%SZ",
        TimeLayout::UnixSeconds | TimeLayout::Unix | TimeLayout::UnixMilliseconds => {
            return text.parse::<i64>().is_ok();
        }
    };
    jiff::fmt::strtime::parse(pattern, text).is_ok()
}

/// The first path that a condition looks at.
fn subject(condition: &Condition) -> Option<&[String]> {
    match condition {
        Condition::OneOf { path, .. }
        | Condition::Is { path, .. }
        | Condition::Present(path)
        | Condition::Absent(path) => Some(path),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(subject),
        Condition::Not(inner) => subject(inner),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
