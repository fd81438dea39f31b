//! The conversion from a pair, for generated structures that requests send.

#![allow(unused_imports, unused_macros, reason = "not every API version sends pairs")]

/// Converts from a pair, for a structure of a key and what belongs to it.
///
/// ```text
/// pair!(Tag key (Into<String>) value (Into<String>));
/// ```
macro_rules! pair {
    ($of:ident $key:ident ($($key_bound:tt)*) $value:ident ($($value_bound:tt)*)) => {
        impl<K: $($key_bound)*, V: $($value_bound)*> From<(K, V)> for $of {
            fn from((key, value): (K, V)) -> Self {
                Self::default().$key(key).$value(value)
            }
        }

        impl<K: Clone + $($key_bound)*, V: Clone + $($value_bound)*> From<&(K, V)> for $of {
            fn from(pair: &(K, V)) -> Self {
                Self::from(pair.clone())
            }
        }
    };
}
pub(crate) use pair;
