//! Reads XML into a sink, event by event. Both clouds return JSON on request; gateways and older endpoints fall back to XML.
//!
//! Lists have two forms: the element is repeated (Alibaba Cloud), or it contains `item` elements (Kingsoft Cloud). Attributes and namespaces
//! are ignored: a tree that compares them with each other takes quadratic time, and no response uses them.

use super::MAX_DEPTH;
use super::budget::MemoryBudget;
use super::sink::{Scalar, Sink};
use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Why a text cannot be read as an XML response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum XmlError {
    /// It is not XML.
    Syntax,
    /// It ends too early.
    Cut,
    /// It is an HTML page.
    Html,
    /// It is nested too deeply.
    Deep,
    /// Its values would take too much memory.
    Large,
}

/// Reads an XML text into a sink. Document types are refused, and with them custom entities.
pub(crate) fn read_xml(text: &str, sink: &mut dyn Sink) -> Result<(), XmlError> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    // `A & B` can be read in one way only.
    config.allow_dangling_amp = true;
    let mut events = Events { reader, budget: MemoryBudget::of(text.len()) };
    let root = events.root()?;
    if name(&root).eq_ignore_ascii_case("html") {
        return Err(XmlError::Html);
    }
    let next = events.next(None)?;
    events.members(next, sink, 0)?;
    events.end()
}

/// The name of an element, without its namespace.
fn name<'a>(element: &'a BytesStart<'_>) -> &'a str {
    element.local_name().into_inner()
}

/// The text of an element, and whether a part of it cannot be read.
#[derive(Default)]
struct Text {
    text: String,
    damaged: bool,
}

impl Text {
    fn refer(&mut self, reference: &BytesRef<'_>) {
        match (reference.resolve_char_ref(), resolve_xml_entity(reference)) {
            (Ok(Some(c)), _) => self.text.push(c),
            (Ok(None), Some(known)) => self.text.push_str(known),
            _ => {
                self.text.push(char::REPLACEMENT_CHARACTER);
                self.damaged = true;
            }
        }
    }
}

struct Events<'t> {
    reader: Reader<&'t [u8]>,
    budget: MemoryBudget,
}

impl<'t> Events<'t> {
    fn event(&mut self) -> Result<Event<'t>, XmlError> {
        self.reader.read_event().map_err(|error| match error {
            Error::Syntax(SyntaxError::InvalidBangMarkup) => XmlError::Syntax,
            // A reference without its end.
            Error::Syntax(_) | Error::IllFormed(IllFormedError::MissingEndTag(_)) => XmlError::Cut,
            _ => XmlError::Syntax,
        })
    }

    /// Finds the root element.
    fn root(&mut self) -> Result<BytesStart<'t>, XmlError> {
        loop {
            match self.event()? {
                Event::Start(root) => return is_name(name(&root)).then_some(root).ok_or(XmlError::Syntax),
                Event::DocType(kind) if is_html(&kind) => return Err(XmlError::Html),
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::Eof => return Err(XmlError::Cut),
                _ => return Err(XmlError::Syntax),
            }
        }
    }

    /// Checks that nothing follows the root element.
    fn end(&mut self) -> Result<(), XmlError> {
        loop {
            match self.event()? {
                Event::Comment(_) | Event::PI(_) => {}
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::Eof => return Ok(()),
                _ => return Err(XmlError::Syntax),
            }
        }
    }

    /// The next child element; `None` at the end of the parent. Text in between is collected if it is wanted.
    fn next(&mut self, mut text: Option<&mut Text>) -> Result<Option<BytesStart<'t>>, XmlError> {
        loop {
            match (self.event()?, text.as_deref_mut()) {
                (Event::Start(element), _) if is_name(name(&element)) => return Ok(Some(element)),
                (Event::End(_), _) => return Ok(None),
                (Event::Text(part), Some(text)) => text.text.push_str(&part.xml10_content()),
                (Event::CData(part), Some(text)) => text.text.push_str(&part.xml10_content()),
                (Event::GeneralRef(reference), Some(text)) => text.refer(&reference),
                (Event::Text(_) | Event::CData(_) | Event::GeneralRef(_), None)
                | (Event::Comment(_) | Event::PI(_), _) => {}
                (Event::Eof, _) => return Err(XmlError::Cut),
                (Event::Start(_) | Event::Decl(_) | Event::DocType(_) | Event::Empty(_), _) => {
                    return Err(XmlError::Syntax);
                }
            }
        }
    }

    fn spend(&mut self, sink: &dyn Sink) -> Result<(), XmlError> {
        self.budget.spend(sink.cost()).ok_or(XmlError::Large)
    }

    /// Reads sibling elements, the first of which has begun, up to the end of their parent.
    fn members(&mut self, first: Option<BytesStart<'t>>, sink: &mut dyn Sink, depth: usize) -> Result<(), XmlError> {
        let mut next = first;
        while let Some(element) = next {
            let name = name(&element);
            self.spend(sink)?;
            match sink.member(name) {
                Some(place) => {
                    if self.element(place, depth + 1)? {
                        sink.filled(name);
                    } else {
                        sink.missed(name);
                    }
                }
                None => self.skip(depth + 1)?,
            }
            next = self.next(None)?;
        }
        Ok(())
    }

    /// Reads the content of an element into a place. Returns whether a value was stored.
    fn element(&mut self, place: &mut dyn Sink, depth: usize) -> Result<bool, XmlError> {
        if depth >= MAX_DEPTH {
            return Err(XmlError::Deep);
        }
        let mut text = Text::default();
        let Some(first) = self.next(Some(&mut text))? else {
            // An empty element in place of a list is an empty list.
            if place.is_list() {
                if text.text.is_empty() {
                    return Ok(true);
                }
                self.spend(place)?;
            }
            let Text { text, damaged } = &text;
            return Ok(place.scalar(if *damaged { Scalar::Damaged(text) } else { Scalar::Text(text) }));
        };
        if !place.is_list() {
            self.members(Some(first), place, depth)?;
            return Ok(place.is_structure() || place.is_any());
        }
        if name(&first) == "item" {
            return self.items(first, place, depth);
        }
        // The list is this element, repeated.
        self.spend(place)?;
        let Some(item) = place.item() else {
            self.skip(depth)?;
            self.skip(depth)?;
            return Ok(false);
        };
        self.members(Some(first), item, depth)?;
        let fits = item.is_structure() || item.is_any();
        if !fits {
            place.retract();
        }
        Ok(fits)
    }

    /// Reads the elements of a list, the first of which has begun. An element of another name does not fit.
    fn items(&mut self, first: BytesStart<'t>, list: &mut dyn Sink, depth: usize) -> Result<bool, XmlError> {
        let mut next = Some(first);
        while let Some(element) = next {
            let cost = list.cost();
            self.spend(list)?;
            let fits = match list.item() {
                Some(place) if name(&element) == "item" => self.element(place, depth + 1)?,
                place => {
                    place.map(|place| place.scalar(Scalar::Null));
                    self.skip(depth + 1)?;
                    false
                }
            };
            if !fits {
                list.retract();
                self.budget.refund(cost);
            }
            next = self.next(None)?;
        }
        Ok(true)
    }

    /// Skips an element that has begun.
    fn skip(&mut self, depth: usize) -> Result<(), XmlError> {
        let mut inside = depth;
        loop {
            if inside >= MAX_DEPTH {
                return Err(XmlError::Deep);
            }
            match self.next(None)? {
                Some(_) => inside += 1,
                None if inside == depth => return Ok(()),
                None => inside -= 1,
            }
        }
    }
}

fn is_html(kind: &str) -> bool {
    kind.trim_ascii_start().get(..4).is_some_and(|start| start.eq_ignore_ascii_case("html"))
}

/// Whether a name begins as names do.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
