//! Things that an account stores under numbers.

use super::refusals::invalid;
use crate::base::call::Refusal;
use std::collections::BTreeMap;

/// Things by number. Numbers rise, so this is the order in which they came.
pub(super) struct Rows<T> {
    all: BTreeMap<i64, T>,
    first: i64,
    /// How many numbers were ever given out.
    given: i64,
    /// The parameter that names one.
    parameter: &'static str,
}

impl<T> Rows<T> {
    pub(super) fn new(parameter: &'static str, first: i64) -> Self {
        Self { all: BTreeMap::new(), first, given: 0, parameter }
    }

    /// Returns the number that the next one gets.
    pub(super) fn next(&self) -> i64 {
        self.first + self.given
    }

    pub(super) fn add(&mut self, row: T) -> i64 {
        let number = self.next();
        self.given += 1;
        self.all.insert(number, row);
        number
    }

    pub(super) fn get(&self, number: i64) -> Result<&T, Refusal> {
        self.all.get(&number).ok_or_else(|| self.unknown())
    }

    pub(super) fn get_mut(&mut self, number: i64) -> Result<&mut T, Refusal> {
        let unknown = self.unknown();
        self.all.get_mut(&number).ok_or(unknown)
    }

    /// Removes one. Succeeds again if it was removed before; fails if there never was one.
    pub(super) fn remove(&mut self, number: i64) -> Result<(), Refusal> {
        if !(self.first..self.next()).contains(&number) {
            return Err(self.unknown());
        }
        self.all.remove(&number);
        Ok(())
    }

    /// Returns all, the oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, &T)> {
        self.all.iter().map(|(number, row)| (*number, row))
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    fn unknown(&self) -> Refusal {
        invalid(self.parameter, "There is none of this id.")
    }
}
