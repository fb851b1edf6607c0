//! What was spent of a limit lately.
//!
//! A ledger is the whole truth about one limit: stores read it, ask it, and write it back within one step. It keeps moments,
//! so a stretch of time moves along with the clock instead of starting anew at the full hour.

use std::time::Duration;

use super::{Cooldown, Rates};
use crate::clock::Timestamp;

/// Up to so many, each moment is kept as it is; rates that allow more are kept in [`SLOTS`] slots for each stretch.
const EXACT: u32 = 100;
/// Slots of a stretch of time when a rate allows more than [`EXACT`]. A moment counts until its slot is over, so never
/// more than the rate allows come through, and room is found a sixty-fourth of the stretch late at most.
const SLOTS: u32 = 64;
/// Bytes of an entry: milliseconds since 1970, how often, mark.
const ENTRY: usize = 8 + 4 + 1;

/// In a mark: a guess that was refused without being compared, and without saying so. It counts for what is told only.
const UNCOMPARED: u8 = 0x80;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    at: Timestamp,
    times: u32,
    mark: u8,
}

/// What was spent of a limit lately, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger(Vec<Entry>);

impl Ledger {
    /// One that was noted under that moment, and nothing else.
    pub fn of_one(at: Timestamp, mark: u8) -> Self {
        Self(vec![Entry { at, times: 1, mark }])
    }

    /// Reads what a store kept; `None` when it is not what [`Self::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (entries, rest) = bytes.as_chunks::<ENTRY>();
        let entries = entries.iter().map(Entry::from_bytes).collect::<Option<_>>()?;
        rest.is_empty().then_some(Self(entries))
    }

    /// For a store to keep.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * ENTRY);
        self.0.iter().for_each(|entry| bytes.extend_from_slice(&entry.to_bytes()));
        bytes
    }

    /// Whether nothing is kept any more.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many of the last `within` there are. Those of a future that a clock set back has left behind count, too.
    pub fn count(&self, within: Duration, now: Timestamp) -> u32 {
        self.lately(within, now).filter(|entry| entry.mark & UNCOMPARED == 0).map(|entry| entry.times).sum()
    }

    /// The same of one mark.
    pub fn count_marked(&self, mark: u8, within: Duration, now: Timestamp) -> u32 {
        self.lately(within, now).filter(|entry| entry.mark == mark).map(|entry| entry.times).sum()
    }

    /// Whether one more fits into the rates.
    ///
    /// # Errors
    /// When it does not: the moment when it will.
    pub fn room(&self, rates: &Rates, now: Timestamp) -> Result<(), Timestamp> {
        room(&self.0.iter().filter(|entry| entry.mark & UNCOMPARED == 0), rates, now)
    }

    /// The same, had only those of one mark been spent, and those of [`Self::note_uncompared`] as well.
    ///
    /// # Errors
    /// As [`Self::room`].
    pub fn room_marked(&self, mark: u8, rates: &Rates, now: Timestamp) -> Result<(), Timestamp> {
        room(&self.0.iter().filter(|entry| entry.mark & !UNCOMPARED == mark), rates, now)
    }

    /// Whether the wait since the last one of that mark is over. It grows with how many there were within `series`.
    ///
    /// # Errors
    /// When it is not: the moment when it will be.
    pub fn rested(&self, mark: u8, cooldown: &Cooldown, series: Duration, now: Timestamp) -> Result<(), Timestamp> {
        let Some(last) = self.0.iter().rfind(|entry| entry.mark == mark) else { return Ok(()) };
        let before = self.count_marked(mark, series, now).saturating_sub(1);
        let wait = cooldown.after_send(before);
        let rested_at = last.at.after(wait);
        // A moment kept as the end of its slot is no wait where there is none.
        if wait.is_zero() || rested_at <= now { Ok(()) } else { Err(rested_at) }
    }

    /// Notes one more, and forgets what `reach` no longer covers. Says under which moment it was noted: what
    /// [`Self::give_back`] asks for.
    pub fn spend(&mut self, rates: &Rates, mark: u8, reach: Duration, now: Timestamp) -> Timestamp {
        self.0.retain(|entry| now < entry.at.after(reach));
        let at = slot_of(rates, now);
        if let Some(entry) = self.0.iter_mut().rfind(|entry| entry.at == at && entry.mark == mark) {
            entry.times = entry.times.saturating_add(1);
        } else {
            // Before those of a future that was set back.
            let index = self.0.partition_point(|entry| entry.at <= at);
            self.0.insert(index, Entry { at, times: 1, mark });
        }
        at
    }

    /// Notes a guess that was refused although its own mark had room: from then on it counts for [`Self::room_marked`], as
    /// it would were nothing spent with other marks, and for nothing else.
    pub fn note_uncompared(&mut self, rates: &Rates, mark: u8, reach: Duration, now: Timestamp) {
        self.spend(rates, mark | UNCOMPARED, reach, now);
    }

    /// Takes one back that was noted under that moment. Nothing else changes.
    pub fn give_back(&mut self, at: Timestamp, mark: u8) {
        let Some(index) = self.0.iter().rposition(|entry| entry.at == at && entry.mark == mark) else { return };
        self.0[index].times -= 1;
        if self.0[index].times == 0 {
            self.0.remove(index);
        }
    }

    /// From when on nothing of it counts any more, when rates look back `reach` at most.
    pub fn dead_at(&self, reach: Duration) -> Timestamp {
        self.0.last().map_or(Timestamp::from_millis(0), |last| last.at.after(reach))
    }

    fn lately(&self, within: Duration, now: Timestamp) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(move |entry| now < entry.at.after(within))
    }
}

fn room<'a>(
    entries: &(impl DoubleEndedIterator<Item = &'a Entry> + Clone),
    rates: &Rates,
    now: Timestamp,
) -> Result<(), Timestamp> {
    let full_until = rates.iter().filter_map(|rate| {
        let mut left = rate.sends;
        // The one that has to leave the stretch before another fits in.
        let decisive = entries.clone().rev().take_while(|entry| now < entry.at.after(rate.within)).find(|entry| {
            let full = entry.times >= left;
            left = left.saturating_sub(entry.times);
            full
        });
        decisive.map(|entry| entry.at.after(rate.within))
    });
    full_until.max().map_or(Ok(()), Err)
}

/// The moment under which something is noted: itself, or the end of its slot.
fn slot_of(rates: &Rates, now: Timestamp) -> Timestamp {
    if rates.iter().all(|rate| rate.sends <= EXACT) {
        return now;
    }
    let shortest = rates.iter().map(|rate| rate.within).min().unwrap_or_default();
    let slot = i64::try_from((shortest / SLOTS).as_millis()).unwrap_or(i64::MAX).max(1);
    let millis = now.as_millis();
    Timestamp::from_millis(millis.saturating_add((slot - millis.rem_euclid(slot)) % slot))
}

impl Entry {
    fn from_bytes(bytes: &[u8; ENTRY]) -> Option<Self> {
        let (at, rest) = bytes.split_first_chunk()?;
        let (times, rest) = rest.split_first_chunk()?;
        Some(Self {
            at: Timestamp::from_millis(i64::from_le_bytes(*at)),
            times: u32::from_le_bytes(*times),
            mark: *rest.first()?,
        })
    }

    fn to_bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..8].copy_from_slice(&self.at.as_millis().to_le_bytes());
        bytes[8..12].copy_from_slice(&self.times.to_le_bytes());
        bytes[12] = self.mark;
        bytes
    }
}

#[cfg(test)]
mod tests;
