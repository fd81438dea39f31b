//! Files, standard input and variables that options name.

use crate::lang::Lang;
use std::io::Read;

/// The largest file that an option takes, in bytes. The largest parameter of the description is a picture of 500 kB.
const LARGEST: u64 = 8 << 20;

/// Reads what options name. Standard input can be read once.
pub(crate) struct Sources<'a> {
    /// The option that has read standard input.
    taken: Option<String>,
    stdin: &'a mut dyn Read,
    variable: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) lang: Lang,
    /// Whether material that cannot be read is taken as it is.
    pub(crate) lenient: bool,
}

impl<'a> Sources<'a> {
    /// Reads standard input from here, and variables by this function.
    pub(crate) fn new(stdin: &'a mut dyn Read, variable: &'a dyn Fn(&str) -> Option<String>, lang: Lang) -> Self {
        Self { taken: None, stdin, variable, lang, lenient: false }
    }

    /// Takes material as it is if it cannot be read.
    pub(crate) fn lenient(self, lenient: bool) -> Self {
        Self { lenient, ..self }
    }

    /// The bytes of a file, or of standard input for `-`.
    ///
    /// # Errors
    ///
    /// Why they cannot be read, for the user.
    pub(crate) fn bytes(&mut self, option: &str, name: &str) -> Result<Vec<u8>, String> {
        let lang = self.lang;
        // This may be a secret instead of a file name, so the message does not repeat it.
        if name.trim_start().starts_with(['{', '[']) || name.contains("-----BEGIN") || name.contains('\n') {
            return Err(lang
                .say(
                    "takes the name of a file, not its text: write the text to a file, or pass it on standard input with `-`",
                    "须为文件名而非文件内容：请写入文件，或用 `-` 从标准输入传入",
                )
                .to_owned());
        }
        let mut bytes = Vec::new();
        let read = if name == "-" {
            if let Some(first) = &self.taken {
                return Err(format!(
                    "{} `{first}`",
                    lang.say("cannot read standard input, which was read for", "无法读取标准输入：它已用于")
                ));
            }
            self.taken = Some(option.to_owned());
            (&mut *self.stdin).take(LARGEST + 1).read_to_end(&mut bytes)
        } else {
            std::fs::File::open(name).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        };
        // A long name may be a line of a key.
        let shown = if name.len() < 60 { format!("`{name}`") } else { lang.say("the file", "该文件").to_owned() };
        read.map_err(|error| format!("{} {shown}: {}", lang.say("cannot read", "无法读取"), lang.system(&error)))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
            return Err(lang.say("must be at most 8 MiB", "不得超过 8 MiB").to_owned());
        }
        Ok(bytes)
    }

    /// The text of a file, or of standard input for `-`, without a byte order mark.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, for the user.
    pub(crate) fn text(&mut self, option: &str, name: &str) -> Result<String, String> {
        let bytes = self.bytes(option, name)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| self.lang.say("is not a text in UTF-8", "不是 UTF-8 文本").to_owned())?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
    }

    /// A secret: from a file, from standard input for `-`, or from a variable for `env:NAME`. The line end behind it does not count.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, for the user. The secret is in no message.
    pub(crate) fn secret(&mut self, option: &str, name: &str) -> Result<String, String> {
        if let Some(variable) = name.strip_prefix("env:") {
            return (self.variable)(variable).filter(|value| !value.is_empty()).ok_or_else(|| {
                // This may be the secret instead of a name, so the message does not repeat it.
                self.lang.say("names a variable that is not set", "所指的环境变量未设置").to_owned()
            });
        }
        if name != "-" && !std::path::Path::new(name).exists() {
            // This may be the secret instead of a file name, so the message does not repeat it.
            return Err(self
                .lang
                .say(
                    "takes the name of an existing file, `-`, or `env:NAME`. Never write a secret on the command line, where other programs see it",
                    "须为已有文件的名称、`-` 或 `env:NAME`。切勿将秘密写在命令行中，以免被其他程序看到",
                )
                .to_owned());
        }
        let text = self.text(option, name)?;
        Ok(text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line)).to_owned())
    }
}
