//! The table that `cargo xtask size` prints.

/// One thing that travels, in bytes.
pub struct Row {
    /// Its key in size-budget.json.
    pub name: &'static str,
    /// As it is.
    pub raw: usize,
    /// Gzip, level 9.
    pub gzip: usize,
    /// Brotli, quality 11.
    pub brotli: usize,
}

impl Row {
    /// Several rows as one.
    pub fn sum(name: &'static str, rows: &[&Self]) -> Self {
        let total = |bytes: fn(&Self) -> usize| rows.iter().map(|row| bytes(row)).sum();
        Self { name, raw: total(|row| row.raw), gzip: total(|row| row.gzip), brotli: total(|row| row.brotli) }
    }
}

/// Prints ours, then the counter's glue, wasm and their sum, then the ratio.
pub fn print(rows: &[Row], counter: &[Row]) {
    println!("\n{:<26}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli");
    for row in rows {
        line("", row);
    }
    println!("styles travel inside the glue; total = loader + glue + wasm + one language\n");
    for row in counter {
        line("empty Yew counter, ", row);
    }
    let brotli = |rows: &[Row]| rows.iter().find(|row| row.name == "total").map_or(0, |row| row.brotli);
    let (ours, theirs) = (brotli(rows), brotli(counter).max(1));
    println!("ratio of the totals (brotli): {}.{:02}\n", ours / theirs, ours % theirs * 100 / theirs);
}

fn line(prefix: &str, row: &Row) {
    let name = [prefix, row.name].concat();
    println!("{name:<26}{:>10}{:>10}{:>10}", row.raw, row.gzip, row.brotli);
}
