//! Stories through the whole system, on real parts: from a call to an answer.

mod a_call_is_answered;
mod a_city_is_replayed;
mod the_ledger_tells;
mod world;
