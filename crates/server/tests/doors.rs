//! Who may come in: what the configuration says is what the server does.

mod support;

use support::{Place, Serving, request};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const SEND: &str = "POST /api/users/send-otp/";

/// The status of each request to a server with these settings.
fn statuses(settings: &[(&str, &str)], requests: &[(&str, &str)]) -> Vec<u16> {
    let place = Place::ready();
    let mut server = Serving::start(&place, &[], settings);
    let address = server.address();
    requests.iter().map(|(line, body)| request(&address, line, &[JSON], body).0).collect()
}

#[test]
fn closed_doors_do_not_exist() {
    let doors = [
        (SEND, r#"{"phone":"255694230173"}"#),
        ("POST /api/login/", r#"{"email":"a@example.org","password":"x"}"#),
        ("GET /register/", ""),
        ("GET /login/", ""),
        ("GET /otp/request/", ""),
    ];
    assert_eq!(statuses(&[], &doors), [200, 401, 200, 200, 200]);
    let closed = [("OTPD_VERIFICATION__ACCESS", "off"), ("OTPD_REGISTRATION__ACCESS", "off")];
    assert_eq!(statuses(&closed, &doors), [404, 404, 404, 404, 200]);
}

#[test]
fn a_door_for_keys_asks_for_one_of_its_scope() {
    let place = Place::ready();
    let mut server = Serving::start(&place, &[], &[("OTPD_VERIFICATION__ACCESS", "key")]);
    let address = server.address();
    let send = |key: &str| {
        let headers = [JSON, ("Authorization", &format!("Bearer {key}"))];
        request(&address, SEND, &headers, r#"{"phone":"255694230173"}"#).0
    };
    let key = |scope| place.ok(&["api-key", "create", "--name", "k", "--scope", scope]).trim().to_owned();
    assert_eq!(send("otpd_nonsense"), 401);
    assert_eq!(send(&key("sessions")), 403);
    assert_eq!(send(&key("verifications")), 200);
}

#[test]
fn pages_of_other_origins_read_replies_where_they_are_allowed() {
    let place = Place::ready();
    let allowed = [("OTPD_API__ALLOWED_ORIGINS", "https://shop.example.org")];
    let mut server = Serving::start(&place, &[], &allowed);
    let address = server.address();
    let send = |origin| request(&address, SEND, &[JSON, ("Origin", origin)], r#"{"phone":"255694230173"}"#);
    let (status, reply) = send("https://shop.example.org");
    assert_eq!(status, 200);
    assert!(reply.to_lowercase().contains("access-control-allow-origin: https://shop.example.org"), "{reply}");
    assert_eq!(send("https://elsewhere.example.org").0, 403);
}

#[test]
fn each_type_of_verification_has_its_own_limits() {
    let settings = [
        ("OTPD_VERIFICATION__TYPES", "Order"),
        ("OTPD_VERIFICATION__ORDER__COOLDOWN", "0s"),
        ("OTPD_VERIFICATION__ORDER__RATE", "2/1h"),
    ];
    let resend = "POST /api/users/resend-otp/";
    let (login, order) = (r#"{"phone":"255694230173"}"#, r#"{"phone":"255694230173","verification_type":"Order"}"#);
    let asked = [(SEND, login), (resend, login), (SEND, order), (resend, order), (resend, order)];
    assert_eq!(statuses(&settings, &asked), [200, 429, 200, 200, 429]);
}

#[test]
fn passwords_are_as_long_as_demanded() {
    let form = |password: &str| {
        serde_json::json!({
            "email": "asha@example.org", "password": password, "first_name": "Asha", "last_name": "Rao"
        })
        .to_string()
    };
    let (short, long) = (form("quiet harbour"), form("quiet harbour at noon"));
    let asked = [("POST /api/register/", short.as_str()), ("POST /api/register/", long.as_str())];
    assert_eq!(statuses(&[], &asked), [400, 201]);
    assert_eq!(statuses(&[("OTPD_PASSWORDS__MIN_LENGTH", "8")], &asked), [201, 201]);
}
