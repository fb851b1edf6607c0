//! What the documentation page shows, read from the document.

use otpd_templating::Template;
use serde::Serialize;
use serde_json::Value;

use super::super::document::{self, Declared, operations_of, resolved};
use super::super::kinds;
use crate::config::PublicUrl;
use crate::pages::Frame;

mod fields;
mod operation;

use self::operation::Operation;

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    frame: Frame,
    title: String,
    version: String,
    /// The introduction, a paragraph each.
    introduction: Vec<Vec<Span>>,
    groups: Vec<Group>,
    problems: Vec<ProblemKind>,
}

/// Operations that belong together.
#[derive(Clone, Debug, Serialize)]
struct Group {
    anchor: String,
    name: String,
    description: Vec<Span>,
    operations: Vec<Operation>,
}

/// A kind of problem.
#[derive(Clone, Debug, Serialize)]
struct ProblemKind {
    slug: String,
    status: u16,
    title: String,
    meaning: Vec<Span>,
}

/// A piece of text, plain or as code: the document's descriptions are Markdown of that much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Span {
    text: String,
    code: bool,
}

/// The pieces of a text in which code stands between backticks.
fn spans(text: &str) -> Vec<Span> {
    let pieces = text.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
    pieces.map(|(at, piece)| Span { text: piece.to_owned(), code: at % 2 == 1 }).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Reference {
    /// The page of a document.
    pub fn of(document: &Value, frame: Frame) -> Self {
        let tags = document["tags"].as_array().into_iter().flatten();
        let introduction = text(&document["info"]["description"]);
        Self {
            frame,
            title: text(&document["info"]["title"]),
            version: text(&document["info"]["version"]),
            introduction: introduction.split("\n\n").map(spans).collect(),
            groups: tags.map(|tag| group(document, tag)).collect(),
            problems: kinds::ALL.iter().map(|kind| problem(kind)).collect(),
        }
    }
}

impl Reference {
    /// One of each kind of thing: enough to see that the template shows it, and quick to try with every text.
    fn cut(mut self) -> Self {
        self.introduction.truncate(1);
        self.groups.truncate(1);
        self.groups.iter_mut().for_each(|group| group.operations.truncate(1));
        self.groups.iter_mut().flat_map(|group| &mut group.operations).for_each(Operation::cut);
        self.problems.truncate(1);
        self
    }
}

fn group(document: &Value, tag: &Value) -> Group {
    let own = operations_of(document).filter(|(.., operation)| operation["tags"][0] == tag["name"]);
    let name = text(&tag["name"]);
    Group {
        anchor: name.to_lowercase(),
        description: spans(tag["description"].as_str().unwrap_or_default()),
        operations: own.map(|(path, method, operation)| Operation::of(document, path, method, operation)).collect(),
        name,
    }
}

fn problem(kind: &kinds::Kind) -> ProblemKind {
    ProblemKind {
        slug: kind.slug.to_owned(),
        status: kind.status.as_u16(),
        title: kind.title.to_owned(),
        meaning: spans(kind.meaning),
    }
}

impl Template for Reference {
    const NAME: &'static str = "api/reference.html";

    fn samples() -> Vec<Self> {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let declared = Declared { verification_types: names(&["Login"]), customer_types: names(&["Household"]) };
        let public_url = PublicUrl::parse("https://signin.example.com");
        let document = public_url.map(|url| document::openapi(&url, &declared)).unwrap_or_default();
        vec![Self::of(&document, Frame::sample()).cut()]
    }
}

#[cfg(test)]
mod tests {
    use otpd_templating::{Brand, Templates, check_samples};

    use super::*;

    #[test]
    fn the_page_renders_in_every_language_and_escapes_all_it_shows() {
        let brand = Brand { name: "Waste Billing".to_owned(), color: "#1d4ed8".to_owned(), logo: None };
        let templates = Templates::load(None, brand, "en").expect("templates");
        check_samples::<Reference>(&templates).expect("renders");
    }

    #[test]
    fn code_stands_between_backticks() {
        let span = |text: &str, code| Span { text: text.to_owned(), code };
        assert_eq!(spans("a `b` c"), [span("a ", false), span("b", true), span(" c", false)]);
        assert_eq!(spans("`b`"), [span("b", true)]);
        assert_eq!(spans(""), []);
    }
}
