//! Where the source has unsafe code: found by its tokens, since much of it is written by macros.

use proc_macro2::{Delimiter, Group, LineColumn, TokenStream, TokenTree};

/// The ends of some code.
pub type Span = (LineColumn, LineColumn);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Block,
    Function,
    /// An implementation of an unsafe trait: a promise, which the compiler makes no code of.
    Promise,
}

#[derive(Debug)]
pub struct Place {
    pub kind: Kind,
    /// The function that it is in, or what the promise is about.
    pub name: String,
    pub span: Span,
    /// The macro that it is in.
    pub of_macro: Option<String>,
}

/// A call of a macro.
pub struct Call {
    pub name: String,
    pub span: Span,
}

/// What surrounds some tokens.
#[derive(Clone, Default)]
struct Around {
    /// The type or trait whose functions these are.
    owner: String,
    function: String,
    tests: bool,
    of_macro: Option<String>,
}

/// The unsafe code of a file without its tests, and the calls of macros.
pub fn places(source: &str) -> (Vec<Place>, Vec<Call>) {
    let mut found = (vec![], vec![]);
    walk(source.parse().expect("a source file"), &Around::default(), &mut found);
    found
}

fn walk(tokens: TokenStream, around: &Around, found: &mut (Vec<Place>, Vec<Call>)) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    // What the next group in braces belongs to.
    let mut inside = around.clone();
    let mut unsafe_function = false;
    let mut i = 0;
    while i < tokens.len() {
        match &tokens[i] {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if let Some(TokenTree::Group(group)) = tokens.get(i + 1) {
                    let attribute = group.stream().to_string().replace(' ', "");
                    inside.tests |= attribute.starts_with("cfg(test") || attribute.starts_with("cfg(all(test");
                    i += 1;
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => {
                (inside, unsafe_function) = (around.clone(), false);
            }
            TokenTree::Ident(word) if word == "fn" => {
                if let Some(TokenTree::Ident(name)) = tokens.get(i + 1) {
                    inside.function = name.to_string();
                    unsafe_function = i > 0 && is_unsafe(&tokens[i - 1]);
                }
            }
            TokenTree::Ident(word) if word == "macro_rules" => {
                if let Some(TokenTree::Ident(name)) = tokens.get(i + 2) {
                    inside.of_macro = Some(name.to_string());
                    if inside.owner.is_empty() && inside.function.is_empty() {
                        inside.owner = format!("{name}!");
                    }
                    i += 2;
                }
            }
            TokenTree::Ident(word) if word == "impl" || word == "trait" => {
                let head: Vec<_> = tokens[i + 1..].iter().take_while(|token| !is_braces(token)).cloned().collect();
                // Not `impl Fn()` as a type.
                if around.function.is_empty() && inside.function.is_empty() && head.len() + i + 1 < tokens.len() {
                    inside.owner = owner(&head);
                    if word == "impl" && i > 0 && is_unsafe(&tokens[i - 1]) {
                        let name = format!("impl {}", text(&head)).replace("impl <", "impl<");
                        let span = (word.span().start(), word.span().end());
                        found.0.push(Place { kind: Kind::Promise, name, span, of_macro: None });
                    }
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let place = |kind| Place {
                    kind,
                    name: name(&inside),
                    span: interior(group),
                    of_macro: inside.of_macro.clone(),
                };
                if !inside.tests && unsafe_function {
                    found.0.push(place(Kind::Function));
                }
                if !inside.tests && !unsafe_function && i > 0 && is_unsafe(&tokens[i - 1]) {
                    found.0.push(place(Kind::Block));
                }
                if !inside.tests {
                    walk(group.stream(), &inside, found);
                }
                (inside, unsafe_function) = (around.clone(), false);
            }
            TokenTree::Punct(punct) if punct.as_char() == '!' => {
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(group))) =
                    (tokens.get(i.wrapping_sub(1)), tokens.get(i + 1))
                {
                    let span = (name.span().start(), group.span_close().end());
                    found.1.push(Call { name: name.to_string(), span });
                }
            }
            TokenTree::Group(group) => walk(group.stream(), &inside, found),
            _ => {}
        }
        i += 1;
    }
}

/// The word `unsafe`, or `[unsafe]`, which the macro `simd!` makes it of.
fn is_unsafe(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => word == "unsafe",
        TokenTree::Group(group) => group.delimiter() == Delimiter::Bracket && group.stream().to_string() == "unsafe",
        _ => false,
    }
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn interior(group: &Group) -> Span {
    (group.span_open().end(), group.span_close().start())
}

/// The name of the type behind `impl`, or of the trait.
fn owner(head: &[TokenTree]) -> String {
    let is_for = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "for");
    let head = match head.iter().position(is_for) {
        Some(at) => &head[at + 1..],
        None => head,
    };
    // Behind the parameters.
    let mut depth = 0;
    let mut variable = "";
    for token in head {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            TokenTree::Punct(punct) if punct.as_char() == '$' => variable = "$",
            TokenTree::Ident(word) if depth == 0 => return format!("{variable}{word}"),
            _ => {}
        }
    }
    text(head)
}

fn text(tokens: &[TokenTree]) -> String {
    let mut text = tokens.iter().cloned().collect::<TokenStream>().to_string();
    let tight = [
        (" :: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" :", ":"),
        ("$ ", "$"),
        ("all (", "all("),
        ("any (", "any("),
        ("not (", "not("),
        (" ;", ";"),
        ("? Sized", "?Sized"),
    ];
    tight.iter().for_each(|(loose, tight)| text = text.replace(loose, tight));
    text
}

fn name(around: &Around) -> String {
    match (around.owner.as_str(), around.function.as_str()) {
        ("", function) => function.to_string(),
        (owner, "") => owner.to_string(),
        (owner, function) => format!("{owner}::{function}"),
    }
}
