//! `cargo xtask size --why`: what fills the wasm, by crate.
//!
//! The module as wasm-bindgen left it still has the names of its functions. wasm-opt goes over it with the flags of the
//! bundle but keeps them, so the functions are those that are shipped. A function that was inlined counts for the one
//! that holds it. Bytes are raw, because the compressed ones of a part do not add up.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use wasmparser::{Name, Parser, Payload};

use super::flags;
use crate::layout::Layout;
use crate::process::{command, run};
use crate::steps::step;

/// Functions that are named one by one.
const LARGEST: usize = 15;
/// Strips the names, so it is left out.
const STRIP: &str = "--strip-debug";

/// Prints the crates by the bytes of their functions, then the largest functions.
pub fn print(layout: &Layout) -> Result<()> {
    let from = layout.target.join("wasm-bindgen/release/trente-widget_bg.wasm");
    ensure!(from.is_file(), "{} is missing: `cargo xtask dist` leaves it", from.display());
    let to = layout.target.join("why.wasm");
    step("wasm-opt with the names kept", || {
        let mut optimize = command(layout, "wasm-opt")?;
        optimize.arg("--output").arg(&to).arg(&from).arg("--debuginfo");
        run(optimize.args(flags::wasm_opt(layout)?.iter().filter(|flag| *flag != STRIP)))
    })?;
    let wasm = fs::read(&to).with_context(|| format!("cannot read {}", to.display()))?;
    let parts = Parts::read(&wasm)?;
    println!("\n{:<34}{:>10}{:>8}", "raw bytes of the code", "bytes", "share");
    let code: usize = parts.functions.iter().map(|(_, bytes)| bytes).sum();
    let mut crates: Vec<_> = parts.crates().into_iter().collect();
    crates.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for (name, bytes) in crates {
        println!("{name:<34}{bytes:>10}{:>7}%", (bytes * 100 + code / 2) / code.max(1));
    }
    println!("{:<34}{code:>10}", "all code");
    println!("{:<34}{:>10}", "data", parts.data);
    println!("{:<34}{:>10}\n", "all else", parts.rest);
    let mut functions = parts.functions;
    functions.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for (name, bytes) in functions.iter().take(LARGEST) {
        println!("{bytes:>8}  {}", name.chars().take(110).collect::<String>());
    }
    Ok(())
}

/// A module in parts.
struct Parts {
    /// Readable name and bytes of each function.
    functions: Vec<(String, usize)>,
    /// Bytes of the data section.
    data: usize,
    /// Bytes of all other sections but those of names.
    rest: usize,
}

impl Parts {
    fn read(wasm: &[u8]) -> Result<Self> {
        let (mut imported, mut sizes, mut data, mut rest) = (0, Vec::new(), 0, 0);
        let mut names = BTreeMap::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            match &payload {
                Payload::ImportSection(section) => {
                    for import in section.clone().into_imports() {
                        imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                    rest += section.range().len();
                }
                Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
                Payload::CodeSectionStart { .. } => {}
                Payload::DataSection(section) => data = section.range().len(),
                Payload::CustomSection(section) => {
                    if let wasmparser::KnownCustom::Name(section) = section.as_known() {
                        for part in section {
                            if let Name::Function(map) = part? {
                                for naming in map {
                                    let naming = naming?;
                                    names.insert(naming.index, readable(naming.name));
                                }
                            }
                        }
                    }
                }
                other => rest += other.as_section().map_or(0, |(_, range)| range.len()),
            }
        }
        let name = |index| names.remove(&(imported + index)).unwrap_or_else(|| "?".to_owned());
        let functions = (0..).map(name).zip(sizes).collect();
        Ok(Self { functions, data, rest })
    }

    fn crates(&self) -> BTreeMap<&str, usize> {
        let mut crates = BTreeMap::new();
        for (name, bytes) in &self.functions {
            *crates.entry(crate_of(name)).or_default() += bytes;
        }
        crates
    }
}

/// The path without the hash that rustc puts after it, or after the name of each crate: wasm-bindgen has made names of
/// symbols before, as in `yew[585c3ffbf94e4caf]::scheduler::start`.
fn readable(symbol: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let mut parts = name.split('[');
    let mut readable = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            // 64 bits without leading zeros.
            Some((hash, after)) if hash.len() >= 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                readable.push_str(after);
            }
            _ => {
                readable.push('[');
                readable.push_str(part);
            }
        }
    }
    readable
}

/// The crate that a function is written in: the first part of its path, or of the type or trait it is written for.
///
/// What drops a value counts for the value's crate. What is no path is of wasm-bindgen, which adds functions of its own,
/// or of the linker.
fn crate_of(name: &str) -> &str {
    let name = name.strip_prefix("core::ptr::drop_in_place::<").unwrap_or(name);
    let inner = name.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let inner = ["dyn ", "mut ", "const "].iter().fold(inner, |inner, word| inner.strip_prefix(word).unwrap_or(inner));
    let end = inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len());
    let (first, after) = inner.split_at(end);
    match after.strip_prefix("::") {
        Some(_) => first,
        // A primitive type: the trait says who wrote it.
        None => match after.split_once(" as ") {
            Some((_, of_trait)) => crate_of(of_trait),
            None => "(no path)",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_crate_it_is_written_in() {
        for (name, expected) in [
            ("yew::scheduler::start", "yew"),
            ("<yew::virtual_dom::vnode::VNode as core::clone::Clone>::clone", "yew"),
            ("<&mut alloc::vec::Vec<u8> as core::fmt::Write>::write_str", "alloc"),
            ("<dyn trente_widget::state::State>::apply", "trente_widget"),
            ("<u8 as wasm_bindgen::convert::IntoWasmAbi>::into_abi", "wasm_bindgen"),
            ("__wbindgen_malloc", "(no path)"),
            ("memcpy", "(no path)"),
            ("core::ptr::drop_in_place::<yew::dom_bundle::bnode::BNode>", "yew"),
            ("trente_widget::browser::delivery::replay::{closure#0}", "trente_widget"),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_has_no_hash() {
        for (symbol, expected) in [
            ("_ZN3yew4view17h0123456789abcdefE", "yew::view"),
            ("yew[585c3ffbf94e4caf]::scheduler::start", "yew::scheduler::start"),
            ("alloc[c8a1b94caa27ad0]::fmt::format", "alloc::fmt::format"),
            ("<[u8; 4] as core[641134fb57596b42]::fmt::Debug>::fmt", "<[u8; 4] as core::fmt::Debug>::fmt"),
            ("core[641134fb57596b42]::ptr::drop_in_place::<[i32]>", "core::ptr::drop_in_place::<[i32]>"),
        ] {
            assert_eq!(readable(symbol), expected);
        }
    }

    #[test]
    fn each_function_has_its_own_bytes() {
        use wasm_encoder::{CodeSection, Function, FunctionSection, Module, NameMap, NameSection, TypeSection};
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0).function(0);
        let mut code = CodeSection::new();
        for nops in [1, 8] {
            let mut function = Function::new([]);
            (0..nops).for_each(|_| _ = function.instructions().nop());
            function.instructions().end();
            code.function(&function);
        }
        let mut map = NameMap::new();
        map.append(0, "_ZN3yew4view17h0123456789abcdefE");
        map.append(1, "_ZN13trente_widget5mount17h0123456789abcdefE");
        let mut names = NameSection::new();
        names.functions(&map);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code).section(&names);
        let parts = Parts::read(&module.finish()).unwrap();
        assert_eq!(parts.functions, [("yew::view".to_owned(), 3), ("trente_widget::mount".to_owned(), 10)]);
        assert_eq!(parts.crates(), BTreeMap::from([("yew", 3), ("trente_widget", 10)]));
    }
}
