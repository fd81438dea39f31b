#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cloudcert_fuzz::pem(data));
