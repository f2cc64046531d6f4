//! What stands in the encrypted file of a phone, page by page, for whoever has its key: so that words which were taken
//! back are searched for where they would be, and not only in what the database still shows.
//!
//! The format is SQLCipher's, version 4, with a raw key: pages of 4096 bytes, AES-256-CBC, at the end of each page its
//! initialisation vector (16 bytes) and its authentication (64). Of the first page 16 bytes are the salt.

use std::path::Path;

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt, KeyInit};

const PAGE: usize = 4096;
const RESERVED: usize = 80;
const SALT: usize = 16;
const FRAME_HEADER: usize = 24;
const LOG_HEADER: usize = 32;

/// The pages of a store's database and of its write-ahead log, decrypted, one after the other.
#[track_caller]
pub fn pages(store: &Path) -> Vec<u8> {
    let line = std::fs::read_to_string(store.join("key")).expect("the key file");
    let digits = line.trim().strip_prefix("footbridge-key 1 raw ").expect("a raw key");
    let key: Vec<u8> = (0..digits.len() / 2)
        .map(|place| u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).expect("hexadecimal digits"))
        .collect();
    let cipher = Aes256::new_from_slice(&key).expect("a key of 32 bytes");
    let file = std::fs::read(store.join("footbridge.db")).expect("the database");
    let mut pages = Vec::new();
    for (number, page) in file.chunks_exact(PAGE).enumerate() {
        pages.extend(decrypted(&cipher, page, number == 0));
    }
    // SQLite's own mark in the first page says that the key and the format are right.
    assert_eq!(pages.get(5..8), Some(&[64, 32, 32][..]), "the first page is decrypted as it should be");
    let log = std::fs::read(store.join("footbridge.db-wal")).unwrap_or_default();
    for frame in log.get(LOG_HEADER..).unwrap_or_default().chunks_exact(FRAME_HEADER + PAGE) {
        let (header, page) = frame.split_at(FRAME_HEADER);
        pages.extend(decrypted(&cipher, page, header.starts_with(&[0, 0, 0, 1])));
    }
    pages
}

fn decrypted(cipher: &Aes256, page: &[u8], is_first: bool) -> Vec<u8> {
    let begin = if is_first { SALT } else { 0 };
    let end = PAGE - RESERVED;
    let mut before: [u8; 16] = page[end..end + 16].try_into().expect("sixteen bytes");
    let mut plain = Vec::with_capacity(end - begin);
    for block in page[begin..end].as_chunks::<16>().0 {
        let mut one = (*block).into();
        cipher.decrypt_block(&mut one);
        let one: [u8; 16] = one.into();
        plain.extend(one.iter().zip(before).map(|(byte, mask)| byte ^ mask));
        before = *block;
    }
    plain
}
