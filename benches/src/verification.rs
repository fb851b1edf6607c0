//! Verification for another back end: send and verify by JSON, as old back ends call it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, ensure};

use crate::Plan;
use crate::client::{Reply, post_json};
use crate::drive::{Load, PerSignIn, Step, at, drive, read_codes};
use crate::journey::{Contact, Form};
use crate::process::Server;

/// Sends codes and verifies them; `names` are those of the two rows.
pub async fn measure(plan: &Plan, server: &Server, ledger: &Path, names: [&'static str; 2]) -> Result<()> {
    let load = Load { connections: plan.connections, requests: plan.verifications, forms: false };
    drive(load, server, names[0], Arc::new(Send(plan.channel))).await?.print();
    let codes = read_codes(ledger, plan.channel, plan.verifications).await?;
    drive(load, server, names[1], Arc::new(Verify { contact: plan.channel, codes })).await?.print();
    Ok(())
}

struct Send(Contact);

impl Step for Send {
    fn bytes(&self, number: u64, _: Option<&Form>) -> Vec<u8> {
        let body = serde_json::json!({ (self.0.kind()): self.0.of(number) });
        post_json("/api/users/send-otp/", &body, number)
    }

    fn check(&self, _: u64, reply: &Reply) -> Result<()> {
        ensure!(reply.status == 200, "send answered {}: {}", reply.status, String::from_utf8_lossy(&reply.body));
        Ok(())
    }
}

struct Verify {
    contact: Contact,
    codes: PerSignIn,
}

impl Step for Verify {
    fn bytes(&self, number: u64, _: Option<&Form>) -> Vec<u8> {
        let code = at(&self.codes, number).and_then(|code| code.get()).map_or("", String::as_str);
        let body = serde_json::json!({ (self.contact.kind()): self.contact.of(number), "otp": code });
        post_json("/api/users/verify-otp/", &body, number)
    }

    fn check(&self, _: u64, reply: &Reply) -> Result<()> {
        ensure!(reply.status == 200, "verify answered {}: {}", reply.status, String::from_utf8_lossy(&reply.body));
        Ok(())
    }
}
