//! Pseudo-random numbers from a seed: `SplitMix64`.

pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Its numbers depend on nothing but these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mix = |seed: u64, byte: &u8| (seed ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Less than `limit`; 0 if that is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::from_le_bytes(self.next().to_le_bytes()) % limit.max(1)
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    pub(crate) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.byte()).collect()
    }

    /// Small ones and large ones alike, and often at a limit: of 6 bits, of a byte, of all.
    pub(crate) fn number(&mut self) -> u32 {
        let power = 1_u32.checked_shl(self.below(33).try_into().unwrap_or(0));
        let limit = power.unwrap_or(0);
        match self.below(4) {
            0 => limit,
            1 => limit.wrapping_sub(1),
            2 => limit.wrapping_add(1),
            _ => {
                let [a, b, c, d, ..] = self.next().to_le_bytes();
                u32::from_le_bytes([a, b, c, d]) & limit.wrapping_sub(1)
            }
        }
    }

    pub(crate) fn signed(&mut self) -> i32 {
        i32::from_le_bytes(self.number().to_le_bytes())
    }
}
