//! A brand and a template for the tests.

use std::path::Path;

use otpd_templating::{Brand, LoadError, Template, Templates};
use serde::Serialize;

pub fn brand() -> Brand {
    Brand { name: "Waste Billing".to_owned(), color: "#0b6e4f".to_owned(), logo: None }
}

pub fn load(overrides: Option<&Path>) -> Result<Templates, LoadError> {
    Templates::load(overrides, brand(), "en")
}

/// Writes files, given by their path, into a fresh folder.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

/// A page that only tests have.
#[derive(Serialize)]
pub struct Page {
    pub name: String,
    pub minutes: u64,
    pub error: Option<&'static str>,
}

impl Template for Page {
    const NAME: &'static str = "tests/page.html";

    fn samples() -> Vec<Self> {
        vec![
            Self { name: "Asha".to_owned(), minutes: 5, error: None },
            Self { name: "Asha".to_owned(), minutes: 1, error: Some("email-code-ignore") },
        ]
    }
}

/// The same as text.
#[derive(Serialize)]
pub struct Note {
    pub name: String,
}

impl Template for Note {
    const NAME: &'static str = "tests/note.txt";

    fn samples() -> Vec<Self> {
        vec![Self { name: "Asha".to_owned() }]
    }
}
