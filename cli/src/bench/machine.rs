//! What was measured on.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Cores, memory and processor of this machine.
pub fn describe() -> Value {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        line.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    json!({
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "memory": field(&read("/proc/meminfo"), "MemTotal"),
        "processor": field(&read("/proc/cpuinfo"), "model name"),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "build": if cfg!(debug_assertions) { "debug" } else { "release" },
    })
}

/// Memory that the process with this id holds, in MiB.
///
/// # Errors
/// When it has ended.
pub fn memory_mib(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok((kib / 1024.0 * 10.0).round() / 10.0)
}
