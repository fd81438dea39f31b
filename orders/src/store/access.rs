//! Who may read what is stored.

use crate::base::failure::{Failure, Kind};

/// Who owns files and who may read them. By default only the user who stores them.
///
/// Folders stay with the user who stores, and let those in who may read the files. They must also be able to enter the folders above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Access {
    /// The user who gets the files. Only root can give files away.
    pub owner: Option<u32>,
    /// The group that gets the files.
    pub group: Option<u32>,
    /// The mode of the files, private keys included: 0600, 0640, 0400 or 0440. `None` is 0600.
    pub key_mode: Option<u32>,
}

/// The modes that files may have. A key that everybody can read or somebody else can change is none.
const MODES: [u32; 4] = [0o600, 0o640, 0o400, 0o440];

impl Access {
    /// Checks the mode.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured) if private keys could be read by everybody, or changed by others.
    pub fn check(&self) -> Result<(), Failure> {
        match self.key_mode {
            Some(mode) if !MODES.contains(&mode) => {
                let failure = Failure::new(Kind::Unconfigured, format!("private keys cannot have the mode {mode:04o}"));
                Err(failure.at("key_mode").remedy("Use 0600, 0640, 0400 or 0440, and name a group that may read them."))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn is_given_away(&self) -> bool {
        self.owner.is_some() || self.group.is_some()
    }

    pub(crate) fn file_mode(&self) -> u32 {
        self.key_mode.unwrap_or(0o600)
    }

    /// Whether anything differs from the defaults.
    pub(crate) fn is_asked_for(&self) -> bool {
        *self != Self::default()
    }

    /// Whoever may read the files may enter the folder.
    pub(crate) fn folder_mode(&self) -> u32 {
        let for_group = if self.file_mode() & 0o040 == 0 { 0 } else { 0o050 };
        let for_owner = if self.owner.is_some() { 0o011 } else { 0 };
        0o700 | for_group | for_owner
    }
}

/// The id of a user by name, from `/etc/passwd`, or the number itself.
///
/// # Errors
///
/// Of the kind [`Unconfigured`](Kind::Unconfigured) if that file has no such user.
pub fn user(name: &str) -> Result<u32, Failure> {
    id(name, "/etc/passwd", "user")
}

/// The id of a group by name, from `/etc/group`, or the number itself.
///
/// # Errors
///
/// Of the kind [`Unconfigured`](Kind::Unconfigured) if that file has no such group.
pub fn group(name: &str) -> Result<u32, Failure> {
    id(name, "/etc/group", "group")
}

fn id(name: &str, file: &str, what: &str) -> Result<u32, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let found = text.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() == Some(name) { fields.nth(1)?.parse().ok() } else { None }
    });
    found.ok_or_else(|| {
        let failure = Failure::new(Kind::Unconfigured, format!("{file} has no {what} `{}`", name.escape_debug()));
        failure.remedy("Correct the name. If it comes from a directory service, write its number.")
    })
}
