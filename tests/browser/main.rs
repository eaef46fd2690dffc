//! The HTML form of a plan in a real browser: it fits the window, does what its buttons and keys say, asks for nothing, and is
//! quick. Skipped where no Chromium is installed, unless `CI=true`. With `ROLEWRIGHT_PICTURES=folder` it also leaves pictures there.

mod chromium;
mod plans;

use std::path::Path;

use chromium::Chromium;

const PHONE: [u32; 2] = [390, 844];
const DESK: [u32; 2] = [1440, 900];

/// Opens a page that has nothing to complain of.
fn open(browser: &mut Chromium, page: &str, size: [u32; 2]) {
    browser.open(page, size, "light");
    assert_eq!(browser.value("innerWidth"), size[0]);
}

#[track_caller]
fn fits(browser: &mut Chromium) {
    let needed = browser.value("document.documentElement.scrollWidth - innerWidth");
    assert!(needed.as_i64() <= Some(0), "{needed} px too wide");
}

#[test]
fn every_plan_fits_every_window_and_asks_for_nothing() {
    let Some(mut browser) = Chromium::start() else {
        return;
    };
    for told in [plans::team(), plans::fresh(), plans::calm()] {
        let page = told.page();
        for size in [PHONE, DESK] {
            open(&mut browser, &page, size);
            fits(&mut browser);
            browser.value("document.querySelectorAll('details').forEach(one => one.open = true)");
            fits(&mut browser);
            let complaints = browser.complaints();
            assert!(complaints.is_empty(), "{complaints:#?}");
        }
    }
}

#[test]
fn pictures() {
    let Some(folder) = std::env::var_os("ROLEWRIGHT_PICTURES") else {
        return;
    };
    let Some(mut browser) = Chromium::start() else {
        return;
    };
    let plans = [
        ("team", plans::team()),
        ("fresh", plans::fresh()),
        ("calm", plans::calm()),
        ("thousand", plans::thousand()),
    ];
    for (name, told) in &plans {
        let page = told.page();
        let path = |rest: &str| Path::new(&folder).join(format!("{name}{rest}"));
        std::fs::write(path(".html"), &page).expect("the folder of the pictures is there");
        for (theme, size) in [
            ("light", DESK),
            ("dark", DESK),
            ("light", PHONE),
            ("dark", PHONE),
        ] {
            browser.open(&page, size, theme);
            let height = browser.value("document.documentElement.scrollHeight");
            let height = u32::try_from(height.as_u64().unwrap_or_default()).unwrap_or_default();
            for part in 0..height.div_ceil(1400).min(5) {
                let to = path(&format!("-{}-{theme}-{part}.png", size[0]));
                browser.picture([size[0], 1400], part * 1400, &to);
            }
        }
    }
}
