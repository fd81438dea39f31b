//! Fields of a response that go into files: the only way to get a secret.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use cloudcert::dynamic::Response;
use cloudcert::model::Action;
use serde_json::Value;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A field and the file that it goes into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) field: String,
    pub(crate) file: PathBuf,
}

/// Reads `FIELD=FILE`, and refuses files that exist or cannot be made, before anything is sent.
///
/// # Errors
///
/// What is wrong with an argument.
pub(crate) fn wishes<'a>(
    texts: impl Iterator<Item = &'a String>,
    of: &Action,
    lang: Lang,
) -> Result<Vec<Wish>, Failure> {
    let mut all: Vec<Wish> = Vec::new();
    for text in texts {
        let Some((field, file)) = text.split_once('=').filter(|(field, file)| !field.is_empty() && !file.is_empty())
        else {
            let wrong = lang.say(
                "--write takes FIELD=FILE, such as PrivateKey=key.pem",
                "--write 的形式为 字段=文件，例如 PrivateKey=key.pem",
            );
            return Err(Failure::new(Exit::Usage, wrong));
        };
        let wish = Wish { field: field.to_owned(), file: PathBuf::from(file) };
        if wish.file.symlink_metadata().is_ok() || all.iter().any(|other| other.file == wish.file) {
            return Err(Failure::new(
                Exit::Usage,
                format!("{} `{file}`", lang.say("--write does not overwrite", "--write 不会覆盖")),
            ));
        }
        let first = field.split('.').next().unwrap_or_default();
        if !of.response.iter().any(|known| known.wire == first) {
            let known = of.response.iter().map(|known| known.wire.as_str()).collect::<Vec<_>>().join(", ");
            let wrong = lang.say(
                "--write names a field that the response does not have; it has",
                "--write 的字段不在响应中；响应字段有",
            );
            return Err(Failure::new(Exit::Usage, format!("{wrong} {known}")));
        }
        // A relative name without a folder has the empty one.
        let folder = wish.file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let is_folder = file.ends_with('/') || wish.file.file_name().is_none();
        if folder.is_some_and(|folder| !folder.is_dir()) || is_folder {
            let wrong = lang.say("--write names no file in an existing folder:", "--write 的文件不在已有的文件夹中：");
            return Err(Failure::new(Exit::Usage, format!("{wrong} `{file}`")));
        }
        all.push(wish);
    }
    Ok(all)
}

/// Writes fields of what was found instead of a lost response. Returns the fields that it lacks.
///
/// # Errors
///
/// Those of [`files`].
pub(crate) fn found_files(found: &Value, wishes: &[Wish], lang: Lang) -> Result<Vec<String>, Failure> {
    write(wishes, &|field| plain(found, field), lang)
}

/// Writes fields of a response. Returns the fields that the response lacks.
///
/// # Errors
///
/// If a file cannot be written. It names the fields that were not: the call itself has succeeded.
pub(crate) fn files(response: &Response, wishes: &[Wish], lang: Lang) -> Result<Vec<String>, Failure> {
    write(wishes, &|field| text(response, field), lang)
}

fn write(wishes: &[Wish], text: &dyn Fn(&str) -> Option<String>, lang: Lang) -> Result<Vec<String>, Failure> {
    let mut absent = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        let Some(text) = text(&wish.field) else {
            absent.push(wish.field.clone());
            continue;
        };
        if let Err(error) = create(&wish.file, &text) {
            let error = lang.system(&error);
            let rest = wishes.iter().skip(index).map(|wish| wish.field.as_str()).collect::<Vec<_>>().join(", ");
            let message = match lang {
                Lang::En => format!(
                    "the call succeeded, but `{}` cannot be written: {error}. Not written: {rest}",
                    wish.file.display()
                ),
                Lang::Zh => format!("调用已成功，但无法写入 `{}`：{error}。未写入：{rest}", wish.file.display()),
            };
            return Err(Failure::new(Exit::Failed, message));
        }
    }
    Ok(absent)
}

/// The text of a field: a secret, or any other by its path.
fn text(response: &Response, field: &str) -> Option<String> {
    if let Some(secret) = response.secret(field) {
        return Some(secret.expose().to_owned());
    }
    plain(&response.json(), field)
}

/// The text of a member by its path.
fn plain(of: &Value, field: &str) -> Option<String> {
    let mut value = of;
    for name in field.split('.') {
        value = match value {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
            value => value.get(name)?,
        };
    }
    Some(match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => format!("{other:#}"),
    })
}

/// Creates a file that only its owner can read, from the first byte on.
pub(crate) fn create(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
