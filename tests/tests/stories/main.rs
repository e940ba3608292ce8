//! Stories through the whole system, on real parts: from a call to an answer.

mod a_call_is_answered;
mod a_citizen_is_called_back;
mod a_city_is_replayed;
mod a_promise_is_kept;
mod a_province_lives;
mod a_referral_is_ruled;
mod a_report_is_delivered;
mod a_run_is_broken_off;
mod a_trip_passes;
mod an_adapter_is_tried;
mod an_agency_is_let_in;
mod an_answer_solves_nothing;
mod an_installation_lives;
mod contact;
mod every_door_opens;
mod inaction_costs_points;
mod installation;
mod office;
mod staff_decide;
mod staff_walk;
mod the_dead_rise;
mod the_ledger_tells;
mod world;
