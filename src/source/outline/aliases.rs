//! Names for the same thing: after `const d = cache.get(k)`, `d` is `cache.*`.

use std::mem::take;

use rustc_hash::FxHashMap;

use crate::source::outline::chain::{Chain, name_symbol};
use crate::source::outline::{Action, Outline, Site, Value};

/// Names of names that are followed.
const DEPTH: usize = 4;
/// Things that one name may stand for: a parameter stands for what each call hands over.
const MEANINGS: usize = 4;
/// Things that one site may change.
const READINGS: usize = 8;

/// What is known of names before the whole text has been read.
#[derive(Default)]
pub(super) struct Names {
    /// What a variable is another name for: where it is declared, the scope of that, and the chain.
    pub(super) aliases: Vec<(u32, usize, Chain)>,
    /// What is assigned to a variable: its name, the scope of the assignment, and what it is then.
    pub(super) assigned: Vec<(String, usize, Option<Chain>, Option<Value>)>,
    /// Calls of functions by name: the scope and the arguments.
    pub(super) calls: Vec<(String, usize, Vec<Option<Chain>>)>,
    /// Parameters of functions, by where V8 says these start.
    pub(super) parameters: FxHashMap<u32, Vec<Option<u32>>>,
    /// Variables that hold a symbol, by the step that their use is.
    pub(super) symbols: FxHashMap<String, String>,
    /// What is handed to a call: the offset of the call, the scope and the value.
    pub(super) handed: Vec<(u32, usize, Value)>,
    /// Variables whose declaration gives them a value.
    pub(super) initialized: Vec<u32>,
}

type Aliases = FxHashMap<u32, Vec<(usize, Chain)>>;

/// Replaces names of other variables' values by the values.
pub(super) fn resolve_names(outline: &mut Outline, mut names: Names) {
    let symbols = take(&mut names.symbols);
    for member in &mut outline.members {
        name_symbol(&symbols, &mut member.name);
    }
    for site in &mut outline.sites {
        site.chain.path.iter_mut().for_each(|step| name_symbol(&symbols, step));
    }
    for (offset, scope, mut value) in take(&mut names.handed) {
        resolve_value(outline, &mut value, scope);
        if matches!(value, Value::Function(_) | Value::New(_)) {
            outline.handed.push((offset, value));
        }
    }
    let aliases = find_aliases(outline, names);
    let mut resolved = Vec::with_capacity(outline.sites.len());
    for mut site in take(&mut outline.sites) {
        for value in &mut site.values {
            resolve_value(outline, value, site.scope);
        }
        resolved.extend(readings(outline, &aliases, site));
    }
    outline.sites = resolved;
}

fn find_aliases(outline: &mut Outline, names: Names) -> Aliases {
    let mut aliases = Aliases::default();
    let add = |aliases: &mut Aliases, at: u32, scope: usize, chain: Chain| {
        let meanings = aliases.entry(at).or_default();
        if meanings.len() < MEANINGS && !meanings.contains(&(scope, chain.clone())) {
            meanings.push((scope, chain));
        }
    };
    for (at, scope, chain) in names.aliases {
        add(&mut aliases, at, scope, chain);
    }
    for (name, scope, chain, value) in names.assigned {
        let Some(at) = outline.resolve(&name, scope).filter(|at| !names.initialized.contains(at)) else {
            continue;
        };
        if let Some(chain) = chain.filter(|chain| chain.root.as_deref() != Some(&name)) {
            add(&mut aliases, at, scope, chain);
        }
        if let Some(value) = value {
            outline.values.entry(at).or_insert(value);
        }
    }
    for (name, scope, arguments) in names.calls {
        let Some(at) = outline.resolve(&name, scope) else { continue };
        let Some(Value::Function(start)) = outline.values.get(&at) else { continue };
        let Some(parameters) = names.parameters.get(start) else { continue };
        for (&parameter, argument) in parameters.iter().zip(arguments) {
            if let (Some(parameter), Some(chain)) = (parameter, argument) {
                add(&mut aliases, parameter, scope, chain);
            }
        }
    }
    aliases
}

/// The value of a variable, where a value is one.
fn resolve_value(outline: &Outline, value: &mut Value, scope: usize) {
    for _ in 0..DEPTH {
        let Value::Variable(name) = value else { return };
        let Some(known) = outline.resolve(name, scope).and_then(|at| outline.values.get(&at)) else { return };
        *value = known.clone();
    }
}

/// The site itself, and one for each thing that its variable stands for.
fn readings(outline: &Outline, aliases: &Aliases, site: Site) -> Vec<Site> {
    let mut found = vec![(site, 0)];
    let mut at = 0;
    while let Some((site, depth)) = found.get(at).cloned() {
        at += 1;
        let is_variable_set = site.action == Action::Replaces && site.chain.path.is_empty();
        if depth >= DEPTH || is_variable_set {
            continue;
        }
        let meanings = outline.variable_of(&site).and_then(|at| aliases.get(&at));
        for (scope, chain) in meanings.into_iter().flatten() {
            if found.len() >= READINGS {
                break;
            }
            let mut other = site.clone();
            other.seen_from = *scope;
            other.chain.root.clone_from(&chain.root);
            other.chain.path.splice(0..0, chain.path.iter().cloned());
            found.push((other, depth + 1));
        }
    }
    found.into_iter().map(|(site, _)| site).collect()
}
