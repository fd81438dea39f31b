//! The common part of generated ids and open enums.

#![allow(unused_imports, unused_macros, reason = "not every API version has ids and enums of each kind")]

/// Converts from a reference, by a copy: a setter of a list takes a slice.
macro_rules! by_reference {
    ($of:ident) => {
        impl From<&Self> for $of {
            fn from(value: &Self) -> Self {
                value.clone()
            }
        }
    };
}
pub(crate) use by_reference;

/// The conversions of an id or enum that is a text, beside those from `&str` and `String`.
macro_rules! text_conversions {
    ($of:ident) => {
        impl From<&&str> for $of {
            fn from(text: &&str) -> Self {
                Self::from(*text)
            }
        }

        impl From<&String> for $of {
            fn from(text: &String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl AsRef<str> for $of {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        $crate::wire::by_reference!($of);
    };
}
pub(crate) use text_conversions;

/// An id that is a number on the wire: exact, read from a number or a text.
macro_rules! number_id {
    ($of:ident) => {
        impl $of {
            /// The number.
            ///
            /// 数值。
            #[must_use]
            pub fn get(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $of {
            fn from(value: i64) -> Self {
                Self(value)
            }
        }

        impl From<&i64> for $of {
            fn from(value: &i64) -> Self {
                Self(*value)
            }
        }

        impl From<$of> for i64 {
            fn from(id: $of) -> Self {
                id.0
            }
        }

        $crate::wire::by_reference!($of);

        impl ::std::fmt::Display for $of {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl ::std::str::FromStr for $of {
            type Err = ::std::num::ParseIntError;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }

        impl $crate::wire::Value for $of {
            fn show(&self) -> $crate::wire::Shown<'_> {
                $crate::wire::Shown::Integer(self.0)
            }

            fn is_id(&self) -> bool {
                true
            }

            fn is_blank(&self) -> bool {
                self.0 == 0
            }
        }

        impl $crate::wire::FromScalar for $of {
            fn from_scalar(value: $crate::wire::Scalar<'_>) -> Option<Self> {
                value.whole().map(Self)
            }
        }

        $crate::wire::scalar_sink!($of);
    };
}
pub(crate) use number_id;

/// An id that is a text on the wire, read from a number too.
macro_rules! text_id {
    ($of:ident) => {
        impl $of {
            /// The text.
            ///
            /// 文本。
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $of {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl From<String> for $of {
            fn from(value: String) -> Self {
                Self(value)
            }
        }

        impl From<$of> for String {
            fn from(id: $of) -> Self {
                id.0
            }
        }

        $crate::wire::text_conversions!($of);

        impl ::std::fmt::Display for $of {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl $crate::wire::Value for $of {
            fn show(&self) -> $crate::wire::Shown<'_> {
                $crate::wire::Shown::Text(&self.0)
            }
        }

        impl $crate::wire::FromScalar for $of {
            fn from_scalar(value: $crate::wire::Scalar<'_>) -> Option<Self> {
                value.text().map(Self)
            }
        }

        $crate::wire::scalar_sink!($of);
    };
}
pub(crate) use text_id;

/// An open enum of texts: its variants with their spellings, the first of which is sent.
macro_rules! text_enum {
    ($of:ident { $($variant:ident: $wire:literal $(| $alias:literal)*,)* }) => {
        impl $of {
            /// Every value that this version knows.
            ///
            /// 本版本认识的全部取值。
            pub const VALUES: &'static [Self] = &[$(Self::$variant,)*];

            /// The value as it is written on the wire.
            ///
            /// 报文中的取值。
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $of {
            fn from(text: &str) -> Self {
                match text {
                    $($wire $(| $alias)* => Self::$variant,)*
                    other => Self::Unknown(other.into()),
                }
            }
        }

        impl From<String> for $of {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        $crate::wire::text_conversions!($of);

        impl ::std::fmt::Display for $of {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::wire::Value for $of {
            fn show(&self) -> $crate::wire::Shown<'_> {
                $crate::wire::Shown::Text(self.as_str())
            }
        }

        impl $crate::wire::FromScalar for $of {
            fn from_scalar(value: $crate::wire::Scalar<'_>) -> Option<Self> {
                value.as_text().map(|text| Self::from(&*text))
            }
        }

        impl Default for $of {
            fn default() -> Self {
                Self::Unknown("".into())
            }
        }

        $crate::wire::scalar_sink!($of);
    };
}
pub(crate) use text_enum;

/// An open enum of numbers.
macro_rules! number_enum {
    ($of:ident $getter:ident $number:ident { $($variant:ident: $wire:literal,)* }) => {
        impl $of {
            /// Every value that this version knows.
            ///
            /// 本版本认识的全部取值。
            pub const VALUES: &'static [Self] = &[$(Self::$variant,)*];

            /// The value as it is written on the wire.
            ///
            /// 报文中的取值。
            #[must_use]
            pub fn $getter(&self) -> $number {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(number) => *number,
                }
            }
        }

        impl From<$number> for $of {
            fn from(number: $number) -> Self {
                match number {
                    $($wire => Self::$variant,)*
                    other => Self::Unknown(other),
                }
            }
        }

        impl From<&$number> for $of {
            fn from(number: &$number) -> Self {
                Self::from(*number)
            }
        }

        $crate::wire::by_reference!($of);

        impl ::std::fmt::Display for $of {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.$getter().fmt(f)
            }
        }

        impl $crate::wire::Value for $of {
            fn show(&self) -> $crate::wire::Shown<'_> {
                $crate::wire::Shown::Integer(i64::from(self.$getter()))
            }
        }

        impl $crate::wire::FromScalar for $of {
            fn from_scalar(value: $crate::wire::Scalar<'_>) -> Option<Self> {
                <$number as $crate::wire::FromScalar>::from_scalar(value).map(Self::from)
            }
        }

        impl Default for $of {
            fn default() -> Self {
                Self::Unknown($number::MIN)
            }
        }

        $crate::wire::scalar_sink!($of);
    };
}
pub(crate) use number_enum;
