//! What becomes of entries that cannot be written.

use otpd_domain::Timestamp;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn entry(detail: &str) -> NewAuditEntry {
    NewAuditEntry::new(AuditEvent::WrongCode, Trail::default()).saying(detail)
}

fn flush(notes: &Arc<Notes>, queue: &Arc<Queue>) -> Flush {
    Flush { notes: Arc::clone(notes), queue: Arc::downgrade(queue), taken: Vec::new(), failed: false }
}

fn waiting(notes: &Notes) -> Vec<(Option<String>, u32)> {
    notes.lock().waiting.iter().map(|noted| (noted.entry.detail.clone(), noted.times)).collect()
}

/// They wait in their order, and what comes meanwhile comes after them.
#[test]
fn what_is_not_written_is_kept_for_the_next_time() {
    let (notes, queue) = (Arc::<Notes>::default(), Arc::new(Queue::new(10)));
    let without_tables = Connection::open_in_memory().expect("opened");
    for detail in ["a", "b", "a"] {
        Notes::note(&notes, &queue, entry(detail), NOW);
    }
    for round in 0..3 {
        let mut job = flush(&notes, &queue);
        assert!(matches!(job.run(&without_tables), Ran::Doomed(_)));
        Notes::note(&notes, &queue, entry(&format!("later {round}")), NOW);
        Box::new(job).answer(Some("there is no table"));
        assert!(notes.lock().scheduled, "it is tried again");
    }
    let details: Vec<_> = waiting(&notes).into_iter().filter_map(|(detail, times)| Some((detail?, times))).collect();
    let expected = [("a", 2), ("b", 1), ("later 0", 1), ("later 1", 1), ("later 2", 1)];
    assert_eq!(details, expected.map(|(detail, times)| (detail.to_owned(), times)));
}

/// However long the database is away, memory holds so many, and none is lost without being counted.
#[test]
fn what_there_is_no_room_for_is_counted() {
    let (notes, queue) = (Arc::<Notes>::default(), Arc::new(Queue::new(10)));
    for n in 0..CAPACITY {
        Notes::note(&notes, &queue, entry(&format!("first {n}")), NOW);
    }
    let job = Flush { taken: notes.lock().take(), ..flush(&notes, &queue) };
    for n in 0..CAPACITY + 7 {
        Notes::note(&notes, &queue, entry(&format!("second {n}")), NOW);
    }
    Box::new(job).answer(Some("away"));
    assert_eq!(waiting(&notes).len(), CAPACITY);
    let taken = notes.lock().take();
    let left_out = taken.last().expect("some");
    assert_eq!((left_out.entry.event, left_out.times as usize), (AuditEvent::LeftOut, CAPACITY + 7));
    assert_eq!(taken[0].entry, entry("first 0"));
}
