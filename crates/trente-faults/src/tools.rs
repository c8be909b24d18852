//! External programs: finds them, or names the package that contains them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// A program of this machine, or the error that says what to install.
pub fn find(program: &str, package: &str) -> Result<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&folders).chain(["/usr/sbin".into(), "/sbin".into()]);
    let found = places.map(|folder| folder.join(program)).find(|path| path.is_file());
    found.with_context(|| missing(program, package))
}

/// A file that a package brings, or the error that says what to install.
pub fn file(path: &str, package: &str) -> Result<PathBuf> {
    let found = Some(PathBuf::from(path)).filter(|path| path.exists());
    found.with_context(|| missing(path, package))
}

fn missing(what: &str, package: &str) -> String {
    format!("{what} is not here: apt-get install --no-install-recommends {package}")
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output)
}

/// Whether we may mount.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0"))
}

/// A tmpfs that is taken away when it is dropped.
pub struct Mount(PathBuf);

impl Mount {
    /// Mounts `megabytes` of memory.
    pub fn tmpfs(at: &Path, megabytes: u32) -> Result<Self> {
        if !is_root() {
            bail!("only root may mount a tmpfs of a known size");
        }
        let size = format!("size={megabytes}m");
        run(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at))?;
        Ok(Self(at.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // A process that still has it open closes it later.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
