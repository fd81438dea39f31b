//! A `PostgreSQL` server of this machine for tests: a cluster in a temporary folder, reached over a socket in it and nowhere else.
//!
//! It ends with the test program, however that ends. Without the programs of `PostgreSQL`, tests leave out what needs it and say so; with
//! `CLOUDCERT_REQUIRE_POSTGRES=1` they fail.

use std::ffi::OsStr;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};
use std::{env, fs};

/// `PostgreSQL` does not run as root.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A cluster and its server. Both are gone when it is dropped.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    server: Mutex<Option<Child>>,
}

impl Cluster {
    /// The cluster that all tests of this program share, each with a database of its own. It ends with the program.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[])).as_ref()
    }

    /// A new cluster whose server has these settings, such as `fsync=off`.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        let cluster = Self::empty(programs()?);
        let data = cluster.data();
        cluster.run(
            "initdb",
            [
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
                data.to_str().unwrap(),
            ],
        );
        cluster.serve(settings);
        Some(cluster)
    }

    /// A copy of it as it is now, as a backup has it. No server runs on it yet.
    pub(crate) fn backup(&self) -> Self {
        let copy = Self::empty(self.programs.clone());
        let (data, host) = (copy.data(), self.folder.to_str().unwrap());
        let arguments = [
            "-h",
            host,
            "-U",
            "postgres",
            "--checkpoint=fast",
            "--wal-method=stream",
            "--no-sync",
            "-D",
            data.to_str().unwrap(),
        ];
        copy.run("pg_basebackup", arguments);
        copy
    }

    /// Makes the server of a backup begin a new timeline, as after a failover or a restore from an archive.
    pub(crate) fn promote(&self) {
        self.mark("recovery.signal");
        self.serve(&["restore_command=false"]);
        self.until("SELECT NOT pg_is_in_recovery()");
    }

    /// Makes the server of a backup a replica that only reads.
    pub(crate) fn follow(&self) {
        self.mark("standby.signal");
        self.serve(&["restore_command=false", "hot_standby=on"]);
    }

    fn mark(&self, name: &str) {
        let file = self.data().join(name);
        fs::write(&file, "").unwrap();
        own(&file);
    }

    /// The connection string of a database.
    pub(crate) fn config(&self, database: &str) -> String {
        format!("host={} user=postgres dbname={database}", self.folder.display())
    }

    /// A new database, and its name.
    pub(crate) fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}")).unwrap();
        name
    }

    /// Runs statements by hand: what they print, or what the server says against them.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-h"])
            .arg(&self.folder)
            .args(["-U", "postgres", "-d", database, "-c", sql]);
        let output = psql.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// Ends the server at once, as a crash does: what it has not written to the disk is lost.
    pub(crate) fn crash(&self) {
        if let Some(mut server) = self.server.lock().unwrap().take() {
            // Its shell ends the server when this closes.
            drop(server.stdin.take());
            server.wait().unwrap();
        }
    }

    /// Starts the server, and waits until it answers.
    pub(crate) fn serve(&self, settings: &[&str]) {
        let mut shell = self.as_user("sh");
        // `cat` ends when this program does, so the server never outlives it. The folder of one who was killed goes too.
        let script = "\"$@\" > \"$0/log\" 2>&1 < /dev/null & server=$!; cat > /dev/null; kill -QUIT $server; wait $server; [ -e \"$0/keep\" ] || rm -rf \"$0\"";
        shell
            .args(["-c", script])
            .arg(&self.folder)
            .arg(self.programs.join("postgres"))
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(&self.folder);
        for setting in ["listen_addresses=", "max_connections=200", "shared_buffers=16MB", "max_wal_size=1GB"]
            .iter()
            .chain(settings)
        {
            shell.args(["-c", setting]);
        }
        let child = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        *self.server.lock().unwrap() = Some(child);
        self.until("SELECT true");
    }

    fn until(&self, sql: &str) {
        let began = Instant::now();
        loop {
            let answer = self.sql("postgres", sql);
            if answer.as_deref() == Ok("t") {
                return;
            }
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(began.elapsed() < Duration::from_secs(60), "{answer:?}\n{}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A cluster that a test holds keeps its folder over a crash.
    pub(crate) fn keep(&self) {
        fs::write(self.folder.join("keep"), "").unwrap();
    }

    fn empty(programs: PathBuf) -> Self {
        let folder = tempfile::Builder::new().prefix("cloudcert-pg-").tempdir().unwrap().keep();
        own(&folder);
        Self { folder, programs, server: Mutex::new(None) }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn run<I: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = I>) {
        let output = self.as_user(self.programs.join(program)).args(arguments).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A command that root runs as another user.
    fn as_user(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match user() {
            Some((name, _)) => {
                let mut command = Command::new("runuser");
                command.args(["-u", name, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(&self.folder).env_remove("PGHOST").env("LC_ALL", "C");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.crash();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The user that the server runs as if this program runs as root.
fn user() -> Option<(&'static str, (u32, u32))> {
    if rustix::process::geteuid().as_raw() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    USERS.iter().find_map(|name| Some((*name, ids(name)?)))
}

fn own(path: &Path) {
    if let Some((_, (user, group))) = user() {
        chown(path, Some(user), Some(group)).unwrap();
    }
}

/// The folder with the programs of the newest version.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| {
        let version = entry.ok()?.path();
        Some((version.file_name()?.to_str()?.parse::<u32>().ok()?, version.join("bin")))
    });
    let mut folders: Vec<_> = versions.collect();
    folders.sort();
    let path = env::var_os("PATH").unwrap_or_default();
    let mut all = folders.into_iter().rev().map(|(_, folder)| folder).chain(env::split_paths(&path));
    let found = all.find(|folder| {
        ["postgres", "initdb", "psql", "pg_basebackup"].iter().all(|program| folder.join(program).is_file())
    });
    if found.is_none() {
        assert!(
            env::var_os("CLOUDCERT_REQUIRE_POSTGRES").is_none(),
            "no PostgreSQL: install Debian's package `postgresql`"
        );
        #[allow(clippy::print_stderr, reason = "a test tells what it left out")]
        {
            eprintln!("left out: this test needs PostgreSQL (Debian's package `postgresql`)");
        }
    }
    found
}
