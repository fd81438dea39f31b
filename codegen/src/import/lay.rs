//! Lays what several sources say over each other. The first source is the newest.
//!
//! It decides what exists, what is required and which kind a value is. Widths come from whoever has one, the wider if two differ; methods
//! from sources that have them as data, before clients, which know one each; values from data before sentences, united. Places are hints and
//! do not contradict. Every other difference is a remark.

use super::plain::{Action, Api, Item, Items, Shape};
use super::remark::{Remarks, Subject};

/// One API of several, the newest first.
#[must_use]
pub fn lay(apis: impl IntoIterator<Item = Api>, remarks: &mut Remarks) -> Api {
    let mut apis = apis.into_iter();
    let Some(mut whole) = apis.next() else { return Api::default() };
    for api in apis {
        let same = same_source(&whole, &api);
        for (what, mine, other) in
            [("product", &whole.product, &api.product), ("version", &whole.version, &api.version)]
        {
            if let (Some(mine), Some(other)) = (mine, other)
                && !mine.eq_ignore_ascii_case(other)
            {
                let message = format!("the {what} is `{mine}` in the newest source and `{other}` in another");
                remarks.add(Subject::Contradiction, "", 0, message);
            }
        }
        whole.product = whole.product.take().or(api.product);
        whole.version = whole.version.take().or(api.version);
        whole.style = whole.style.take().or(api.style);
        for (region, host) in api.hosts {
            whole.hosts.entry(region).or_insert(host);
        }
        for (name, action) in api.actions {
            match whole.actions.get_mut(&name) {
                Some(mine) => Layer { remarks, label: action.seen_in.join(", ") }.action(&name, mine, action),
                // Parts of one source complete each other.
                None if same => drop(whole.actions.insert(name, action)),
                None => {
                    let label = action.seen_in.join(", ");
                    remarks.add(
                        Subject::Contradiction,
                        &label,
                        0,
                        format!("`{name}` is not in the newest source; it was left out"),
                    );
                }
            }
        }
    }
    whole
}

/// Whether two are files of one source.
fn same_source(one: &Api, other: &Api) -> bool {
    let label = |api: &Api| api.actions.values().next().map(|action| action.seen_in.clone());
    label(one) == label(other)
}

struct Layer<'a> {
    remarks: &'a mut Remarks,
    /// The source that is laid over.
    label: String,
}

impl Layer<'_> {
    fn differs(&mut self, message: String) {
        self.remarks.add(Subject::Contradiction, &self.label, 0, message);
    }

    fn action(&mut self, name: &str, mine: &mut Action, other: Action) {
        let sorted = |methods: &[String]| {
            let mut all = methods.to_vec();
            all.sort();
            all
        };
        if other.methods_are_data && !mine.methods_are_data && !other.methods.is_empty() {
            mine.methods = other.methods;
            mine.methods_are_data = true;
        } else if mine.methods.is_empty() {
            mine.methods = other.methods;
        } else if other.methods_are_data && sorted(&mine.methods) != sorted(&other.methods) {
            self.differs(format!(
                "`{name}` takes {}, not {} as before",
                other.methods.join(", "),
                mine.methods.join(", ")
            ));
        }
        if mine.deprecated != other.deprecated {
            self.differs(format!("`{name}` is marked as deprecated in one source and not in the other"));
            mine.deprecated = true;
        }
        self.items(name, &mut mine.parameters, other.parameters);
        match (&mut mine.response, other.response) {
            (Some(mine), Some(other)) => self.items(name, mine, other),
            (mine @ None, other) => *mine = other,
            (Some(_), None) => {}
        }
        for (code, statuses) in other.errors {
            mine.errors.entry(code).or_default().extend(statuses);
        }
        mine.text.fill(other.text);
        join(&mut mine.seen_in, other.seen_in);
    }

    fn items(&mut self, place: &str, mine: &mut Items, others: Items) {
        for (wire, other) in others {
            let place = format!("{place}.{wire}");
            match mine.get_mut(&wire) {
                Some(item) => self.item(&place, item, other),
                None => self.differs(format!("`{place}` is not in the newest source; it was left out")),
            }
        }
    }

    fn item(&mut self, place: &str, mine: &mut Item, other: Item) {
        match (mine.required, other.required) {
            (None, other) => mine.required = other,
            (Some(mine), Some(other)) if mine != other => {
                let word = |required| if required { "required" } else { "optional" };
                self.differs(format!(
                    "`{place}` is {} here and {} in the newest source, which counts",
                    word(other),
                    word(mine)
                ));
            }
            _ => {}
        }
        match (&mine.packed, other.packed) {
            (None, Some(packed)) => {
                self.differs(format!(
                    "`{place}` travels as one text here, and in the newest source it does not; it was taken as one text"
                ));
                mine.packed = Some(packed);
            }
            (Some(mine), Some(other)) if *mine != other => {
                self.differs(format!("`{place}` becomes a text in another way here; the newest source counts"));
            }
            _ => {}
        }
        if other.values_are_data && !mine.values_are_data {
            let proposed = std::mem::replace(&mut mine.values, other.values);
            mine.values_are_data = true;
            join(&mut mine.values, proposed);
        } else {
            join(&mut mine.values, other.values);
        }
        if mine.deprecated != other.deprecated {
            mine.deprecated = true;
            self.differs(format!("`{place}` is marked as deprecated in one source and not in the other"));
        }
        mine.place = mine.place.or(other.place);
        mine.list_style = mine.list_style.take().or(other.list_style);
        mine.example = mine.example.take().or(other.example);
        mine.text.fill(other.text);
        join(&mut mine.seen_in, other.seen_in);
        self.shape(place, &mut mine.shape, other.shape);
    }

    fn shape(&mut self, place: &str, mine: &mut Shape, other: Shape) {
        match (mine, other) {
            // A source without a type or width says nothing against one that has it.
            (_, Shape::Any) | (Shape::Number(_), Shape::Number(None)) => {}
            (Shape::Number(mine), Shape::Number(Some(other))) => match *mine {
                Some(width) if width != other => {
                    *mine = Some(64);
                    self.differs(format!("`{place}` has {other} bits here and {width} elsewhere; the wider was taken"));
                }
                _ => *mine = Some(other),
            },
            (Shape::List(mine), Shape::List(other)) | (Shape::Map(mine), Shape::Map(other)) => {
                self.shape(place, mine, *other);
            }
            (Shape::Object(mine), Shape::Object(others)) => self.items(place, mine, others),
            (mine, other) if mine.word() != other.word() => {
                self.differs(format!(
                    "`{place}` is a {} here and a {} in the newest source, which counts",
                    other.word(),
                    mine.word()
                ));
            }
            _ => {}
        }
    }
}

/// Adds what is not there yet.
fn join(mine: &mut Vec<String>, others: Vec<String>) {
    for other in others {
        if !mine.contains(&other) {
            mine.push(other);
        }
    }
}
