//! What PostgreSQL is told at every start.

use std::fmt::Write;
use std::fs;

/// RAM taken as given when the kernel does not tell, in MiB.
const RAM_MIB: u64 = 4096;

/// The whole `postgresql.conf`. With `durable` a commit is on disk before it is confirmed; without, a crash may lose
/// the cluster, which only tests can afford.
pub(crate) fn settings(port: u16, durable: bool) -> String {
    let mut text = String::from("# Written by Samad at every start: edits are lost.\n");
    let mut set = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name} = '{value}'");
    };
    set("listen_addresses", "127.0.0.1");
    set("port", &port.to_string());
    // TCP serves; a socket's path would have to be short and reachable by both users.
    set("unix_socket_directories", "");
    set("timezone", "UTC");
    set("log_timezone", "UTC");
    set("log_line_prefix", "%m [%p] %d ");
    // Errors are read by `Process::last_words`, so they stay English.
    set("lc_messages", "C");
    set("max_connections", if durable { "200" } else { "300" });
    // Short statements: compiling them costs more than it saves.
    set("jit", "off");
    set("random_page_cost", "1.1");
    // An open writing transaction holds back every outbox relay.
    set("idle_in_transaction_session_timeout", "10s");
    for (name, value) in if durable { durable_settings(ram_mib()) } else { test_settings() } {
        set(name, &value);
    }
    text
}

fn durable_settings(ram_mib: u64) -> Vec<(&'static str, String)> {
    let pairs = [
        ("synchronous_commit", "on"),
        ("max_wal_size", "4GB"),
        ("min_wal_size", "1GB"),
        ("checkpoint_timeout", "15min"),
        // Made cheaper once the server runs, where its build can.
        ("wal_compression", "pglz"),
        ("log_checkpoints", "off"),
        // Tables here are inserted into and updated in bulk: clean up early, in small steps that leave the cores to the
        // services, and of few tables at once.
        ("autovacuum_max_workers", "2"),
        ("autovacuum_naptime", "20s"),
        ("autovacuum_vacuum_scale_factor", "0.1"),
        ("autovacuum_vacuum_insert_scale_factor", "0.2"),
        ("autovacuum_analyze_scale_factor", "0.05"),
        ("autovacuum_vacuum_cost_limit", "400"),
    ];
    let mut all: Vec<_> = pairs.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    all.push(("shared_buffers", format!("{}MB", (ram_mib / 16).clamp(128, 1024))));
    all.push(("effective_cache_size", format!("{}MB", ram_mib / 2)));
    all
}

fn test_settings() -> Vec<(&'static str, String)> {
    let pairs = [
        ("fsync", "off"),
        ("synchronous_commit", "off"),
        ("full_page_writes", "off"),
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("min_wal_size", "32MB"),
        ("max_wal_size", "256MB"),
        ("shared_buffers", "64MB"),
    ];
    pairs.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

fn ram_mib() -> u64 {
    let total = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?.trim();
        line.strip_suffix("kB")?.trim().parse::<u64>().ok()
    });
    total.map_or(RAM_MIB, |kib| kib / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_give_up_durability() {
        let durable = settings(5432, true);
        assert!(durable.contains("synchronous_commit = 'on'"));
        assert!(!durable.contains("fsync = 'off'") && !durable.contains("full_page_writes = 'off'"));
        assert!(settings(5432, false).contains("fsync = 'off'"));
    }

    #[test]
    fn memory_follows_the_machine_within_bounds() {
        let buffers =
            |ram| durable_settings(ram).into_iter().find(|(name, _)| *name == "shared_buffers").unwrap().1;
        assert_eq!(buffers(512), "128MB");
        assert_eq!(buffers(8192), "512MB");
        assert_eq!(buffers(262_144), "1024MB");
    }
}
