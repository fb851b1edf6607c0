//! The table of `[sms]`.

use crate::config::table::{Key, Kind, Section};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "sms",
    doc: "How text messages leave, where they may go, and what they may cost.",
    keys: &[
        Key::with_default(
            "sms.transport",
            Kind::List,
            "console",
            "`twilio` and `gateway` send messages, `file` appends them to `sms.file.path`, `console` prints them to the \
             standard output. Several with commas between them, such as `twilio, gateway`, are tried in this order: \
             the next one gets a message that the one before it clearly did not take.",
        ),
        Key::optional(
            "sms.countries",
            Kind::List,
            "IN, TZ",
            "The countries whose numbers get text messages, as two letters each. Others are told to use e-mail. Without \
             it: all countries.",
        ),
        Key::optional(
            "sms.prices",
            Kind::List,
            "91: 0.002, 255: 0.06, *: 0.10",
            "What one segment costs, by the leading digits of the number; the longest that fit count, and `*` is every \
             other number. A number without a price counts as free.",
        ),
        Key::optional(
            "sms.daily_ceiling",
            Kind::Text,
            "50",
            "Most that text messages may cost on a day (UTC), by `sms.prices`. Then none is sent until the next day; \
             e-mail goes on. Without it there is no ceiling.",
        ),
        Key::with_default(
            "sms.currency",
            Kind::Text,
            "EUR",
            "What the amounts are called where they are shown. Nothing is converted.",
        ),
        Key::with_default(
            "sms.guard.enabled",
            Kind::Choice(&["true", "false"]),
            "true",
            "Whether blocks of numbers are closed to text messages where hardly anybody types the codes: messages sent \
             there are sent for the sake of their price. `otpd sms blocks` lists them, `otpd sms open` opens one.",
        )
        .in_development("false"),
        Key::with_default(
            "sms.guard.least_share",
            Kind::Text,
            "20%",
            "The share of codes that has to be typed, 1% to 80%; a block with less is closed.",
        ),
        Key::with_default(
            "sms.guard.enough",
            Kind::Number,
            "20",
            "How many codes must have gone to a block of ten thousand numbers before it is judged, 5 to 100000. Codes \
             that may still be typed are not counted.",
        ),
        Key::with_default(
            "sms.guard.enough_wide",
            Kind::Number,
            "200",
            "The same for a block of a million numbers, 5 to 1000000, and not less than `sms.guard.enough`.",
        ),
        Key::with_default(
            "sms.guard.window",
            Kind::Duration,
            "24h",
            "How far back codes are looked at, from 1h to 7d.",
        ),
        Key::with_default(
            "sms.guard.closed_for",
            Kind::Duration,
            "24h",
            "How long a block stays closed, from 10m to 31d. Then its count begins anew.",
        ),
        Key::optional(
            "sms.file.path",
            Kind::Path,
            "sms.jsonl",
            "The file for `sms.transport = \"file\"`: one JSON object a line.",
        ),
        Key::optional(
            "sms.twilio.account_sid",
            Kind::Text,
            "AC00000000000000000000000000000000",
            "The account at Twilio, for `sms.transport = \"twilio\"`.",
        ),
        Key::optional(
            "sms.twilio.auth_token",
            Kind::Secret,
            "0123456789abcdef0123456789abcdef",
            "Its auth token. It also proves that reports on messages come from Twilio. Better set by \
             `OTPD_SMS__TWILIO__AUTH_TOKEN` than written here.",
        ),
        Key::optional(
            "sms.twilio.from",
            Kind::Text,
            "+14155550100",
            "What messages come from: a number of the account, an alphanumeric sender, or a messaging service (`MG…`).",
        ),
        Key::with_default(
            "sms.twilio.base_url",
            Kind::Text,
            "https://api.twilio.com",
            "Where Twilio's API is; another one for a region of its own.",
        ),
        Key::optional(
            "sms.gateway.preset",
            Kind::Text,
            "mshastra",
            "The shipped settings of a provider: `africastalking`, `clickatell`, `messagebird`, `mshastra`, `plivo` or \
             `vonage`. The other keys override single ones.",
        ),
        Key::optional(
            "sms.gateway.url",
            Kind::Text,
            "https://gateway.example.com/send",
            "Where messages go, for `sms.transport = \"gateway\"`. May have the placeholders of `sms.gateway.body`.",
        ),
        Key::optional("sms.gateway.method", Kind::Text, "POST", "`POST`, `PUT` or `GET`. Left out, it is `POST`."),
        Key::optional(
            "sms.gateway.headers",
            Kind::List,
            "Authorization: Basic {{basic_login}}, Accept: application/json",
            "Further headers, with the placeholders of `sms.gateway.body` except the text.",
        ),
        Key::optional(
            "sms.gateway.content_type",
            Kind::Text,
            "application/json",
            "JSON, form (`application/x-www-form-urlencoded`) or XML; values are escaped accordingly. Left out, it is \
             JSON.",
        ),
        Key::optional(
            "sms.gateway.body",
            Kind::Text,
            "{\\\"to\\\":\\\"{{to}}\\\",\\\"from\\\":\\\"{{sender}}\\\",\\\"text\\\":\\\"{{text}}\\\"}",
            "The body, with placeholders: `{{to}}` the number with and `{{to_digits}}` without its plus, `{{text}}`, \
             `{{id}}` the message's own id, `{{encoding:A|B}}` A for GSM-7 and B for UCS-2, `{{sender}}`, \
             `{{username}}`, `{{password}}`, and `{{basic_login}}` for HTTP Basic.",
        ),
        Key::optional(
            "sms.gateway.success_status",
            Kind::Text,
            "200-299",
            "The status codes of a message that was taken. Left out, it is `200-299`.",
        ),
        Key::optional(
            "sms.gateway.success_body",
            Kind::Text,
            "/messages/0/status = 0",
            "What the reply to a message that was taken also says: a JSON pointer or `body`, then `=` (is) or `~` (has \
             in it, whatever the case), then words with `|` between them.",
        ),
        Key::optional(
            "sms.gateway.refused_body",
            Kind::Text,
            "/messages/0/status = 6 | 7",
            "What the reply says when it is the recipient: the message is given up.",
        ),
        Key::optional(
            "sms.gateway.login_body",
            Kind::Text,
            "body ~ invalid password",
            "What the reply says when it is the login, the sender or the credit: the gateway is left alone for a minute.",
        ),
        Key::optional(
            "sms.gateway.busy_body",
            Kind::Text,
            "/messages/0/status = 1",
            "What the reply says when the message was not taken this time.",
        ),
        Key::optional(
            "sms.gateway.reference",
            Kind::Text,
            "/messages/0/message-id",
            "Where the reply has the provider's name for the message: a JSON pointer.",
        ),
        Key::optional(
            "sms.gateway.probe",
            Kind::Text,
            "https://gateway.example.com/balance",
            "What to GET to find out whether the provider is well, with the same headers; it must not cost anything. \
             Left out, only the connection is tried.",
        ),
        Key::optional("sms.gateway.username", Kind::Text, "shop", "The name to log in with, or the API key."),
        Key::optional(
            "sms.gateway.password",
            Kind::Secret,
            "the password",
            "The password to log in with, or the API secret. Better set by `OTPD_SMS__GATEWAY__PASSWORD` than written \
             here.",
        ),
        Key::optional("sms.gateway.sender", Kind::Text, "SHOP", "What messages come from: a number or a name."),
    ],
};
