//! `otpd account create`: one account.

use std::io::Write;

use anyhow::{Result, bail};
use clap::Args;
use otpd_domain::{Domain, administer};

use super::profile::{self, Typed};
use crate::commands::{Outcome, staff};
use crate::config::Config;

/// Create an account
#[derive(Args)]
#[command(after_help = "\
Examples:
  otpd account create --name \"Asha Rao\" --email asha@example.com --phone 9876543210
  otpd account create --name \"Front desk\" --email desk@example.com --role staff")]
pub struct Create {
    /// Full name; messages greet by it [default: first and last name]
    #[arg(long, required_unless_present_any = ["first_name", "last_name"], default_value = "", hide_default_value = true)]
    name: String,
    /// First name, where it is known apart
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    first_name: String,
    /// Last name, where it is known apart
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    last_name: String,
    /// E-mail address
    #[arg(long, required_unless_present = "phone", default_value = "", hide_default_value = true)]
    email: String,
    /// Phone number, with its country code unless it is of `phone.default_region`
    #[arg(long, default_value = "", hide_default_value = true)]
    phone: String,
    /// Postal address
    #[arg(long, default_value = "", hide_default_value = true)]
    address: String,
    /// One of customers.types [default: the first]
    #[arg(long = "type", value_name = "TYPE", default_value = "", hide_default_value = true)]
    customer_type: String,
    /// customer, staff or superuser [default: customer]
    #[arg(long, default_value = "", hide_default_value = true)]
    role: String,
    /// Language of its messages, such as en [default: the browser's]
    #[arg(long, value_name = "TAG", default_value = "", hide_default_value = true)]
    language: String,
    /// May not sign in yet
    #[arg(long)]
    inactive: bool,
    /// Print only the new id
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the command.
pub async fn run(args: Create, config: &Config, domain: &Domain, out: &mut dyn Write) -> Result<Outcome> {
    let typed = Typed {
        name: args.name,
        first_name: args.first_name,
        last_name: args.last_name,
        email: args.email,
        phone: args.phone,
        address: args.address,
        customer_type: args.customer_type,
        role: args.role,
        active: (!args.inactive).to_string(),
        language: args.language,
    };
    let allowed = &config.customers.types;
    let profile = match profile::read(typed, domain.contacts, allowed) {
        Ok(profile) => profile,
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.column, fault.why)).collect();
            bail!("the account was not created: {}", faults.join("; "));
        }
    };
    let id = administer::create_account(domain, profile, allowed, &staff()).await?;
    if args.quiet {
        writeln!(out, "{id}")?;
    } else {
        writeln!(out, "created account {id}")?;
    }
    Ok(Outcome::Fine)
}
