//! Writes down what a value is made of: a serializer that keeps the names of structs, of their fields that say something, and of
//! the variants of enums.

use serde::Serialize;
use serde::ser::{self, Serializer};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Pairs of struct and field, and of enum and variant.
pub(super) type Parts = BTreeSet<(String, String)>;

/// What a value is made of.
pub(super) fn parts(value: &impl Serialize) -> Parts {
    let found = RefCell::new(Parts::new());
    value.serialize(Record(&found)).unwrap();
    found.into_inner()
}

type Error = std::fmt::Error;

/// Its result is whether the value says something: an absent or empty one does not.
#[derive(Clone, Copy)]
struct Record<'a>(&'a RefCell<Parts>);

impl<'a> Record<'a> {
    fn note(self, of: &str, part: &str) {
        self.0.borrow_mut().insert((of.to_owned(), part.to_owned()));
    }

    fn inside(self, of: &'static str) -> Inside<'a> {
        Inside { record: self, of, says: false }
    }
}

macro_rules! scalars {
    ($($method:ident: $of:ty => $says:expr,)*) => {
        $(fn $method(self, value: $of) -> Result<bool, Error> {
            let says: fn($of) -> bool = $says;
            Ok(says(value))
        })*
    };
}

impl<'a> Serializer for Record<'a> {
    type Ok = bool;
    type Error = Error;
    type SerializeSeq = Inside<'a>;
    type SerializeTuple = Inside<'a>;
    type SerializeTupleStruct = Inside<'a>;
    type SerializeTupleVariant = Inside<'a>;
    type SerializeMap = Inside<'a>;
    type SerializeStruct = Inside<'a>;
    type SerializeStructVariant = Inside<'a>;

    scalars! {
        serialize_bool: bool => |truth| truth,
        serialize_i8: i8 => |_| true,
        serialize_i16: i16 => |_| true,
        serialize_i32: i32 => |_| true,
        serialize_i64: i64 => |_| true,
        serialize_u8: u8 => |_| true,
        serialize_u16: u16 => |_| true,
        serialize_u32: u32 => |_| true,
        serialize_u64: u64 => |_| true,
        serialize_f32: f32 => |_| true,
        serialize_f64: f64 => |_| true,
        serialize_char: char => |_| true,
        serialize_str: &str => |text| !text.is_empty(),
        serialize_bytes: &[u8] => |bytes| !bytes.is_empty(),
    }

    fn serialize_none(self) -> Result<bool, Error> {
        Ok(false)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<bool, Error> {
        value.serialize(self)?;
        Ok(true)
    }

    fn serialize_unit(self) -> Result<bool, Error> {
        Ok(false)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<bool, Error> {
        Ok(true)
    }

    fn serialize_unit_variant(self, of: &'static str, _: u32, variant: &'static str) -> Result<bool, Error> {
        self.note(of, variant);
        Ok(true)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<bool, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        of: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<bool, Error> {
        self.note(of, variant);
        value.serialize(self)?;
        Ok(true)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'a>, Error> {
        Ok(self.inside(""))
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'a>, Error> {
        Ok(self.inside(""))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside<'a>, Error> {
        Ok(self.inside(""))
    }

    fn serialize_tuple_variant(
        self,
        of: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, Error> {
        self.note(of, variant);
        Ok(self.inside(""))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'a>, Error> {
        Ok(self.inside(""))
    }

    fn serialize_struct(self, of: &'static str, _: usize) -> Result<Inside<'a>, Error> {
        Ok(self.inside(of))
    }

    fn serialize_struct_variant(
        self,
        of: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, Error> {
        self.note(of, variant);
        Ok(self.inside(""))
    }
}

/// The inside of a struct, a list or a map.
struct Inside<'a> {
    record: Record<'a>,
    of: &'static str,
    says: bool,
}

impl Inside<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(self.record)?;
        self.says = true;
        Ok(())
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Error> {
        if value.serialize(self.record)? {
            self.record.note(self.of, key);
        }
        self.says = true;
        Ok(())
    }
}

macro_rules! inside {
    ($($of:ident: $method:ident,)*) => {
        $(impl ser::$of for Inside<'_> {
            type Ok = bool;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }

            fn end(self) -> Result<bool, Error> {
                Ok(self.says)
            }
        })*
    };
}

inside! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

impl ser::SerializeMap for Inside<'_> {
    type Ok = bool;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<bool, Error> {
        Ok(self.says)
    }
}

macro_rules! members {
    ($($of:ident,)*) => {
        $(impl ser::$of for Inside<'_> {
            type Ok = bool;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
                self.member(key, value)
            }

            fn end(self) -> Result<bool, Error> {
                Ok(self.says)
            }
        })*
    };
}

members! {
    SerializeStruct,
    SerializeStructVariant,
}
