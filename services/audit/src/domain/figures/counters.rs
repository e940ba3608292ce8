//! What is counted for each province and day.

/// Counters of one province and day (Asia/Tehran); as a difference they may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    pub contacts: i64,
    pub guidance: i64,
    pub referrals: i64,
    pub actions: i64,
    pub notices_sent: i64,
    pub notices_failed: i64,
    /// Cases registered on the day, and what became of them since.
    pub cases: i64,
    pub answered: i64,
    pub on_time: i64,
    pub late: i64,
    pub withdrawn: i64,
    /// Reopenings, and what citizens said of answers, on their own day.
    pub reopened: i64,
    pub solved: i64,
    pub not_solved: i64,
    pub no_reply: i64,
    /// Officials' slots, on their own day.
    pub slots_kept: i64,
    pub slots_missed: i64,
    pub slots_uncovered: i64,
}

impl Counters {
    pub(super) fn add(&mut self, other: &Self, sign: i64) {
        self.contacts += sign * other.contacts;
        self.guidance += sign * other.guidance;
        self.referrals += sign * other.referrals;
        self.actions += sign * other.actions;
        self.notices_sent += sign * other.notices_sent;
        self.notices_failed += sign * other.notices_failed;
        self.cases += sign * other.cases;
        self.answered += sign * other.answered;
        self.on_time += sign * other.on_time;
        self.late += sign * other.late;
        self.withdrawn += sign * other.withdrawn;
        self.reopened += sign * other.reopened;
        self.solved += sign * other.solved;
        self.not_solved += sign * other.not_solved;
        self.no_reply += sign * other.no_reply;
        self.slots_kept += sign * other.slots_kept;
        self.slots_missed += sign * other.slots_missed;
        self.slots_uncovered += sign * other.slots_uncovered;
    }
}
