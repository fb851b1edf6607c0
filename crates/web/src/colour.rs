//! Shades of the brand's colour that can be read: WCAG 2.2 contrast, worked out instead of hoped for.

/// Contrast that text needs against its ground (WCAG 2.2, 1.4.3, level AA).
const READABLE: f64 = 4.5;
/// From this contrast on, white on the brand's colour is worth a slight darkening; below it, black text keeps more
/// of the colour.
const NEARLY_READABLE: f64 = 2.8;
/// Below this contrast to the ground a button's shape would be lost: white on white, black on black.
const VISIBLE: f64 = 1.25;
/// Below this contrast it gets a rim.
const PLAIN: f64 = 2.0;

/// A colour of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// White, and the card of the light scheme.
pub const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
/// Near black: the text on light brand colours.
pub const BLACK: Colour = Colour([0x11, 0x14, 0x1a]);

/// What the style sheet is given for one colour scheme.
#[derive(Clone, Copy, Debug)]
pub struct Shades {
    /// The ground of buttons.
    pub button: Colour,
    /// The text on them.
    pub on_button: Colour,
    /// The line round them.
    pub rim: Colour,
    /// Links, focus rings and edges.
    pub link: Colour,
}

impl Colour {
    /// The colour of these parts.
    pub const fn of(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        // `from_str_radix` takes a sign, a colour has none.
        (!digits.contains('+')).then_some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// The text for a style sheet.
    pub fn to_css(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The contrast of two colours: 1 (none) to 21 (black on white).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour with `percent` of another in it.
    fn mixed(self, other: Self, percent: u16) -> Self {
        let mut mixed = self.0;
        for (part, other) in mixed.iter_mut().zip(other.0) {
            let sum = u16::from(*part) * (100 - percent) + u16::from(other) * percent;
            *part = u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// The nearest colour on the way to `target` that has the wanted contrast to `ground`.
    fn until_readable(self, target: Self, ground: Self) -> Self {
        let steps = (0..=100).map(|percent| self.mixed(target, percent));
        steps.into_iter().find(|colour| colour.contrast(ground) >= READABLE).unwrap_or(target)
    }
}

/// The shades of a brand colour for a scheme whose links stand on `ground`.
pub fn shades(brand: Colour, ground: Colour) -> Shades {
    let away = if ground.contrast(WHITE) > ground.contrast(BLACK) { WHITE } else { BLACK };
    let link = brand.until_readable(away, ground);
    let base = if brand.contrast(ground) < VISIBLE { link } else { brand };
    let (button, on_button) = if base.contrast(WHITE) >= NEARLY_READABLE {
        (base.until_readable(BLACK, WHITE), WHITE)
    } else {
        (base.until_readable(WHITE, BLACK), BLACK)
    };
    let rim = if button.contrast(ground) < PLAIN { link } else { button };
    Shades { button, on_button, rim, link }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn colours_read_and_write() {
        assert_eq!(Colour::parse("#2563eB").expect("a colour").to_css(), "#2563eb");
        for wrong in ["", "#fff", "2563eb", "#2563eg", "#+563eb", "#2563ebff", "#é63eb", "red"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let black = Colour([0, 0, 0]);
        assert!((black.contrast(WHITE) - 21.0).abs() < 0.01);
        // #767676 is the well-known lightest grey that passes on white.
        assert!(Colour([0x76; 3]).contrast(WHITE) >= READABLE);
        assert!(Colour([0x77; 3]).contrast(WHITE) < READABLE);
    }

    #[test]
    fn a_readable_brand_colour_is_left_alone() {
        let blue = Colour::parse("#1d4ed8").expect("a colour");
        let shades = shades(blue, WHITE);
        assert_eq!((shades.button, shades.on_button, shades.link), (blue, WHITE, blue));
    }

    #[test]
    fn a_button_does_not_vanish_in_its_ground() {
        for (brand, ground) in [(WHITE, WHITE), (Colour([0xff, 0xff, 0xd0]), WHITE), (Colour([0; 3]), BLACK)] {
            let button = shades(brand, ground).button;
            assert!(button.contrast(ground) >= VISIBLE, "{brand:?} gives {button:?}");
        }
    }

    proptest! {
        #[test]
        fn every_brand_colour_gives_readable_text(rgb: [u8; 3], grey in prop_oneof![0_u8..=40, 235_u8..=255]) {
            let ground = Colour([grey; 3]);
            let shades = shades(Colour(rgb), ground);
            prop_assert!(shades.button.contrast(shades.on_button) >= READABLE);
            prop_assert!(shades.link.contrast(ground) >= READABLE);
        }
    }
}
