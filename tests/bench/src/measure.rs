//! Time and memory of the process that measures itself, and medians over rounds.

use std::time::Instant;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Sample {
    /// Seconds by the clock.
    pub seconds: f64,
    /// Seconds of the processor, of every thread of the process that did it.
    pub cpu_seconds: f64,
}

impl Sample {
    /// With what another part of it took.
    pub fn and(self, other: Self) -> Self {
        Self { seconds: self.seconds + other.seconds, cpu_seconds: self.cpu_seconds + other.cpu_seconds }
    }

    /// One of so many alike.
    pub fn of(self, count: usize) -> Self {
        let count = count.max(1) as f64;
        Self { seconds: self.seconds / count, cpu_seconds: self.cpu_seconds / count }
    }
}

/// Does something and says how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Sample) {
    let (began, cpu_began) = (Instant::now(), cpu_seconds());
    let done = work();
    let sample = Sample { seconds: began.elapsed().as_secs_f64(), cpu_seconds: cpu_seconds() - cpu_began };
    (done, sample)
}

/// Seconds of the processor that this process has used.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The most memory that a process has had resident, in MB.
pub fn peak_megabytes(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).context("reading what a process uses")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("its peak")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().context("its peak in kB")?;
    Ok(kilobytes / 1024.0)
}

/// Seconds of the processor that a process has used, in hundredths.
pub fn processor_seconds(process: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).context("reading what a process uses")?;
    let (_, after_name) = stat.rsplit_once(')').context("a process and its name")?;
    let mut fields = after_name.split_whitespace().skip(11);
    let mut ticks = || fields.next().and_then(|field| field.parse::<f64>().ok()).context("its times");
    Ok((ticks()? + ticks()?) / rustix::param::clock_ticks_per_second() as f64)
}

/// The value that so large a part of these values does not exceed; 0 of none.
pub fn nearest(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * part).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// The middle of some values; 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len() % 2, values.get(middle.saturating_sub(1)), values.get(middle)) {
        (1, _, Some(value)) => *value,
        (_, Some(lower), Some(upper)) => f64::midpoint(*lower, *upper),
        _ => 0.0,
    }
}

/// What came of rounds that had ours and the baseline in turn.
#[derive(Debug)]
pub struct Pairs {
    by_cpu: bool,
    ours: Vec<Sample>,
    baseline: Vec<Sample>,
}

impl Pairs {
    pub(crate) fn new(by_cpu: bool) -> Self {
        Self { by_cpu, ours: Vec::new(), baseline: Vec::new() }
    }

    pub(crate) fn add(&mut self, ours: Sample, baseline: Sample) {
        self.ours.push(ours);
        self.baseline.push(baseline);
    }

    /// The medians, in seconds: ours and the baseline's.
    pub fn medians(&self) -> (f64, f64) {
        let of = |samples: &[Sample]| {
            median(samples.iter().map(|sample| if self.by_cpu { sample.cpu_seconds } else { sample.seconds }).collect())
        };
        (of(&self.ours), of(&self.baseline))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 9.0]), 3.0);
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!((nearest(&mut hundred, 0.99), nearest(&mut hundred, 0.5)), (99.0, 50.0));
        assert_eq!((nearest(&mut [7.0], 0.99), nearest(&mut [], 0.5)), (7.0, 0.0));
    }

    #[test]
    fn this_process_has_a_peak_and_uses_the_processor() {
        assert!(peak_megabytes(std::process::id()).expect("it runs") > 0.5);
        let ((), sample) = timed(|| while cpu_seconds() == cpu_seconds() {});
        assert!(sample.seconds > 0.0);
        assert!(processor_seconds(std::process::id()).expect("it runs") <= cpu_seconds() + 0.02);
    }
}
