//! Every page in every state it has a sample of, in every language.

use otpd_templating::{Brand, Template, Templates, check_samples};

use super::{contact, dashboard, dev_mailbox, forgotten, login, logout, problem, register, request, resend, verify};

fn templates() -> Templates {
    let brand = Brand { name: "Waste Billing".to_owned(), color: "#1d4ed8".to_owned(), logo: None };
    Templates::load(None, brand, "en").expect("templates")
}

fn check<T: Template>(templates: &Templates) {
    check_samples::<T>(templates).expect("samples");
    for (number, sample) in T::samples().iter().enumerate() {
        for language in templates.languages() {
            let html = templates.render(sample, language).expect("a page");
            let file = format!("{}-{number}-{}.html", T::NAME.replace(['/', '.'], "_"), language.tag());
            if let Some(folder) = std::env::var_os("OTPD_SAMPLES") {
                std::fs::write(std::path::Path::new(&folder).join(&file), &html).expect("written");
            }
            assert!(html.len() < 8 * 1024, "{file} has {} bytes", html.len());
            assert!(html.contains(&format!("<html lang=\"{}\" dir=\"{}\">", language.tag(), language.direction())));
            // The policy on inline script and style would not let them run.
            for inline in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
                assert!(!html.contains(inline), "{file} has {inline}");
            }
        }
    }
}

#[test]
fn every_sample_of_every_page_renders() {
    let templates = templates();
    check::<request::RequestPage>(&templates);
    check::<verify::VerifyPage>(&templates);
    check::<login::LoginPage>(&templates);
    check::<register::RegisterPage>(&templates);
    check::<forgotten::ForgottenPage>(&templates);
    check::<contact::ContactPage>(&templates);
    check::<resend::ResendPage>(&templates);
    check::<logout::LogoutPage>(&templates);
    check::<dashboard::DashboardPage>(&templates);
    check::<dev_mailbox::MailboxPage>(&templates);
    check::<problem::ProblemPage>(&templates);
}
