//! Generations of files, and the link that switches between them in one step.
//!
//! `<folder>/generations/<number>/` never changes once it has that name. `<folder>/current` is a symbolic link to one of them. Whoever reads two
//! files should read them from the folder that the link leads to, so that both are of one generation.

use crate::base::failure::{Failure, Kind};
use crate::store::access::Access;
use crate::store::disk::FileKind;
use crate::store::steps::Steps;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// How many generations stay.
const KEPT: usize = 3;
const GENERATIONS: &str = "generations";
const CURRENT: &str = "current";
/// Unfinished things begin so. No reader looks at them.
const UNFINISHED: &str = ".cloudcert-";

/// A file of a generation.
pub(crate) struct NewFile {
    pub(crate) name: String,
    pub(crate) content: Zeroizing<Vec<u8>>,
}

impl NewFile {
    pub(crate) fn new(name: &str, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), content: Zeroizing::new(content.into()) }
    }
}

/// A folder with generations.
#[derive(Debug)]
pub(crate) struct Switch<'a> {
    steps: &'a Steps,
    folder: PathBuf,
}

impl<'a> Switch<'a> {
    pub(crate) fn new(steps: &'a Steps, folder: PathBuf) -> Self {
        Self { steps, folder }
    }

    /// The folder of a generation, whether it is there or not.
    pub(crate) fn place(&self, number: u32) -> PathBuf {
        self.folder.join(GENERATIONS).join(number.to_string())
    }

    /// The link to the generation that counts.
    pub(crate) fn current_link(&self) -> PathBuf {
        self.folder.join(CURRENT)
    }

    /// The generation that counts.
    pub(crate) fn current(&self) -> Result<Option<u32>, Failure> {
        let link = self.current_link();
        let Some(target) = self.steps.read_link(&link)? else { return Ok(None) };
        let number = target.strip_prefix(GENERATIONS).ok().and_then(|rest| rest.to_str()?.parse().ok());
        number.map(Some).ok_or_else(|| {
            let failure = Failure::new(Kind::Failed, format!("this link leads to `{}`", target.display()));
            failure
                .at(link.display())
                .remedy("It must lead to `generations/<number>`. Remove it; the next run makes it anew.")
        })
    }

    /// The generations that are there, the oldest first.
    pub(crate) fn all(&self) -> Result<Vec<u32>, Failure> {
        let names = self.steps.entries(&self.folder.join(GENERATIONS))?;
        let mut all: Vec<u32> = names.iter().filter_map(|name| name.parse().ok()).collect();
        all.sort_unstable();
        Ok(all)
    }

    /// Writes a generation and switches to it. Doing it again with the same files changes nothing.
    ///
    /// `folder` and those above it up to and including `top` are synced, since a process may have died after it made them.
    pub(crate) fn write(&self, number: u32, files: &[NewFile], access: &Access, top: &Path) -> Result<(), Failure> {
        let steps = self.steps;
        let generations = self.folder.join(GENERATIONS);
        for folder in [&self.folder, &generations] {
            let is_new = steps.look(folder)?.is_none();
            if is_new {
                steps.make_folder(folder, access)?;
            }
            steps.check_folder(folder, folder == top)?;
            if !is_new && access.is_asked_for() {
                steps.give_folder(folder, access)?;
            }
        }
        self.tidy()?;
        let place = self.place(number);
        if steps.look(&place)?.is_some() {
            self.same(&place, files)?;
            // The process that renamed it may have died before it synced its parent.
            files.iter().try_for_each(|file| steps.sync_file(&place.join(&file.name)))?;
            steps.sync_folder(&place)?;
        } else {
            let unfinished = generations.join(format!("{UNFINISHED}new-{number}"));
            steps.make_folder(&unfinished, access)?;
            for file in files {
                steps.create(&unfinished.join(&file.name), &file.content, access)?;
            }
            steps.sync_folder(&unfinished)?;
            // A disk may keep a rename and forget what came before it, so the old name is kept first.
            steps.sync_folder(&generations)?;
            steps.rename(&unfinished, &place)?;
        }
        steps.sync_folder(&generations)?;
        for folder in self.folder.ancestors() {
            steps.sync_folder(folder)?;
            if folder == top {
                break;
            }
        }
        self.switch(number)?;
        // What is too much is removed by the next run if it cannot be removed by this one.
        let _ = self.prune();
        Ok(())
    }

    /// Lets the link lead to a generation, in one step.
    pub(crate) fn switch(&self, number: u32) -> Result<(), Failure> {
        let steps = self.steps;
        if self.current().ok() != Some(Some(number)) {
            let unfinished = self.folder.join(format!("{UNFINISHED}{CURRENT}"));
            steps.remove(&unfinished)?;
            steps.link(&Path::new(GENERATIONS).join(number.to_string()), &unfinished)?;
            steps.sync_folder(&self.folder)?;
            steps.rename(&unfinished, &self.current_link())?;
        }
        steps.sync_folder(&self.folder)
    }

    /// Removes what processes that died have left. The caller holds the lock of the certificate, so nobody is at work here.
    fn tidy(&self) -> Result<(), Failure> {
        for folder in [&self.folder, &self.folder.join(GENERATIONS)] {
            let names = self.steps.entries(folder)?;
            for name in names.iter().filter(|name| name.starts_with(UNFINISHED)) {
                self.steps.remove(&folder.join(name))?;
            }
        }
        Ok(())
    }

    /// Checks that a generation has exactly these files.
    fn same(&self, place: &Path, files: &[NewFile]) -> Result<(), Failure> {
        let wrong = |what: &str| {
            let failure = Failure::new(Kind::Failed, format!("this generation is there already, and {what}"));
            failure.at(place.display()).remedy("Move it to another folder, then run it again.")
        };
        let is_folder = self.steps.look(place)?.is_some_and(|look| look.kind == FileKind::Folder);
        if !is_folder {
            return Err(wrong("is not a folder"));
        }
        for file in files {
            let found = self.steps.read(&place.join(&file.name))?.map(Zeroizing::new);
            match found {
                Some(found) if *found == *file.content => {}
                Some(_) => return Err(wrong(&format!("has another {}", file.name))),
                None => return Err(wrong(&format!("lacks {}", file.name))),
            }
        }
        Ok(())
    }

    /// Removes all but the newest generations. Each gets another name first, so that nobody finds a part of it.
    fn prune(&self) -> Result<(), Failure> {
        let (all, current) = (self.all()?, self.current()?);
        let old = all.iter().rev().filter(|number| Some(**number) != current).skip(KEPT - 1);
        for number in old {
            let unfinished = self.folder.join(GENERATIONS).join(format!("{UNFINISHED}old-{number}"));
            self.steps.rename(&self.place(*number), &unfinished)?;
            self.steps.remove(&unfinished)?;
        }
        Ok(())
    }
}
