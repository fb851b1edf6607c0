//! Figures for Prometheus, on a listener of their own: what was counted since the start, and what the store says when asked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::{describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use otpd_domain::sms::Money;
use otpd_domain::{Domain, Fault, Timestamp, administer, meters};
use otpd_web::Limits;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// The text format of Prometheus.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The store is asked at most this often, whoever collects.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// Collectors are few.
const CONNECTIONS: usize = 16;

const SPENT: &str = "otpd_sms_spent_today";
const CEILING: &str = "otpd_sms_ceiling";
const CLOSED: &str = "otpd_sms_blocks_closed";
const PENDING: &str = "otpd_outbox_pending";
const AVAILABLE: &str = "otpd_store_available";

/// An open listener for collectors.
pub struct Metrics {
    listener: TcpListener,
    recorded: PrometheusHandle,
}

impl Metrics {
    /// Listens, and has everything counted from now on; call it inside the runtime, before anything is counted.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let listener = otpd_web::listen(address).with_context(|| {
            format!("cannot listen on {address}; stop what listens there, or set server.metrics_listen")
        })?;
        let recorded = PrometheusBuilder::new().install_recorder().context("the figures cannot be recorded")?;
        meters::start();
        describe_gauge!(SPENT, "What text messages have cost today (UTC), by the price table");
        describe_gauge!(CEILING, "Most that text messages may cost a day");
        describe_gauge!(CLOSED, "Blocks of phone numbers that get no text messages now; at most 1000 are counted");
        describe_gauge!(PENDING, "Messages waiting or being tried, also those to nobody");
        describe_gauge!(AVAILABLE, "1 when the store answered just now, else 0");
        tracing::info!(metrics = %listener.local_addr()?, "figures for Prometheus at /metrics");
        Ok(Self { listener, recorded })
    }

    /// Answers collectors until `stop` is done.
    pub async fn serve(self, domain: Domain, stop: impl Future<Output = ()>) {
        let asked = Arc::new(Asked { domain, recorded: self.recorded, at: Mutex::new(None) });
        let router = Router::new().route("/metrics", get(show)).with_state(asked);
        let limits = Limits { connections: CONNECTIONS, drain: Duration::from_secs(1), ..Limits::default() };
        otpd_web::serve(self.listener, router, stop, limits).await;
    }
}

struct Asked {
    domain: Domain,
    recorded: PrometheusHandle,
    /// When the store was asked last. Held while it is asked, so that one asks for all.
    at: Mutex<Option<Timestamp>>,
}

async fn show(State(asked): State<Arc<Asked>>) -> impl IntoResponse {
    let mut at = asked.at.lock().await;
    let now = asked.domain.clock.now();
    if at.is_none_or(|at| now.since(at) >= ASK_EVERY) {
        refresh(&asked.domain).await;
        *at = Some(now);
    }
    drop(at);
    ([(CONTENT_TYPE, FORMAT)], asked.recorded.render())
}

/// Asks the store. Where it does not answer, old figures are not shown for new ones.
async fn refresh(domain: &Domain) {
    if let Some(ceiling) = domain.policy.limits.sms.daily_ceiling {
        gauge!(CEILING).set(amount(ceiling));
    }
    let stands = standing(domain).await.inspect_err(|error| tracing::warn!(%error, "no figures of the store"));
    gauge!(AVAILABLE).set(u32::from(stands.is_ok()));
    let stands = stands.unwrap_or(Standing { spent: f64::NAN, closed: f64::NAN, pending: f64::NAN });
    gauge!(SPENT).set(stands.spent);
    gauge!(CLOSED).set(stands.closed);
    gauge!(PENDING).set(stands.pending);
}

struct Standing {
    spent: f64,
    closed: f64,
    pending: f64,
}

#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
async fn standing(domain: &Domain) -> Result<Standing, Fault> {
    Ok(Standing {
        spent: amount(administer::sms_spending(domain).await?.spent),
        closed: administer::closed_blocks(domain).await? as f64,
        pending: administer::waiting_messages(domain).await? as f64,
    })
}

/// In units of the currency.
#[allow(clippy::cast_precision_loss, reason = "a gauge is a float; the ceiling itself is reckoned exactly")]
fn amount(money: Money) -> f64 {
    money.millionths() as f64 / 1e6
}
