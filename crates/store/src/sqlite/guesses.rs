//! Budgets of guesses.

use otpd_domain::Timestamp;
use otpd_domain::account::AccountId;
use otpd_domain::identifier::Identifier;
use otpd_domain::limits::{Ledger, LedgerKey, Rates};
use otpd_domain::ports::{GuessBudget, GuessedAt, Limit, OverBudget, Spent, guess_mark};
use rusqlite::{Connection, Result};

use super::ledgers::{Book, Guesses, Ledgers, Written};
use super::spent::SpentUntil;
use super::subjects::holder;
use crate::rules::{ask_budget, terms_of};

/// The ledger and the rates that a guess at that contact is taken from.
fn find_budget<'b>(
    connection: &Connection,
    contact: &Identifier,
    budget: &'b GuessBudget,
) -> Result<(LedgerKey, &'b Rates)> {
    let at = holder(connection, contact)?.map_or(GuessedAt::Contact(contact), GuessedAt::Account);
    Ok(budget.of(at))
}

/// Takes a guess at a code that went to that contact from the budget: of the account, where it is known whose code it is.
pub(super) fn take_guess(
    connection: &Connection,
    (contact, account): (&Identifier, Option<AccountId>),
    budget: &GuessBudget,
    now: Timestamp,
    spent_until: &SpentUntil,
) -> Result<std::result::Result<Spent, OverBudget>> {
    let (key, rates) = match account {
        Some(account) => budget.of(GuessedAt::Account(account)),
        None => find_budget(connection, contact, budget)?,
    };
    let (mark, reach) = (guess_mark(contact.channel()), rates.reach());
    // Mostly there is no ledger, for right guesses take theirs away again: then one statement does it.
    let mut ledger = Ledger::default();
    let at = ledger.spend(rates, mark, reach, now);
    spent_until.note(&ledger, rates, now);
    if Guesses::add_first(connection, &key, &Written::of(&ledger, reach))? {
        return Ok(Ok(Spent { key, at, mark }));
    }
    let mut book = Book::of(&Guesses);
    let page = book.page(connection, &key)?;
    if let Err(over) = ask_budget(&page.ledger, rates, mark, now) {
        // It may have been spent by other ways than by a guess: a clock set back, a rate that was lowered.
        spent_until.note(&page.ledger, rates, now);
        return refuse(connection, book, &key, (rates, mark), over, now);
    }
    let at = page.spend(rates, mark, reach, now);
    spent_until.note(&page.ledger, rates, now);
    book.write(connection)?;
    Ok(Ok(Spent { key, at, mark }))
}

/// Refuses a guess. One that may not be told so is noted: after as many as a contact that nobody has would be let, it may.
fn refuse<T>(
    connection: &Connection,
    mut book: Book<'_, Guesses>,
    key: &LedgerKey,
    (rates, mark): (&Rates, u8),
    over: OverBudget,
    now: Timestamp,
) -> Result<std::result::Result<T, OverBudget>> {
    if !over.told {
        book.page(connection, key)?.note_uncompared(rates, mark, rates.reach(), now);
        book.write(connection)?;
    }
    Ok(Err(over))
}

/// Takes a guess at that contact from the budget and from the limits besides, or from none of them.
pub(super) fn take_guess_within(
    connection: &Connection,
    contact: &Identifier,
    budget: &GuessBudget,
    limits: &[Limit],
    now: Timestamp,
) -> Result<std::result::Result<Vec<Spent>, OverBudget>> {
    let mut book = Book::of(&Guesses);
    // These come first: what they say is the same whoever has the contact.
    for limit in limits {
        if let Err(retry_at) = book.page(connection, &limit.key)?.ledger.room(&limit.rates, now) {
            return Ok(Err(OverBudget { retry_at, told: true }));
        }
    }
    let (key, rates) = find_budget(connection, contact, budget)?;
    let mark = guess_mark(contact.channel());
    let page = book.page(connection, &key)?;
    if let Err(over) = ask_budget(&page.ledger, rates, mark, now) {
        return refuse(connection, book, &key, (rates, mark), over, now);
    }
    let mut spent = vec![Spent { key, at: page.spend(rates, mark, rates.reach(), now), mark }];
    for (index, limit) in limits.iter().enumerate() {
        let Some((rates, reach)) = terms_of(limits, index) else { continue };
        let at = book.page(connection, &limit.key)?.spend(rates, 0, reach, now);
        spent.push(Spent { key: limit.key, at, mark: 0 });
    }
    book.write(connection)?;
    Ok(Ok(spent))
}

/// Whether a guess at that contact has room.
pub(super) fn has_room(
    connection: &Connection,
    contact: &Identifier,
    budget: &GuessBudget,
    now: Timestamp,
) -> Result<bool> {
    let (key, rates) = find_budget(connection, contact, budget)?;
    let ledger = Guesses.read(connection, &key)?;
    Ok(ledger.is_none_or(|ledger| ledger.room(rates, now).is_ok()))
}

/// Gives a guess back that was right.
pub(super) fn give_back(connection: &Connection, spent: &Spent) -> Result<()> {
    Guesses.give_back(connection, &spent.key, spent.at, spent.mark)
}
