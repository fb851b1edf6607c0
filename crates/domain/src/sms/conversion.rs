//! How many of the codes sent to a block of numbers were typed, and when that closes it.

use std::time::Duration;

use super::BlockWidth;
use crate::clock::Timestamp;
use crate::policy::MAX_TTL;

/// Sends are counted in slots as long as the longest life of a code: when the next slot is over, it is decided of every
/// code of a slot whether it was typed.
const SLOT_MILLIS: i64 = 600_000;
/// Bytes of an entry: slot, sends, typed.
const ENTRY: usize = 8 + 4 + 4;

/// When a block is closed, and for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct GuardPolicy {
    /// Least share of codes that must be typed, 0 to 1.
    pub least_share: f64,
    /// Codes whose fate must be known before a narrow block is judged.
    pub enough: u32,
    /// The same for a wide one.
    pub enough_wide: u32,
    /// How far back codes are looked at.
    pub window: Duration,
    /// How long a block stays closed.
    pub closed_for: Duration,
}

impl GuardPolicy {
    /// Codes whose fate must be known before a block of that width is judged.
    pub fn enough_for(&self, width: BlockWidth) -> u32 {
        match width {
            BlockWidth::Narrow => self.enough,
            BlockWidth::Wide => self.enough_wide,
        }
    }
}

/// Codes whose fate is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conversion {
    /// Sent.
    pub sent: u32,
    /// Of them, typed rightly.
    pub typed: u32,
}

impl Conversion {
    /// The share that was typed, 0 to 1; 1 when nothing was sent.
    pub fn share(self) -> f64 {
        if self.sent == 0 { 1.0 } else { f64::from(self.typed) / f64::from(self.sent) }
    }

    /// Whether that closes a block.
    pub fn closes(self, policy: &GuardPolicy, width: BlockWidth) -> bool {
        self.sent >= policy.enough_for(width) && self.share() < policy.least_share
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    number: i64,
    sent: u32,
    typed: u32,
}

/// What went to a block of numbers lately, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic(Vec<Slot>);

impl Traffic {
    /// Reads what a store kept; `None` when it is not what [`Self::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (entries, rest) = bytes.as_chunks::<ENTRY>();
        let slots = entries.iter().map(Slot::from_bytes).collect::<Option<_>>()?;
        rest.is_empty().then_some(Self(slots))
    }

    /// For a store to keep.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|slot| slot.to_bytes()).collect()
    }

    /// Notes a code that is sent at `now`, and forgets what lies further back than `window`.
    pub fn sent(&mut self, window: Duration, now: Timestamp) {
        let oldest = slot_at(now.before(window));
        self.0.retain(|slot| slot.number >= oldest);
        self.slot(slot_at(now)).sent += 1;
    }

    /// Notes that a code sent at `sent_at` was typed. One whose slot is forgotten, or was never here, changes nothing.
    pub fn typed(&mut self, sent_at: Timestamp) {
        let number = slot_at(sent_at);
        if let Some(slot) = self.0.iter_mut().find(|slot| slot.number == number && slot.typed < slot.sent) {
            slot.typed += 1;
        }
    }

    /// The codes of the last `window` whose fate is known at `now`: no code lives longer than [`MAX_TTL`], so the slots
    /// that ended that long ago.
    pub fn decided(&self, window: Duration, now: Timestamp) -> Conversion {
        let oldest = slot_at(now.before(window));
        let newest = slot_at(now.before(MAX_TTL)) - 1;
        let slots = self.0.iter().filter(|slot| (oldest..=newest).contains(&slot.number));
        slots.fold(Conversion::default(), |sum, slot| Conversion {
            sent: sum.sent.saturating_add(slot.sent),
            typed: sum.typed.saturating_add(slot.typed),
        })
    }

    fn slot(&mut self, number: i64) -> &mut Slot {
        let index = self.0.partition_point(|slot| slot.number < number);
        if self.0.get(index).is_none_or(|slot| slot.number != number) {
            self.0.insert(index, Slot { number, sent: 0, typed: 0 });
        }
        &mut self.0[index]
    }
}

fn slot_at(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(SLOT_MILLIS)
}

impl Slot {
    fn from_bytes(bytes: &[u8; ENTRY]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        let (sent, rest) = rest.split_first_chunk()?;
        Some(Self {
            number: i64::from_le_bytes(*number),
            sent: u32::from_le_bytes(*sent),
            typed: u32::from_le_bytes(rest.try_into().ok()?),
        })
    }

    fn to_bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..8].copy_from_slice(&self.number.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.sent.to_le_bytes());
        bytes[12..].copy_from_slice(&self.typed.to_le_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn minute(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    #[test]
    fn codes_count_when_their_fate_is_known() {
        let mut traffic = Traffic::default();
        for _ in 0..4 {
            traffic.sent(DAY, minute(5));
        }
        traffic.typed(minute(5));
        assert_eq!(traffic.decided(DAY, minute(19)), Conversion::default(), "they may still be typed");
        assert_eq!(traffic.decided(DAY, minute(20)), Conversion { sent: 4, typed: 1 });
        assert_eq!(traffic.decided(DAY, minute(24 * 60 + 20)), Conversion::default(), "long ago");
    }

    #[test]
    fn few_typed_codes_close_a_block_and_few_codes_do_not() {
        let policy = GuardPolicy { least_share: 0.2, enough: 20, enough_wide: 200, window: DAY, closed_for: DAY };
        let closes = |sent, typed, width| Conversion { sent, typed }.closes(&policy, width);
        assert!(closes(20, 3, BlockWidth::Narrow));
        assert!(!closes(20, 4, BlockWidth::Narrow));
        assert!(!closes(19, 0, BlockWidth::Narrow));
        assert!(!closes(199, 0, BlockWidth::Wide));
        assert!(closes(200, 0, BlockWidth::Wide));
    }

    #[test]
    fn what_was_never_sent_here_cannot_be_typed() {
        let mut traffic = Traffic::default();
        traffic.typed(minute(0));
        traffic.sent(DAY, minute(0));
        traffic.typed(minute(0));
        traffic.typed(minute(0));
        assert_eq!(traffic.decided(DAY, minute(30)), Conversion { sent: 1, typed: 1 });
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(moments in proptest::collection::vec(0_i64..3_000, 0..60)) {
            let mut traffic = Traffic::default();
            for moment in moments {
                traffic.sent(DAY, minute(moment));
                traffic.typed(minute(moment / 2));
            }
            prop_assert_eq!(Traffic::from_bytes(&traffic.to_bytes()), Some(traffic));
        }
    }
}
