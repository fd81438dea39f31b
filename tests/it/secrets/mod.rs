//! Secrets stay hidden where a service quotes them and where a command is printed.

mod quotes;
mod shell;
