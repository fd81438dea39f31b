//! The path of a value in a structure.

use std::borrow::Cow;
use std::fmt::Write;

/// The path of a value: the fields and list indices that lead to it. It borrows its parents, so it costs nothing until it is written out.
pub(super) enum Path<'a> {
    /// The structure itself.
    Top,
    /// A field of the structure at this path.
    Field(&'a Self, &'static str),
    /// An item of the list at this path, counted from 1.
    Item(&'a Self, usize),
}

impl Path<'_> {
    /// The path as parameters are named: `Domains.2.Name`.
    pub(super) fn text(&self) -> Cow<'static, str> {
        match self {
            Self::Field(Self::Top, name) => Cow::Borrowed(name),
            path => {
                let mut out = String::new();
                path.write(&mut out);
                Cow::Owned(out)
            }
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Top => {}
            Self::Field(Self::Top, name) => out.push_str(name),
            Self::Field(around, name) => {
                around.write(out);
                out.extend([".", name]);
            }
            Self::Item(list, number) => {
                list.write(out);
                // Writing to a String cannot fail.
                let _ = write!(out, ".{number}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn a_path_names_fields_and_counts_items_from_one() {
        let list = Path::Field(&Path::Top, "Domains");
        let item = Path::Item(&list, 2);
        assert_eq!(list.text(), "Domains");
        assert_eq!(item.text(), "Domains.2");
        assert_eq!(Path::Field(&item, "Name").text(), "Domains.2.Name");
    }
}
