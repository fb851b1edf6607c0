//! What replies say, in the caller's language.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use otpd_templating::{Arg, Language, Templates};

use super::json::{JsonFault, JsonProblem};
use crate::error::Problem;
use crate::state::WebState;

/// The language of callers that name none: programs, whose makers read English.
const OF_PROGRAMS: &str = "en";

/// The languages of a request.
#[derive(Clone)]
pub struct Words {
    state: WebState,
    reply: Language,
    message: Language,
}

impl Words {
    /// The languages for an `Accept-Language`.
    pub fn of(state: &WebState, accepted: Option<&HeaderValue>) -> Self {
        let accepted = accepted.and_then(|value| value.to_str().ok());
        let message = state.templates().negotiate(accepted);
        let english = accepted.is_none().then(|| state.templates().language(OF_PROGRAMS)).flatten();
        Self { state: state.clone(), reply: english.unwrap_or_else(|| message.clone()), message }
    }

    /// The message `api-KEY`, for the reply.
    pub fn say(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        say(self.state.templates(), &self.reply, key, args)
    }

    /// The tag of the language that codes are sent in.
    pub fn of_messages(&self) -> String {
        self.message.tag().to_owned()
    }

    /// What a problem is told in.
    pub fn problem(&self, problem: &Problem) -> String {
        in_words(self.state.templates(), &self.reply, problem)
    }
}

fn say(templates: &Templates, language: &Language, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    templates.text(language, &format!("api-{key}"), args)
}

fn in_words(templates: &Templates, language: &Language, problem: &Problem) -> String {
    let args = match problem {
        Problem::Field(problem) => vec![("field", problem.field.as_str().into())],
        Problem::Json(problem) => json_args(problem),
        Problem::Refused(refused) => refused.args.clone(),
        Problem::NotJson { expected } => vec![("expected", (*expected).into())],
        Problem::ScopeMissing(scope) => vec![("scope", scope.as_str().into())],
        _ => Vec::new(),
    };
    say(templates, language, problem.key(), &args)
}

fn json_args(problem: &JsonProblem) -> Vec<(&'static str, Arg<'_>)> {
    let mut args = vec![("field", problem.field.as_str().into())];
    match &problem.fault {
        JsonFault::Syntax { line, column } => args.extend([("line", (*line).into()), ("column", (*column).into())]),
        JsonFault::Type { expected } | JsonFault::Value(expected) => args.push(("expected", expected.as_str().into())),
        _ => {}
    }
    args
}

impl FromRequestParts<WebState> for Words {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        Ok(Self::of(state, parts.headers.get(ACCEPT_LANGUAGE)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use otpd_domain::api_key::Scope;
    use otpd_domain::codes::Limited;
    use otpd_domain::ports::LimitedBy;
    use otpd_templating::Brand;

    use super::*;
    use crate::api::Refused;
    use crate::extract::CsrfRefusal;

    fn limited(by: LimitedBy) -> Refused {
        Refused::from(Limited { by, wait: Duration::from_mins(12) })
    }

    /// Every failure that the edge may have to tell in JSON.
    fn problems() -> Vec<Problem> {
        let faults = [
            JsonFault::Syntax { line: 1, column: 2 },
            JsonFault::Empty,
            JsonFault::NotAnObject,
            JsonFault::Repeated,
            JsonFault::Control,
            JsonFault::Missing,
            JsonFault::Unknown,
            JsonFault::NotText,
            JsonFault::Type { expected: "a boolean".to_owned() },
            JsonFault::Value("a word".to_owned()),
        ];
        let of_json = faults.map(|fault| Problem::Json(JsonProblem { field: "to.phone".to_owned(), fault }));
        let others = [
            Problem::Refused(Refused::bad("contact-missing")),
            Problem::Refused(Refused::unauthorized("login-refused")),
            Problem::Refused(Refused::wait("too-soon", Duration::from_millis(1))),
            Problem::Refused(Refused::wait("otp-over-budget", Duration::from_mins(12))),
            Problem::Refused(
                Refused::wait("login-over-budget", Duration::from_mins(12)).with("link", "https://a.example"),
            ),
            Problem::Refused(limited(LimitedBy::Contact)),
            Problem::Refused(limited(LimitedBy::Client)),
            Problem::Refused(limited(LimitedBy::ProofNeeded)),
            Problem::Refused(limited(LimitedBy::Ceiling)),
            Problem::Refused(limited(LimitedBy::CountryNotServed)),
            Problem::NotJson { expected: "application/json" },
            Problem::Unauthorized { shown: true },
            Problem::ScopeMissing(Scope::Verifications),
            Problem::ForeignOrigin,
            Problem::ForgedReport,
            Problem::Forged { refusal: CsrfRefusal::NoCookie, form: None },
            Problem::NotAForm,
            Problem::BodyTooLarge,
            Problem::BodyBroken,
            Problem::NotFound,
            Problem::MethodNotAllowed,
            Problem::TookTooLong(Duration::from_secs(1)),
            Problem::Panic("the secret of the stairs".to_owned()),
        ];
        of_json.into_iter().chain(others).collect()
    }

    #[test]
    fn every_failure_has_words_and_none_of_what_is_inside() {
        let brand = Brand { name: "Waste Billing".to_owned(), color: "#1d4ed8".to_owned(), logo: None };
        let templates = Templates::load(None, brand, "en").expect("templates");
        for language in templates.languages() {
            for problem in problems() {
                let told = in_words(&templates, language, &problem);
                assert!(told.len() > 10 && !told.starts_with("api-") && !told.contains('$'), "{problem}: {told}");
                assert!(!told.contains("stairs"));
            }
        }
        let english = templates.language("en").expect("English");
        let missing = JsonProblem { field: "to.phone".to_owned(), fault: JsonFault::Missing };
        assert_eq!(in_words(&templates, &english, &missing.into()), "The field to.phone is missing.");
    }
}
