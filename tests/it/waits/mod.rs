//! Waits, the states they end with, and the cooldowns between calls.

mod cooldowns;
mod ends;
mod states;
