//! Values to try: what they mean, and how a response writes them.

use cloudcert_codegen::model::{Api, Base, Demand, Field, Format, Need, Structure, TimeLayout, Type};
use serde_json::{Map, Value, json};

/// A value.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// What it means: lists are lists, whatever their form on the wire.
    pub(super) meaning: Value,
    /// How a response writes it.
    pub(super) written: Value,
}

impl Sample {
    fn plain(value: Value) -> Self {
        Self { meaning: value.clone(), written: value }
    }

    /// One text, whose meaning has another form.
    fn text_of(meaning: Value) -> Self {
        Self { written: json!(meaning.to_string()), meaning }
    }
}

/// How deep values go: a structure may contain its own kind.
const DEPTH: usize = 4;

/// The values of a field to try. The first is the most usual one.
pub(super) fn samples(api: &Api, field: &Field) -> Vec<Sample> {
    let mut all = of_type(api, &field.kind, field.defines.as_ref(), DEPTH);
    if !field.values.is_empty() {
        all.retain(|sample| field.values.contains(&text(&sample.meaning)));
    }
    let limits = field.checks.iter().flat_map(|check| at_the_limits(&field.kind, &check.demand));
    all.extend(limits.map(Sample::plain));
    // What the description gives as an example comes first, but of an enum its first value does.
    let example = field.example.clone().filter(|example| !example.is_object() && !example.is_array());
    let plain = matches!(field.kind, Type::String | Type::I32 | Type::I64 | Type::F64 | Type::Id(_) | Type::Csr);
    match example.filter(|_| plain) {
        Some(example) => std::iter::once(Sample::plain(example)).chain(all).collect(),
        None => all,
    }
}

/// Values at the limits of a check, and valid ones of a format.
fn at_the_limits(kind: &Type, demand: &Demand) -> Vec<Value> {
    match demand {
        Demand::Range { min, max } => [*min, *max].into_iter().flatten().map(|limit| json!(limit)).collect(),
        Demand::Length { min, max } => {
            let length = |limit: i64| usize::try_from(limit).unwrap_or_default().min(1_000);
            [*min, *max].into_iter().flatten().map(|limit| json!("x".repeat(length(limit)))).collect()
        }
        Demand::Format(format) if *kind == Type::String => match format {
            Format::Domain => vec![json!("www.example.com"), json!("*.example.com")],
            Format::SingleDomain => vec![json!("www.example.com")],
            Format::WildcardDomain => vec![json!("*.example.com")],
            Format::Email => vec![json!("ops@example.com")],
            Format::Phone => vec![json!("13800000000")],
            Format::Ip => vec![json!("192.0.2.1"), json!("2001:db8::1")],
            Format::Csr => vec![json!(CSR)],
        },
        _ => Vec::new(),
    }
}

const CSR: &str = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n";
const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

fn of_type(api: &Api, kind: &Type, defines: Option<&Structure>, depth: usize) -> Vec<Sample> {
    let plain = |values: &[Value]| values.iter().cloned().map(Sample::plain).collect::<Vec<_>>();
    let based = |base: Base| match base {
        Base::String => plain(&[json!("a1"), json!("7")]),
        Base::I32 => plain(&[json!(1), json!(7)]),
        Base::I64 => plain(&[json!(90_071_992_547_409_931_i64), json!(7)]),
    };
    match kind {
        Type::String => plain(&[json!("text"), json!("7"), json!("true"), json!("a,b"), json!("x".repeat(100))]),
        Type::I32 => plain(&[json!(1), json!(7), json!(i32::MAX), json!(-1), json!(0)]),
        Type::I64 => plain(&[json!(1), json!(7), json!(i64::MAX), json!(-1), json!(0)]),
        Type::F64 => plain(&[json!(0.5), json!(7.25)]),
        Type::Boolean { digits: true } => {
            [true, false].map(|truth| Sample { meaning: json!(truth), written: json!(i32::from(truth)) }).to_vec()
        }
        Type::Boolean { digits: false } => plain(&[json!(true), json!(false)]),
        Type::Id(name) => based(api.ids.iter().find(|id| id.name == *name).map_or(Base::String, |id| id.base)),
        Type::Enum(name) => spellings(api, name),
        Type::Structure(name) | Type::JsonText(name) => {
            let members = defines.or_else(|| api.structure(name)).map_or(&[][..], |of| &of.fields);
            let rounds = if depth == 0 { 0 } else { rounds(api, members).min(3) };
            let whole = (0..rounds).map(|round| structure(api, members, round, false));
            // Without what may be left out, but for one member: a structure of nothing is often none.
            let least = (depth > 0).then(|| {
                let first = members.iter().take(1);
                let needed = members.iter().skip(1).filter(|field| field.guaranteed || field.need == Need::Required);
                structure(api, &first.chain(needed).cloned().collect::<Vec<_>>(), 0, false)
            });
            whole.chain(least).map(|sample| in_its_form(kind, sample)).collect()
        }
        Type::List(item) | Type::JsonList(item) | Type::CommaList(item) => {
            let items = if depth == 0 { Vec::new() } else { of_type(api, item, defines, depth - 1) };
            // A comma would end an item.
            let single = |sample: &&Sample| !matches!(kind, Type::CommaList(_)) || !text(&sample.meaning).contains(',');
            let items: Vec<&Sample> = items.iter().filter(single).collect();
            let one = items.iter().take(1).copied().collect::<Vec<_>>();
            [one, items].into_iter().filter(|list| !list.is_empty()).map(|list| list_of(kind, &list)).collect()
        }
        Type::Map(item) | Type::JsonMap(item) => {
            let items = if depth == 0 { Vec::new() } else { of_type(api, item, defines, depth - 1) };
            let named = |sample: Sample| Sample {
                meaning: json!({ "name": sample.meaning }),
                written: json!({ "name": sample.written }),
            };
            items.into_iter().take(2).map(named).map(|sample| in_its_form(kind, sample)).collect()
        }
        Type::Any => plain(&[json!({ "a": 1 }), json!("text")]),
        Type::Pem => plain(&[json!(PEM)]),
        Type::Csr => plain(&[json!(CSR)]),
        Type::Image => plain(&[json!("aGVsbG8="), json!("aGVsbG8gd29ybGQgYWdhaW4=")]),
        Type::Url | Type::SecretUrl => plain(&[json!("https://example.com/a")]),
        Type::Time { layout, .. } => plain(&times(*layout)),
    }
}

fn times(layout: TimeLayout) -> [Value; 2] {
    match layout {
        TimeLayout::Date => [json!("2026-01-02"), json!("2031-12-31")],
        TimeLayout::DateTime => [json!("2026-01-02 03:04:05"), json!("2031-12-31 23:59:59")],
        TimeLayout::Rfc3339 => [json!("2026-01-02T03:04:05Z"), json!("2031-12-31T23:59:59Z")],
        TimeLayout::Compact => [json!("20260102T030405Z"), json!("20311231T235959Z")],
        TimeLayout::UnixSeconds | TimeLayout::Unix => [json!(1_767_323_045), json!(1_956_527_999)],
        TimeLayout::UnixMilliseconds => [json!(1_767_323_045_000_i64), json!(1_956_527_999_000_i64)],
    }
}

/// The values of an enum in each of their spellings.
fn spellings(api: &Api, name: &str) -> Vec<Sample> {
    let Some(of) = api.enumeration(name) else { return Vec::new() };
    let all = of.values.iter().map(|value| &value.wire).chain(of.values.iter().flat_map(|value| &value.aliases));
    let written = |wire: &String| match wire.parse::<i64>() {
        Ok(number) if of.base != Base::String => json!(number),
        _ => json!(wire),
    };
    all.map(|wire| Sample::plain(written(wire))).collect()
}

/// A text or a value, as the type says.
fn in_its_form(kind: &Type, sample: Sample) -> Sample {
    match kind {
        Type::JsonText(_) | Type::JsonMap(_) => {
            Sample { written: json!(sample.written.to_string()), meaning: sample.meaning }
        }
        _ => sample,
    }
}

fn list_of(kind: &Type, items: &[&Sample]) -> Sample {
    let meaning: Value = items.iter().map(|item| item.meaning.clone()).collect();
    let written: Value = items.iter().map(|item| item.written.clone()).collect();
    match kind {
        Type::CommaList(_) => {
            let texts: Vec<String> = items.iter().map(|item| text(&item.written)).collect();
            Sample { meaning, written: json!(texts.join(",")) }
        }
        Type::JsonList(_) => Sample { written: Sample::text_of(written).written, meaning },
        _ => Sample { meaning, written },
    }
}

/// After how many rounds each of these fields has had each of its values.
pub(super) fn rounds(api: &Api, fields: &[Field]) -> usize {
    fields.iter().map(|field| samples(api, field).len()).max().unwrap_or_default().clamp(1, 8)
}

/// A structure: in each round other values of its fields. A bare one has only what is guaranteed.
pub(super) fn structure(api: &Api, fields: &[Field], round: usize, bare: bool) -> Sample {
    let (mut meaning, mut written) = (Map::new(), Map::new());
    for (at, field) in fields.iter().enumerate().filter(|(_, field)| field.guaranteed || !bare) {
        let all = samples(api, field);
        // Neighbours do not have their values in step.
        if let Some(sample) = all.get((round + at) % all.len().max(1)) {
            meaning.insert(field.wire.clone(), sample.meaning.clone());
            written.insert(field.wire.clone(), sample.written.clone());
        }
    }
    Sample { meaning: Value::Object(meaning), written: Value::Object(written) }
}

/// A single value as text.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
