//! The pure engine on 10,000 roles and 10,000 profiles, stage by stage and as a whole. Nothing here reads a file or talks to
//! anybody. `docs/performance.md` has the numbers to hold.

mod support;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rolewright::render::{self, Style, TextOptions};

const BUNDLES: usize = 10_000;

fn stages(criterion: &mut Criterion) {
    let sources = support::manifests(BUNDLES);
    let entries = support::parsed(&sources);
    let desired = support::desired(&entries, &sources);
    let live = support::live(&desired);
    let plan = support::plan(&desired, &live);
    let (changed, all) = (plan.effective().count(), plan.changes.len());
    assert_eq!(
        (changed, all),
        (BUNDLES / 5, BUNDLES * 2),
        "every tenth resource drifts"
    );

    let mut group = criterion.benchmark_group("engine");
    group.sample_size(10);
    group.bench_function("parse", |bench| {
        bench.iter_with_large_drop(|| support::parsed(black_box(&sources)));
    });
    group.bench_function("resolve", |bench| {
        bench.iter_with_large_drop(|| support::desired(black_box(&entries), &sources));
    });
    group.bench_function("plan", |bench| {
        bench.iter_with_large_drop(|| support::plan(black_box(&desired), &live));
    });
    group.bench_function("render text", |bench| {
        bench.iter_with_large_drop(|| {
            render::plan(black_box(&plan), Style::PLAIN, TextOptions::default())
        });
    });
    group.bench_function("render json", |bench| {
        bench.iter_with_large_drop(|| render::plan_json(black_box(&plan)).to_string());
    });
    group.bench_function("whole", |bench| {
        bench.iter_with_large_drop(|| {
            let entries = support::parsed(black_box(&sources));
            let desired = support::desired(&entries, &sources);
            let plan = support::plan(&desired, &live);
            render::plan(&plan, Style::PLAIN, TextOptions::default())
        });
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
