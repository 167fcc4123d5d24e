//! Opening a source position in the user's editor: without a shell, and only existing files.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde::{Deserialize, Serialize};

/// Which editor opens source positions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Editor {
    /// The first that is installed: VS Code, Zed, JetBrains, then `$VISUAL` and `$EDITOR`.
    #[default]
    Automatic,
    /// VS Code or a variant of it.
    VsCode,
    /// Zed.
    Zed,
    /// WebStorm or IntelliJ IDEA.
    JetBrains,
    /// The program that `$VISUAL` or `$EDITOR` names.
    Environment,
}

/// Editors that cannot run without a terminal.
const OF_TERMINALS: [&str; 9] = ["vi", "vim", "nvim", "nano", "hx", "helix", "micro", "emacs", "ed"];

/// How a program takes a line on its command line.
#[derive(Clone, Copy)]
enum Form {
    /// `-g path:line:column`.
    GoTo,
    /// `path:line:column`.
    Colons,
    /// `--line 1 --column 1 path`.
    Options,
    /// The path alone.
    Path,
}

const PROGRAMS: [(Editor, &str, Form); 9] = [
    (Editor::VsCode, "code", Form::GoTo),
    (Editor::VsCode, "codium", Form::GoTo),
    (Editor::VsCode, "cursor", Form::GoTo),
    (Editor::VsCode, "windsurf", Form::GoTo),
    (Editor::Zed, "zed", Form::Colons),
    (Editor::Zed, "zeditor", Form::Colons),
    (Editor::JetBrains, "webstorm", Form::Options),
    (Editor::JetBrains, "idea", Form::Options),
    (Editor::Environment, "", Form::Path),
];

/// Opens `path` at a line and column, both from 1. Blocks on the file system: not for the window's thread.
pub(crate) fn open(editor: Editor, path: &Path, line: u32, column: u32) -> Result<(), String> {
    let path = checked(path)?;
    let (program, form) = program(editor, &env::var_os("PATH").unwrap_or_default())?;
    let mut child = Command::new(&program)
        .args(arguments(form, &path, line, column))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("Cannot start {}: {error}", program.display()))?;
    // Reaps the process when it ends, however long it runs.
    thread::spawn(move || child.wait());
    Ok(())
}

/// The absolute path of a regular file that an editor may open.
fn checked(path: &Path) -> Result<PathBuf, String> {
    let refused = || format!("{} is not a file that can be opened", path.display());
    let whole = path.canonicalize().map_err(|_| refused())?;
    let is_odd = whole.to_string_lossy().contains(char::is_control)
        || ["/proc", "/dev", "/sys"].iter().any(|root| whole.starts_with(root));
    if is_odd || !whole.is_absolute() || !whole.is_file() { Err(refused()) } else { Ok(whole) }
}

fn program(editor: Editor, search: &OsString) -> Result<(PathBuf, Form), String> {
    for (kind, name, form) in PROGRAMS {
        if editor != Editor::Automatic && editor != kind {
            continue;
        }
        if kind == Editor::Environment {
            if let Some(found) = of_environment(search) {
                return Ok((found, form));
            }
        } else if let Some(found) = find(name, search) {
            return Ok((found, form));
        }
    }
    Err("No editor was found: install the command of VS Code, Zed or WebStorm, or set VISUAL".to_owned())
}

/// The program of `$VISUAL` or `$EDITOR`, if it needs no terminal, without its arguments.
fn of_environment(search: &OsString) -> Option<PathBuf> {
    ["VISUAL", "EDITOR"].iter().find_map(|name| {
        let value = env::var(name).ok()?;
        let program = value.split_whitespace().next()?;
        let path = Path::new(program);
        let is_of_terminal =
            path.file_stem().is_some_and(|stem| OF_TERMINALS.iter().any(|name| stem == *name));
        if is_of_terminal {
            return None;
        }
        if path.is_absolute() { Some(path.to_path_buf()) } else { find(program, search) }
    })
}

fn find(name: &str, search: &OsString) -> Option<PathBuf> {
    let names = if cfg!(windows) {
        vec![format!("{name}.exe"), format!("{name}.cmd")]
    } else {
        vec![name.to_owned()]
    };
    let mut folders = env::split_paths(search).filter(|folder| folder.is_absolute());
    folders.find_map(|folder| names.iter().map(|name| folder.join(name)).find(|path| path.is_file()))
}

fn arguments(form: Form, path: &Path, line: u32, column: u32) -> Vec<OsString> {
    let mut place = path.as_os_str().to_owned();
    match form {
        Form::GoTo | Form::Colons => place.push(format!(":{line}:{column}")),
        Form::Options | Form::Path => {}
    }
    match form {
        Form::GoTo => vec!["-g".into(), place],
        Form::Options => vec![
            "--line".into(),
            line.to_string().into(),
            "--column".into(),
            column.to_string().into(),
            place,
        ],
        Form::Colons | Form::Path => vec![place],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_their_place_is_one_argument() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b;$(x).js");
        std::fs::write(&file, "let a").unwrap();
        let whole = checked(&file).unwrap();
        assert!(checked(folder.path()).is_err() && checked(&folder.path().join("none.js")).is_err());
        assert!(checked(Path::new("/dev/null")).is_err());
        let mut place = whole.clone().into_os_string();
        place.push(":8:7");
        assert_eq!(arguments(Form::GoTo, &whole, 8, 7), ["-g".into(), place.clone()]);
        assert_eq!(arguments(Form::Colons, &whole, 8, 7), [place]);
        assert_eq!(arguments(Form::Options, &whole, 8, 7).last().unwrap(), whole.as_os_str());
    }

    #[test]
    fn the_chosen_editor_is_looked_for_on_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let search = folder.path().as_os_str().to_owned();
        assert!(program(Editor::Zed, &search).is_err());
        let name = if cfg!(windows) { "zed.exe" } else { "zed" };
        std::fs::write(folder.path().join(name), "").unwrap();
        assert_eq!(program(Editor::Zed, &search).unwrap().0, folder.path().join(name));
        assert!(program(Editor::JetBrains, &search).is_err());
    }
}
