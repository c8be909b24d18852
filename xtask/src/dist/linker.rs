//! Linker of the widget: dead code elimination that the compiler cannot do, then Rust's own wasm-ld.
//!
//! Functions that the widget never calls become one `unreachable` in the object file, before wasm-ld collects garbage: so
//! what they alone called, and the data that they alone read, is left out too.
//!
//! - Yew keeps in one enum all that a view can be, so the code of portals, of suspense and of raw HTML is compiled in. No
//!   view of ours makes one.
//! - serde says in a text what is wrong with a value, which brings in `core::fmt` and its tables. The widget reads one
//!   object by serde, `Options` in src/config.rs, whose fields our own glue has made of their types; and it formats no text
//!   anywhere.
//!
//! A call of one would be a trap, as a panic is: loader/glue/guard.js catches it, takes the survey off the page and sends
//! `trente:failed`. The end-to-end tests run the bundle that is linked here. A plain `cargo build` of the widget needs none
//! of it and gives the same widget, only larger.
//!
//! rustc starts a linker by its path, without arguments of ours. So it is a copy of this program by the name `wasm-ld`,
//! and [`run`] is what that does.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use wasm_encoder::{CustomSection, Encode, Module, RawSection};
use wasmparser::{KnownCustom, Linking, Parser, Payload, RelocSectionReader, SymbolInfo, TypeRef};

use super::digest;
use crate::layout::Layout;
use crate::process::{self, capture, command};

/// The variable by which cargo is told of the linker.
pub const VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER";

/// Under this name rustc knows which arguments a linker takes.
const NAME: &str = "wasm-ld";

/// Where it stands in Rust's own folder, after the name of the host.
const RUSTS_OWN: &str = "bin/rust-lld";

/// Parts of readable names. One that is found no more fails the build, so that the list stays true.
const NEVER_CALLED: [&str; 12] = [
    // HTML from a text.
    "<yew::virtual_dom::vraw::VRaw as yew::dom_bundle::traits::Reconcilable>::",
    "<yew::dom_bundle::braw::BRaw>::",
    // Views that wait, and what they show meanwhile.
    "<yew::virtual_dom::vsuspense::VSuspense as yew::dom_bundle::traits::Reconcilable>::",
    "yew::suspense::component::feat_csr_ssr::BaseSuspense",
    // Views somewhere else on the page.
    "<yew::virtual_dom::vportal::VPortal as yew::dom_bundle::traits::Reconcilable>::",
    // Attributes whose names are known only when they are drawn: those of `html!` are known when it is compiled.
    "<indexmap::map::IndexMap<",
    // What is wrong with a value, as a text.
    "<serde_wasm_bindgen::error::Error as serde_core::de::Error>::",
    "<serde_wasm_bindgen::error::Error>::new",
    "<serde_wasm_bindgen::de::Deserializer>::invalid_type_",
    "as serde_core::de::Expected>::fmt",
    "alloc::fmt::",
    "core::fmt::",
];

/// Puts the linker in place and gives its path. A changed one has another path, so that cargo links again.
///
/// # Errors
///
/// When this program cannot be copied.
pub fn install(layout: &Layout) -> Result<PathBuf> {
    let program = env::current_exe().context("this program has no path")?;
    let version = digest::hex(include_bytes!("linker.rs"));
    let folder = layout.target.join("linker").join(version.get(..16).unwrap_or(&version));
    fs::create_dir_all(&folder).context("cannot write into target")?;
    let path = folder.join(NAME);
    // Not over the old one, which may be at work.
    let fresh = folder.join("fresh");
    fs::copy(program, &fresh).context("cannot copy this program")?;
    fs::rename(fresh, &path).context("cannot put the linker in place")?;
    Ok(path)
}

/// Whether this program was started by that name.
pub fn is_meant() -> bool {
    env::args_os().next().is_some_and(|program| Path::new(&program).file_name() == Some(OsStr::new(NAME)))
}

/// Links with the arguments of this program, as rustc gives them.
///
/// # Errors
///
/// When an object cannot be read or written, a name of the list is not found, or wasm-ld fails.
pub fn run() -> Result<()> {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let mut found = [false; NEVER_CALLED.len()];
    for argument in &arguments {
        let path = Path::new(argument);
        if path.extension() == Some(OsStr::new("o")) {
            let object = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            fs::write(path, without(&object, &NEVER_CALLED, &mut found)?).context("cannot write an object file")?;
        }
    }
    let missing = NEVER_CALLED.iter().zip(found).find(|(_, found)| !found);
    ensure!(
        missing.is_none(),
        "there is no function `{}`: see xtask/src/dist/linker.rs",
        missing.map_or("", |it| it.0)
    );
    let layout = Layout::find()?;
    let folder = capture(command(&layout, "rustc")?.args(["--print", "target-libdir"]))?;
    let tools = Path::new(folder.trim()).with_file_name(RUSTS_OWN);
    process::run(Command::new(tools).args(arguments))
}

/// The object file with these functions emptied, and which of the parts of names were `found`.
fn without(object: &[u8], never_called: &[&str], found: &mut [bool]) -> Result<Vec<u8>> {
    let mut imported = 0;
    let mut code = 0;
    let mut bodies = Vec::new();
    let mut emptied = Vec::new();
    for payload in Parser::new(0).parse_all(object) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionStart { range, .. } => code = range.start,
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            Payload::CustomSection(section) => {
                let KnownCustom::Linking(section) = section.as_known() else { continue };
                for part in section.subsections() {
                    let Linking::SymbolTable(symbols) = part? else { continue };
                    for symbol in symbols {
                        let SymbolInfo::Func { index, name: Some(symbol), .. } = symbol? else { continue };
                        let name = format!("{:#}", rustc_demangle::demangle(symbol));
                        // To drop an `Option` of one is nothing, and happens.
                        if name.starts_with("core::ptr::drop_in_place") {
                            continue;
                        }
                        let Some(at) = never_called.iter().position(|part| name.contains(part)) else { continue };
                        // None is one that is imported.
                        let body = (index as usize).checked_sub(imported).and_then(|index| bodies.get(index));
                        emptied.extend(body.cloned());
                        found.iter_mut().skip(at).take(1).for_each(|found| *found = true);
                    }
                }
            }
            _ => {}
        }
    }
    let mut bytes = object.to_vec();
    for body in &emptied {
        // As long as it was, so that what follows stays where it is: no locals, `unreachable`, `nop`s, `end`.
        if let Some([locals, trap, rest @ .., end]) = bytes.get_mut(body.clone()) {
            (*locals, *trap, *end) = (0, 0, 0x0b);
            rest.fill(1);
        }
    }
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(object) {
        let payload = payload?;
        if let Payload::CustomSection(section) = &payload
            && section.name() == "reloc.CODE"
            && let KnownCustom::Reloc(relocations) = section.as_known()
        {
            let data = kept(object, &relocations, |offset| emptied.iter().any(|body| body.contains(&(code + offset))))?;
            module.section(&CustomSection { name: section.name().into(), data: data.into() });
        } else if let Some((id, range)) = payload.as_section()
            && let Some(data) = bytes.get(range)
        {
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

/// The relocations without those at an offset that `is_gone`.
fn kept(object: &[u8], relocations: &RelocSectionReader<'_>, is_gone: impl Fn(usize) -> bool) -> Result<Vec<u8>> {
    let entries = relocations.entries();
    let mut all = Vec::new();
    for entry in entries.clone().into_iter_with_offsets() {
        let (start, entry) = entry?;
        all.push((start, is_gone(entry.offset as usize)));
    }
    let ends = all.iter().skip(1).map(|(start, _)| *start).chain([entries.range().end]);
    let (mut count, mut data) = (0_u32, Vec::new());
    for ((start, gone), end) in all.iter().zip(ends) {
        if !gone {
            count += 1;
            data.extend_from_slice(object.get(*start..end).context("a relocation reaches over its section")?);
        }
    }
    let mut section = Vec::new();
    relocations.section_index().encode(&mut section);
    count.encode(&mut section);
    section.append(&mut data);
    Ok(section)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{CodeSection, Function, FunctionSection, LinkingSection, SymbolTable, TypeSection};

    use super::*;

    const GONE: &str = "_RNvMNtNtCs26GaK5TH9T6_3yew10dom_bundle4brawNtB2_4BRaw8position";
    const KEPT: &str = "_RNvNtCs26GaK5TH9T6_3yew9scheduler5start";

    /// An object file of two functions, each of eight `nop` with one relocation in the middle.
    fn two() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0).function(0);
        let mut code = CodeSection::new();
        for _ in 0..2 {
            let mut function = Function::new([]);
            (0..8).for_each(|_| _ = function.instructions().nop());
            function.instructions().end();
            code.function(&function);
        }
        let mut symbols = SymbolTable::new();
        symbols.function(0, 0, Some(GONE)).function(0, 1, Some(KEPT));
        let mut linking = LinkingSection::new();
        linking.symbol_table(&symbols);
        // Of section 2, two entries: a function's index, at an offset from the number of bodies on, of symbol 1.
        let relocations = [2, 2, 0, 4, 1, 0, 15, 1];
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code).section(&linking);
        module.section(&CustomSection { name: "reloc.CODE".into(), data: (&relocations[..]).into() });
        module.finish()
    }

    fn bodies(object: &[u8]) -> Vec<Vec<u8>> {
        let body = |payload| match payload {
            Payload::CodeSectionEntry(body) => Some(body.as_bytes().to_vec()),
            _ => None,
        };
        Parser::new(0).parse_all(object).filter_map(|payload| body(payload.unwrap())).collect()
    }

    fn relocations(object: &[u8]) -> Vec<u32> {
        let section = Parser::new(0).parse_all(object).find_map(|payload| match payload.unwrap() {
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Reloc(section) => Some(section),
                _ => None,
            },
            _ => None,
        });
        section.unwrap().entries().into_iter().map(|entry| entry.unwrap().offset).collect()
    }

    #[test]
    fn a_function_of_the_list_loses_its_body_and_what_it_called() {
        let (object, mut found) = (two(), [false; 2]);
        assert_eq!(relocations(&object), [4, 15]);
        let linked = without(&object, &["<yew::dom_bundle::braw::BRaw>::", "bsuspense"], &mut found).unwrap();
        let trap = [&[0, 0][..], &[1; 7], &[0x0b]].concat();
        let nops = [&[0][..], &[1; 8], &[0x0b]].concat();
        assert_eq!(bodies(&linked), [trap, nops]);
        assert_eq!(relocations(&linked), [15]);
        assert_eq!(found, [true, false]);
        assert_eq!(linked.len() + 3, object.len(), "nothing else has changed");
        wasmparser::validate(&linked).unwrap();
    }

    #[test]
    fn an_object_without_any_of_them_stays_as_it_is() {
        let object = two();
        assert_eq!(without(&object, &["core::fmt::"], &mut [false]).unwrap(), object);
    }
}
