//! Short names for the imports and exports of the wasm, in the wasm and in wasm-bindgen's glue alike.
//!
//! wasm-bindgen names each with a hash of sixteen digits (`__wbg_setAttribute_d1f1f1f1f1f1f1f1`), which no compression
//! can shorten, and each stands in both files. wasm-opt can shorten only the imports of Emscripten. The names that
//! `#[wasm_bindgen]` exports for the loader stay as they are.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// How wasm-bindgen begins a name of its own.
const PREFIX: &str = "__w";
/// What the glue's object of imports is called in the wasm.
const OBJECT: &str = "a";

/// The wasm and the glue with short names.
pub fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let names = Names::read(wasm)?;
    let glue = names.replace_in(glue)?;
    Ok((names.write(wasm)?, glue))
}

/// What each long name is called from now on, and the object of imports in the glue.
struct Names {
    short: BTreeMap<String, String>,
    imported: Vec<String>,
    object: String,
}

impl Names {
    fn read(wasm: &[u8]) -> Result<Self> {
        let mut imported = Vec::new();
        let mut names = Vec::new();
        let mut objects = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        imported.push(import.name.to_owned());
                        objects.push(import.module.to_owned());
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        names.push(export?.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        names.extend(imported.iter().cloned());
        objects.dedup();
        let [object] = &objects[..] else { bail!("the wasm imports from {} objects, not one", objects.len()) };
        let long = names.into_iter().filter(|name| name.starts_with(PREFIX));
        let short = long.enumerate().map(|(index, name)| (name, letters(index))).collect();
        Ok(Self { short, imported, object: object.clone() })
    }

    fn of<'name>(&'name self, name: &'name str) -> &'name str {
        self.short.get(name).map_or(name, String::as_str)
    }

    /// The glue with every identifier of ours replaced; a property of the same name is meant, for nothing else has it.
    fn replace_in(&self, glue: &str) -> Result<String> {
        let mut seen = Vec::new();
        let mut text = String::with_capacity(glue.len());
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let mut rest = glue;
        while !rest.is_empty() {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            seen.push(name);
            text.push_str(self.of(name));
            let next = after.find(is_name).unwrap_or(after.len());
            let (between, after) = after.split_at(next);
            text.push_str(between);
            rest = after;
        }
        if let Some(lost) = self.imported.iter().find(|name| !seen.contains(&name.as_str())) {
            bail!("wasm-bindgen's glue has no import `{lost}`");
        }
        let (long, short) = (format!("\"{}\"", self.object), format!("\"{OBJECT}\""));
        if !text.contains(&long) {
            bail!("wasm-bindgen's glue has no object of imports {long}");
        }
        Ok(text.replace(&long, &short))
    }

    /// The wasm with the two sections that hold names written anew, and all others as they are.
    fn write(&self, wasm: &[u8]) -> Result<Vec<u8>> {
        let mut module = Module::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            match &payload {
                Payload::ImportSection(section) => {
                    let mut imports = ImportSection::new();
                    for import in section.clone().into_imports() {
                        let import = import?;
                        imports.import(OBJECT, self.of(import.name), RoundtripReencoder.entity_type(import.ty)?);
                    }
                    module.section(&imports);
                }
                Payload::ExportSection(section) => {
                    let mut exports = ExportSection::new();
                    for export in section.clone() {
                        let export = export?;
                        exports.export(self.of(export.name), export.kind.into(), export.index);
                    }
                    module.section(&exports);
                }
                other => {
                    if let Some((id, range)) = other.as_section()
                        && let Some(data) = wasm.get(range)
                    {
                        module.section(&RawSection { id, data });
                    }
                }
            }
        }
        Ok(module.finish())
    }
}

/// `a` to `z`, `A` to `Z`, then two letters.
fn letters(mut index: usize) -> String {
    const LETTERS: usize = 52;
    let letter = |index: usize| char::from(if index < 26 { b'a' + index as u8 } else { b'A' + (index - 26) as u8 });
    let mut text = letter(index % LETTERS).to_string();
    while index >= LETTERS {
        index = index / LETTERS - 1;
        text.push(letter(index % LETTERS));
    }
    text
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{ExportKind, FunctionSection, TypeSection};

    use super::*;

    const LONG: &str = "__wbg_focus_d5e2fdbdb56416f0";

    fn module() -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("./trente_bg.js", LONG, wasm_encoder::EntityType::Function(0));
        let mut exports = ExportSection::new();
        exports.export("mount", ExportKind::Func, 0).export("__wbindgen_free", ExportKind::Func, 0);
        module.section(&types).section(&imports).section(&FunctionSection::new()).section(&exports);
        module.finish()
    }

    #[test]
    fn both_files_have_the_same_short_names_and_the_exports_of_ours_keep_theirs() {
        let glue = format!(
            "wasm.__wbindgen_free(1); wasm.mount(); const all = {{ {LONG}: (a) => a, }}; return {{ \"./trente_bg.js\": all }}"
        );
        let (wasm, glue) = shorten(&module(), &glue).unwrap();
        assert_eq!(glue, r#"wasm.a(1); wasm.mount(); const all = { b: (a) => a, }; return { "a": all }"#);
        let names = Names::read(&wasm).unwrap();
        assert_eq!((names.object.as_str(), names.imported), (OBJECT, vec!["b".to_owned()]));
        assert!(wasm.windows(5).any(|bytes| bytes == b"mount"));
    }

    #[test]
    fn a_glue_of_another_module_is_an_error() {
        assert!(shorten(&module(), "const all = {}; \"./trente_bg.js\"").is_err());
        assert!(shorten(&module(), &format!("const all = {{ {LONG} }};")).is_err());
    }

    #[test]
    fn no_two_names_are_the_same() {
        let all: std::collections::BTreeSet<String> = (0..9_000).map(letters).collect();
        assert_eq!(all.len(), 9_000);
        assert_eq!([0, 25, 26, 51, 52].map(letters), ["a", "z", "A", "Z", "aa"]);
    }
}
