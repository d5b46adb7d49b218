//! What is changed: operators, numbers, conditions, calls and statements in the bodies of functions.

use crate::modules::{Source, is_built};
use proc_macro2::Span;
use std::ops::Range;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ImplItem, Item, Lit, ReturnType, Signature, Stmt, TraitItem, UnOp};

/// How a mutant is written behind its switch.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    /// `(if on { mutated } else { original })`.
    Expression,
    /// `if on {} else { original }`.
    Statement,
    /// `if on { mutated }`, where a body begins.
    Entry,
}

/// A change of one place of the source.
#[derive(Clone)]
pub struct Mutant {
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// The line, without the spaces around it.
    pub code: String,
    /// What is changed, as a person reads it.
    pub change: String,
    pub form: Form,
    /// The bytes of the file that are replaced.
    pub range: Range<usize>,
    pub mutated: String,
    /// How many before it in the file are the same change of the same line of code.
    pub before: usize,
}

impl Mutant {
    /// The folder of the source, `src` itself for files that are in none.
    pub fn folder(&self) -> &str {
        let mut parts = self.file.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (_, Some(folder), Some(_)) => folder,
            _ => "src",
        }
    }

    /// Where it is, and what it changes.
    pub fn place(&self) -> String {
        format!("{}:{}:{} {}", self.file, self.line, self.column, self.change)
    }

    /// What tells it from all others, wherever its line goes.
    pub fn key(&self) -> String {
        format!("{}\t{}\t{}\t{}", self.file, self.code, self.change, self.before)
    }
}

/// Calls that are exchanged for each other.
const SWAPS: &[(&str, &str)] = &[
    ("min", "max"),
    ("floor", "ceil"),
    ("any", "all"),
    ("is_some", "is_none"),
    ("is_ok", "is_err"),
    ("is_some_and", "is_none_or"),
    ("first", "last"),
    ("sin", "cos"),
    ("min_by", "max_by"),
    ("min_by_key", "max_by_key"),
    ("wrapping_add", "wrapping_sub"),
    ("checked_add", "checked_sub"),
    ("saturating_add", "saturating_sub"),
];

/// Calls that are left out, so that the value stays what it was.
const LEFT_OUT: &[&str] =
    &["abs", "sqrt", "recip", "powi", "exp", "ln", "clamp", "trim", "sort", "reverse", "div_ceil"];

/// All mutants of a file.
pub fn mutants(source: &Source) -> Vec<Mutant> {
    let mut finder = Finder { source, found: vec![], inside: false };
    finder.visit_file(&source.tree);
    finder.found
}

struct Finder<'a> {
    source: &'a Source,
    found: Vec<Mutant>,
    /// Whether this is the body of a function that runs.
    inside: bool,
}

impl Finder<'_> {
    fn text(&self, span: Span) -> &str {
        &self.source.text[span.byte_range()]
    }

    fn add(&mut self, form: Form, whole: Span, at: Span, change: String, mutated: String) {
        if !self.inside {
            return;
        }
        let (line, column) = (at.start().line, at.start().column + 1);
        let code = self.source.text.lines().nth(line - 1).unwrap_or_default().trim().to_string();
        let range = match form {
            Form::Entry => whole.byte_range().start..whole.byte_range().start,
            _ => whole.byte_range(),
        };
        let before = self.found.iter().filter(|mutant| mutant.code == code && mutant.change == change).count();
        let file = self.source.name.clone();
        self.found.push(Mutant { file, line, column, code, change, form, range, mutated, before });
    }

    fn function(&mut self, signature: &Signature, block: &Block) {
        let outer = std::mem::replace(&mut self.inside, signature.constness.is_none());
        if !block.stmts.is_empty() {
            let body =
                self.text(block.span()).trim_matches(|c: char| c.is_whitespace() || "{}".contains(c)).to_string();
            for value in defaults(&signature.output).into_iter().filter(|value| *value != body) {
                let change = format!("`{}` returns `{value}`", signature.ident).replace(" returns ``", " does nothing");
                let at = signature.ident.span();
                self.add(Form::Entry, block.stmts[0].span(), at, change, format!("return {value};"));
            }
        }
        self.visit_block(block);
        self.inside = outer;
    }

    /// A condition that is no comparison, which has mutants of its own.
    fn condition(&mut self, condition: &Expr) {
        let has_own = match condition {
            Expr::Binary(binary) => !matches!(binary.op, BinOp::BitAnd(_) | BinOp::BitOr(_)),
            Expr::Unary(unary) => matches!(unary.op, UnOp::Not(_)),
            Expr::Lit(_) | Expr::Let(_) | Expr::Macro(_) => true,
            Expr::MethodCall(call) => swapped(&call.method.to_string()).is_some(),
            _ => false,
        };
        if !has_own {
            let text = self.text(condition.span()).to_string();
            let change = format!("`{}` negated", short(&text));
            self.add(Form::Expression, condition.span(), condition.span(), change, format!("!({text})"));
        }
    }

    fn literal(&mut self, literal: &Lit) {
        let text = self.text(literal.span()).to_string();
        let mutated = match literal {
            Lit::Int(number) => match number.base10_parse::<u128>() {
                Ok(value) => format!("{}{}", value + 1, number.suffix()),
                Err(_) => return,
            },
            Lit::Float(number) if number.base10_parse::<f64>().is_ok_and(|value| value == 0.0) => {
                format!("1.0{}", number.suffix())
            }
            Lit::Float(_) => format!("({text} * 2.0)"),
            Lit::Bool(value) => (!value.value).to_string(),
            _ => return,
        };
        let change = format!("`{text}` → `{}`", mutated.trim_matches(['(', ')']));
        self.add(Form::Expression, literal.span(), literal.span(), change, mutated);
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item(&mut self, item: &'a Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Trait(item) => &item.attrs,
            _ => return,
        };
        if !is_built(attributes) {
            return;
        }
        match item {
            Item::Fn(item) => self.function(&item.sig, &item.block),
            _ => {
                let outer = std::mem::replace(&mut self.inside, false);
                visit::visit_item(self, item);
                self.inside = outer;
            }
        }
    }

    fn visit_impl_item(&mut self, item: &'a ImplItem) {
        match item {
            ImplItem::Fn(item) if is_built(&item.attrs) => self.function(&item.sig, &item.block),
            _ => (),
        }
    }

    fn visit_trait_item(&mut self, item: &'a TraitItem) {
        match item {
            TraitItem::Fn(item) if is_built(&item.attrs) => {
                if let Some(block) = &item.default {
                    self.function(&item.sig, block);
                }
            }
            _ => (),
        }
    }

    // Constants, in which nothing can be switched.
    fn visit_type(&mut self, _: &'a syn::Type) {}
    fn visit_generic_argument(&mut self, _: &'a syn::GenericArgument) {}
    fn visit_generics(&mut self, _: &'a syn::Generics) {}
    fn visit_pat(&mut self, _: &'a syn::Pat) {}
    fn visit_expr_const(&mut self, _: &'a syn::ExprConst) {}
    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}
    fn visit_expr_repeat(&mut self, repeat: &'a syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Local(local) if !is_built(&local.attrs) => return,
            Stmt::Expr(Expr::Block(block), _) if !is_built(&block.attrs) => return,
            Stmt::Expr(expression, Some(_)) if can_be_left_out(expression) => {
                let change = format!("`{}` left out", short(self.text(statement.span())));
                self.add(Form::Statement, statement.span(), statement.span(), change, String::new());
            }
            _ => (),
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_expr_if(&mut self, expression: &'a syn::ExprIf) {
        self.condition(&expression.cond);
        visit::visit_expr_if(self, expression);
    }

    fn visit_expr_while(&mut self, expression: &'a syn::ExprWhile) {
        self.condition(&expression.cond);
        visit::visit_expr_while(self, expression);
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        if !is_built(&arm.attrs) {
            return;
        }
        if let Some((_, guard)) = &arm.guard {
            self.condition(guard);
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_lit(&mut self, expression: &'a syn::ExprLit) {
        self.literal(&expression.lit);
    }

    fn visit_expr_unary(&mut self, expression: &'a syn::ExprUnary) {
        if matches!(expression.op, UnOp::Neg(_) | UnOp::Not(_)) {
            let operand = self.text(expression.expr.span()).to_string();
            let change = format!("`{}` → `{}`", short(self.text(expression.span())), short(&operand));
            self.add(Form::Expression, expression.span(), expression.span(), change, operand);
        }
        visit::visit_expr_unary(self, expression);
    }

    fn visit_expr_binary(&mut self, expression: &'a syn::ExprBinary) {
        if !has_let(&expression.left) && !has_let(&expression.right) {
            let (left, right) = (self.text(expression.left.span()), self.text(expression.right.span()));
            let (left, right) = (left.to_string(), right.to_string());
            let operator = self.text(expression.op.span()).to_string();
            for other in others(&expression.op) {
                let mutated = match other.strip_suffix('=') {
                    // The left side of an assignment is a place.
                    Some(_) if operator.ends_with('=') && !is_comparison(&expression.op) => {
                        format!("{left} {other} {right}")
                    }
                    _ => format!("({left}) {other} ({right})"),
                };
                let change = format!("`{operator}` → `{other}`");
                self.add(Form::Expression, expression.span(), expression.op.span(), change, mutated);
            }
        }
        visit::visit_expr_binary(self, expression);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let (name, whole) = (call.method.to_string(), call.span());
        let (start, end) = (whole.byte_range().start, whole.byte_range().end);
        let method = call.method.span().byte_range();
        if let Some(other) = swapped(&name) {
            let text = &self.source.text;
            let mutated = format!("{}{other}{}", &text[start..method.start], &text[method.end..end]);
            self.add(Form::Expression, whole, call.method.span(), format!("`{name}` → `{other}`"), mutated);
        }
        if LEFT_OUT.contains(&name.as_str()) {
            let receiver = self.text(call.receiver.span()).to_string();
            self.add(Form::Expression, whole, call.method.span(), format!("`.{name}()` left out"), receiver);
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// The values that the body of a function is replaced by.
fn defaults(output: &ReturnType) -> Vec<&'static str> {
    let ReturnType::Type(_, output) = output else { return vec![""] };
    let (name, arguments) = match &**output {
        syn::Type::Path(path) => {
            let last = path.path.segments.last().unwrap();
            (last.ident.to_string(), &last.arguments)
        }
        syn::Type::Reference(reference) => match &*reference.elem {
            syn::Type::Path(path) if path.path.is_ident("str") => return vec!["\"\""],
            _ => return vec![],
        },
        _ => return vec![],
    };
    let first = match arguments {
        syn::PathArguments::AngleBracketed(list) => list.args.first(),
        _ => None,
    };
    match name.as_str() {
        "bool" => vec!["true", "false"],
        "f32" | "f64" => vec!["0.0"],
        "usize" | "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" => vec!["0"],
        "String" => vec!["String::new()"],
        "Vec" => vec!["Vec::new()"],
        "Option" => vec!["None"],
        "Result" => match first {
            Some(syn::GenericArgument::Type(syn::Type::Tuple(tuple))) if tuple.elems.is_empty() => vec!["Ok(())"],
            _ => vec![],
        },
        _ => vec![],
    }
}

/// What takes the place of an operator.
fn others(operator: &BinOp) -> &'static [&'static str] {
    match operator {
        BinOp::Add(_) => &["-"],
        BinOp::Sub(_) => &["+"],
        BinOp::Mul(_) => &["/"],
        BinOp::Div(_) => &["*"],
        BinOp::Rem(_) => &["/"],
        BinOp::And(_) => &["||"],
        BinOp::Or(_) => &["&&"],
        BinOp::BitXor(_) | BinOp::BitAnd(_) => &["|"],
        BinOp::BitOr(_) => &["&"],
        BinOp::Shl(_) => &[">>"],
        BinOp::Shr(_) => &["<<"],
        BinOp::Eq(_) => &["!="],
        BinOp::Ne(_) => &["=="],
        BinOp::Lt(_) => &["<=", ">="],
        BinOp::Le(_) => &["<", ">"],
        BinOp::Gt(_) => &[">=", "<="],
        BinOp::Ge(_) => &[">", "<"],
        BinOp::AddAssign(_) => &["-="],
        BinOp::SubAssign(_) => &["+="],
        BinOp::MulAssign(_) => &["/="],
        BinOp::DivAssign(_) => &["*="],
        BinOp::BitXorAssign(_) | BinOp::BitAndAssign(_) => &["|="],
        BinOp::BitOrAssign(_) => &["&="],
        BinOp::ShlAssign(_) => &[">>="],
        BinOp::ShrAssign(_) => &["<<="],
        _ => &[],
    }
}

fn is_comparison(operator: &BinOp) -> bool {
    matches!(operator, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
}

/// Whether `let` is a part of a condition, which then cannot be turned around.
fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

fn swapped(name: &str) -> Option<&'static str> {
    SWAPS.iter().find_map(|&(one, other)| match name {
        _ if name == one => Some(other),
        _ if name == other => Some(one),
        _ => None,
    })
}

/// Whether a statement does something by which it can be missed.
fn can_be_left_out(expression: &Expr) -> bool {
    match expression {
        Expr::Call(_) | Expr::MethodCall(_) | Expr::Assign(_) => true,
        Expr::Binary(binary) => !is_comparison(&binary.op),
        Expr::Try(tried) => can_be_left_out(&tried.expr),
        _ => false,
    }
}

/// A text in one line that is not too long.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
