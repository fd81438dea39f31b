//! Reading a spec folder.

use crate::fixture::{base, data, model, own, repository};
use cloudcert_codegen::build_script::run;
use cloudcert_codegen::disk;
use cloudcert_codegen::emit::{self, Output};
use std::path::{Path, PathBuf};

#[test]
fn files_come_sorted_with_paths_relative_to_the_folder() {
    let files = disk::read(&data().join("base")).unwrap();
    let paths: Vec<&str> = files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "acme-ca-2026-01-01/ListOrders.yaml",
            "acme-ca-2026-01-01/Order.yaml",
            "acme-ca-2026-01-01/defects.yaml",
            "acme-ca-2026-01-01/service.yaml",
            "defects.yaml",
            "shared/acme.yaml",
        ]
    );
}

#[test]
fn one_api_version_is_read_with_the_shared_files_beside_it() {
    let files = disk::read(&repository().join("spec/ksyun-kcm-2016-03-04")).unwrap();
    assert!(files.iter().any(|f| f.path == "ksyun-kcm-2016-03-04/service.yaml"));
    assert!(files.iter().all(|f| f.path != "defects.yaml" && !f.path.starts_with("shared/")));
    let files = disk::read(&repository().join("spec/aliyun-cas-2020-04-07")).unwrap();
    assert!(files.iter().any(|f| f.path == "shared/aliyun-rpc.yaml"));
    assert!(files.iter().any(|f| f.path == "defects.yaml"), "shared files name defects that stand there");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = disk::read(&data().join("nowhere")).unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
}

/// A folder of its own, removed at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder.canonicalize().unwrap())
    }

    pub(crate) fn put(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn put_base(&self, place: &str) {
        for file in base() {
            self.put(&format!("{place}/{}", file.path), file.bytes);
        }
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
mod linked {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A folder of links, one for each file of another folder: how Bazel and Buck lay sources out.
    fn farm(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let (entry, name) = (entry.as_ref().unwrap().path(), entry.as_ref().unwrap().file_name());
            if entry.is_dir() {
                farm(&entry, &to.join(name));
            } else {
                symlink(entry, to.join(name)).unwrap();
            }
        }
    }

    /// The real files, the folder that is built in, and the one that a sandbox puts between them.
    fn laid_out(name: &str) -> Folder {
        let folder = Folder::new(name);
        folder.put_base("workspace/spec");
        farm(&folder.0.join("workspace"), &folder.0.join("execroot/external/cloudcert"));
        farm(&folder.0.join("execroot/external/cloudcert"), &folder.0.join("runfiles/cloudcert"));
        folder
    }

    #[test]
    fn a_spec_whose_files_are_links_to_the_files_of_another_copy_is_read_and_built() {
        let folder = laid_out("farm");
        let spec = folder.0.join("runfiles/cloudcert/spec");
        assert_eq!(disk::read(&spec).unwrap(), base());
        let one = disk::read(&spec.join("acme-ca-2026-01-01")).unwrap();
        assert!(one.iter().any(|file| file.path == "shared/acme.yaml"), "{one:?}");
        // What the build script of the SDK does.
        run(&spec, &folder.0.join("out/generated"), &|_| true).unwrap();
        assert!(folder.text("out/generated/acme_ca/v2026_01_01/order.rs").contains("pub struct Request"));
        // Our own spec, with a README and a schema beside it.
        farm(&repository().canonicalize().unwrap().join("spec"), &folder.0.join("own/spec"));
        assert_eq!(disk::read(&folder.0.join("own/spec")).unwrap(), own());
        run(&folder.0.join("own/spec"), &folder.0.join("own/out"), &|_| true).unwrap();
    }

    #[test]
    fn a_link_may_lead_to_another_file_of_the_spec() {
        let folder = Folder::new("inside");
        folder.put_base("spec");
        let acme = folder.0.join("spec/shared/acme.yaml");
        std::fs::rename(&acme, folder.0.join("spec/.acme")).unwrap();
        symlink("../.acme", &acme).unwrap();
        assert_eq!(disk::read(&folder.0.join("spec")).unwrap(), base());
    }

    #[test]
    fn links_that_lead_elsewhere_are_refused_by_name() {
        let order = "acme-ca-2026-01-01/Order.yaml";
        let folder = laid_out("elsewhere");
        folder.put(&format!("other/{order}"), "action: Other\n");
        folder.put("other/defects.yaml", "defects: []\n");
        folder.put("twin/Order.yaml", "action: Other\n");
        assert!(std::process::Command::new("mkfifo").arg(folder.0.join("pipe")).status().unwrap().success());
        let spec = folder.0.join("runfiles/cloudcert/spec");
        for (path, target, why) in [
            (order, "/etc/passwd", "a link out of the spec"),
            (order, "/dev/zero", "a link to something that is not a file"),
            (order, "../../../../pipe", "a link to something that is not a file"),
            (order, "../../../../twin/Order.yaml", "a link out of the spec"),
            // The right place, but of another folder than the other links lead to.
            (order, "../../../../other/acme-ca-2026-01-01/Order.yaml", "a link out of the spec"),
            ("defects.yaml", "../../../other/defects.yaml", "a link out of the spec"),
            (order, "../../../../workspace/spec/acme-ca-2026-01-01/ListOrders.yaml", "a link out of the spec"),
            (order, "../../../../workspace/spec", "a link to a folder"),
            (order, ".", "a link to a folder"),
            (order, "nowhere", "No such file"),
            (order, "Order.yaml", "levels of symbolic links"),
        ] {
            let link = spec.join(path);
            let old = std::fs::read_link(&link).unwrap();
            std::fs::remove_file(&link).unwrap();
            symlink(target, &link).unwrap();
            let error = disk::read(&spec).unwrap_err().to_string();
            assert!(error.contains(path) && error.contains(why), "{path} -> {target}: {error}");
            std::fs::remove_file(&link).unwrap();
            symlink(old, &link).unwrap();
        }
        // One link in a spec of files leads to no other copy of the whole, nor does a linked folder.
        let plain = Folder::new("one-link");
        plain.put_base("spec");
        plain.put("outside/defects.yaml", "defects: []\n");
        std::fs::remove_file(plain.0.join("spec/defects.yaml")).unwrap();
        symlink("../outside/defects.yaml", plain.0.join("spec/defects.yaml")).unwrap();
        assert!(disk::read(&plain.0.join("spec")).unwrap_err().to_string().contains("a link out of the spec"));
        std::fs::remove_file(plain.0.join("spec/defects.yaml")).unwrap();
        std::fs::rename(plain.0.join("spec/shared"), plain.0.join("outside/shared")).unwrap();
        symlink("../outside/shared", plain.0.join("spec/shared")).unwrap();
        for place in ["spec", "spec/acme-ca-2026-01-01"] {
            let error = disk::read(&plain.0.join(place)).unwrap_err().to_string();
            assert!(error.contains("shared: a link to a folder"), "{place}: {error}");
        }
    }

    /// What an earlier run made, as a file.
    fn old(text: &str) -> String {
        format!("// Made from spec/ by cloudcert-codegen; do not edit.\n\n{text}")
    }

    fn made(path: &str) -> Output {
        Output { path: path.to_owned(), text: old("pub mod a {}\n") }
    }

    #[test]
    fn writing_follows_no_link_below_the_folder() {
        let folder = Folder::new("write");
        folder.put("outside/mod.rs", old("outside"));
        folder.put("outside/a/stale.rs", old("stale"));
        std::fs::create_dir_all(folder.0.join("real")).unwrap();
        // The folder itself may be a link: an OUT_DIR may lie below one.
        symlink(folder.0.join("real"), folder.0.join("out")).unwrap();
        let out = folder.0.join("out");
        disk::write(&out, &[made("mod.rs"), made("a/b/mod.rs")]).unwrap();
        assert_eq!(folder.text("real/a/b/mod.rs"), old("pub mod a {}\n"));

        // A folder that is a link, one that contains itself, and a file that is one.
        symlink("../outside", folder.0.join("real/linked")).unwrap();
        symlink(".", folder.0.join("real/itself")).unwrap();
        symlink("../outside/a/stale.rs", folder.0.join("real/link.rs")).unwrap();
        disk::write(&out, &[made("mod.rs")]).unwrap();
        assert!(!folder.0.join("real/a/b/mod.rs").exists(), "what is stale stayed");
        assert_eq!((folder.text("outside/mod.rs"), folder.text("outside/a/stale.rs")), (old("outside"), old("stale")));
        assert!(folder.0.join("real/link.rs").symlink_metadata().unwrap().is_symlink());

        for path in ["linked/mod.rs", "linked/new.rs", "link.rs", "itself/mod.rs", "itself/deep/er.rs"] {
            let error = disk::write(&out, &[made(path)]).unwrap_err().to_string();
            assert!(error.contains("this is a link; generated files are not written through links"), "{path}: {error}");
        }
        assert_eq!((folder.text("outside/mod.rs"), folder.text("outside/a/stale.rs")), (old("outside"), old("stale")));
        assert!(!folder.0.join("outside/new.rs").exists());
        for path in ["../up.rs", "/tmp/x.rs", "a/../../b.rs", "", "a//b.rs", "C:/x.rs", "a\\b.rs"] {
            assert!(disk::write(&out, &[made(path)]).is_err(), "{path}");
        }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_only_if_it_was_generated() {
        use std::os::unix::fs::MetadataExt;
        let folder = Folder::new("replace");
        let path = folder.put("mod.rs", old("before"));
        let kept = std::fs::File::open(&path).unwrap();
        let same = folder.put("same.rs", old("pub mod a {}\n"));
        let untouched = std::fs::metadata(&same).unwrap().ino();
        disk::write(&folder.0, &[made("mod.rs"), made("same.rs")]).unwrap();
        // Who had it open still reads all of what it was.
        assert_eq!(std::io::read_to_string(kept).unwrap(), old("before"));
        assert_eq!(folder.text("mod.rs"), old("pub mod a {}\n"));
        assert_eq!(std::fs::metadata(&same).unwrap().ino(), untouched, "a file that is the same was written");
        let names =
            || std::fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        assert_eq!(names().len(), 2, "{:?}", names());

        // Somebody's own file is neither replaced nor deleted, and then nothing else is done either.
        folder.put("own.rs", "fn main() {}\n");
        folder.put("deep/own.rs", "//! Made by hand.\n");
        for path in ["own.rs", "deep/own.rs"] {
            let error = disk::write(&folder.0, &[made("new.rs"), made(path)]).unwrap_err().to_string();
            assert!(error.contains("was not generated, so it is not replaced"), "{error}");
            assert!(!folder.0.join("new.rs").exists() && folder.0.join("mod.rs").exists());
        }
        disk::write(&folder.0, &[made("new.rs")]).unwrap();
        assert_eq!(
            (folder.text("own.rs"), folder.text("deep/own.rs")),
            ("fn main() {}\n".into(), "//! Made by hand.\n".into())
        );
        assert!(!folder.0.join("mod.rs").exists() && folder.0.join("new.rs").exists());
    }

    #[test]
    fn a_new_file_is_written_over_nothing_and_through_no_link() {
        let folder = Folder::new("create");
        let path = folder.put("there.yaml", "a\n");
        symlink("nowhere", folder.0.join("dangling.yaml")).unwrap();
        symlink("there.yaml", folder.0.join("linked.yaml")).unwrap();
        for name in ["there.yaml", "dangling.yaml", "linked.yaml"] {
            let error = disk::create(&folder.0.join(name), "b\n").unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists, "{name}");
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), "a\n");
        assert!(!folder.0.join("nowhere").exists());
        disk::create(&folder.0.join("new.yaml"), "b\n").unwrap();
        assert_eq!(folder.text("new.yaml"), "b\n");
        assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 4);
    }
}

#[test]
fn what_the_build_script_writes_can_be_written_again() {
    let folder = Folder::new("again");
    let mut made = emit::generate(model());
    made.extend(emit::data(model()).unwrap());
    made.push(emit::actions(model()));
    disk::write(&folder.0, &made).unwrap();
    for file in &mut made {
        file.text.push('\n');
    }
    disk::write(&folder.0, &made).unwrap();
}
