//! The lines that differ between two texts.

/// A line of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Both texts have it, at this place of the new one.
    Both(usize),
    /// Only the old text has it. With its place there.
    Gone(usize, &'a str),
    /// Only the new text has it. With its place there.
    New(usize, &'a str),
}

/// Above this many pairs of lines, two texts are not matched line by line: time and memory grow with that number.
const PAIRS: usize = 16_000_000;

/// The lines of both texts in order, with as many of them matched as possible.
pub(super) fn difference<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(before..).unwrap_or_default(), new.get(before..).unwrap_or_default());
    let after = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let old_part = old_rest.get(..old_rest.len() - after).unwrap_or_default();
    let new_part = new_rest.get(..new_rest.len() - after).unwrap_or_default();

    let mut out: Vec<Line<'a>> = (0..before).map(Line::Both).collect();
    out.extend(middle(old_part, new_part).into_iter().map(|line| match line {
        Line::Both(at) => Line::Both(before + at),
        Line::Gone(at, text) => Line::Gone(before + at, text),
        Line::New(at, text) => Line::New(before + at, text),
    }));
    out.extend((new.len() - after..new.len()).map(Line::Both));
    out
}

/// The difference of two texts that begin and end differently.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let replaced = || {
        let gone = old.iter().enumerate().map(|(at, text)| Line::Gone(at, text));
        gone.chain(new.iter().enumerate().map(|(at, text)| Line::New(at, text))).collect()
    };
    if old.is_empty() || new.is_empty() || old.len().saturating_mul(new.len()) > PAIRS {
        return replaced();
    }
    let common = common(old, new);
    let left = |x: usize, y: usize| common.get(x).and_then(|row| row.get(y)).copied().unwrap_or_default();
    let (mut x, mut y) = (0, 0);
    let mut out = Vec::new();
    loop {
        match (old.get(x), new.get(y)) {
            (Some(a), Some(b)) if a == b => {
                out.push(Line::Both(y));
                x += 1;
                y += 1;
            }
            // What is gone stands before what is new.
            (Some(text), other) if other.is_none() || left(x + 1, y) >= left(x, y + 1) => {
                out.push(Line::Gone(x, text));
                x += 1;
            }
            (_, Some(text)) => {
                out.push(Line::New(y, text));
                y += 1;
            }
            (_, None) => return out,
        }
    }
}

/// How many lines the two texts have in common from each pair of lines on.
fn common(old: &[&str], new: &[&str]) -> Vec<Vec<u32>> {
    let mut rows = vec![vec![0_u32; new.len() + 1]];
    for line in old.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0_u32];
        // From the right: the pair itself, one line less of the old text, one less of the new one.
        for ((other, diagonal), down) in new.iter().rev().zip(below.iter().rev()).zip(below.iter().rev().skip(1)) {
            let right = row.last().copied().unwrap_or_default();
            row.push(if line == other { diagonal + 1 } else { right.max(*down) });
        }
        row.reverse();
        rows.push(row);
    }
    rows.reverse();
    rows
}

#[cfg(test)]
mod tests {
    use super::{Line, difference};
    use proptest::prelude::*;

    fn lines() -> impl Strategy<Value = Vec<&'static str>> {
        prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]), 0..24)
    }

    proptest! {
        /// A difference holds both texts, and says no more than a plain longest common subsequence does.
        #[test]
        fn both_texts_can_be_read_from_it(old in lines(), new in lines()) {
            let found = difference(&old, &new);
            let (mut left, mut right) = (Vec::<&str>::new(), Vec::<&str>::new());
            for line in &found {
                match line {
                    Line::Both(at) => {
                        prop_assert_eq!(old.get(left.len()), new.get(*at));
                        left.extend(new.get(*at).copied());
                        right.extend(new.get(*at).copied());
                    }
                    Line::Gone(at, text) => {
                        prop_assert_eq!(*at, left.len());
                        left.push(text);
                    }
                    Line::New(at, text) => {
                        prop_assert_eq!(*at, right.len());
                        right.push(text);
                    }
                }
            }
            let same = found.iter().filter(|line| matches!(line, Line::Both(_))).count();
            let matched = similar::TextDiff::from_slices(&old, &new)
                .iter_all_changes()
                .filter(|change| change.tag() == similar::ChangeTag::Equal)
                .count();
            prop_assert!(same >= matched, "{found:?}");
            prop_assert_eq!(left, old);
            prop_assert_eq!(right, new);
        }
    }
}
