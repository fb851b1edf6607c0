//! How messages leave: words, transports, the worker.

use std::sync::Arc;
use std::time::Duration;

use otpd_delivery::{
    ConsoleTransport, FileTransport, GatewayTransport, Login, RenderConfig, Renderer, Route, SetupError, SmtpConfig,
    SmtpTransport, Transport, Transports, TwilioConfig, TwilioTransport, WorkerConfig,
};
use otpd_domain::Clock;
use otpd_templating::Templates;
use otpd_web::PublicUrl;

use crate::config::Config;
use crate::config::email::{EmailTransport, Encryption, Smtp};
use crate::config::sms::{SmsTransport, Twilio};
use crate::system::SystemClock;

/// How long messages that are being sent may take to finish when the server stops. After that the worker needs two
/// seconds at most to record their end and as long to take leave of the mail server.
const WORKER_DRAIN: Duration = Duration::from_secs(1);

/// Puts messages into words.
pub fn renderer(config: &Config, public_url: &PublicUrl, templates: &Templates) -> Result<Renderer, SetupError> {
    Renderer::new(
        templates.clone(),
        RenderConfig {
            public_host: public_url.host().to_owned(),
            from: config.email.from.to_string(),
            verification_templates: config.verification.templates(),
        },
    )
}

/// The path that Twilio reports on messages at.
pub const TWILIO_REPORTS: &str = "/api/twilio/status";

/// What sends messages: for each channel the configured transports, in their order.
pub fn transports(config: &Config, public_url: &PublicUrl) -> Result<Transports, SetupError> {
    let clock = || Arc::new(SystemClock) as Arc<dyn Clock>;
    let (mut email, mut sms) = (Vec::new(), Vec::new());
    for configured in &config.email.transports {
        let transport: Arc<dyn Transport> = match configured {
            EmailTransport::Console => Arc::new(ConsoleTransport),
            EmailTransport::File(path) => Arc::new(FileTransport::open(path, clock())?),
            EmailTransport::Smtp(smtp) => Arc::new(SmtpTransport::new(smtp_config(smtp, config, public_url))?),
        };
        email.push((configured.word().to_owned(), transport));
    }
    for configured in &config.sms.transports {
        let transport: Arc<dyn Transport> = match configured {
            SmsTransport::Console => Arc::new(ConsoleTransport),
            SmsTransport::File(path) => Arc::new(FileTransport::open(path, clock())?),
            SmsTransport::Twilio(twilio) => Arc::new(TwilioTransport::new(twilio_config(twilio, public_url), clock())?),
            SmsTransport::Gateway(plan) => Arc::new(GatewayTransport::new(plan.as_ref().clone(), clock())?),
        };
        sms.push((configured.word().to_owned(), transport));
    }
    Ok(Transports { email: Arc::new(Route::new(email, clock())), sms: Arc::new(Route::new(sms, clock())) })
}

fn twilio_config(twilio: &Twilio, public_url: &PublicUrl) -> TwilioConfig {
    // Twilio refuses messages whose reports would go to a name that only this machine knows.
    let reports = (public_url.host() != "localhost").then(|| format!("{}{TWILIO_REPORTS}", public_url.origin()));
    TwilioConfig {
        account_sid: twilio.account_sid.clone(),
        auth_token: twilio.auth_token.clone(),
        from: twilio.from.clone(),
        base_url: twilio.base_url.clone(),
        status_callback: reports,
    }
}

fn smtp_config(smtp: &Smtp, config: &Config, public_url: &PublicUrl) -> SmtpConfig {
    SmtpConfig {
        host: smtp.host.clone(),
        port: smtp.port,
        encryption: match smtp.encryption {
            Encryption::None => otpd_delivery::Encryption::None,
            Encryption::StartTls => otpd_delivery::Encryption::StartTls,
            Encryption::Tls => otpd_delivery::Encryption::Tls,
        },
        login: smtp.login.clone().map(|(username, password)| Login { username, password }),
        timeout: smtp.timeout,
        ca_file: smtp.ca_file.clone(),
        hello_name: public_url.host().to_owned(),
        idle_connections: config.delivery.concurrency,
    }
}

pub(super) fn worker_config(config: &Config) -> WorkerConfig {
    WorkerConfig {
        concurrency: config.delivery.concurrency,
        lease: config.delivery.lease,
        send_timeout: config.delivery.timeout,
        drain: WORKER_DRAIN,
        ..WorkerConfig::default()
    }
}
