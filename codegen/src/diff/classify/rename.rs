//! Renames: a declared rename counts, and a pair that looks like a rename is only suggested.

use crate::diff::item::Item;
use crate::model::Field;

/// A pair that may be one item with another name.
pub(in crate::diff) struct Suspicion {
    pub(in crate::diff) from: String,
    pub(in crate::diff) to: String,
    /// What to say about it.
    pub(in crate::diff) text: String,
}

/// Takes declared renames out of the removed and added items. When comparing backwards, the removed item declares the rename.
pub(in crate::diff) fn renames<'a>(gone: &mut Vec<Item<'a>>, came: &mut Vec<Item<'a>>) -> Vec<(Item<'a>, Item<'a>)> {
    let mut pairs = Vec::new();
    came.retain(|item| {
        let old = item.renamed_from();
        let twin = gone.iter().position(|before| {
            let key = before.key();
            old == Some(key.as_str()) || before.renamed_from() == Some(item.key().as_str()) || same_row(*before, *item)
        });
        let Some(index) = twin else { return true };
        pairs.push((gone.remove(index), *item));
        false
    });
    pairs
}

/// Whether two error rows are the same one under different names. Their names are never sent: their codes identify them.
fn same_row(before: Item<'_>, after: Item<'_>) -> bool {
    match (before, after) {
        (Item::Error(a), Item::Error(b)) => {
            (&a.code, &a.inner_code, &a.message_contains) == (&b.code, &b.inner_code, &b.message_contains)
        }
        _ => false,
    }
}

/// Names at least this similar may be a rename.
const ALIKE: f64 = 0.6;

/// Most items that are compared with each other.
const MOST: usize = 64;

/// Pairs of a removed and a new item that look alike: of the same type, and each the only good match of the other.
pub(in crate::diff) fn suspected(gone: &[Item<'_>], came: &[Item<'_>]) -> Vec<Suspicion> {
    if gone.len() > MOST || came.len() > MOST {
        return Vec::new();
    }
    let matches = |item: Item<'_>, others: &[Item<'_>]| -> Option<String> {
        let mut good = others.iter().filter(|other| alike(item, **other));
        let only = good.next()?.key();
        good.next().is_none().then_some(only)
    };
    let mut found = Vec::new();
    for before in gone {
        let Some(to) = matches(*before, came) else { continue };
        let back = came.iter().find(|item| item.key() == to).and_then(|item| matches(*item, gone));
        let from = before.key();
        if back.as_ref() == Some(&from) {
            let text = format!(
                "`{to}` may be `{from}` under another name. If so, give it `history: {{renamed_from: {from}}}`."
            );
            found.push(Suspicion { from, to, text });
        }
    }
    found
}

fn alike(a: Item<'_>, b: Item<'_>) -> bool {
    let same = match (a, b) {
        (Item::Parameter(a), Item::Parameter(b))
        | (Item::Field(a), Item::Field(b))
        | (Item::Member(a), Item::Member(b)) => shape(a) == shape(b),
        (Item::Action(a), Item::Action(b)) => a.effect == b.effect,
        (Item::Enum(a), Item::Enum(b)) => a.base == b.base,
        (Item::Value(_), Item::Value(_)) | (Item::Type(_), Item::Type(_)) => true,
        _ => false,
    };
    same && strsim::normalized_levenshtein(&plain(&a.key()), &plain(&b.key())) >= ALIKE
}

fn shape(field: &Field) -> impl PartialEq + '_ {
    (&field.kind, &field.need, field.guaranteed)
}

/// A name in normal form, for comparison.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}
