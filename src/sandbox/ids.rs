//! Identifiers that AWS would assign. They come from the clock and a generator that is never saved: no counter stays behind.

use super::random::mix;

/// The alphabet of IAM's unique ids and of access keys.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Where one call's ids come from: 64 random bits, different for every call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entropy(pub(crate) u64);

impl Entropy {
    /// Bits that depend on a text only: the fresh world and seed files name their things this way.
    pub(crate) fn of(text: &str) -> Entropy {
        Entropy(text.bytes().fold(0x5EED, |state, byte| {
            mix(state ^ u64::from(byte)).rotate_left(9)
        }))
    }

    /// The same call's next independent bits.
    pub(crate) fn nth(self, number: u64) -> Entropy {
        Entropy(mix(self.0 ^ mix(number.wrapping_add(1))))
    }

    /// An IAM unique id: a prefix such as `AROA` and 17 characters, 21 in all.
    pub(crate) fn unique_id(self, prefix: &str) -> String {
        letters(prefix, 17, mix(self.0), mix(!self.0))
    }

    /// A temporary access key: `ASIA` and 16 characters.
    pub(crate) fn access_key_id(self) -> String {
        letters("ASIA", 16, self.nth(0).0, self.nth(1).0)
    }

    /// 128 bits in hexadecimal that show that the sandbox made a token. They keep accidents out, not forgers.
    pub(crate) fn seal(self) -> String {
        format!("{:016x}{:016x}", self.nth(0).0, self.nth(1).0)
    }

    /// An EC2 resource id: a prefix such as `i-` and 17 hexadecimal digits, the first a zero, as EC2's are.
    pub(crate) fn resource_id(self, prefix: &str) -> String {
        format!("{prefix}0{:016x}", mix(self.0))
    }

    /// A request id: a version 4 UUID in looks.
    pub(crate) fn request_id(self) -> String {
        let (high, low) = (mix(self.0), mix(!self.0));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFF,
            low >> 52,
            low & 0xFFFF_FFFF_FFFF
        )
    }
}

fn letters(prefix: &str, count: u32, high: u64, low: u64) -> String {
    let wide = (u128::from(high) << 64) | u128::from(low);
    let letter = |place: u32| {
        let index = usize::try_from((wide >> (place * 5)) & 31).unwrap_or_default();
        char::from(BASE32[index])
    };
    prefix.chars().chain((0..count).map(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::Entropy;

    #[test]
    fn ids_have_the_shape_of_aws() {
        let entropy = Entropy::of("role/s3access");
        let role = entropy.unique_id("AROA");
        assert_eq!(role.len(), 21);
        assert!(
            role.starts_with("AROA")
                && role
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        );
        let association = entropy.resource_id("iip-assoc-");
        assert_eq!(association.len(), "iip-assoc-0dbd8529a48294120".len());
        assert_eq!(entropy.request_id().len(), 36);
    }

    #[test]
    fn ids_differ_between_calls_and_within_one() {
        let all: std::collections::BTreeSet<String> = (0..1_000)
            .flat_map(|call| (0..3).map(move |nth| Entropy(call).nth(nth).unique_id("AIPA")))
            .collect();
        assert_eq!(all.len(), 3_000);
    }
}
