//! audit's facts.

use contracts::audit::CheckpointSigned;

use super::at;
use crate::sample::Sample;

pub fn all() -> Vec<Sample> {
    vec![Sample::fact(CheckpointSigned {
        // Past 2^53: the JSON mapping writes it as a string.
        size: 9_007_199_254_740_993,
        root: (0..32).collect(),
        note: "samad.example/ledger\n9007199254740993\nAAECAw==\n\n— samad.example/ledger AAECAw==\n".into(),
        signed_at: at(600),
    })]
}
