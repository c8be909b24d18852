//! Secure deletion: words that were erased are searched for in every file of the database while it is served, after it
//! has ended, and in a backup that is made later.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::client::Client;
use crate::load::{Ledger, Load, Retry};
use crate::numbers::{Random, frame, response_id};
use crate::service::Start;
use crate::setup::Setup;
use crate::tools;

/// Bytes of words. 500 characters are the limit, so the longer ones are of characters of four bytes.
const LENGTHS: [usize; 5] = [30, 120, 400, 1000, 2000];
/// Bytes of a piece that is looked for.
const PIECE: usize = 12;
/// The bit of a frame's first byte that says that words follow.
const HAS_WORDS: u8 = 0x02;

pub fn run(setup: &Setup) -> Result<String> {
    let place = setup.test_database("erased")?;
    // Logs stand next to the files that are looked through.
    let folder = place.folder.join("data");
    fs::create_dir_all(&folder)?;
    let inner = setup.test_database_in(folder.clone())?;
    let database = inner.database.to_string_lossy().into_owned();
    let service = Start::new(setup, &place)?.argument("db", &database).start()?;
    let mut client = Client::new(service.public);
    let count: u64 = setup.pick(4_000, 300);
    // Numbers of their own, far from those of the load.
    let first = 1 << 40;
    let words: Vec<String> = (0..count).map(word).collect();
    for (number, word) in (first..).zip(&words) {
        let status = client.post(&spoken(inner.survey, number, word)).context("no answer")?;
        if status != 204 {
            bail!("words were answered {status}");
        }
    }
    if found(&folder, &words)?.len() < words.len() {
        bail!("the search does not find the words that are there");
    }
    let ledger = Ledger::new(&place.folder)?;
    let load = Load::start(&ledger, service.public, inner.survey, 4, Retry::UntilAcked)?;
    let erased: Vec<usize> = (0..words.len()).step_by(setup.pick(20, 5)).collect();
    for &index in &erased {
        let id: String = response_id(first + index as u64).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut erase = Command::new(&setup.trente);
        erase.args(["erase", "--site", "olive", "--response", &id, "--db", &database]);
        let told = String::from_utf8_lossy(&tools::run(&mut erase)?.stdout).trim().to_owned();
        if told != "{\"erased\":1}" {
            bail!("an erasure under load told {told}");
        }
    }
    let gone: Vec<String> = erased.iter().filter_map(|&index| words.get(index).cloned()).collect();
    clean(&folder, &gone, "at once, under load")?;
    for (&index, word) in erased.iter().zip(&gone) {
        client.post(&spoken(inner.survey, first + index as u64, word))?;
    }
    clean(&folder, &gone, "after a replay")?;
    load.stop();
    let later = place.folder.join("later");
    fs::create_dir_all(&later)?;
    tools::run(Command::new(&setup.trente).arg("backup").arg(later.join("backup.db")).args(["--db", &database]))?;
    clean(&later, &gone, "in a later backup")?;
    service.stop()?;
    clean(&folder, &gone, "after an orderly end")?;
    Ok(format!("{} of {count} words erased under load: none left in any file, nor in a later backup", gone.len()))
}

/// A word that no other has a piece of.
fn word(number: u64) -> String {
    let length = LENGTHS.get(number as usize % LENGTHS.len()).copied().unwrap_or(30);
    let mut random = Random(number + 1);
    if length <= 500 {
        return (0..length).map(|_| char::from(b'a' + random.between(0, 26) as u8)).collect();
    }
    (0..length / 4).filter_map(|_| char::from_u32(0x2_0000 + random.between(0, 0x8000) as u32)).collect()
}

/// A frame with words: docs/wire-format.md.
fn spoken(survey: [u8; 4], number: u64, word: &str) -> Vec<u8> {
    let mut bytes = frame(survey, number).to_vec();
    if let Some(head) = bytes.first_mut() {
        *head |= HAS_WORDS;
    }
    let mut length = word.len();
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend_from_slice(word.as_bytes());
    bytes
}

fn clean(folder: &Path, words: &[String], when: &str) -> Result<()> {
    match found(folder, words)?.as_slice() {
        [] => Ok(()),
        left @ [(_, file), ..] => bail!("{} erased words are left {when}, the first in {file}", left.len()),
    }
}

/// Which words have a piece in a file of the folder.
fn found(folder: &Path, words: &[String]) -> Result<Vec<(usize, String)>> {
    let mut pieces: HashMap<&[u8], usize> = HashMap::new();
    for (index, word) in words.iter().enumerate() {
        pieces.extend(word.as_bytes().windows(PIECE).map(|piece| (piece, index)));
    }
    let mut hits = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let file = fs::read(&path)?;
        let mut indexes: Vec<usize> = file.windows(PIECE).filter_map(|piece| pieces.get(piece).copied()).collect();
        indexes.sort_unstable();
        indexes.dedup();
        hits.extend(indexes.into_iter().map(|index| (index, path.display().to_string())));
    }
    Ok(hits)
}
