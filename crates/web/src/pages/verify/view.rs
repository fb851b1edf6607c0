//! What the verify page shows.

use http::StatusCode;
use otpd_domain::codes::Pending;
use otpd_domain::identifier::Channel;
use otpd_domain::message::DeliveryNews;
use otpd_templating::Template;
use serde::Serialize;

use crate::extract::{Next, carry, carry_letters};
use crate::moment::{clock, whole_seconds};
use crate::pages::Frame;
use crate::pages::flow::Flow;
use crate::pages::limited::NotSent;
use crate::pages::password::PasswordFault;
use crate::state::WebState;

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyPage {
    frame: Frame,
    words: Words,
    /// Where the form goes.
    action: &'static str,
    /// Where the button for another code goes.
    resend: &'static str,
    /// Masked.
    contact: String,
    /// Masked: where a registration's other code went.
    pub second_contact: Option<String>,
    /// The account is active by its other contact already, and the person signed in: this code may be left for later.
    active: bool,
    by_sms: bool,
    code_length: u8,
    /// Kept when it was not compared; a code that was wrong is not shown again.
    pub typed: String,
    /// Fewest characters of the new password, on the page that asks for one.
    password_min: Option<usize>,
    next: Option<String>,
    /// To where another contact can be typed.
    way_back: String,
    attempts_left: u32,
    valid_seconds: u64,
    valid_clock: String,
    pub resend_seconds: u64,
    resend_clock: String,
    news: DeliveryNews,
    pub error: Option<CodeError>,
    /// What is wrong with the new password; the code was not looked at then.
    pub password_error: Option<PasswordFault>,
    /// Why no other code was sent.
    pub not_sent: Option<NotSent>,
    /// The field is for a code with letters. Which kind was sent, only the message says.
    letters: bool,
    /// To the same page with the other kind of field.
    other_field: String,
}

/// The messages that differ with what the code is for.
#[derive(Clone, Copy, Debug, Serialize)]
struct Words {
    title: &'static str,
    change: &'static str,
    submit: &'static str,
    hint: &'static str,
    back: &'static str,
}

impl Words {
    /// Those for a registration's other code, once the first one was right.
    const OTHER: Self = Self {
        title: "activate-other-title",
        change: "activate-change",
        submit: "new-contact-submit",
        hint: "activate-other-hint",
        back: "activate-other-skip",
    };

    fn of(flow: Flow) -> Self {
        let [title, change, submit, hint, back] = match flow {
            Flow::SignIn => ["verify-title", "verify-change", "verify-submit", "verify-hint", "verify-back"],
            Flow::Registration => {
                ["activate-title", "activate-change", "activate-submit", "activate-hint", "activate-back"]
            }
            Flow::PasswordReset => ["reset-title", "verify-change", "reset-submit", "verify-hint", "verify-back"],
            Flow::NewContact => {
                ["new-contact-title", "verify-change", "new-contact-submit", "new-contact-hint", "verify-back"]
            }
        };
        Self { title, change, submit, hint, back }
    }
}

/// Why the code was not taken, or none was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeError {
    /// Not a code of the expected length.
    Malformed,
    /// Not the right one.
    Wrong,
    /// All guesses are spent.
    TooMany,
    /// So many wrong codes were typed for this contact that none as short as this is compared.
    OverBudget,
    /// Its time is over.
    Expired,
    /// Another code was asked for too soon.
    TooSoon,
    /// The form was too old to be taken.
    Stale,
}

impl CodeError {
    /// The status of the page that tells it.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Wrong | Self::Expired => StatusCode::OK,
            Self::TooMany | Self::OverBudget | Self::TooSoon => StatusCode::TOO_MANY_REQUESTS,
            Self::Stale => StatusCode::FORBIDDEN,
        }
    }
}

impl Template for VerifyPage {
    const NAME: &'static str = "pages/verify.html";

    fn samples() -> Vec<Self> {
        use CodeError::{Expired, Malformed, OverBudget, Stale, TooMany, TooSoon, Wrong};
        use DeliveryNews::{Delayed, Failed, OnItsWay, Sent};
        let told = [OnItsWay, Delayed, Sent, Failed].map(|news| Self { news, ..Self::sample() });
        let wrong = [1, 2, 4].map(|attempts_left| Self { attempts_left, error: Some(Wrong), ..Self::sample() });
        let others = [
            Self { error: Some(Malformed), typed: "12".to_owned(), by_sms: false, ..Self::sample() },
            Self { error: Some(TooMany), attempts_left: 0, ..Self::sample() },
            Self { error: Some(OverBudget), ..Self::sample() },
            Self { letters: true, ..Self::sample() },
            Self { letters: true, error: Some(Malformed), typed: "7kq4".to_owned(), ..Self::sample() },
            Self { error: Some(Expired), valid_seconds: 0, resend_seconds: 0, ..Self::sample() },
            Self { error: Some(TooSoon), resend_seconds: 1, ..Self::sample() },
            Self { error: Some(Stale), ..Self::sample() },
            Self { attempts_left: 0, next: Some("/dashboard/".to_owned()), ..Self::sample() },
            Self { valid_seconds: 0, ..Self::sample() },
        ];
        let flows = [Flow::Registration, Flow::PasswordReset, Flow::NewContact].map(Self::sample_of);
        let reset = || Self::sample_of(Flow::PasswordReset);
        let unfit = PasswordFault::ALL.map(|fault| Self { password_error: Some(fault), ..reset() });
        let second_contact = Some("+91•••••••210".to_owned());
        let mut other = Self::sample_of(Flow::Registration);
        other.ask_for_other(None);
        let two = [other, Self { second_contact, by_sms: false, ..Self::sample_of(Flow::Registration) }];
        let limited =
            NotSent::samples().into_iter().map(|not_sent| Self { not_sent: Some(not_sent), ..Self::sample() });
        told.into_iter().chain(wrong).chain(others).chain(flows).chain(unfit).chain(two).chain(limited).collect()
    }
}

impl VerifyPage {
    fn sample() -> Self {
        Self::sample_of(Flow::SignIn)
    }

    fn sample_of(flow: Flow) -> Self {
        Self {
            frame: Frame::sample(),
            words: Words::of(flow),
            action: flow.verify(),
            resend: flow.resend(),
            contact: "+91•••••••210".to_owned(),
            second_contact: None,
            active: false,
            by_sms: true,
            code_length: 6,
            typed: String::new(),
            password_min: (flow == Flow::PasswordReset).then_some(15),
            next: None,
            way_back: flow.ask().to_owned(),
            attempts_left: 5,
            valid_seconds: 299,
            valid_clock: clock(299),
            resend_seconds: 25,
            resend_clock: clock(25),
            news: DeliveryNews::Sent,
            error: None,
            password_error: None,
            not_sent: None,
            letters: false,
            other_field: carry_letters(flow.verify().to_owned(), true),
        }
    }

    /// Makes it the page for a registration's other code, once the first one was right: the way on is open without it.
    pub fn ask_for_other(&mut self, next: Option<&Next>) {
        self.active = true;
        self.words = Words::OTHER;
        self.way_back = next.map_or_else(|| "/dashboard/".to_owned(), Next::location);
    }

    /// Shows the one kind of field, and the way to the other.
    pub fn offer_letters(&mut self, letters: bool, next: Option<&Next>) {
        self.letters = letters;
        self.other_field = carry_letters(carry(self.action, next), !letters);
    }

    /// The page of a pending code, without an error.
    pub fn of(state: &WebState, flow: Flow, frame: Frame, pending: &Pending, next: Option<&Next>) -> Self {
        let policy = &state.domain().policy;
        let codes = policy.codes(&pending.purpose).unwrap_or(&policy.sign_in);
        let (valid_seconds, resend_seconds) = (whole_seconds(pending.valid_for), whole_seconds(pending.resend_in));
        Self {
            frame,
            words: Words::of(flow),
            action: flow.verify(),
            resend: flow.resend(),
            contact: pending.identifier.masked().to_string(),
            second_contact: None,
            active: false,
            by_sms: pending.identifier.channel() == Channel::Sms,
            code_length: codes.length.digits(),
            typed: String::new(),
            password_min: (flow == Flow::PasswordReset).then_some(policy.passwords.min_length),
            next: next.map(|next| next.as_str().to_owned()),
            way_back: carry(flow.ask(), next),
            attempts_left: pending.attempts_left,
            valid_seconds,
            valid_clock: clock(valid_seconds),
            resend_seconds,
            resend_clock: clock(resend_seconds),
            news: pending.news,
            error: None,
            password_error: None,
            not_sent: None,
            letters: false,
            other_field: String::new(),
        }
    }
}
