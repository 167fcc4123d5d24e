//! Base64 as maps use it: numbers in the mappings, and whole maps in `data:` addresses.

use std::borrow::Cow;

use crate::snapshot::scripts::percent_decoded;

/// Not a character of Base64.
const NONE: u8 = 0xFF;
/// The value of each byte.
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < 64 {
        values[letters[value as usize] as usize] = value;
        value += 1;
    }
    values
}

/// The next number of variable length in `bytes`, and where it ends.
#[inline]
pub(super) fn number(bytes: &[u8], mut at: usize) -> Option<(i64, usize)> {
    const CONTINUED: u8 = 0x20;
    // Seven digits hold 32 bits.
    const DIGITS: u32 = 7;
    let mut value = 0_u64;
    for digit in 0..DIGITS {
        let bits = VALUES[usize::from(*bytes.get(at)?)];
        if bits == NONE {
            return None;
        }
        at += 1;
        value |= u64::from(bits & (CONTINUED - 1)) << (5 * digit);
        if bits & CONTINUED == 0 {
            let amount = (value >> 1).cast_signed();
            return Some((if value & 1 == 1 { -amount } else { amount }, at));
        }
    }
    None
}

/// What a `data:` address holds.
pub(super) fn data_address(address: &str) -> Option<Cow<'_, [u8]>> {
    let (head, body) = address.strip_prefix("data:")?.split_once(',')?;
    if head.ends_with(";base64") {
        return base64(body).map(Cow::Owned);
    }
    Some(match percent_decoded(body) {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end().trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'-' => 62,
            b'_' => 63,
            byte => VALUES[usize::from(byte)],
        };
        if value == NONE {
            return None;
        }
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_le_bytes()[0]);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_sign_and_any_length() {
        for (text, value) in [("A", 0), ("C", 1), ("D", -1), ("gB", 16), ("hB", -16), ("2HwqxB", 123)] {
            assert_eq!(number(text.as_bytes(), 0).map(|(value, _)| value), Some(value), "{text}");
        }
        for bad in ["", "g", "!", "gggggggA", "é"] {
            assert_eq!(number(bad.as_bytes(), 0), None, "{bad}");
        }
    }

    #[test]
    fn data_addresses_are_in_base64_or_plain() {
        let of = |address| data_address(address).map(|bytes| String::from_utf8(bytes.into_owned()).unwrap());
        assert_eq!(
            of("data:application/json;charset=utf-8;base64,eyJhIjoxfQ==").as_deref(),
            Some("{\"a\":1}")
        );
        assert_eq!(of("data:application/json,%7B%7D").as_deref(), Some("{}"));
        assert_eq!(of("data:application/json;base64,e*"), None);
        assert_eq!(of("server.js.map"), None);
    }
}
