//! One disturbed run: where it is stopped, how, and what happens then. What has to hold is `laws`' and `report`'s.

use std::fmt;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::gate::{Trap, Verdict};
use crate::laws::{Laws, Stopped};
use crate::process::{End, Process};
use crate::rehearsal::{Rehearsal, Scene};
use crate::{journal, report};

/// What the binary says once it has heard of Ctrl-C, if it still has something to finish.
const NOTICE: &str = "press Ctrl-C again to stop at once";

/// How soon a signal is heeded, on the busiest machine. A call without an answer is given up after 30 s.
const PROMPTLY: Duration = Duration::from_secs(15);

/// What happens to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    /// It is killed without a chance to do anything.
    Kill,
    /// It lives, but the connection of the call is closed.
    Cut,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-C, and again while the call is held back.
    Twice,
    /// What a process manager sends.
    Terminate,
    /// Ctrl-C and then SIGTERM, as a CI runner cancels a job.
    Cancel,
}

/// When in the life of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It has left the binary and not reached AWS.
    Before,
    /// It took effect, and the answer has not left AWS.
    Between,
    /// The answer is on its way.
    After,
}

/// One disturbed run.
pub(crate) struct Case<'a> {
    pub(crate) rehearsal: &'a Rehearsal,
    pub(crate) blow: Blow,
    pub(crate) moment: Moment,
    /// Which call of the run, counted from 1.
    pub(crate) call: usize,
}

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rehearsal,
            blow,
            moment,
            call,
        } = self;
        let (story, sky) = (rehearsal.story.name, rehearsal.sky);
        let name = format!("{story}/{blow:?}/{moment:?}/{call}/{sky:?}");
        f.write_str(&name.to_lowercase())
    }
}

impl Case<'_> {
    /// Plays it; panics where something does not hold.
    pub(crate) fn play(&self) {
        let scene = self.rehearsal.scene();
        let trap = scene.gate.lay(self.call, self.moment);
        let mut command = self.rehearsal.story.stopped();
        if self.wants_json() {
            command.push("--output=json");
        }
        let mut process = Process::of(scene.stage.start(&command));
        let Some(position) = sprung(&trap, &mut process) else {
            return self.missed(&process.end());
        };
        let (end, heard) = self.strike(process, &trap);
        scene.gate.settle();
        let stopped = Stopped {
            calls: scene.gate.calls(),
            entries: journal::read(&scene.journal()),
            position,
        };
        self.judge(&end, heard, &stopped);
        self.converge(&scene, &stopped);
    }

    /// Both forms of the report are looked at for every call, at one of its moments or another.
    fn wants_json(&self) -> bool {
        (self.call + self.moment as usize).is_multiple_of(2)
    }

    /// While AWS lags, how often is asked differs from run to run. Otherwise the call has to come.
    fn missed(&self, end: &End) {
        let calm = self.rehearsal.sky == crate::rehearsal::Sky::Calm;
        assert!(!calm && end.code == Some(0), "it never came: {end}");
    }

    /// What happens at the call: how the run ended, and when it had heard of Ctrl-C.
    fn strike(&self, mut process: Process, trap: &Trap) -> (End, Option<Timestamp>) {
        let release = |verdict| {
            // Nobody waits any more after the answer.
            let _ = trap.release.send(verdict);
        };
        let (first, second) = match self.blow {
            Blow::Kill => {
                process.signal("-KILL");
                let end = process.end();
                release(Verdict::Drop);
                return (end, None);
            }
            Blow::Cut => {
                release(Verdict::Drop);
                return (process.end(), None);
            }
            Blow::Interrupt => ("-INT", None),
            Blow::Terminate => ("-TERM", None),
            Blow::Twice => ("-INT", Some("-INT")),
            Blow::Cancel => ("-INT", Some("-TERM")),
        };
        let began = Instant::now();
        process.signal(first);
        let heard = process.hears(NOTICE).then(Timestamp::now);
        match second.filter(|_| heard.is_some()) {
            Some(second) => {
                process.signal(second);
                process.hears_out();
                release(Verdict::Drop);
            }
            None => release(Verdict::Pass),
        }
        // What would have waited for the call that is held back would have waited longer.
        assert!(began.elapsed() < PROMPTLY, "it did not heed the signal");
        (process.end(), heard)
    }

    fn judge(&self, end: &End, heard: Option<Timestamp>, stopped: &Stopped) {
        stopped.is_announced();
        stopped.is_written_down();
        if self.was_too_late(end) {
            return;
        }
        match self.blow {
            Blow::Kill => {
                assert_eq!(end.code, None, "it was killed: {end}");
                stopped.left_open(self.moment);
            }
            Blow::Cut => assert_eq!(end.code, Some(0), "{end}"),
            Blow::Interrupt | Blow::Twice | Blow::Terminate | Blow::Cancel => {
                assert_eq!(end.code, Some(130), "{end}");
                stopped.started_nothing_after(heard);
                report::check(end, self.wants_json(), stopped);
            }
        }
    }

    /// Whether the run was over before the signal came: after an answer nothing holds it back. Whether it listens at all
    /// is seen at the other moments.
    fn was_too_late(&self, end: &End) -> bool {
        self.moment == Moment::After && end.code == Some(0)
    }

    /// Runs the same command again, if it has not finished, and looks at everything.
    fn converge(&self, scene: &Scene, stopped: &Stopped) {
        let story = self.rehearsal.story;
        if self.blow != Blow::Cut {
            let _ = scene.stage.run(&story.again()).ends_with(0);
        }
        let laws = Laws {
            rehearsal: self.rehearsal,
            stopped,
            blow: self.blow,
        };
        laws.hold(&scene.gate.calls(), &journal::read(&scene.journal()));
        self.rehearsal.compare(&scene.world());
        let _ = scene.stage.run(&story.plan()).ends_with(0);
    }
}

/// Waits for the trap; gives the position of its call, or nothing when the run ended without.
fn sprung(trap: &Trap, process: &mut Process) -> Option<usize> {
    loop {
        match trap.sprung.recv_timeout(Duration::from_millis(20)) {
            Ok(position) => return Some(position),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if process.has_ended() => {
                return trap.sprung.try_recv().ok();
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
