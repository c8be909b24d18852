//! Packaging: the program with its configuration and documentation, as a tarball and as a Debian package.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::layout::Layout;
use crate::process::{capture, command, run};
use crate::{dist, tools};

/// Where each file goes, with its mode.
const FILES: [(&str, &str, u32); 7] = [
    ("packaging/trente.service", "lib/systemd/system/trente.service", 0o644),
    ("packaging/trente.sysusers", "usr/lib/sysusers.d/trente.conf", 0o644),
    ("packaging/trente.tmpfiles", "usr/lib/tmpfiles.d/trente.conf", 0o644),
    ("packaging/trente.toml", "etc/trente/trente.toml", 0o644),
    ("packaging/nginx.conf", "usr/share/doc/trente/nginx.conf", 0o644),
    ("packaging/Caddyfile", "usr/share/doc/trente/Caddyfile", 0o644),
    ("docs/operations.md", "usr/share/doc/trente/operations.md", 0o644),
];

/// What the program makes of itself for each shell, and where Debian's shells look for it.
const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "usr/share/bash-completion/completions/trente"),
    ("zsh", "usr/share/zsh/vendor-completions/_trente"),
    ("fish", "usr/share/fish/vendor_completions.d/trente.fish"),
];

/// What the package needs of Debian: the C library and the compiler's, root certificates for the webhooks and mails that
/// go over TLS, and the tools that make its user.
const DEPENDS: [&str; 4] = ["libc6 (>= 2.36)", "libgcc-s1", "ca-certificates", "passwd"];

/// A package to make.
struct Package<'a> {
    /// The program.
    program: &'a Path,
    version: &'a str,
    /// Where it and its tree are made.
    folder: &'a Path,
    /// What dpkg-deb is told of the compression.
    compression: &'static [&'static str],
}

/// Builds the program, unless it is built, and both packages into target/package.
pub fn make(layout: &Layout, built: bool) -> Result<()> {
    if !built {
        tools::install(layout, &tools::BUILD)?;
        dist::build(layout)?;
        run(command(layout, "cargo")?.args(["build", "--release", "--locked", "--package", "trente-cli"]))?;
    }
    let package = Package {
        program: &layout.target.join("release/trente"),
        version: env!("CARGO_PKG_VERSION"),
        folder: &layout.target.join("package"),
        compression: &[],
    };
    let (tarball, debian) = package.make(layout)?;
    println!("  {}\n  {}", tarball.display(), debian.display());
    Ok(())
}

/// Installs packages of the debug build on a copy of this machine, and runs the documented lines there.
///
/// Once with systemd's tools and once without them: packaging/tests/install.sh.
pub fn try_out(layout: &Layout) -> Result<()> {
    let folder = layout.target.join("package-test");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    run(command(layout, "cargo")?.args(["build", "--locked", "--quiet", "--package", "trente-cli"]))?;
    // Without its symbols, which are nine tenths of a debug build.
    let program = folder.join("trente");
    fs::create_dir_all(&folder)?;
    run(command(layout, "strip")?.arg("-o").arg(&program).arg(layout.target.join("debug/trente")))?;
    for version in [env!("CARGO_PKG_VERSION"), NEXT] {
        Package { program: &program, version, folder: &folder, compression: &["-Zgzip", "-z1"] }.make(layout)?;
    }
    let sudo =
        tools::privilege(layout).context("the package is installed on a copy, for which root has to mount it")?;
    for without in ["", "1"] {
        let mut script = command(layout, sudo.unwrap_or("env"))?;
        script.args(sudo.map(|_| ["-n", "env"]).into_iter().flatten());
        script.arg(format!("WITHOUT_SYSTEMD={without}")).arg(layout.at("packaging/tests/install.sh"));
        run(script.arg(&folder).arg(layout.at("docs/operations.md")))?;
    }
    Ok(())
}

/// The version to which docs/operations.md upgrades.
const NEXT: &str = "0.2.0";

impl Package<'_> {
    /// Makes the tarball and the Debian package.
    fn make(&self, layout: &Layout) -> Result<(PathBuf, PathBuf)> {
        let (version, folder) = (self.version, self.folder);
        let architecture = capture(command(layout, "dpkg")?.arg("--print-architecture"))?;
        let architecture = architecture.trim();
        let tree = folder.join("tree");
        if tree.exists() {
            fs::remove_dir_all(&tree)?;
        }
        for (from, to, mode) in FILES {
            put(&layout.at(from), &tree.join(to), mode)?;
        }
        put(self.program, &tree.join("usr/bin/trente"), 0o755)?;
        put(&layout.at("LICENSE"), &tree.join("usr/share/doc/trente/copyright"), 0o644)?;
        self.describe(layout, &tree)?;

        let tarball = folder.join(format!("trente-{version}-{architecture}.tar.gz"));
        let owner = ["--owner=0", "--group=0", "--sort=name", "--mtime=@0"];
        run(command(layout, "tar")?.args(owner).arg("-czf").arg(&tarball).arg("-C").arg(&tree).arg("."))?;

        for script in ["postinst", "prerm"] {
            put(&layout.at(format!("packaging/{script}")), &tree.join("DEBIAN").join(script), 0o755)?;
        }
        fs::write(tree.join("DEBIAN/conffiles"), "/etc/trente/trente.toml\n")?;
        fs::write(tree.join("DEBIAN/control"), control(version, architecture))?;
        let package = folder.join(format!("trente_{version}_{architecture}.deb"));
        let mut build = command(layout, "dpkg-deb")?;
        build.args(self.compression).args(["--root-owner-group", "--build"]).arg(&tree).arg(&package);
        // What it says of itself is no news.
        capture(&mut build)?;
        let depends = capture(command(layout, "dpkg-deb")?.arg("--field").arg(&package).arg("Depends"))?;
        let depends: Vec<&str> = depends.trim().split(", ").collect();
        ensure!(depends == DEPENDS, "the package depends on {depends:?}, not on {DEPENDS:?}");
        Ok((tarball, package))
    }

    /// Completions and manual pages, as the program writes them.
    fn describe(&self, layout: &Layout, tree: &Path) -> Result<()> {
        let program = self.program.to_string_lossy();
        for (shell, to) in COMPLETIONS {
            let script = capture(command(layout, &program)?.args(["completions", shell]))?;
            let to = tree.join(to);
            fs::create_dir_all(to.parent().context("a file without a folder")?)?;
            fs::write(&to, script)?;
            fs::set_permissions(&to, fs::Permissions::from_mode(0o644))?;
        }
        let pages = tree.join("usr/share/man/man1");
        run(command(layout, &program)?.arg("man").arg(&pages))?;
        for page in fs::read_dir(&pages)? {
            let page = page?.path();
            fs::set_permissions(&page, fs::Permissions::from_mode(0o644))?;
            run(command(layout, "gzip")?.arg("-9n").arg(&page))?;
        }
        Ok(())
    }
}

fn put(from: &Path, to: &Path, mode: u32) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file without a folder")?)?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode))?;
    Ok(())
}

fn control(version: &str, architecture: &str) -> String {
    let depends = DEPENDS.join(", ");
    format!(
        "Package: trente\nVersion: {version}\nArchitecture: {architecture}\nSection: web\nPriority: optional\n\
         Maintainer: The Trente maintainers <maintainers@users.noreply.invalid>\nDepends: {depends}\n\
         Description: collector of thirty-second surveys after a purchase\n \
         Serves the widget and the hosted page, keeps the responses in SQLite, and\n \
         shows the results.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without them the system's list is empty, and every certificate of a webhook's receiver or a mail server unknown.
    #[test]
    fn the_package_and_the_image_bring_root_certificates() {
        let control = control("0.1.0", "amd64");
        let depends = control.lines().find_map(|line| line.strip_prefix("Depends: ")).unwrap();
        assert!(depends.split(", ").any(|package| package == "ca-certificates"), "{depends}");
        let image = include_str!("../../packaging/Dockerfile");
        let commands: Vec<&str> = image.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(
            commands.join("\n").contains("apt-get install --yes --no-install-recommends ca-certificates"),
            "{image}"
        );
    }
}
