//! Loading files and folders as they are on disk.

use std::fs;

use tempfile::TempDir;

use super::*;

const ROLE: &str = "apiVersion: rolewright.dev/v1\nkind: Role\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// Names of the manifests relative to the folder.
fn names(sources: &Sources, folder: &TempDir) -> Vec<String> {
    let root = format!("{}/", shown(folder.path()));
    let names = sources.manifests().map(|(name, _)| name.replace(&root, ""));
    names.collect()
}

/// Messages and hints, with the folder's own path taken out.
fn described(problems: &Problems, folder: &TempDir) -> String {
    let root = shown(folder.path());
    let all = problems.sorted();
    let lines = all.iter().map(|fault| {
        format!(
            "{}: {} [{}]\n",
            fault.code,
            fault.message,
            fault.hints.join("; ")
        )
    });
    lines.collect::<String>().replace(&root, "DIR")
}

fn load_in(folder: &TempDir, paths: &[&str]) -> Result<Sources, Problems> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
    load_with(&paths, &DiskFiles::of(&paths), &mut std::io::empty())
}

#[test]
fn a_folder_means_its_manifests_and_nothing_else() {
    let folder = folder(&[
        ("b.yaml", ROLE.as_bytes()),
        ("a.yml", ROLE.as_bytes()),
        ("deep/er/c.json", b"{\"apiVersion\": \"rolewright.dev/v1\"}"),
        (
            "ec2-role-trust-policy.json",
            b"{\"Version\": \"2012-10-17\"}",
        ),
        ("vars.yaml", b"bucket: s3access\n"),
        ("picture.png", b"\xff\xfe"),
        ("latin1.yaml", b"caf\xe9: 1\n"),
        (".hidden.yaml", ROLE.as_bytes()),
        (".git/config.yaml", ROLE.as_bytes()),
        ("README.md", b"apiVersion: no\n"),
    ]);
    let sources = load_in(&folder, &[""]).unwrap();
    assert_eq!(
        names(&sources, &folder),
        ["a.yml", "b.yaml", "deep/er/c.json"]
    );
}

#[test]
fn a_named_file_is_a_manifest_whatever_it_says() {
    let folder = folder(&[("policy.json", b"{}"), ("deep/role.txt", ROLE.as_bytes())]);
    let sources = load_in(&folder, &["policy.json", "deep/role.txt"]).unwrap();
    assert_eq!(names(&sources, &folder), ["deep/role.txt", "policy.json"]);
}

#[test]
fn a_file_named_twice_is_read_once() {
    let folder = folder(&[("deep/a.yaml", ROLE.as_bytes())]);
    let sources = load_in(&folder, &["deep/../deep/a.yaml", "deep", "deep/a.yaml"]).unwrap();
    assert_eq!(names(&sources, &folder), ["deep/../deep/a.yaml"]);
}

#[test]
fn standard_input_is_a_manifest() {
    let paths = [PathBuf::from("-"), PathBuf::from("-")];
    let sources = load_with(&paths, &DiskFiles::of(&paths), &mut ROLE.as_bytes()).unwrap();
    assert_eq!(sources.manifests().collect::<Vec<_>>(), [("<stdin>", ROLE)]);
}

#[test]
fn all_that_cannot_be_read_is_told_at_once() {
    let folder = folder(&[
        ("roles.yaml", ROLE.as_bytes()),
        ("latin1/a.yaml", b"apiVersion: x\nname: caf\xe9\n"),
        ("policies/trust.json", b"{}"),
        ("empty/.keep", b""),
    ]);
    let paths = ["role.yaml", "nowhere/x.yaml", "latin1", "policies", "empty"];
    let problems = load_in(&folder, &paths).unwrap_err();
    insta::assert_snapshot!(described(&problems, &folder), @r"
    no-manifests: there is no manifest in DIR/empty [a folder's manifests are its *.yaml, *.yml and *.json files; `rolewright init` writes a first one]
    no-manifests: there is no manifest in DIR/policies [none of its YAML and JSON files has `apiVersion: rolewright.dev/v1`]
    no-such-file: DIR/nowhere/x.yaml does not exist []
    no-such-file: DIR/role.yaml does not exist [did you mean `roles.yaml`?]
    not-utf8: DIR/latin1/a.yaml cannot be read: it is not UTF-8 text (line 2) [save it as UTF-8]
    ");
}

#[cfg(unix)]
#[test]
fn a_folder_that_links_to_itself_ends() {
    let folder = folder(&[("a.yaml", ROLE.as_bytes())]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
    let sources = load_in(&folder, &[""]).unwrap();
    assert_eq!(names(&sources, &folder), ["a.yaml"]);
}

#[cfg(unix)]
#[test]
fn what_lies_outside_is_a_fault_only_when_it_is_a_manifest() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[
        (
            "kube.yaml",
            b"apiVersion: v1\nkind: Config\ntoken: SECRET\n",
        ),
        ("notes.yaml", b"token: SECRET\n"),
        ("deep/a.yaml", ROLE.as_bytes()),
    ]);
    let folder = folder(&[("a.yaml", ROLE.as_bytes())]);
    for name in ["kube.yaml", "notes.yaml", "deep"] {
        symlink(outside.path().join(name), folder.path().join(name)).unwrap();
    }
    let problems = load_in(&folder, &[""]).unwrap_err();
    insta::assert_snapshot!(described(&problems, &folder).replace("DIR/", "DIR"), @r"
    outside: DIRdeep cannot be read: it lies outside of the folders of the manifests [move it beside the manifests, name its folder as well, or pass --allow-files-outside]
    outside: DIRkube.yaml cannot be read: it lies outside of the folders of the manifests [move it beside the manifests, name its folder as well, or pass --allow-files-outside]
    ");
    let sources = load_with(
        &[folder.path().to_owned()],
        &DiskFiles::anywhere(),
        &mut std::io::empty(),
    );
    let names = names(&sources.unwrap(), &folder);
    assert_eq!(names, ["a.yaml", "deep/a.yaml", "kube.yaml"]);
    let refused = load_in(&folder, &["kube.yaml"]).unwrap_err();
    assert!(described(&refused, &folder).contains("a link to a file in another folder"));
}

#[test]
fn names_are_shown_as_they_were_typed() {
    assert_eq!(shown(Path::new("./role.yaml")), "role.yaml");
    assert_eq!(shown(Path::new("../role.yaml")), "../role.yaml");
    assert_eq!(shown(Path::new(".")), ".");
}

#[test]
fn files_beside_a_manifest_are_read_from_disk() {
    let folder = folder(&[
        ("role.yaml", b""),
        ("trust.json", b"{}"),
        ("bad.json", b"\xff"),
    ]);
    let manifest = shown(&folder.path().join("role.yaml"));
    let allowed = DiskFiles::of(&[folder.path().to_owned()]);
    let (name, text) = allowed.read(&manifest, "trust.json").unwrap();
    assert_eq!(
        (name, &*text),
        (shown(&folder.path().join("trust.json")), "{}")
    );
    let faults =
        ["trusts.json", "bad.json", "."].map(|path| allowed.read(&manifest, path).unwrap_err());
    insta::assert_snapshot!(described(&faults.into_iter().collect(), &folder), @r"
    no-such-file: DIR/trusts.json does not exist [did you mean `trust.json`?; paths are relative to the manifest's folder]
    not-utf8: DIR/bad.json cannot be read: it is not UTF-8 text (line 1) [save it as UTF-8]
    unreadable: DIR cannot be read: it is a folder, not a regular file [write its content to a file]
    ");
}
