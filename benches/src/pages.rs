//! The journey of a sign-in through the pages, beside bare routes that make the same durable writes.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::Plan;
use crate::client::{Reply, post};
use crate::drive::{Load, PerSignIn, Step, at, drive, filled, read_codes};
use crate::journey::{Form, expect_signed_in, pending_cookie};
use crate::process::Server;

/// Asks for codes and verifies them.
pub async fn measure_otpd(plan: &Plan, server: &Server, ledger: &Path) -> Result<String> {
    let origin = format!("http://127.0.0.1:{}", server.port);
    let asked = Arc::new(Asked { plan: plan.clone(), origin: origin.clone(), pending: filled(plan.sign_ins) });
    drive(load(plan, true), server, "request", Arc::clone(&asked)).await?.print();
    let began = Instant::now();
    let codes = read_codes(ledger, plan.channel, plan.sign_ins).await?;
    let drained = began.elapsed();
    drive(load(plan, true), server, "verify", Arc::new(Presented { origin, codes, asked })).await?.print();
    Ok(format!(
        "First answer {:.0} ms after the start; the outbox was empty {:.1} s after the last request; {:.1} MiB resident at the end.",
        server.started_in.as_secs_f64() * 1e3,
        drained.as_secs_f64(),
        server.usage()?.resident_mib
    ))
}

/// Makes the same writes through the bare routes.
pub async fn measure_bare(plan: &Plan, server: &Server) -> Result<()> {
    let issued = Arc::new(BareIssue { pending: filled(plan.sign_ins) });
    drive(load(plan, false), server, "bare request", Arc::clone(&issued)).await?.print();
    drive(load(plan, false), server, "bare verify", Arc::new(BareVerify(issued))).await?.print();
    Ok(())
}

fn load(plan: &Plan, forms: bool) -> Load {
    Load { connections: plan.connections, requests: plan.sign_ins, forms }
}

struct Asked {
    plan: Plan,
    origin: String,
    pending: PerSignIn,
}

impl Step for Asked {
    fn bytes(&self, number: u64, form: Option<&Form>) -> Vec<u8> {
        form.map(|form| form.request(&self.origin, self.plan.channel, number)).unwrap_or_default()
    }

    fn check(&self, number: u64, reply: &Reply) -> Result<()> {
        let cookie = pending_cookie(reply)?;
        let _ = at(&self.pending, number).context("out of range")?.set(cookie);
        Ok(())
    }
}

struct Presented {
    origin: String,
    codes: PerSignIn,
    asked: Arc<Asked>,
}

impl Step for Presented {
    fn bytes(&self, number: u64, form: Option<&Form>) -> Vec<u8> {
        let text = |values: &PerSignIn| at(values, number).and_then(|value| value.get().cloned()).unwrap_or_default();
        form.map(|form| form.verify(&self.origin, &text(&self.asked.pending), &text(&self.codes), number))
            .unwrap_or_default()
    }

    fn check(&self, _: u64, reply: &Reply) -> Result<()> {
        expect_signed_in(reply)
    }
}

struct BareIssue {
    pending: PerSignIn,
}

impl Step for BareIssue {
    fn bytes(&self, number: u64, _: Option<&Form>) -> Vec<u8> {
        post("/request", "", "", &number.to_string(), number)
    }

    fn check(&self, number: u64, reply: &Reply) -> Result<()> {
        ensure!(reply.status == 200, "bare request answered {}", reply.status);
        let _ = at(&self.pending, number).context("out of range")?.set(String::from_utf8(reply.body.clone())?);
        Ok(())
    }
}

struct BareVerify(Arc<BareIssue>);

impl Step for BareVerify {
    fn bytes(&self, number: u64, _: Option<&Form>) -> Vec<u8> {
        let handle = at(&self.0.pending, number).and_then(|value| value.get()).map_or("", String::as_str);
        post("/verify", "", "", handle, number)
    }

    fn check(&self, _: u64, reply: &Reply) -> Result<()> {
        ensure!(reply.status == 200, "bare verify answered {}", reply.status);
        Ok(())
    }
}
