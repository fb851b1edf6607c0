//! The style sheet, the script and the pictures: made once at the start, named by what is in them.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use otpd_templating::Brand;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::colour::{Colour, Shades, shades};

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/script.js");
const ICON: &str = include_str!("../assets/icon.svg");
const PROOF: &str = include_str!("../assets/proof.js");
const ALTCHA: &str = include_str!("../assets/altcha/altcha.min.js");
const ALTCHA_STYLE: &str = include_str!("../assets/altcha/altcha.css");
const ALTCHA_WORKER: &str = include_str!("../assets/altcha/pbkdf2.js");

/// The ground links stand on in the light scheme, as `style.css` has it: the darker of page and card.
const LIGHT_GROUND: Colour = Colour::of(0xf4, 0xf5, 0xf7);
/// The ground in the dark scheme: the lighter of page and card.
const DARK_GROUND: Colour = Colour::of(0x1b, 0x1e, 0x25);

const STYLE_TYPE: &str = "text/css; charset=utf-8";
const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";

/// Largest logo taken, in bytes: it is on every page, before anything else.
const MAX_LOGO: usize = 256 * 1024;

/// The brand's files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// The colour is none.
    #[error("brand.color is \"{0}\"; write it as #rrggbb, such as #1d4ed8")]
    Colour(String),
    /// The logo cannot be read.
    #[error("brand.logo {path} cannot be read: {source}")]
    Logo {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The logo is of a kind browsers do not all show.
    #[error("brand.logo {0} is none of .svg, .png, .jpg, .webp")]
    LogoKind(PathBuf),
    /// The logo is too large.
    #[error("brand.logo {0} is larger than 256 KiB; every visitor would wait for it")]
    LogoSize(PathBuf),
}

/// A file as it is served.
pub struct Asset {
    /// The last part of its path.
    pub file: &'static str,
    /// The part before it: a hash of what is in it.
    pub hash: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub content: Bytes,
}

/// Where pages find the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AssetLinks {
    /// The style sheet.
    pub style: String,
    /// The script.
    pub script: String,
    /// The picture in the browser's tab.
    pub icon: String,
    /// The brand's logo, if it has one.
    pub logo: Option<String>,
    /// What a page needs that asks for a proof of work.
    pub proof: ProofLinks,
}

/// Where a page finds what does a proof of work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProofLinks {
    /// Our script, which sets up the widget.
    pub script: String,
    /// The widget.
    pub widget: String,
    /// Its style sheet.
    pub style: String,
    /// What does the work.
    pub worker: String,
}

/// All files.
pub struct Assets {
    files: Vec<Asset>,
    /// Where pages find them.
    pub links: AssetLinks,
}

impl Assets {
    /// Makes the files in the brand's colours; reads its logo.
    ///
    /// # Errors
    /// When colour or logo cannot be used.
    pub fn new(brand: &Brand) -> Result<Self, AssetError> {
        let colour = Colour::parse(&brand.color).ok_or_else(|| AssetError::Colour(brand.color.clone()))?;
        let (light, dark) = (shades(colour, LIGHT_GROUND), shades(colour, DARK_GROUND));
        let icon = ICON
            .replace("$button", &light.button.to_css())
            .replace("$ink", &light.on_button.to_css())
            .replace("$dark-button", &dark.button.to_css())
            .replace("$dark-ink", &dark.on_button.to_css());
        let mut files = vec![
            Asset::new("style.css", STYLE_TYPE, variables(&light, &dark) + STYLE),
            Asset::new("script.js", SCRIPT_TYPE, SCRIPT),
            Asset::new("icon.svg", "image/svg+xml", icon),
            Asset::new("proof.js", SCRIPT_TYPE, PROOF),
            Asset::new("altcha.js", SCRIPT_TYPE, ALTCHA),
            Asset::new("altcha.css", STYLE_TYPE, ALTCHA_STYLE),
            Asset::new("altcha-worker.js", SCRIPT_TYPE, ALTCHA_WORKER),
        ];
        let link = |file| files.iter().find(|asset| asset.file == file).map(Asset::link).unwrap_or_default();
        let proof = ProofLinks {
            script: link("proof.js"),
            widget: link("altcha.js"),
            style: link("altcha.css"),
            worker: link("altcha-worker.js"),
        };
        let (style, script, icon) = (link("style.css"), link("script.js"), link("icon.svg"));
        let mut links = AssetLinks { style, script, icon, logo: None, proof };
        if let Some(path) = &brand.logo {
            let logo = read_logo(path)?;
            links.logo = Some(logo.link());
            files.push(logo);
        }
        Ok(Self { files, links })
    }

    /// The file of that name.
    pub fn find(&self, file: &str) -> Option<&Asset> {
        self.files.iter().find(|asset| asset.file == file)
    }
}

impl Asset {
    fn new(file: &'static str, media_type: &'static str, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        let hash = Sha256::digest(&content)[..8].iter().fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        Self { file, hash, media_type, content }
    }

    fn link(&self) -> String {
        format!("/static/{}/{}", self.hash, self.file)
    }
}

fn variables(light: &Shades, dark: &Shades) -> String {
    let of = |shades: &Shades| {
        let [button, on_button, rim, link] =
            [shades.button, shades.on_button, shades.rim, shades.link].map(Colour::to_css);
        format!(":root{{--button:{button};--on-button:{on_button};--rim:{rim};--link:{link}}}")
    };
    format!("{}@media (prefers-color-scheme:dark){{{}}}\n", of(light), of(dark))
}

fn read_logo(path: &Path) -> Result<Asset, AssetError> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let (file, media_type) = match extension.to_ascii_lowercase().as_str() {
        "svg" => ("logo.svg", "image/svg+xml"),
        "png" => ("logo.png", "image/png"),
        "jpg" | "jpeg" => ("logo.jpg", "image/jpeg"),
        "webp" => ("logo.webp", "image/webp"),
        _ => return Err(AssetError::LogoKind(path.to_owned())),
    };
    let content = std::fs::read(path).map_err(|source| AssetError::Logo { path: path.to_owned(), source })?;
    if content.len() > MAX_LOGO {
        return Err(AssetError::LogoSize(path.to_owned()));
    }
    Ok(Asset::new(file, media_type, content))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::WHITE;

    fn brand(color: &str, logo: Option<PathBuf>) -> Brand {
        Brand { name: "Waste Billing".into(), color: color.into(), logo }
    }

    #[test]
    fn the_colour_is_in_the_style_and_in_its_name() {
        let [blue, red] = ["#1d4ed8", "#b91c1c"].map(|color| Assets::new(&brand(color, None)).expect("assets"));
        let style = blue.find("style.css").expect("a style");
        assert!(style.content.starts_with(b":root{--button:#1d4ed8;"));
        assert_ne!(blue.links.style, red.links.style);
        assert_eq!(blue.links.script, red.links.script);
    }

    #[test]
    fn the_grounds_are_those_of_the_style_sheet() {
        for ground in [LIGHT_GROUND, WHITE, DARK_GROUND] {
            let css = ground.to_css().replace("#ffffff", "#fff");
            assert!(STYLE.contains(&css), "style.css no longer has {css}");
        }
    }

    #[test]
    fn style_and_script_stay_small() {
        let assets = Assets::new(&brand("#1d4ed8", None)).expect("assets");
        let on_every_page = ["style.css", "script.js", "icon.svg"].map(|file| assets.find(file).expect("a file"));
        let total: usize = on_every_page.iter().map(|asset| asset.content.len()).sum();
        assert!(total < 20 * 1024, "{total} bytes");
    }

    #[test]
    fn a_brand_that_cannot_be_shown_says_why() {
        let said = |color, logo: Option<&str>| {
            Assets::new(&brand(color, logo.map(PathBuf::from))).err().expect("refused").to_string()
        };
        assert!(said("blue", None).contains("#rrggbb"));
        assert!(said("#1d4ed8", Some("/nowhere/logo.svg")).contains("/nowhere/logo.svg"));
        assert!(said("#1d4ed8", Some("logo.exe")).contains(".svg"));
    }

    #[test]
    fn a_logo_is_served_under_its_hash() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Our Logo.SVG");
        std::fs::write(&path, "<svg xmlns='http://www.w3.org/2000/svg'/>").expect("written");
        let assets = Assets::new(&brand("#1d4ed8", Some(path))).expect("assets");
        let logo = assets.find("logo.svg").expect("a logo");
        assert_eq!(assets.links.logo.as_deref(), Some(logo.link().as_str()));
    }
}
