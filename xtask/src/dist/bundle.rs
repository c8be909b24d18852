//! Post-build hook of Trunk: makes dist/ from Trunk's staging folder and the loader.
//!
//! ```text
//! dist/trente.js   dist/trente-<version>.js    the loader; knows the path and the hashes of what follows
//! dist/trente.mjs  dist/trente-<version>.mjs   the loader as a module
//! dist/trente.d.ts                             the types of both
//! dist/t/<hash>/widget.js                      the glue: the rest of the loader, wasm-bindgen's glue, the styles
//! dist/t/<hash>/lean.js                        the glue for the loaders of sites, which have the first screen's styles
//! dist/t/<hash>/widget.wasm                    the widget
//! dist/site.js                                 the loader of a site, without the site's data, which the collector adds
//! dist/scripts.css  dist/scales.css             styles that the collector adds where its first screen needs them
//! dist/sri.json                                the integrity of each
//! ```
//!
//! Next to each file are its `.br` and `.gz`. `<hash>` is over glue and wasm, so such an address never changes
//! its content.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::{compression, digest, esbuild, names};
use crate::layout::Layout;

/// The style sheets of the widget, in their order: those of every first screen, then the rest.
pub const SHEETS: [&str; 5] =
    ["styles/tokens.css", "styles/widget.css", "styles/scripts.css", "styles/scales.css", "styles/later.css"];
/// How many of them every first screen needs, and how many more some do.
const FIRST: usize = 2;
const SOME: usize = 2;

/// The glue, with the styles and without.
const WIDGET: &str = "widget.js";
const LEAN: &str = "lean.js";

/// Where the collector puts the data of a site.
const SITE: &str = "__SITE__";

/// Digits of the content hash in an address.
const HASH_LENGTH: usize = 16;

/// Files by their path below dist/.
type Files = BTreeMap<String, Vec<u8>>;

/// Makes dist/ and puts it in the place of the old one.
pub fn make(layout: &Layout) -> Result<()> {
    let staging = PathBuf::from(env::var_os("TRUNK_STAGING_DIR").context("this is the hook of `cargo xtask dist`")?);
    let files = files(layout, &staging)?;
    let fresh = layout.at("target/dist-new");
    clear(&fresh)?;
    write(&fresh, &files)?;
    swap(&fresh, &layout.dist(), &layout.at("target/dist-old"))
}

fn files(layout: &Layout, staging: &Path) -> Result<Files> {
    let styles = |sheets: &[&str]| esbuild::styles(layout, sheets);
    let (first, rest) = SHEETS.split_at(FIRST);
    let (css, first, later) = (styles(&SHEETS)?, styles(first)?, styles(rest)?);
    let (wasm, bindgen) = built(layout, staging)?;
    let guard = layout.at("loader/glue/guard.js");
    let glue_with = |css: &str| {
        let defines = [("__CSS__", json(css))];
        esbuild::glue(layout, &layout.at("loader/glue.js"), &bindgen, Some(&guard), &defines)
    };
    let (glue, lean) = (glue_with(&css)?, glue_with(&later)?);

    let hash: String = digest::hex(&[&*glue, &*lean, &*wasm].concat()).chars().take(HASH_LENGTH).collect();
    let folder = ["t/", &hash, "/"].concat();
    let version = env!("CARGO_PKG_VERSION");
    let defines = |name: &str, glue: &[u8]| {
        [
            ("__CSS__", json(&first)),
            ("__ALONE__", (name == WIDGET).to_string()),
            ("__GLUE__", json(name)),
            ("__VERSION__", json(version)),
            ("__PATH__", json(&["/", &folder].concat())),
            // The short ones, because every page view carries them; sri.json has the long ones.
            ("__GLUE_SRI__", json(&digest::sri_short(glue))),
            ("__WASM_SRI__", json(&digest::sri_short(&wasm))),
        ]
    };

    let mut files = Files::new();
    for kind in ["js", "mjs"] {
        let loader = esbuild::loader(layout, &layout.at(["loader/trente.", kind].concat()), &defines(WIDGET, &glue))?;
        files.insert(["trente.", kind].concat(), loader.clone());
        files.insert(format!("trente-{version}.{kind}"), loader);
    }
    let site = esbuild::loader(layout, &layout.at("loader/site.js"), &defines(LEAN, &lean))?;
    ensure!(site.windows(SITE.len()).filter(|at| *at == SITE.as_bytes()).count() == 1, "one place for a site's data");
    files.insert("site.js".to_owned(), site);
    for &sheet in rest.iter().take(SOME) {
        files.insert(sheet.replace("styles/", ""), styles(&[sheet])?.into_bytes());
    }
    let types = fs::read(layout.at("loader/trente.d.ts")).context("cannot read the types")?;
    files.insert("trente.d.ts".to_owned(), types);
    files.insert([&folder, WIDGET].concat(), glue);
    files.insert([&folder, LEAN].concat(), lean);
    files.insert([&folder, "widget.wasm"].concat(), wasm);
    Ok(files)
}

/// What wasm-bindgen and wasm-opt left, `<name>_bg.wasm` and `<name>.js`, whatever the crate's target is called: the wasm,
/// and the path of the script as a factory, both with short names.
fn built(layout: &Layout, staging: &Path) -> Result<(Vec<u8>, PathBuf)> {
    const SUFFIX: &str = "_bg.wasm";
    for wasm in digest::sorted(staging)? {
        if let Some(name) = wasm.file_name().and_then(|name| name.to_str()?.strip_suffix(SUFFIX)) {
            let script = fs::read_to_string(staging.join([name, ".js"].concat())).context("cannot read the glue")?;
            let (wasm, script) = names::shorten(&fs::read(wasm).context("cannot read the wasm")?, &script)?;
            let path = layout.at("target/bindgen.js");
            fs::write(&path, script).context("cannot write into target")?;
            esbuild::factory(layout, &path, "act, initSync, mount, unmount")?;
            return Ok((wasm, path));
        }
    }
    bail!("Trunk left no wasm in {}", staging.display())
}

/// Writes the files, their compressed forms and the list of their hashes.
fn write(folder: &Path, files: &Files) -> Result<()> {
    let mut hashes = serde_json::Map::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(&path, bytes)?;
        fs::write(with_suffix(&path, ".br"), compression::brotli(bytes)?)?;
        fs::write(with_suffix(&path, ".gz"), compression::gzip(bytes)?)?;
        hashes.insert(name.clone(), Value::String(digest::sri(bytes)));
    }
    let mut list = serde_json::to_string_pretty(&hashes)?;
    list.push('\n');
    fs::write(folder.join("sri.json"), list).context("cannot write sri.json")
}

/// Two renames: a reader of dist/ sees the old files or the new ones, never half of each.
fn swap(fresh: &Path, current: &Path, old: &Path) -> Result<()> {
    clear(old)?;
    if current.exists() {
        fs::rename(current, old).context("cannot move the old dist/ away")?;
    }
    fs::rename(fresh, current).context("cannot put the new dist/ in place")?;
    clear(old)
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn json(text: &str) -> String {
    Value::from(text).to_string()
}
