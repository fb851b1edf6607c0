//! Somebody who registers again and again under fresh addresses, whatever happens to the server, and remembers what was
//! acknowledged.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use otpd_tests::api::PASSWORD;
use otpd_tests::http::{self, Reply, Request};
use otpd_tests::sink::Sink;
use serde_json::{Value, json};

use crate::customer::PATIENCE;
use crate::promises::{Joined, Promises};

/// Gives every newcomer an address of its own.
pub type Addresses = Arc<AtomicUsize>;

/// One newcomer at a time.
pub struct Newcomer {
    address: SocketAddr,
    sink: Sink,
    promises: Arc<Promises>,
    addresses: Addresses,
}

impl Newcomer {
    /// Registers with this server; mails come in by this sink.
    pub fn new(address: SocketAddr, sink: Sink, promises: Arc<Promises>, addresses: Addresses) -> Self {
        Self { address, sink, promises, addresses }
    }

    /// Registers and activates over and over, until there is no answer any more.
    pub async fn until_the_server_is_gone(self) -> Self {
        while self.join().await.is_ok() {}
        self
    }

    async fn join(&self) -> io::Result<()> {
        let number = self.addresses.fetch_add(1, Ordering::Relaxed);
        let email = format!("newcomer{number}@example.com");
        let form = json!({ "email": email, "password": PASSWORD, "first_name": "New", "last_name": "Comer" });
        let reply = self.post("/api/register/", &form).await?;
        assert_eq!(reply.status, 201, "{}", reply.text());
        let id = reply.json()["user_id"].as_i64().expect("an id");
        self.promises.joined().insert(email.clone(), Joined { id, activated: false });
        if number.is_multiple_of(4) {
            return Ok(());
        }
        let otp = self.code(&email).await?;
        let reply = self.post("/api/verify-otp/", &json!({ "email": email, "otp": otp })).await?;
        assert_eq!(reply.status, 200, "{}", reply.text());
        self.promises.joined().insert(email, Joined { id, activated: true });
        Ok(())
    }

    /// Logs in with an acknowledged account.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn log_in(&self, email: &str) {
        let reply = self.post("/api/login/", &json!({ "email": email, "password": PASSWORD })).await;
        let reply = reply.expect("the server lives");
        assert_eq!(reply.status, 200, "N4: {email} is acknowledged and cannot log in: {}", reply.text());
    }

    async fn post(&self, path: &str, body: &Value) -> io::Result<Reply> {
        http::send(self.address, &Request::new("POST", path).json(body)).await
    }

    /// Waits for the mail; asks the server meanwhile whether it is still there.
    async fn code(&self, email: &str) -> io::Result<String> {
        let started = Instant::now();
        loop {
            if let Some(code) = self.sink.hand_offs_for(email).iter().find_map(|mail| mail.code()) {
                return Ok(code);
            }
            http::send(self.address, &Request::new("GET", "/health/live")).await?;
            assert!(started.elapsed() < PATIENCE, "no message to {email}");
        }
    }
}
