//! "Did you mean".

/// Longest word that is compared, in bytes. Comparing takes the time of the product of both lengths.
const LONGEST: usize = 64;
/// Most candidates that are looked at. A spec may have as many slips as names; what it is about is found in far fewer.
const MOST: usize = 200;

/// The candidate that is nearest to what was written, if any is near enough to be a slip.
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
