//! Links: which operations take the id that a reply gives.

use serde_json::{Map, Value, json};

use super::operations_of;

/// Replies that give the id of something else than what was asked for: the operation, its status, and where the id is.
const OTHERS: [(&str, &str, &str, &str); 2] = [
    ("/api/v1/sign-ins/{id}/check", "200", "/api/v1/sessions/{id}", "$response.body#/session/id"),
    ("/api/v1/sign-ins/{id}/check", "200", "/api/v1/accounts/{id}", "$response.body#/account/id"),
];

/// Gives every reply that makes something links to all that can be done with it.
pub fn complete(document: &mut Value) {
    let mut found = Vec::new();
    for (path, method, operation) in operations_of(document).filter(|(_, method, _)| *method == "post") {
        let made = operation["responses"].get("201").map(|_| {
            let collection = path.split("/{id}").next().unwrap_or(path);
            ("201", format!("{collection}/{{id}}"), "$response.body#/id")
        });
        let others = OTHERS.iter().filter(|(from, ..)| *from == path);
        let others = others.map(|(_, status, to, id)| (*status, (*to).to_owned(), *id));
        for (status, to, id) in made.into_iter().chain(others) {
            found.push((path.to_owned(), method.to_owned(), status, links(document, &to, id)));
        }
    }
    for (path, method, status, links) in found {
        let response = &mut document["paths"][path][method]["responses"][status];
        match response["links"].as_object_mut() {
            Some(before) => before.extend(links),
            None => response["links"] = Value::Object(links),
        }
    }
}

/// Links to all operations on that path and below it.
fn links(document: &Value, to: &str, id: &str) -> Map<String, Value> {
    let below =
        operations_of(document).filter(|(path, ..)| path.strip_prefix(to).is_some_and(|rest| !rest.contains('{')));
    let links = below.filter_map(|(.., operation)| {
        let name = operation["operationId"].as_str()?;
        Some((name.to_owned(), json!({ "operationId": name, "parameters": { "id": id } })))
    });
    links.collect()
}
