//! What the rules expect, and questions they ask of what came.

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::Subject;
use otpd_domain::ports::{Denied, Issued, LimitedBy, OverBudget, Redeemed, Reservation, Sends, Spent};

/// What comes of a send in turn.
pub fn done(subject: Subject, made: u32, first_at: Timestamp) -> Issued {
    Issued::Done { subject, sends: Some(Sends { made, first_at }) }
}

/// What comes of a send that a limit does not let through.
pub fn limited(by: LimitedBy, retry_at: Timestamp) -> Issued {
    Issued::Limited(Denied { by, retry_at })
}

/// Whether a code was issued.
pub fn is_issued(issued: &Issued) -> bool {
    matches!(issued, Issued::Done { .. })
}

/// What stands in the way of a send in turn when its rate is used up.
pub fn rate_is_up(retry_at: Timestamp) -> Denied {
    Denied { by: LimitedBy::Purpose, retry_at }
}

/// The same without what it took from the budget.
pub fn without_spent(reservation: Reservation) -> Reservation {
    match reservation {
        Reservation::Reserved { verifier, subject, attempts_left, contact, .. } => {
            Reservation::Reserved { verifier, subject, attempts_left, contact, spent: None }
        }
        other => other,
    }
}

/// Whether the challenge was used.
pub fn is_done(redeemed: Redeemed) -> bool {
    matches!(redeemed, Redeemed::Done { .. })
}

/// What comes of a code that signs in to that account.
pub fn opened(account: AccountId) -> Redeemed {
    Redeemed::Done { account: Some(account), password_void: false }
}

/// Whether a guess may be compared.
pub fn is_compared(reservation: &Reservation) -> bool {
    matches!(reservation, Reservation::Reserved { .. })
}

/// What a guess that may be compared took from the budget.
pub fn spent_of(reservation: &Reservation) -> Option<Spent> {
    let Reservation::Reserved { spent, .. } = reservation else { panic!("{reservation:?}") };
    *spent
}

/// What is said of a guess whose budget is spent.
pub fn over(reservation: &Reservation) -> Option<OverBudget> {
    match reservation {
        Reservation::OverBudget { over, .. } => Some(*over),
        _ => None,
    }
}

/// What is said to whoever may be told that the budget is spent.
pub fn told(retry_at: Timestamp) -> OverBudget {
    OverBudget { retry_at, told: true }
}
