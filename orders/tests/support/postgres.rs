//! A `PostgreSQL` server of this machine for tests: a cluster in a temporary folder, reached over a socket in it and nowhere else.
//!
//! It ends with the test program, however that ends. Without the programs of `PostgreSQL`, tests leave out what needs it and say so; with
//! `CLOUDCERT_REQUIRE_POSTGRES=1` they fail.

use std::ffi::OsStr;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
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
    port: AtomicU16,
}

impl Cluster {
    /// The cluster that all tests of this program share, each with a database of its own. It ends with the program.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[])).as_ref()
    }

    /// A new cluster whose server has these settings, such as `fsync=off`. With `listen_addresses`, a `port` that is free goes along.
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
        self.write(&Path::new("data").join(name), "");
    }

    /// Writes a file below the cluster's folder that only its server can read, and returns where it is.
    pub(crate) fn write(&self, name: &Path, text: &str) -> PathBuf {
        let file = self.folder.join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        own(&file);
        file
    }

    /// Starts `pgbouncer` before the server with so many sessions, which it hands out in this mode. `None` where it is not installed.
    pub(crate) fn pooler(&self, mode: &str, sessions: u32) -> Option<Pooler> {
        let program = installed("pgbouncer", "pgbouncer")?;
        let folder = tempfile::Builder::new().prefix("cloudcert-pool-").tempdir_in(&self.folder).unwrap().keep();
        own(&folder);
        let settings = format!(
            "[databases]\n* = host={} port={} user=postgres\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {}\nauth_type = any\npool_mode = {mode}\n\
             default_pool_size = {sessions}\nserver_reset_query = DISCARD ALL\n",
            self.folder.display(),
            self.port(),
            folder.display()
        );
        let file = self.write(&folder.join("settings.ini"), &settings);
        let mut command = self.as_user("sh");
        // It ends with this program, as the server does.
        let script =
            "\"$@\" > \"$0/log\" 2>&1 < /dev/null & pooler=$!; cat > /dev/null; kill -KILL $pooler; wait $pooler";
        command.args(["-c", script]).arg(&folder).arg(program).arg(file);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (began, socket) = (Instant::now(), folder.join(".s.PGSQL.6432"));
        while !socket.exists() {
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(began.elapsed() < Duration::from_secs(60), "{}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Pooler { folder, child })
    }

    /// The connection string of a database.
    pub(crate) fn config(&self, database: &str) -> String {
        format!("host={} port={} user=postgres dbname={database}", self.folder.display(), self.port())
    }

    fn port(&self) -> u16 {
        self.port.load(Ordering::Relaxed)
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
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-h"]).arg(&self.folder).args([
            "-p",
            &self.port().to_string(),
            "-U",
            "postgres",
            "-d",
            database,
            "-c",
            sql,
        ]);
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
        if let Some(port) = settings.iter().find_map(|setting| setting.strip_prefix("port=")) {
            self.port.store(port.parse().unwrap(), Ordering::Relaxed);
        }
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
        for setting in ["listen_addresses=", "max_connections=400", "shared_buffers=16MB", "max_wal_size=1GB"]
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
        Self { folder, programs, server: Mutex::new(None), port: AtomicU16::new(5432) }
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

/// A pooler before the server of a cluster, which has to live longer.
pub(crate) struct Pooler {
    folder: PathBuf,
    child: Child,
}

impl Pooler {
    /// The connection string of a database behind it.
    pub(crate) fn config(&self, database: &str) -> String {
        format!("host={} port=6432 user=postgres dbname={database}", self.folder.display())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
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
        left_out("PostgreSQL", "postgresql");
    }
    found
}

/// A program of a package of Debian.
fn installed(program: &str, package: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Where root's programs are is not on the path of everybody.
    let mut folders = env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.find_map(|folder| Some(folder.join(program)).filter(|file| file.is_file()));
    if found.is_none() {
        left_out(program, package);
    }
    found
}

/// Says that a test is left out, or fails.
fn left_out(program: &str, package: &str) {
    let required = env::var_os("CLOUDCERT_REQUIRE_POSTGRES").is_some();
    assert!(!required, "no {program}: install Debian's package `{package}`");
    #[allow(clippy::print_stderr, reason = "a test tells what it left out")]
    {
        eprintln!("left out: this test needs {program} (Debian's package `{package}`)");
    }
}
