//! Every path that the server answers at, as its sources and its own description say.

use std::path::Path;

use otpd_tests::Otpd;
use otpd_tests::http::Request;
use otpd_tests::otpd::repository;

/// All of them, with `1` in place of what is in braces.
pub async fn all(otpd: &Otpd) -> Vec<String> {
    let mut paths = Vec::new();
    collect(&repository().join("crates/web/src"), &mut paths);
    for known in ["/otp/resend/", "/otp/logout/", "/dashboard/sessions/end/", "/api/users/send-otp/", "/health/ready"] {
        assert!(paths.iter().any(|path| path == known), "{known} is not found in {paths:#?}");
    }
    let document = otpd.send(&Request::new("GET", "/api/openapi.json")).await.json();
    paths.extend(document["paths"].as_object().expect("paths").keys().cloned());
    paths.sort();
    paths.dedup();
    assert!(paths.len() > 40, "{paths:#?}");
    paths.into_iter().map(|path| filled(&path, "1")).collect()
}

/// Paths that the sources give to a handler.
fn collect(folder: &Path, paths: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else {
            let source = std::fs::read_to_string(&path).expect("text");
            for call in [".page(", ".route(", ".door("] {
                let arguments = source.split(call).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
                paths.extend(arguments.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
}

/// A path with something in place of what is in braces.
pub fn filled(path: &str, value: &str) -> String {
    let pieces = path.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, rest)| rest));
    pieces.collect::<Vec<_>>().join(value)
}
