//! Headless demo, `cargo xtask demo --once`: answers the survey in Chromium and checks the stored response.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{SITE, Shop, lines, trente};
use crate::layout::Layout;
use crate::process::{self, capture, command};
use crate::steps::step;

/// Away from the ports of a demo that may be running.
const PORT: u16 = 18_030;

/// What tests/e2e/demo-once.mjs answers.
const ANSWERS: [(&str, i64); 4] = [("satisfaction", 4), ("ease", 6), ("lens", 5), ("recommend", 9)];

/// The fold runs behind the acknowledgement; it has this long.
const FOLD: Duration = Duration::from_secs(10);

/// Opens the shop on a fresh database, answers, and prints what was stored.
pub fn run(layout: &Layout) -> Result<()> {
    let folder = layout.at("target/demo-once");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot remove the old database")?;
    }
    let shop = step("servers", || Shop::open(layout, &folder, PORT, false))?;
    step("answers in Chromium", || {
        process::run(command(layout, "node")?.args(["tests/e2e/demo-once.mjs", "--url", &shop.address]))
    })?;
    let responses = stored(layout, &shop)?;
    let [response] = responses.as_slice() else {
        bail!("one response was sent, {} are stored", responses.len());
    };
    let wrong = differences(response);
    if !wrong.is_empty() {
        bail!("the stored response is not what was answered: {}", wrong.join(", "));
    }
    let score = response.get("score").context("the stored response has no score")?;
    let class = response.get("class").and_then(Value::as_str).context("the stored response has no class")?;
    println!("demo ok: {} response, score {score}, {class}", responses.len());
    Ok(())
}

/// Waits for the first response in the database.
fn stored(layout: &Layout, shop: &Shop) -> Result<Vec<Value>> {
    let end = Instant::now() + FOLD;
    loop {
        let text = capture(trente(layout, "responses", &shop.database)?.args(["--site", SITE]))?;
        let responses = lines(&text)?;
        if !responses.is_empty() {
            return Ok(responses);
        }
        if Instant::now() > end {
            bail!("the collector acknowledged a response, but none was stored within {} s", FOLD.as_secs());
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Each answer that is stored otherwise than it was given.
fn differences(response: &Value) -> Vec<String> {
    let differs = |(name, given): &(&str, i64)| {
        let stored = response.get(name).unwrap_or(&Value::Null);
        (stored.as_i64() != Some(*given)).then(|| format!("{name} was {given}, stored {stored}"))
    };
    ANSWERS.iter().filter_map(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_answer_that_differs_is_named() {
        let same = json!({ "satisfaction": 4, "ease": 6, "lens": 5, "recommend": 9, "score": 86 });
        assert!(differences(&same).is_empty());
        let other = json!({ "satisfaction": 4, "ease": 7, "lens": 5 });
        assert_eq!(differences(&other), ["ease was 6, stored 7", "recommend was 9, stored null"]);
    }
}
