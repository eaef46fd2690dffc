//! The board of a rollout over 30 instances, on screens of several sizes.

use super::super::super::style::Style;
use super::super::tests::step;
use super::*;
use crate::apply::Limit;
use crate::cloud::Service;

/// Thirty instances, eight of them at work: two have just begun, six wait for their associations.
fn rollout() -> Board {
    let steps: Vec<Step> = (0..30)
        .map(|id| {
            let instance = format!("i-0{id:016x}");
            let title = format!("replace the instance profile of {instance} by app-profile-2");
            step(id, &title, &format!("InstanceAssociation/app[{instance}]"))
        })
        .collect();
    let mut board = Board::new(&steps, Lines::new(&steps, Style::PLAIN));
    let at = Duration::from_secs;
    for id in 0..12 {
        board.on(&Event::Started { step: id }, at(0));
        let elapsed = at(5);
        board.on(&Event::Done { step: id, elapsed }, at(5));
    }
    for id in 12..20 {
        board.on(&Event::Started { step: id }, at(6));
    }
    for id in 14..20 {
        let wait = Event::Waiting {
            step: id,
            reason: format!("i-0{id:016x} to be associated with app-profile-2"),
            elapsed: at(1),
            limit: Limit::Time(at(300)),
        };
        board.on(&wait, at(9));
    }
    board
}

fn drawn(board: &Board, paces: &[Pace], rows: usize, columns: usize) -> String {
    let frame = board.frame(Duration::from_secs(12), paces, Size { rows, columns });
    assert!(frame.len() < rows, "{frame:#?}");
    for line in &frame {
        assert!(line.chars().count() < columns, "{line}");
    }
    frame.join("\n")
}

#[test]
fn a_rollout_on_a_screen_of_80_columns() {
    insta::assert_snapshot!(drawn(&rollout(), &[], 24, 80), @"
    ⣄ replace the instance profile of i-0000000000000000c by app-profile-2  6 s
    ⣄ replace the instance profile of i-0000000000000000d by app-profile-2  6 s
    · replace the instance profile of i-0000000000000000e by app-profile-2  6 s
    · replace the instance profile of i-0000000000000000f by app-profile-2  6 s
    · replace the instance profile of i-00000000000000010 by app-profile-2  6 s
    · replace the instance profile of i-00000000000000011 by app-profile-2  6 s
    · replace the instance profile of i-00000000000000012 by app-profile-2  6 s
    · replace the instance profile of i-00000000000000013 by app-profile-2  6 s
      6 steps wait, longest for i-0000000000000000e to be associated with
        app-profile-2, 4 s of at most 5 min
    12 of 30 steps, 2 at work, 6 waiting  12 s
    ");
}

#[test]
fn a_narrow_screen_wraps_reasons_and_shortens_titles() {
    let paces = [Pace {
        service: Service::Ec2,
        region: Some("us-east-1".to_owned()),
        calls_per_second: 4.96,
    }];
    insta::assert_snapshot!(drawn(&rollout(), &paces, 16, 60), @"
    ⣄ replace the instance profi…0000000c by app-profile-2  6 s
    ⣄ replace the instance profi…0000000d by app-profile-2  6 s
    · replace the instance profi…0000000e by app-profile-2  6 s
    · replace the instance profi…0000000f by app-profile-2  6 s
    · replace the instance profi…00000010 by app-profile-2  6 s
      and 3 more
      6 steps wait, longest for i-0000000000000000e to be
        associated with app-profile-2, 4 s of at most 5 min
      AWS asks for fewer calls: EC2 in us-east-1 at 5.0 calls/s
    12 of 30 steps, 2 at work, 6 waiting  12 s
    ");
}

#[test]
fn a_tiny_screen_keeps_the_count() {
    let frame = drawn(&rollout(), &[], 5, 20);
    assert!(frame.contains("12 of 30"), "{frame}");
    for columns in 1..60 {
        for rows in 3..10 {
            let size = Size { rows, columns };
            let frame = rollout().frame(Duration::from_secs(12), &[], size);
            assert!(frame.len() < rows.max(3), "{size:?}: {frame:#?}");
        }
    }
}
