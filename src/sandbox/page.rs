//! Cutting lists into pages. Markers are opaque: the key of the last item shown, in hexadecimal behind a check mark.

use super::hex::hex;
use super::ids::Entropy;

pub(crate) struct Page<'a, T> {
    pub(crate) items: Vec<&'a T>,
    /// The token for the rest, when there is a rest.
    pub(crate) next: Option<String>,
}

/// The items behind `token`, at most `limit`. Items must be sorted by key. None: the token is not one of ours.
pub(crate) fn cut<'a, T>(
    items: impl IntoIterator<Item = (&'a str, &'a T)>,
    token: Option<&str>,
    limit: usize,
) -> Option<Page<'a, T>> {
    let after = match token {
        Some(token) => Some(read(token)?),
        None => None,
    };
    let mut rest = items
        .into_iter()
        .filter(|(key, _)| after.as_deref().is_none_or(|after| *key > after))
        .peekable();
    let mut page = Page {
        items: Vec::new(),
        next: None,
    };
    while page.items.len() < limit.max(1)
        && let Some((key, item)) = rest.next()
    {
        page.items.push(item);
        page.next = rest.peek().map(|_| write(key));
    }
    Some(page)
}

fn write(key: &str) -> String {
    let hex = hex(key.as_bytes());
    format!("{:016x}{hex}", Entropy::of(key).0)
}

fn read(token: &str) -> Option<String> {
    let (_, hex) = token.split_at_checked(16)?;
    let pairs = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let key = String::from_utf8(pairs.collect::<Option<Vec<u8>>>()?).ok()?;
    (write(&key) == token).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::cut;

    fn walk(limit: usize) -> Vec<Vec<u32>> {
        let items = [("a", 1), ("b", 2), ("c", 3), ("d", 4)];
        let (mut pages, mut token) = (Vec::new(), None);
        loop {
            let page = cut(
                items.iter().map(|(key, item)| (*key, item)),
                token.as_deref(),
                limit,
            )
            .unwrap();
            pages.push(page.items.into_iter().copied().collect());
            match page.next {
                Some(next) => token = Some(next),
                None => return pages,
            }
        }
    }

    #[test]
    fn pages_cover_everything_once() {
        assert_eq!(walk(3), [vec![1, 2, 3], vec![4]]);
        assert_eq!(walk(2), [vec![1, 2], vec![3, 4]]);
        assert_eq!(walk(9), [vec![1, 2, 3, 4]]);
    }

    #[test]
    fn an_invented_token_is_refused() {
        assert!(cut([("a", &1)], Some("00"), 1).is_none());
        assert!(cut([("a", &1)], Some("00000000000000006"), 1).is_none());
        assert!(cut([("a", &1)], Some("000000000000000061"), 1).is_none());
    }
}
