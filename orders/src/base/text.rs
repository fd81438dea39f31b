//! Texts for people, in both languages.
//!
//! To add a text, write it in both languages where it is told: `text!("no bought instance is free", "没有空闲的已购实例")`. Names stand in braces as in
//! `format!`; those that are a [`Text`] themselves follow behind a semicolon: `text!("not sent: {why}", "未发送：{why}"; why)`. [`system`] gives those of
//! the file system, [`sdk`](super::sdk) those of calls. What another library says in English alone is called `words`, and is in the English text only.
//!
//! Words of a person or of a service have no translation: [`Text::quote`] keeps them. Nothing else makes a text, so none can lack its Chinese.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::fmt;

/// A language of the texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// A text in both languages. `Display` shows the English one.
///
/// A string in one language does not compile in its place:
///
/// ```compile_fail
/// use cloudcert_orders::{Failure, Kind};
/// let failure = Failure::new(Kind::Failed, "the disk is full");
/// ```
///
/// In JSON, and so in the journal, it is an object with `en` and `zh`, or a string if it is a quotation. [`spoken`] puts one language into its place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Text {
    en: Box<str>,
    /// `None` if both languages have the same.
    zh: Option<Box<str>>,
}

impl Text {
    /// A text in English and in Chinese. The macro [`text!`](crate::text) calls it.
    #[must_use]
    pub fn both(en: String, zh: String) -> Self {
        let zh = Some(zh).filter(|zh| *zh != en).map(String::into_boxed_str);
        Self { en: en.into_boxed_str(), zh }
    }

    /// Words that have no translation: those of a service, of the system, of a person.
    #[must_use]
    pub fn quote(words: impl Into<String>) -> Self {
        Self { en: words.into().into_boxed_str(), zh: None }
    }

    /// The text in a language.
    #[must_use]
    pub fn of(&self, lang: Lang) -> &str {
        match (lang, &self.zh) {
            (Lang::Zh, Some(zh)) => zh,
            _ => &self.en,
        }
    }

    /// Whether it has no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.en.is_empty()
    }

    /// Changes the text of each language.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self { en: change(&self.en).into_boxed_str(), zh: self.zh.as_deref().map(|zh| change(zh).into_boxed_str()) }
    }

    /// Several texts as one, with a separator between them.
    #[must_use]
    pub fn join(all: &[Self], between: &Self) -> Self {
        let joined = |lang| all.iter().map(|text| text.of(lang)).collect::<Vec<_>>().join(between.of(lang));
        Self::both(joined(Lang::En), joined(Lang::Zh))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.en)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.zh {
            Some(zh) => Both { en: self.en.to_string(), zh: zh.to_string() }.serialize(serializer),
            None => serializer.serialize_str(&self.en),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Form::deserialize(deserializer)? {
            Form::Quote(words) => Self::quote(words),
            Form::Both(Both { en, zh }) => Self::both(en, zh),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Both {
    en: String,
    zh: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Form {
    Quote(String),
    Both(Both),
}

/// JSON with its texts in one language: each object of `en` and `zh` becomes a string.
#[must_use]
pub fn spoken(value: Value, lang: Lang) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(|value| spoken(value, lang)).collect(),
        Value::Object(members) => {
            if let (2, Some(Value::String(en)), Some(Value::String(zh))) =
                (members.len(), members.get("en"), members.get("zh"))
            {
                return Value::String(if lang == Lang::Zh { zh.clone() } else { en.clone() });
            }
            Value::Object(members.into_iter().map(|(name, value)| (name, spoken(value, lang))).collect())
        }
        value => value,
    }
}

/// A [`Text`] from its English and its Chinese, which take the same arguments as `format!`. Arguments that are texts themselves follow behind a
/// semicolon: each language shows its own.
#[macro_export]
macro_rules! text {
    ($en:literal, $zh:literal $(, $argument:expr)* $(; $($name:ident),+)? $(,)?) => {
        $crate::base::text::Text::both(
            {
                $($(let $name = $crate::base::text::Text::of(&$name, $crate::base::text::Lang::En);)+)?
                ::std::format!($en $(, $argument)*)
            },
            {
                $($(let $name = $crate::base::text::Text::of(&$name, $crate::base::text::Lang::Zh);)+)?
                ::std::format!($zh $(, $argument)*)
            },
        )
    };
}

/// What the system says of a file or a connection. Its own English stands in the English text alone.
#[must_use]
pub fn system(error: &std::io::Error) -> Text {
    use std::io::ErrorKind as K;
    let zh = match error.kind() {
        K::NotFound => "文件或目录不存在",
        K::PermissionDenied => "没有权限",
        K::AlreadyExists => "已存在",
        K::NotADirectory => "不是目录",
        K::IsADirectory => "是目录",
        K::DirectoryNotEmpty => "目录不为空",
        K::ReadOnlyFilesystem => "文件系统只读",
        K::StorageFull => "磁盘已满",
        K::QuotaExceeded => "超出磁盘配额",
        K::FileTooLarge => "文件过大",
        K::ResourceBusy | K::ExecutableFileBusy => "正被占用",
        K::ConnectionRefused => "连接被拒绝",
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe => "连接已断开",
        K::HostUnreachable | K::NetworkUnreachable | K::NetworkDown => "网络不可达",
        K::TimedOut => "超时",
        K::UnexpectedEof => "内容不完整",
        K::InvalidData => "内容无效",
        K::InvalidInput => "参数无效",
        K::OutOfMemory => "内存不足",
        K::Interrupted => "被中断",
        _ => "系统错误",
    };
    let number = error.raw_os_error().map(|number| format!("（系统错误码 {number}）")).unwrap_or_default();
    Text::both(error.to_string(), format!("{zh}{number}"))
}
