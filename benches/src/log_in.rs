//! Log-in with a password, beside a bare route that computes the same Argon2id in the same pool and nothing else.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, ensure};

use crate::Plan;
use crate::client::{Connection, Reply, post, post_json};
use crate::drive::{Load, Step, at, drive, read_codes};
use crate::journey::{Contact, Form};
use crate::process::Server;

/// The password of everybody.
pub const PASSWORD: &str = "purple monkey dishwasher";

/// Registers and activates an account for each connection, then logs in.
pub async fn measure_otpd(plan: &Plan, server: &Server, ledger: &Path) -> Result<f64> {
    let people = plan.connections as u64;
    let mut connection = Connection::open(server.port).await?;
    for number in 0..people {
        let form = serde_json::json!({
            "email": Contact::Email.of(number), "password": PASSWORD, "first_name": "Asha", "last_name": "Rao"
        });
        expect(&connection.send(&post_json("/api/register/", &form, number)).await?, 201)?;
    }
    let codes = read_codes(ledger, Contact::Email, people).await?;
    for number in 0..people {
        let code = at(&codes, number).and_then(|code| code.get()).map_or("", String::as_str);
        let proof = serde_json::json!({ "email": Contact::Email.of(number), "otp": code });
        expect(&connection.send(&post_json("/api/verify-otp/", &proof, number)).await?, 200)?;
    }
    let mut phase = drive(load(plan), server, "log in", Arc::new(LogIn { people })).await?;
    phase.print();
    Ok(phase.rate())
}

/// Computes as many hashes through the bare route.
pub async fn measure_bare(plan: &Plan, server: &Server) -> Result<f64> {
    let mut phase = drive(load(plan), server, "bare Argon2id", Arc::new(BareHash)).await?;
    phase.print();
    Ok(phase.rate())
}

fn load(plan: &Plan) -> Load {
    Load { connections: plan.connections, requests: plan.log_ins, forms: false }
}

fn expect(reply: &Reply, status: u16) -> Result<()> {
    ensure!(reply.status == status, "answered {}: {}", reply.status, String::from_utf8_lossy(&reply.body));
    Ok(())
}

struct LogIn {
    people: u64,
}

impl Step for LogIn {
    fn bytes(&self, number: u64, _: Option<&Form>) -> Vec<u8> {
        let body = serde_json::json!({ "email": Contact::Email.of(number % self.people), "password": PASSWORD });
        post_json("/api/login/", &body, number)
    }

    fn check(&self, _: u64, reply: &Reply) -> Result<()> {
        expect(reply, 200)
    }
}

struct BareHash;

impl Step for BareHash {
    fn bytes(&self, _: u64, _: Option<&Form>) -> Vec<u8> {
        post("/hash", "", "", PASSWORD, 0)
    }

    fn check(&self, _: u64, reply: &Reply) -> Result<()> {
        expect(reply, 200)
    }
}
