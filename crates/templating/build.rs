//! Tells cargo to embed anew when a template or a locale file comes, changes or goes.

fn main() {
    for folder in ["templates", "locales"] {
        println!("cargo::rerun-if-changed=../../{folder}");
    }
}
