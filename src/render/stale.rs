//! Why a saved plan is refused, for people: what has moved, a line each.

use crate::saved::{Moved, StalePlan};

/// One sentence, and a line for each thing that moved.
pub fn stale(stale: &StalePlan) -> String {
    let mut text = stale.to_string();
    if let StalePlan::Moved(moved) = stale {
        for Moved { address, how } in moved {
            for sentence in how {
                text.push_str(&format!("\n  ! {address} {sentence}"));
            }
        }
    }
    if let StalePlan::OtherManifests(differences) = stale {
        for difference in differences {
            text.push_str(&format!("\n  ! {difference}"));
        }
    }
    text
}
