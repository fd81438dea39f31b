//! Reports as text: for people, for pull requests, for programs.
