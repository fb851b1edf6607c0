//! The shipped settings of well-known gateways: files of the same keys as the configuration.

use super::settings::{GatewayFault, GatewaySettings};

macro_rules! presets {
    ($($name:literal),* $(,)?) => {
        /// The shipped presets, each with its file.
        pub const PRESETS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../presets/", $name, ".toml")))),*];
    };
}

presets!["africastalking", "clickatell", "messagebird", "mshastra", "plivo", "vonage"];

/// The settings of a preset.
pub(super) fn find(name: &str) -> Result<GatewaySettings, GatewayFault> {
    let Some((_, text)) = PRESETS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = PRESETS.iter().map(|(known, _)| *known).collect();
        let remedy = format!("Write one of {}, or leave it out and write url and body", known.join(", "));
        return Err(GatewayFault::new("preset", format!("there is no preset \"{name}\""), remedy));
    };
    toml::from_str(text).map_err(|error| {
        GatewayFault::new("preset", format!("the preset \"{name}\" is broken: {error}"), "Report it as a fault of otpd")
    })
}
