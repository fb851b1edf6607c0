//! What can be tried out on this machine: files, folders, templates.

use std::fmt::Display;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use otpd_delivery::SetupError;
use otpd_store::sqlite;

use super::findings::Findings;
use crate::config::Config;
use crate::config::email::EmailTransport;
use crate::config::sms::SmsTransport;
use crate::{key_file, wire};

/// Tries everything out.
pub fn check(config: &Config, findings: &mut Findings) {
    keys(&config.keys.file, findings);
    database(&config.database.path, findings);
    texts(config, findings);
    for transport in &config.email.transports {
        if let EmailTransport::File(path) = transport {
            folder_of("email.file.path", path, findings);
        }
    }
    for transport in &config.sms.transports {
        if let SmsTransport::File(path) = transport {
            folder_of("sms.file.path", path, findings);
        }
    }
}

fn keys(path: &Path, findings: &mut Findings) {
    match key_file::read(path).and_then(|keys| key_file::keyring(path).map(|_| keys)) {
        Ok(keys) if keys.iter().any(|key| key_file::is_weak(&key.secret)) => {
            let remedy = "Run otpd keys rotate --keep 1, and restart the server";
            findings.error("keys.file", format!("a secret in {} was not drawn at random", path.display()), remedy);
        }
        Ok(keys) => findings.fine(format!(
            "key file {}: {} in it, readable by its owner only",
            path.display(),
            count(keys.len(), "key")
        )),
        Err(error) => blame("keys.file", &error, findings),
    }
}

fn database(path: &Path, findings: &mut Findings) {
    folder_of("database.url", path, findings);
    match sqlite::status(path) {
        Ok(migrations) => {
            let missing = migrations.iter().filter(|migration| !migration.applied).count();
            if missing == 0 {
                findings.fine(format!("database {}: all migrations applied", path.display()));
            } else {
                let why = format!("{} not applied to {}", count(missing, "migration"), path.display());
                findings.error("database.url", why, "Run otpd migrate");
            }
        }
        Err(error) => blame("database.url", &error, findings),
    }
}

fn texts(config: &Config, findings: &mut Findings) {
    match wire::templates(config) {
        Ok(templates) => {
            let languages = count(templates.languages().len(), "language");
            // The words of messages are tried out with samples; for that a public URL is needed.
            match config.server.public_url.as_ref().map(|url| wire::renderer(config, url, &templates)) {
                Some(Err(SetupError::NoTemplate { name })) => no_template(config, &name, findings),
                Some(Err(error)) => blame("templates.folder", &error, findings),
                Some(Ok(_)) | None => findings.fine(format!("templates and {languages} read")),
            }
        }
        Err(error) => blame("templates.folder", &error, findings),
    }
    if let Some(logo) = &config.brand.logo
        && let Err(error) = std::fs::File::open(logo)
    {
        findings.error(
            "brand.logo",
            format!("{} cannot be read: {error}", logo.display()),
            "Name an image file, or remove the key",
        );
    }
}

/// Blames the types of verification that want templates of that name.
fn no_template(config: &Config, name: &str, findings: &mut Findings) {
    for kind in config.verification.types.iter().filter(|kind| kind.policy.template == name) {
        let remedy = format!(
            "Put email/{name}.subject.txt, email/{name}.txt, email/{name}.html or sms/{name}.txt into templates/ of \
             templates.folder, or write \"verification\""
        );
        let why = format!("there are no templates of the name \"{name}\"");
        findings.error(&format!("verification.{}.template", kind.name), why, remedy);
    }
}

/// Whether files can be made in the folder of `path`: SQLite makes some beside its own.
fn folder_of(key: &str, path: &Path, findings: &mut Findings) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = folder.display();
    match std::fs::metadata(folder) {
        Err(error) => findings.error(
            key,
            format!("the folder {shown} cannot be used: {error}"),
            format!("Make it: mkdir -p {shown}"),
        ),
        Ok(found) if !found.is_dir() => findings.error(key, format!("{shown} is no folder"), "Name a file in a folder"),
        Ok(_) => {
            // The only certain way to know: permissions, read-only mounts and quotas all show here.
            if let Err(error) = tempfile::tempfile_in(folder) {
                findings.error(
                    key,
                    format!("no file can be made in {shown}: {error}"),
                    "Let the user of the server write there",
                );
            }
        }
    }
    if let Ok(found) = std::fs::metadata(path)
        && !found.is_file()
    {
        findings.error(key, format!("{} is no file (mode {:o})", path.display(), found.mode()), "Name a file");
    }
}

/// Our errors say what is wrong, a semicolon, and what to do.
fn blame(key: &str, error: &impl Display, findings: &mut Findings) {
    let text = error.to_string();
    match text.rsplit_once("; ") {
        Some((why, advice)) => {
            let mut letters = advice.chars();
            let capital = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
            findings.error(key, why, capital + letters.as_str());
        }
        None => findings.error(key, text, "Correct what it says"),
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
