//! Lists: their pages and their items.

mod pages;
