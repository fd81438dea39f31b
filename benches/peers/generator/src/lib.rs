//! What both runs have in common: the processor time of each stage, and what the process has used in the end.

/// Processor time of the stages of a run, and the most memory that it had.
#[derive(Default)]
pub struct Stages(Vec<(&'static str, f64)>);

impl Stages {
    /// Does a stage.
    pub fn stage<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let before = cpu();
        let done = work();
        self.0.push((name, cpu() - before));
        done
    }

    /// Prints what was used so far, as JSON.
    pub fn print(&self, bytes: usize) {
        let stages: serde_json::Map<_, _> =
            self.0.iter().map(|(name, cpu)| ((*name).to_owned(), (*cpu).into())).collect();
        println!("{}", serde_json::json!({"stages": stages, "bytes": bytes, "peak_kib": common::peak()}));
    }
}

/// Processor time of the first thread, which is the only one here, in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").expect("Linux");
    stat.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}

/// The only argument: where the description is.
///
/// # Panics
///
/// Without it.
pub fn description() -> std::path::PathBuf {
    std::env::args_os().nth(1).expect("where the description is").into()
}
