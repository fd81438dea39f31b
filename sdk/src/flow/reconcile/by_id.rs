//! Things by their ids.

use std::collections::BTreeMap;

/// Things by their ids, in the order of the ids. The map holds places alone, so it is compiled once and not for each kind of thing.
#[derive(Debug, Clone)]
pub struct ById<T> {
    places: BTreeMap<String, usize>,
    things: Vec<Option<T>>,
}

impl<T> ById<T> {
    pub(super) fn new() -> Self {
        Self { places: BTreeMap::new(), things: Vec::new() }
    }

    /// Adds a thing. `false` if the id was there before.
    pub(super) fn add(&mut self, id: String, thing: T) -> bool {
        let new = self.places.insert(id, self.things.len()).is_none();
        self.things.push(Some(thing));
        new
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
        self.places.iter().filter_map(|(id, place)| Some((id, self.things.get(*place)?.as_ref()?)))
    }

    /// The same, taken out.
    pub(super) fn into_iter(mut self) -> impl Iterator<Item = (String, T)> {
        self.places.into_iter().filter_map(move |(id, place)| Some((id, self.things.get_mut(place)?.take()?)))
    }
}
