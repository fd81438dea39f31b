//! A disk in memory that keeps only what was synced, and names in folders in any order.

use cloudcert_orders::store::{Access, Disk, FileKind, Look};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// When operations that change the disk fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// This one fails.
    Once(usize),
    /// This one and all after it fail: the process is dead.
    From(usize),
}

#[derive(Debug)]
pub(super) struct Memory(Mutex<State>);

#[derive(Debug, Clone)]
struct State {
    nodes: Vec<Node>,
    fault: Fault,
    operations: usize,
    /// A disk that lies: it says that it has synced.
    lies: bool,
}

#[derive(Debug, Clone)]
enum Node {
    File { now: Vec<u8>, durable: Option<Vec<u8>>, mode: u32 },
    Folder { now: Names, durable: Names, pending: Vec<Change>, mode: u32, owner: u32 },
    Link { target: PathBuf, owner: u32 },
}

type Names = BTreeMap<String, usize>;

#[derive(Debug, Clone)]
enum Change {
    Add(String, usize),
    Remove(String),
    Rename(String, String, usize),
}

/// Numbers of which the same seed gives the same ones.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

/// What a power loss does to what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    All,
    Nothing,
    /// A part of it, chosen by a seed.
    Some(u64),
}

pub(super) const USER: u32 = 1000;

impl Memory {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State { nodes: vec![folder(0o755)], fault: Fault::None, operations: 0, lies: false }))
    }

    pub(super) fn lying(self) -> Self {
        self.0.lock().unwrap().lies = true;
        self
    }

    /// A copy whose operations are counted from 0.
    pub(super) fn copy(&self, fault: Fault) -> Self {
        let state = self.0.lock().unwrap().clone();
        Self(Mutex::new(State { fault, operations: 0, ..state }))
    }

    /// How many operations have changed the disk, or tried to.
    pub(super) fn operations(&self) -> usize {
        self.0.lock().unwrap().operations
    }

    /// The disk after the power came back.
    pub(super) fn after_power_loss(&self, loss: Loss) -> Self {
        let mut state = self.0.lock().unwrap().clone();
        let mut numbers = Numbers(if let Loss::Some(seed) = loss { seed } else { 0 });
        let keeps = |numbers: &mut Numbers| match loss {
            Loss::All => false,
            Loss::Nothing => true,
            Loss::Some(_) => numbers.below(2) == 0,
        };
        for node in &mut state.nodes {
            match node {
                Node::File { now, durable, .. } => {
                    let kept = durable.take().unwrap_or_else(|| {
                        let length = if keeps(&mut numbers) { numbers.below(now.len() + 1) } else { 0 };
                        now[..length].to_vec()
                    });
                    (*now, *durable) = (kept.clone(), Some(kept));
                }
                Node::Folder { now, durable, pending, .. } => {
                    let mut kept: Vec<_> =
                        std::mem::take(pending).into_iter().filter(|_| keeps(&mut numbers)).collect();
                    if let Loss::Some(_) = loss {
                        for last in (1..kept.len()).rev() {
                            kept.swap(last, numbers.below(last + 1));
                        }
                    }
                    for change in kept {
                        change.apply(durable);
                    }
                    now.clone_from(durable);
                }
                Node::Link { .. } => {}
            }
        }
        Self(Mutex::new(State { fault: Fault::None, operations: 0, ..state }))
    }

    pub(super) fn give(&self, path: &str, to: u32) {
        let mut state = self.0.lock().unwrap();
        let at = state.find(Path::new(path)).unwrap();
        match &mut state.nodes[at] {
            Node::Folder { owner, .. } | Node::Link { owner, .. } => *owner = to,
            Node::File { .. } => panic!("{path} is a file"),
        }
    }

    pub(super) fn set_mode(&self, path: &str, to: u32) {
        let mut state = self.0.lock().unwrap();
        let at = state.find(Path::new(path)).unwrap();
        match &mut state.nodes[at] {
            Node::Folder { mode, .. } | Node::File { mode, .. } => *mode = to,
            Node::Link { .. } => panic!("{path} is a link"),
        }
    }

    fn change<T>(&self, act: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.0.lock().unwrap();
        let number = state.operations;
        state.operations += 1;
        let fails = match state.fault {
            Fault::None => false,
            Fault::Once(at) => number == at,
            Fault::From(at) => number >= at,
        };
        if fails { Err(io::Error::other("the disk fails")) } else { act(&mut state) }
    }
}

fn folder(mode: u32) -> Node {
    Node::Folder { now: Names::new(), durable: Names::new(), pending: Vec::new(), mode, owner: USER }
}

impl Change {
    fn apply(&self, names: &mut Names) {
        match self {
            Self::Add(name, node) => drop(names.insert(name.clone(), *node)),
            Self::Remove(name) => drop(names.remove(name)),
            Self::Rename(from, to, node) => {
                names.remove(from);
                names.insert(to.clone(), *node);
            }
        }
    }
}

fn absent() -> io::Error {
    ErrorKind::NotFound.into()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

impl State {
    /// The node at a path. Links on the way are followed, the last part is not.
    fn find(&self, path: &Path) -> io::Result<usize> {
        let mut at = 0;
        let parts: Vec<_> = path.strip_prefix("/").unwrap().iter().collect();
        for (index, part) in parts.iter().enumerate() {
            let Node::Folder { now, .. } = &self.nodes[at] else { return Err(ErrorKind::NotADirectory.into()) };
            at = *now.get(part.to_str().unwrap()).ok_or_else(absent)?;
            if let (Node::Link { target, .. }, true) = (&self.nodes[at], index + 1 < parts.len()) {
                let parent: PathBuf = Path::new("/").join(parts[..index].iter().collect::<PathBuf>());
                at = self.find(&parent.join(target))?;
            }
        }
        Ok(at)
    }

    /// The folder at a path, or at the end of a link.
    fn find_folder(&self, path: &Path) -> io::Result<usize> {
        let at = self.find(path)?;
        match &self.nodes[at] {
            Node::Link { target, .. } => self.find(&path.parent().unwrap().join(target)),
            _ => Ok(at),
        }
    }

    fn names(&mut self, path: &Path) -> io::Result<&mut Names> {
        let at = self.find_folder(path)?;
        match &mut self.nodes[at] {
            Node::Folder { now, .. } => Ok(now),
            _ => Err(ErrorKind::NotADirectory.into()),
        }
    }

    fn record(&mut self, parent: &Path, change: Change) -> io::Result<()> {
        let at = self.find_folder(parent)?;
        let Node::Folder { now, pending, .. } = &mut self.nodes[at] else {
            return Err(ErrorKind::NotADirectory.into());
        };
        change.apply(now);
        pending.push(change);
        Ok(())
    }

    fn add(&mut self, path: &Path, node: Node) -> io::Result<()> {
        let parent = path.parent().unwrap();
        if self.names(parent)?.contains_key(&name(path)) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        self.nodes.push(node);
        self.record(parent, Change::Add(name(path), self.nodes.len() - 1))
    }

    fn look(&self, at: usize) -> Look {
        match &self.nodes[at] {
            Node::File { mode, .. } => Look { kind: FileKind::File, mode: *mode, owner: USER },
            Node::Folder { mode, owner, .. } => Look { kind: FileKind::Folder, mode: *mode, owner: *owner },
            Node::Link { owner, .. } => Look { kind: FileKind::Link, mode: 0o777, owner: *owner },
        }
    }
}

impl Disk for Memory {
    fn user(&self) -> u32 {
        USER
    }

    fn look(&self, path: &Path) -> io::Result<Look> {
        let state = self.0.lock().unwrap();
        state.find(path).map(|at| state.look(at))
    }

    fn follow(&self, path: &Path) -> io::Result<Look> {
        let state = self.0.lock().unwrap();
        let at = state.find(path)?;
        match &state.nodes[at] {
            Node::Link { target, .. } => state.find(&path.parent().unwrap().join(target)).map(|at| state.look(at)),
            _ => Ok(state.look(at)),
        }
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<String>> {
        Ok(self.0.lock().unwrap().names(folder)?.keys().cloned().collect())
    }

    fn read(&self, path: &Path, _: u64) -> io::Result<Vec<u8>> {
        let state = self.0.lock().unwrap();
        match &state.nodes[state.find(path)?] {
            Node::File { now, .. } => Ok(now.clone()),
            _ => Err(ErrorKind::InvalidInput.into()),
        }
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        let state = self.0.lock().unwrap();
        match &state.nodes[state.find(path)?] {
            Node::Link { target, .. } => Ok(target.clone()),
            _ => Err(ErrorKind::InvalidInput.into()),
        }
    }

    fn make_folder(&self, path: &Path, _: &Access) -> io::Result<()> {
        self.change(|state| state.add(path, folder(0o700)))
    }

    fn give_folder(&self, path: &Path, _: &Access) -> io::Result<()> {
        self.change(|state| state.find(path).map(drop))
    }

    fn create(&self, path: &Path, content: &[u8], _: &Access) -> io::Result<()> {
        self.change(|state| state.add(path, Node::File { now: content.to_vec(), durable: None, mode: 0o600 }))
    }

    fn link(&self, target: &Path, path: &Path) -> io::Result<()> {
        self.change(|state| state.add(path, Node::Link { target: target.to_owned(), owner: USER }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        assert_eq!(from.parent(), to.parent(), "a rename between folders is not one step after a power loss");
        self.change(|state| {
            let node = state.find(from)?;
            if let Ok(there) = state.find(to)
                && state.look(there).kind == FileKind::Folder
            {
                return Err(ErrorKind::DirectoryNotEmpty.into());
            }
            state.record(from.parent().unwrap(), Change::Rename(name(from), name(to), node))
        })
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            state.find(path)?;
            state.record(path.parent().unwrap(), Change::Remove(name(path)))
        })
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            if !state.names(path)?.is_empty() {
                return Err(ErrorKind::DirectoryNotEmpty.into());
            }
            state.record(path.parent().unwrap(), Change::Remove(name(path)))
        })
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            let at = state.find(path)?;
            if let (Node::File { now, durable, .. }, false) = (&mut state.nodes[at], state.lies) {
                *durable = Some(now.clone());
            }
            Ok(())
        })
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            let at = state.find_folder(path)?;
            if let (Node::Folder { now, durable, pending, .. }, false) = (&mut state.nodes[at], state.lies) {
                durable.clone_from(now);
                pending.clear();
            }
            Ok(())
        })
    }
}
