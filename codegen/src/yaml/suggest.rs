//! Suggestions for misspelt words: "did you mean".

/// Longest word that is compared, in bytes: the time grows with the product of both lengths.
const LONGEST: usize = 64;
/// Most candidates that are compared. A hostile spec could have as many mistakes as names.
const MOST: usize = 200;

/// The candidate most similar to a word, if one is similar enough to be a misspelling.
pub(crate) fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > LONGEST {
        return None;
    }
    let written = written.to_lowercase();
    candidates
        .into_iter()
        .take(MOST)
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (strsim::jaro_winkler(&written, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
