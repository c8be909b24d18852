//! `cargo xtask package`: the program with all that a machine needs to run it, as a tarball and as a Debian package.

use crate::layout::Layout;
use crate::process::{capture, command, run};
use crate::{dist, tools};
use anyhow::{Context, Result};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Where each file goes, with its mode.
const FILES: [(&str, &str, u32); 7] = [
    ("target/release/trente", "usr/bin/trente", 0o755),
    ("packaging/trente.service", "lib/systemd/system/trente.service", 0o644),
    ("packaging/trente.sysusers", "usr/lib/sysusers.d/trente.conf", 0o644),
    ("packaging/trente.toml", "etc/trente/trente.toml", 0o644),
    ("packaging/nginx.conf", "usr/share/doc/trente/nginx.conf", 0o644),
    ("packaging/Caddyfile", "usr/share/doc/trente/Caddyfile", 0o644),
    ("docs/operations.md", "usr/share/doc/trente/operations.md", 0o644),
];

/// Builds the program, unless it is built, and both packages into target/package.
pub fn make(layout: &Layout, built: bool) -> Result<()> {
    if !built {
        tools::install(layout, &tools::BUILD)?;
        dist::build(layout)?;
        run(command(layout, "cargo")?.args(["build", "--release", "--locked", "--package", "trente-collector"]))?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let architecture = capture(command(layout, "dpkg")?.arg("--print-architecture"))?;
    let architecture = architecture.trim();
    let folder = layout.target.join("package");
    let tree = folder.join("tree");
    if tree.exists() {
        fs::remove_dir_all(&tree)?;
    }
    for (from, to, mode) in FILES {
        let from = match from.strip_prefix("target/") {
            Some(built) => layout.target.join(built),
            None => layout.at(from),
        };
        put(&from, &tree.join(to), mode)?;
    }
    put(&layout.at("LICENSE"), &tree.join("usr/share/doc/trente/copyright"), 0o644)?;

    let tarball = folder.join(format!("trente-{version}-{architecture}.tar.gz"));
    let owner = ["--owner=0", "--group=0", "--sort=name", "--mtime=@0"];
    run(command(layout, "tar")?.args(owner).arg("-czf").arg(&tarball).arg("-C").arg(&tree).arg("."))?;
    println!("  {}", tarball.display());

    for script in ["postinst", "prerm"] {
        put(&layout.at(format!("packaging/{script}")), &tree.join("DEBIAN").join(script), 0o755)?;
    }
    fs::write(tree.join("DEBIAN/conffiles"), "/etc/trente/trente.toml\n")?;
    fs::write(tree.join("DEBIAN/control"), control(version, architecture))?;
    let package = folder.join(format!("trente_{version}_{architecture}.deb"));
    run(command(layout, "dpkg-deb")?.args(["--root-owner-group", "--build"]).arg(&tree).arg(&package))?;
    println!("  {}", package.display());
    Ok(())
}

fn put(from: &Path, to: &Path, mode: u32) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file without a folder")?)?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode))?;
    Ok(())
}

fn control(version: &str, architecture: &str) -> String {
    format!(
        "Package: trente\nVersion: {version}\nArchitecture: {architecture}\nSection: web\nPriority: optional\n\
         Maintainer: The Trente maintainers <maintainers@users.noreply.invalid>\nDepends: libc6 (>= 2.36), libgcc-s1\n\
         Description: collector of thirty-second surveys after a purchase\n \
         Serves the widget and the hosted page, keeps the responses in SQLite, and\n \
         shows the results.\n"
    )
}
