//! Another process: this test program again, which does what its parent says.

use crate::journal::engine::{open, order};
use crate::journal::sample::opened;
use cloudcert_orders::Kind;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, Lock, LockName};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const PLACE: &str = "CLOUDCERT_TEST_JOURNAL";

/// A child with a connection to a journal. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    pub(crate) fn start(place: &str) -> Self {
        Self::run(Command::new(std::env::current_exe().unwrap()), place)
    }

    /// A process that cannot make a file longer than this.
    pub(crate) fn with_short_files(place: &str, bytes: u64) -> Self {
        let mut shell = Command::new("sh");
        // Blocks of 512 bytes. Without the trap the process would be ended by a signal.
        shell
            .args(["-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "sh", &(bytes / 512).to_string()])
            .arg(std::env::current_exe().unwrap());
        Self::run(shell, place)
    }

    fn run(mut command: Command, place: &str) -> Self {
        command.args(["--exact", "journal::child::act", "--ignored", "--nocapture"]).env(PLACE, place);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    /// Asks for something without waiting for it.
    pub(crate) fn ask(&mut self, what: &str) {
        writeln!(self.input, "{what}").unwrap();
    }

    /// The next answer.
    pub(crate) fn answer(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the child has ended");
            // The first answer follows the name of the test on its line.
            if let Some((_, answer)) = line.split_once("@ ") {
                return answer.trim().to_owned();
            }
        }
    }

    pub(crate) fn call(&mut self, what: &str) -> String {
        self.ask(what);
        self.answer()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as the kernel would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs as a child of other tests"]
async fn act() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let journal = open(&place).await;
    let mut locks = Vec::new();
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match words.as_slice() {
            ["append", name, count] => append(&*journal, name, count.parse().unwrap()).await,
            ["lock", name] => lock(&*journal, name, &mut locks).await,
            ["held"] => locks.iter().all(|lock| lock.held()).to_string(),
            ["confirm"] => {
                let mut answer = "held".to_owned();
                for lock in &locks {
                    answer = lock.confirm().await.map_or_else(|failure| failure.to_string(), |()| answer);
                }
                answer
            }
            _ => panic!("`{line}` is unknown"),
        };
        println!("@ {answer}");
    }
}

async fn append(journal: &dyn Journal, name: &str, count: u32) -> String {
    let order = order(name, 1);
    for _ in 0..count {
        loop {
            let after = journal.events(&order).await.unwrap().len() as u64;
            let event = if after == 0 {
                opened(&["example.com"])
            } else {
                Event::Unknown { why: std::process::id().to_string() }
            };
            match journal.append(&order, after, &event).await {
                Ok(_) => break,
                Err(failure) if failure.kind() == Kind::Busy => {}
                Err(failure) => return failure.to_string().replace('\n', " "),
            }
        }
    }
    "committed".to_owned()
}

async fn lock(journal: &dyn Journal, name: &str, locks: &mut Vec<Box<dyn Lock>>) -> String {
    match journal.lock(&LockName::Certificate(name.parse().unwrap())).await {
        Ok(lock) => {
            locks.push(lock);
            "held".to_owned()
        }
        Err(failure) if failure.kind() == Kind::Busy => "busy".to_owned(),
        Err(failure) => failure.to_string(),
    }
}
