//! Hashes: of a file for Subresource Integrity, of a tree of files to detect a change.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256, Sha384};

use crate::layout::Layout;

/// SHA-256 in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The value of an `integrity` attribute.
pub fn sri(bytes: &[u8]) -> String {
    ["sha384-", &BASE64.encode(&Sha384::digest(bytes))].concat()
}

/// The same with the shortest hash that browsers know.
pub fn sri_short(bytes: &[u8]) -> String {
    ["sha256-", &BASE64.encode(&Sha256::digest(bytes))].concat()
}

/// One hash over names and contents of all files under `inputs`; a missing input counts as empty.
pub fn tree(layout: &Layout, inputs: &[&str]) -> Result<String> {
    let mut hasher = Sha256::new();
    for input in inputs {
        add(&mut hasher, &layout.at(input))?;
    }
    Ok(HEXLOWER.encode(&hasher.finalize()))
}

fn add(hasher: &mut Sha256, path: &Path) -> Result<()> {
    if path.is_dir() {
        for file in sorted(path)? {
            add(hasher, &file)?;
        }
    } else if path.is_file() {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.to_string_lossy();
        // Lengths first, so that no two trees give the same bytes.
        for part in [name.as_bytes(), &bytes] {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
    }
    Ok(())
}

/// The entries of a folder in the order of their names.
pub fn sorted(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integrity_of_nothing_is_the_known_one() {
        let known = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        assert_eq!(sri(b""), known);
        assert_eq!(sri_short(b""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
