//! XML into a sink. Both clouds answer JSON when asked to; XML is what gateways and older endpoints fall back to.
//!
//! Lists stand in two ways: the element is repeated (Alibaba Cloud), or it holds `item` elements (Kingsoft Cloud).

use super::sink::{Scalar, Sink};
use roxmltree::{Document, Node};

/// Deepest nesting of an answer.
const DEPTH: usize = 64;

/// Why a text is no answer in XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum XmlError {
    /// It is not XML.
    Syntax,
    /// It is a page for people.
    Html,
    /// It is nested too deeply.
    Deep,
}

/// Reads an XML text into a sink. Document types are refused, and with them entities of one's own.
pub(crate) fn read_xml(text: &str, sink: &mut dyn Sink) -> Result<(), XmlError> {
    let document = Document::parse(text).map_err(|_| XmlError::Syntax)?;
    let root = document.root_element();
    if root.tag_name().name().eq_ignore_ascii_case("html") {
        return Err(XmlError::Html);
    }
    members(root, sink, 0)
}

fn members(node: Node<'_, '_>, sink: &mut dyn Sink, depth: usize) -> Result<(), XmlError> {
    if depth >= DEPTH {
        return Err(XmlError::Deep);
    }
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        if let Some(place) = sink.member(name)
            && element(child, place, depth + 1)?
        {
            sink.filled(name);
        }
    }
    Ok(())
}

/// The result is whether a value was put in.
fn element(node: Node<'_, '_>, sink: &mut dyn Sink, depth: usize) -> Result<bool, XmlError> {
    if depth >= DEPTH {
        return Err(XmlError::Deep);
    }
    let mut elements = node.children().filter(Node::is_element).peekable();
    if elements.peek().is_none() {
        let text: String = node.children().filter_map(|child| child.text()).collect();
        // An empty element where a list or a structure stands is an empty one.
        return Ok(if text.is_empty() && sink.is_list() { true } else { sink.scalar(Scalar::Text(&text)) });
    }
    if !sink.is_list() {
        members(node, sink, depth)?;
        return Ok(sink.is_structure());
    }
    let wrapped = elements.clone().all(|child| child.tag_name().name() == "item");
    if !wrapped {
        return item(sink, |place| members(node, place, depth).map(|()| place.is_structure()));
    }
    for child in elements {
        item(sink, |place| element(child, place, depth + 1))?;
    }
    Ok(true)
}

/// The next element of a list; taken back if it does not fit.
fn item(sink: &mut dyn Sink, put: impl FnOnce(&mut dyn Sink) -> Result<bool, XmlError>) -> Result<bool, XmlError> {
    let Some(place) = sink.item() else { return Ok(false) };
    let fits = put(place)?;
    if !fits {
        sink.retract();
    }
    Ok(fits)
}
