//! A manager's score from what was counted of them.

use crate::domain::policy::EvaluationPolicy;

/// Hundredths of a point.
const POINT: i64 = 100;

/// A manager's year in one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Empty: nobody is known to have held the office.
    pub manager: String,
    pub name_fa: String,
    pub agency: String,
    pub province: String,
    /// Where its band of volume begins; 0: below every band, not ranked.
    pub band_floor: u32,
    /// From 1 within the band; equals share it.
    pub rank: u32,
    pub score_hundredths: i64,
    pub on_time: u64,
    pub late: u64,
    pub overdue_open: u64,
    pub reopened: u64,
    /// They add up to the score.
    pub lines: Vec<Line>,
}

/// Points given or taken, with the leaves that they follow from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub reason: &'static str,
    pub hundredths: i64,
    pub leaves: Vec<u64>,
}

/// What is counted of a manager in an agency.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub(super) province: String,
    pub(super) on_time: u64,
    pub(super) late: Vec<u64>,
    pub(super) overdue_open: Vec<u64>,
    pub(super) reopened: Vec<u64>,
    pub(super) points: u32,
    pub(super) deductions: Vec<u64>,
}

impl Standing {
    pub(super) fn unscored() -> Self {
        Self {
            manager: String::new(),
            name_fa: String::new(),
            agency: String::new(),
            province: String::new(),
            band_floor: 0,
            rank: 0,
            score_hundredths: 0,
            on_time: 0,
            late: 0,
            overdue_open: 0,
            reopened: 0,
            lines: Vec::new(),
        }
    }
}

/// The score by the policy: base, less inaction, missed and reopened, never below 0.
pub(super) fn standing(whose: Standing, count: Count, policy: &EvaluationPolicy) -> Standing {
    let (late, overdue_open) = (count.late.len() as u64, count.overdue_open.len() as u64);
    let (missed, decided) = (late + overdue_open, count.on_time + late + overdue_open);
    let reopened = count.reopened.len() as u64;
    let sorted = |mut leaves: Vec<u64>| {
        leaves.sort_unstable();
        leaves
    };
    let line = |reason, hundredths, leaves| Line { reason, hundredths, leaves: sorted(leaves) };
    let mut lines = vec![
        line("base", i64::from(policy.base_points) * POINT, Vec::new()),
        line("inaction", -i64::from(count.points) * POINT, count.deductions),
        line(
            "missed",
            -share(policy.missed_points, missed, decided),
            [count.late, count.overdue_open].concat(),
        ),
        line("reopened", -share(policy.reopened_points, reopened, count.on_time + late), count.reopened),
    ];
    let sum: i64 = lines.iter().map(|line| line.hundredths).sum();
    if sum < 0 {
        lines.push(line("floor", -sum, Vec::new()));
    }
    lines.retain(|line| line.hundredths != 0 || !line.leaves.is_empty());
    let band = policy.band_floors.iter().rev().find(|floor| u64::from(**floor) <= decided);
    Standing {
        province: count.province,
        band_floor: band.copied().unwrap_or_default(),
        score_hundredths: sum.max(0),
        on_time: count.on_time,
        late,
        overdue_open,
        reopened,
        lines,
        ..whose
    }
}

/// Hundredths of points that a share of the whole costs; a share is never above the whole.
fn share(points: u32, part: u64, whole: u64) -> i64 {
    let part = i64::try_from(part.min(whole)).unwrap_or(i64::MAX);
    let whole = i64::try_from(whole).unwrap_or(i64::MAX).max(1);
    i64::from(points) * POINT * part / whole
}

/// Ranks within each band: equals share a rank, and as many ranks are left out after them.
pub(super) fn rank(standings: &mut [Standing]) {
    standings.sort_by(|a, b| {
        let by = |s: &Standing| (std::cmp::Reverse(s.band_floor), std::cmp::Reverse(s.score_hundredths));
        by(a).cmp(&by(b)).then_with(|| (&a.manager, &a.agency).cmp(&(&b.manager, &b.agency)))
    });
    for band in standings.chunk_by_mut(|a, b| a.band_floor == b.band_floor) {
        let (mut rank, mut score) = (0, None);
        for (place, standing) in (1..).zip(band) {
            if score != Some(standing.score_hundredths) {
                (rank, score) = (place, Some(standing.score_hundredths));
            }
            standing.rank = if standing.band_floor == 0 { 0 } else { rank };
        }
    }
}
