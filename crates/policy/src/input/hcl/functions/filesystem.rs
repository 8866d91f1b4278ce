//! Functions that read files of the configuration.

use std::path::{Component, Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{Answer, argument, text};
use crate::input::hcl::scope::Scope;
use crate::input::hcl::template;
use crate::input::hcl::value::Val;

/// Larger files are not read for a value.
const MAX_BYTES: u64 = 8 << 20;

/// `None` when the function is no function of files.
pub(super) fn call(name: &str, arguments: &[Val], scope: &Scope) -> Option<Answer> {
    let function: fn(&[Val], &Scope) -> Answer = match name {
        "file" => |a, scope| read(a, scope).and_then(utf8),
        "fileexists" => |a, scope| Ok(Val::Bool(located(a, scope)?.is_file())),
        "filebase64" => |a, scope| Ok(Val::from(STANDARD.encode(read(a, scope)?))),
        "filebase64sha256" => |a, scope| Ok(Val::from(STANDARD.encode(Sha256::digest(read(a, scope)?)))),
        "filesha256" => |a, scope| {
            let hex = Sha256::digest(read(a, scope)?).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            Ok(Val::from(hex))
        },
        "templatefile" => templatefile,
        "templatestring" => |a, scope| render(&text(a, 0)?, a, scope),
        "basename" => |a, _| Ok(Val::from(base(&text(a, 0)?))),
        "dirname" => |a, _| Ok(Val::from(directory(&text(a, 0)?))),
        "abspath" | "pathexpand" => |_, _| Ok(Val::unknown("the directory is known when Terraform runs")),
        _ => return None,
    };
    if let Some(cause) = arguments.first().and_then(Val::cause) {
        return Some(Ok(Val::Unknown(cause)));
    }
    Some(function(arguments, scope))
}

fn located(arguments: &[Val], scope: &Scope) -> Result<PathBuf, String> {
    Ok(scope.instance.world.root.join(&*text(arguments, 0)?))
}

fn read(arguments: &[Val], scope: &Scope) -> Result<Vec<u8>, String> {
    let path = located(arguments, scope)?;
    let length = std::fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?.len();
    if length > MAX_BYTES {
        return Err(format!("{} is larger than {MAX_BYTES} bytes", path.display()));
    }
    std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn utf8(bytes: Vec<u8>) -> Answer {
    String::from_utf8(bytes).map(Val::from).map_err(|_| "the file is no text".to_owned())
}

fn templatefile(arguments: &[Val], scope: &Scope) -> Answer {
    let source = utf8(read(arguments, scope)?)?.text()?;
    render(&source, arguments, scope)
}

fn render(source: &str, arguments: &[Val], scope: &Scope) -> Answer {
    let parsed = hcl_edit::parser::parse_template(source).map_err(|error| error.message().to_owned())?;
    let variables = match argument(arguments, 1)? {
        Val::Unknown(cause) | Val::Open(_, cause) => return Ok(Val::Unknown(cause.clone())),
        variables => variables.fields()?,
    };
    let mut inner = Scope::new(&scope.instance);
    for (name, value) in variables {
        inner = inner.with(name, value.clone());
    }
    template::eval(parsed.iter(), &inner)
}

fn base(text: &str) -> String {
    let trimmed = text.trim_end_matches('/');
    match (text, trimmed.rsplit('/').next()) {
        ("", _) => ".".to_owned(),
        (_, Some("") | None) => "/".to_owned(),
        (_, Some(last)) => last.to_owned(),
    }
}

fn directory(text: &str) -> String {
    let cut = text.rsplit_once('/').map_or("", |(directory, _)| if directory.is_empty() { "/" } else { directory });
    let mut clean = PathBuf::new();
    for part in Path::new(cut).components() {
        match part {
            Component::ParentDir if clean.file_name().is_some() => drop(clean.pop()),
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    let clean = clean.display().to_string();
    if clean.is_empty() { ".".to_owned() } else { clean }
}
