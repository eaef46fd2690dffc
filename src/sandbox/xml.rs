//! The sandbox's own XML encoder: ordered fields, nested fields, lists. It knows no service.

/// The children of an element, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    children: Vec<(String, Content)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(String),
    Fields(Fields),
}

impl Fields {
    pub(crate) fn new() -> Fields {
        Fields::default()
    }

    /// Adds a leaf.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "most values are made on the spot"
    )]
    pub(crate) fn text(mut self, name: &str, value: impl ToString) -> Fields {
        let content = Content::Text(value.to_string());
        self.children.push((name.to_owned(), content));
        self
    }

    /// Adds a leaf when there is a value.
    pub(crate) fn maybe(self, name: &str, value: Option<impl ToString>) -> Fields {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn within(mut self, name: &str, fields: Fields) -> Fields {
        let content = Content::Fields(fields);
        self.children.push((name.to_owned(), content));
        self
    }

    /// Adds a list: `<name><item>…</item><item>…</item></name>`.
    pub(crate) fn list(
        self,
        name: &str,
        item: &str,
        items: impl IntoIterator<Item = Fields>,
    ) -> Fields {
        let add = |list: Fields, fields| list.within(item, fields);
        self.within(name, items.into_iter().fold(Fields::new(), add))
    }

    /// Adds a list of leaves.
    pub(crate) fn texts<T: ToString>(
        self,
        name: &str,
        item: &str,
        items: impl IntoIterator<Item = T>,
    ) -> Fields {
        let add = |list: Fields, value| list.text(item, value);
        self.within(name, items.into_iter().fold(Fields::new(), add))
    }

    /// Appends another's children.
    pub(crate) fn and(mut self, other: Fields) -> Fields {
        self.children.extend(other.children);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.children.is_empty()
    }

    /// A whole document: the root element with its namespace, if it has one, around these children.
    pub(crate) fn document(&self, root: &str, namespace: Option<&str>) -> Vec<u8> {
        let namespace = namespace.map_or_else(String::new, |name| format!(" xmlns=\"{name}\""));
        let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}{namespace}>");
        self.write(&mut out);
        out.extend(["</", root, ">\n"]);
        out.into_bytes()
    }

    fn write(&self, out: &mut String) {
        for (name, content) in &self.children {
            out.extend(["<", name.as_str(), ">"]);
            match content {
                Content::Text(text) => escape(text, out),
                Content::Fields(fields) => fields.write(out),
            }
            out.extend(["</", name.as_str(), ">"]);
        }
    }
}

/// A carriage return is written as a reference, or parsers would turn it into a line feed (XML 1.0, 2.11).
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            _ => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn a_document_nests_lists_and_escapes() {
        let fields = Fields::new()
            .text("Name", "a<b>&\"c\"\r\n")
            .maybe("Absent", None::<&str>)
            .list(
                "Tags",
                "member",
                [Fields::new().text("Key", "k"), Fields::new()],
            )
            .texts("Names", "member", ["x", "y"]);
        let text = String::from_utf8(fields.document("Root", Some("urn:x"))).unwrap();
        insta::assert_snapshot!(text, @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <Root xmlns="urn:x"><Name>a&lt;b&gt;&amp;&quot;c&quot;&#xD;
        </Name><Tags><member><Key>k</Key></member><member></member></Tags><Names><member>x</member><member>y</member></Names></Root>
        "#);
    }
}
