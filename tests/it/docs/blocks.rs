//! Fenced blocks of a Markdown text: finding them, and writing the text with some of them changed.

/// One fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The line its fence opens on, counted from 1.
    pub(super) line: usize,
    /// What stands behind the opening fence.
    pub(super) info: String,
    /// What is in it, every line with its end.
    pub(super) text: String,
}

const FENCE: &str = "```";

/// The blocks of a text.
pub(super) fn of(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    rewritten(markdown, |block| {
        let Block { line, info, text } = block;
        blocks.push(Block {
            line: *line,
            info: info.clone(),
            text: text.clone(),
        });
        None
    });
    blocks
}

/// The text with the blocks replaced for which there is something new.
pub(super) fn rewritten(markdown: &str, mut new: impl FnMut(&Block) -> Option<String>) -> String {
    let mut out = String::new();
    let mut open: Option<Block> = None;
    for (index, line) in markdown.split_inclusive('\n').enumerate() {
        match (open.take(), line.strip_prefix(FENCE)) {
            (None, Some(info)) => {
                open = Some(Block {
                    line: index + 1,
                    info: info.trim().to_owned(),
                    text: String::new(),
                });
                out.push_str(line);
            }
            (None, None) => out.push_str(line),
            (Some(block), Some(_)) => {
                out.push_str(&new(&block).unwrap_or(block.text));
                out.push_str(line);
            }
            (Some(mut block), None) => {
                block.text.push_str(line);
                open = Some(block);
            }
        }
    }
    assert_eq!(open, None, "a fence that is never closed");
    out
}

#[test]
fn blocks_are_found_and_replaced() {
    let text = "a\n```yaml\nkind: Role\n```\nb\n```sh\nls\n```\n";
    let found = of(text);
    assert_eq!(found.len(), 2);
    assert_eq!(
        (
            found[0].line,
            found[0].info.as_str(),
            found[0].text.as_str()
        ),
        (2, "yaml", "kind: Role\n")
    );
    let new = rewritten(text, |block| {
        (block.info == "sh").then(|| "pwd\n".to_owned())
    });
    assert_eq!(new, text.replace("ls", "pwd"));
}
