//! The `curl` that the users of the old systems have in their scripts.

use serde_json::Value;
use tokio::process::Command;

/// What came back.
#[derive(Clone, Debug)]
pub struct Said {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, which is JSON on every door.
    pub body: Value,
}

impl Said {
    /// The first header of that name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The text of a field of the body; empty when there is none.
    pub fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }

    /// The names of the body's fields, sorted.
    pub fn fields(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.body.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

/// Posts JSON by `curl -X POST URL -H 'Content-Type: application/json' -d BODY`.
pub async fn post(url: &str, body: &str) -> Said {
    curl(&["-X", "POST", url, "-H", "Content-Type: application/json", "-d", body]).await
}

/// Runs `curl` with these arguments.
///
/// # Panics
/// When it fails, or what comes back is not JSON.
pub async fn curl(arguments: &[&str]) -> Said {
    // `--disable` keeps the configuration of whoever runs the tests out of it.
    let mut command = Command::new("curl");
    command.args(["--disable", "--silent", "--show-error", "--include", "--max-time", "30"]).args(arguments);
    let output = command.output().await.expect("curl is installed");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "curl {arguments:?}: {told}");
    parse(&output.stdout).unwrap_or_else(|| panic!("curl {arguments:?}: {}", String::from_utf8_lossy(&output.stdout)))
}

fn parse(bytes: &[u8]) -> Option<Said> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes).ok()? else { return None };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = response.headers.iter().map(|header| (header.name.to_ascii_lowercase(), text(header.value)));
    Some(Said {
        status: response.code?,
        headers: headers.collect(),
        body: serde_json::from_slice(&bytes[head..]).ok()?,
    })
}
