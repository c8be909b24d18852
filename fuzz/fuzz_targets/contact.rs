#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trente_fuzz::contact(data));
