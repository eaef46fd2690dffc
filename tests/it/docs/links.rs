//! Links within the repository lead to files that are there.

use crate::bless;

#[test]
fn links_lead_somewhere() {
    let link =
        regex_lite::Regex::new(r"\]\(([^)#\s]+)(#[^)\s]*)?\)").expect("the pattern is well formed");
    let mut seen = 0;
    for file in super::files() {
        let folder = bless::path(&file)
            .parent()
            .map(std::path::Path::to_owned)
            .expect("files stand in folders");
        for found in link.captures_iter(&bless::read(&file)) {
            let target = &found[1];
            if target.starts_with("https://") {
                continue;
            }
            assert!(
                folder.join(target).exists(),
                "{file} links to {target}, which is not there"
            );
            seen += 1;
        }
    }
    assert!(seen > 0, "the docs link to each other");
}
