//! The HTML form of a plan in a real browser: it fits the window, does what its buttons and keys say, asks for nothing, and is
//! quick. Skipped where no Chromium is installed, unless `CI=true`. With `ROLEWRIGHT_PICTURES=folder` it also leaves pictures there.

mod chromium;
mod plans;

use std::path::Path;

use serde_json::json;

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
fn a_filter_finds_all_words_and_a_slash_leads_to_it() {
    let Some(mut browser) = Chromium::start() else {
        return;
    };
    open(&mut browser, &plans::team().page(), DESK);
    browser.press("/");
    assert_eq!(browser.value("document.activeElement.id"), "filter");
    for key in ["r", "o", "l", "e", "/", "r", "e", "p"] {
        browser.press(key);
    }
    assert_eq!(browser.value("filter.value"), "role/rep");
    let shown = "[...document.querySelectorAll('.c:not([hidden]) .a')].map(one => one.textContent).join(' ')";
    assert_eq!(browser.value(shown), "Role/reports");
    assert_eq!(browser.value("shown.textContent"), "1 of 9");
    let headings =
        "[...document.querySelectorAll('.rs:not([hidden]) h3')].map(one => one.textContent).join()";
    assert_eq!(browser.value(headings), "deletion 4");
    for key in [" ", "q", "q", "q"] {
        browser.press(key);
    }
    assert_eq!(browser.value("none.hidden"), false);
    browser.press("Escape");
    assert_eq!(
        browser.value("document.querySelectorAll('.c[hidden]').length"),
        0
    );
    assert_eq!(browser.value("document.activeElement.id"), "");
}

#[test]
fn buttons_unfold_fold_and_turn_the_light_off() {
    let Some(mut browser) = Chromium::start() else {
        return;
    };
    open(&mut browser, &plans::team().page(), DESK);
    let unfolded = "document.querySelectorAll('.c[open]').length";
    assert_eq!(browser.value(unfolded), 1, "the widened trust");
    browser.value("document.getElementById('expand').click()");
    assert_eq!(browser.value(unfolded), 9);
    browser.value("document.getElementById('collapse').click()");
    assert_eq!(browser.value(unfolded), 0);
    let background = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(browser.value(background), "rgb(255, 255, 255)");
    browser.value("document.getElementById('theme').click()");
    assert_eq!(browser.value(background), "rgb(20, 23, 28)");
    browser.value("document.getElementById('theme').click()");
    assert_eq!(browser.value(background), "rgb(255, 255, 255)");
    browser.open(&plans::team().page(), DESK, "dark");
    assert_eq!(
        browser.value(background),
        "rgb(20, 23, 28)",
        "as the system has it"
    );
}

#[test]
fn the_page_can_be_used_by_keyboard_alone() {
    let Some(mut browser) = Chromium::start() else {
        return;
    };
    open(&mut browser, &plans::team().page(), DESK);
    browser.press("Tab");
    assert_eq!(browser.value("document.activeElement.className"), "skip");
    browser.value("document.querySelectorAll('.c>summary')[3].focus()");
    browser.press("Enter");
    assert_eq!(
        browser.value("document.querySelectorAll('.c')[3].open"),
        true
    );
    // Every place that the keyboard can reach shows where it is.
    browser.press("Tab");
    let outline = "getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(browser.value(outline), "solid");
    browser.value("document.getElementById('pan').focus()");
    let view = "document.querySelector('.g').getAttribute('viewBox')";
    let mut views = vec![browser.value(view)];
    for key in ["+", "ArrowRight", "ArrowDown", "-"] {
        browser.press(key);
        let now = browser.value(view);
        assert!(!views.contains(&now), "{key} does nothing: {now}");
        views.push(now);
    }
    browser.press("0");
    assert_eq!(browser.value(view), views[0], "all of it again");
}

#[test]
fn the_graph_is_dragged_zoomed_and_leads_to_changes() {
    let Some(mut browser) = Chromium::start() else {
        return;
    };
    open(&mut browser, &plans::team().page(), DESK);
    browser.value("document.documentElement.style.scrollBehavior = 'auto'; document.getElementById('graph').scrollIntoView()");
    let view = "document.querySelector('.g').getAttribute('viewBox')";
    let edge = browser.value(
        "(() => { const edge = document.getElementById('pan').getBoundingClientRect(); return [edge.left + 20, edge.top + 20]; })()",
    );
    let [x, y] = [0, 1].map(|index| edge[index].as_f64().expect("a number"));
    let still = browser.value(view);
    let button = json!({ "button": "left", "buttons": 1, "clickCount": 1 });
    browser.mouse("mousePressed", [x, y], button.clone());
    browser.mouse("mouseMoved", [x + 40.0, y + 30.0], button.clone());
    browser.mouse("mouseReleased", [x + 40.0, y + 30.0], button.clone());
    let dragged = browser.value(view);
    assert_ne!(dragged, still, "dragged");
    let wheel = json!({ "deltaX": 0, "deltaY": -200 });
    browser.mouse("mouseWheel", [x, y], wheel.clone());
    assert_ne!(browser.value(view), dragged, "zoomed");
    let card = browser.value(
        "(() => { document.querySelector('[data-z=fit]').click(); const edge = document.querySelectorAll('.g a')[0].getBoundingClientRect(); return [edge.left + 9, edge.top + 9]; })()",
    );
    let at = [0, 1].map(|index| card[index].as_f64().expect("a number"));
    browser.mouse("mousePressed", at, button.clone());
    browser.mouse("mouseReleased", at, button);
    let leads_there = "location.hash === document.querySelector('.g a').getAttribute('href')";
    assert_eq!(browser.value(leads_there), true);
    assert_eq!(
        browser.value("document.querySelector(':target').open"),
        true
    );
    // Chromium scrolls in its own time, so nothing may be asked of places after this.
    browser
        .value("document.activeElement.blur(); document.getElementById('graph').scrollIntoView()");
    let still = browser.value(view);
    browser.mouse("mouseWheel", [x, y], wheel);
    assert_eq!(browser.value(view), still, "who scrolls by is not caught");
}

#[test]
fn without_its_script_the_page_tells_the_same() {
    let Some(mut browser) = Chromium::start() else {
        return;
    };
    let page = plans::team().page();
    let (start, rest) = page.split_once("<script>").expect("it has a script");
    let (_, end) = rest.split_once("</script>").expect("it ends");
    for size in [PHONE, DESK] {
        open(&mut browser, &format!("{start}{end}"), size);
        fits(&mut browser);
        assert_eq!(
            browser.value("document.getElementById('filter').offsetWidth"),
            0
        );
        assert_ne!(browser.value("document.querySelector('.g').clientWidth"), 0);
    }
}

#[test]
fn a_thousand_changes_open_within_two_seconds() {
    let Some(mut browser) = Chromium::start() else {
        return;
    };
    let page = plans::thousand().page();
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    for size in [PHONE, DESK] {
        open(&mut browser, &page, size);
        let took = "performance.timing.loadEventEnd - performance.timing.navigationStart";
        let took = browser.value(took).as_i64().expect("a number");
        assert!(took < 2000, "{took} ms");
        fits(&mut browser);
        assert_eq!(
            browser.value("document.querySelectorAll('.c').length"),
            1000
        );
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
            // What is not in the window is not painted.
            browser.resize([size[0], height.min(7000)]);
            for part in 0..height.div_ceil(1400).min(5) {
                let to = path(&format!("-{}-{theme}-{part}.png", size[0]));
                browser.picture([size[0], 1400], part * 1400, &to);
            }
        }
    }
}
