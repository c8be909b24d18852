//! Virtual machine whose power can be cut: QEMU without KVM, Debian's kernel, busybox and the program.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::client::Client;
use crate::setup::{Setup, port};
use crate::tools;

/// The package that always names the newest kernel for virtual machines.
const KERNEL: &str = "linux-image-cloud-amd64";

/// The drivers of disk and network, in the order in which they need each other.
const MODULES: [&str; 9] = [
    "virtio_ring",
    "virtio",
    "virtio_pci_modern_dev",
    "virtio_pci_legacy_dev",
    "virtio_pci",
    "virtio_blk",
    "failover",
    "net_failover",
    "virtio_net",
];

/// What the guest does from its first second on.
const INIT: &str = "#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /modules/order); do insmod /modules/$module.ko; done
ip link set lo up
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
mount -t ext4 /dev/vda /data || exec sh
/bin/trente serve --db /data/trente.db --listen 0.0.0.0:8031 --results 127.0.0.1:8032 \
  --trusted-proxies 10.0.2.0/24 --rate-network off --rate-site off --rate-all off
poweroff -f
";

/// How long a guest may take from its start to its first answer: every instruction is emulated.
const BOOT: Duration = Duration::from_secs(180);

/// A kernel and how to make a first disk of memory for a program.
pub struct VmImage {
    qemu: PathBuf,
    kernel: PathBuf,
    modules: PathBuf,
    busybox: PathBuf,
}

/// A running guest. Dropping it pulls the plug.
pub struct Vm {
    child: Child,
    /// Where its collector answers, seen from here.
    pub address: SocketAddr,
}

impl VmImage {
    /// Finds or fetches what a machine is made of; the kernel is kept from run to run.
    pub fn new(setup: &Setup) -> Result<Self> {
        let qemu = tools::find("qemu-system-x86_64", "qemu-system-x86")?;
        let busybox = tools::find("busybox", "busybox-static")?;
        for (program, package) in [("cpio", "cpio"), ("mkfs.ext4", "e2fsprogs"), ("debugfs", "e2fsprogs")] {
            tools::find(program, package)?;
        }
        let folder = setup.cache_dir("guest")?;
        let root = folder.join("root");
        if kernel_in(&root).is_none() {
            fetch(&folder, &root)?;
        }
        let kernel = kernel_in(&root).context("the kernel's package has no kernel")?;
        Ok(Self { qemu, kernel, modules: root.join("lib/modules"), busybox })
    }

    /// A first disk of memory with a program, its libraries and its drivers.
    pub fn memory_disk(&self, program: &Path, folder: &Path) -> Result<PathBuf> {
        let tree = folder.join("tree");
        for name in ["bin", "modules", "proc", "sys", "dev", "data", "tmp"] {
            fs::create_dir_all(tree.join(name))?;
        }
        fs::copy(&self.busybox, tree.join("bin/busybox"))?;
        fs::copy(program, tree.join("bin/trente"))?;
        for name in ["sh", "mount", "insmod", "ip", "cat", "poweroff"] {
            let link = tree.join("bin").join(name);
            if !link.exists() {
                std::os::unix::fs::symlink("busybox", link)?;
            }
        }
        let libraries = tools::run(Command::new("ldd").arg(program))?;
        for word in String::from_utf8_lossy(&libraries.stdout).split_whitespace().filter(|word| word.starts_with('/')) {
            let to = tree.join(word.trim_start_matches('/'));
            fs::create_dir_all(to.parent().context("a library without a folder")?)?;
            fs::copy(word, to)?;
        }
        for name in MODULES {
            let found = tools::run(Command::new("find").arg(&self.modules).args(["-name", &format!("{name}.ko")]))?;
            let found = String::from_utf8_lossy(&found.stdout).trim().to_owned();
            fs::copy(&found, tree.join(format!("modules/{name}.ko"))).with_context(|| format!("no driver {name}"))?;
        }
        fs::write(tree.join("modules/order"), MODULES.join("\n"))?;
        fs::write(tree.join("init"), INIT)?;
        fs::set_permissions(tree.join("init"), fs::Permissions::from_mode(0o755))?;
        let disk = folder.join("memory.cpio");
        let list = tools::run(Command::new("find").arg(".").current_dir(&tree))?;
        let mut cpio = Command::new("cpio")
            .args(["--quiet", "-o", "-H", "newc"])
            .current_dir(&tree)
            .stdin(Stdio::piped())
            .stdout(fs::File::create(&disk)?)
            .spawn()?;
        cpio.stdin.take().context("no input")?.write_all(&list.stdout)?;
        if !cpio.wait()?.success() {
            bail!("cpio failed");
        }
        Ok(disk)
    }

    /// Starts a guest on a disk image and waits until its collector answers.
    pub fn start(&self, memory_disk: &Path, image: &Path) -> Result<Vm> {
        let address = SocketAddr::from(([127, 0, 0, 1], port()?));
        let log = image.with_extension("log");
        // `cache=none`: what the guest has not flushed is nowhere but in its memory, and what it has is on our disk.
        let child = Command::new(&self.qemu)
            .args(["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1", "-m", "256", "-nographic", "-no-reboot"])
            .arg("-kernel")
            .arg(&self.kernel)
            .arg("-initrd")
            .arg(memory_disk)
            .args(["-append", "console=ttyS0 quiet panic=-1 random.trust_cpu=on"])
            .args(["-drive", &format!("file={},format=raw,if=virtio,cache=none", image.display())])
            .args(["-netdev", &format!("user,id=net,hostfwd=tcp:{address}-:8031")])
            .args(["-device", "virtio-net-pci,netdev=net,romfile="])
            .stdin(Stdio::null())
            .stdout(fs::File::create(&log)?)
            .stderr(Stdio::null())
            .spawn()?;
        let mut guest = Vm { child, address };
        let end = Instant::now() + BOOT;
        while Client::new(address).get("/healthz").is_err() {
            if Instant::now() > end || !matches!(guest.child.try_wait(), Ok(None)) {
                bail!("the guest did not start: {}", fs::read_to_string(&log).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(guest)
    }
}

impl Vm {
    /// Pulls the plug.
    pub fn cut(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn kernel_in(root: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(root.join("boot")).ok()?;
    entries.filter_map(Result::ok).map(|entry| entry.path()).find(|path| path.to_string_lossy().contains("/vmlinuz-"))
}

/// Downloads Debian's kernel and unpacks it, without installing it.
fn fetch(folder: &Path, root: &Path) -> Result<()> {
    tools::find("apt-get", "apt")?;
    let depends = tools::run(Command::new("apt-cache").args(["depends", KERNEL]))?;
    let depends = String::from_utf8_lossy(&depends.stdout).into_owned();
    let name = depends.lines().find_map(|line| line.trim().strip_prefix("Depends: linux-image-"));
    let name = format!("linux-image-{}", name.with_context(|| format!("{KERNEL} names no kernel"))?);
    tools::run(Command::new("apt-get").args(["download", "--quiet=2", &name]).current_dir(folder))?;
    let package = fs::read_dir(folder)?.filter_map(Result::ok).map(|entry| entry.path());
    let package = package.into_iter().find(|path| path.extension().is_some_and(|end| end == "deb"));
    tools::run(Command::new("dpkg-deb").arg("-x").arg(package.context("no kernel was downloaded")?).arg(root))?;
    Ok(())
}
