//! The source files of the build that is tested, and which of their items are a part of it.

use std::path::{Path, PathBuf};
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Meta, Token};

/// What has to hold for `#[cfg(…)]` here: a build with all features, for this processor, without tests.
fn holds(condition: &Meta) -> bool {
    let parts = |list: &syn::MetaList| {
        list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).map(Vec::from_iter).unwrap_or_default()
    };
    match condition {
        Meta::Path(path) => path.is_ident("unix") || path.is_ident("debug_assertions"),
        Meta::NameValue(pair) => {
            let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(value), .. }) = &pair.value else { return false };
            match pair.path.get_ident().map(ToString::to_string).as_deref() {
                Some("feature") => true,
                Some("target_arch") => value.value() == std::env::consts::ARCH,
                Some("target_os") => value.value() == std::env::consts::OS,
                Some("target_endian") => value.value() == "little",
                Some("target_pointer_width") => value.value() == "64",
                _ => false,
            }
        }
        Meta::List(list) if list.path.is_ident("not") => !parts(list).iter().all(holds),
        Meta::List(list) if list.path.is_ident("any") => parts(list).iter().any(holds),
        Meta::List(list) if list.path.is_ident("all") => parts(list).iter().all(holds),
        Meta::List(_) => false,
    }
}

/// Whether the build has what these attributes stand at.
pub fn is_built(attributes: &[Attribute]) -> bool {
    attributes.iter().all(|attribute| {
        if attribute.path().is_ident("test") {
            return false;
        }
        !attribute.path().is_ident("cfg") || attribute.parse_args::<Meta>().is_ok_and(|condition| holds(&condition))
    })
}

/// A file of the crate.
pub struct Source {
    /// Its path from the crate's root.
    pub name: String,
    pub text: String,
    pub tree: syn::File,
}

/// The crate's files, from `src/lib.rs` on, in the order of their names.
pub fn sources(root: &Path) -> Vec<Source> {
    let mut found = vec![];
    read(root, Path::new("src/lib.rs"), Path::new("src"), &mut found);
    found.sort_by(|a: &Source, b| a.name.cmp(&b.name));
    found
}

/// Reads a file and those of its modules, which lie in `folder`.
fn read(root: &Path, name: &Path, folder: &Path, found: &mut Vec<Source>) {
    let path = root.join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let tree = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    modules(root, &tree.items, folder, found);
    found.push(Source { name: name.display().to_string(), text, tree });
}

fn modules(root: &Path, items: &[Item], folder: &Path, found: &mut Vec<Source>) {
    for item in items {
        let Item::Mod(module) = item else { continue };
        let inner = folder.join(module.ident.to_string());
        match &module.content {
            _ if !is_built(&module.attrs) => (),
            Some((_, items)) => modules(root, items, &inner, found),
            None => {
                let elsewhere = module.attrs.iter().find_map(path_attribute).map(|path| folder.join(path));
                let beside = folder.join(format!("{}.rs", module.ident));
                let candidates = elsewhere.into_iter().chain([beside, inner.join("mod.rs")]);
                let name = candidates.into_iter().find(|name| root.join(name).exists());
                read(root, &name.unwrap_or_else(|| panic!("no file of {}", inner.display())), &inner, found);
            }
        }
    }
}

/// The path of `#[path = "…"]`.
fn path_attribute(attribute: &Attribute) -> Option<PathBuf> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    match &pair.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) if pair.path.is_ident("path") => {
            Some(PathBuf::from(path.value()))
        }
        _ => None,
    }
}
