//! Tests of what is answered after the program's process is gone: a ledger and a memory in one process.

use std::time::{Duration, Instant};

use super::afterwards::Counting;
use super::ledger::Ledger;
use super::pending::agent_gone;
use crate::counts::{Counter, Meter, Processes, own_memory};
use crate::error::{Error, Result};
use crate::measures::{Costs, HITS, Sort, Source};
use crate::protocol::{
    Counted, Event, Flavour, Form, Installed, Kind, PatchNote, Pattern, Recorders, Renewal, Reply,
    Request, Row, Rows, RowsRequest, Sample, Scope, Share, Side, Statistics, Summary, SymbolPath,
    ToAgent, Verifications,
};

/// What was patched when the program went: each callable with its hits, and whether it still is.
fn replies(patches: &[(&str, u64, bool)]) -> impl Fn(Request) -> Result<Reply> {
    let note = |(name, hits, is_installed): &(&str, u64, bool)| {
        let counter = Counter::new().expect("memory");
        (0..*hits).for_each(|_| counter.hit());
        PatchNote {
            path: SymbolPath::new("m", name),
            kind: Kind {
                form: Form::Function,
                flavour: Flavour::Plain,
            },
            meter: Meter::new(counter, None).id(),
            is_newest: true,
            installed: is_installed.then(|| Installed {
                recorders: Recorders::default(),
                instructions_added: 3,
                rewrite_time: Duration::from_micros(7),
            }),
        }
    };
    let mut ledger = Ledger::default();
    ledger.enter(Event::Patched(patches.iter().map(note).collect()));
    let counting = Counting {
        started: Instant::now(),
        costs: Costs::default(),
        memory: own_memory().expect("memory"),
    };
    move |request| counting.reply_to(&ToAgent::Request(1, request), &ledger)
}

fn scope(patterns: &[&str]) -> Scope {
    Scope::new(patterns.iter().copied()).expect("patterns")
}

/// Three, one of which was unpatched.
const PATCHES: [(&str, u64, bool); 3] = [("a", 2, true), ("b", 5, true), ("c", 9, false)];

#[test]
fn rows_are_those_of_what_was_patched() {
    let reply = replies(&PATCHES);
    let rows = |patterns: &[&str], only_patched, sort, limit| {
        let rows = reply(Request::Rows(RowsRequest {
            scope: scope(patterns),
            only_patched,
            sort,
            limit,
        }));
        let Rows { rows, total } = rows?.try_into()?;
        let row = |row: Row| format!("{} {:?}", row.path, HITS.of(&row.measured));
        Ok::<_, Error>((rows.into_iter().map(row).collect::<Vec<_>>(), total))
    };
    let row = |name, hits| format!("m:{name} Some(Count({hits}))");
    let all = |sort, limit| rows(&[], false, sort, limit).expect("rows");
    let by_name = all(Sort::Name, 9);
    assert_eq!(by_name, (vec![row("a", 2), row("b", 5), row("c", 9)], 3));
    assert_eq!(all(Sort::By(&HITS), 2), (vec![row("c", 9), row("b", 5)], 3));
    let patched = rows(&[], true, Sort::Name, 9).expect("rows");
    assert_eq!(patched.1, 2);
    for pattern in ["m:b", "b", "*:b"] {
        let found = rows(&[pattern], false, Sort::Name, 9).expect("rows");
        assert_eq!(found, (vec![row("b", 5)], 1), "{pattern}");
    }
    let error = rows(&["m", "m:d"], false, Sort::Name, 9).expect_err("a pattern without matches");
    assert!(error.message().contains("`m:d`"), "{error}");
}

#[test]
fn what_is_added_up_counts_what_was_patched() -> Result<()> {
    let reply = replies(&PATCHES);
    let of = |pattern: &str| Ok((Pattern::parse(pattern)?, Some(Source::Patch)));
    let of = ["m", "b", "d"].into_iter().map(of).collect::<Result<_>>()?;
    let summaries: Vec<Summary> = reply(Request::Summaries(of))?.try_into()?;
    let sums = summaries.iter().map(|it| {
        let hits = it.counts.recorded.hits;
        (it.callables, it.patched, hits, it.counts.calls)
    });
    let sums: Vec<_> = sums.collect();
    assert_eq!(sums, [(3, 2, 16, None), (1, 1, 5, None), (0, 0, 0, None)]);
    let own: usize = reply(Request::CountOwn)?.try_into()?;
    assert_eq!(own, 3);
    let (scope, limit) = (Scope::Own, 1);
    let statistics: Statistics = reply(Request::Statistics { scope, limit })?.try_into()?;
    assert_eq!((statistics.callables, statistics.patched), (3, 2));
    assert_eq!(statistics.counts.recorded.hits, 16);
    assert_eq!((statistics.patches.len(), statistics.total_patches), (1, 2));
    assert_eq!(statistics.patches[0].installed.instructions_added, 3);
    Ok(())
}

#[test]
fn a_list_is_sampled_without_calls() -> Result<()> {
    let reply = replies(&PATCHES);
    let listed: Sample = reply(Request::List(scope(&["b"])))?.try_into()?;
    let roster = listed.roster.expect("the first");
    assert_eq!((roster.rows.len(), listed.calls.len()), (1, 0));
    for renewal in [Renewal::WhenCheap, Renewal::Now] {
        let sample = reply(Request::Sample(roster.id.clone(), renewal));
        let sample: Sample = sample?.try_into()?;
        assert!(sample.roster.is_none() && sample.taken >= listed.taken);
    }
    Ok(())
}

#[test]
fn everything_is_gone_and_nothing_differs() -> Result<()> {
    let reply = replies(&PATCHES);
    let verify = |patterns: &[&str]| {
        let patterns = patterns.iter().map(|it| Pattern::parse(it));
        let verified = reply(Request::Verify(patterns.collect::<Result<_>>()?))?;
        let verified: Verifications = verified.try_into()?;
        assert!(verified.callables.iter().all(|it| it.differences.is_none()));
        Ok::<_, Error>(verified.callables.len())
    };
    assert_eq!(verify(&[])?, 3);
    assert_eq!(verify(&["a", "m:c"])?, 2);
    assert!(verify(&["d"]).is_err());
    Ok(())
}

#[test]
fn hits_are_those_of_processes_that_have_ended() -> Result<()> {
    let reply = replies(&PATCHES);
    let (scope, only_patched) = (Scope::Own, true);
    let shares = reply(Request::Shares {
        scope,
        only_patched,
    });
    let (processes, shares): (Processes, Vec<Share>) = shares?.try_into()?;
    assert!(processes.living.is_empty());
    let shares = shares
        .iter()
        .map(|it| (it.counted, HITS.rank(&it.measured)));
    let ended = |hits| (Counted::InEnded, Some(hits));
    assert!(shares.eq([ended(2), ended(5)]));
    Ok(())
}

#[test]
fn what_needs_the_program_fails() {
    let reply = replies(&PATCHES);
    let all = || vec![Pattern::parse("*:*").expect("a pattern")];
    for request in [
        Request::Unpatch(all()),
        Request::UnpatchAll,
        Request::Disassemble(all(), Side::Current),
        Request::Reset(Scope::Own),
        Request::SetBudget(None),
    ] {
        assert_eq!(reply(request).err(), Some(agent_gone()));
    }
    let importing = reply(Request::IsImporting).and_then(bool::try_from);
    assert_eq!(importing, Ok(false));
}
