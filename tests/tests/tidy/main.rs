//! Tidy: the rules of this repository that a machine can hold, each with what to do when it fails.

mod dead_files;
mod direction;
mod doors;
mod lexer;
mod names;
mod repo;
mod rooms;
mod sizes;
mod words;

use crate::repo::{Findings, Repo};

/// Fails with everything that `rule` found in this repository, a line each.
fn hold(rule: fn(&Repo) -> Findings) {
    let findings = rule(&Repo::checkout());
    assert!(findings.is_empty(), "{} to put right:\n{}\n", findings.len(), findings.join("\n"));
}

#[test]
fn dependencies_point_one_way() {
    hold(direction::dependencies_point_one_way);
}

#[test]
fn files_are_short() {
    hold(sizes::files_are_short);
}

#[test]
fn functions_are_short() {
    hold(sizes::functions_are_short);
}

#[test]
fn services_have_the_same_rooms() {
    hold(rooms::services_have_the_same_rooms);
}

#[test]
fn sql_stays_in_the_store() {
    hold(rooms::sql_stays_in_the_store);
}

#[test]
fn domains_are_pure() {
    hold(rooms::domains_are_pure);
}

#[test]
fn handlers_are_named_for_their_fact() {
    hold(rooms::handlers_are_named_for_their_fact);
}

#[test]
fn nothing_is_called_a_junk_drawer() {
    hold(names::nothing_is_called_a_junk_drawer);
}

#[test]
fn nothing_is_left_for_later() {
    hold(words::nothing_is_left_for_later);
}

#[test]
fn lints_and_tests_are_not_silenced() {
    hold(words::lints_and_tests_are_not_silenced);
}

#[test]
fn documents_name_no_machine() {
    hold(words::documents_name_no_machine);
}

#[test]
fn every_call_says_who_may_make_it() {
    hold(doors::every_call_says_who_may_make_it);
}

#[test]
fn every_file_is_compiled() {
    hold(dead_files::every_file_is_compiled);
}
