//! What a killed process leaves on the disk: its database, and its log with half a write behind the last whole one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::dice::Dice;

/// Bytes that were being written when the process died: at most so many, a few frames.
const TORN: u64 = 6_000;
/// Header of the log: page size at 8, salts at 16, checksum at 24 (<https://www.sqlite.org/fileformat2.html#walformat>).
const HEADER: usize = 32;
/// Header of a frame, before its page: salts at 8, checksum at 16.
const FRAME: usize = 24;
/// The first word of a log whose checksums read words with the lowest byte first.
const LITTLE_ENDIAN: u32 = 0x377f_0682;

/// Copies what is on the disk at this moment, and tears the end of the log.
pub fn leave(from: &Path, to: &Path, dice: &Dice) {
    // Drawn whatever is in the log: what is written behind people's backs must not shift the dice.
    let half = half_a_write(dice);
    if let Some(mut log) = copy_steady(from, to) {
        tear(&mut log, &half);
        fs::write(log_of(to), log).expect("the folder takes a log");
    }
}

/// Takes away all files of a database.
pub fn remove(database: &Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        // The last connection takes the log away when it goes.
        let _ = fs::remove_file(beside(database, ending));
    }
}

fn log_of(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Copies the file, and reads the log that belongs to the copy. The audit trail and the copying of the log go on meanwhile:
/// it is done again until the log has the same bytes before and after. A log that was begun anew has other salts, so the
/// same bytes mean that nothing was written to it; and pages that went from it into the file lie in it still.
fn copy_steady(from: &Path, to: &Path) -> Option<Vec<u8>> {
    let read = || fs::read(log_of(from)).ok();
    let mut before = read();
    loop {
        fs::copy(from, to).expect("the folder takes a copy");
        let after = read();
        if before == after {
            return after;
        }
        before = after;
    }
}

fn half_a_write(dice: &Dice) -> Vec<u8> {
    (0..dice.below(TORN)).map(|_| u8::try_from(dice.below(256)).unwrap_or_default()).collect()
}

/// Puts half a write behind the last whole frame, over what lies there from the time before the log was begun anew.
fn tear(log: &mut Vec<u8>, half: &[u8]) {
    let start = end_of_frames(log);
    let salts: Vec<u8> = log.get(16..24).unwrap_or_default().to_vec();
    log.resize(log.len().max(start + half.len()), 0);
    log[start..start + half.len()].copy_from_slice(half);
    if half.len() >= FRAME {
        // A frame of this log: only its checksum tells that it is not whole.
        log[start + 8..start + 8 + salts.len()].copy_from_slice(&salts);
    }
}

/// Where the next frame goes: each one before has the salts of the log, and its checksum goes on from that of the last.
fn end_of_frames(log: &[u8]) -> usize {
    let Some((header, frames)) = log.split_at_checked(HEADER) else { return 0 };
    let little_endian = word(header, 0) == LITTLE_ENDIAN;
    let length = FRAME + word(header, 8) as usize;
    let mut sum = (word(header, 24), word(header, 28));
    let whole = frames.chunks_exact(length).take_while(|frame| {
        sum = checksum(checksum(sum, &frame[..8], little_endian), &frame[FRAME..], little_endian);
        frame[8..16] == header[16..24] && sum == (word(frame, 16), word(frame, 20))
    });
    HEADER + whole.count() * length
}

fn checksum((mut one, mut two): (u32, u32), bytes: &[u8], little_endian: bool) -> (u32, u32) {
    let word = |bytes, at| if little_endian { word(bytes, at).swap_bytes() } else { word(bytes, at) };
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(word(pair, 0)).wrapping_add(two);
        two = two.wrapping_add(word(pair, 4)).wrapping_add(one);
    }
    (one, two)
}

/// Four bytes, the highest first.
fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use otpd_domain::Timestamp;
    use otpd_domain::audit::{AuditEvent, NewAuditEntry};
    use otpd_domain::visitor::Trail;
    use otpd_store::sqlite::{Options, SqliteStore, migrate_to};
    use otpd_testkit::{NoBell, TestHasher, TestProofs, TestTokens};

    use super::*;

    /// The log that a store writes with a few commits.
    async fn written() -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("otpd.db");
        migrate_to(&path, None).expect("an empty database takes every migration");
        let store = SqliteStore::open(&path, Options::default()).expect("a migrated database opens");
        let ports = store.ports(Arc::new(NoBell), Arc::new(TestHasher), Arc::new(TestTokens), Arc::new(TestProofs));
        for millis in 0..5 {
            let entry = NewAuditEntry::new(AuditEvent::LeftOut, Trail::default());
            ports.audit.append(entry, Timestamp::from_millis(millis)).await.expect("the trail takes an entry");
        }
        copy_steady(&path, &folder.path().join("copy.db")).expect("an open store has a log")
    }

    #[tokio::test]
    async fn half_a_write_lies_behind_the_last_whole_frame() {
        let log = written().await;
        let frame = FRAME + word(&log, 8) as usize;
        assert!(log.len() > HEADER + 2 * frame, "several commits are in it");
        assert_eq!(end_of_frames(&log), log.len());

        // From the last frame on the log is an older one's.
        let (last, mut begun_anew) = (log.len() - frame, log.clone());
        begun_anew[last + 8] ^= 1;
        assert_eq!(end_of_frames(&begun_anew), last);
        let half = [7; 100];
        let mut torn = begun_anew.clone();
        tear(&mut torn, &half);
        assert_eq!(torn.len(), log.len());
        assert_eq!(torn[..last], log[..last]);
        assert_eq!((torn[last], &torn[last + 8..last + 16], torn[last + 99]), (7, &log[16..24], 7));
        assert_eq!(torn[last + 100..], begun_anew[last + 100..]);
        assert_eq!(end_of_frames(&torn), last);
    }
}
