//! The table of `[limits]`.

use crate::config::table::{Key, Kind, Section};

/// The table of this section.
pub const SECTION: Section = Section {
    name: "limits",
    doc: "How often things may be done, at all doors together. A limit is written as how many in how long, `6/h`; of \
          several, `3/10m, 6/h, 10/d`, all hold. The stretch of time moves along with the clock, and reaches back from \
          1s to 31d.",
    keys: &[
        Key::with_default(
            "limits.guess.per_account",
            Kind::List,
            "10/h, 20/d",
            "How many wrong codes may be typed for an account: over all its contacts, codes, doors and browsers, and for \
             contacts that nobody has likewise. When it is spent, short codes are not compared any more, but nobody is \
             locked out: the next code is a long one, which needs no limit. `otpd check` prints the chance of a guess.",
        ),
        Key::with_default(
            "limits.guess.per_known_browser",
            Kind::List,
            "10/d",
            "How many more may be typed in browsers that have signed in to the account before, in all of them together. \
             Strangers cannot spend them.",
        ),
        Key::with_default(
            "limits.password.per_account",
            Kind::List,
            "20/h, 100/d",
            "How many wrong passwords may be typed for an account. When it is spent, its owner signs in with a code.",
        ),
        Key::with_default(
            "limits.password.per_known_browser",
            Kind::List,
            "10/h, 30/d",
            "How many more may be typed in browsers that have signed in to the account before, in all of them together. \
             Strangers cannot spend them.",
        ),
        Key::with_default(
            "limits.password.per_ip",
            Kind::List,
            "60/h",
            "How many wrong passwords may come from one network, whatever the account. A network is an IPv4 address or \
             the first 64 bits of an IPv6 address.",
        ),
        Key::with_default(
            "limits.send.per_contact",
            Kind::List,
            "3/10m, 6/h, 10/d",
            "How many codes may be sent to one address or number, whatever they are for.",
        )
        .in_development("100/5m"),
        Key::with_default(
            "limits.send.per_known_browser",
            Kind::List,
            "5/d",
            "How many more may be asked for in browsers that have signed in to the account before, in all of them \
             together, when strangers have used up those of the contact.",
        )
        .in_development("1000/h"),
        Key::with_default(
            "limits.send.per_ip",
            Kind::List,
            "30/h",
            "How many codes may be asked for from one network. Callers with an API key are not counted: many people \
             stand behind them. Behind a proxy, `server.trusted_proxies` has to name it, or all visitors are one network.",
        )
        .in_development("10000/h"),
        Key::with_default(
            "limits.send.proof_after",
            Kind::List,
            "10/h",
            "After how many from one network each further one needs a proof of work: the browser computes for about a \
             second, or waits a minute where it has no JavaScript. With `off` none is ever asked for.",
        )
        .in_development("10000/h"),
        Key::with_default(
            "limits.send.per_prefix",
            Kind::List,
            "20/h",
            "How many text messages may go to numbers that differ in their last four digits only: whoever earns by \
             text messages rents such blocks.",
        )
        .in_development("1000/h"),
        Key::optional(
            "limits.send.per_country",
            Kind::List,
            "1000/d",
            "How many text messages may go to one country. Without it: as many as `sms.daily_ceiling` pays for.",
        ),
        Key::with_default(
            "limits.send.cooldown",
            Kind::List,
            "30s, 60s, 120s",
            "How long a person waits before another code may be asked for: after the first, the second, the third; the \
             last one repeats. An hour without any begins it anew.",
        )
        .in_development("5s"),
    ],
};
