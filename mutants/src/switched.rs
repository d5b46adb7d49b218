//! The source with mutants in it, each behind its switch.

use crate::places::{Form, Mutant};
use std::ops::Range;

/// A file with mutants, and where each of them came to lie.
pub struct Switched {
    pub text: String,
    spots: Vec<Spot>,
}

/// One of the two ranges of a spot.
type Area = fn(&Spot) -> &Range<usize>;

struct Spot {
    mutant: usize,
    mutated: Range<usize>,
    whole: Range<usize>,
}

/// Writes a file with those of all mutants that are named, all of which are its own. The switch of a mutant has its
/// index plus one as number.
pub fn switched(text: &str, all: &[Mutant], mut own: Vec<usize>) -> Switched {
    // From the outer ones to the inner ones.
    own.sort_by_key(|&i| (all[i].range.start, std::cmp::Reverse(all[i].range.end)));
    let mut writer = Writer { text, all, out: Switched { text: String::new(), spots: vec![] } };
    writer.write(0..text.len(), &own);
    writer.out
}

struct Writer<'a> {
    text: &'a str,
    all: &'a [Mutant],
    out: Switched,
}

impl Writer<'_> {
    /// Writes a part of the file, with the mutants in it.
    fn write(&mut self, part: Range<usize>, mut own: &[usize]) {
        let mut at = part.start;
        while let Some((&first, rest)) = own.split_first() {
            let range = self.all[first].range.clone();
            let inner = rest.iter().take_while(|&&i| self.all[i].range.end <= range.end && !range.is_empty()).count();
            self.out.text.push_str(&self.text[at..range.start]);
            self.mutant(first, range.clone(), &rest[..inner]);
            (at, own) = (range.end, &rest[inner..]);
        }
        self.out.text.push_str(&self.text[at..part.end]);
    }

    fn mutant(&mut self, mutant: usize, range: Range<usize>, inner: &[usize]) {
        let Mutant { form, mutated, .. } = &self.all[mutant];
        let start = self.out.text.len();
        let open = if *form == Form::Expression { "(" } else { "" };
        self.out.text.push_str(&format!("{open}if crate::__mutants::on({}) {{ ", mutant + 1));
        let from = self.out.text.len();
        self.out.text.push_str(mutated);
        let mutated = from..self.out.text.len();
        if *form == Form::Entry {
            self.out.text.push_str(" }\n");
        } else {
            self.out.text.push_str(" } else { ");
            self.write(range, inner);
            self.out.text.push_str(if *form == Form::Expression { " })" } else { " }" });
        }
        self.out.spots.push(Spot { mutant, mutated, whole: start..self.out.text.len() });
    }
}

impl Switched {
    /// The mutants that an error of the compiler is about, from the bytes that it points to: the main ones, and others.
    /// None if it points to no mutant.
    pub fn culprits(&self, main: &[Range<usize>], others: &[Range<usize>]) -> Vec<usize> {
        let holds = |outer: &Range<usize>, inner: &Range<usize>| outer.start <= inner.start && inner.end <= outer.end;
        let innermost = |bytes: &Range<usize>, area: Area| {
            self.spots.iter().filter(|spot| holds(area(spot), bytes)).min_by_key(|spot| area(spot).len())
        };
        let steps: [(&[Range<usize>], Area); 4] = [
            (main, |spot| &spot.mutated),
            (others, |spot| &spot.mutated),
            (main, |spot| &spot.whole),
            (others, |spot| &spot.whole),
        ];
        for (spans, area) in steps {
            let found: Vec<_> =
                spans.iter().filter_map(|bytes| innermost(bytes, area)).map(|spot| spot.mutant).collect();
            if !found.is_empty() {
                return found;
            }
        }
        vec![]
    }

    /// The mutant next to bytes that are in none.
    pub fn nearest(&self, bytes: &Range<usize>) -> Option<usize> {
        let distance =
            |spot: &Spot| bytes.start.saturating_sub(spot.whole.end).max(spot.whole.start.saturating_sub(bytes.end));
        self.spots.iter().min_by_key(|spot| distance(spot)).map(|spot| spot.mutant)
    }
}
