//! Write access to values of any type: the readers of JSON and XML put into sinks what they read.

use super::number::{Number, whole};
use super::show::Value;
use crate::base::secret::Secret;
use crate::base::time::{Time, Unix, UnixMilliseconds, UnixSeconds, Unstated, Utc};
use std::borrow::Cow;

/// A single value of a response.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "it may hold what must not be shown")]
pub enum Scalar<'a> {
    /// A text; in XML all scalars are.
    Text(&'a str),
    /// A text that cannot be read completely: an unpaired surrogate, an invalid escape or reference, or an invalid number.
    Damaged(&'a str),
    /// A number.
    Number(Number<'a>),
    /// True or false.
    Boolean(bool),
    /// Nothing.
    Null,
}

impl Scalar<'_> {
    /// The exact whole number, from a number or a text (`77`, `77.0`, `7.7e1`). `None` if it is not whole.
    #[must_use]
    pub fn whole(&self) -> Option<i64> {
        match self {
            Scalar::Number(number) => number.whole(),
            Scalar::Text(text) => whole(text.trim()),
            _ => None,
        }
    }

    /// The boolean, from a boolean, `1`, `0`, or a text in any case.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        match self {
            Scalar::Boolean(b) => Some(*b),
            Scalar::Number(number) => match number.whole()? {
                n @ 0..=1 => Some(n == 1),
                _ => None,
            },
            Scalar::Text(text) => match text.trim() {
                "1" => Some(true),
                "0" => Some(false),
                word if word.eq_ignore_ascii_case("true") => Some(true),
                word if word.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text. A boolean or a fraction keeps its spelling, and a whole number is written as one. `None` if the text cannot be read completely:
    /// half an id or half a key is worse than none.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.as_text().map(Cow::into_owned)
    }
}

impl<'a> Scalar<'a> {
    /// Like [`text`](Self::text), without copying a text.
    #[must_use]
    pub fn as_text(&self) -> Option<Cow<'a, str>> {
        match self {
            Scalar::Text(text) => Some(Cow::Borrowed(text)),
            Scalar::Number(n) => Some(Cow::Owned(n.to_string())),
            Scalar::Boolean(b) => Some(Cow::Borrowed(if *b { "true" } else { "false" })),
            Scalar::Damaged(_) | Scalar::Null => None,
        }
    }
}

/// A place that stores a value. Values that do not fit are ignored: methods that make no sense for a type do nothing.
pub trait Sink {
    /// A single value. `false` if it does not fit.
    fn scalar(&mut self, _value: Scalar<'_>) -> bool {
        false
    }

    /// The place for a member of a structure.
    fn member(&mut self, _name: &str) -> Option<&mut dyn Sink> {
        None
    }

    /// The place for the next element of a list.
    fn item(&mut self) -> Option<&mut dyn Sink> {
        None
    }

    /// Begins a structure. Its members follow, if it has any.
    fn open(&mut self) {}

    /// Notes that this member was stored.
    fn filled(&mut self, _name: &str) {}

    /// Bytes of memory that the next element or member takes, beyond what is read into it. Readers stop where that gets out of hand.
    fn cost(&self) -> usize {
        0
    }

    /// Whether it takes several values.
    fn is_list(&self) -> bool {
        false
    }

    /// Whether it takes members.
    fn is_structure(&self) -> bool {
        false
    }

    /// Removes the last element, because it did not fit.
    fn retract(&mut self) {}

    /// Removes this member, because its value did not fit.
    fn missed(&mut self, _name: &str) {}

    /// Whether it has stored a member that its type does not know.
    fn has_unknown(&self) -> bool {
        false
    }

    /// Whether it takes a value of any type, so that a list or a structure fits too.
    fn is_any(&self) -> bool {
        false
    }
}

/// A type that is read from a single value.
pub trait FromScalar: Sized {
    /// The value, if it fits.
    fn from_scalar(value: Scalar<'_>) -> Option<Self>;
}

/// Implements `Sink` for types that are read from a single value, and for the `Option` of each.
macro_rules! scalar_sink {
    ($($of:ty),* $(,)?) => {$(
        impl $crate::wire::Sink for $of {
            fn scalar(&mut self, value: $crate::wire::Scalar<'_>) -> bool {
                match <$of as $crate::wire::FromScalar>::from_scalar(value) {
                    Some(new) => {
                        *self = new;
                        true
                    }
                    None => false,
                }
            }
        }

        impl $crate::wire::Sink for Option<$of> {
            fn scalar(&mut self, value: $crate::wire::Scalar<'_>) -> bool {
                if matches!(value, $crate::wire::Scalar::Null) {
                    *self = None;
                    return true;
                }
                match <$of as $crate::wire::FromScalar>::from_scalar(value) {
                    Some(new) => {
                        *self = Some(new);
                        true
                    }
                    None => false,
                }
            }
        }
    )*};
}
pub(crate) use scalar_sink;

/// Implements all traits of a structure from its fields: `Members`, `Structure`, `Sink`, `Value`, `Debug`, `Serialize` and `Deserialize`.
///
/// ```text
/// structure!(part Tag { key: "Key" Plain Public, } guaranteed { "Key", });
/// ```
#[allow(unused_macros, reason = "not every API version needs it")]
macro_rules! structure {
    (@sealed request $of:ident) => {
        impl $crate::action::operation::sealed::Sealed for $of {}
    };
    (@sealed $role:ident $of:ident) => {};
    (@unknown request) => {};
    (@unknown $role:ident) => {
        fn unknown(&self) -> Option<&$crate::Unknown> {
            Some(&self.unknown)
        }
    };
    (@name part $of:ident) => { stringify!($of) };
    // Each action has a type of this name: its module tells them apart.
    (@name $role:ident $of:ident) => { $crate::wire::in_module(concat!(module_path!(), "::", stringify!($of))) };
    (@accessor part $of:ident) => {
        impl $of {
            /// Members of the response that this version does not know.
            ///
            /// 响应中本版本不认识的成员。
            #[must_use]
            pub fn unknown(&self) -> &$crate::Unknown {
                &self.unknown
            }
        }
    };
    (@accessor $role:ident $of:ident) => {};
    // Only nested structures can be optional, so only they implement `Sink` for `Option<T>`.
    (@absent part $of:ident) => {
        impl $crate::wire::Sink for Option<$of> {
            fn scalar(&mut self, value: $crate::wire::Scalar<'_>) -> bool {
                matches!(value, $crate::wire::Scalar::Null)
            }

            // `{}` counts as a structure, unless that would lack guaranteed fields: services also write it for an absent one.
            fn open(&mut self) {
                if self.is_none() {
                    let empty = <$of>::default();
                    if $crate::wire::Members::guaranteed(&empty).is_none() {
                        *self = Some(empty);
                    }
                }
            }

            fn member(&mut self, name: &str) -> Option<&mut dyn $crate::wire::Sink> {
                $crate::wire::Structure::slot(self.get_or_insert_default(), name)
            }

            fn filled(&mut self, name: &str) {
                if let Some(inner) = self {
                    $crate::wire::Sink::filled(inner, name);
                }
            }

            fn is_structure(&self) -> bool {
                true
            }

            fn has_unknown(&self) -> bool {
                self.as_ref().is_some_and($crate::wire::Sink::has_unknown)
            }
        }
    };
    (@absent $role:ident $of:ident) => {};
    (@other request $of:expr, $wire:expr) => { None };
    (@other $role:ident $of:expr, $wire:expr) => { $of.unknown.slot($wire) };
    (@filled Commas $of:ident $field:ident $wire:literal $name:ident) => {
        if $name == $wire {
            $crate::wire::split_commas(&mut $of.$field);
        }
    };
    (@filled $style:ident $of:ident $field:ident $wire:literal $name:ident) => {};
    (
        $role:ident $of:ident { $($field:ident: $wire:literal $style:ident $sensitivity:ident,)* }
        $(guaranteed { $($guaranteed:literal,)* })?
    ) => {
        impl $crate::wire::Members for $of {
            fn type_name(&self) -> &'static str {
                $crate::wire::structure!(@name $role $of)
            }

            #[allow(unused_variables, reason = "there may be no fields")]
            fn each<'s>(&'s self, show: &mut dyn FnMut(&'static $crate::wire::Field, &'s dyn $crate::wire::Value)) {
                $(show(
                    &$crate::wire::Field {
                        wire: $wire,
                        name: stringify!($field),
                        style: $crate::wire::Style::$style,
                        sensitivity: $crate::wire::Sensitivity::$sensitivity,
                    },
                    &self.$field,
                );)*
            }

            $crate::wire::structure!(@unknown $role);

            $(fn guaranteed(&self) -> Option<(&'static [&'static str], &$crate::wire::Guaranteed)> {
                const NAMES: &[&str] = &[$($guaranteed),*];
                const { assert!(NAMES.len() <= 64, "a structure has at most 64 guaranteed fields") };
                Some((NAMES, &self.guaranteed))
            })?
        }

        $crate::wire::structure!(@accessor $role $of);
        $crate::wire::structure!(@sealed $role $of);

        impl $crate::wire::Structure for $of {
            fn slot(&mut self, wire: &str) -> Option<&mut dyn $crate::wire::Sink> {
                match wire {
                    $($wire => Some(&mut self.$field),)*
                    _ => $crate::wire::structure!(@other $role self, wire),
                }
            }
        }

        impl $crate::wire::Sink for $of {
            fn member(&mut self, name: &str) -> Option<&mut dyn $crate::wire::Sink> {
                $crate::wire::Structure::slot(self, name)
            }

            #[allow(unused_variables, reason = "most structures have neither guaranteed fields nor lists in one text")]
            fn filled(&mut self, name: &str) {
                $($crate::wire::structure!(@filled $style self $field $wire name);)*
                $(self.guaranteed.note(&[$($guaranteed),*], name);)?
            }

            fn is_structure(&self) -> bool {
                true
            }

            fn has_unknown(&self) -> bool {
                $crate::wire::Members::unknown(self).is_some_and(|unknown| !unknown.is_empty())
            }
        }

        $crate::wire::structure!(@absent $role $of);

        impl $crate::wire::Value for $of {
            fn show(&self) -> $crate::wire::Shown<'_> {
                $crate::wire::Shown::Structure(self)
            }
        }

        impl ::std::fmt::Debug for $of {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::wire::debug(self, f)
            }
        }

        impl ::serde::Serialize for $of {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::wire::serialize(self, serializer)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $of {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer)
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API version needs it")]
pub(crate) use structure;

scalar_sink!(
    String,
    Time<Utc>,
    Time<Unstated>,
    Time<UnixSeconds>,
    Time<UnixMilliseconds>,
    Time<Unix>,
    Secret,
    bool,
    i32,
    i64,
    f64,
);

/// A damaged text is kept: people can read the rest of it.
impl FromScalar for String {
    fn from_scalar(value: Scalar<'_>) -> Option<Self> {
        match value {
            Scalar::Damaged(text) => Some(text.to_owned()),
            value => value.text(),
        }
    }
}

impl<Z> FromScalar for Time<Z> {
    fn from_scalar(value: Scalar<'_>) -> Option<Self> {
        String::from_scalar(value).map(Self::from)
    }
}

impl FromScalar for Secret {
    fn from_scalar(value: Scalar<'_>) -> Option<Self> {
        value.text().map(Self::from)
    }
}

impl FromScalar for bool {
    fn from_scalar(value: Scalar<'_>) -> Option<Self> {
        value.truth()
    }
}

impl FromScalar for i32 {
    fn from_scalar(value: Scalar<'_>) -> Option<Self> {
        value.whole().and_then(|n| Self::try_from(n).ok())
    }
}

impl FromScalar for i64 {
    fn from_scalar(value: Scalar<'_>) -> Option<Self> {
        value.whole()
    }
}

impl FromScalar for f64 {
    fn from_scalar(value: Scalar<'_>) -> Option<Self> {
        let number = match value {
            Scalar::Number(number) => number.float(),
            Scalar::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.filter(|number| number.is_finite())
    }
}

/// A list also takes a single value, as a list of one.
impl<T: Sink + Default + Value> Sink for Vec<T> {
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        if matches!(value, Scalar::Null) {
            return true;
        }
        let mut one = T::default();
        let fits = one.scalar(value);
        if fits {
            self.push(one);
        }
        fits
    }

    fn item(&mut self) -> Option<&mut dyn Sink> {
        self.push(T::default());
        self.last_mut().map(|last| last as &mut dyn Sink)
    }

    /// `Vec` allocates four elements at first.
    fn cost(&self) -> usize {
        size_of::<T>() * if self.capacity() == 0 { 4 } else { 1 }
    }

    fn is_list(&self) -> bool {
        true
    }

    fn retract(&mut self) {
        self.pop();
    }
}
