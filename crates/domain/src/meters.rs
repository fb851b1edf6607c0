//! Counters for those who watch the server: how often something happened since it started.
//!
//! The rules count here; whether anybody listens, and in what format, is the binary's concern. Without a recorder nothing is
//! counted. All counters are made at once, so that those that nothing happened to are there, with 0; counting is one atomic
//! addition. Labels hold words of the program only, nothing that anybody typed.

use std::sync::LazyLock;

use metrics::{Counter, counter, describe_counter};

use crate::challenge::Purpose;
use crate::identifier::Channel;
use crate::ports::{GuessKind, LimitedBy};

/// What a session was opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInBy {
    Code,
    Password,
    Activation,
    PasswordReset,
}

impl SignInBy {
    const ALL: [Self; 4] = [Self::Code, Self::Password, Self::Activation, Self::PasswordReset];

    fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Password => "password",
            Self::Activation => "activation",
            Self::PasswordReset => "password-reset",
        }
    }
}

const CHANNELS: [Channel; 2] = [Channel::Email, Channel::Sms];
/// What codes are for. Kinds of verification are the operator's own words, and count together.
const PURPOSES: [&str; 5] = ["sign-in", "registration", "password-reset", "new-contact", "verification"];
const GUESSES: [&str; 2] = ["code", "password"];

const CODES_SENT: &str = "otpd_codes_sent_total";
const SIGN_INS: &str = "otpd_sign_ins_total";
const WRONG_CODES: &str = "otpd_wrong_codes_total";
const WRONG_PASSWORDS: &str = "otpd_wrong_passwords_total";
const GUESSES_REFUSED: &str = "otpd_guesses_refused_total";
const SENDS_REFUSED: &str = "otpd_sends_refused_total";
const BLOCKS_CLOSED: &str = "otpd_blocks_closed_total";

struct Meters {
    codes_sent: [[Counter; 2]; 5],
    sign_ins: [Counter; 4],
    wrong_codes: Counter,
    wrong_passwords: Counter,
    guesses_refused: [Counter; 2],
    sends_refused: [Counter; LimitedBy::ALL.len()],
    blocks_closed: Counter,
}

static METERS: LazyLock<Meters> = LazyLock::new(|| Meters {
    codes_sent: PURPOSES.map(|purpose| {
        CHANNELS.map(|channel| counter!(CODES_SENT, "purpose" => purpose, "channel" => channel.as_str()))
    }),
    sign_ins: SignInBy::ALL.map(|by| counter!(SIGN_INS, "by" => by.as_str())),
    wrong_codes: counter!(WRONG_CODES),
    wrong_passwords: counter!(WRONG_PASSWORDS),
    guesses_refused: GUESSES.map(|kind| counter!(GUESSES_REFUSED, "kind" => kind)),
    sends_refused: LimitedBy::ALL.map(|by| counter!(SENDS_REFUSED, "by" => by.as_str())),
    blocks_closed: counter!(BLOCKS_CLOSED),
});

/// Makes all counters and says what they mean: for the binary, once it has a recorder and before anything is counted.
pub fn start() {
    describe_counter!(CODES_SENT, "Codes asked for and let through by the limits, also to contacts that nobody has");
    describe_counter!(SIGN_INS, "Sessions opened, by what the person showed");
    describe_counter!(WRONG_CODES, "Wrong codes that were compared");
    describe_counter!(WRONG_PASSWORDS, "Wrong passwords, also for contacts that nobody has");
    describe_counter!(GUESSES_REFUSED, "Guesses that were not compared: a budget was spent");
    describe_counter!(SENDS_REFUSED, "Codes that were not sent, by the limit that stood in the way");
    describe_counter!(
        BLOCKS_CLOSED,
        "Blocks of phone numbers closed, since too few of the codes sent there were typed"
    );
    LazyLock::force(&METERS);
}

/// A code is on its way.
pub(crate) fn code_sent(purpose: &Purpose, channel: Channel) {
    METERS.codes_sent[index_of(purpose)][usize::from(channel == Channel::Sms)].increment(1);
}

/// A session was opened.
pub(crate) fn signed_in(by: SignInBy) {
    METERS.sign_ins[by as usize].increment(1);
}

/// A wrong code was compared.
pub(crate) fn wrong_code() {
    METERS.wrong_codes.increment(1);
}

/// A password was wrong.
pub(crate) fn wrong_password() {
    METERS.wrong_passwords.increment(1);
}

/// A guess was not compared.
pub(crate) fn guess_refused(kind: GuessKind) {
    METERS.guesses_refused[usize::from(kind == GuessKind::Password)].increment(1);
}

/// A code was not sent.
pub(crate) fn send_refused(by: LimitedBy) {
    METERS.sends_refused[by as usize].increment(1);
}

/// A block of numbers was closed: for the stores, which close them.
pub fn block_closed() {
    METERS.blocks_closed.increment(1);
}

fn index_of(purpose: &Purpose) -> usize {
    match purpose {
        Purpose::SignIn => 0,
        Purpose::Registration => 1,
        Purpose::PasswordReset => 2,
        Purpose::NewContact => 3,
        Purpose::Verification(_) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::challenge::VerificationType;

    #[test]
    fn everything_counted_has_the_place_of_its_label() {
        for (index, by) in LimitedBy::ALL.into_iter().enumerate() {
            assert_eq!(by as usize, index, "{by:?}");
        }
        for (index, by) in SignInBy::ALL.into_iter().enumerate() {
            assert_eq!(by as usize, index, "{by:?}");
        }
        let kind = VerificationType::parse("Login").expect("a name");
        let all = [
            Purpose::SignIn,
            Purpose::Registration,
            Purpose::PasswordReset,
            Purpose::NewContact,
            Purpose::Verification(kind),
        ];
        for purpose in all {
            assert!(purpose.word().starts_with(PURPOSES[index_of(&purpose)]), "{purpose:?}");
        }
    }
}
