//! A server, people who have an account, and contacts that nobody has.

use otpd_tests::http::Request;
use otpd_tests::sink::{Sink, Verdict};
use otpd_tests::{Otpd, Settings};

use crate::doors::Door;

/// What the mail server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mail {
    /// It takes every message.
    Up,
    /// Nothing listens.
    Down,
}

/// How far limits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// Nobody reaches them.
    Ample,
    /// The contact was sent all that it may be sent.
    Reached,
}

/// The people and the server.
pub struct Scene {
    /// The server.
    pub otpd: Otpd,
    key: String,
    limits: Limits,
    _sink: Sink,
}

/// Has an account, or has none. Both are as long.
fn contact(door: Door, known: bool, round: usize) -> String {
    format!("{}{round:05}.{door:?}@example.com", if known { "known" } else { "other" }).to_lowercase()
}

impl Scene {
    /// With so many people for every door.
    pub async fn set(people: usize, mail: Mail, limits: Limits) -> Self {
        let sink = Sink::new(|_, _| Verdict::Accept);
        let port = match mail {
            Mail::Up => sink.listen().await.port(),
            // Reserved, and nobody's.
            Mail::Down => 9,
        };
        let per_contact = if limits == Limits::Reached { "1/h" } else { "100/h" };
        let settings = Settings::default()
            .with("email.transport", "smtp")
            .with("email.smtp.host", "127.0.0.1")
            .with("email.smtp.port", &port.to_string())
            .with("email.smtp.encryption", "none")
            .with("limits.send.per_contact", per_contact)
            .with("limits.send.cooldown", "0s")
            .with("verification.Login.cooldown", "0s");
        let with_accounts = crate::DOORS.iter().filter(|door| **door != Door::Waiting);
        let settings = with_accounts.fold(settings, |settings, door| {
            (0..people).fold(settings, |settings, round| settings.customer("A B", &contact(*door, true, round), ""))
        });
        let otpd = Otpd::start(settings).await;
        let key = otpd.api_key("verifications,sign-ins").await;
        Self { otpd, key, limits, _sink: sink }
    }

    /// A request for a code; what comes before it is done.
    pub async fn prepare(&mut self, door: Door, known: bool, round: usize) -> Request {
        let email = contact(door, known, round);
        if door == Door::Waiting {
            // Where nobody is to wait for activation somebody else does: what went on before is the same.
            let name = if known { email.clone() } else { format!("not{email}") };
            let reply = self.otpd.send(&Door::Register.request(&self.otpd, &self.key, &name).await).await;
            assert_eq!(reply.status, 201, "{}", reply.text());
        } else if self.limits == Limits::Reached && door != Door::Resend {
            // With "resend" the code before is the one that reaches the limit.
            let first = Door::Request.request(&self.otpd, &self.key, &email).await;
            let reply = self.otpd.send(&first).await;
            assert_eq!(reply.status, 303, "{}", reply.text());
        }
        door.request(&self.otpd, &self.key, &email).await
    }

    /// The status that the door answers with.
    pub fn expected(&self, door: Door) -> u16 {
        match self.limits {
            Limits::Reached if door != Door::ResendOtp => 429,
            _ => door.done(),
        }
    }
}
