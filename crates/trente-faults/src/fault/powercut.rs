//! Power cut of the machine under load.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::vm::VmImage;
use crate::load::{Ledger, Load, Retry};
use crate::numbers::Random;
use crate::oracle::{self, Verdict};
use crate::setup::{Setup, TestDatabase};
use crate::tools;

const CLIENTS: usize = 16;

pub fn run(setup: &Setup) -> Result<String> {
    let machine = VmImage::new(setup)?;
    let cycles = std::env::var("TRENTE_POWERCUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let cycles: u64 = if setup.short { 1 } else { cycles };
    let folder = setup.folder("powercut")?;
    let full = machine.memory_disk(&setup.trente, &tools_folder(&folder, "full")?)?;
    let normal = machine.memory_disk(&careless(setup, &folder)?, &tools_folder(&folder, "normal")?)?;
    let mut totals = [(0, 0); 2];
    let mut random = Random(5);
    for cycle in 0..cycles {
        for (arm, disk) in [&full, &normal].into_iter().enumerate() {
            let verdict = cut(setup, &machine, disk, &format!("powercut-{arm}-{cycle}"), &mut random)?;
            if let Some((acked, lost)) = totals.get_mut(arm) {
                *acked += verdict.acked;
                *lost += verdict.lost;
            }
        }
    }
    let [(acked, lost), (control_acked, control_lost)] = totals;
    let seen = format!(
        "{cycles} power cuts: {acked} acknowledged, {lost} lost; the same with synchronous=NORMAL: {control_acked} \
         acknowledged, {control_lost} lost"
    );
    if lost > 0 {
        bail!("{seen}");
    }
    if control_lost == 0 {
        bail!("{seen}: the control arm lost nothing, so this shows nothing");
    }
    Ok(seen)
}

fn tools_folder(folder: &Path, name: &str) -> Result<PathBuf> {
    let folder = folder.join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The program with one word of its pragmas changed, so that it acknowledges what is not on disk: the fault test must find it.
fn careless(setup: &Setup, folder: &Path) -> Result<PathBuf> {
    let (careful, careless) = (b"pragma synchronous = full", b"pragma synchronous = 1   ");
    let mut bytes = fs::read(&setup.trente)?;
    let at = bytes.windows(careful.len()).position(|window| window == careful).context("no such pragma in trente")?;
    bytes.splice(at..at + careful.len(), careless.iter().copied());
    let path = folder.join("trente-careless");
    fs::write(&path, bytes)?;
    tools::run(Command::new("chmod").arg("755").arg(&path))?;
    Ok(path)
}

fn cut(setup: &Setup, machine: &VmImage, disk: &Path, name: &str, random: &mut Random) -> Result<Verdict> {
    let folder = setup.folder(name)?;
    let contents = folder.join("contents");
    fs::create_dir_all(&contents)?;
    let inside = setup.test_database_in(contents.clone())?;
    let image = folder.join("disk.img");
    tools::run(Command::new("mkfs.ext4").args(["-q", "-d"]).arg(&contents).arg(&image).arg("96M"))?;
    let ledger = Ledger::new(&folder)?;
    let guest = machine.start(disk, &image)?;
    let load = Load::start(&ledger, guest.address, inside.survey, CLIENTS, Retry::Never)?;
    thread::sleep(Duration::from_millis(random.between(4_000, 8_000)));
    guest.cut()?;
    load.stop();
    let place = recovered(&folder, &image, inside.survey)?;
    let verdict = oracle::judge(setup, &place, &ledger)?;
    fs::remove_file(&image)?;
    println!("  {name}: {}", verdict.text());
    Ok(verdict)
}

/// The database as the disk has it after its journal was replayed, as a machine does that starts again.
fn recovered(folder: &Path, image: &Path, survey: [u8; 4]) -> Result<TestDatabase> {
    let status = Command::new("e2fsck").args(["-f", "-y"]).arg(image).output()?.status;
    // 1 is that something was mended, which is what a journal is for.
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("the file system is beyond repair ({status})");
    }
    let to = folder.join("recovered");
    fs::create_dir_all(&to)?;
    for name in ["trente.db", "trente.db-wal"] {
        let dump = format!("dump /{name} {}", to.join(name).display());
        tools::run(Command::new("debugfs").args(["-R", &dump]).arg(image))?;
    }
    Ok(TestDatabase { database: to.join("trente.db"), folder: to, survey })
}
