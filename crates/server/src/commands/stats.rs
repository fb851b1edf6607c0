//! `otpd stats`: the figures.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use otpd_domain::Clock;
use otpd_domain::Timestamp;
use otpd_domain::administer;
use otpd_domain::ports::{SmsTotals, Stats, Tally};
use otpd_domain::sms::SmsSpending;
use serde::Serialize;

use super::{Context, Outcome, block_on};
use crate::config::sms::Sms;
use crate::output::{self, Align, Table};
use crate::system::SystemClock;
use crate::wire;

/// One day; "today" begins at midnight UTC.
const DAY_MILLIS: i64 = 86_400_000;

/// Show how many codes were issued, verified and expired, and what text messages came to
///
/// Totals count every code ever issued to somebody, deleted rows included. Today begins at midnight UTC. One text
/// message is sent, and billed, as one or more segments: of 160 characters where all are in the GSM-7 alphabet (of 153
/// where there are several), else in UCS-2 of 70 (67). Delivered and undelivered are what providers report later.
/// What they cost is reckoned by sms.prices, for the ceiling of the day (UTC).
#[derive(Args)]
pub struct StatsCommand {
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// The figures of one channel as scripts get them.
#[derive(Serialize)]
struct Figures {
    #[serde(flatten)]
    tally: Tally,
    success_rate: Option<f64>,
}

#[derive(Serialize)]
struct AllFigures {
    #[serde(flatten)]
    all: Figures,
    by_channel: ByChannel,
}

#[derive(Serialize)]
struct ByChannel {
    email: Figures,
    sms: SmsFigures,
}

/// Those of text messages, with what only they have.
#[derive(Serialize)]
struct SmsFigures {
    #[serde(flatten)]
    figures: Figures,
    #[serde(flatten)]
    totals: SmsTotals,
    today_by_price: Spending,
    closed_blocks: usize,
}

/// What text messages have cost today (UTC). Amounts are texts: a price may have six decimals, and they are exact.
#[derive(Serialize)]
struct Spending {
    messages: u64,
    spent: String,
    ceiling: Option<String>,
    currency: String,
}

/// What the store knows, from one visit.
struct Collected {
    stats: Stats,
    today: SmsSpending,
    closed_blocks: usize,
}

impl From<Tally> for Figures {
    fn from(tally: Tally) -> Self {
        Self { tally, success_rate: tally.success_rate() }
    }
}

/// Runs the command.
pub fn run(args: &StatsCommand, context: &Context, out: &mut dyn Write) -> Result<Outcome> {
    let config = context.config()?;
    let now = SystemClock.now().as_millis();
    let midnight = Timestamp::from_millis(now - now.rem_euclid(DAY_MILLIS));
    let collected = block_on(wire::with_office(&config, async |domain| {
        Ok(Collected {
            stats: administer::stats(domain, midnight).await?,
            today: administer::sms_spending(domain).await?,
            closed_blocks: administer::closed_blocks(domain).await?,
        })
    }))?;
    let (stats, closed_blocks) = (collected.stats, collected.closed_blocks);
    if args.json {
        let today_by_price = spending(&config.sms, collected.today);
        let sms = SmsFigures { figures: stats.sms.into(), totals: stats.sms_totals, today_by_price, closed_blocks };
        let by_channel = ByChannel { email: stats.email.into(), sms };
        output::json(out, &AllFigures { all: stats.all.into(), by_channel })?;
    } else {
        let mut table = table(&stats);
        for (what, figure) in money(&spending(&config.sms, collected.today), closed_blocks) {
            table.row([what, "", "", &figure]);
        }
        table.print(out)?;
    }
    Ok(Outcome::Fine)
}

fn spending(sms: &Sms, today: SmsSpending) -> Spending {
    Spending {
        messages: today.messages,
        spent: today.spent.to_string(),
        ceiling: sms.policy.daily_ceiling.map(|ceiling| ceiling.to_string()),
        currency: sms.currency.clone(),
    }
}

/// The rows of what text messages cost.
fn money(today: &Spending, closed_blocks: usize) -> [(&'static str, String); 4] {
    let amount = |amount: &str| format!("{amount} {}", today.currency);
    [
        ("charged today", today.messages.to_string()),
        ("  spent", amount(&today.spent)),
        ("  ceiling", today.ceiling.as_deref().map_or_else(|| "none".to_owned(), amount)),
        ("blocks of numbers closed", closed_blocks.to_string()),
    ]
}

/// A row of the table: its heading and what it counts.
type Count = (&'static str, fn(&Tally) -> u64);

fn table(stats: &Stats) -> Table {
    let right = Align::Right;
    let mut table = Table::new(&[("", Align::Left), ("all", right), ("e-mail", right), ("SMS", right)]);
    let tallies = [&stats.all, &stats.email, &stats.sms];
    let counts: [Count; 8] = [
        ("codes issued", |tally| tally.total),
        ("  today", |tally| tally.today),
        ("  verified", |tally| tally.verified),
        ("  expired", |tally| tally.expired),
        ("  still alive", |tally| tally.live),
        ("messages waiting", |tally| tally.messages_pending),
        ("messages sent", |tally| tally.messages_accepted),
        ("messages given up", |tally| tally.messages_failed),
    ];
    for (what, count) in counts {
        table.row([what.to_owned()].into_iter().chain(tallies.map(|tally| count(tally).to_string())));
    }
    table.row(["success rate".to_owned()].into_iter().chain(tallies.map(rate)));
    table.row(["median time to verify".to_owned()].into_iter().chain(tallies.map(median)));
    for (what, count) in text_messages(&stats.sms_totals) {
        table.row([what, "", "", &count.to_string()]);
    }
    table
}

/// The rows that only text messages have.
fn text_messages(totals: &SmsTotals) -> [(&'static str, u64); 5] {
    [
        ("segments sent", totals.segments),
        ("  messages in GSM-7", totals.gsm7),
        ("  messages in UCS-2", totals.ucs2),
        ("reported as delivered", totals.delivered),
        ("reported as undelivered", totals.undelivered),
    ]
}

fn rate(tally: &Tally) -> String {
    tally.success_rate().map_or_else(|| "–".to_owned(), |rate| format!("{:.1} %", rate * 100.0))
}

fn median(tally: &Tally) -> String {
    tally
        .median_millis_to_verify
        .map_or_else(|| "–".to_owned(), |millis| format!("{}.{} s", millis / 1000, millis % 1000 / 100))
}
