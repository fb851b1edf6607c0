//! Checks the settings of a gateway: all of them, so that everything wrong is told at once.

use std::ops::RangeInclusive;

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::ExposeSecret;

use super::condition::{Condition, pointer_of};
use super::format::Format;
use super::plan::{Body, GatewayPlan, address};
use super::preset;
use super::settings::{GatewayFault, GatewaySettings};
use super::template::{Login, Placeholder, Template, Values};
use super::verdict::Rules;

/// A text that ends strings, tags, fields and lines, for trying templates out.
const HOSTILE: &str = "\"'<&>=%+\\\r\n{}[]";
/// Headers that follow from the rest.
const OWN_HEADERS: [&str; 5] = ["content-type", "content-length", "host", "transfer-encoding", "connection"];
/// What a statement about a reply looks like.
const STATEMENT: &str = "Write for example \"/messages/0/status = 0\", \"/0/result ~ sent | queued\" or \"body ~ OK\"";

/// The plan of these settings, or everything wrong with them.
pub(super) fn plan(settings: GatewaySettings) -> Result<GatewayPlan, Vec<GatewayFault>> {
    let mut check = Check(Vec::new());
    let preset = match &settings.preset {
        Some(name) => check.keep(preset::find(name)).unwrap_or_default(),
        None => GatewaySettings::default(),
    };
    let settings = settings.over(preset);
    let plan = check.plan(&settings);
    // What a part that is missing or wrong leads to would only be noise.
    if let Some(plan) = plan.as_ref().filter(|_| check.0.is_empty()) {
        check.try_out(plan, &settings);
    }
    plan.filter(|_| check.0.is_empty()).ok_or(check.0)
}

struct Check(Vec<GatewayFault>);

impl Check {
    fn plan(&mut self, settings: &GatewaySettings) -> Option<GatewayPlan> {
        let method = self.method(settings);
        if settings.url.is_none() {
            self.0.push(GatewayFault::missing("url", "without sms.gateway.preset nothing else says where messages go"));
        }
        let url = settings.url.as_ref().and_then(|text| self.template("url", text));
        let headers = self.headers(settings);
        let body = self.body(settings, method == Some(Method::GET));
        let rules = self.rules(settings);
        let probe = settings.probe.as_ref().and_then(|text| self.template("probe", text));
        let login = self.login(settings);
        Some(GatewayPlan { method: method?, url: url?, headers, body, rules: rules?, probe, login: login? })
    }

    fn method(&mut self, settings: &GatewaySettings) -> Option<Method> {
        let text = settings.method.as_deref().unwrap_or("POST");
        let known = [Method::POST, Method::PUT, Method::GET].into_iter().find(|method| method.as_str() == text);
        if known.is_none() {
            self.wrong("method", format!("\"{text}\" is no method for this"), "Write POST, PUT or GET");
        }
        known
    }

    fn headers(&mut self, settings: &GatewaySettings) -> Vec<(HeaderName, Template)> {
        let mut headers = Vec::new();
        for line in settings.headers.iter().flatten() {
            let remedy = "Write Name: value";
            let Some((name, value)) = line.split_once(':') else {
                self.wrong("headers", format!("\"{line}\" is no header"), remedy);
                continue;
            };
            let Ok(name) = HeaderName::try_from(name.trim()) else {
                self.wrong("headers", format!("\"{}\" is no name of a header", name.trim()), remedy);
                continue;
            };
            if OWN_HEADERS.contains(&name.as_str()) {
                self.wrong("headers", format!("{name} is not set here"), "Leave it out; content_type has its own key");
                continue;
            }
            let Some(template) = self.template("headers", value.trim()) else { continue };
            if template.placeholders().any(|placeholder| *placeholder == Placeholder::Text) {
                self.wrong("headers", "a header cannot hold the text of a message", "Put {{text}} into the body");
            } else {
                headers.push((name, template));
            }
        }
        headers
    }

    fn body(&mut self, settings: &GatewaySettings, is_get: bool) -> Option<Body> {
        let text = settings.body.as_deref()?;
        if is_get {
            self.wrong("method", "a GET has no body, and there is one", "Write POST, or put the values into the url");
        }
        let content_type = settings.content_type.as_deref().unwrap_or("application/json");
        let format = Format::of(content_type);
        if format.is_none() || HeaderValue::from_str(content_type).is_err() {
            let remedy = "Write application/json, application/x-www-form-urlencoded or application/xml";
            self.wrong("content_type", format!("values cannot be escaped for \"{content_type}\""), remedy);
        }
        let template = self.template("body", text)?;
        Some(Body { content_type: content_type.to_owned(), format: format?, template })
    }

    fn rules(&mut self, settings: &GatewaySettings) -> Option<Rules> {
        let statuses = settings.success_status.as_deref().unwrap_or("200-299");
        let success_status = self.keep(ranges(statuses))?;
        let reference = settings.reference.as_deref().and_then(|text| {
            let remedy = "Write a JSON pointer such as /messages/0/id";
            self.keep(pointer_of(text).map_err(|why| GatewayFault::new("reference", why, remedy)))
        });
        Some(Rules {
            success_status,
            success: self.condition("success_body", settings.success_body.as_deref()),
            refused: self.condition("refused_body", settings.refused_body.as_deref()),
            login: self.condition("login_body", settings.login_body.as_deref()),
            busy: self.condition("busy_body", settings.busy_body.as_deref()),
            reference,
        })
    }

    fn condition(&mut self, key: &'static str, text: Option<&str>) -> Option<Condition> {
        self.keep(Condition::parse(text?).map_err(|why| GatewayFault::new(key, why, STATEMENT)))
    }

    /// Login and sender; those that no placeholder asks for may be left out.
    fn login(&mut self, settings: &GatewaySettings) -> Option<Login> {
        let password = settings.password.clone().unwrap_or_default();
        let username = settings.username.clone().unwrap_or_default();
        let sender = settings.sender.clone().unwrap_or_default();
        let before = self.0.len();
        for (key, value) in
            [("username", username.as_str()), ("password", password.expose_secret()), ("sender", &sender)]
        {
            if value.chars().any(char::is_control) {
                self.wrong(key, "it has line breaks or other control characters", "Write it in one line");
            }
        }
        (self.0.len() == before).then_some(Login { username, password, sender })
    }

    /// Makes a request of samples. What is inside of a placeholder can then not break out of its place.
    fn try_out(&mut self, plan: &GatewayPlan, settings: &GatewaySettings) {
        self.need_what_is_used(plan, settings);
        let values = Values { to: "+255694230173", text: HOSTILE, id: HOSTILE, unicode: true, login: &plan.login };
        for (key, template) in [("url", Some(&plan.url)), ("probe", plan.probe.as_ref())] {
            match template.map(|template| address(template, &values)) {
                Some(Err(why)) => self.wrong(key, why, "Write it as https://gateway.example.com/send"),
                Some(Ok(url)) if !["http", "https"].contains(&url.scheme()) || !url.has_host() => {
                    self.wrong(key, "it is no web address", "Write it as https://gateway.example.com/send");
                }
                Some(Ok(url)) if !url.username().is_empty() || url.password().is_some() => {
                    let remedy = "Write username and password, and the header Authorization: Basic {{basic_login}}";
                    self.wrong(key, "it has a login in it", remedy);
                }
                Some(Ok(_)) | None => {}
            }
        }
        let in_headers = Values { id: "0", ..values };
        for (name, template) in &plan.headers {
            if HeaderValue::from_str(&template.render(&in_headers, |value| value.into())).is_err() {
                let why = format!("the value of {name} has characters that no header may have");
                self.wrong("headers", why, "Write it in plain ASCII");
            }
        }
        if let Some(body) = plan.body.as_ref().filter(|body| body.format == Format::Json) {
            let rendered = body.template.render(&values, |value| body.format.escape(value));
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&rendered) {
                let why = format!("it makes no JSON: {error}");
                self.wrong("body", why, "Write JSON with every placeholder between quotes, as in {\"to\":\"{{to}}\"}");
            }
        }
    }

    fn need_what_is_used(&mut self, plan: &GatewayPlan, settings: &GatewaySettings) {
        let templates = plan.headers.iter().map(|(_, template)| template).chain([&plan.url]).chain(&plan.probe);
        let templates = templates.chain(plan.body.as_ref().map(|body| &body.template));
        let placeholders: Vec<&Placeholder> = templates.flat_map(Template::placeholders).collect();
        let uses = |wanted: &[Placeholder]| placeholders.iter().any(|placeholder| wanted.contains(placeholder));
        for (key, is_given, wanted) in [
            ("username", settings.username.is_some(), [Placeholder::Username, Placeholder::BasicLogin]),
            ("password", settings.password.is_some(), [Placeholder::Password, Placeholder::BasicLogin]),
            ("sender", settings.sender.is_some(), [Placeholder::Sender, Placeholder::Sender]),
        ] {
            if !is_given && uses(&wanted) {
                self.0.push(GatewayFault::missing(key, "it is part of what this gateway is sent"));
            }
        }
        if !uses(&[Placeholder::Text]) {
            self.wrong("body", "there is no {{text}} in it, nor in the url", "Put {{text}} where the message goes");
        }
        if !uses(&[Placeholder::To, Placeholder::ToDigits]) {
            self.wrong("body", "there is no {{to}} in it, nor in the url", "Put {{to}} or {{to_digits}} into it");
        }
    }

    fn template(&mut self, key: &'static str, text: &str) -> Option<Template> {
        let remedy = "Write placeholders such as {{to}} and {{text}}";
        self.keep(Template::parse(text).map_err(|why| GatewayFault::new(key, why, remedy)))
    }

    fn keep<T>(&mut self, result: Result<T, GatewayFault>) -> Option<T> {
        result.map_err(|fault| self.0.push(fault)).ok()
    }

    fn wrong(&mut self, key: &'static str, why: impl Into<String>, remedy: &str) {
        self.0.push(GatewayFault::new(key, why, remedy));
    }
}

/// Status codes such as `200-299` or `200, 202`.
fn ranges(text: &str) -> Result<Vec<RangeInclusive<u16>>, GatewayFault> {
    let code = |text: &str| text.trim().parse().ok().filter(|code| (100..=599).contains(code));
    let parts = text.split(',').map(|part| match part.split_once('-') {
        Some((first, last)) => Some(code(first)?..=code(last)?).filter(|range| !range.is_empty()),
        None => code(part).map(|code| code..=code),
    });
    parts.collect::<Option<_>>().ok_or_else(|| {
        let why = format!("\"{text}\" is no list of status codes");
        GatewayFault::new("success_status", why, "Write for example 200-299 or 200, 202")
    })
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
