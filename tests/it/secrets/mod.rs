//! Secrets stay hidden where a service quotes them or a command is printed.

mod quotes;
mod shell;
