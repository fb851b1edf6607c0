//! The door of the fuzz targets to the private parsers of this crate, and to a whole site; not part of its interface.

use std::path::Path;

use anyhow::{Context as _, Result};
use otpd_domain::administer::create_api_key;
use otpd_domain::api_key::Scope;
use otpd_domain::visitor::Trail;
use otpd_web::{PublicUrl, WebState};

pub use crate::commands::account::cells::{defused, plain};
pub use crate::commands::account::export::{COLUMNS, cells};
pub use crate::commands::account::import::rows::{Row, Rows};
pub use crate::commands::account::profile::{Fault, Typed, read as profile};
use crate::commands::serve::{demo, development};
pub use crate::config::layers::dotenv::{DotEnv, parse as dotenv};
pub use crate::config::layers::{Merged, Sources};
pub use crate::config::table::parse::written as written_duration;
pub use crate::config::table::problem::{Problem, Problems};
pub use crate::config::table::reader::Raw;
pub use crate::config::table::{Kind, variable};
pub use crate::config::{Config, Reading, find_key};
pub use crate::key_file::{StoredKey, parse as key, written as key_file};
use crate::{key_file, wire};

/// Where the site of [`site`] is reached.
pub const SITE: &str = "http://localhost:8080";

/// A development server on a fresh database in that folder, which nobody listens for; and an API key of every scope. It
/// needs a runtime of tokio about it.
///
/// # Errors
/// When it does not start.
pub async fn site(folder: &Path) -> Result<(WebState, String)> {
    let path = |name: &str| folder.join(name).display().to_string();
    let settings = [
        ("OTPD_SERVER__PUBLIC_URL", SITE.to_owned()),
        ("OTPD_DATABASE__URL", format!("sqlite:{}", path("fuzz.db"))),
        ("OTPD_KEYS__FILE", path("fuzz.keys")),
        ("OTPD_SMS__TRANSPORT", "twilio".to_owned()),
        ("OTPD_SMS__TWILIO__ACCOUNT_SID", "AC00000000000000000000000000000000".to_owned()),
        ("OTPD_SMS__TWILIO__AUTH_TOKEN", "0123456789abcdef".to_owned()),
        ("OTPD_SMS__TWILIO__FROM", "+14155550100".to_owned()),
    ];
    let environment = settings.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let config = Config::read(&Sources { environment, development: true, ..Sources::default() }).config?;
    development::prepare(&config)?;
    let store = wire::open_store(&config)?;
    let keys = key_file::keyring(&config.keys.file)?;
    let server = wire::server(&config, true, PublicUrl::parse(SITE).context("a URL")?, &store, keys)?;
    demo::customer(&config, &server.domain, &store).await?;
    let token = create_api_key(&server.domain, "fuzz", Scope::ALL.to_vec(), None, &Trail::default()).await?;
    Ok((server.web, token.to_text()))
}
