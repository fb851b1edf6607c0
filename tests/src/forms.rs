//! The forms of a page, as a browser would fill and send them.

/// One form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Its hidden fields, and the name and value of its buttons left out.
    pub hidden: Vec<(String, String)>,
}

/// All forms of a page, in order.
pub fn forms(html: &str) -> Vec<Form> {
    let after_each_start = html.split("<form").skip(1);
    after_each_start.map(|rest| form(rest.split("</form>").next().unwrap_or_default())).collect()
}

fn form(html: &str) -> Form {
    let (start, content) = html.split_once('>').unwrap_or((html, ""));
    let inputs = content.split("<input").skip(1).filter_map(|rest| rest.split_once('>'));
    let hidden = inputs.filter(|(tag, _)| attribute(tag, "type").as_deref() == Some("hidden"));
    let pair = |tag: &str| Some((attribute(tag, "name")?, attribute(tag, "value")?));
    Form {
        action: attribute(start, "action").unwrap_or_default(),
        hidden: hidden.filter_map(|(tag, _)| pair(tag)).collect(),
    }
}

/// The value of a quoted attribute, its character references resolved.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(value.split('"').next()?))
}

/// Resolves the character references that templates write.
pub fn unescape(text: &str) -> String {
    let references = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ];
    let resolved = references.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    resolved.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_found_with_their_hidden_fields() {
        let html = r#"<form method="post" action="/a/?next=&#x2f;b"><input type="hidden" name="t" value="1&amp;2">
            <input name="seen" value="3"></form><form action="/c/"><button>go</button></form>"#;
        let expected = [
            Form { action: "/a/?next=/b".into(), hidden: vec![("t".into(), "1&2".into())] },
            Form { action: "/c/".into(), hidden: vec![] },
        ];
        assert_eq!(forms(html), expected);
    }
}
