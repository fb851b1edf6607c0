//! The doors that speak JSON, as another back end or a front end calls them.

use serde_json::{Value, json};

use crate::Otpd;
use crate::http::{self, Reply, Request};

/// A password that every policy takes.
pub const PASSWORD: &str = "purple monkey dishwasher";

impl Otpd {
    /// Posts JSON.
    ///
    /// # Panics
    /// When there is no complete reply.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(&Request::new("POST", path).json(body)).await
    }

    /// As [`Self::post`], with an API key.
    pub async fn post_with_key(&self, key: &str, path: &str, body: &Value) -> Reply {
        self.send(&Request::new("POST", path).header("authorization", &format!("Bearer {key}")).json(body)).await
    }

    /// Sends any request.
    ///
    /// # Panics
    /// When there is no complete reply.
    pub async fn send(&self, request: &Request) -> Reply {
        http::send(self.address, request).await.unwrap_or_else(|error| panic!("{}: {error}", request.target))
    }

    /// Makes an API key with these scopes, separated by commas, and gives back its text.
    pub async fn api_key(&self, scopes: &str) -> String {
        let printed = self.run_well(&["api-key", "create", "--name", "a test", "--scope", scopes]).await;
        let key = printed.split_whitespace().find(|word| word.starts_with("otpd_"));
        key.unwrap_or_else(|| panic!("no key in: {printed}")).to_owned()
    }

    /// Registers somebody with [`PASSWORD`]; gives back the id.
    pub async fn register(&self, email: &str) -> u64 {
        let form = json!({ "email": email, "password": PASSWORD, "first_name": "Asha", "last_name": "Rao" });
        let reply = self.post("/api/register/", &form).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()["user_id"].as_u64().unwrap_or_else(|| panic!("no id: {}", reply.text()))
    }

    /// Registers somebody with [`PASSWORD`] and activates the account with the code from the mail; gives back the id.
    pub async fn activated(&self, email: &str) -> u64 {
        let id = self.register(email).await;
        let otp = self.message_to(email, 1).await.code;
        let reply = self.post("/api/verify-otp/", &json!({ "email": email, "otp": otp })).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        id
    }

    /// Logs somebody in who has [`PASSWORD`]; gives back the access token.
    pub async fn token(&self, email: &str) -> String {
        let reply = self.post("/api/login/", &json!({ "email": email, "password": PASSWORD })).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()["token"].as_str().expect("a token").to_owned()
    }

    /// The published keys.
    pub async fn key_set(&self) -> Value {
        let reply = self.send(&Request::new("GET", "/.well-known/jwks.json")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }
}
