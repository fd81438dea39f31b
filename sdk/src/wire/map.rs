//! Maps, and values without a type, as places for what readers read.

use super::sink::{Scalar, Sink};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A value that does not fit is left out, as in a list.
impl<T: Sink + Default> Sink for BTreeMap<String, T> {
    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        Some(self.entry(name.to_owned()).or_default())
    }

    fn missed(&mut self, name: &str) {
        self.remove(name);
    }

    /// A node of a B-tree has room for eleven entries, and nodes are at least half full.
    fn cost(&self) -> usize {
        let node = 11 * (size_of::<String>() + size_of::<T>()) + 16;
        if self.is_empty() { node } else { node / 5 }
    }

    fn is_structure(&self) -> bool {
        true
    }
}

impl<T: Sink + Default> Sink for Option<BTreeMap<String, T>> {
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        matches!(value, Scalar::Null)
    }

    fn open(&mut self) {
        self.get_or_insert_default();
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        self.get_or_insert_default().member(name)
    }

    fn missed(&mut self, name: &str) {
        if let Some(map) = self {
            map.missed(name);
        }
    }

    fn cost(&self) -> usize {
        self.as_ref().map_or_else(|| BTreeMap::<String, T>::new().cost(), Sink::cost)
    }

    fn is_structure(&self) -> bool {
        true
    }
}

impl Sink for Option<Json> {
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        *self = None;
        matches!(value, Scalar::Null) || self.get_or_insert_default().scalar(value)
    }

    fn open(&mut self) {
        self.get_or_insert_default().open();
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        self.get_or_insert_default().member(name)
    }

    fn item(&mut self) -> Option<&mut dyn Sink> {
        self.get_or_insert_default().item()
    }

    fn retract(&mut self) {
        if let Some(value) = self {
            value.retract();
        }
    }

    fn cost(&self) -> usize {
        self.as_ref().map_or_else(|| Json::Null.cost(), Sink::cost)
    }

    fn is_any(&self) -> bool {
        true
    }
}
