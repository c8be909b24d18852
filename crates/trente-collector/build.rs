//! Build script: rebuilds a release build when dist/ changes, because it embeds dist/; a debug build reads dist/ at run
//! time.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=templates");
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") && Path::new("../../dist").is_dir() {
        println!("cargo::rerun-if-changed=../../dist");
    }
}
