//! What a user signs in with: its claims and its seed, in the text form that every NATS client reads.

/// The credentials of the user with that `seed`, of whom `claims` speak.
pub(crate) fn text(claims: &str, seed: &str) -> String {
    format!(
        "-----BEGIN NATS USER JWT-----\n{claims}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )
}
