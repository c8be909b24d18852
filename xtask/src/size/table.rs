//! Size table, which `cargo xtask size` prints.

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

/// Prints what a customer downloads.
pub fn print(rows: &[Row]) {
    head();
    for row in rows {
        line("", row);
    }
    println!("styles travel inside the glue; total = loader + glue + wasm + one language");
    println!("total by site = site + lean + wasm + one language, without the texts of the first screen\n");
}

/// Prints the glue and the wasm of an empty Yew counter, and their sum.
pub fn print_counter(rows: &[Row]) {
    head();
    for row in rows {
        line("empty Yew counter, ", row);
    }
    println!();
}

fn head() {
    println!("\n{:<26}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli");
}

fn line(prefix: &str, row: &Row) {
    let name = [prefix, row.name].concat();
    println!("{name:<26}{:>10}{:>10}{:>10}", row.raw, row.gzip, row.brotli);
}
