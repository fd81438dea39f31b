//! The loop around a client, and what the process has used: the same for every client that is measured.

use std::future::Future;
use std::time::Instant;

/// Sends so many requests, so many at a time, and prints what the process has used for them. Arguments: URL, requests, tasks.
///
/// # Panics
///
/// If a request fails, or the arguments make no sense: a figure of something else would be worse.
pub fn measure<C, F, A>(client: impl FnOnce(String) -> C, call: F)
where
    C: Clone + 'static,
    F: Fn(C) -> A + Clone + 'static,
    A: Future<Output = ()> + 'static,
{
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("URL, requests, tasks");
    let url = next();
    let [requests, tasks] = [next(), next()].map(|number| number.parse::<u64>().expect("a number"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(tokio::task::LocalSet::new().run_until(async move {
        let client = client(url);
        // Whatever is made at the first call.
        run(&client, &call, 1, 1).await;
        let rest = memory("VmRSS:");
        // The connections of all tasks.
        run(&client, &call, tasks, tasks).await;
        let (start, before) = (Instant::now(), ticks());
        run(&client, &call, requests, tasks).await;
        let (wall, cpu) = (start.elapsed().as_secs_f64(), (ticks() - before) / 100.0);
        let peak = peak();
        println!(
            "{{\"requests\": {requests}, \"tasks\": {tasks}, \"wall\": {wall:.4}, \"cpu\": {cpu:.2}, \"rest_kib\": {rest}, \"peak_kib\": {peak}}}"
        );
    }));
}

async fn run<C, F, A>(client: &C, call: &F, requests: u64, tasks: u64)
where
    C: Clone + 'static,
    F: Fn(C) -> A + Clone + 'static,
    A: Future<Output = ()> + 'static,
{
    let all: Vec<_> = (0..tasks)
        .map(|task| {
            let (client, call) = (client.clone(), call.clone());
            let share = requests / tasks + u64::from(task < requests % tasks);
            tokio::task::spawn_local(async move {
                for _ in 0..share {
                    call(client.clone()).await;
                }
            })
        })
        .collect();
    for task in all {
        task.await.expect("a task that ends");
    }
}

/// Processor time of this process in hundredths of a second.
fn ticks() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields = stat.rsplit_once(") ").expect("a name in brackets").1;
    fields.split(' ').skip(11).take(2).map(|field| field.parse::<f64>().expect("ticks")).sum()
}

/// Most memory that this process has had, in KiB.
pub fn peak() -> u64 {
    memory("VmHWM:")
}

/// Memory of this process in KiB: what it has now, or the most it has had.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a figure");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
