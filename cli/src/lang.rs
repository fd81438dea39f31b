//! The language that the program speaks: English or Chinese.

use cloudcert::model::Text;
use cloudcert_orders::base::text::system;
use std::ffi::OsString;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Lang {
    /// Chosen by `--lang`, else by `CLOUDCERT_LANG`, else by the locale. It is needed before the arguments are parsed, because their help is in
    /// it.
    pub(crate) fn choose(arguments: &[OsString], variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let texts: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        let after = texts.iter().position(|text| *text == "--lang").and_then(|at| texts.get(at + 1)).copied();
        let within = texts.iter().find_map(|text| text.strip_prefix("--lang="));
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        // The first locale variable that is set counts, as everywhere.
        let locale = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        let wanted = after.or(within).map(str::to_owned).or_else(|| set("CLOUDCERT_LANG")).or_else(locale);
        match wanted {
            Some(name) if name.to_ascii_lowercase().starts_with("zh") => Self::Zh,
            _ => Self::En,
        }
    }

    /// The text in this language.
    pub(crate) fn of(self, text: &Text) -> &str {
        match self {
            Self::En => text.en.trim(),
            Self::Zh => text.zh.trim(),
        }
    }

    /// One of two texts.
    pub(crate) fn say<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// What the system says of a file or a connection.
    pub(crate) fn system(self, error: &std::io::Error) -> String {
        system(error).of(self.into()).to_owned()
    }

    /// A text of several lines as one paragraph.
    pub(crate) fn paragraph(self, text: &Text) -> String {
        let between = self.say(" ", "");
        self.of(text).lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(between)
    }
}

impl From<Lang> for cloudcert_orders::Lang {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Zh => Self::Zh,
        }
    }
}
