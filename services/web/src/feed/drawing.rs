//! The picture of the river: the last minute as a stream whose width is the facts a second, one band a service.

use super::watch::CURVE_S;

/// The drawing's own units; the page stretches it.
const STEP: i64 = 20;
const HEIGHT: f64 = 240.0;
const MARGIN: f64 = 8.0;

/// A quiet band is still seen.
const THINNEST: f64 = 8.0;

/// At fewer facts a second the river does not fill its bed: a trickle looks like one.
const FULL_AT_LEAST: f64 = 10.0;

/// Seconds over which the rate is averaged: facts go out in bursts, a river does not.
const SMOOTH_S: usize = 5;

/// The `viewBox` that the bands are drawn in. The first second lies outside: while the picture drifts from one second to
/// the next, it fills the edge.
pub(super) fn view_box() -> String {
    format!("{STEP} 0 {} {HEIGHT}", STEP * (CURVE_S as i64 - 2))
}

/// Each band's outline as SVG path data, the upmost first, from a minute ago to now.
pub(super) fn bands<'a, R>(rates: impl Iterator<Item = R>) -> Vec<String>
where
    R: ExactSizeIterator<Item = &'a f64>,
{
    let rates: Vec<Vec<f64>> = rates.map(smooth).collect();
    let total = |second: usize| rates.iter().map(|band| band[second]).sum::<f64>();
    let fullest = (0..CURVE_S).map(total).fold(FULL_AT_LEAST, f64::max);
    let room = HEIGHT - 2.0 * MARGIN - THINNEST * rates.len() as f64;
    let width = |band: &Vec<f64>, second: usize| THINNEST + room * band[second] / fullest;
    // The middle line is straight: the banks go in and out alike.
    let mut bank: Vec<f64> = (0..CURVE_S)
        .map(|second| (HEIGHT - rates.iter().map(|band| width(band, second)).sum::<f64>()) / 2.0)
        .collect();
    let mut outlines = Vec::with_capacity(rates.len());
    for band in &rates {
        let lower: Vec<f64> = bank.iter().enumerate().map(|(second, y)| y + width(band, second)).collect();
        outlines.push(outline(&bank, &lower));
        bank = lower;
    }
    outlines
}

/// A minute of averages, zeros before the first rate.
fn smooth<'a>(rates: impl ExactSizeIterator<Item = &'a f64>) -> Vec<f64> {
    let mut known = vec![0.0; CURVE_S.saturating_sub(rates.len())];
    known.extend(rates.copied());
    let mean = |end: usize| {
        let window = &known[(end + 1).saturating_sub(SMOOTH_S)..=end];
        window.iter().sum::<f64>() / window.len() as f64
    };
    (0..CURVE_S).map(mean).collect()
}

/// Along the upper bank and back along the lower one, level at each second.
fn outline(upper: &[f64], lower: &[f64]) -> String {
    let upper: Vec<i64> = upper.iter().map(|y| y.round() as i64).collect();
    let lower: Vec<i64> = lower.iter().rev().map(|y| y.round() as i64).collect();
    let turn = lower[0] - upper[upper.len() - 1];
    format!("M0 {}{}v{turn}{}z", upper[0], along(&upper, STEP), along(&lower, -STEP))
}

/// One curve a second, each level where it meets the next.
fn along(bank: &[i64], step: i64) -> String {
    let curve = |pair: &[i64]| {
        let fall = pair[1] - pair[0];
        format!("s{} {fall} {step} {fall}", step / 2)
    };
    bank.windows(2).map(curve).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The numbers of a path, command letters aside.
    fn numbers(path: &str) -> Vec<i64> {
        let spaced = path.replace(|letter: char| letter.is_ascii_alphabetic(), " ");
        spaced.split_whitespace().map(|number| number.parse().unwrap()).collect()
    }

    proptest! {
        #[test]
        fn every_band_closes_and_stays_in_its_bed(
            rates in proptest::collection::vec(proptest::collection::vec(0.0_f64..1e7, 0..=CURVE_S), 1..6)
        ) {
            let drawn = bands(rates.iter().map(|band| band.iter()));
            prop_assert_eq!(drawn.len(), rates.len());
            for path in drawn {
                let numbers = numbers(&path);
                // M x y, 59 curves of four numbers, v, 59 curves back.
                prop_assert_eq!(numbers.len(), 2 + 4 * 59 + 1 + 4 * 59);
                let mut y = numbers[1];
                let falls = numbers[2..].iter().enumerate();
                let falls = falls.filter(|(place, _)| *place == 236 || (place - usize::from(*place > 236)) % 4 == 3);
                for (_, fall) in falls {
                    y += fall;
                    prop_assert!((0..=HEIGHT as i64).contains(&y), "{y} of {path}");
                }
            }
        }
    }

    #[test]
    fn more_facts_make_the_river_wider_now() {
        let width_now = |rate: f64| {
            let path = bands([[rate; SMOOTH_S].iter()].into_iter()).remove(0);
            numbers(&path)[2 + 4 * 59]
        };
        assert!(
            width_now(0.0) == THINNEST as i64 && width_now(5.0) > 90 && width_now(10.0) > 2 * width_now(4.0)
        );
    }
}
