//! Paths: the repository, the build folder, the tools.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders that every command works with.
pub struct Layout {
    /// The root of the repository.
    pub root: PathBuf,
    /// Cargo's build folder; everything that can be made again is in it.
    pub target: PathBuf,
    /// One root per cargo tool and version: `<tools>/<name>-<version>/bin/<name>`.
    pub tools: PathBuf,
}

impl Layout {
    /// Finds the repository from the current folder upwards.
    pub fn find() -> Result<Self> {
        let here = env::current_dir().context("the current folder is gone")?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("xtask/Cargo.toml").is_file())
            .context("not inside the Trente repository")?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| here.join(dir));
        let tools = match env::var_os("TRENTE_TOOLS") {
            Some(dir) => here.join(dir),
            None => PathBuf::from(env::var_os("HOME").context("neither `TRENTE_TOOLS` nor `HOME` is set")?)
                .join(".cache/trente/tools"),
        };
        Ok(Self { root, target, tools })
    }

    /// The root folder of one version of a cargo tool.
    pub fn tool_root(&self, name: &str, version: &str) -> PathBuf {
        self.tools.join([name, "-", version].concat())
    }

    /// The collector, as `cargo build` leaves it.
    pub fn collector(&self) -> PathBuf {
        self.target.join("debug/trente")
    }

    /// The release bundle.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A path inside the repository.
    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }
}
